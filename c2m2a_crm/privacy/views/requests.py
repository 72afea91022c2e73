"""Requests for access: the list, a request with what was found, and the acts on it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms as django_forms
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.core import ui
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.models import Job
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.registries import personal_data
from c2m2a_crm.core.views import HouseView, ListView, see_other, visible_or_404
from c2m2a_crm.privacy import policies, selectors
from c2m2a_crm.privacy.filters import AccessRequestFilterSet
from c2m2a_crm.privacy.forms import FORMS, ClosingForm, ExtensionForm, PackageForm, ReopeningForm
from c2m2a_crm.privacy.lists import REQUEST_COLUMNS, REQUEST_WORDS, mark_tag, state_tag
from c2m2a_crm.privacy.models import AccessItem, AccessRequest
from c2m2a_crm.privacy.services import gathering, notices, package, requests
from c2m2a_crm.privacy.services.confided import confided_in

OPEN, LATE, CLOSED = "open", "late", "closed"
TABS = {
    OPEN: pgettext_lazy("requests for access", "Open"),
    LATE: pgettext_lazy("requests for access", "Late"),
    CLOSED: pgettext_lazy("requests for access", "Closed"),
}
ITEMS_SHOWN = 50
FILES_SHOWN = 5
# How the address names the mark of records that wait.
TO_REVIEW = "to-review"


def request_or_404(user: Any, pk: int) -> AccessRequest:
    rows = AccessRequest.objects.select_related("period", "person", "created_by")
    found: AccessRequest = visible_or_404(rows, user, pk=pk)
    return found


def refuse(form: django_forms.Form, refusal: ActRefused) -> None:
    """The sentence beside its input, where the form has it."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


class RequestListView(ListView):
    order_words = gettext_lazy("soonest due first")
    search_label = gettext_lazy("Filter by who asks or words")
    allowed = staticmethod(policies.can_handle_privacy)
    list_key = "access-requests"
    template_name = "privacy/request_list.html"
    filterset_class = AccessRequestFilterSet
    columns = REQUEST_COLUMNS
    words = REQUEST_WORDS

    @property
    def tab(self) -> str:
        wanted = self.request.GET.get("tab", OPEN)
        return wanted if wanted in TABS else OPEN

    def rows(self) -> QuerySet[AccessRequest]:
        rows = AccessRequest.objects.visible_to(self.request.user).with_due_day()
        match self.tab:
            case "late":
                return rows.late()
            case "closed":
                return rows.filter(closed_on__isnull=False)
        return rows.open()

    def default_order(self) -> list[str]:
        return ["-closed_on", "-pk"] if self.tab == CLOSED else ["due", "pk"]

    def context(self, state: ListState) -> dict[str, Any]:
        address = reverse("privacy:requests")
        tabs = [
            {"label": label, "url": address if key == OPEN else f"{address}?tab={key}", "current": key == self.tab}
            for key, label in TABS.items()
        ]
        return {"tabs": tabs}


class RequestCreateView(HouseView):
    """One form for each kind of request; the address says which."""

    allowed = staticmethod(policies.can_handle_privacy)

    def get(self, request: SignedInRequest, kind: str) -> HttpResponse:
        return self.page(request, kind, self.form_class(kind)())

    def post(self, request: SignedInRequest, kind: str) -> HttpResponse:
        form = self.form_class(kind)(request.POST)
        if form.is_valid():
            try:
                made = requests.open_request(actor=request.user, kind=kind, **form.cleaned_data)
            except ActRefused as refusal:
                refuse(form, refusal)
            else:
                ui.toast(request, _("Request %(number)s opened.") % {"number": made.reference})
                return see_other(request, made.get_absolute_url())
        return self.page(request, kind, form, status=422)

    def form_class(self, kind: str) -> type[django_forms.Form]:
        if kind not in FORMS:
            raise Http404
        return FORMS[kind]

    def page(self, request: SignedInRequest, kind: str, form: django_forms.Form, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "kind": AccessRequest.Kind(kind), "page_errors": bool(form.errors)}
        return render(request, "privacy/request_create.html", context, status=status)


