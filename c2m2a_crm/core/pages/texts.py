"""Settings of the installation, and the public texts: read by everybody, kept by administrators in both languages."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.exceptions import ValidationError
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
from c2m2a_crm.core.editing import EditConflict, changed_since
from c2m2a_crm.core.history import history_of
from c2m2a_crm.core.markdown import to_html
from c2m2a_crm.core.models import AccessibilityFeedback, History, Installation, PublicText
from c2m2a_crm.core.views import HouseView, see_other

FEEDBACK_PER_HOUR = 5
FEEDBACK_PAGE = "accessibility"


class InstallationForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's form classes take no parameters when they run
    class Meta:
        model = Installation
        fields: ClassVar = [
            "name_en",
            "name_fr",
            "legal_kind",
            "is_registered_charity",
            "has_lobbying_room",
            "sender_name_en",
            "sender_name_fr",
            "contact_email",
            "postal_address",
            "entry_closes_after_days",
        ]
        widgets: ClassVar = {"postal_address": forms.Textarea(attrs={"rows": 3}), "legal_kind": forms.RadioSelect}


class PublicTextForm(forms.ModelForm):  # type: ignore[type-arg]  # as above
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


class _ConflictView(HouseView, ABC):
    """A form over one versioned row.

    ``version`` is the one the editing began with; after a conflict ``seen_version`` is the one that its page showed,
    and ``keep_FIELD`` says whose value stands.
    """

    allowed = staticmethod(rights.can_administer)
    form_class: ClassVar[type[forms.ModelForm[Any]]]
    template_name: ClassVar[str]

    @abstractmethod
    def row(self, key: str) -> Any:
        """The row as it is now, or 404. ``key`` is empty where the address has none."""

    @abstractmethod
    def save(self, row: Any, version: int, changes: Mapping[str, Any]) -> Any:
        """Write what was changed while looking at ``version``."""

    @abstractmethod
    def done_url(self, row: Any) -> str:
        """Where to go after it is saved."""

    def beside(self, row: Any) -> dict[str, Any]:
        return {}

    def get(self, request: HttpRequest, key: str = "") -> HttpResponse:
        row = self.row(key)
        return self.page(row, self.form_class(instance=row), version=row.version)

    def post(self, request: HttpRequest, key: str = "") -> HttpResponse:
        row = self.row(key)
        # A copy takes what was typed: the row itself must stay as the database has it, or nothing would differ.
        form = self.form_class(request.POST, instance=type(row)(pk=row.pk))
        form.instance.version = row.version
        version = _whole(request.POST.get("version"), row.version)
        seen = _whole(request.POST.get("seen_version"), 0)
        if not form.is_valid():
            return self.page(row, form, version=version, seen=seen, status=422)
        changes = dict(form.cleaned_data)
        if seen:
            mine = changed_since(row, changes, version=version)
            changes = {name: value for name, value in mine.items() if request.POST.get(f"keep_{name}") != "theirs"}
        try:
            saved = self.save(row, seen or version, changes)
        except EditConflict as conflict:
            return self.page(row, form, version=version, conflict=conflict, status=409)
        except ValidationError as refused:
            form.add_error(None, refused)
            return self.page(row, form, version=version, seen=seen, status=422)
        ui.toast(request, _("Nothing was changed.") if saved.version == row.version else _("Changes saved."))
        return see_other(request, self.done_url(row))

    def page(
        self,
        row: Any,
        form: forms.ModelForm[Any],
        *,
        version: int,
        seen: int = 0,
        conflict: EditConflict | None = None,
        status: int = 200,
    ) -> HttpResponse:
        change = history_of(row).first() if conflict else None
        kept = [(name, value) for name, value in self.request.POST.items() if name.startswith("keep_")] if seen else []
        context = {
            "form": form,
            "row": row,
            "version": version,
            "seen_version": conflict.current_version if conflict else seen,
            "kept": kept,
            "collisions": conflict.collisions if conflict else [],
            "who": _writer_of(change),
            "saved_at": change.at if change else None,
            "page_errors": bool(form.errors),
            **self.beside(row),
        }
        return render(self.request, self.template_name, context, status=status)


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else default


def _writer_of(change: History | None) -> str:
    if change is None or change.actor_id is None:
        return (change.writer if change else "") or _("Somebody else")
    return str(get_user_model()._default_manager.filter(pk=change.actor_id).first() or _("Somebody else"))


class SettingsView(_ConflictView):
    """Whose product this is, and the legal profile that switches rules and notices."""

    form_class = InstallationForm
    template_name = "core/settings.html"

    def row(self, key: str) -> Installation:
        return Installation.current()

    def save(self, row: Installation, version: int, changes: Mapping[str, Any]) -> Installation:
        return texts.edit_installation(actor=self.request.user, version=version, changes=changes)

    def done_url(self, row: Installation) -> str:
        return reverse("core:settings")

    def beside(self, row: Installation) -> dict[str, Any]:
        return {
            "texts": texts.public_texts(),
            "feedback_url": reverse("core:feedback"),
            "open_feedback": AccessibilityFeedback.objects.filter(answered_at__isnull=True).count(),
        }


class PublicTextEditView(_ConflictView):
    """Both languages side by side; editing one side marks the other as stale."""

    form_class = PublicTextForm
    template_name = "core/public_text_edit.html"

    def row(self, key: str) -> PublicText:
        return get_object_or_404(PublicText, key=key)

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
