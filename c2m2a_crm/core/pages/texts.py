"""Public texts: read by everybody, kept by administrators in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View

from c2m2a_crm.core import rights, texts, ui
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.markdown import to_html
from c2m2a_crm.core.models import AccessibilityFeedback, PublicText
from c2m2a_crm.core.pages.versioned import VersionedEditView
from c2m2a_crm.core.views import HouseView, see_other

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
        form.instance.language = reader_language()
        form.save()
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


class FeedbackListView(HouseView):
    """What people told us of barriers, open ones first; answered is noted by a button."""

    allowed = staticmethod(rights.can_administer)

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = AccessibilityFeedback.objects.order_by(models.F("answered_at").desc(nulls_first=True), "-pk")[:200]
        return render(request, "core/feedback_list.html", {"rows": rows})


class FeedbackAnsweredView(HouseView):
    allowed = staticmethod(rights.can_administer)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = get_object_or_404(AccessibilityFeedback, pk=pk)
        if row.answered_at is None:
            AccessibilityFeedback.objects.filter(pk=pk).update(answered_at=timezone.now())
            ui.toast(request, _("Marked as answered."))
        return see_other(request, reverse("core:feedback"))
