"""Meetings of somebody who moves on: invitations for after the last day, and items that they were to present."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core.dates import short_date
from c2m2a_crm.core.registries import DepartureEffect, DepartureRow, Move
from c2m2a_crm.core.registries.moving import END, HAND_OVER, KEEP
from forums.meetings import policies
from forums.meetings.services.agenda import edit_item
from forums.meetings.services.inviting import ask_guest, note_answer
from forums.models import AgendaItem, Invitation, Meeting

MOST_ROWS = 50


def _meetings(actor: Any, move: Move) -> Any:
    """Meetings to come that begin after the last day, at forums that the actor may read."""
    rows = Meeting.objects.readable_by(actor).active().to_come(timezone.now())
    return rows.filter(starts_at__gt=timezone.now(), starts_at__date__gte=move.last_day + timedelta(days=1))


def _when(meeting: Meeting) -> str:
    return " · ".join(filter(None, (str(meeting.series or ""), short_date(meeting.day))))


def _invitations(actor: Any, move: Move) -> Sequence[DepartureRow]:
    """Open and accepted invitations; whoever said no is not asked about."""
    rows = Invitation.objects.filter(person=move.person, meeting__in=_meetings(actor, move))
    rows = rows.exclude(answer=Invitation.Answer.NO).select_related(
        "meeting__forum__initiative", "meeting__series", "seat__category", "seat__jurisdiction", "seat__party"
    )
    found = []
    for row in rows.order_by("meeting__starts_at", "pk")[:MOST_ROWS]:
        choices: list[tuple[str, str]] = []
        if policies.can_run_meeting(actor, row.meeting):
            choices = [(KEEP, _("Stays invited")), (END, _("Does not come"))]
            if move.successor is not None:
                choices.append((HAND_OVER, _("%(name)s is invited instead") % {"name": move.successor}))
        is_of_the_place = row.seat is not None and row.seat.party == move.left and not move.stays_with_the_party
        note = " · ".join(filter(None, (_when(row.meeting), str(row.get_answer_display()))))
        found.append(
            DepartureRow(
                row.pk,
                f"{row.meeting.forum} · {row.meeting}",
                note,
                row.meeting.get_absolute_url(),
                choices,
                END if choices and is_of_the_place else KEEP,
            )
        )
    return found


def _apply_to_invitation(actor: Any, move: Move, key: int, choice: str) -> None:
    """Nothing is mailed here: the next press of the meeting's own button tells the successor."""
    row = Invitation.objects.select_related("meeting__forum__initiative", "person").get(pk=key)
    note_answer(actor=actor, invitation=row, answer=Invitation.Answer.NO)
    successor = move.successor
    if choice == HAND_OVER and successor is not None:
        is_asked = Invitation.objects.filter(meeting=row.meeting, person=successor).exists()
        if not is_asked:
            ask_guest(actor=actor, meeting=row.meeting, person=successor, seat=row.seat)


def _presented(actor: Any, move: Move) -> Sequence[DepartureRow]:
    """Items of agendas of meetings to come, those brought from series included, beside which their name stands."""
    rows = AgendaItem.objects.filter(
        meeting__in=_meetings(actor, move), presenter__iexact=move.person.full_name, is_done=False
    ).select_related("meeting__forum__initiative", "meeting__series")
    found = []
    for row in rows.order_by("meeting__starts_at", "position", "pk")[:MOST_ROWS]:
        choices: list[tuple[str, str]] = []
        if policies.can_run_meeting(actor, row.meeting):
            choices = [(KEEP, _("Presents it all the same")), (END, _("Is presented by nobody for now"))]
            if move.successor is not None:
                choices.append((HAND_OVER, _("Passes to %(name)s") % {"name": move.successor}))
        note = " · ".join((str(row.meeting), _when(row.meeting)))
        found.append(DepartureRow(row.pk, str(row), note, row.meeting.get_absolute_url(), choices, KEEP))
    return found


def _apply_to_presented(actor: Any, move: Move, key: int, choice: str) -> None:
    row = AgendaItem.objects.select_related("meeting__forum__initiative").get(pk=key)
    successor = move.successor
    name = successor.full_name if choice == HAND_OVER and successor is not None else ""
    edit_item(actor=actor, item=row, version=row.version, changes={"presenter": name})


INVITATIONS = DepartureEffect(
    "invitations", 42, gettext_lazy("Invitations to meetings"), _invitations, _apply_to_invitation
)
PRESENTED = DepartureEffect("presented", 44, gettext_lazy("Agenda items"), _presented, _apply_to_presented)
