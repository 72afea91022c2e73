"""How seats fare when two people or two parties are merged."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.registries import Meeting, MergeableRelation
from forums.models import Attendance, Invitation, MinutesReviewer, Recusal, Seat, SeatTerm
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
    MergeableRelation(
        key="forums.invitation.person",
        order=414,
        model=Invitation,
        column="person_id",
        target=Person,
        label=_("Invitations to meetings"),
        same=("meeting_id",),
        meeting=Meeting.REFUSES,
        sentence=_("Both records are invited to one meeting. Take one of the invitations back first."),
    ),
    MergeableRelation(
        key="forums.attendance.person",
        order=416,
        model=Attendance,
        column="person_id",
        target=Person,
        label=_("Marks of roll calls"),
        same=("meeting_id",),
        meeting=Meeting.REFUSES,
        sentence=_("Both records stand in the roll call of one meeting. Take one of the marks back first."),
    ),
    MergeableRelation(
        key="forums.attendance.party",
        order=418,
        model=Attendance,
        column="party_id",
        target=Party,
        label=_("Marks of roll calls"),
    ),
    MergeableRelation(
        key="forums.recusal.person",
        order=420,
        model=Recusal,
        column="person_id",
        target=Person,
        label=_("Stepping aside for agenda items"),
        same=("item_id",),
        meeting=Meeting.STAYS,
    ),
    MergeableRelation(
        key="forums.minutesreviewer.person",
        order=422,
        model=MinutesReviewer,
        column="person_id",
        target=Person,
        label=_("Draft minutes to read"),
        same=("minutes_id",),
        meeting=Meeting.STAYS,
    ),
)