class RequestView(HouseView):
    """How far it is, what was found, and what can be done."""

    allowed = staticmethod(policies.can_handle_privacy)
    http_method_names = ("get", "head", "options")

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return request_page(request, request_or_404(request.user, pk), PackageForm())


def request_page(
    request: SignedInRequest, asked: AccessRequest, package_form: PackageForm, *, status: int = 200
) -> HttpResponse:
    shut = confided_in(asked)
    progress = selectors.progress_of(asked, shut)
    marked = asked.items.exclude(pk__in=shut).order_by().values("mark").annotate(count=Count("pk"))
    counts = {row["mark"]: row["count"] for row in marked}
    chosen = request.GET.get("mark", "")
    mark = "" if chosen == TO_REVIEW else chosen
    is_narrowed = chosen == TO_REVIEW or (chosen in AccessItem.Mark.values and chosen != "")
    items = AccessItem.objects.visible_to(request.user).filter(request=asked).defer("text").order_by("number")
    if is_narrowed:
        items = items.filter(mark=mark).exclude(pk__in=shut)
    page = Paginator(items, ITEMS_SHOWN).get_page(request.GET.get("page"))
    is_owed = notices.is_owed_by(asked)
    if not package_form.is_bound:
        package_form.initial["language"] = asked.language
    context = {
        "asked": asked,
        "state": state_tag(asked),
        "progress": progress,
        "sentences": progress.sentences(),
        "law": package.law_words(asked),
        "scope": package.scope_of(asked),
        "tabs": _tabs(asked, counts, progress.found, chosen if is_narrowed else ""),
        "items": [(item, mark_tag(item), item.pk in shut) for item in page],
        "labels": {source.key: source.label for source in personal_data},
        "page": page,
        "page_query": f"mark={chosen}&" if is_narrowed else "",
        "first_to_review": asked.items.to_review()
        .exclude(pk__in=shut)
        .values_list("number", flat=True)
        .order_by("number")
        .first(),
        "package_form": package_form,
        "files": Job.objects.filter(kind=requests.FILES, parameters__request=asked.pk, actor=request.user).order_by(
            "-pk"
        )[:FILES_SHOWN],
        "notices": list(asked.notices.select_related("period").annotate(count=Count("records"))) if is_owed else [],
        "may_notify": is_owed and asked.is_open and bool(progress.third_party),
        "page_errors": bool(package_form.errors),
    }
    return render(request, "privacy/request_detail.html", context, status=status)


def _tabs(asked: AccessRequest, counts: dict[str, int], total: int, chosen: str) -> list[dict[str, Any]]:
    address = asked.get_absolute_url()
    tabs = [
        {
            "label": pgettext("records found", "All"),
            "url": address,
            "current": not chosen,
            "count": total,
        }
    ]
    for mark in AccessItem.Mark:
        key = str(mark.value) or TO_REVIEW
        if counts.get(mark.value) or key == chosen:
            tabs.append(
                {
                    "label": mark.label,
                    "url": f"{address}?{urlencode({'mark': key})}",
                    "current": key == chosen,
                    "count": counts.get(mark.value, 0),
                    "hot": key == TO_REVIEW,
                }
            )
    return tabs


class SearchView(HouseView):
    """Search, or search again; the owners of circles that were not asked yet are asked."""

    allowed = staticmethod(policies.can_handle_privacy)

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        asked = request_or_404(request.user, pk)
        try:
            job = gathering.begin_search(actor=request.user, request=asked, base_url=request.build_absolute_uri("/"))
        except ActRefused as refusal:
            ui.warn(request, str(refusal))
            return see_other(request, asked.get_absolute_url())
        return see_other(request, reverse("core:job", args=[job.pk]))


