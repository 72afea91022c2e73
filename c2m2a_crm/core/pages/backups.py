"""Backups: when the last one was made and tried, which files there are, and both once more at the press of a button."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core import jobs, rights
from c2m2a_crm.core.backup import container, services
from c2m2a_crm.core.backup.errors import BackupError
from c2m2a_crm.core.backup.jobs import BACKUP, DRILL
from c2m2a_crm.core.models import AuditEvent, Job
from c2m2a_crm.core.views import HouseView, see_other

_TITLES = {BACKUP: gettext_lazy("Backup"), DRILL: gettext_lazy("Restore drill")}


@dataclass(frozen=True, slots=True)
class KeptFile:
    name: str
    size: int
    made_at: datetime


def _kept_files() -> list[KeptFile]:
    files = []
    for path in services.kept_backups():
        facts = path.stat()
        files.append(KeptFile(path.name, facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC)))
    return files


def _key_mark() -> str:
    """Looking makes no key: the first backup does."""
    if not settings.BACKUP_KEY and not (settings.DATA_DIR / services.KEY_NAME).exists():
        return ""
    try:
        return container.mark_of(services.default_key())
    except (BackupError, OSError):
        return ""


def _failure(events: dict[str, AuditEvent]) -> str:
    """Why the last try failed, by the clock or by the button; nothing where a backup or a drill went well since.

    The work of a failed job is undone whole, a note in the audit too: what it failed of stands on the job.
    """
    failed = Job.objects.filter(kind__in=_TITLES, state=Job.State.FAILED).order_by("-finished_at", "-pk").first()
    tries = [(event.at, verb == services.FAILED, event.details.get("reason", "")) for verb, event in events.items()]
    if failed and failed.finished_at:
        tries.append((failed.finished_at, True, failed.error))
    _at, is_failure, reason = max(tries, default=(None, False, ""))
    return reason if is_failure else ""


def context() -> dict[str, Any]:
    events = services.last_events()
    return {
        "files": _kept_files(),
        "made": events.get(services.MADE),
        "tried": events.get(services.TRIED),
        "failed": _failure(events),
        "folder": settings.BACKUP_DIR,
        "keep": settings.BACKUP_KEEP,
        "key_mark": _key_mark(),
        "key_path": "" if settings.BACKUP_KEY else settings.DATA_DIR / services.KEY_NAME,
        "is_scheduled": settings.BACKUP_SCHEDULE,
    }


class BackupsView(HouseView):
    allowed = staticmethod(rights.can_administer)

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "core/backups.html", context())

    def post(self, request: HttpRequest) -> HttpResponse:
        kind = request.POST.get("kind", "")
        if kind not in _TITLES:
            return render(request, "core/backups.html", context() | {"error": _("Choose one of the two.")}, status=422)
        job = jobs.start_job(actor=request.user, kind=kind, title=str(_TITLES[kind]))
        return see_other(request, reverse("core:job", args=[job.pk]))
