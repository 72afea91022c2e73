"""The import as a job: read the kept file again, do it, keep the report."""

from __future__ import annotations

from typing import Any, Final

from django.core.files.base import File
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import jobs
from c2m2a_crm.core.imports import Table, Unreadable, read_table
from c2m2a_crm.core.models import Job
from members.imports.apply import import_organizations
from members.imports.columns import ImportSettings, guess_settings
from members.services.errors import DirectoryError

KIND: Final = "import_organizations"
# The check is made while the page is waited for; the command takes larger files.
ROWS_ON_A_PAGE: Final = 5_000


def begin_import(*, actor: User, file: File[bytes]) -> Job:
    """Keep the file and guess what its columns mean. Raises :class:`Unreadable` before anything is kept."""
    data = file.read()
    name = (file.name or "file")[-120:]
    table = read_table(data, name)
    if len(table.rows) > ROWS_ON_A_PAGE:
        raise Unreadable(_("The file has more than %(count)d rows. Split it.") % {"count": ROWS_ON_A_PAGE})
    file.seek(0)
    job = jobs.prepare_job(
        actor=actor,
        kind=KIND,
        title=_("Import: %(file)s") % {"file": name},
        parameters={"file": name, "settings": guess_settings(table).to_json()},
        input_file=file,
    )
    job.parameters["page"] = reverse("imports:detail", args=[job.pk])
    job.save(update_fields=["parameters"])
    return job


def settings_of(job: Job) -> ImportSettings:
    return ImportSettings.from_json(job.parameters["settings"])


def table_of(job: Job) -> tuple[Table, bytes]:
    """The table as the job's settings read it, and the bytes of the file."""
    settings = settings_of(job)
    with job.input_file.open("rb") as file:
        data: bytes = file.read()
    return read_table(data, job.parameters["file"], encoding=settings.encoding, delimiter=settings.delimiter), data


def keep_settings(job: Job, settings: ImportSettings) -> None:
    """While the job waits for its person; a job that was handed over keeps what it was handed."""
    job.parameters["settings"] = settings.to_json()
    Job.objects.filter(pk=job.pk, state=Job.State.PREPARED).update(parameters=job.parameters)


def hand_over(job: Job, settings: ImportSettings) -> bool:
    """Queue the import; False where somebody did so before."""
    with transaction.atomic():
        keep_settings(job, settings)
        return jobs.queue_job(job)


@jobs.runner(KIND)
def run_import(job: Job) -> dict[str, Any]:
    """Everything or nothing is written: the job is one transaction."""
    try:
        table, data = table_of(job)
        outcome = import_organizations(
            actor=job.actor,
            table=table,
            settings=settings_of(job),
            file_name=job.parameters["file"],
            data=data,
            tell=lambda done, total, step: jobs.progress(job, done=done, total=total, step=step),
        )
    except (Unreadable, DirectoryError) as refused:
        raise jobs.JobError(str(refused)) from refused
    job.operation = outcome.operation
    return outcome.to_json()
