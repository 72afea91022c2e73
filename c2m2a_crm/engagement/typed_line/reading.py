"""What was understood of a typed line: plain values, nothing stored, nothing guessed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from c2m2a_crm.engagement.typed_line.directory import Colleague, Organization, Person
from c2m2a_crm.engagement.typed_line.points import Point


class Kind(StrEnum):
    MEETING = "meeting"
    CALL = "call"
    EMAIL = "email"
    LETTER = "letter"
    EVENT = "event"
    VISIT = "visit"
    ATTEMPT = "attempt"


class Direction(StrEnum):
    OUTGOING = "outgoing"
    INCOMING = "incoming"


class DayPart(StrEnum):
    MORNING = "morning"
    NOON = "noon"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class Role(StrEnum):
    """What a stretch of the typed text was taken for."""

    KIND = "kind"
    DIRECTION = "direction"
    PERSON = "person"
    ORGANIZATION = "organization"
    COLLEAGUE = "colleague"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"
    COPIED = "copied"
    SUBJECT = "subject"
    DATE = "date"
    TIME = "time"
    DURATION = "duration"
    FOLLOW_UP = "follow_up"
    DUE = "due"
    ASSIGNEE = "assignee"
    POINT = "point"
    REMARK = "remark"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """`text[start:end]` of the typed text was read as `role`. Spans come in order and never overlap."""

    start: int
    end: int
    role: Role


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A name that several bear, or one that does not quite fit its only bearer: somebody has to choose."""

    text: str
    candidates: tuple[Person | Organization | Colleague, ...]


@dataclass(frozen=True, slots=True)
class FollowUp:
    text: str
    due_on: date | None
    assignee: Colleague


@dataclass(frozen=True, slots=True)
class Reading:
    """The first line of a text read as a contact, the further lines as points and note.

    People, copied, organizations, colleagues and candidates are sorted by key; ambiguous, unknown, follow-ups and
    points keep the order of the line. `unread` are words of the first line that went nowhere: show them, so that
    nothing is dropped in silence. `occurred_on` is never later than today; a later date in the line is left unread.
    `remarks` are sentences of the first line that only tell something, as typed: neither the contact nor a follow-up.
    """

    kind: Kind | None
    direction: Direction | None
    people: tuple[Person, ...]
    copied: tuple[Person, ...]
    organizations: tuple[Organization, ...]
    colleagues: tuple[Colleague, ...]
    ambiguous: tuple[Ambiguous, ...]
    unknown: tuple[str, ...]
    subject: str
    occurred_on: date
    occurred_time: time | None
    minutes: int | None
    follow_ups: tuple[FollowUp, ...]
    points: tuple[Point, ...]
    note: str
    unread: tuple[str, ...]
    spans: tuple[Span, ...]
    remarks: tuple[str, ...] = ()
    day_part: DayPart | None = None
