"""How seats fare when two people or two parties are merged."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.registries import Meeting, MergeableRelation
from forums.models import Seat, SeatTerm
from members.models import Party, Person

RELATIONS: Final = (
    MergeableRelation(
        key="forums.term.person",
        order=400,
        model=SeatTerm,
        column="person_id",
        target=Person,
        label=_("Terms in seats"),
        same=("seat_id",),
        overlaps="valid",
        meeting=Meeting.REFUSES,
        sentence=_("Both records have a term in one seat on some of the same days. End or shorten one of them first."),
    ),
    MergeableRelation(
        key="forums.term.party",
        order=410,
        model=SeatTerm,
        column="party_id",
        target=Party,
        label=_("Terms in seats"),
    ),
    MergeableRelation(
        key="forums.seat.party", order=412, model=Seat, column="party_id", target=Party, label=_("Seats")
    ),
)
