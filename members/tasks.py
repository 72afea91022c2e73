"""Work of the directory that Celery runs. A task calls one service, nothing else."""

from __future__ import annotations

from celery import shared_task

from members.duplicates.hunt import KINDS, renew
from members.memberships import reminders


@shared_task(name="members.find_duplicates", time_limit=3600)
def find_duplicates() -> dict[str, int]:
    """Pairs that may be one, for the queue of the morning."""
    return {kind: renew(kind) for kind in KINDS}


@shared_task(name="members.send_membership_reminders", time_limit=600)
def send_membership_reminders() -> int:
    """What is due and not in the ledger; asked for each hour, for a machine may sleep at night."""
    return reminders.send_due()
