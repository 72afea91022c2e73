"""What stands at a place of the line: a listed name, or a word that is part of no name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from c2m2a_crm.core.name_keys import LEGAL_FORMS
from c2m2a_crm.engagement.typed_line.dates import date_at
from c2m2a_crm.engagement.typed_line.durations import duration_at, time_at
from c2m2a_crm.engagement.typed_line.kinds import DirectionClues, kind_at
from c2m2a_crm.engagement.typed_line.names import Names
from c2m2a_crm.engagement.typed_line.subjects import place_on, subject_after
from c2m2a_crm.engagement.typed_line.tokens import Sort, Token
from c2m2a_crm.engagement.typed_line.words import (
    ARTICLES,
    AUXILIARIES,
    COPY,
    FILLERS,
    PARTICLES_OF_NAMES,
    PLACE_PREPOSITIONS,
    SEPARATORS,
)


class MarkReader:
    """Asks what begins at a token. Nothing is taken down here."""

    def __init__(self, tokens: Sequence[Token], names: Names, today: date) -> None:
        self._tokens = tokens
        self._names = names
        self._today = today
        self._end = len(tokens)
        self._marks: dict[int, bool] = {}

    def _is_small(self, start: int, stop: int) -> bool:
        """No capital in these words."""
        return not any(token.is_capitalized for token in self._tokens[start:stop])

    def _is_doing(self, at: int) -> bool:
        return DirectionClues().read(self._tokens, at, named_before=True) is not None

    def _stands_alone(self, start: int, stop: int) -> bool:
        """Is a listed name not the beginning of a longer, unlisted one ("Grant Thornton", "Shield Nickel Ontario")?"""
        if stop >= self._end or self._tokens[stop].sort is not Sort.WORD or self._is_mark(stop):
            return True
        token = self._tokens[stop]
        if place_on(self._tokens, stop) is not None:
            return True
        if token.word in LEGAL_FORMS and token.is_capitalized:
            return False  # The run takes it in.
        if token.word in SEPARATORS | PLACE_PREPOSITIONS | PARTICLES_OF_NAMES | AUXILIARIES | {
            "to",
            "by",
            "from",
            "par",
        }:
            return True
        return not token.is_capitalized and self._tokens[start].is_capitalized

    def _is_name(self, at: int) -> bool:
        """Does a listed name stand at this token, not a small word that only sounds like one?"""
        stop = self._names.longest_at(at, self._end)
        if stop is None:
            return False
        small_word = stop == at + 1 and not self._tokens[at].is_capitalized
        known = self._tokens[at].word in SEPARATORS | ARTICLES | PLACE_PREPOSITIONS | FILLERS | AUXILIARIES
        return self._stands_alone(at, stop) and not (small_word and known)

    def _is_mark(self, at: int) -> bool:
        """Does a word that is not part of a name begin here?"""
        if at not in self._marks:
            self._marks[at] = self._find_mark(at)
        return self._marks[at]

    def _find_mark(self, at: int) -> bool:
        tokens = self._tokens
        return (
            COPY.longest_at(tokens, at) is not None
            or duration_at(tokens, at) is not None
            or time_at(tokens, at) is not None
            or subject_after(tokens, at) is not None
            or kind_at(tokens, at) is not None
            or self._is_doing(at)
            or date_at(tokens, at, self._today) is not None
        )

    def _begins_a_title(self, at: int) -> bool:
        """ "First Nation", "Great Lakes": a capital that the beginning of the line does not explain, and one more."""
        if at == 0 or at + 1 >= self._end or not self._tokens[at].is_capitalized or len(self._tokens[at].key) == 1:
            return False
        following = self._tokens[at + 1]
        return following.sort is Sort.WORD and following.is_capitalized and not self._is_mark(at + 1)

    def _skip(self, at: int, *signs: str) -> int:
        while at < self._end and self._tokens[at].text in signs:
            at += 1
        return at
