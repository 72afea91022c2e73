"""What a file or a print is for, in the words of the person who takes it: asked once, and said again in the audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.registries import exportable_lists
from c2m2a_crm.core.text import clean_line

LONGEST: Final = 200
# Offered beside what was said last; any other words are as good.
SUGGESTIONS: Final = (
    _("Prepare a meeting"),
    _("Brief a colleague"),
    _("Write a report"),
    _("Check and correct records"),
    _("Answer a request for access"),
)
_LAST: Final = "purpose"


def asks_purpose(list_key: str) -> bool:
    """Whether what leaves of this list may name people or hold what was confided to a circle."""
    entry = exportable_lists.get(list_key)
    return entry is not None and entry.asks_purpose


def purpose_from(data: Mapping[str, Any]) -> str:
    """The purpose that a form sent, in one line; empty where it sent none."""
    return " ".join(clean_line(str(data.get("purpose", ""))).split())[:LONGEST]


def last_purpose(request: HttpRequest) -> str:
    """What the person said last in this session: the next file is often for the same."""
    return str(getattr(request, "session", {}).get(_LAST, ""))


def remember_purpose(request: HttpRequest, purpose: str) -> None:
    request.session[_LAST] = purpose
