"""What the first part of a line amounts to: the contact as it was found, and what somebody still has to settle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time

from c2m2a_crm.engagement.typed_line.directory import Colleague
from c2m2a_crm.engagement.typed_line.kinds import DirectionClues
from c2m2a_crm.engagement.typed_line.names import Bearers
from c2m2a_crm.engagement.typed_line.reading import Ambiguous, DayPart, Direction, Kind, Role
from c2m2a_crm.engagement.typed_line.tokens import Token

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
