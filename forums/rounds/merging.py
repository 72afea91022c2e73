"""How comment rounds fare when two people or two parties are merged."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.registries import Meeting, MergeableRelation
from forums.models import RoundInvitation, RoundSeat
from members.models import Party, Person

RELATIONS: Final = (
    MergeableRelation(
        key="forums.round-invitation.person",
        order=440,
        model=RoundInvitation,
        column="person_id",
        target=Person,
        label=_("Invitations to comment rounds"),
        same=("round_seat_id",),
        meeting=Meeting.REFUSES,
        sentence=_("Both records were asked for one seat in a comment round. They stay apart, as they were asked."),
    ),
    MergeableRelation(
        key="forums.round-seat.party",
        order=442,
        model=RoundSeat,
        column="party_id",
        target=Party,
        label=_("Seats asked in comment rounds"),
    ),
)
