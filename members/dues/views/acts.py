"""Issuing, sending, paying, waiving, crediting, cancelling; taxes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.core import ui
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import see_other, visible_or_404
from members.dues import periods, policies, services
from members.dues.forms import EndTaxForm, IssueForm, PaymentForm, ReasonForm, ReliefForm, SendForm, TaxForm
from members.dues.sending import recipient_of, send
from members.dues.views.base import DuesFormView, InvoiceFormView
from members.memberships.views.base import refuse
from members.memberships.views.records import membership_or_404
from members.models import DuesPayment, DuesTax


class IssueView(DuesFormView):
    """An invoice for one of the years that a membership owes."""

    heading = gettext_lazy("Issue an invoice")
    lede: Any = gettext_lazy("It gets the next number of its year. It is never deleted: what was wrong is cancelled.")
    submit = gettext_lazy("Issue")
    membership: Any

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if type(self).allowed(request.user):
            self.membership = membership_or_404(request.user, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def back(self) -> tuple[str, str]:
        return self.membership.get_absolute_url(), str(self.membership.party)

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return self.page(request, IssueForm(owed=self.owed()))

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        form = IssueForm(request.POST, owed=self.owed())
        if form.is_valid():
            given = form.given()
            first = date.fromisoformat(given.pop("period"))
            try:
                invoice = services.issue(actor=request.user, membership=self.membership, first=first, **given)
            except ActRefused as refused:
                refuse(form, refused)
            else:
                ui.toast(request, _("Invoice %(number)s issued.") % {"number": invoice.number})
                return see_other(request, invoice.get_absolute_url())
        return self.page(request, form, status=422)

    def owed(self) -> list[periods.DuesPeriod]:
        owed = periods.owing_of(self.membership)
        if not owed:
            self.lede = _("This membership owes nothing that has no invoice.")
        return owed


class PayView(InvoiceFormView):
    heading = gettext_lazy("Record a payment")
    submit = gettext_lazy("Record payment")
    done = gettext_lazy("Payment recorded.")
    form_class = PaymentForm

    def start(self) -> dict[str, Any]:
        return {"amount": self.invoice.left or None, "paid_on": today()}

    def act(self, request: SignedInRequest, form: Any) -> None:
        services.pay(actor=request.user, invoice=self.invoice, **form.given())


class WaiveView(InvoiceFormView):
    heading = gettext_lazy("Waive a part or all of it")
    lede = gettext_lazy("What is waived need not be paid. The reason stays here.")
    submit = gettext_lazy("Waive")
    form_class = ReliefForm

    def start(self) -> dict[str, Any]:
        return {"amount": self.invoice.left or None, "given_on": today()}

    def act(self, request: SignedInRequest, form: Any) -> None:
        services.waive(actor=request.user, invoice=self.invoice, **form.given())


class CreditView(WaiveView):
    heading = gettext_lazy("Write a credit note")
    lede = gettext_lazy("So much was asked for wrongly. The note gets a number of its own.")
    submit = gettext_lazy("Write it")

    def act(self, request: SignedInRequest, form: Any) -> None:
        services.credit(actor=request.user, invoice=self.invoice, **form.given())


class CancelView(InvoiceFormView):
    heading = gettext_lazy("Cancel the invoice")
    lede = gettext_lazy("It stays on file under its number, and asks for nothing. The year can be invoiced anew.")
    submit = gettext_lazy("Cancel the invoice")
    done = gettext_lazy("Cancelled.")
    form_class = ReasonForm

    def act(self, request: SignedInRequest, form: Any) -> None:
        services.cancel(actor=request.user, invoice=self.invoice, **form.given())


class SendView(InvoiceFormView):
    """By mail, with a link to the paper: the outbox carries no files."""

    heading = gettext_lazy("Send the invoice")
    submit = gettext_lazy("Send")
    done = gettext_lazy("The message is in the outbox.")
    form_class = SendForm

    def page(self, request: SignedInRequest, form: forms.Form, *, status: int = 200) -> HttpResponse:
        recipient = recipient_of(self.invoice.membership)
        if recipient is None:
            self.lede = _("Nobody to write to: neither the contact person nor the member has an address in use.")
        else:
            self.lede = _("To %(name)s, %(address)s, with a link to the invoice.") % {
                "name": recipient.name,
                "address": recipient.address,
            }
        return super().page(request, form, status=status)

    def act(self, request: SignedInRequest, form: Any) -> None:
        base_url = request.build_absolute_uri("/")
        send(actor=request.user, invoice=self.invoice, base_url=base_url, **form.given())


class TakeBackView(InvoiceFormView):
    heading = gettext_lazy("Take the payment back")
    lede = gettext_lazy("It was noted wrongly, or the bank returned it. It then counts on no day.")
    submit = gettext_lazy("Take back")
    done = gettext_lazy("The payment was taken back.")
    form_class = ReasonForm
    payment: DuesPayment

    def find(self, user: Any, pk: int) -> None:
        self.payment = visible_or_404(DuesPayment.objects.select_related("invoice"), user, pk=pk)
        self.invoice = self.payment.invoice

    def act(self, request: SignedInRequest, form: Any) -> None:
        services.take_back(actor=request.user, payment=self.payment, **form.given())


# --- Taxes ------------------------------------------------------------------------------------------------------------


class _TaxView(DuesFormView):
    allowed = staticmethod(policies.can_set_taxes)

    def back(self) -> tuple[str, str]:
        return reverse("memberships:rules"), _("Tiers and dues")


class TaxCreateView(_TaxView):
    heading = gettext_lazy("Set a tax on dues")
    lede = gettext_lazy(
        "Whether dues are taxable is for your accountant to say. A tax of the same name ends the day before."
    )
    submit = gettext_lazy("Set tax")

    def get(self, request: SignedInRequest) -> HttpResponse:
        return self.page(request, TaxForm(initial={"first": today()}))

    def post(self, request: SignedInRequest) -> HttpResponse:
        form = TaxForm(request.POST)
        if form.is_valid():
            try:
                services.set_tax(actor=request.user, **form.given())
            except ActRefused as refused:
                refuse(form, refused)
            else:
                ui.toast(request, _("Tax set."))
                return see_other(request, self.back()[0])
        return self.page(request, form, status=422)


class TaxEndView(_TaxView):
    submit = gettext_lazy("End the tax")

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        self.name(request, pk)
        return self.page(request, EndTaxForm(initial={"last": today()}))

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        tax = self.name(request, pk)
        form = EndTaxForm(request.POST)
        if form.is_valid():
            try:
                services.end_tax(actor=request.user, tax=tax, **form.given())
            except ActRefused as refused:
                refuse(form, refused)
            else:
                ui.toast(request, _("Saved."))
                return see_other(request, self.back()[0])
        return self.page(request, form, status=422)

    def name(self, request: SignedInRequest, pk: int) -> DuesTax:
        found: DuesTax = get_object_or_404(DuesTax.objects.visible_to(request.user), pk=pk)
        self.heading = _("End the tax “%(tax)s”") % {"tax": found}
        return found
