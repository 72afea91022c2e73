"""Rounds end: by their last day, before it, or after a longer one."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.editing import lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import today
from forums.models import CommentRound, RoundChange
from forums.rounds import policies
from forums.rounds.errors import NotOpen, RoundRefused
from forums.rounds.services.hearing import draft_heard
from forums.rounds.services.opening import SYSTEM


def extend_round(*, actor: User, round_: CommentRound, closes_on: date, reason: str) -> CommentRound:
    """Give the seats more time. Everybody's link goes on working until the new last day."""
    require(policies.can_run_round(actor, round_))
    said = _reason(reason)
    with recorded(actor, reason=said):
        current = lock(round_)
        if not current.is_open:
            raise NotOpen
        if closes_on <= current.closes_on:
            raise RoundRefused(_("Choose a day after the last day of now."), field="closes_on")
        _change(current, actor, RoundChange.Kind.EXTENDED, closes_on, said)
        current.closes_on = closes_on
        current.version += 1
        current.save(update_fields=["closes_on", "version"])
    return current


def close_early(*, actor: User, round_: CommentRound, reason: str) -> CommentRound:
    """End the round at once; what was heard until now is drafted."""
    require(policies.can_run_round(actor, round_))
    said = _reason(reason)
    with recorded(actor, reason=said):
        current = lock(round_)
        if not current.is_open:
            raise NotOpen
        _change(current, actor, RoundChange.Kind.CLOSED_EARLY, today(), said)
        current.closes_on = today()
        _close(current)
    return current


def close_due(on: date | None = None) -> int:
    """Do what follows the last day of every round whose last day has passed, however long ago. How many were closed.

    Answers are refused by the day itself: a night without this look lets nobody answer late.
    """
    day = on or today()
    closed = 0
    for key in CommentRound.objects.due_to_close(day).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic(), recorded(None, system=SYSTEM):
            due = CommentRound.objects.due_to_close(day).select_for_update(of=("self",)).filter(pk=key).first()
            if due is not None:
                _close(due)
                closed += 1
    return closed


def _close(current: CommentRound) -> None:
    current.closed_at = timezone.now()
    current.version += 1
    current.save(update_fields=["closed_at", "closes_on", "version"])
    draft_heard(current)


def _change(current: CommentRound, actor: User, kind: str, day_after: date, reason: str) -> None:
    RoundChange.objects.create(
        round=current, kind=kind, day_before=current.closes_on, day_after=day_after, reason=reason, by=actor
    )


def _reason(text: str) -> str:
    said = " ".join(clean_line(text).split())[:500]
    if not said:
        raise RoundRefused(_("Say why."), field="reason")
    return said
