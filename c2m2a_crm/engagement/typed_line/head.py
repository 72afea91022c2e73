"""The contact itself: kind, names, subject, date and duration in the first part of a line.

Read from left to right in two states. Outside a subject every word is a known word, or part of a name; inside one all
words belong to it, until copy, a duration, a past date at its end, or "with" somebody listed ends it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from c2m2a_crm.engagement.typed_line.clauses import SubjectReader
from c2m2a_crm.engagement.typed_line.dates import date_at
from c2m2a_crm.engagement.typed_line.directory import Person
from c2m2a_crm.engagement.typed_line.durations import duration_at, time_at, time_until
from c2m2a_crm.engagement.typed_line.found import FoundName
from c2m2a_crm.engagement.typed_line.kinds import KindWords, kind_at
from c2m2a_crm.engagement.typed_line.names import Bearers, Names
from c2m2a_crm.engagement.typed_line.parts import Part
from c2m2a_crm.engagement.typed_line.reading import DayPart, Kind, Role
from c2m2a_crm.engagement.typed_line.subjects import is_dash, place_on, subject_after
from c2m2a_crm.engagement.typed_line.tokens import Sort, Token
from c2m2a_crm.engagement.typed_line.words import (
    AFTERNOON,
    ARTICLES,
    ATTACHED_DOT_TITLES,
    AUXILIARIES,
    COMPANY,
    COPY,
    EVENING,
    FILLERS,
    LABELS,
    MORNING,
    NOON,
    PLACE_PREPOSITIONS,
    SEPARATORS,
    SUBJECT_LABELS,
    TALKS,
    TITLES,
)

_LONGEST_BRACKET = 16


class HeadReader(SubjectReader):
    """Reads parts of one line into one `Head`."""

    def __init__(self, tokens: Sequence[Token], names: Names, today: date) -> None:
        super().__init__(tokens, names, today)
        self._all_tokens = tokens

    def read(self, part: Part) -> None:
        """Reads one part; the next one, if any, continues it."""
        self._tokens = self._all_tokens[: part.stop]
        self._end = part.stop
        self._marks = {}
        self._copying = self._place = self._name_just_before = False
        markers = [at for at in range(part.start, part.stop) if subject_after(self._tokens, at) is not None]
        self._last_marker = markers[-1] if markers else -1
        at = part.start
        while at < self._end:
            at = self._step(at, part.start)

    # One step outside a subject

    def _step(self, at: int, line_start: int) -> int:
        token = self._tokens[at]
        if token.sort is Sort.HANDLE:
            return self._read_handle(at)
        several = self._names.several_words_at(at, self._end)
        if several is not None and self._stands_alone(at, several):
            return self._read_run(at, several)
        if (copied := COPY.longest_at(self._tokens, at)) is not None:
            self._copying, self._in_company = True, True
            return self._skip(copied, ".", ":")
        read = self._read_measure(at)
        if read is not None:
            return read
        begin = subject_after(self._tokens, at)
        if begin is not None and not (token.word == "on" and at == line_start):
            return self._read_subject(begin)
        if (kind := kind_at(self._tokens, at)) is not None and self._counts(kind):
            return self._read_kind(kind)
        if (talk := TALKS.longest_at(self._tokens, at)) is not None and not self._is_name(at):
            self.head.talked = self._after_contact_word = True
            return talk
        clue = self.head.clues.read(self._tokens, at, named_before=self._name_just_before)
        if clue is not None:
            self.head.roles.append((at, clue, Role.DIRECTION))
            self._name_just_before = False
            self._after_contact_word = True
            return clue
        if token.sort is Sort.SIGN:
            return self._read_sign(at)
        if (stop := self._read_joining_word(at)) is not None:
            return stop
        return self._read_run(at, at + 1)

    def _read_joining_word(self, at: int) -> int | None:
        """Prepositions, articles, titles and fillers; None where a name may begin."""
        word = self._tokens[at].word
        if self._is_name(at):
            return None
        if word in AUXILIARIES and self._name_just_before and self._tokens[at].text not in {"à", "À"}:
            return at + 1
        if (place := place_on(self._tokens, at)) is not None:
            return place
        if word in SEPARATORS:
            self._in_company = self._in_company or word in COMPANY
            self._place = False
            return at + 1
        if word in PLACE_PREPOSITIONS:
            self._place = word != "chez"
            return at + 1
        before_names = not self.head.names
        prepared = self.head.clues.prepared(
            self._tokens, at, after_contact_word=self._after_contact_word and before_names
        )
        if prepared is not None:
            self._place = word in {"a", "au", "aux"} and self.head.kind in {Kind.MEETING, Kind.EVENT}
            return prepared
        if word in ARTICLES or (word in FILLERS and not self._begins_a_title(at)):
            return at + 1
        if word in TITLES:
            stop = self._skip(at + 1, ".") if word in ATTACHED_DOT_TITLES else at + 1
            follows = stop < self._end and self._tokens[stop].sort is Sort.WORD and not self._is_mark(stop)
            return stop if follows and self._tokens[stop].word not in SEPARATORS else None
        return None

    def _read_handle(self, at: int) -> int:
        bearers = self._names.colleagues(at)
        if len(bearers) == 1:
            self.head.colleagues.append(bearers[0])
        else:
            self.head.open_handles.append((at, bearers))
        self.head.roles.append((at, at + 1, (Role.UNKNOWN, Role.COLLEAGUE, Role.AMBIGUOUS)[min(len(bearers), 2)]))
        self._name_just_before = False
        return at + 1

    def _read_measure(self, at: int) -> int | None:
        """A duration, a time of day or a date; the first of each counts, a day to come is nobody's contact."""
        head = self.head
        if (duration := duration_at(self._tokens, at)) is not None:
            if head.minutes is None:
                head.minutes = duration.minutes
            head.roles.append((at, duration.stop, Role.DURATION))
            return duration.stop
        if (hour := time_at(self._tokens, at)) is not None:
            if head.occurred_time is None:
                head.occurred_time = hour.at
            until = time_until(self._tokens, hour)
            if until is not None and head.minutes is None:
                head.minutes = until.minutes
            stop = until.stop if until is not None else hour.stop
            head.roles.append((at, stop, Role.TIME))
            return stop
        if (day := date_at(self._tokens, at, self._today)) is not None:
            if day.latest is not None and head.occurred_on is None:
                head.occurred_on = day.latest
                head.day_part = _day_part(self._tokens[at : day.stop])
                head.roles.append((at, day.stop, Role.DATE))
            else:
                head.roles.append((at, day.stop, Role.UNREAD))
            self._name_just_before = False
            return day.stop
        return None

    def _read_kind(self, found: KindWords) -> int:
        head = self.head
        if found.kind is Kind.ATTEMPT:
            head.attempted = True
            head.kind = Kind.ATTEMPT
        elif head.kind is None:
            head.kind = found.kind
        if head.kind_start is None:
            head.kind_start = found.start
        if self._name_just_before and head.names:
            name = head.names[-1]
            noun = head.clues.read(self._tokens, found.start, named_before=True) is None
            if (
                noun
                and found.kind is not Kind.ATTEMPT
                and name.bearers is not None
                and not name.bearers.whole
                and name.stop == found.start
            ):
                name.doubtful = True  # "Grant meeting": Mr. Grant, or a grant?
        stop = found.stop
        for at in range(found.start, found.stop):
            clue = head.clues.read(self._tokens, at, named_before=self._name_just_before)
            stop = max(stop, clue or 0)
        head.roles.append((found.start, stop, Role.KIND))
        self._after_contact_word = True
        self._name_just_before = False
        return stop

    def _read_sign(self, at: int) -> int:
        token = self._tokens[at]
        self._name_just_before = False
        if token.text in "([":
            return self._read_bracket(at)
        if (token.text == ":" or is_dash(self._tokens, at)) and self._begins_subject(at + 1):
            return self._read_subject(at + 1)
        if token.text not in ".":
            self._place = False
        return at + 1

    def _read_bracket(self, at: int) -> int:
        """An organization in brackets after a name settles who it is, and is itself named."""
        within = range(at + 1, min(at + _LONGEST_BRACKET, self._end))
        closing = next((stop for stop in within if self._tokens[stop].text in ")]"), None)
        if closing is None or closing == at + 1:
            return at + 1
        start = at + 1
        while start < closing - 1 and self._tokens[start].word in ARTICLES | {"de", "du", "of", "at", "chez", "from"}:
            start += 1
        bearers = self._names.bearers(start, closing)
        follows_name = bool(self.head.names) and self.head.names[-1].stop == at
        if bearers is None or bearers.people or not bearers.organizations:
            return at + 1
        if follows_name:
            self._settle_by_organization(self.head.names[-1], bearers)
        self.head.names.append(FoundName(start, closing, bearers, copied=False))
        return closing + 1

    def _settle_by_organization(self, name: FoundName, bracketed: Bearers) -> None:
        if name.bearers is None or not name.bearers.people:
            return
        keys = {organization.key for organization in bracketed.organizations}
        there: tuple[Person, ...] = tuple(person for person in name.bearers.people if person.organizations & keys)
        if len(there) == 1 and len(keys) == 1:
            name.bearers, name.doubtful = replace(name.bearers, people=there, organizations=()), False
        elif not there and all(person.organizations for person in name.bearers.people):
            name.doubtful = True  # The only bearer on file serves elsewhere.

    def _counts(self, kind: KindWords) -> bool:
        """After the subject only "no answer" still says what happened."""
        return not self._after_subject or kind.kind is Kind.ATTEMPT


def _day_part(tokens: Sequence[Token]) -> DayPart | None:
    words = {token.word for token in tokens}
    parts = (
        (MORNING, DayPart.MORNING),
        (AFTERNOON, DayPart.AFTERNOON),
        (EVENING, DayPart.EVENING),
        (NOON, DayPart.NOON),
    )
    return next((part for vocabulary, part in parts if words & vocabulary), None)


def is_continuation(tokens: Sequence[Token], part: Part, today: date) -> bool:
    """Is a later part still about the contact: copy, no answer, how long, when it was?"""
    inside = tokens[: part.stop]
    if COPY.longest_at(inside, part.start) is not None:
        return True
    if tokens[part.start].word in SUBJECT_LABELS | LABELS and subject_after(inside, part.start) is not None:
        return True
    at = part.start
    while at < part.stop:
        kind, day = kind_at(inside, at), date_at(inside, at, today)
        duration = duration_at(inside, at)
        if kind is not None and kind.kind is Kind.ATTEMPT:
            at = kind.stop
        elif duration is not None:
            at = duration.stop
        elif day is not None and day.following is None:
            at = day.stop
        elif tokens[at].sort is Sort.SIGN:
            at += 1
        else:
            return False
    return True
