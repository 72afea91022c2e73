"""The queue of applications: who may be meant on file, the checklist, conflicts of interest, the decision."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.core import ui
from c2m2a_crm.core.documents.registrations import document_panel
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import HouseView, ListView, see_other, visible_or_404
from members.duplicates.typed import Likely, likely_parties, likely_people
from members.memberships import admission, intake, policies
from members.memberships.application_lists import (
    APPLICATION_COLUMNS,
    APPLICATION_WORDS,
    APPLICATIONS,
    ApplicationFilterSet,
    application_list,
    state_tag,
)
from members.memberships.intake_forms import AdmissionForm, CheckForm, ConflictForm, DeclineForm
from members.memberships.views.acts import a_year_from
from members.memberships.views.base import FormView, refuse
from members.models import Application, ApplicationCheck


class ApplicationListView(ListView):
    allowed = staticmethod(policies.can_keep_memberships)
    list_key = APPLICATIONS
    template_name = "memberships/application_list.html"
    filterset_class = ApplicationFilterSet
    columns = APPLICATION_COLUMNS
    words = APPLICATION_WORDS

    def state(self) -> ListState:
        return application_list(self.request)

    def context(self, state: ListState) -> dict[str, Any]:
        return {"apply_url": self.request.build_absolute_uri(reverse("memberships_public:apply"))}


def application_or_404(user: Any, pk: int) -> Any:
    rows = Application.objects.select_related("tier", "party", "person", "membership", "recorded_by").with_state()
    return visible_or_404(rows, user, pk=pk, kind=Application.Kind.MEMBERSHIP)


def likely_on_file(user: Any, application: Application) -> list[Likely]:
    """Organizations and Nations that may be the applicant's."""
    return likely_parties(
        user,
        names=[application.organization_name],
        website=application.website,
        email_domain=application.email.rpartition("@")[2],
        limit=5,
    )


class ApplicationView(HouseView):
    allowed = staticmethod(policies.can_keep_memberships)
    http_method_names = ("get", "head", "options")

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        application = application_or_404(request.user, pk)
        done = {check.point: check for check in application.checks.select_related("done_by")}
        is_open = not application.decision
        people = likely_people(
            request.user,
            given_name=application.given_name,
            family_name=application.family_name,
            email=application.email,
            phone="",
            organization=None,
        )
        context = {
            "application": application,
            "state": state_tag(application.state),
            "points": [
                {"point": point, "label": label, "check": done.get(point)}
                for point, label in ApplicationCheck.Point.choices
            ],
            "declarations": list(application.declarations.select_related("user").order_by("pk")),
            "likely": likely_on_file(request.user, application) if is_open else [],
            "likely_people": people if is_open else [],
            "is_open": is_open,
            "may_decide": intake.may_decide(request.user, application),
            "is_checked": not intake.unchecked(application),
            "documents": document_panel(request.user, application),
        }
        return render(request, "memberships/application_detail.html", context)


class CheckView(HouseView):
    """A point of the checklist was looked at."""

    allowed = staticmethod(policies.can_keep_memberships)

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        application = application_or_404(request.user, pk)
        form = CheckForm(request.POST)
        if not form.is_valid():
            ui.warn(request, _("This is no point of the checklist."))
            return see_other(request, application.get_absolute_url())
        try:
            intake.check_point(actor=request.user, application=application, **form.cleaned_data)
        except ActRefused as refused:
            ui.warn(request, str(refused))
        else:
            ui.toast(request, _("Noted."))
        return see_other(request, application.get_absolute_url())


class _OfApplication(FormView):
    application: Any

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if type(self).allowed(request.user):
            self.application = application_or_404(request.user, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def back(self) -> tuple[str, str]:
        return self.application.get_absolute_url(), str(self.application)


class ConflictView(_OfApplication):
    heading = gettext_lazy("Declare a conflict of interest")
    lede = gettext_lazy("You declare an interest of your own. Somebody else then decides this application.")
    submit = gettext_lazy("Declare it")

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return self.page(request, ConflictForm())

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        form = ConflictForm(request.POST)
        if form.is_valid():
            try:
                intake.declare_conflict(actor=request.user, application=self.application, **form.cleaned_data)
            except ActRefused as refused:
                refuse(form, refused)
            else:
                ui.toast(request, _("Declared."))
                return see_other(request, self.back()[0])
        return self.page(request, form, status=422)


class AdmitApplicantView(_OfApplication):
    heading = gettext_lazy("Admit the applicant")
    lede = gettext_lazy("The welcome goes to the applicant in the language of the application.")
    submit = gettext_lazy("Admit")

    def likely(self) -> list[tuple[int, str]]:
        found = likely_on_file(self.request.user, self.application)
        return [(each.found.pk, f"{each.found.title} ({each.reason})") for each in found]

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        start = {"tier": self.application.tier, "first": today(), "last": a_year_from(today())}
        return self.page(request, AdmissionForm(initial=start, likely=self.likely()))

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        form = AdmissionForm(request.POST, likely=self.likely())
        if form.is_valid():
            try:
                membership = admission.admit_applicant(
                    actor=request.user,
                    application=self.application,
                    ruling=form.ruling(),
                    base_url=request.build_absolute_uri("/"),
                    **form.given(),
                )
            except ActRefused as refused:
                refuse(form, refused)
            except ValidationError as refused:
                form.add_error(None, " ".join(refused.messages))
            else:
                ui.toast(request, _("%(party)s is admitted.") % {"party": membership.party})
                return see_other(request, membership.get_absolute_url())
        return self.page(request, form, status=422)


class DeclineView(_OfApplication):
    heading = gettext_lazy("Decline the application")
    lede = gettext_lazy("The reason stays here. The applicant is told that it was not accepted.")
    submit = gettext_lazy("Decline")

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return self.page(request, DeclineForm())

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        form = DeclineForm(request.POST)
        if form.is_valid():
            try:
                admission.decline_applicant(
                    actor=request.user,
                    application=self.application,
                    ruling=form.ruling(),
                    base_url=request.build_absolute_uri("/"),
                )
            except ActRefused as refused:
                refuse(form, refused)
            else:
                ui.toast(request, _("Declined."))
                return see_other(request, self.back()[0])
        return self.page(request, form, status=422)
