"""How pages and lists show what a membership is."""

from __future__ import annotations

from django.utils.safestring import SafeString

from c2m2a_crm.core import ui
from members.memberships.status import TONES, label_of


def status_tag(status: str | None) -> SafeString:
    return ui.tag(label_of(status), TONES[status]) if status else ui.NOTHING


def status_words(status: str | None) -> str:
    return str(label_of(status)) if status else ""
