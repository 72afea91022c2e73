"""Who supports a position, supports it on a condition, opposes it, or is silent, on a day.

At a forum the seats of that day are asked; who spoke without a seat stands apart and does not count. For the alliance's
own positions everybody who spoke counts. All of it is what ``actor`` may read: to them, the rest was not said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import pgettext_lazy

from forums.models import Position, Seat, Stance
from forums.selectors import RosterLine, roster_on

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from c2m2a_crm.core.actor import Actor
    from members.models import Party, Person

SILENT = "silent"
KINDS: tuple[tuple[str, str | Promise], ...] = (
    (Stance.Kind.SUPPORTS.value, Stance.Kind.SUPPORTS.label),
    (Stance.Kind.SUPPORTS_IF.value, Stance.Kind.SUPPORTS_IF.label),
    (Stance.Kind.OPPOSES.value, Stance.Kind.OPPOSES.label),
    (SILENT, pgettext_lazy("stance", "Silent")),
)
TONES = {"supports": "ok", "supports_if": "warn", "opposes": "bad", SILENT: ""}


@dataclass(frozen=True, slots=True)
class Voice:
    """A seat of the day, or somebody who spoke, with the stance that stands; without one they are silent.

    Who expressly takes no position is silent, too, and has the stance that says so.
    """

    seat: Seat | None
    party: Party | None
    person: Person | None
    stance: Stance | None
    earlier: Sequence[Stance] = ()

    @property
    def kind(self) -> str:
        if self.stance is None or self.stance.kind == Stance.Kind.ABSTAINS:
            return SILENT
        return self.stance.kind

    @property
    def name(self) -> str:
        """Whom it is, in the reader's language: the party, else who sits there in person, else the seat."""
        if self.party is not None:
            return str(self.party)
        if self.seat is not None and self.seat.capacity == Seat.Capacity.PERSONAL and self.person is not None:
            return self.person.full_name
        return str(self.seat) if self.seat is not None else ""


@dataclass(frozen=True, slots=True)
class Group:
    kind: str
    label: str | Promise
    tone: str
    voices: list[Voice] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Table:
    """``voices`` count, ``others`` spoke without a seat; ``is_of_seats`` says whether a forum's seats were asked."""

    day: date
    voices: list[Voice]
    others: list[Voice]
    is_of_seats: bool

    @property
    def groups(self) -> list[Group]:
        return [
            Group(kind, label, TONES[kind], [voice for voice in self.voices if voice.kind == kind])
            for kind, label in KINDS
        ]

    def of(self, kind: str) -> list[Voice]:
        return [voice for voice in self.voices if voice.kind == kind]


def speaker_key(stance: Stance) -> tuple[str, int]:
    """One speaker, one stance at a time: the party where one is named, else the seat with who sat there."""
    if stance.party_id is not None:
        return "party", stance.party_id
    return "seat", stance.seat_id or 0


def latest_first(stances: Iterable[Stance]) -> dict[tuple[str, int], list[Stance]]:
    """By speaker, what they said, the newest first."""
    found: dict[tuple[str, int], list[Stance]] = defaultdict(list)
    for stance in sorted(stances, key=lambda row: (row.said_on, row.pk), reverse=True):
        found[speaker_key(stance)].append(stance)
    return found


def table_on(actor: Actor, position: Position, day: date) -> Table:
    """The caller has checked that the position is readable. A constant number of statements."""
    rows = Stance.objects.readable_by(actor).standing().filter(position=position).said_by(day).for_list()
    stances = list(rows)
    forum = position.forum
    if forum is None:
        voices = [
            Voice(said[0].seat, said[0].party, said[0].person, said[0], said[1:])
            for said in latest_first(stances).values()
        ]
        return Table(day, _by_name(voices), [], is_of_seats=False)
    lines = [line for line in roster_on(forum, day).lines if line.holder is not None or line.seat.party_id]
    heard: set[int] = set()
    voices = []
    for line in lines:
        said = [row for row in stances if _speaks_for(row, line)]
        said.sort(key=lambda row: (row.said_on, row.pk), reverse=True)
        heard.update(row.pk for row in said)
        holder = line.holder.term if line.holder else None
        party = line.seat.party or (holder.party if holder else None)
        is_personal = line.seat.capacity == Seat.Capacity.PERSONAL
        voices.append(
            Voice(
                line.seat,
                None if is_personal else party,
                holder.person if holder else None,
                said[0] if said else None,
                said[1:],
            )
        )
    rest = latest_first(row for row in stances if row.pk not in heard)
    others = [Voice(said[0].seat, said[0].party, said[0].person, said[0], said[1:]) for said in rest.values()]
    return Table(day, voices, _by_name(others), is_of_seats=True)


def _by_name(voices: list[Voice]) -> list[Voice]:
    return sorted(voices, key=lambda voice: (voice.name.casefold(), voice.stance.pk if voice.stance else 0))


def _speaks_for(stance: Stance, line: RosterLine) -> bool:
    """Whether what was said is said for this seat of the day.

    Who sits in a personal capacity speaks for nobody else: what somebody said there before them is not theirs, and what
    their employer says is not, either.
    """
    holder = line.holder.term if line.holder else None
    if line.seat.capacity == Seat.Capacity.PERSONAL:
        return stance.seat_id == line.seat.pk and holder is not None and stance.person_id == holder.person_id
    party_id = line.seat.party_id or (holder.party_id if holder else None)
    if stance.party_id is not None:
        return stance.party_id == party_id
    return stance.seat_id == line.seat.pk