class _SmallFormView(HouseView):
    """A form about one request."""

    allowed = staticmethod(policies.can_handle_privacy)
    form_class: type[django_forms.Form]
    heading: Any
    submit: Any

    def act(self, request: SignedInRequest, asked: AccessRequest, values: dict[str, Any]) -> str:
        """Do it; the sentence that says what happened."""
        raise Http404

    def lede(self, asked: AccessRequest) -> str:
        return ""

    def form(self, asked: AccessRequest, data: Any = None) -> django_forms.Form:
        return self.form_class(data)

    def get(self, request: SignedInRequest, pk: int, **address: Any) -> HttpResponse:
        asked = request_or_404(request.user, pk)
        return self.page(request, asked, self.form(asked))

    def post(self, request: SignedInRequest, pk: int, **address: Any) -> HttpResponse:
        asked = request_or_404(request.user, pk)
        form = self.form(asked, request.POST)
        if form.is_valid():
            try:
                sentence = self.act(request, asked, form.cleaned_data)
            except ActRefused as refusal:
                refuse(form, refusal)
            else:
                ui.toast(request, sentence)
                return see_other(request, asked.get_absolute_url())
        return self.page(request, asked, form, status=422)

    def page(
        self, request: SignedInRequest, asked: AccessRequest, form: django_forms.Form, *, status: int = 200
    ) -> HttpResponse:
        context = {
            "asked": asked,
            "form": form,
            "heading": self.heading,
            "lede": self.lede(asked),
            "submit": self.submit,
            "page_errors": bool(form.errors),
        }
        return render(request, "privacy/request_act.html", context, status=status)


class ExtendView(_SmallFormView):
    form_class = ExtensionForm
    heading = gettext_lazy("Extend the period")
    submit = gettext_lazy("Extend the period")

    def lede(self, asked: AccessRequest) -> str:
        period = asked.period
        if period.longest_extension is None:
            return _("No number of days is set; what is reasonable depends on the reason. %(section)s") % {
                "section": period.extension_citation.text
            }
        return _("At most %(days)d days more (%(section)s), decided before the first period runs out.") % {
            "days": period.longest_extension,
            "section": period.extension_citation.text,
        }

    def act(self, request: SignedInRequest, asked: AccessRequest, values: dict[str, Any]) -> str:
        requests.extend_request(actor=request.user, request=asked, **values)
        return _("Period extended.")


class CloseView(_SmallFormView):
    form_class = ClosingForm
    heading = gettext_lazy("Close the request")
    submit = gettext_lazy("Close the request")

    def lede(self, asked: AccessRequest) -> str:
        return _("Nothing of it changes afterwards. Files that were made for it are deleted here; keep what you sent.")

    def act(self, request: SignedInRequest, asked: AccessRequest, values: dict[str, Any]) -> str:
        requests.close_request(actor=request.user, request=asked, **values)
        return _("Request closed.")


class ReopenView(_SmallFormView):
    form_class = ReopeningForm
    heading = gettext_lazy("Reopen the request")
    submit = gettext_lazy("Reopen the request")

    def lede(self, asked: AccessRequest) -> str:
        return _("The work goes on under the same number, and the day by which it is due stays.")

    def act(self, request: SignedInRequest, asked: AccessRequest, values: dict[str, Any]) -> str:
        requests.reopen_request(actor=request.user, request=asked, **values)
        return _("Request reopened.")


class PackageView(HouseView):
    """Have the file made by a job; fetching it is noted with the purpose."""

    allowed = staticmethod(policies.can_handle_privacy)

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        asked = request_or_404(request.user, pk)
        form = PackageForm(request.POST)
        if form.is_valid():
            try:
                job = package.start_package(actor=request.user, request=asked, **form.cleaned_data)
            except ActRefused as refusal:
                refuse(form, refusal)
            else:
                return see_other(request, reverse("core:job", args=[job.pk]))
        return request_page(request, asked, form, status=422)
