"""The queues of applications and questions, the review of one, and what is decided about it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core import ui
from c2m2a_crm.core.documents.registrations import document_panel
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.pages.versioned import take_errors
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.views import HouseView, ListView, see_other, visible_or_404
from forums import policies
from forums.joining import services
from forums.joining.forms import AcceptForm, AnswerForm, AppealRulingForm, DeclineForm
from forums.joining.lists import (
    APPLICATION_COLUMNS,
    APPLICATION_WORDS,
    APPLICATIONS,
    INQUIRIES,
    INQUIRY_COLUMNS,
    INQUIRY_WORDS,
    InquiryFilterSet,
    SeatApplicationFilterSet,
    application_list,
    inquiry_list,
    state_tag,
)
from forums.models import Inquiry, SeatAppeal, SeatApplication
from forums.views.editing import ManagerView, refuse_in
from members.memberships import intake
from members.memberships.intake_forms import ConflictForm
from members.memberships.views.applications import likely_on_file


class ApplicationListView(ListView):
    allowed = staticmethod(policies.can_read_applications)
    list_key = APPLICATIONS
    template_name = "forums/joining/application_list.html"
    filterset_class = SeatApplicationFilterSet
    columns = APPLICATION_COLUMNS
    words = APPLICATION_WORDS

    def state(self) -> ListState:
        return application_list(self.request)

    def context(self, state: ListState) -> dict[str, Any]:
        return {"inquiries_url": reverse("forums:inquiries")}


class InquiryListView(ListView):
    allowed = staticmethod(policies.can_read_applications)
    list_key = INQUIRIES
    template_name = "forums/joining/inquiry_list.html"
    filterset_class = InquiryFilterSet
    columns = INQUIRY_COLUMNS
    words = INQUIRY_WORDS

    def state(self) -> ListState:
        return inquiry_list(self.request)

    def context(self, state: ListState) -> dict[str, Any]:
        return {"applications_url": reverse("forums:applications")}


def asked_or_404(user: Any, pk: int) -> SeatApplication:
    rows = SeatApplication.objects.for_list().select_related(
        "application__party", "application__recorded_by", "term__seat", "term__person"
    )
    asked: SeatApplication = visible_or_404(rows, user, pk=pk)
    if not asked.forum.is_readable_by(user):
        raise PermissionDenied
    return asked


class ApplicationView(HouseView):
    """What was sent, whether the rules admit it and why, who may be meant on file, what was decided."""

    allowed = staticmethod(policies.can_read_applications)
    http_method_names = ("get", "head", "options")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        asked = asked_or_404(request.user, pk)
        application = asked.application
        made = SeatAppeal.objects.filter(seat_application=asked).select_related("recorded_by").first()
        is_open = not application.decision
        may_manage = policies.can_manage_forum(request.user, asked.forum)
        answers = (
            (_("Why they want a seat"), application.statement, "statement"),
            (_("What they would bring"), asked.contribution, "contribution"),
            (_("Conflicts of interest"), application.conflicts, "conflicts"),
        )
        context = {
            "asked": asked,
            "application": application,
            "state": state_tag(asked.state),  # type: ignore[attr-defined]  # with_state adds it
            "verdict": services.verdict_of(asked),
            "answers": [(label, text, name in asked.confidential) for label, text, name in answers],
            "declarations": list(application.declarations.select_related("user").order_by("pk")),
            "likely": likely_on_file(request.user, application) if is_open else [],
            "is_open": is_open,
            "may_declare": is_open and may_manage,
            "may_decide": may_manage and intake.may_decide(request.user, application),  # type: ignore[arg-type]  # the policy let only users in
            "appeal": made,
            "documents": document_panel(request.user, asked),
            "may_decide_appeal": bool(made and not made.outcome)
            and may_manage
            and application.recorded_by_id != request.user.pk,
        }
        return render(request, "forums/joining/application_detail.html", context)


class _DecideView(ManagerView):
    """A form about one application that leads back to it."""

    heading: Any = ""
    submit: Any = ""
    lede: Any = ""

    def asked(self, pk: int) -> SeatApplication:
        asked = asked_or_404(self.request.user, pk)
        if not policies.can_manage_forum(self.actor(), asked.forum):
            raise PermissionDenied
        return asked

    def empty(self, asked: SeatApplication) -> Any:
        """The form as the page opens."""
        return self.sent(asked, None)

    def sent(self, asked: SeatApplication, data: Any) -> Any:
        """The form with what was sent."""
        raise ValueError(f"{type(self).__name__} has no form.")

    def decide(self, asked: SeatApplication, form: Any) -> str:
        """Call the service; say what happened."""
        raise ValueError(f"{type(self).__name__} has no service.")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        asked = self.asked(pk)
        return self.page(asked, self.empty(asked))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        asked = self.asked(pk)
        form = self.sent(asked, request.POST)
        if form.is_valid():
            try:
                words = self.decide(asked, form)
            except ActRefused as refused:
                refuse_in(form, refused)  # type: ignore[arg-type]  # every refusal has a field
            except ValidationError as refused:
                take_errors(form, refused)
            else:
                ui.toast(request, words)
                return see_other(request, asked.get_absolute_url())
        return self.page(asked, form, status=422)

    def page(self, asked: SeatApplication, form: Any, status: int = 200) -> HttpResponse:
        context = {
            "asked": asked,
            "form": form,
            "heading": self.heading,
            "submit": self.submit,
            "lede": self.lede,
            "back_url": asked.get_absolute_url(),
            "page_errors": bool(form.errors),
        }
        return render(self.request, "forums/joining/form.html", context, status=status)

    @property
    def base_url(self) -> str:
        return self.request.build_absolute_uri("/")


class AcceptView(_DecideView):
    heading = gettext_lazy("Accept the application")
    submit = gettext_lazy("Accept and seat")
    lede = gettext_lazy("The applicant has the seat from the first day on. The letter goes out in both languages.")

    def sent(self, asked: SeatApplication, data: Any) -> AcceptForm:
        found = likely_on_file(self.request.user, asked.application)
        likely = [(each.found.pk, f"{each.found.title} ({each.reason})") for each in found]
        return AcceptForm(data, asked=asked, likely=likely)

    def decide(self, asked: SeatApplication, form: AcceptForm) -> str:
        term = services.accept(
            actor=self.actor(), asked=asked, ruling=form.ruling(), base_url=self.base_url, **form.given()
        )
        return _("%(name)s is seated: %(seat)s.") % {"name": term.person, "seat": term.seat}


class DeclineView(_DecideView):
    heading = gettext_lazy("Decline the application")
    submit = gettext_lazy("Decline")
    lede = gettext_lazy("The applicant is told the reason, and may appeal once.")

    def sent(self, asked: SeatApplication, data: Any) -> DeclineForm:
        return DeclineForm(data)

    def decide(self, asked: SeatApplication, form: DeclineForm) -> str:
        services.decline(actor=self.actor(), asked=asked, ruling=form.ruling(), base_url=self.base_url)
        return _("Declined.")


class ConflictView(_DecideView):
    heading = gettext_lazy("Declare a conflict of interest")
    submit = gettext_lazy("Declare it")
    lede = gettext_lazy("You declare an interest of your own. Somebody else then decides this application.")

    def sent(self, asked: SeatApplication, data: Any) -> ConflictForm:
        return ConflictForm(data)

    def decide(self, asked: SeatApplication, form: ConflictForm) -> str:
        intake.declare_conflict(actor=self.actor(), application=asked.application, **form.cleaned_data)
        return _("Declared.")


class _AppealRulingView(_DecideView):
    outcome: str

    def sent(self, asked: SeatApplication, data: Any) -> AppealRulingForm:
        return AppealRulingForm(data)

    def decide(self, asked: SeatApplication, form: AppealRulingForm) -> str:
        made = SeatAppeal.objects.filter(seat_application=asked).first()
        if made is None:
            raise services.NoAppeal
        services.decide_appeal(
            actor=self.actor(), made=made, outcome=self.outcome, ruling=form.ruling(), base_url=self.base_url
        )
        return _("The appeal is decided.")


class AllowAppealView(_AppealRulingView):
    outcome = SeatAppeal.Outcome.ALLOWED

    heading = gettext_lazy("Allow the appeal")
    submit = gettext_lazy("Allow it")
    lede = gettext_lazy("The application is open again, and is decided anew.")


class DismissAppealView(_AppealRulingView):
    outcome = SeatAppeal.Outcome.DISMISSED

    heading = gettext_lazy("Dismiss the appeal")
    submit = gettext_lazy("Dismiss it")
    lede = gettext_lazy("The application stays declined.")


class InquiryView(HouseView):
    """A question, and its answer or the form for one."""

    allowed = staticmethod(policies.can_read_applications)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(self.inquiry(pk), AnswerForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        inquiry = self.inquiry(pk)
        if not policies.can_manage_forum(request.user, inquiry.forum):
            raise PermissionDenied
        form = AnswerForm(request.POST)
        if form.is_valid():
            try:
                services.answer(actor=request.user, inquiry=inquiry, text=form.cleaned_data["text"])  # type: ignore[arg-type]  # the policy let only users in
            except ActRefused as refused:
                form.add_error(None, str(refused))
            else:
                ui.toast(request, _("The answer is on its way."))
                return see_other(request, inquiry.get_absolute_url())
        return self.page(inquiry, form, status=422)

    def inquiry(self, pk: int) -> Inquiry:
        found: Inquiry = visible_or_404(Inquiry.objects.for_list(), self.request.user, pk=pk)
        if not found.forum.is_readable_by(self.request.user):
            raise PermissionDenied
        return found

    def page(self, inquiry: Inquiry, form: AnswerForm, status: int = 200) -> HttpResponse:
        may_answer = inquiry.answered_at is None and policies.can_manage_forum(self.request.user, inquiry.forum)
        context = {"inquiry": inquiry, "form": form if may_answer else None, "page_errors": bool(form.errors)}
        return render(self.request, "forums/joining/inquiry_detail.html", context, status=status)
