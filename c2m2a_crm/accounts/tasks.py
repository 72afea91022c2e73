"""Work of accounts that Celery runs. A task loads and calls one service, nothing else."""

from __future__ import annotations

from celery import shared_task

from c2m2a_crm.accounts import history_mail


@shared_task(name="accounts.send_history_heads")
def send_history_heads() -> int:
    """Asked for each hour; the outbox holds one message for each day and person."""
    return history_mail.send_heads()
