"""Runs of words that name, or seem to name, somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from c2m2a_crm.core.name_keys import LEGAL_FORMS
from c2m2a_crm.engagement.typed_line.durations import duration_at
from c2m2a_crm.engagement.typed_line.found import FoundName, Head
from c2m2a_crm.engagement.typed_line.kinds import kind_at
from c2m2a_crm.engagement.typed_line.marks import MarkReader
from c2m2a_crm.engagement.typed_line.names import Bearers, Names
from c2m2a_crm.engagement.typed_line.subjects import place_on
from c2m2a_crm.engagement.typed_line.tokens import Sort, Token
from c2m2a_crm.engagement.typed_line.words import (
    FILLERS,
    PARTICLES_OF_NAMES,
    PLACE_PREPOSITIONS,
    PROSE,
    SEPARATORS,
    TITLES,
)

_LONGEST_UNKNOWN = 8
_DETERMINERS = frozenset({"the", "an", "un", "une", "ce", "cette", "this"})
_LONGEST_UNKNOWN_IN_SMALL_LETTERS = 2
_LONGEST_DURATION = 6  # words: "for 1 hour and 15 minutes"


class RunReader(MarkReader):
    """Takes down names, and words that are neither names nor known."""

    def __init__(self, tokens: Sequence[Token], names: Names, today: date) -> None:
        super().__init__(tokens, names, today)
        self._last_marker = -1
        self._copying = False
        self._after_subject = False
        self._in_company = False
        self._after_contact_word = False
        self._place = False
        self._name_just_before = False
        self.head = Head()

    def _read_run(self, start: int, at_least: int) -> int:
        """The words up to the next known word, as one name or none."""
        stop = at_least
        while stop < self._end and (longer := self._extended(start, stop)) is not None:
            stop = longer
        self._resolve(start, stop)
        return stop

    def _extended(self, start: int, at: int) -> int | None:
        """Where the run ends if the token at `at` belongs to it."""
        token = self._tokens[at]
        if token.sort is Sort.SIGN:
            inner = self._names.is_dot_of_abbreviation(at) and self._tokens[at + 1].is_capitalized
            return at + 2 if inner and not self._is_mark(at + 1) else None
        attached = token.start == self._tokens[at - 1].end
        if token.sort is Sort.HANDLE or (token.sort is Sort.NUMBER and not attached):
            return None
        if self._is_mark(at) or place_on(self._tokens, at) is not None or token.word in SEPARATORS | PLACE_PREPOSITIONS:
            return None
        if token.word in PARTICLES_OF_NAMES:
            return self._extended_by_particles(start, at)
        if token.word in {"to", "by", "from", "par", "for", "pour", "a", "au", "aux", "has", "had", "have", "ont"}:
            return None
        if token.word in _DETERMINERS or (token.word in FILLERS and not token.is_capitalized):
            return None
        return at + 1

    def _extended_by_particles(self, start: int, at: int) -> int | None:
        """ "Catherine de la Rue" is one name, "Okafor de Northline" two, "Okafor de la fonderie" one and a word."""
        after = at
        while after < self._end and self._tokens[after].word in PARTICLES_OF_NAMES:
            after += 1
        if after >= self._end or self._tokens[after].sort is not Sort.WORD or self._is_mark(after):
            return None
        listed = self._names.longest_at(after, self._end)
        if listed is not None and self._stands_alone(after, listed):
            bearers = self._names.bearers(after, listed)
            if bearers is not None and not bearers.people:
                return None
        small = self._is_small(start, at)
        if self._tokens[after].is_capitalized or (small and self._tokens[after].word not in PROSE):
            return after + 1
        return None

    def _resolve(self, start: int, stop: int) -> None:
        """One name if all words are; parts of a run are trusted only where no other reading is left."""
        found = self._names.bearers(start, stop) or self._bearers_with_legal_form(start, stop)
        if found is not None:
            self._add_name(start, stop, found)
            return
        prefix = self._names.longest_at(start, stop - 1)
        if prefix is not None:
            if self._resolve_two(start, prefix, stop):
                return
            following = self._tokens[prefix]
            bearers = self._names.bearers(start, prefix)
            if not following.is_capitalized and bearers is not None and following.word not in PARTICLES_OF_NAMES:
                sure = bearers.whole and self._tokens[start].is_capitalized
                if not bearers.whole and self._is_told_after_a_figure(start):
                    self._add_free(start, stop)
                    return
                if sure or following.word in PROSE or not self._marker_follows(stop):
                    self._add_name(start, prefix, bearers, doubtful=not sure)
                    self._add_free(prefix, stop)
                    return
        suffix = next((first for first in range(start + 1, stop) if self._names.longest_at(first, stop) == stop), None)
        if suffix is not None and self._tokens[suffix].is_capitalized and self._is_small(suffix - 1, suffix):
            bearers = self._names.bearers(suffix, stop)
            if bearers is not None and (self._is_small(start, suffix) or (bearers.whole and stop - suffix > 1)):
                self._add_free(start, suffix)
                self._add_name(suffix, stop, bearers, doubtful=True)
                return
        if self._may_be_a_name(start, stop):
            self._add_name(start, stop, None)
        else:
            self._add_free(start, stop)

    def _bearers_with_legal_form(self, start: int, stop: int) -> Bearers | None:
        """ "Northline Graphite Inc" where the legal form is not part of the name on file."""
        bare = stop - 1
        while bare > start and self._tokens[bare].word in LEGAL_FORMS:
            bare -= 1
        found = self._names.bearers(start, bare + 1) if bare < stop - 1 else None
        return found if found is not None and found.organizations and not found.people else None

    def _resolve_two(self, start: int, middle: int, stop: int) -> bool:
        """A person and an organization side by side ("CMPA Okafor"), the organization by its full name or acronym."""
        first, second = self._names.bearers(start, middle), self._names.bearers(middle, stop)
        if first is None or second is None or bool(first.people) == bool(second.people):
            return False
        organization = second if first.people else first
        if not organization.whole or not organization.organizations:
            return False
        self._add_name(start, middle, first)
        self._add_name(middle, stop, second)
        return True

    def _add_name(self, start: int, stop: int, bearers: Bearers | None, *, doubtful: bool = False) -> None:
        self.head.names.append(FoundName(start, stop, bearers, self._copying, doubtful))
        self._name_just_before = True

    def _add_free(self, start: int, stop: int) -> None:
        self.head.free.append((start, stop))
        self._name_just_before = False

    def _may_be_a_name(self, start: int, stop: int) -> bool:
        """Does a run that nobody bears look like a name? Places, prose and words around the kind do not."""
        tokens = self._tokens[start:stop]
        words = [token for token in tokens if token.sort is Sort.WORD and len(token.key) > 1]
        if not words or self._place or (self._after_subject and not self._in_company):
            return False
        small = not any(token.is_capitalized for token in words)
        begins_a_name = tokens[0].word in PARTICLES_OF_NAMES  # "de la Rue", but not "fees of the port of Lévis"
        if (small or not begins_a_name) and self._is_told_after_a_figure(start):
            return False
        awaited = self.head.kind is not None or self.head.talked or self._after_contact_word or not small
        if self.head.kind is None and kind_at(self._tokens, stop) is not None and not self._is_doing(stop):
            return False  # "Productive meeting"; but "Bergstrom called".
        if small:
            return awaited and len(words) <= _LONGEST_UNKNOWN_IN_SMALL_LETTERS and not self._is_prose(words, start)
        return awaited and len(words) <= _LONGEST_UNKNOWN

    def _is_prose(self, words: Sequence[Token], start: int) -> bool:
        if any(word.word in PROSE or word.word in TITLES for word in words):
            return True
        before = self._tokens[start - 1].word if start else ""
        return bool(self.head.names) and before not in SEPARATORS | {",", "to", "a", "from"}

    def _is_told_after_a_figure(self, start: int) -> bool:
        """ "Call with Okafor, 15 min, sample grades": small letters after who it was and how long say what about."""
        token = self._tokens[start]
        comma = start - 1
        if token.is_capitalized or not self.head.names or comma < 1 or self._tokens[comma].word != ",":
            return False
        told = (duration_at(self._tokens, at) for at in range(max(0, comma - _LONGEST_DURATION), comma))
        return any(found is not None and found.stop == comma for found in told)

    def _marker_follows(self, at: int) -> bool:
        return at <= self._last_marker
