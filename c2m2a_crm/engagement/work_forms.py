"""Forms of what follows from contacts: corrections, follow-ups, commitments."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.validity import today, validate_day
from c2m2a_crm.engagement.forms import assignable_users
from c2m2a_crm.engagement.models import Interaction
from c2m2a_crm.engagement.services.entries import CORRECTABLE
from c2m2a_crm.engagement.services.follow_ups import LONGEST_TEXT
from members.forms import PartyField

DATE_WRONG = _("Enter the date as year-month-day, for example 2026-11-10.")


def _date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def correctable_fields() -> list[tuple[str, str]]:
    return [(name, str(Interaction._meta.get_field(name).verbose_name)) for name in CORRECTABLE]  # type: ignore[union-attr]  # plain columns


class CorrectionForm(forms.Form):
    """What is to be corrected is chosen first (``field``); the input for the new value is the one that fits it."""

    field = forms.ChoiceField(label=_("What is to be corrected"), choices=correctable_fields, widget=forms.HiddenInput)
    after = forms.CharField(label=_("What it should say"), required=False, strip=False)
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, interaction: Interaction, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.interaction = interaction
        self.fields["after"].widget = self._input()
        if not self.is_bound and self.chosen:
            self.initial["after"] = self._present

    @cached_property
    def chosen(self) -> str:
        """The field to correct, or nothing while it has not been chosen."""
        wanted = self.data.get("field") if self.is_bound else self.initial.get("field")
        return wanted if wanted in CORRECTABLE else ""

    @cached_property
    def _present(self) -> str:
        """What the entry says of it now, as the services write it."""
        value = getattr(self.interaction, self.chosen)
        return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)

    def _input(self) -> forms.Widget:
        match self.chosen:
            case "kind" | "direction" | "initiated_by" | "arranged":
                return forms.Select(choices=Interaction._meta.get_field(self.chosen).flatchoices)  # type: ignore[union-attr]  # a column with choices
            case "occurred_on":
                return _date_input()
            case "duration_minutes":
                return forms.NumberInput(attrs={"min": 0})
            case "notes":
                return forms.Textarea(attrs={"rows": 5})
        return forms.TextInput()


class FollowUpForm(forms.Form):
    """A next step without a contact. Whom it is about is picked, or typed where there is no script."""

    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label=_("What to do"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.TextInput(attrs={"autofocus": "", "autocomplete": "off"}),
    )
    due_on = forms.DateField(
        label=_("Due on"),
        required=False,
        widget=_date_input(),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": DATE_WRONG},
        validators=[validate_day],
    )
    assignee = forms.TypedChoiceField(label=_("Who"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].choices = _people_of_ours  # type: ignore[attr-defined]  # a ChoiceField

    def chosen_assignee(self) -> User:
        return User.objects.get(pk=self.cleaned_data["assignee"])


class SnoozeForm(forms.Form):
    until = forms.DateField(
        label=_("New date"),
        widget=_date_input(),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": DATE_WRONG, "required": _("Choose a day after today.")},
        validators=[validate_day],
    )

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until <= today():
            raise forms.ValidationError(_("Choose a day after today."))
        return until


class HandOverForm(forms.Form):
    assignee = forms.TypedChoiceField(
        label=_("Hand over to"),
        coerce=int,
        error_messages={
            "required": _("Choose who takes it over."),
            "invalid_choice": _("Choose somebody who may work on follow-ups."),
        },
    )

    def __init__(self, *args: Any, present: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", _("Choose…")),
            *(choice for choice in _people_of_ours() if choice[0] != present.pk),
        ]

    def chosen_assignee(self) -> User:
        return User.objects.get(pk=self.cleaned_data["assignee"])


class TermsForm(forms.Form):
    """What was agreed about a commitment besides its words."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    due_on = forms.DateField(
        label=_("Due on"),
        required=False,
        widget=_date_input(),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": DATE_WRONG},
        validators=[validate_day],
    )
    to_party = PartyField(label=_("Made to"), required=False)


class AnswerForm(forms.Form):
    """Our answer to a point, and who sees to it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.CharField(
        label=_("Our answer"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The day of the first answer is noted."),
    )
    owner = forms.TypedChoiceField(label=_("Who sees to it"), coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, present: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = dict(_people_of_ours()) | ({present.pk: present.name} if present else {})
        self.fields["owner"].choices = [("", _("Nobody yet")), *people.items()]  # type: ignore[attr-defined]  # a ChoiceField

    def chosen_owner(self) -> User | None:
        return User.objects.filter(pk=self.cleaned_data["owner"]).first() if self.cleaned_data["owner"] else None


class KeepForm(forms.Form):
    note = forms.CharField(
        label=_("What shows it"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("An e-mail, a document, a meeting: what somebody could look up."),
    )


class ReleaseForm(forms.Form):
    note = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why the commitment is released.")},
    )


def _people_of_ours() -> list[tuple[int, str]]:
    return [(user.pk, user.name) for user in assignable_users()]
