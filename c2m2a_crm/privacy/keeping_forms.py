"""Forms of retention, holds and incidents. They shape input; what may be written is the services' business."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.registries import holdable_kinds
from c2m2a_crm.core.validity import today
from c2m2a_crm.privacy.models import Incident
from members.forms import DayField, LineField, PartyField, TextField
from members.picking import PersonField


class _SubjectFields(forms.Form):
    """One person, one organization or Nation, or one record of another room."""

    person = PersonField(label=_("Person"), required=False)
    party = PartyField(label=_("Organization or Nation"), required=False)
    record = forms.ChoiceField(label=_("Initiative"), required=False)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {f"{kind.key}:{row.pk}": row for kind in holdable_kinds for row in kind.rows(actor).order_by("pk")}
        choices = sorted(((key, str(row)) for key, row in self.rows.items()), key=lambda choice: choice[1].casefold())
        self.fields["record"].choices = [("", _("None")), *choices]  # type: ignore[attr-defined]  # a choice field

    def subjects(self) -> list[models.Model]:
        chosen = [self.cleaned_data.get("person"), self.cleaned_data.get("party")]
        chosen.append(self.rows.get(self.cleaned_data.get("record") or ""))
        return [each for each in chosen if each is not None]


class HoldForm(_SubjectFields):
    folded = ("since", "until")
    name = LineField(required=True, label=_("Name of the hold"), max_length=200)
    reason = TextField(required=True, label=_("Why these records are held"), rows=3)
    words = LineField(
        label=_("Words"),
        required=False,
        max_length=500,
        help_text=_("Separated by commas. Every record in which one of them stands is held."),
    )
    since = DayField(label=_("Written or changed from"))
    until = DayField(label=_("To"))
    field_order = ["name", "reason", "person", "party", "record", "words", "since", "until"]


class HoldMoreForm(_SubjectFields):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not self.subjects():
            raise forms.ValidationError(_("Choose a person, an organization or an initiative."))
        return cleaned


class ReleaseForm(forms.Form):
    reason = TextField(required=True, label=_("Why the hold ends"), rows=3)


class AuthorityForm(forms.Form):
    number = LineField(required=True, label=_("Number"), max_length=60, help_text=_("For example 2021/004."))
    institution = LineField(required=True, label=_("Institution"), max_length=250)
    covers = TextField(required=True, label=_("Records covered"), rows=3)
    first = DayField(label=_("In force from"))
    last = DayField(label=_("To"))
    source = LineField(label=_("Where the document is kept"), max_length=250)


class LeaveOutForm(forms.Form):
    reason = LineField(required=True, label=_("Why it is left out"), max_length=300)


class ApprovalForm(forms.Form):
    """``typed`` is the number of rows, written out by whoever approves: nothing comes back."""

    authority = LineField(
        required=True,
        label=_("Authority"),
        max_length=300,
        help_text=_("The act, schedule or disposition authority, with its number."),
    )
    reason = TextField(required=True, label=_("Reason"), rows=2)
    typed = LineField(
        required=True, label=_("Number of rows that go"), help_text=_("Type it, to confirm. It cannot be undone.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, number: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.number = number

    def clean_typed(self) -> str:
        typed = str(self.cleaned_data["typed"])
        if "".join(typed.split()) != str(self.number):
            raise forms.ValidationError(_("Type %(number)s.") % {"number": self.number})
        return typed


class _DayNeeded(forms.Form):
    """Days that must be given: ``needed`` names the fields."""

    needed: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.needed:
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = _("Enter the day.")


class PeriodForm(_DayNeeded):
    needed = ("first",)
    months = forms.IntegerField(label=_("Months"), min_value=1, max_value=1200)
    first = DayField(label=_("From"))
    authority_en = LineField(label=_("Authority in English"), max_length=300)
    authority_fr = LineField(label=_("Authority in French"), max_length=300)
    is_confirmed = forms.BooleanField(label=_("Read in the text cited"), required=False)


class IncidentForm(_DayNeeded):
    """What is known at first; how grave it is follows on the incident's own page."""

    needed = ("found_on",)

    title = LineField(required=True, label=_("In a few words"), max_length=200)
    found_on = DayField(label=_("Found on"))
    happened_on = DayField(label=_("Happened on"))
    what = TextField(required=True, label=_("What happened, and how"), rows=4)
    whose = TextField(required=True, label=_("Whose information"), rows=2)
    people_count = forms.IntegerField(label=_("How many people"), required=False, min_value=0, max_value=10_000_000)
    information = TextField(required=True, label=_("Which information"), rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial = {"found_on": today(), **self.initial}


class AssessmentForm(forms.Form):
    """The factors of the law first, the finding after them."""

    sensitivity = forms.ChoiceField(
        label=_("How sensitive the information is"), choices=Incident.Level.choices, required=False
    )
    sensitivity_note = TextField(label=_("Why so sensitive"), rows=2)
    misuse = forms.ChoiceField(label=_("How probable misuse is"), choices=Incident.Level.choices, required=False)
    misuse_note = TextField(label=_("Why so probable"), rows=2)
    risk = forms.ChoiceField(label=_("Finding"), choices=Incident.Risk.choices, required=False)
    risk_note = TextField(
        label=_("Why"),
        required=False,
        rows=2,
        help_text=_(
            "Significant harm: to body, reputation or relationships, work, money, identity, credit or property."
        ),
    )
    steps = TextField(label=_("What was done about it"), rows=3)
    version = forms.IntegerField(widget=forms.HiddenInput)


class NoticeForm(_DayNeeded):
    needed = ("told_on",)
    told_on = DayField(label=_("Told on"))
    how = LineField(required=True, label=_("How, and by whom"), max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial = {"told_on": today(), **self.initial}
