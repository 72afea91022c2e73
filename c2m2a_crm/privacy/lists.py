"""The list of requests for access: what its columns show."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from c2m2a_crm.core import ui
from c2m2a_crm.core.lists import Column, ListWords
from c2m2a_crm.core.validity import today
from c2m2a_crm.privacy.models import AccessItem, AccessRequest

State = AccessRequest.State
Mark = AccessItem.Mark
_TONES = {State.OPEN: "info", State.LATE: "bad", State.CLOSED: ""}
_MARK_TONES = {
    Mark.PENDING: "line",
    Mark.RELEASE: "ok",
    Mark.PART: "ok",
    Mark.EXEMPT: "lock",
    Mark.NOT_RELEVANT: "",
    Mark.THIRD_PARTY: "warn",
}


def state_of(request: AccessRequest) -> State:
    """By its dates alone."""
    if not request.is_open:
        return State.CLOSED
    return State.LATE if request.due_on < today() else State.OPEN


def state_tag(request: AccessRequest) -> SafeString:
    state = state_of(request)
    return ui.tag(state.label, _TONES[state])


def mark_tag(item: AccessItem) -> SafeString:
    return ui.tag(item.get_mark_display(), _MARK_TONES[Mark(item.mark)])


def _reference_cell(request: AccessRequest) -> SafeString:
    return format_html('<a class="t" href="{}">{}</a>', request.get_absolute_url(), request.reference)


def _due_cell(request: Any) -> SafeString:
    return ui.due(request.due) if request.is_open else ui.when(request.due, style="near")


REQUEST_COLUMNS = (
    Column(
        "reference",
        gettext_lazy("Request"),
        value=lambda request: request.reference,
        cell=_reference_cell,
        order=lambda: ["year", "number"],
        is_row_header=True,
    ),
    Column(
        "kind",
        gettext_lazy("Kind"),
        value=lambda request: str(request.get_kind_display()),
        order=lambda: ["kind"],
    ),
    Column(
        "requester",
        gettext_lazy("Who asks"),
        value=lambda request: request.requester,
        order=lambda: ["requester"],
    ),
    Column(
        "about",
        pgettext_lazy("what a request is about", "About"),
        value=lambda request: str(request.person) if request.person else request.subject_words,
    ),
    Column(
        "received",
        gettext_lazy("Received"),
        value=lambda request: request.received_on,
        cell=lambda request: ui.when(request.received_on, style="near"),
        order=lambda: ["received_on"],
    ),
    Column(
        "due",
        gettext_lazy("Due"),
        value=lambda request: request.due,
        cell=_due_cell,
        order=lambda: ["due"],
    ),
    Column(
        "state",
        gettext_lazy("State"),
        value=lambda request: str(state_of(request).label),
        cell=state_tag,
    ),
)

REQUEST_WORDS = ListWords(
    label=gettext_lazy("Access requests"),
    counted=lambda total: ngettext("%(count)s request", "%(count)s requests", total),
    empty_title=gettext_lazy("No requests here"),
    empty_text=gettext_lazy("Open one when somebody asks what is held about them, or for records on a subject."),
)
