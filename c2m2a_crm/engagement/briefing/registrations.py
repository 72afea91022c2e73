"""What briefings do to the rest of the house; ``engagement.contributions`` calls it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.registries import (
    RecordAction,
    briefing_sources,
    briefing_subjects,
    record_actions,
)
from c2m2a_crm.engagement.briefing.sources import SOURCES
from c2m2a_crm.engagement.briefing.subjects import SUBJECTS, url_of
from c2m2a_crm.engagement.policies import can_read_log
from members.models import Party, Person


def _url(about: str) -> Callable[[Any, Any], str]:
    def url(actor: Any, record: Person | Party) -> str:
        is_gone = record.is_archived or (isinstance(record, Person) and record.anonymised_on is not None)
        return url_of(about, record.pk) if can_read_log(actor) and not is_gone else ""

    return url


def register() -> None:
    for source in SOURCES:
        briefing_sources.register(source)
    for subject in SUBJECTS:
        briefing_subjects.register(subject)
    for model, about in ((Person, "person"), (Party, "party")):
        record_actions.register(
            RecordAction(f"briefing-{about}", 10, model, _("Briefing"), "clipboard-text", _url(about))
        )
