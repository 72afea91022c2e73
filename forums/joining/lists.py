"""The queues of applications for a seat and of questions."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from c2m2a_crm.core import ui
from c2m2a_crm.core.lists import Column, HouseFilterSet, ListState, ListWords, one_of, said, says, several_of
from forums.filters import readable_forums
from forums.models import Inquiry, SeatApplication
from members.models import Application

APPLICATIONS = "seat-applications"
INQUIRIES = "inquiries"
STATES = [*Application.State.choices, ("appealed", _("Appeal waits"))]
_TONES = {"received": "info", "review": "warn", "admitted": "ok", "declined": "line", "appealed": "copper"}

Rows = QuerySet[Any, Any]


def state_tag(state: str) -> SafeString:
    return ui.tag(dict(STATES)[state], _TONES[state])


def _of_forum() -> Any:
    facet = django_filters.ModelChoiceFilter(label=_("Forum"), queryset=readable_forums, empty_label=_("Any"))
    return said(facet, _("for %(value)s"))


class SeatApplicationFilterSet(HouseFilterSet):
    q = django_filters.CharFilter(method="filter_text", label=_("Organization or applicant"))
    state = said(several_of(_("State"), STATES), _("in the state %(value)s"))
    forum = _of_forum()

    class Meta:
        model = SeatApplication
        fields: ClassVar[list[str]] = []

    def filter_text(self, rows: Rows, name: str, value: str) -> Rows:
        paths = ("organization_name", "given_name", "family_name")
        return rows.filter(says(value, *(f"application__{path}" for path in paths)))


def _state(actor: Any, rows: Any) -> dict[int, str]:
    """By application, its state."""
    keys = [row.pk for row in rows]
    told: Any = SeatApplication.objects.filter(pk__in=keys).with_state()
    return dict(told.values_list("pk", "state"))


APPLICATION_COLUMNS = (
    Column(
        "organization",
        _("Organization"),
        str,
        cell=lambda row: format_html('<a class="t" href="{}">{}</a>', row.get_absolute_url(), str(row)),
        order=lambda: ["application__organization_name"],
        is_row_header=True,
    ),
    Column("applicant", _("Applicant"), lambda row: row.application.applicant),
    Column("forum", _("Forum"), lambda row: str(row.forum)),
    Column("category", _("Category"), lambda row: str(row.category or ""), is_low=True),
    Column(
        "received",
        _("Received"),
        lambda row: row.application.received_at,
        cell=lambda row: ui.when(row.application.received_at, style="short"),
        order=lambda: ["application__received_at"],
    ),
    Column(
        "state",
        _("State"),
        lambda row, state: str(dict(STATES)[state]),
        cell=lambda row, state: state_tag(state),
        batch=_state,
        order=lambda: ["state"],
    ),
)
APPLICATION_WORDS = ListWords(
    label=_("Applications for a seat"),
    counted=lambda total: ngettext("%(count)s application for a seat", "%(count)s applications for a seat", total),
    no_match=_("No application matches these filters"),
    empty_title=_("No applications yet"),
    empty_text=_("What is sent by the public form of a table stands here until somebody decides it."),
)


def application_list(request: HttpRequest) -> ListState:
    return ListState(
        list_key=APPLICATIONS,
        request=request,
        base=SeatApplication.objects.readable_by(request.user).with_state(),
        filterset_class=SeatApplicationFilterSet,
        columns=APPLICATION_COLUMNS,
        default_order=["-application__received_at"],
        order_words=_("newest first"),
        search_label=_("Filter by organization or applicant"),
    )


# --- Questions --------------------------------------------------------------------------------------------------------


class InquiryFilterSet(HouseFilterSet):
    q = django_filters.CharFilter(method="filter_text", label=_("Name or organization"))
    answered = said(
        one_of(_("Answered"), [("no", _("Not yet")), ("yes", _("Yes"))], "by_answer"),
        "%(value)s",
        {"no": _("not yet answered"), "yes": _("answered")},
    )
    forum = _of_forum()

    class Meta:
        model = Inquiry
        fields: ClassVar[list[str]] = []

    def filter_text(self, rows: Rows, name: str, value: str) -> Rows:
        return rows.filter(says(value, "name", "organization_name"))

    def by_answer(self, rows: Rows, name: str, value: str) -> Rows:
        return rows.filter(answered_at__isnull=value == "no")


INQUIRY_COLUMNS = (
    Column(
        "name",
        _("Name"),
        lambda row: row.name,
        cell=lambda row: format_html('<a class="t" href="{}">{}</a>', row.get_absolute_url(), row.name),
        order=lambda: ["name"],
        is_row_header=True,
    ),
    Column("organization", _("Organization"), lambda row: row.organization_name, is_low=True),
    Column("forum", _("Forum"), lambda row: str(row.forum)),
    Column(
        "received",
        _("Received"),
        lambda row: row.received_at,
        cell=lambda row: ui.when(row.received_at, style="short"),
        order=lambda: ["received_at"],
    ),
    Column(
        "answered",
        _("Answered"),
        lambda row: row.answered_at,
        cell=lambda row: ui.when(row.answered_at, style="short") if row.answered_at else ui.tag(_("Not yet"), "warn"),
        order=lambda: [F("answered_at").asc(nulls_first=True)],
    ),
)
INQUIRY_WORDS = ListWords(
    label=_("Questions about tables"),
    counted=lambda total: ngettext("%(count)s question", "%(count)s questions", total),
    no_match=_("No question matches these filters"),
    empty_title=_("No questions yet"),
    empty_text=_("What somebody who may want to join asks by the public form of a table stands here."),
)


def inquiry_list(request: HttpRequest) -> ListState:
    return ListState(
        list_key=INQUIRIES,
        request=request,
        base=Inquiry.objects.readable_by(request.user),
        filterset_class=InquiryFilterSet,
        columns=INQUIRY_COLUMNS,
        default_order=[F("answered_at").desc(nulls_first=True), "-received_at"],
        order_words=_("unanswered first"),
        search_label=_("Filter by name or organization"),
    )
