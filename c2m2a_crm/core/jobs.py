"""Long work with a face: progress while it runs, a result or the reason of failure afterwards, never silence.

The work is one transaction, so nothing half done remains; its progress therefore travels through the cache, where other
processes see it before the end, and so does the wish to stop it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from django.core.cache import cache
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from c2m2a_crm.core.background import after_commit
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.models import Job

log = structlog.get_logger(__name__)

# What tells nothing of its progress for that long is dead.
SILENT_AFTER = timedelta(minutes=10)
FORGOTTEN_AFTER = timedelta(minutes=2)
# A file may be saved long before the end of the work whose row names it.
STRAY_AFTER = timedelta(days=1)
_REMEMBERED = 3600
_runners: dict[str, Callable[[Job], dict[str, Any]]] = {}
_preludes: dict[str, Callable[[Job], None]] = {}
_file_guards: dict[str, Callable[[Any, Job], bool]] = {}


class JobError(Exception):
    """A failure with a sentence for the person who waits."""


class JobStopped(Exception):
    """The person who waited asked to stop; raised by :func:`progress` so that the work's transaction is undone."""


@dataclass(frozen=True, slots=True)
class Progress:
    done: int
    total: int
    step: str

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0


def runner(
    kind: str, *, before: Callable[[Job], None] | None = None
) -> Callable[[Callable[[Job], dict[str, Any]]], Callable[[Job], dict[str, Any]]]:
    """Declare the function that does jobs of this kind; it returns what ``Job.result`` keeps.

    What ``before`` writes stays even where the work is undone; what it adds to ``job.parameters`` the work can read.
    """

    def declare(function: Callable[[Job], dict[str, Any]]) -> Callable[[Job], dict[str, Any]]:
        _runners[kind] = function
        if before is not None:
            _preludes[kind] = before
        return function

    return declare


def guard_file(kind: str, guard: Callable[[Any, Job], bool]) -> None:
    """Ask ``guard`` (actor, job) each time the file of such a job is fetched; it may note who fetches it."""
    _file_guards[kind] = guard


def may_fetch(actor: Any, job: Job) -> bool:
    """Whether the guard of this kind of job lets the person have its file; without one, whoever started it has it."""
    guard = _file_guards.get(job.kind)
    return guard is None or guard(actor, job)


def kinds() -> list[str]:
    """The kinds of job that this process can run."""
    return sorted(_runners)


def prepare_job(
    *, actor: Any, kind: str, title: str, parameters: dict[str, Any] | None = None, input_file: File[Any] | None = None
) -> Job:
    """A job that waits for its person, however long: nothing runs before :func:`queue_job`."""
    spoken = {"language": reader_language()}
    job = Job(
        actor=actor,
        kind=kind,
        title=title[:200],
        state=Job.State.PREPARED,
        parameters=spoken | (parameters or {}),
    )
    if input_file is not None:
        job.input_file.save(input_file.name or kind, input_file, save=False)
    job.save()
    return job


def queue_job(job: Job) -> bool:
    """Hand a prepared job to Celery once the transaction is committed; False where it was not prepared any more."""
    from c2m2a_crm.core.tasks import run_job  # tasks import this module

    queued = Job.objects.filter(pk=job.pk, state=Job.State.PREPARED).update(state=Job.State.WAITING)
    if queued:
        job.state = Job.State.WAITING
        after_commit(run_job, job.pk)
    return bool(queued)


def start_job(
    *,
    actor: Any,
    kind: str,
    title: str,
    parameters: dict[str, Any] | None = None,
    input_file: File[Any] | None = None,
) -> Job:
    """Create the row now and hand the work to Celery once the transaction is committed."""
    with transaction.atomic():
        job = prepare_job(actor=actor, kind=kind, title=title, parameters=parameters, input_file=input_file)
        queue_job(job)
    return job


def progress(job: Job, *, done: int, total: int | None = None, step: str = "") -> None:
    """Tell how far the work is. Raises :class:`JobStopped` when somebody asked to stop it: call it between steps."""
    job.done = done
    job.total = job.total if total is None else total
    job.step = step or job.step
    if cache.get(_stop_key(job.pk)):
        raise JobStopped
    cache.set(_key(job.pk), (job.done, job.total, job.step), _REMEMBERED)
    cache.set(_beat_key(job.pk), True, int(SILENT_AFTER.total_seconds()))


def progress_of(job: Job) -> Progress:
    """How far a job is, also while its own transaction is open."""
    if job.state == Job.State.RUNNING and (told := cache.get(_key(job.pk))):
        return Progress(*told)
    return Progress(job.done, job.total, job.step)


