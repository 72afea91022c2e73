"""Work for Celery survives a broker that is away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import jobs
from c2m2a_crm.core.models import Job
from c2m2a_crm.core.tasks import run_job


@pytest.fixture
def broker_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any) -> None:
        raise ConnectionError("nobody listens")

    monkeypatch.setattr(run_job, "delay", refuse)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("broker_is_away")
def test_a_job_is_kept_when_the_broker_is_away(staff: User) -> None:
    job = jobs.start_job(actor=staff, kind="tests", title="Count")
    job.refresh_from_db()
    assert job.state == Job.State.WAITING


@pytest.mark.django_db
def test_a_forgotten_job_is_queued_again_and_a_fresh_one_is_not(staff: User, monkeypatch: pytest.MonkeyPatch) -> None:
    queued: list[int] = []
    monkeypatch.setattr(run_job, "delay", queued.append)
    old, fresh = (jobs.start_job(actor=staff, kind="tests", title=title) for title in ("old", "fresh"))
    Job.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(minutes=5))
    assert jobs.queue_forgotten() == 1
    assert queued == [old.pk]
    assert fresh.state == Job.State.WAITING
