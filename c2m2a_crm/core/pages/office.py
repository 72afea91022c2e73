"""Settings of the office: its names, logo and sender, and the legal profile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from c2m2a_crm.core import logos, rights, texts, ui
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.models import AccessibilityFeedback, Installation
from c2m2a_crm.core.pages.versioned import VersionedEditView
from c2m2a_crm.core.views import HouseView, see_other


class InstallationForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's form classes take no parameters when they run
    class Meta:
        model = Installation
        fields: ClassVar = [
            "name_en",
            "name_fr",
            "contact_email",
            "postal_address",
            "sender_name_en",
            "sender_name_fr",
            "legal_kind",
            "is_registered_charity",
            "has_lobbying_room",
            "entry_closes_after_days",
            "known_by_one_months",
            "document_ceiling",
            "document_max_mb",
        ]
        widgets: ClassVar = {
            "postal_address": forms.Textarea(attrs={"rows": 3}),
            "legal_kind": forms.RadioSelect,
            "name_en": forms.TextInput(attrs={"lang": "en"}),
            "name_fr": forms.TextInput(attrs={"lang": "fr"}),
            "sender_name_en": forms.TextInput(attrs={"lang": "en"}),
            "sender_name_fr": forms.TextInput(attrs={"lang": "fr"}),
        }
        help_texts: ClassVar = {
            "contact_email": gettext_lazy(
                "Answers to notices arrive here, and whoever cannot sign in is told to write here. No notice leaves "
                "without it."
            ),
            "postal_address": gettext_lazy(
                "Stands at the foot of each notice, as the anti-spam law asks. No notice leaves without it."
            ),
            "sender_name_en": gettext_lazy(
                "Stands before the address in messages in English. Where it is empty, the office’s name stands there."
            ),
            "sender_name_fr": gettext_lazy(
                "Stands before the address in messages in French. Where it is empty, the office’s name stands there."
            ),
            "legal_kind": gettext_lazy(
                "Whose law notices and deadlines follow: that of private bodies, or the Privacy Act and the Access to "
                "Information Act of a federal institution."
            ),
            "is_registered_charity": gettext_lazy(
                "Only a registered charity issues official receipts for gifts. The anti-spam law treats its "
                "fundraising messages apart."
            ),
            "has_lobbying_room": gettext_lazy(
                "For an office whose contacts with public office holders may have to be reported as lobbying."
            ),
        }


class LogoForm(forms.Form):
    logo = forms.FileField(
        label=gettext_lazy("Picture"),
        help_text=gettext_lazy(
            "PNG, JPEG or WebP, at most 2 MB. It is drawn anew within 720 by 144 points. Screen readers say the "
            "office’s name."
        ),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        error_messages={"required": gettext_lazy("Choose a picture.")},
    )

    def clean_logo(self) -> Any:
        file = self.cleaned_data["logo"]
        if file.size > logos.MOST_BYTES:
            raise ValidationError(_("This file is larger than 2 MB. Make it smaller and choose it again."))
        return file


class SettingsView(VersionedEditView):
    """Whose product this is, and the legal profile that switches rules and notices."""

    allowed = staticmethod(rights.can_administer)
    form_class = InstallationForm
    template_name = "core/settings.html"

    def row(self, **address: Any) -> Installation:
        return Installation.current()

    def save(self, row: Installation, version: int, changes: Mapping[str, Any]) -> Installation:
        return texts.edit_installation(actor=self.request.user, version=version, changes=changes)

    def done_url(self, row: Installation) -> str:
        return reverse("core:settings")

    def beside(self, row: Installation, conflict: EditConflict | None = None) -> dict[str, Any]:
        return {
            "logo_form": LogoForm(),
            "texts": texts.public_texts(),
            "feedback_url": reverse("core:feedback"),
            "open_feedback": AccessibilityFeedback.objects.filter(answered_at__isnull=True).count(),
        }


class LogoView(SettingsView):
    """A new logo. What cannot be taken is told beside the field, on the page of settings."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, **address: Any) -> HttpResponse:
        self.logo_form = LogoForm(request.POST, request.FILES)
        if self.logo_form.is_valid():
            try:
                logos.set_logo(actor=request.user, file=self.logo_form.cleaned_data["logo"])
            except ValidationError as refused:
                self.logo_form.add_error("logo", refused)
            else:
                ui.toast(request, _("Logo changed."))
                return see_other(request, reverse("core:settings"))
        row = self.row()
        return self.page(row, self.empty_form(row), version=row.version, status=422)

    def beside(self, row: Installation, conflict: EditConflict | None = None) -> dict[str, Any]:
        return {**super().beside(row, conflict), "logo_form": self.logo_form, "page_errors": True}


class LogoRemoveView(HouseView):
    allowed = staticmethod(rights.can_administer)
    http_method_names = ("post", "options")

    def post(self, request: HttpRequest) -> HttpResponse:
        logos.remove_logo(actor=request.user)
        ui.toast(request, _("Logo removed."))
        return see_other(request, reverse("core:settings"))


@method_decorator(login_not_required, name="dispatch")
class LogoFileView(View):
    """The logo for everybody, also on the page for signing in. Each picture has an address of its own."""

    http_method_names = ("get", "head", "options")

    def get(self, request: HttpRequest, digest: str) -> FileResponse:
        office = Installation.current()
        if not office.logo or office.logo_url != request.path:
            raise Http404
        try:
            file = default_storage.open(office.logo.name or "")
        except FileNotFoundError:
            raise Http404 from None
        response = FileResponse(file, content_type=logos.CONTENT_TYPE)
        response["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
