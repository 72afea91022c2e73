"""What the log is told of one contact, and why it may refuse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from django.core.exceptions import ValidationError

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import Circle
from c2m2a_crm.engagement.models import Initiative, Interaction, Participant
from members.models import Party, Person


class EntryRefused(Exception):
    """The entry lacks something or contradicts itself; ``field`` names the answer to mend."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        self.sentence = sentence
        super().__init__(sentence)


class EntriesRefused(Exception):
    """Some of many entries cannot be written, so none was. ``refusals`` says why, by their place among those given."""

    def __init__(self, refusals: Mapping[int, EntryRefused | ValidationError]) -> None:
        self.refusals = dict(refusals)
        super().__init__(f"{len(self.refusals)} entries refused")


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody on their side: a person, or an organization or Nation without a named person."""

    who: Person | Party
    role: str = Participant.Role.PRESENT


@dataclass(frozen=True, slots=True)
class NewAttendee:
    """Somebody met for the first time: made with the entry, in the same transaction."""

    name: str
    is_organization: bool = False
    organization: Party | None = None
    role: str = Participant.Role.PRESENT


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of ours, with minutes of their own; an empty value takes the entry's duration."""

    user: User
    minutes: int | None = None
    preparation_minutes: int | None = None
    role: str = Participant.Role.PRESENT


@dataclass(frozen=True, slots=True)
class Raised:
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment heard in the entry. Without ``by`` ours is the author's, theirs the first party's.

    ``by_another`` says that a name was given which nobody present bears: nobody is put in its place.
    """

    text: str
    is_ours: bool = True
    by: Person | Party | User | None = None
    to: Party | None = None
    due_on: date | None = None
    by_another: bool = False


@dataclass(frozen=True, slots=True)
class NextStep:
    """A follow-up of the entry; ``pk`` names one that exists already."""

    text: str
    assignee: User
    due_on: date | None = None
    pk: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the log is told of one contact. Only who and what are required."""

    subject: str
    attendees: Sequence[Attendee | NewAttendee]
    kind: str = Interaction.Kind.CALL
    direction: str = ""
    notes: str = ""
    occurred_on: date | None = None
    occurred_time: time | None = None
    duration_minutes: int | None = None
    place: str = ""
    initiated_by: str = ""
    arranged: str = ""
    initiative: Initiative | None = None
    colleagues: Sequence[Colleague] = ()
    raised: Sequence[Raised] = ()
    promises: Sequence[Promise] = ()
    next_steps: Sequence[NextStep] = ()
    sealed_circle: Circle | None = None
    restricted_circle: Circle | None = None
