"""Work of this room that Celery runs. A task loads and calls one service, nothing else."""

from __future__ import annotations

from celery import shared_task

from c2m2a_crm.core.validity import today
from c2m2a_crm.privacy import emails
from c2m2a_crm.privacy.models import RetentionRun
from c2m2a_crm.privacy.services import retention


@shared_task(name="privacy.make_previews", time_limit=3600)
def make_previews() -> int:
    """List what is due this month, once for each rule, and tell those who approve: also of what a worker listed that
    died before it told.
    """
    made = retention.make_previews()
    emails.tell_of_previews(list(RetentionRun.objects.filter(month=today().replace(day=1)).to_look_at()))
    return len(made)
