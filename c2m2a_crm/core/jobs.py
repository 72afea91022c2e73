"""Long work with a face: progress while it runs, a result or the reason of failure afterwards, never silence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core.models import Job

log = structlog.get_logger(__name__)

SILENT_AFTER = timedelta(minutes=10)
_runners: dict[str, Callable[[Job], dict[str, Any]]] = {}


class JobError(Exception):
    """A failure with a sentence for the person who waits."""


def runner(kind: str) -> Callable[[Callable[[Job], dict[str, Any]]], Callable[[Job], dict[str, Any]]]:
    """Declare the function that does jobs of this kind; it returns what ``Job.result`` keeps."""

    def declare(function: Callable[[Job], dict[str, Any]]) -> Callable[[Job], dict[str, Any]]:
        _runners[kind] = function
        return function

    return declare


def start_job(*, actor: Any, kind: str, title: str, parameters: dict[str, Any] | None = None, total: int = 0, input_file: Any = None) -> Job:
    """Create the row now and hand the work to Celery once the transaction is committed."""
    from c2m2a_crm.core.tasks import run_job  # tasks import this module

    job = Job(actor=actor, kind=kind, title=title, parameters=parameters or {}, total=total)
    if input_file is not None:
        job.input_file.save(input_file.name, input_file, save=False)
    job.save()
    run_job.delay_on_commit(job.pk)
    return job


def progress(job: Job, *, done: int, total: int | None = None, step: str = "") -> None:
    """Tell how far the work is. Runs outside the work's own transaction only if the caller is not in one."""
    job.done = done
    job.total = job.total if total is None else total
    job.step = step or job.step
    job.beat_at = timezone.now()
    job.save(update_fields=["done", "total", "step", "beat_at"])


def run(job_id: int) -> None:
    """Do a waiting job. A job that another worker took, or that was cancelled, is left alone."""
    now = timezone.now()
    taken = Job.objects.filter(pk=job_id, state=Job.State.WAITING).update(
        state=Job.State.RUNNING, started_at=now, beat_at=now
    )
    if not taken:
        return
    job = Job.objects.get(pk=job_id)
    try:
        with transaction.atomic():
            result = _runners[job.kind](job)
    except JobError as error:
        _finish(job, Job.State.FAILED, error=str(error))
    except Exception:
        log.exception("job failed", job=job_id, kind=job.kind)
        _finish(job, Job.State.FAILED, error=_("The work stopped on a fault of the program. Nothing of it was kept."))
        raise
    else:
        job.result = result
        _finish(job, Job.State.DONE)


def _finish(job: Job, state: str, *, error: str = "") -> None:
    job.state, job.error, job.finished_at = state, error, timezone.now()
    job.save(update_fields=["state", "error", "finished_at", "result", "result_file", "operation"])


def fail_silent() -> int:
    """Fail jobs whose worker died, so that nobody waits for them; their work was one transaction and is gone."""
    return Job.objects.filter(state=Job.State.RUNNING, beat_at__lt=timezone.now() - SILENT_AFTER).update(
        state=Job.State.FAILED,
        finished_at=timezone.now(),
        error=_("The worker stopped before the end. Nothing was kept; start it again."),
    )
