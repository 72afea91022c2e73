"""The hunt as work in the background: each night, or when somebody asks for it."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _

from c2m2a_crm.core import jobs
from c2m2a_crm.core.models import Job
from members.duplicates.hunt import KINDS, renew

HUNT: Final = "members.duplicates"


@jobs.runner(HUNT)
def hunt(job: Job) -> dict[str, Any]:
    """Both kinds, one after the other."""
    steps = {"people": _("Comparing people"), "parties": _("Comparing organizations and Nations")}
    found = {}
    for kind in KINDS:

        def tell(done: int, total: int, step: str = steps[kind]) -> None:
            jobs.progress(job, done=done, total=total, step=step)

        found[kind] = renew(kind, tell=tell)
    return found
