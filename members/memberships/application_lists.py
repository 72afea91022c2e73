"""Columns and filters of the queue of applications."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from c2m2a_crm.core import ui
from c2m2a_crm.core.lists import Column, HouseFilterSet, ListState, ListWords, says, several_of
from members.models import Application

APPLICATIONS = "applications"
_TONES = {"received": "info", "review": "warn", "admitted": "ok", "declined": "line"}


def state_tag(state: str) -> SafeString:
    return ui.tag(Application.State(state).label, _TONES[state])


class ApplicationFilterSet(HouseFilterSet):
    q = django_filters.CharFilter(method="filter_text", label=_("Organization or applicant"))
    state = several_of(_("State"), Application.State.choices)

    class Meta:
        model = Application
        fields: ClassVar[list[str]] = []

    def filter_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(says(value, "organization_name", "given_name", "family_name"))


APPLICATION_COLUMNS = (
    Column(
        "organization",
        _("Organization"),
        lambda application: application.organization_name,
        cell=lambda application: ui.markup(
            '<a class=t href="{}">{}</a>', application.get_absolute_url(), application.organization_name
        ),
        order=lambda: ["organization_name"],
        is_row_header=True,
    ),
    Column("applicant", _("Applicant"), lambda application: application.applicant, order=lambda: ["family_name"]),
    Column("tier", _("Tier"), lambda application: str(application.tier or "")),
    Column(
        "received",
        _("Received"),
        lambda application: application.received_at,
        cell=lambda application: ui.when(application.received_at, style="short"),
        order=lambda: ["received_at"],
    ),
    Column(
        "state",
        _("State"),
        lambda application: str(Application.State(application.state).label),
        cell=lambda application: state_tag(application.state),
        order=lambda: ["state"],
    ),
)
APPLICATION_WORDS = ListWords(
    label=_("Applications"),
    counted=lambda total: ngettext("%(count)s application", "%(count)s applications", total),
    no_match=_("No application matches these filters"),
    empty_title=_("No applications yet"),
    empty_text=_("What is sent by the public form stands here until somebody decides it."),
)


def application_list(request: HttpRequest) -> ListState:
    return ListState(
        list_key=APPLICATIONS,
        request=request,
        base=Application.objects.visible_to(request.user).of_memberships().for_list(),
        filterset_class=ApplicationFilterSet,
        columns=APPLICATION_COLUMNS,
        default_order=["-received_at", "-pk"],
        order_words=_("newest first"),
        search_label=_("Filter by organization or applicant"),
    )
