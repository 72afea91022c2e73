"""Backups as work in the background: started from the page, or by the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import structlog
from django.conf import settings
from django.utils.translation import gettext as _

from c2m2a_crm.core.backup import services, trying
from c2m2a_crm.core.backup.errors import BackupError
from c2m2a_crm.core.jobs import JobError, progress, runner
from c2m2a_crm.core.models import AuditEvent, Job

log = structlog.get_logger(__name__)

BACKUP: Final = "backup"
DRILL: Final = "backup_drill"
# How long the clock waits after the last one.
_BACKUP_EVERY: Final = timedelta(hours=24)
_DRILL_EVERY: Final = timedelta(days=7)


@runner(BACKUP)
def make_backup(job: Job) -> dict[str, Any]:
    progress(job, done=0, total=1, step=_("Writing the backup"))
    try:
        made = services.make(services.default_target(), services.default_key(), actor=job.actor)
    except BackupError as error:
        raise JobError(str(error)) from None
    services.forget_old()
    progress(job, done=1)
    return {"file": made.path.name, "rows": made.rows}


@runner(DRILL)
def try_newest_backup(job: Job) -> dict[str, Any]:
    kept = services.kept_backups()
    if not kept:
        raise JobError(_("There is no backup to try yet. Make one first."))
    steps = iter(range(1, 10))
    progress(job, done=0, total=4, step=_("Reading the file"))
    try:
        verdict = trying.try_out(
            kept[0],
            services.default_key(),
            say=lambda sentence: progress(job, done=next(steps), step=sentence),
            actor=job.actor,
        )
    except BackupError as error:
        raise JobError(str(error)) from None
    # A bad one is no failure of the work: raising would take its note in the audit away again.
    return {"file": kept[0].name, "rows": verdict.rows, "complaints": trying.complaints(verdict)}


def take_care() -> None:
    """What the clock asks for each hour: a backup a day, a drill a week. A failure is written into the audit."""
    if not settings.BACKUP_SCHEDULE:
        return
    try:
        if services.is_due(services.MADE, _BACKUP_EVERY):
            services.make(services.default_target(), services.default_key())
            services.forget_old()
        kept = services.kept_backups()
        if kept and services.is_due(services.TRIED, _DRILL_EVERY):
            trying.try_out(kept[0], services.default_key(), say=lambda sentence: log.info("backup", said=sentence))
    except BackupError as error:
        log.warning("backup failed", reason=str(error))
        AuditEvent.objects.create(verb=services.FAILED, details={"reason": str(error)})
