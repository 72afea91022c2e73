"""The register of incidents: what happened, how grave it is, and whom to inform by when."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.core import ui
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.views import HouseView, ListView, see_other, visible_or_404
from c2m2a_crm.privacy import policies
from c2m2a_crm.privacy.keeping_forms import AssessmentForm, IncidentForm, NoticeForm
from c2m2a_crm.privacy.keeping_lists import INCIDENT_COLUMNS, INCIDENT_WORDS, IncidentFilterSet, risk_tag
from c2m2a_crm.privacy.models import Incident
from c2m2a_crm.privacy.services import incidents
from c2m2a_crm.privacy.services.incidents import RISK_FIELDS
from c2m2a_crm.privacy.views.holds import _FormView, refuse


class IncidentListView(ListView):
    allowed = staticmethod(policies.can_handle_privacy)
    list_key = "incidents"
    template_name = "privacy/incident_list.html"
    filterset_class = IncidentFilterSet
    columns = INCIDENT_COLUMNS
    words = INCIDENT_WORDS
    order_words = gettext_lazy("newest first")
    search_label = gettext_lazy("Filter by words")

    def rows(self) -> Any:
        return Incident.objects.visible_to(self.request.user).for_list()

    def default_order(self) -> list[str]:
        return ["-year", "-number", "-pk"]

    def context(self, state: ListState) -> dict[str, Any]:
        return {"may_export": True}


def incident_or_404(user: Any, pk: int) -> Incident:
    found: Incident = visible_or_404(Incident.objects.select_related("created_by"), user, pk=pk)
    return found


class IncidentCreateView(_FormView):
    allowed = staticmethod(policies.can_keep_incidents)
    heading = gettext_lazy("Record an incident")
    lede = gettext_lazy("Write what is known now. How grave it is and whom to inform follow on its page.")
    submit = gettext_lazy("Record it")

    def back(self) -> tuple[str, str]:
        return reverse("privacy:incidents"), _("Incidents")

    def get(self, request: SignedInRequest) -> HttpResponse:
        return self.page(request, IncidentForm())

    def post(self, request: SignedInRequest) -> HttpResponse:
        form = IncidentForm(request.POST)
        if form.is_valid():
            try:
                incident = incidents.record_incident(actor=request.user, **form.cleaned_data)
            except (ActRefused, ValidationError) as refused:
                refuse(form, refused)
            else:
                ui.toast(request, _("Incident %(number)s recorded.") % {"number": incident.reference})
                return see_other(request, incident.get_absolute_url())
        return self.page(request, form, status=422)


class IncidentView(HouseView):
    """The incident; its assessment is saved from here."""

    allowed = staticmethod(policies.can_handle_privacy)

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return self.page(request, incident_or_404(request.user, pk))

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        incident = incident_or_404(request.user, pk)
        form = AssessmentForm(request.POST)
        if form.is_valid():
            changes = {name: form.cleaned_data[name] for name in (*RISK_FIELDS, "steps")}
            try:
                incidents.edit_incident(
                    actor=request.user, incident=incident, version=form.cleaned_data["version"], changes=changes
                )
            except ActRefused as refused:
                refuse(form, refused)
            except EditConflict:
                form.add_error(None, _("Somebody else changed the same. Look at the page again, then save."))
                return self.page(request, incident, form, status=409)
            else:
                ui.toast(request, _("Saved."))
                return see_other(request, incident.get_absolute_url())
        return self.page(request, incident, form, status=422)

    def page(
        self, request: SignedInRequest, incident: Incident, form: AssessmentForm | None = None, *, status: int = 200
    ) -> HttpResponse:
        if form is None:
            start = {name: getattr(incident, name) for name in (*RISK_FIELDS, "steps", "version")}
            form = AssessmentForm(initial=start)
        context = {
            "incident": incident,
            "risk": risk_tag(incident),
            "duties": incidents.duties_of(incident),
            "form": form,
            "may_act": policies.can_keep_incidents(request.user) and incident.is_open,
            "page_errors": bool(form.errors),
        }
        return render(request, "privacy/incident_detail.html", context, status=status)


class NoticeView(_FormView):
    """Note that one of those whom the law names was told."""

    allowed = staticmethod(policies.can_keep_incidents)
    submit = gettext_lazy("Note it")

    def back(self) -> tuple[str, str]:
        return reverse("privacy:incident", args=[self.kwargs["pk"]]), _("Incident")

    def get(self, request: SignedInRequest, pk: int, duty_pk: int) -> HttpResponse:
        self.line(request, pk, duty_pk)
        return self.page(request, NoticeForm())

    def post(self, request: SignedInRequest, pk: int, duty_pk: int) -> HttpResponse:
        incident, duty = self.line(request, pk, duty_pk)
        form = NoticeForm(request.POST)
        if form.is_valid():
            try:
                incidents.note_notice(actor=request.user, incident=incident, duty=duty, **form.cleaned_data)
            except ActRefused as refused:
                refuse(form, refused)
            else:
                ui.toast(request, _("Noted."))
                return see_other(request, incident.get_absolute_url())
        return self.page(request, form, status=422)

    def line(self, request: SignedInRequest, pk: int, duty_pk: int) -> tuple[Incident, Any]:
        incident = incident_or_404(request.user, pk)
        duty = next((line.duty for line in incidents.duties_of(incident) if line.duty.pk == duty_pk), None)
        if duty is None:
            raise Http404
        self.heading = _("Told: %(whom)s") % {"whom": duty.whom.text}
        self.lede = f"{duty.when.text}. {duty.citation.text}."
        return incident, duty


class IncidentCloseView(HouseView):
    allowed = staticmethod(policies.can_keep_incidents)

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        incident = incident_or_404(request.user, pk)
        try:
            incidents.close_incident(actor=request.user, incident=incident)
        except ActRefused as refused:
            ui.warn(request, str(refused))
        else:
            ui.toast(request, _("Incident closed."))
        return see_other(request, incident.get_absolute_url())
