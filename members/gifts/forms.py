"""Forms of gifts. They shape input; what may be written is the services' business."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from c2m2a_crm.core.validity import today
from members.dues.forms import AmountField
from members.forms import LineField, PartyField, TextField
from members.gifts.services import donor_on_paper, replaceable
from members.memberships.forms import needed_day
from members.models import DuesPayment, Gift, GiftReceipt
from members.picking import PersonField


class _GiftsForm(forms.Form):
    folded: tuple[str, ...] = ()

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class _OnceForm(_GiftsForm):
    """A form that does its act once, however often it is sent."""

    form_token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.is_bound:
            self.initial = {"form_token": uuid.uuid4(), **self.initial}


class GiftForm(_OnceForm):
    folded = ("reference", "appraiser", "appraiser_address", "advantage", "advantage_for", "purpose", "note")
    donor_person = PersonField(label=_("Donor: a person"), required=False)
    donor_party = PartyField(label=_("Or an organization or a Nation"), required=False)
    received_on = needed_day(label=_("Received on"))
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=Gift.Kind.choices,
        widget=forms.RadioSelect,
        initial=Gift.Kind.MONEY,
        help_text=_("Property is a gift in kind. Services and promises are no gifts."),
    )
    amount = AmountField(label=_("Amount, or fair market value (CAD)"))
    how = forms.ChoiceField(
        label=_("How it was given"),
        choices=[("", _("In kind")), *DuesPayment.How.choices],
        required=False,
        initial=DuesPayment.How.TRANSFER,
    )
    description = TextField(label=_("What was given, where it is in kind"), rows=2)
    reference = LineField(
        label=_("Reference"), max_length=120, help_text=_("The number of the transfer or the cheque. No card numbers.")
    )
    appraiser = LineField(label=_("Appraiser"), max_length=200)
    appraiser_address = TextField(label=_("Appraiser’s address"), rows=2)
    advantage = AmountField(
        label=_("Worth of what the donor got for it (CAD)"),
        required=False,
        help_text=_("A meal, a ticket, a book. It is taken off the amount for which a receipt can be issued."),
    )
    advantage_for = LineField(label=_("What the donor got for it"), max_length=300)
    purpose = LineField(
        label=_("Purpose that the donor set"), max_length=300, help_text=_("Empty: the gift is for any purpose.")
    )
    note = TextField(label=_("Note"), rows=2)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial = {"received_on": today(), **self.initial}


class ReceiptForm(_OnceForm):
    issued_on = needed_day(label=pgettext_lazy("a receipt", "Issued on"))
    donor_name = LineField(required=True, max_length=500, label=_("Donor’s name"))
    donor_address = TextField(label=_("Donor’s address"), rows=3)
    signed_by = LineField(required=True, max_length=200, label=_("Signed by"), help_text=_("Name and title."))
    replaces = forms.ChoiceField(
        label=_("Replaces receipt"), required=False, help_text=_("The receipt that is replaced is cancelled.")
    )

    def __init__(
        self, *args: Any, gift: Gift, standing: GiftReceipt | None, signatory: str = "", **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["donor_address"].required = True
        rows = [standing] if standing else list(replaceable(gift)[:50])
        self._rows = {str(row.pk): row for row in rows}
        choices = [(key, row.number) for key, row in self._rows.items()]
        self.fields["replaces"].choices = choices if standing else [("", _("None")), *choices]  # type: ignore[attr-defined]  # a field of choices
        if not choices:
            del self.fields["replaces"]
        name, address = (standing.donor_name, standing.donor_address) if standing else donor_on_paper(gift)
        self.initial = {
            "issued_on": today(),
            "donor_name": name,
            "donor_address": address,
            "signed_by": signatory,
            **self.initial,
        }

    def given(self) -> dict[str, Any]:
        found = super().given()
        return {**found, "replaces": self._rows.get(found.get("replaces") or "")}


class ReasonForm(_GiftsForm):
    reason = TextField(label=_("Reason"), rows=2)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].required = True
        self.fields["reason"].error_messages["required"] = _("Say why.")


class RegistrationForm(_GiftsForm):
    number = LineField(
        required=True, max_length=20, label=_("Registration number"), help_text=_("As in 123456789RR0001.")
    )
    name = LineField(required=True, max_length=300, label=_("Name as registered"))
    address = TextField(label=_("Address as registered"), rows=3)
    place = LineField(required=True, max_length=120, label=_("Place where receipts are issued"))
    signatory = LineField(required=True, max_length=200, label=_("Who signs"), help_text=_("Name and title."))
    first = needed_day(label=_("From"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["address"].required = True


class EndForm(_GiftsForm):
    last = needed_day(label=_("Last day as a registered charity"))


class RuleForm(_GiftsForm):
    folded = ("source_en", "source_fr", "is_confirmed")
    number = forms.DecimalField(label=_("Number"), min_value=Decimal(0), max_digits=10, decimal_places=2, localize=True)
    first = needed_day(label=_("From"))
    source_en = LineField(label=_("Source in English"), max_length=300)
    source_fr = LineField(label=_("Source in French"), max_length=300)
    is_confirmed = forms.BooleanField(label=_("Read in the text cited"), required=False)
