"""The lists of previews, holds and incidents: what their columns show and what narrows them."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.lists import Column, HouseFilterSet, ListState, ListWords, one_of, says
from c2m2a_crm.core.registries import retention_rules
from c2m2a_crm.privacy.models import Incident, LegalHold, RetentionRun

_RUN_TONES = {
    RetentionRun.State.PROPOSED: "warn",
    RetentionRun.State.NOTHING: "",
    RetentionRun.State.APPROVED: "info",
    RetentionRun.State.DONE: "ok",
}
_RISK_TONES = {Incident.Risk.REAL: "bad", Incident.Risk.NONE: "ok", Incident.Risk.UNKNOWN: "warn"}


def _link(row: Any, text: str) -> SafeString:
    return format_html('<a class="t" href="{}">{}</a>', row.get_absolute_url(), text)


# --- Previews -------------------------------------------------------------------------------------------------------


class RunFilterSet(HouseFilterSet):
    q = django_filters.CharFilter(method="filter_text", label=gettext_lazy("Authority or reason"))
    rule = django_filters.ChoiceFilter(
        choices=lambda: [(rule.key, rule.label) for rule in retention_rules], label=gettext_lazy("Rule")
    )
    state = one_of(
        gettext_lazy("State"),
        [("open", gettext_lazy("To be looked at")), ("done", gettext_lazy("Done"))],
        "filter_state",
    )

    class Meta:
        model = RetentionRun
        fields: ClassVar[list[str]] = []

    def filter_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(says(value, "authority", "reason"))

    def filter_state(self, rows: Any, name: str, value: str) -> QuerySet[Any]:
        done: QuerySet[Any] = rows.filter(finished_at__isnull=False)
        return rows.to_look_at() if value == "open" else done


def run_tag(run: RetentionRun) -> SafeString:
    return ui.tag(run.state_label, _RUN_TONES[RetentionRun.State(run.state)])


RUN_COLUMNS = (
    Column(
        "rule",
        gettext_lazy("Rule"),
        value=lambda run: run.label,
        cell=lambda run: _link(run, run.label),
        order=lambda: ["rule"],
        is_row_header=True,
    ),
    Column(
        "month",
        gettext_lazy("Month"),
        value=lambda run: run.month,
        cell=lambda run: dates.month_and_year(run.month),
        order=lambda: ["month"],
    ),
    Column("proposed", gettext_lazy("Rows due"), value=lambda run: run.proposed, order=lambda: ["proposed"]),
    Column("left_out", gettext_lazy("Left out"), value=lambda run: run.left_out),
    Column("gone", gettext_lazy("Disposed of"), value=lambda run: run.gone),
    Column(
        "cutoff",
        gettext_lazy("Last used before"),
        value=lambda run: run.cutoff,
        cell=lambda run: ui.when(run.cutoff, style="short"),
        order=lambda: ["cutoff"],
    ),
    Column(
        "approved_by",
        gettext_lazy("Approved by"),
        value=lambda run: str(run.approved_by) if run.approved_by else "",
    ),
    Column("state", gettext_lazy("State"), value=lambda run: run.state_label, cell=run_tag),
)
RUN_WORDS = ListWords(
    label=gettext_lazy("Monthly previews"),
    counted=lambda total: ngettext("%(count)s preview", "%(count)s previews", total),
    empty_title=gettext_lazy("No previews yet"),
    empty_text=gettext_lazy(
        "Once a month each rule lists what is due. Nothing goes before somebody approves the list."
    ),
)


# --- Holds ----------------------------------------------------------------------------------------------------------


class HoldFilterSet(HouseFilterSet):
    q = django_filters.CharFilter(method="filter_text", label=gettext_lazy("Name, reason or words"))
    state = one_of(
        gettext_lazy("State"),
        [("open", gettext_lazy("In force")), ("released", gettext_lazy("Released"))],
        "filter_state",
    )

    class Meta:
        model = LegalHold
        fields: ClassVar[list[str]] = []

    def filter_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(says(value, "name", "reason", "words"))

    def filter_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(released_at__isnull=value == "open")


def hold_tag(hold: LegalHold) -> SafeString:
    return ui.tag(_("In force"), "lock", "lock") if hold.is_in_force else ui.tag(_("Released"), "line")


HOLD_COLUMNS = (
    Column(
        "name",
        gettext_lazy("Hold"),
        value=lambda hold: hold.name,
        cell=lambda hold: _link(hold, hold.name),
        order=lambda: ["name"],
        is_row_header=True,
    ),
    Column("subjects", gettext_lazy("People and records"), value=lambda hold: hold.subject_count),
    Column("words", gettext_lazy("Words"), value=lambda hold: hold.words),
    Column(
        "placed",
        gettext_lazy("Placed"),
        value=lambda hold: hold.placed_at,
        cell=lambda hold: ui.when(hold.placed_at, style="short"),
        order=lambda: ["placed_at"],
    ),
    Column("placed_by", gettext_lazy("Placed by"), value=lambda hold: str(hold.placed_by)),
    Column(
        "state",
        gettext_lazy("State"),
        value=lambda hold: _("In force") if hold.is_in_force else _("Released"),
        cell=hold_tag,
    ),
)
HOLD_WORDS = ListWords(
    label=gettext_lazy("Legal holds"),
    counted=lambda total: ngettext("%(count)s hold", "%(count)s holds", total),
    empty_title=gettext_lazy("No holds"),
    empty_text=gettext_lazy("Place one when a dispute, an inquiry or a request needs records to stay."),
)


# --- Incidents ------------------------------------------------------------------------------------------------------


class IncidentFilterSet(HouseFilterSet):
    q = django_filters.CharFilter(method="filter_text", label=gettext_lazy("Words"))
    risk = one_of(
        gettext_lazy("Risk"),
        [*((key, label) for key, label in Incident.Risk.choices if key), ("unknown", Incident.Risk.UNKNOWN.label)],
        "filter_risk",
    )
    state = one_of(
        gettext_lazy("State"),
        [("open", gettext_lazy("Open")), ("closed", gettext_lazy("Closed"))],
        "filter_state",
    )

    class Meta:
        model = Incident
        fields: ClassVar[list[str]] = []

    def filter_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(says(value, "title", "what", "whose", "information"))

    def filter_risk(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(risk="" if value == "unknown" else value)

    def filter_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(closed_on__isnull=value == "open")


def risk_tag(incident: Incident) -> SafeString:
    return ui.tag(incident.get_risk_display(), _RISK_TONES[Incident.Risk(incident.risk)])


INCIDENT_COLUMNS = (
    Column(
        "reference",
        gettext_lazy("Incident"),
        value=lambda incident: str(incident),
        cell=lambda incident: _link(incident, str(incident)),
        order=lambda: ["year", "number"],
        is_row_header=True,
    ),
    Column(
        "found_on",
        gettext_lazy("Found"),
        value=lambda incident: incident.found_on,
        cell=lambda incident: ui.when(incident.found_on, style="short"),
        order=lambda: ["found_on"],
    ),
    Column(
        "people",
        gettext_lazy("People"),
        value=lambda incident: incident.people_count,
        order=lambda: ["people_count"],
    ),
    Column("whose", gettext_lazy("Whose information"), value=lambda incident: incident.whose),
    Column(
        "sensitivity",
        gettext_lazy("Sensitivity"),
        value=lambda incident: str(incident.get_sensitivity_display()),
    ),
    Column("risk", gettext_lazy("Risk"), value=lambda incident: str(incident.get_risk_display()), cell=risk_tag),
    Column(
        "state",
        gettext_lazy("State"),
        value=lambda incident: _("Open") if incident.is_open else _("Closed"),
        cell=lambda incident: ui.dot(_("Open"), "warn") if incident.is_open else ui.dot(_("Closed"), "none"),
    ),
)
INCIDENT_WORDS = ListWords(
    label=gettext_lazy("Incidents"),
    counted=lambda total: ngettext("%(count)s incident", "%(count)s incidents", total),
    empty_title=gettext_lazy("No incidents"),
    empty_text=gettext_lazy("Record each breach of security around personal information, also a harmless one."),
)


def incident_list(request: HttpRequest) -> ListState:
    from c2m2a_crm.privacy.views.incidents import IncidentListView  # views import this module

    view = IncidentListView()
    view.setup(request)
    return view.state()
