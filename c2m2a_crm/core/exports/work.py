"""The job that stores a list as a file, and the end of such files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from tempfile import NamedTemporaryFile
from typing import Any, Final

from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core import jobs
from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.exports.csv_files import csv_pieces
from c2m2a_crm.core.exports.files import ending, note_start, write_as
from c2m2a_crm.core.exports.formats import file_name, list_entry
from c2m2a_crm.core.exports.provenance import provenance_of, request_for
from c2m2a_crm.core.exports.rows import Rows
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.models import Job
from c2m2a_crm.core.pdf import PdfError

JOB_KIND: Final = "export_list"
FILES_LAST: Final = timedelta(days=7)


def may_carry_away(actor: Any, job: Job) -> bool:
    """Whether the person may have what the job's list held: asked when the work runs and each time it is fetched."""
    return job.kind != JOB_KIND or list_entry(job.parameters["list"]).allowed(actor)


def note_start_of(job: Job) -> None:
    """Before the work, whose transaction would take the note away with itself when it breaks off."""
    if not may_carry_away(job.actor, job):
        raise jobs.JobError(_("You may no longer export this list."))
    entry = list_entry(job.parameters["list"])
    state = entry.state(request_for(job.actor, job.parameters["query"]))
    provenance = provenance_of(entry, state, job.actor, job.parameters.get("purpose", ""))
    job.parameters["started"] = note_start(job.actor, provenance, job.parameters["format"])


@jobs.runner(JOB_KIND, before=note_start_of)
def run_export(job: Job) -> dict[str, Any]:
    """A stored export. The rights are those of the person at the time when the work runs, not when it was asked for."""
    entry = list_entry(job.parameters["list"])
    file_format = job.parameters["format"]
    state = entry.state(request_for(job.actor, job.parameters["query"]))
    provenance = provenance_of(entry, state, job.actor, job.parameters.get("purpose", ""))
    finished = ending(job.actor, provenance, file_format, job.parameters["started"])
    rows = _Watched(state, job.actor, job)
    with NamedTemporaryFile(suffix=f".{file_format}") as target:
        if file_format == "csv":
            target.writelines(csv_pieces(rows, provenance, bom=True, finished=finished))
        else:
            try:
                write_as(target, file_format, entry, state, rows, provenance)
            except PdfError as error:
                raise jobs.JobError(str(error)) from error
            finished(rows.count, True)
        target.seek(0)
        job.result_file.save(file_name(entry, file_format, provenance.at), File(target), save=False)
    return {"rows": rows.count}


def delete_old_files() -> int:
    """Delete what jobs made after :data:`FILES_LAST`: a copy that nobody needs any more is only a risk."""
    old = Job.objects.filter(finished_at__lt=timezone.now() - FILES_LAST).exclude(result_file="")
    deleted = 0
    for job in old.order_by("pk")[:100]:
        job.result_file.delete(save=False)
        job.save(update_fields=["result_file"])
        deleted += 1
    return deleted


class _Watched(Rows):
    """Rows that tell a job how far they are."""

    def __init__(self, state: ListState, actor: Actor, job: Job) -> None:
        super().__init__(state, actor)
        self._job = job
        self._total = state.ordered.count()

    def chunks(self) -> Iterator[list[Sequence[Any]]]:
        for columns in super().chunks():
            self._tell()
            yield columns

    def records(self) -> Iterator[list[Any]]:
        for chunk in super().records():
            self._tell()
            yield chunk

    def _tell(self) -> None:
        jobs.progress(self._job, done=self.count, total=self._total, step=_("Writing rows"))
