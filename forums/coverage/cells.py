"""What a cell of the coverage matrix means, once for the number and for the list that it opens.

A seat stands in a cell on a day if its holder of that day speaks for a party of whose profile one line has both the
mineral and the stage. Attendance is each presence of somebody who spoke for such a party, in contacts filed under the
forum in the twelve months up to that day. Profiles are as known now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from c2m2a_crm.core.calendar_months import months_after
from c2m2a_crm.engagement.models import Interaction, Participant
from forums.models import SeatTerm
from members.models import Concept, Jurisdiction, ProfileLine

FEDERAL_STAGES: Final = ("geo", "min", "pro", "mfg", "rec")
"""The stages of the federal strategy among the words of the vocabulary, in their order."""

ATTENDANCE_MONTHS: Final = 12
FILTERS: Final = ("mineral", "stage", "place", "party_kind")

Rows = QuerySet[Any, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """What is asked of the party spoken for; what is None or empty is not asked."""

    mineral: Concept | None = None
    stage: Concept | None = None
    place: Jurisdiction | None = None
    kinds: tuple[str, ...] = ()

    def of_party(self, path: str = "") -> Q:
        """The condition on the party itself, ``path`` away."""
        condition = Q()
        if self.place is not None:
            condition &= Q(**{f"{path}jurisdiction": self.place})
        if self.kinds:
            condition &= Q(**{f"{path}kind__in": self.kinds})
        return condition

    def condition(self, actor: Any, party: str) -> Q:
        """The same with its lines; ``party`` is the name of the key to it."""
        condition = self.of_party(f"{party}__") if self.place or self.kinds else Q()
        if self.mineral is None and self.stage is None:
            return condition
        lines = ProfileLine.objects.readable_by(actor).filter(party=OuterRef(party))
        if self.mineral is not None:
            lines = lines.filter(mineral=self.mineral)
        if self.stage is not None:
            lines = lines.filter(stage=self.stage)
        return condition & Q(Exists(lines))


def seats_in(rows: Rows, actor: Any, day: date, cell: Cell) -> Rows:
    """Those of the seats that stand in the cell on that day."""
    terms = SeatTerm.objects.on(day).holders().filter(seat=OuterRef("pk")).filter(cell.condition(actor, "party"))
    return rows.filter(Exists(terms))


def first_counted(day: date) -> date:
    """The first day of the twelve months that end on ``day``."""
    return months_after(day, -ATTENDANCE_MONTHS) + timedelta(days=1)


def presences(actor: Any, day: date) -> Rows:
    """Who was there for a party, in contacts of any forum that the actor may read, in the twelve months."""
    contacts = Interaction.objects.readable_by(actor).active().two_way()
    contacts = contacts.filter(occurred_on__range=(first_counted(day), day), initiative__forum__isnull=False)
    rows: Rows = Participant.objects.filter(
        role=Participant.Role.PRESENT, party__isnull=False, interaction__in=contacts.values("pk")
    )
    return rows
