"""What is open to everybody: the form of an application, and its state under the applicant's own link."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.documents.errors import DocumentRefused
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.pages.texts import too_often
from c2m2a_crm.core.public_links import pages
from c2m2a_crm.core.public_links.opening import OpenedLink
from members.memberships import intake
from members.memberships.intake_forms import ApplicationForm, PublicForm

APPLICATIONS_PER_HOUR = 5
FORMS_WITH_FILES_PER_HOUR = 20


@method_decorator([login_not_required, never_cache], name="dispatch")
class PublicFormView(View):
    """A form for everybody. All get the same answer, on file or not; so does a program that filled in the trap."""

    http_method_names = ("get", "head", "post", "options")
    template_name: ClassVar[str]
    limit_key: ClassVar[str] = "application"

    def form(self, data: QueryDict | None = None, files: Any = None) -> PublicForm:
        """The form, with what was sent."""
        raise ValueError(f"{type(self).__name__} has no form.")

    def keep(self, form: PublicForm) -> None:
        """Call the service. Raises ``DocumentRefused`` for a file that is not taken."""
        raise ValueError(f"{type(self).__name__} has no service.")

    def here(self) -> str:
        """The address of the page."""
        return self.request.path

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.page(request, None if "sent" in request.GET else self.form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        files = [file for name in request.FILES for file in request.FILES.getlist(name)]
        words = int(request.META.get("CONTENT_LENGTH") or 0) - sum(file.size or 0 for file in files)
        if words > intake.LARGEST_FORM:
            return render(request, "memberships/apply_too_large.html", status=413)
        form = self.form(request.POST, request.FILES)
        if form.is_a_trap:
            return self.thank()
        # Looking at files costs more than at words: forms with files are counted before, right or wrong.
        if files and too_often(request, f"{self.limit_key}-files", FORMS_WITH_FILES_PER_HOUR, 3600):
            return render(request, "429.html", status=429)
        if not form.is_valid():
            return self.page(request, form, status=422)
        if too_often(request, self.limit_key, APPLICATIONS_PER_HOUR, 3600):
            return render(request, "429.html", status=429)
        try:
            self.keep(form)
        except DocumentRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.sentence)
            return self.page(request, form, status=422)
        return self.thank()

    def thank(self) -> HttpResponse:
        return redirect(f"{self.here()}?sent=1")

    def page(self, request: HttpRequest, form: PublicForm | None, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "office": Installation.current(), "page_errors": bool(form and form.errors)}
        return render(request, self.template_name, {**context, **self.more()}, status=status)

    def more(self) -> dict[str, Any]:
        """What else the page shows."""
        return {}


class ApplyView(PublicFormView):
    """The form of an application for membership."""

    template_name = "memberships/apply.html"

    def form(self, data: QueryDict | None = None, files: Any = None) -> ApplicationForm:
        return ApplicationForm(data, files)

    def keep(self, form: PublicForm) -> None:
        if not isinstance(form, ApplicationForm):
            raise TypeError(form)
        intake.receive(
            files=form.sent_files(),
            language_of_files=form.cleaned_data["language_of_files"],
            form_token=form.cleaned_data["form_token"],
            language=reader_language(),
            base_url=self.request.build_absolute_uri("/"),
            fields=form.sent(),
        )


def state_page(request: HttpRequest, opened: OpenedLink) -> HttpResponse:
    """How far the application is, by its state; nothing of what was noted about it."""
    if request.method == "POST":
        return HttpResponse(status=405)
    return pages.show(request, "memberships/application_state.html", opened, {"application": opened.subject})
