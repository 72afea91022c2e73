"""Forms of outgoing mail: the text in both languages, the last word before it leaves, and stops noted by staff."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.outreach.models import LONGEST_MESSAGE, Campaign
from c2m2a_crm.outreach.services import TEXTS

_ROWS = 14


def _message(language: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": _ROWS, "lang": language, "maxlength": LONGEST_MESSAGE})


class CampaignForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's form classes take no parameters when they run
    """The text in both languages. ``confirm_…`` says that a side left behind by the other still says the same."""

    confirm_en = forms.BooleanField(label=_("The English still says the same"), required=False)
    confirm_fr = forms.BooleanField(label=_("The French still says the same"), required=False)

    class Meta:
        model = Campaign
        fields: ClassVar = list(TEXTS)
        labels: ClassVar = {
            "subject_en": _("Subject in English"),
            "subject_fr": _("Subject in French"),
            "body_en": _("Message in English"),
            "body_fr": _("Message in French"),
            "one_language_reason": _("Why in one language only"),
        }
        help_texts: ClassVar = {
            "one_language_reason": _("Only where the other language is left empty. Its readers then get this one."),
        }
        widgets: ClassVar = {
            "subject_en": forms.TextInput(attrs={"lang": "en"}),
            "subject_fr": forms.TextInput(attrs={"lang": "fr"}),
            "body_en": _message("en"),
            "body_fr": _message("fr"),
        }

    def __init__(self, *args: Any, state_of: Campaign | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language in LANGUAGES:
            if state_of is None or getattr(state_of, f"state_{language}") != Campaign.Side.STALE:
                del self.fields[f"confirm_{language}"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not any(cleaned.get(name) for name in ("subject_en", "subject_fr")) and not self.errors:
            self.add_error("subject_en", _("Write a subject in at least one language."))
        return cleaned

    @property
    def texts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in TEXTS}


class SendForm(forms.Form):
    """The last word: ``seen`` is the fingerprint of what the page showed."""

    seen = forms.CharField(widget=forms.HiddenInput)
    is_forum_business = forms.BooleanField(
        label=_("This is forum business: it offers nothing for sale and asks for no payment."),
        error_messages={"required": _("Confirm what kind of message it is, or do not send it from here.")},
    )


class StopForm(forms.Form):
    """What somebody asked by telephone, letter or reply."""

    address = forms.EmailField(label=_("E-mail address"), max_length=254)
    scope = forms.ChoiceField(label=_("What it is about"), widget=forms.RadioSelect, initial="")
    reason = forms.CharField(
        label=_("How you know"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: said by telephone on May 4. This is the evidence."),
    )

    def __init__(self, *args: Any, scopes: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = scopes  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["scope"].required = False


class LiftForm(forms.Form):
    reason = forms.CharField(
        label=_("How you know that they want mail again"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
