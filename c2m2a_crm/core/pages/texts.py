"""Public texts: read by everybody, kept by administrators in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters
from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views import View

from c2m2a_crm.core import feedback, rights, texts, ui
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.lists import Column, HouseFilterSet, ListWords
from c2m2a_crm.core.markdown import to_html
from c2m2a_crm.core.models import AccessibilityFeedback, PublicText
from c2m2a_crm.core.pages.versioned import VersionedEditView
from c2m2a_crm.core.querysets import FeedbackQuerySet
from c2m2a_crm.core.views import HouseView, ListView, return_url, see_other, visible_or_404

FEEDBACK_PER_HOUR = 5
FEEDBACK_PAGE = "accessibility"


class PublicTextForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's form classes take no parameters when they run
    class Meta:
        model = PublicText
        fields: ClassVar = ["title_en", "title_fr", "body_en", "body_fr", "state_en", "state_fr"]
        widgets: ClassVar = {
            "body_en": forms.Textarea(attrs={"rows": 24, "lang": "en"}),
            "body_fr": forms.Textarea(attrs={"rows": 24, "lang": "fr"}),
            "title_en": forms.TextInput(attrs={"lang": "en"}),
            "title_fr": forms.TextInput(attrs={"lang": "fr"}),
        }


class FeedbackForm(forms.ModelForm):  # type: ignore[type-arg]  # as above
    class Meta:
        model = AccessibilityFeedback
        fields: ClassVar = ["text", "page", "contact"]
        widgets: ClassVar = {"text": forms.Textarea(attrs={"rows": 6})}


class PublicTextEditView(VersionedEditView):
    """Both languages side by side; editing one side marks the other as stale."""

    allowed = staticmethod(rights.can_administer)
    form_class = PublicTextForm
    template_name = "core/public_text_edit.html"

    def row(self, **address: Any) -> PublicText:
        return get_object_or_404(PublicText, key=address["key"])

    def save(self, row: PublicText, version: int, changes: Mapping[str, Any]) -> PublicText:
        return texts.edit_public_text(actor=self.request.user, text=row, version=version, changes=changes)

    def done_url(self, row: PublicText) -> str:
        return reverse("core:edit_public_text", args=[row.key])


@method_decorator(login_not_required, name="dispatch")
class PublicTextView(View):
    """A page of text for everybody. The accessibility statement takes feedback, without an account."""

    http_method_names = ("get", "head", "post", "options")

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        text = get_object_or_404(PublicText, key=key)
        form = FeedbackForm(initial={"page": request.GET.get("page", "")[:300]}) if key == FEEDBACK_PAGE else None
        return self._page(text, form)

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        text = get_object_or_404(PublicText, key=key)
        if key != FEEDBACK_PAGE:
            return self.http_method_not_allowed(request)
        form = FeedbackForm(request.POST)
        if not form.is_valid():
            return self._page(text, form, status=422)
        if too_often(request, "feedback", FEEDBACK_PER_HOUR, 3600):
            return render(request, "429.html", status=429)
        feedback.leave_feedback(**form.cleaned_data, language=reader_language())
        return redirect(f"{reverse('core:public_text', args=[key])}?sent=1")

    def _page(self, text: PublicText, form: forms.ModelForm[Any] | None, *, status: int = 200) -> HttpResponse:
        may_edit = rights.can_administer(self.request.user)
        context = {
            "text": text,
            "body_html": to_html(text.body.text),
            "form": form,
            "sent": self.request.method == "GET" and self.request.GET.get("sent") == "1" and text.key == FEEDBACK_PAGE,
            "edit_url": reverse("core:edit_public_text", args=[text.key]) if may_edit else "",
            "page_errors": bool(form and form.errors),
        }
        return render(self.request, "public/text_page.html", context, status=status)


def too_often(request: HttpRequest, what: str, limit: int, seconds: int) -> bool:
    """Whether this network address asked more than ``limit`` times in this period; counted in the shared cache."""
    key = f"rate:{what}:{get_adapter().get_client_ip(request)}:{int(timezone.now().timestamp()) // seconds}"
    cache.add(key, 0, seconds)
    return bool(cache.incr(key) > limit)


WAITING, ANSWERED = "waiting", "answered"


class FeedbackFilterSet(HouseFilterSet):
    q = django_filters.CharFilter(method="filter_text", label=gettext_lazy("Words, page or contact"))
    state = django_filters.ChoiceFilter(
        choices=[
            (WAITING, pgettext_lazy("feedback", "Waits for an answer")),
            (ANSWERED, pgettext_lazy("feedback", "Answered")),
        ],
        method="filter_state",
        label=gettext_lazy("State"),
    )

    class Meta:
        model = AccessibilityFeedback
        fields: ClassVar[list[str]] = []

    def filter_text(self, rows: FeedbackQuerySet, name: str, value: str) -> FeedbackQuerySet:
        said = Q(text__icontains=value) | Q(page__icontains=value) | Q(contact__icontains=value)
        return rows.filter(said)

    def filter_state(self, rows: FeedbackQuerySet, name: str, value: str) -> FeedbackQuerySet:
        return rows.filter(answered_at__isnull=value == WAITING)


class FeedbackListView(ListView):
    """What people told us of barriers, open ones first; answered is noted by a button."""

    order_words = gettext_lazy("what waits first")
    search_label = gettext_lazy("Filter by words, page or contact")
    allowed = staticmethod(rights.can_administer)
    list_key = "feedback"
    template_name = "core/feedback_list.html"
    results_template = "core/_feedback_results.html"
    filterset_class = FeedbackFilterSet
    columns = (Column("text", gettext_lazy("What was in the way"), lambda row: row.text, is_row_header=True),)
    words = ListWords(
        label=gettext_lazy("Accessibility feedback"),
        counted=lambda total: ngettext("%(count)s message", "%(count)s messages", total),
        empty_title=gettext_lazy("Nobody has written yet"),
        empty_text=gettext_lazy("What people tell from the accessibility statement stands here."),
    )

    def rows(self) -> FeedbackQuerySet:
        return AccessibilityFeedback.objects.visible_to(self.request.user).with_waiting()

    def default_order(self) -> list[str]:
        return ["-waits", "-pk"]


class FeedbackAnsweredView(HouseView):
    allowed = staticmethod(rights.can_administer)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = visible_or_404(AccessibilityFeedback.objects.all(), request.user, pk=pk)
        if feedback.mark_answered(actor=request.user, feedback=row):
            ui.toast(request, _("Marked as answered."))
        return see_other(request, return_url(request, reverse("core:feedback")))
