"""Long work on the screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import health, jobs
from c2m2a_crm.core.models import Job

State = Job.State


def a_job(actor: User, state: str = State.RUNNING, **fields: object) -> Job:
    return Job.objects.create(kind="test", title="Export: Organizations", actor=actor, state=state, **fields)  # type: ignore[misc]  # any field


def test_everybody_sees_their_own_jobs_and_administrators_all(
    staff: User, viewer: User, as_viewer: Client, as_administrator: Client
) -> None:
    Job.objects.create(kind="test", title="Mine", actor=viewer)
    Job.objects.create(kind="test", title="Not mine", actor=staff)
    seen = as_viewer.get(reverse("core:jobs")).content.decode()
    assert "Mine" in seen
    assert "Not mine" not in seen
    assert "Not mine" in as_administrator.get(reverse("core:jobs")).content.decode()


@pytest.mark.parametrize(
    ("at_work", "said"),
    [
        ([health.WORKER, health.BEAT], "Worker and clock are at work."),
        ([health.BEAT], "The worker gives no sign of life"),
        ([health.WORKER], "The clock gives no sign of life"),
    ],
)
def test_the_list_says_whether_anybody_is_at_work(as_staff: Client, at_work: list[str], said: str) -> None:
    for part in (health.WORKER, health.BEAT):
        cache.delete(f"sign-of-life:{part}")
    for part in at_work:
        health.sign_of_life(part)
    assert said in as_staff.get(reverse("core:jobs")).content.decode()


def test_a_running_job_asks_for_its_progress_and_a_finished_one_does_not(as_staff: Client, staff: User) -> None:
    job = a_job(staff)
    jobs.progress(job, done=250, total=1000, step="Writing rows")
    page = html.fromstring(as_staff.get(reverse("core:job", args=[job.pk])).content)
    (live,) = page.cssselect("#job-progress")
    assert live.get("hx-get") == reverse("core:job_progress", args=[job.pk])
    assert live.get("hx-trigger") == "every 2s"
    assert "Writing rows: 250 of 1,000" in live.text_content()
    Job.objects.filter(pk=job.pk).update(state=State.DONE)
    fragment = html.fromstring(as_staff.get(reverse("core:job_progress", args=[job.pk])).content)
    assert fragment.get("id") == "job-progress"
    assert fragment.get("hx-get") is None


def test_a_prepared_job_neither_asks_for_progress_nor_pretends_to_wait_for_a_worker(
    as_staff: Client, staff: User
) -> None:
    job = a_job(staff, State.PREPARED)
    page = html.fromstring(as_staff.get(reverse("core:job", args=[job.pk])).content)
    (live,) = page.cssselect("#job-progress")
    assert live.get("hx-get") is None
    assert not live.cssselect("progress")
    assert "Nothing has been done yet." in live.text_content()


def test_a_failed_job_says_why(as_staff: Client, staff: User) -> None:
    job = a_job(staff, State.FAILED, error="The file has no names.")
    assert "The file has no names." in as_staff.get(reverse("core:job", args=[job.pk])).content.decode()


def test_stopping_asks_a_running_job_to_stop(as_staff: Client, staff: User) -> None:
    job = a_job(staff)
    answer = as_staff.post(reverse("core:job_cancel", args=[job.pk]), follow=True)
    assert "Stopping at the next step." in answer.content.decode()
    with pytest.raises(jobs.JobStopped):
        jobs.progress(job, done=1)


def test_the_file_is_for_whoever_asked_for_it(
    staff: User, as_staff: Client, as_administrator: Client, client_of: Callable[[User], Client]
) -> None:
    job = a_job(staff, State.DONE)
    job.result_file.save("organizations.csv", ContentFile(b"a,b\r\n"))
    url = reverse("core:job_file", args=[job.pk])
    answer = as_staff.get(url)
    assert b"".join(answer.streaming_content) == b"a,b\r\n"  # type: ignore[arg-type]  # by name
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Cache-Control"] == "no-store"
    assert as_administrator.get(url).status_code == 404
    assert url not in as_administrator.get(reverse("core:job", args=[job.pk])).content.decode()


def test_a_file_that_is_lost_is_not_found(staff: User, as_staff: Client) -> None:
    job = Job.objects.create(actor=staff, kind="x", title="Export", state=Job.State.DONE)
    job.result_file.save("lost.txt", ContentFile(b"42"))
    job.result_file.storage.delete(job.result_file.name)
    assert as_staff.get(reverse("core:job_file", args=[job.pk])).status_code == 404


def test_an_unfinished_job_has_no_file(staff: User, as_staff: Client) -> None:
    job = a_job(staff, State.RUNNING)
    job.result_file.save("organizations.csv", ContentFile(b"a,b\r\n"))
    assert as_staff.get(reverse("core:job_file", args=[job.pk])).status_code == 404


def test_queries_of_the_list_do_not_grow(staff: User, as_staff: Client) -> None:
    as_staff.get(reverse("core:jobs"))
    counts = []
    for count in (3, 30):
        Job.objects.bulk_create([Job(kind="test", title=f"Job {number}", actor=staff) for number in range(count)])
        with CaptureQueriesContext(connection) as captured:
            as_staff.get(reverse("core:jobs"))
        counts.append(len(captured))
    assert counts[0] == counts[1]
