"""The contact itself: kind, names, subject, date and duration in the first part of a line.

Read from left to right in two states. Outside a subject every word is a known word, or part of a name; inside one all
words belong to it, until copy, a duration, a past date at its end, or "with" somebody listed ends it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time

from c2m2a_crm.core.name_keys import LEGAL_FORMS
from c2m2a_crm.engagement.typed_line.dates import date_at
from c2m2a_crm.engagement.typed_line.directory import Colleague, Person
from c2m2a_crm.engagement.typed_line.durations import duration_at, time_at, time_until
from c2m2a_crm.engagement.typed_line.kinds import DirectionClues, KindWords, kind_at
from c2m2a_crm.engagement.typed_line.names import Bearers, Names
from c2m2a_crm.engagement.typed_line.parts import Part
from c2m2a_crm.engagement.typed_line.reading import Ambiguous, DayPart, Direction, Kind, Role
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
    PARTICLES_OF_NAMES,
    PLACE_PREPOSITIONS,
    PROSE,
    SEPARATORS,
    SUBJECT_LABELS,
    TALKS,
    TITLES,
)

_LONGEST_BRACKET = 16
_LONGEST_UNKNOWN = 8
_DETERMINERS = frozenset({"the", "an", "un", "une", "ce", "cette", "this"})
_LONGEST_UNKNOWN_IN_SMALL_LETTERS = 2
_MOST_WORDS_BEFORE_KIND = 2


@dataclass(slots=True)
class FoundName:
    """One stretch of words that names, or seems to name, somebody."""

    start: int
    stop: int
    bearers: Bearers | None
    copied: bool
    doubtful: bool = False

    @property
    def is_listed(self) -> bool:
        return self.bearers is not None


@dataclass(slots=True)
class Head:
    """What was found, as token ranges; `settle()` decides what it amounts to."""

    kind: Kind | None = None
    kind_start: int | None = None
    attempted: bool = False
    talked: bool = False
    clues: DirectionClues = field(default_factory=DirectionClues)
    names: list[FoundName] = field(default_factory=list)
    colleagues: list[Colleague] = field(default_factory=list)
    open_handles: list[tuple[int, tuple[Colleague, ...]]] = field(default_factory=list)
    subjects: list[tuple[int, int]] = field(default_factory=list)
    free: list[tuple[int, int]] = field(default_factory=list)
    occurred_on: date | None = None
    day_part: DayPart | None = None
    occurred_time: time | None = None
    minutes: int | None = None
    roles: list[tuple[int, int, Role]] = field(default_factory=list)

    @property
    def direction(self) -> Direction | None:
        return self.clues.settle(self.kind)

    @property
    def says_who_or_what(self) -> bool:
        """Is there a kind or a name? Without either the line is a bare note.

        Without a kind, listed names count where they are all there is before the subject ("Okafor re graphite"), or
        after "spoke with" and the like; a listed name among other words ("Grant program reopens") is just a word.
        """
        listed = any(name.is_listed for name in self.names)
        before_kind = sum(
            stop - start for start, stop in self.free if self.kind_start is not None and start < self.kind_start
        )
        if self.kind is not None:
            return listed or before_kind <= _MOST_WORDS_BEFORE_KIND
        if self.talked:
            return bool(self.names or self.colleagues or self.open_handles)
        if self.free:
            return False
        strangers = any(not name.is_listed for name in self.names)
        return bool(self.colleagues and not self.names) or (listed and not (strangers and not self.subjects))


class HeadReader:
    """Reads parts of one line into one `Head`."""

    def __init__(self, tokens: Sequence[Token], names: Names, today: date) -> None:
        self._all_tokens = tokens
        self._tokens = tokens
        self._names = names
        self._today = today
        self._end = len(tokens)
        self._last_marker = -1
        self._marks: dict[int, bool] = {}
        self._copying = False
        self._after_subject = False
        self._in_company = False
        self._after_contact_word = False
        self._place = False
        self._name_just_before = False
        self.head = Head()

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

    # Names

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

    def _begins_a_title(self, at: int) -> bool:
        """ "First Nation", "Great Lakes": a capital that the beginning of the line does not explain, and one more."""
        if at == 0 or at + 1 >= self._end or not self._tokens[at].is_capitalized or len(self._tokens[at].key) == 1:
            return False
        following = self._tokens[at + 1]
        return following.sort is Sort.WORD and following.is_capitalized and not self._is_mark(at + 1)

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

    def _marker_follows(self, at: int) -> bool:
        return at <= self._last_marker

    # The subject

    def _begins_subject(self, at: int) -> bool:
        """After a colon or dash: words that are not known words, and not names with a subject of their own to come."""
        if at >= self._end or self.head.subjects or self._copying or self._tokens[at].sort is Sort.HANDLE:
            return False
        if self._tokens[at].sort is Sort.SIGN or self._is_mark(at) or self._tokens[at].word in COMPANY:
            return False
        if not (self.head.names or self.head.colleagues or self.head.kind):
            return False
        if self._marker_follows(at):
            return False
        listed = self._names.longest_at(at, self._end)
        named = bool(self.head.names or self.head.colleagues)
        return named or listed is None or not self._stands_alone(at, listed)

    def _read_subject(self, start: int) -> int:
        stop = start
        while stop < self._end and not self._ends_subject(start, stop):
            day = date_at(self._tokens, stop, self._today)
            stop = stop + 1 if day is None or day.latest is not None else day.stop  # a day to come stays whole
        first, last = start, stop
        while first < last and self._tokens[first].text in {",", ":", ".", "-", "–", "—"}:
            first += 1
        while first < last and self._tokens[last - 1].text in {",", ":", ".", "-", "–", "—", "("}:
            last -= 1
        if first < last:
            self.head.subjects.append((first, last))
        self._after_subject = True
        self._copying = self._in_company = self._place = self._name_just_before = False
        return stop

    def _ends_subject(self, start: int, at: int) -> bool:
        token = self._tokens[at]
        if COPY.longest_at(self._tokens, at) is not None and (token.word != "copied" and token.word != "copying"):
            return True
        if token.sort is Sort.HANDLE:
            return self._is_end_of_clause(at + 1)
        if token.word in COMPANY and at > start:
            return self._names_somebody(at + 1)
        after_comma = at > start and (self._tokens[at - 1].text == "," or is_dash(self._tokens, at - 1))
        duration = duration_at(self._tokens, at)
        if duration is not None:
            hanging = at > start and self._tokens[at - 1].word in {"of", "de", "d", "a", "the", "le", "la", "un", "une"}
            return not hanging and (after_comma or self._is_end_of_clause(duration.stop))
        kind = kind_at(self._tokens, at)
        if kind is not None and kind.kind is Kind.ATTEMPT and after_comma:
            return self._is_end_of_clause(kind.stop)
        hour = time_at(self._tokens, at)
        if hour is not None and self._is_end_of_clause(hour.stop):
            return True
        day = date_at(self._tokens, at, self._today)
        if day is None or day.latest is None or self.head.occurred_on is not None:
            return False
        return self._is_end_of_clause(day.stop, comma_ends=False)

    def _is_end_of_clause(self, at: int, *, comma_ends: bool = True) -> bool:
        """Nothing of a subject comes here any more: the end, a comma, or something that ends subjects itself."""
        if at >= self._end:
            return True
        token = self._tokens[at]
        if token.text == ",":
            return comma_ends or self._is_end_of_clause(at + 1, comma_ends=False)
        if token.text == "." and at + 1 >= self._end:
            return True
        return (
            token.sort is Sort.HANDLE
            or is_dash(self._tokens, at)
            or COPY.longest_at(self._tokens, at) is not None
            or duration_at(self._tokens, at) is not None
            or time_at(self._tokens, at) is not None
            or (token.word in COMPANY and self._names_somebody(at + 1))
        )

    def _names_somebody(self, at: int) -> bool:
        """A handle or a listed name, whatever article or title stands before it."""
        while at < self._end and self._tokens[at].word in ARTICLES | TITLES and not self._is_name(at):
            at = self._skip(at + 1, ".")
        return at < self._end and (self._tokens[at].sort is Sort.HANDLE or self._is_name(at))

    def _counts(self, kind: KindWords) -> bool:
        """After the subject only "no answer" still says what happened."""
        return not self._after_subject or kind.kind is Kind.ATTEMPT

    def _skip(self, at: int, *signs: str) -> int:
        while at < self._end and self._tokens[at].text in signs:
            at += 1
        return at


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


def open_names(
    head: Head, text: str, tokens: Sequence[Token]
) -> tuple[list[tuple[int, Ambiguous]], list[tuple[int, str]]]:
    """Names that somebody has to choose and names that nobody bears, each with its place."""
    ambiguous: list[tuple[int, Ambiguous]] = []
    unknown: list[tuple[int, str]] = []
    for name in head.names:
        words = text[tokens[name.start].start : tokens[name.stop - 1].end]
        if name.bearers is None:
            unknown.append((name.start, words))
        elif name.doubtful or len(name.bearers.all) > 1:
            ambiguous.append((name.start, Ambiguous(words, tuple(sorted(name.bearers.all, key=lambda one: one.key)))))
    for at, bearers in head.open_handles:
        if bearers:
            ambiguous.append((at, Ambiguous(tokens[at].text, tuple(sorted(bearers, key=lambda one: one.key)))))
        else:
            unknown.append((at, tokens[at].text))
    return ambiguous, unknown
