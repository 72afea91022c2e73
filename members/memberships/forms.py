"""Forms of memberships. They shape input; what may be written is the services' business."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.validity import today
from members.forms import DayField, LineField, PartyField, TextField
from members.memberships.rules import Subject
from members.memberships.services import ENDINGS, Ruling
from members.models import MembershipDecision, MembershipTier, Party
from members.office_forms import AskingForm
from members.picking import PersonField

LONGEST_DECIDED_BY = 200


def needed_day(**options: Any) -> DayField:
    field = DayField(**options)
    field.required = True
    field.error_messages["required"] = _("Enter the day.")
    return field


class _TierField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=MembershipTier.objects.order_by("position", "pk"), label=_("Tier"), **options)


class RulingForm(forms.Form):
    """Who decided, on which day, and why. ``asks_why`` makes the reason a duty."""

    folded: tuple[str, ...] = ()
    asks_why = True

    decided_by = LineField(
        required=True,
        max_length=LONGEST_DECIDED_BY,
        label=_("Decided by"),
        help_text=_("A board, a general meeting or a person."),
    )
    decided_on = needed_day(label=_("Decided on"))
    reason = TextField(label=_("Reason"), rows=2)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.asks_why:
            self.fields["reason"].required = True
            self.fields["reason"].error_messages["required"] = _("Say why.")
        self.initial = {"decided_on": today(), **self.initial}

    def ruling(self) -> Ruling:
        given = self.cleaned_data
        return Ruling(given["decided_by"], given["decided_on"], given["reason"])

    def given(self) -> dict[str, Any]:
        """Everything that was entered beside the ruling."""
        own = ("decided_by", "decided_on", "reason", *getattr(self, "asked_keys", ()))
        return {name: value for name, value in self.cleaned_data.items() if name not in own}


class AdmitForm(RulingForm):
    folded = ("applied_on", "contact", "reason")
    asks_why = False

    party = PartyField(label=_("Organization or Nation"))
    tier = _TierField()
    first = needed_day(label=_("First day of the term"))
    last = DayField(label=_("Last day of the term"), help_text=_("Empty: a term without end."))
    applied_on = DayField(label=_("Applied on"))
    contact = PersonField(label=_("Contact person"), required=False)
    field_order = ("party", "tier", "first", "last", "decided_by", "decided_on", "applied_on", "contact", "reason")


class RenewForm(RulingForm):
    asks_why = False

    last = DayField(label=_("New last day of the term"), help_text=_("Empty: a term without end."))
    tier = _TierField(required=False, empty_label=_("As before"))
    field_order = ("last", "tier", "decided_by", "decided_on", "reason")


class SuspendForm(RulingForm):
    first = needed_day(label=_("From"))
    last = DayField(label=_("Until"), help_text=_("The last day. Empty: until the membership is reinstated."))
    field_order = ("first", "last", "decided_by", "decided_on", "reason")


class WaiveForm(RulingForm):
    first = needed_day(label=_("From"))
    last = needed_day(label=_("Until"))
    field_order = ("first", "last", "decided_by", "decided_on", "reason")


class EndForm(AskingForm, RulingForm):
    kind = forms.ChoiceField(
        label=_("How it ends"),
        choices=[(kind.value, kind.label) for kind in (MembershipDecision.Kind(each) for each in ENDINGS)],
        widget=forms.RadioSelect,
    )
    last = needed_day(label=_("Last day as a member"))
    field_order = ("kind", "last", "decided_by", "decided_on", "reason")


class LeftForm(AskingForm):
    last = needed_day(label=_("Last day"))


class ReinstateForm(RulingForm):
    first = needed_day(label=_("From"))
    field_order = ("first", "decided_by", "decided_on", "reason")


class ContactForm(forms.Form):
    folded: tuple[str, ...] = ()
    contact = PersonField(
        label=_("Contact person"),
        required=False,
        help_text=_("Mail about the membership goes to this person; without one, to the organization’s own addresses."),
    )


# --- Rules ------------------------------------------------------------------------------------------------------------


class TierForm(forms.Form):
    folded = ("about_en", "about_fr", "last", "position")
    name_en = LineField(required=True, max_length=120, label=_("Name in English"))
    name_fr = LineField(required=True, max_length=120, label=_("Name in French"))
    kinds = forms.MultipleChoiceField(
        label=_("Open to"), choices=Party.Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    first = needed_day(label=_("Offered from"))
    last = DayField(label=_("Offered until"))
    about_en = TextField(label=_("Description in English"), rows=2)
    about_fr = TextField(label=_("Description in French"), rows=2)
    position = forms.IntegerField(label=_("Place in the list"), min_value=0, max_value=1000, initial=0)


class DuesForm(forms.Form):
    folded: tuple[str, ...] = ()
    amount = forms.DecimalField(
        label=_("Dues for a year (CAD)"), min_value=Decimal(0), max_digits=10, decimal_places=2, localize=True
    )
    first = needed_day(label=_("From"))
    source = LineField(label=_("Decision that sets them"), max_length=300)


class ClockForm(forms.Form):
    """Several numbers for reminders, one for the rest; the service judges them."""

    folded: tuple[str, ...] = ()
    numbers = LineField(required=True, max_length=60, label=_("Number"))
    first = needed_day(label=_("From"))
    source_en = LineField(label=_("Source in English"), max_length=300)
    source_fr = LineField(label=_("Source in French"), max_length=300)
    is_confirmed = forms.BooleanField(label=_("Read in the text cited"), required=False)

    def __init__(self, *args: Any, subject: str, **options: Any) -> None:
        super().__init__(*args, **options)
        if subject == Subject.REMINDERS:
            self.fields["numbers"].label = _("Days before the end of the term")
            self.fields["numbers"].help_text = _("Separated by commas. Days after the end have a minus sign: −30.")

    def clean_numbers(self) -> list[int]:
        text = str(self.cleaned_data["numbers"]).replace("\u2212", "-")
        parts = [part.strip() for part in text.split(",")]
        if not all(part.lstrip("-").isdecimal() and len(part) < 6 for part in parts):
            raise forms.ValidationError(_("Enter whole numbers, separated by commas."))
        return [int(part) for part in parts]
