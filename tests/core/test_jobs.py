"""Long work: watched while it runs, stopped when asked, told in words when it fails."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.celery import app
from c2m2a_crm.core import jobs, tasks
from c2m2a_crm.core.models import Circle, Job


@pytest.fixture
def kind() -> Iterator[Callable[[Callable[[Job], dict[str, Any]]], str]]:
    """Declare a kind of job for one test."""
    declared: list[str] = []

    def declare(function: Callable[[Job], dict[str, Any]]) -> str:
        name = f"test.{function.__name__}"
        jobs.runner(name)(function)
        declared.append(name)
        return name

    yield declare
    for name in declared:
        del jobs._runners[name]


def waiting(actor: User, name: str) -> Job:
    return jobs.start_job(actor=actor, kind=name, title="A test")


Kind = Callable[[Callable[[Job], dict[str, Any]]], str]


def test_a_job_runs_and_keeps_its_result(staff: User, kind: Kind) -> None:
    def counting(job: Job) -> dict[str, Any]:
        jobs.progress(job, done=1, total=2, step="half")
        assert (jobs.progress_of(job).percent, jobs.progress_of(job).step) == (50, "half")
        job.result_file.save("answer.txt", ContentFile(b"42"), save=False)
        return {"answer": 42}

    job = waiting(staff, kind(counting))
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result, job.is_finished) == (Job.State.DONE, {"answer": 42}, True)
    assert job.result_file.read() == b"42"
    assert job.started_at is not None
    assert job.finished_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_started_job_runs_after_the_commit(staff: User, kind: Kind) -> None:
    def adding(job: Job) -> dict[str, Any]:
        return {}

    job = jobs.start_job(actor=staff, kind=kind(adding), title="A test")
    job.refresh_from_db()
    assert job.state == Job.State.DONE


def test_a_prepared_job_waits_for_its_person(staff: User, kind: Kind, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.prepare_job(actor=staff, kind=kind(lambda job: {"ran": True}), title="A test")
    Job.objects.update(created_at=timezone.now() - 2 * jobs.FORGOTTEN_AFTER)
    assert jobs.queue_forgotten() == 0
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == (Job.State.PREPARED, {})


def test_a_prepared_job_is_queued_once_and_not_after_it_was_cancelled(staff: User, kind: Kind) -> None:
    name = kind(lambda job: {})
    job = jobs.prepare_job(actor=staff, kind=name, title="A test")
    assert (jobs.queue_job(job), jobs.queue_job(job)) == (True, False)
    assert job.state == Job.State.WAITING
    given_up = jobs.prepare_job(actor=staff, kind=name, title="A test")
    jobs.cancel(given_up)
    assert not jobs.queue_job(given_up)
    assert given_up.state == Job.State.CANCELLED


def test_a_failure_says_why_and_keeps_nothing(staff: User, kind: Kind) -> None:
    def failing(job: Job) -> dict[str, Any]:
        Circle.objects.create(name="half done")
        raise jobs.JobError("The file has no names.")

    job = waiting(staff, kind(failing))
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.FAILED, "The file has no names.")
    assert not Circle.objects.exists()


def test_a_fault_of_the_program_is_told_without_its_details(staff: User, kind: Kind) -> None:
    def breaking(job: Job) -> dict[str, Any]:
        raise ZeroDivisionError("secret detail")

    job = waiting(staff, kind(breaking))
    with pytest.raises(ZeroDivisionError):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "secret" not in job.error
    assert job.error.endswith("Nothing of it was kept.")


def test_a_job_is_done_once_even_if_it_is_handed_out_twice(staff: User, kind: Kind) -> None:
    def once(job: Job) -> dict[str, Any]:
        Circle.objects.create(name="made by the job")  # the name is unique: twice would fail
        return {}

    job = waiting(staff, kind(once))
    jobs.run(job.pk)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE


def test_a_waiting_job_is_cancelled_at_once_and_never_runs(staff: User, kind: Kind) -> None:
    job = waiting(staff, kind(lambda job: {"ran": True}))
    jobs.cancel(job)
    assert job.state == Job.State.CANCELLED
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == (Job.State.CANCELLED, {})


def test_a_running_job_stops_at_its_next_step_and_keeps_nothing(staff: User, kind: Kind) -> None:
    def stopping(job: Job) -> dict[str, Any]:
        Circle.objects.create(name="half done")
        jobs.cancel(Job.objects.get(pk=job.pk))
        assert jobs.is_stopping(Job.objects.get(pk=job.pk))
        jobs.progress(job, done=1)
        return {"went": "on"}

    job = waiting(staff, kind(stopping))
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == (Job.State.CANCELLED, {})
    assert not Circle.objects.exists()


def test_a_finished_job_cannot_be_cancelled(staff: User, kind: Kind) -> None:
    job = waiting(staff, kind(lambda job: {}))
    jobs.run(job.pk)
    jobs.cancel(job)
    job.refresh_from_db()
    assert job.state == Job.State.DONE


def test_what_is_noted_before_the_work_stays_when_the_work_is_undone(staff: User, kind: Kind) -> None:
    def failing(job: Job) -> dict[str, Any]:
        assert job.parameters["noted"]
        raise jobs.JobError("No.")

    def note(job: Job) -> None:
        job.parameters["noted"] = Circle.objects.create(name="noted").pk

    name = kind(failing)
    jobs.runner(name, before=note)(failing)
    try:
        jobs.run(waiting(staff, name).pk)
    finally:
        del jobs._preludes[name]
    assert Circle.objects.get().name == "noted"


def test_a_job_waits_for_a_lock_as_long_as_it_must(staff: User, kind: Kind) -> None:
    def limits() -> list[str]:
        told = []
        for name in ("lock_timeout", "idle_in_transaction_session_timeout"):
            with connection.cursor() as cursor:
                cursor.execute(f"SHOW {name}")
                told.append(cursor.fetchone()[0])
        return told

    job = waiting(staff, kind(lambda job: {"limits": limits()}))
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.result == {"limits": ["0", "0"]}


def test_jobs_of_dead_workers_are_failed_with_a_sentence(staff: User) -> None:
    long_ago = timezone.now() - jobs.SILENT_AFTER - timedelta(seconds=1)
    dead = Job.objects.create(kind="x", title="dead", actor=staff, state=Job.State.RUNNING, beat_at=long_ago)
    alive = Job.objects.create(kind="x", title="alive", actor=staff, state=Job.State.RUNNING, beat_at=timezone.now())
    assert jobs.fail_silent() == 1
    dead.refresh_from_db()
    alive.refresh_from_db()
    assert (dead.state, alive.state) == (Job.State.FAILED, Job.State.RUNNING)
    assert dead.error


def test_a_worker_that_dies_at_the_end_leaves_no_work_that_is_told_as_lost(
    staff: User, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is swept as failed says that nothing was kept: then nothing may have been."""

    def keeping(job: Job) -> dict[str, Any]:
        Circle.objects.create(name="Half done")
        return {}

    def die(*_arguments: Any) -> None:
        raise KeyboardInterrupt

    job = waiting(staff, kind(keeping))
    monkeypatch.setattr(jobs, "_finish", die)
    with pytest.raises(KeyboardInterrupt):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, Circle.objects.count()) == (Job.State.RUNNING, 0)