def cancel(job: Job) -> None:
    """Stop a job: at once if it has not begun, at its next step if it runs; a finished one is left alone."""
    stopped = Job.objects.filter(pk=job.pk, state__in=[Job.State.PREPARED, Job.State.WAITING]).update(
        state=Job.State.CANCELLED, finished_at=timezone.now()
    )
    if not stopped:
        cache.set(_stop_key(job.pk), True, _REMEMBERED)
    job.refresh_from_db()


def is_stopping(job: Job) -> bool:
    return job.state == Job.State.RUNNING and bool(cache.get(_stop_key(job.pk)))


def run(job_id: int) -> None:
    """Do a waiting job. A job that another worker took, or that was cancelled, is left alone."""
    now = timezone.now()
    taken = Job.objects.filter(pk=job_id, state=Job.State.WAITING).update(
        state=Job.State.RUNNING, started_at=now, beat_at=now
    )
    if not taken:
        return
    job = Job.objects.get(pk=job_id)
    with override(job.parameters.get("language", "en")):
        try:
            if prelude := _preludes.get(job.kind):
                prelude(job)
            with transaction.atomic():
                be_patient()
                job.result = _runners[job.kind](job)
                # In the transaction of the work: a worker that dies after it must not leave work that is told as lost.
                _finish(job, Job.State.DONE)
        except JobError as error:
            _finish(job, Job.State.FAILED, error=str(error))
        except JobStopped:
            _finish(job, Job.State.CANCELLED)
        except Exception:
            log.exception("job failed", job=job_id, kind=job.kind)
            _finish(
                job, Job.State.FAILED, error=_("The work stopped on a fault of the program. Nothing of it was kept.")
            )
            raise
        finally:
            cache.delete_many([_key(job.pk), _stop_key(job.pk)])


def be_patient() -> None:
    """Let the transaction at hand wait for others as long as it must, and think for longer than a page may.

    The limits of the settings are for people who wait at a screen. Long work is limited by CELERY_TASK_TIME_LIMIT.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")


def _finish(job: Job, state: str, *, error: str = "") -> None:
    job.state, job.error, job.finished_at = state, error, timezone.now()
    if state != Job.State.DONE:
        job.operation, job.result = None, {}  # undone with the work
    job.save(
        update_fields=["state", "error", "finished_at", "done", "total", "step", "result", "result_file", "operation"]
    )


def queue_forgotten() -> int:
    """Hand over again the jobs that nobody took: the broker was away when they were started.

    Jobs that wait for their person are not among them: their work has not been confirmed.
    """
    from c2m2a_crm.core.tasks import run_job  # tasks import this module

    forgotten = list(
        Job.objects.filter(state=Job.State.WAITING, created_at__lt=timezone.now() - FORGOTTEN_AFTER)
        .order_by("pk")
        .values_list("pk", flat=True)[:100]
    )
    for pk in forgotten:
        run_job.delay(pk)  # a job taken meanwhile is left alone by run()
    return len(forgotten)


def fail_silent() -> int:
    """Fail jobs whose worker died, so that nobody waits for them; their work was one transaction and is gone.

    A job that still tells of its progress is alive, however long it takes.
    """
    old = Job.objects.filter(state=Job.State.RUNNING, beat_at__lt=timezone.now() - SILENT_AFTER)
    silent = [pk for pk in old.values_list("pk", flat=True) if not cache.get(_beat_key(pk))]
    return Job.objects.filter(pk__in=silent, state=Job.State.RUNNING).update(
        state=Job.State.FAILED,
        finished_at=timezone.now(),
        error=_("The worker stopped before the end. Nothing was kept; start it again."),
    )


def delete_stray_files() -> int:
    """Delete files of jobs that no row names: a worker had saved them and was killed before the end of its transaction.

    Nobody can fetch them, and no rule would ever take them away.
    """
    deleted = 0
    for column in ("result_file", "input_file"):
        field = Job._meta.get_field(column)
        folder = str(field.upload_to).rstrip("/")  # type: ignore[union-attr]  # both are FileFields
        try:
            _folders, names = default_storage.listdir(folder)
        except FileNotFoundError:
            continue
        named = set(Job.objects.exclude(**{column: ""}).values_list(column, flat=True))
        for path in (f"{folder}/{name}" for name in names):
            if path not in named and default_storage.get_modified_time(path) < timezone.now() - STRAY_AFTER:
                default_storage.delete(path)
                deleted += 1
    return deleted


def _beat_key(job_id: int | None) -> str:
    return f"job:{job_id}:beat"


def _key(job_id: int | None) -> str:
    return f"job:{job_id}:progress"


def _stop_key(job_id: int | None) -> str:
    return f"job:{job_id}:stop"
