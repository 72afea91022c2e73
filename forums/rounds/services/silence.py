"""Who has not answered, and the reminder of one press: nobody gets two on a day."""

from __future__ import annotations

from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.editing import lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import OutboxMessage
from c2m2a_crm.core.outbox import ask_at_hand_over
from c2m2a_crm.core.validity import today
from forums.models import CommentRound, RoundAnswer, RoundInvitation, RoundNudge
from forums.rounds import emails, policies
from forums.rounds.errors import NotApproved, NotOpen
from forums.rounds.services.opening import Sent, may_not_leave, reachable


def nudge_silent(
    *, actor: User, round_: CommentRound, seats: Collection[int] | None = None, base_url: str = ""
) -> Sent:
    """Remind everybody who may answer for the silent seats (those numbered ``seats``, or all), once a day each.

    Who was reminded today, said stop, or could not be reached gets nothing. Raises a named refusal. The links carry
    ``base_url`` where it is given: the office may have moved since the round opened.
    """
    require(policies.can_run_round(actor, round_))
    with recorded(actor):
        current = lock(round_)
        if not current.is_open:
            raise NotOpen
        refused = may_not_leave(current)
        if refused:
            raise NotApproved(refused)
        if base_url:
            current.links_base = base_url[:200]
        rows = RoundInvitation.objects.filter(round_seat__round=current).select_related(
            "round_seat__seat", "person", "message"
        )
        rows = rows.exclude(round_seat__in=RoundAnswer.objects.filter(round_seat__round=current).values("round_seat"))
        if seats is not None:
            rows = rows.filter(round_seat__in=list(seats))
        rows = rows.exclude(nudges__day=today())
        sent = Sent()
        for invitation, address in reachable(current, list(rows.order_by("pk")), sent):
            sent.queued += _nudge(actor, invitation, address)
    return sent


def _nudge(actor: User, invitation: RoundInvitation, address: str) -> int:
    """1 where the ledger takes the row; a colleague who pressed at the same moment has it, and nobody writes twice."""
    try:
        with transaction.atomic():
            row = RoundNudge.objects.create(invitation=invitation, day=today(), by=actor)
            row.message = emails.nudge(invitation, address=address)
            row.save(update_fields=["message"])
    except IntegrityError:
        return 0
    return 1


def no_reason_left(message: OutboxMessage) -> str:
    """Why a reminder that waited may not leave any more: the seat answered, or the round ended meanwhile."""
    row = RoundNudge.objects.filter(message=message).select_related("invitation__round_seat__round").first()
    if row is None:
        return ""
    seat = row.invitation.round_seat
    if not seat.round.is_open:
        return _("The round was closed before the reminder left.")
    if RoundAnswer.objects.filter(round_seat=seat).exists():
        return _("The seat answered before the reminder left.")
    return ""


def register() -> None:
    ask_at_hand_over(no_reason_left, *emails.kinds_of(emails.NUDGE))