def test_a_job_speaks_the_language_in_which_it_was_asked_for(staff: User, kind: Kind) -> None:
    from django.utils.translation import get_language, override

    def telling(job: Job) -> dict[str, Any]:
        return {"language": get_language()}

    with override("fr"):
        job = waiting(staff, kind(telling))
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.result == {"language": "fr"}


def test_a_job_that_still_tells_of_its_progress_is_alive_however_long_it_takes(staff: User, kind: Kind) -> None:
    job = waiting(staff, kind(lambda job: {}))
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, beat_at=timezone.now() - 2 * jobs.SILENT_AFTER)
    jobs.progress(job, done=1, total=2, step="half")
    assert jobs.fail_silent() == 0
    cache.delete(jobs._beat_key(job.pk))
    assert jobs.fail_silent() == 1


def test_files_that_no_row_names_are_deleted_after_a_day(staff: User) -> None:
    """A worker saves the file of its work, and is killed before the row that names it is committed."""
    kept = Job.objects.create(kind="a", title="Kept", actor=staff)
    for column in (kept.result_file, kept.input_file):
        column.save("kept.csv", ContentFile(b"x"))
    stray = [default_storage.save(f"jobs/{folder}/stray.csv", ContentFile(b"x")) for folder in ("in", "out")]
    young = default_storage.save("jobs/out/young.csv", ContentFile(b"x"))
    long_ago = (timezone.now() - jobs.STRAY_AFTER - timedelta(minutes=1)).timestamp()
    for name in (*stray, kept.result_file.name, kept.input_file.name):
        os.utime(default_storage.path(str(name)), (long_ago, long_ago))
    assert tasks.delete_stray_files() == 2
    assert not any(default_storage.exists(name) for name in stray)
    assert all(default_storage.exists(str(name)) for name in (kept.result_file.name, kept.input_file.name, young))
    assert "core.delete_stray_files" in {entry["task"] for entry in app.conf.beat_schedule.values()}
