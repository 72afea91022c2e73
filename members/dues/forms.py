"""Forms of dues. They shape input; what may be written is the services' business."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core import dates
from c2m2a_crm.core.validity import today
from members.dues.periods import DuesPeriod
from members.forms import LineField, TextField
from members.memberships.forms import needed_day
from members.models import DuesPayment, Jurisdiction

# Days after its issue on which an invoice is due, unless another day is entered: the office's own rule.
DUE_AFTER: Final = 30


class AmountField(forms.DecimalField):
    """Canadian dollars, as the reader's language writes them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=Decimal("0.01"), max_digits=10, decimal_places=2, localize=True, **options)
        self.error_messages["min_value"] = _("The amount must be more than nothing.")
        self.error_messages["max_decimal_places"] = _("Enter whole cents.")


class _DuesForm(forms.Form):
    folded: tuple[str, ...] = ()

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class _OnceForm(_DuesForm):
    """A form that does its act once, however often it is sent."""

    form_token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.is_bound:
            self.initial = {"form_token": uuid.uuid4(), **self.initial}


class IssueForm(_OnceForm):
    folded = ("note",)
    period = forms.ChoiceField(label=_("For which year"), widget=forms.RadioSelect)
    issued_on = needed_day(label=_("Issued on"))
    due_on = needed_day(label=_("Due on"))
    note = LineField(label=_("Note on the invoice"), max_length=500)

    def __init__(self, *args: Any, owed: Sequence[DuesPeriod], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(each.key, f"{each.in_words} · {dates.money(each.amount)}") for each in owed]
        self.fields["period"].choices = choices  # type: ignore[attr-defined]  # a field of choices
        start = {"issued_on": today(), "due_on": today() + timedelta(days=DUE_AFTER)}
        self.initial = {**start, "period": owed[0].key if owed else "", **self.initial}


class PaymentForm(_OnceForm):
    amount = AmountField(label=_("Amount (CAD)"))
    paid_on = needed_day(label=_("Paid on"))
    how = forms.ChoiceField(label=_("How"), choices=DuesPayment.How.choices)
    reference = LineField(
        label=_("Reference"), max_length=120, help_text=_("The number of the transfer or the cheque. No card numbers.")
    )


class ReliefForm(_DuesForm):
    amount = AmountField(label=_("Amount (CAD)"))
    given_on = needed_day(label=_("Date"))
    decided_by = LineField(required=True, max_length=200, label=_("Decided by"))
    reason = TextField(label=_("Reason"), rows=2)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _ask_why(self)


class ReasonForm(_DuesForm):
    reason = TextField(label=_("Reason"), rows=2)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _ask_why(self)


class SendForm(_OnceForm):
    pass


class TaxForm(_DuesForm):
    folded = ("registration", "source_en", "source_fr", "is_confirmed")
    name_en = LineField(required=True, max_length=60, label=_("Name in English"))
    name_fr = LineField(required=True, max_length=60, label=_("Name in French"))
    percent = forms.DecimalField(
        label=_("Rate (%)"),
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=6,
        decimal_places=3,
        localize=True,
    )
    jurisdiction = forms.ModelChoiceField(
        queryset=Jurisdiction.objects.none(),
        required=False,
        label=_("Of members in"),
        empty_label=_("Wherever they are"),
    )
    first = needed_day(label=_("From"))
    registration = LineField(label=_("Registration number"), max_length=60)
    source_en = LineField(label=_("Source in English"), max_length=300)
    source_fr = LineField(label=_("Source in French"), max_length=300)
    is_confirmed = forms.BooleanField(label=_("Read in the text cited"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["jurisdiction"].queryset = Jurisdiction.objects.order_by("pk")  # type: ignore[attr-defined]  # a field of models


class EndTaxForm(_DuesForm):
    last = needed_day(label=_("Charged until"))


def _ask_why(form: forms.Form) -> None:
    form.fields["reason"].required = True
    form.fields["reason"].error_messages["required"] = _("Say why.")
