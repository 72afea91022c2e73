"""What is open to everybody: applying for a seat, asking about a table, and following an application by its link."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.public_links import pages
from c2m2a_crm.core.public_links.opening import OpenedLink
from c2m2a_crm.core.refusals import ActRefused
from forums.joining import services
from forums.joining.forms import AppealForm, InquiryForm, SeatApplicationForm
from forums.joining.openness import open_to_applications, open_to_questions
from forums.models import Forum, SeatAppeal
from forums.terms_of_reference.eligibility import rule_in_words
from members.memberships.intake_forms import PublicForm
from members.memberships.views.public import PublicFormView
from members.models import Application


class ApplyView(PublicFormView):
    """The form of a table that takes applications; of any other there is none."""

    template_name = "forums/joining/public_form.html"
    limit_key = "seat-application"

    @cached_property
    def forum(self) -> Forum:
        return get_object_or_404(open_to_applications(), pk=self.kwargs["pk"])

    def form(self, data: QueryDict | None = None, files: Any = None) -> SeatApplicationForm:
        return SeatApplicationForm(data, files, forum=self.forum)

    def keep(self, form: PublicForm) -> None:
        if not isinstance(form, SeatApplicationForm):
            raise TypeError(form)
        services.apply_for_seat(
            forum=self.forum,
            form_token=form.cleaned_data["form_token"],
            language=reader_language(),
            base_url=self.request.build_absolute_uri("/"),
            fields=form.shared(),
            files=form.sent_files(),
            language_of_files=form.cleaned_data["language_of_files"],
            **form.own(),
        )

    def more(self) -> dict[str, Any]:
        terms = SeatApplicationForm(forum=self.forum).terms
        return {
            "forum": self.forum,
            "title": _("Apply for a seat: %(forum)s") % {"forum": self.forum},
            "rule": rule_in_words(terms),
            "submit": _("Send the application"),
            "arrived": _("Your application has arrived."),
            "arrived_text": _("We sent you an e-mail with a link under which you see how far it is."),
            "use": _("We use what you write to decide your application and to answer you, and for nothing else."),
        }


class AskView(PublicFormView):
    """A question about a table, from somebody who may want to join."""

    template_name = "forums/joining/public_form.html"
    limit_key = "inquiry"

    @cached_property
    def forum(self) -> Forum:
        return get_object_or_404(open_to_questions(), pk=self.kwargs["pk"])

    def form(self, data: QueryDict | None = None, files: Any = None) -> InquiryForm:
        if self.forum is None:
            raise Http404
        return InquiryForm(data)

    def keep(self, form: PublicForm) -> None:
        services.ask(
            forum=self.forum,
            form_token=form.cleaned_data["form_token"],
            language=reader_language(),
            **form.sent(),
        )

    def more(self) -> dict[str, Any]:
        return {
            "forum": self.forum,
            "title": _("Learn more: %(forum)s") % {"forum": self.forum},
            "rule": "",
            "submit": _("Send the question"),
            "arrived": _("Your question has arrived."),
            "arrived_text": _("We answer by e-mail."),
            "use": _("We use what you write to answer you, and for nothing else."),
        }


# --- The applicant's link ---------------------------------------------------------------------------------------------


def state_page(request: HttpRequest, opened: OpenedLink) -> HttpResponse:
    """How far it is, the reason of a refusal, and the appeal against it."""
    asked = opened.subject
    made = SeatAppeal.objects.filter(seat_application=asked).first()
    may_appeal = asked.application.decision == Application.Decision.DECLINED and made is None
    form = AppealForm() if may_appeal else None
    if request.method == "POST":
        form = AppealForm(request.POST)
        if form.is_valid():
            try:
                made = services.appeal(
                    asked=asked, text=form.cleaned_data["text"], base_url=request.build_absolute_uri("/")
                )
            except ActRefused as refused:
                form.add_error(None, str(refused))
            else:
                form = None
                asked.state = "appealed"
    context = {"asked": asked, "application": asked.application, "appeal": made, "form": form}
    return pages.show(request, "forums/joining/application_state.html", opened, context)
