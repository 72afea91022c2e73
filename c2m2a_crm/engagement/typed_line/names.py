"""Names in a line: what the directory is asked, and whom a stretch of words names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from c2m2a_crm.core.name_keys import LONGEST_NAME, NameKind
from c2m2a_crm.engagement.typed_line.directory import Colleague, Directory, Matches, Organization, Person
from c2m2a_crm.engagement.typed_line.tokens import Sort, Token

_MOST_WORDS = 120
_MOST_HANDLES = 40
MOST_PHRASES = _MOST_WORDS * LONGEST_NAME + _MOST_HANDLES
"""Names are looked for among the first words of a line only; a line is no page."""

_WHOLE = frozenset({NameKind.FULL, NameKind.ACRONYM, NameKind.ALIAS})
_BY_INITIAL = frozenset({NameKind.INITIAL})
_ONE_LETTER_WORDS = frozenset({"a", "e", "i", "o", "u", "y"})
_LONGEST_ABBREVIATION = 4


@dataclass(frozen=True, slots=True)
class Bearers:
    """Those who bear a name; `whole` says that it is a full name or an acronym, rarely made by chance."""

    people: tuple[Person, ...]
    organizations: tuple[Organization, ...]
    whole: bool

    @property
    def all(self) -> tuple[Person | Organization, ...]:
        return (*self.people, *self.organizations)


class Names:
    """The directory's answer for one line, asked once."""

    def __init__(self, tokens: Sequence[Token], directory: Directory) -> None:
        self._tokens = tokens
        self._asked: dict[tuple[int, int], str] = {}
        words = handles = 0
        for start, token in enumerate(tokens):
            if token.sort is Sort.HANDLE and handles < _MOST_HANDLES:
                handles += 1
                self._asked[start, start + 1] = token.key
            elif token.sort is not Sort.HANDLE and token.key and words < _MOST_WORDS:
                words += 1
                self._ask_from(start)
        phrases = set(self._asked.values())
        self._answer: Mapping[str, Matches] = directory.match(phrases) if phrases else {}
        self._stops: dict[int, list[int]] = {}
        for (start, stop), phrase in sorted(self._asked.items(), reverse=True):
            if phrase in self._answer:
                self._stops.setdefault(start, []).append(stop)

    def _ask_from(self, start: int) -> None:
        key, stop, words = "", start, 0
        while stop < len(self._tokens) and words < LONGEST_NAME and self._may_stand_inside(start, stop):
            key += self._tokens[stop].key
            words += self._tokens[stop].sort is not Sort.SIGN
            stop += 1
            if self._tokens[stop - 1].sort is not Sort.SIGN and not (len(key) == 1 and key.isascii()):
                self._asked[start, stop] = key

    def _may_stand_inside(self, start: int, at: int) -> bool:
        token = self._tokens[at]
        if token.sort is Sort.WORD or token.sort is Sort.NUMBER:
            return token.key != ""
        return at > start and (token.text in {"&", "+"} or self.is_dot_of_abbreviation(at))

    def is_dot_of_abbreviation(self, at: int) -> bool:
        """The stop in "St. John": upon a short word, and another word comes."""
        if at == 0 or at + 1 >= len(self._tokens) or self._tokens[at].text != ".":
            return False
        before, after = self._tokens[at - 1], self._tokens[at + 1]
        attached = before.end == self._tokens[at].start and before.sort is Sort.WORD
        return attached and len(before.text) <= _LONGEST_ABBREVIATION and after.sort is Sort.WORD

    def bearers(self, start: int, stop: int) -> Bearers | None:
        """Who bears exactly these words as a name. A full name wins over the first words of a longer one."""
        found = self._answer.get(self._asked.get((start, stop), ""))
        if found is None or not (found.people or found.organizations):
            return None
        organizations = [match for match in found.organizations if match.on & _WHOLE] or found.organizations
        people = [match for match in found.people if match.on != _BY_INITIAL or self._is_initial(self._tokens[start])]
        if not people and not organizations:
            return None
        whole_people = stop - start > 1 and any(match.on & {NameKind.FULL, NameKind.INITIAL} for match in people)
        whole_organizations = any(match.on & _WHOLE for match in found.organizations)
        return Bearers(
            tuple({match.person.key: match.person for match in people}.values()),
            tuple({match.organization.key: match.organization for match in organizations}.values()),
            whole_people or whole_organizations,
        )

    @staticmethod
    def _is_initial(token: Token) -> bool:
        """Not the elision of "d’Okafor", the preposition of "à Singh", nor "M.", which is Monsieur."""
        if token.text[-1] in "'’ʼ‘" or token.word == "m":
            return False
        return token.text.endswith(".") or token.word not in _ONE_LETTER_WORDS

    def longest_at(self, start: int, end: int) -> int | None:
        """Where the longest name that begins at this token ends."""
        stops = self._stops.get(start, ())
        return next((stop for stop in stops if stop <= end and self.bearers(start, stop) is not None), None)

    def several_words_at(self, start: int, end: int) -> int | None:
        """Where the longest name of several words that begins at this token ends; it may hold words like "sur"."""
        stop = self.longest_at(start, end)
        return stop if stop is not None and stop > start + 1 else None

    def colleagues(self, at: int) -> tuple[Colleague, ...]:
        """Who answers to the handle at this token."""
        found = self._answer.get(self._asked.get((at, at + 1), ""))
        return () if found is None else found.colleagues
