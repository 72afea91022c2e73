"""What is open to everybody: the form of an application, and its state under the applicant's own link."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.pages.texts import too_often
from c2m2a_crm.core.public_links import pages
from c2m2a_crm.core.public_links.opening import OpenedLink
from members.memberships import intake
from members.memberships.intake_forms import ApplicationForm

APPLICATIONS_PER_HOUR = 5


@method_decorator([login_not_required, never_cache], name="dispatch")
class ApplyView(View):
    """The form. Everybody gets the same answer, on file or not; so does a program that filled in the trap."""

    http_method_names = ("get", "head", "post", "options")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, None if "sent" in request.GET else ApplicationForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > intake.LARGEST_FORM:
            return render(request, "memberships/apply_too_large.html", status=413)
        form = ApplicationForm(request.POST)
        if form.is_a_trap:
            return self.thank()
        if not form.is_valid():
            return self.page(request, form, status=422)
        if too_often(request, "application", APPLICATIONS_PER_HOUR, 3600):
            return render(request, "429.html", status=429)
        intake.receive(
            form_token=form.cleaned_data["form_token"],
            language=reader_language(),
            base_url=request.build_absolute_uri("/"),
            fields=form.sent(),
        )
        return self.thank()

    def thank(self) -> HttpResponse:
        return redirect(f"{reverse('memberships_public:apply')}?sent=1")

    def page(self, request: HttpRequest, form: ApplicationForm | None, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "office": Installation.current(), "page_errors": bool(form and form.errors)}
        return render(request, "memberships/apply.html", context, status=status)


def state_page(request: HttpRequest, opened: OpenedLink) -> HttpResponse:
    """How far the application is, by its state; nothing of what was noted about it."""
    if request.method == "POST":
        return HttpResponse(status=405)
    return pages.show(request, "memberships/application_state.html", opened, {"application": opened.subject})
