"""The subject of a line: where it begins, and what ends it."""

from __future__ import annotations

from c2m2a_crm.engagement.typed_line.dates import date_at
from c2m2a_crm.engagement.typed_line.durations import duration_at, time_at
from c2m2a_crm.engagement.typed_line.kinds import kind_at
from c2m2a_crm.engagement.typed_line.reading import Kind
from c2m2a_crm.engagement.typed_line.runs import RunReader
from c2m2a_crm.engagement.typed_line.subjects import is_dash
from c2m2a_crm.engagement.typed_line.tokens import Sort
from c2m2a_crm.engagement.typed_line.words import (
    ARTICLES,
    COMPANY,
    COPY,
    TITLES,
)


class SubjectReader(RunReader):
    """Takes down subjects. Inside one all words belong to it, until something ends it."""

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
