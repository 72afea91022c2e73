"""What may be done about dues. Rows are added; what was wrong is cancelled, credited or taken back with a reason.

Every act on an invoice holds its row, so two people who record at once come one after the other.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core import dates
from c2m2a_crm.core.editing import lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import first_day, today, valid_dates
from members.dues import numbers, periods, policies
from members.dues.errors import DueBeforeIssue, DuesRefused, InvoicedAlready, TaxBegins, TaxEndsBeforeItBegins, refusals
from members.memberships.rules import end_before
from members.models import (
    DuesPayment,
    DuesTax,
    Invoice,
    InvoiceRelief,
    InvoiceTax,
    Jurisdiction,
    Membership,
    NumberSeries,
    Party,
)
from members.postal import postal_lines

CENT: Final = Decimal("0.01")
_LONGEST_NOTE: Final = 500
_LONGEST_REFERENCE: Final = 120


# --- Invoices ---------------------------------------------------------------------------------------------------------


def issue(
    *,
    actor: User,
    membership: Membership,
    first: date,
    due_on: date,
    issued_on: date | None = None,
    note: str = "",
    form_token: UUID | None = None,
) -> Invoice:
    """An invoice for the year of the membership that begins on ``first``, with the next number of its year.

    Raises :class:`DuesRefused` where that year owes nothing, or has an invoice, and for days that cannot be.
    """
    require(policies.can_keep_dues(actor))
    issued = issued_on or today()
    if issued > today():
        raise DuesRefused(_("An invoice cannot be issued in the future."), field="issued_on")
    if due_on < issued:
        raise DueBeforeIssue
    with recorded(actor), refusals():
        known = Invoice.objects.filter(form_token=form_token).first() if form_token else None
        if known is not None:
            return known
        lock(membership)
        owed = next((each for each in periods.owing_of(membership) if each.first == first), None)
        if owed is None:
            if Invoice.objects.standing().filter(membership=membership, period__contains=first).exists():
                raise InvoicedAlready
            raise DuesRefused(_("The membership owes nothing from that day on."), field="period")
        party = owed.membership.party
        invoice = Invoice(
            membership=membership,
            year=issued.year,
            serial=numbers.take(NumberSeries.Kind.INVOICE, issued.year),
            period=valid_dates(owed.first, owed.last),
            billed_to=_billed_name(party),
            billed_address=postal_lines(party),
            issued_on=issued,
            due_on=due_on,
            amount=owed.amount,
            note=clean_line(note)[:_LONGEST_NOTE],
            issued_by=actor,
        )
        if form_token:
            invoice.form_token = form_token
        invoice.save(force_insert=True)
        InvoiceTax.objects.bulk_create(
            InvoiceTax(invoice=invoice, tax=tax, amount=tax_of(owed.amount, tax)) for tax in taxes_for(party, issued)
        )
    return invoice


def cancel(*, actor: User, invoice: Invoice, reason: str) -> Invoice:
    """The invoice asks for nothing any more; its number stays used. Raises :class:`DuesRefused` where money came in."""
    require(policies.can_keep_dues(actor))
    why = _needed(reason)
    with recorded(actor, reason=why):
        current = _locked(invoice)
        if current.paid:
            raise DuesRefused(_("Payments stand on this invoice. Take them back, or write a credit note."))
        current.cancelled_on, current.cancelled_reason, current.cancelled_by = today(), why, actor
        current.version += 1
        current.save(update_fields=["cancelled_on", "cancelled_reason", "cancelled_by", "version"])
    return invoice


def waive(
    *, actor: User, invoice: Invoice, amount: Decimal, given_on: date, decided_by: str, reason: str
) -> InvoiceRelief:
    """Somebody decided that so much need not be paid."""
    return _relieve(InvoiceRelief.Kind.WAIVED, actor, invoice, amount, given_on, decided_by, reason)


def credit(
    *, actor: User, invoice: Invoice, amount: Decimal, given_on: date, decided_by: str, reason: str
) -> InvoiceRelief:
    """A credit note, with the next number of its own series: so much was asked for wrongly."""
    return _relieve(InvoiceRelief.Kind.CREDITED, actor, invoice, amount, given_on, decided_by, reason)


def _relieve(
    kind: InvoiceRelief.Kind,
    actor: User,
    invoice: Invoice,
    amount: Decimal,
    given_on: date,
    decided_by: str,
    reason: str,
) -> InvoiceRelief:
    require(policies.can_keep_dues(actor))
    why, by = _needed(reason), clean_line(decided_by)[:200]
    if not by:
        raise DuesRefused(_("Say who decided."), field="decided_by")
    with recorded(actor, reason=why):
        current = _locked(invoice)
        _refuse_day(current, given_on, "given_on")
        _refuse_amount(current, amount)
        relief = InvoiceRelief(
            invoice_id=current.pk,
            kind=kind,
            amount=amount,
            given_on=given_on,
            decided_by=by,
            reason=why,
            recorded_by=actor,
        )
        if kind == InvoiceRelief.Kind.CREDITED:
            relief.year = given_on.year
            relief.serial = numbers.take(NumberSeries.Kind.CREDIT_NOTE, given_on.year)
        relief.save(force_insert=True)
    return relief


# --- Payments ---------------------------------------------------------------------------------------------------------


def pay(
    *,
    actor: User,
    invoice: Invoice,
    amount: Decimal,
    paid_on: date,
    how: str,
    reference: str = "",
    form_token: UUID | None = None,
) -> DuesPayment:
    """Note that so much came in. A form that is sent twice makes one payment.

    Raises :class:`DuesRefused` for more than is left to pay, for nothing or less, and for days before the issue or in
    the future.
    """
    require(policies.can_keep_dues(actor))
    if how not in DuesPayment.How:
        raise DuesRefused(_("Say how it was paid."), field="how")
    with recorded(actor):
        current = _locked(invoice)
        known = DuesPayment.objects.filter(form_token=form_token).first() if form_token else None
        if known is not None:
            return known
        _refuse_day(current, paid_on, "paid_on")
        _refuse_amount(current, amount)
        payment = DuesPayment(
            invoice_id=current.pk,
            amount=amount,
            paid_on=paid_on,
            how=how,
            reference=clean_line(reference)[:_LONGEST_REFERENCE],
            recorded_by=actor,
        )
        if form_token:
            payment.form_token = form_token
        payment.save(force_insert=True)
    return payment


def take_back(*, actor: User, payment: DuesPayment, reason: str) -> DuesPayment:
    """The payment counts on no day any more: noted wrongly, or returned by the bank."""
    require(policies.can_keep_dues(actor))
    why = _needed(reason)
    with recorded(actor, reason=why):
        _locked_row(payment.invoice)
        current = DuesPayment.objects.select_for_update().get(pk=payment.pk)
        if current.taken_back_on is not None:
            raise DuesRefused(_("This payment was taken back already."))
        current.taken_back_on, current.taken_back_reason, current.taken_back_by = today(), why, actor
        current.save(update_fields=["taken_back_on", "taken_back_reason", "taken_back_by"])
    return current


# --- Taxes ------------------------------------------------------------------------------------------------------------


def set_tax(
    *,
    actor: User,
    name_en: str,
    name_fr: str,
    percent: Decimal,
    first: date,
    jurisdiction: Jurisdiction | None = None,
    registration: str = "",
    source_en: str = "",
    source_fr: str = "",
    is_confirmed: bool = False,
) -> DuesTax:
    """A tax, or another rate of it, from ``first`` on; invoices that were issued keep theirs.

    Raises :class:`TaxBegins` where a rate of the same tax begins on that day or later already.
    """
    require(policies.can_set_taxes(actor))
    names = {"name_en": clean_line(name_en)[:60], "name_fr": clean_line(name_fr)[:60]}
    for name, text in names.items():
        if not text:
            raise DuesRefused(_("A tax has a name in both languages."), field=name)
    if not 0 <= percent <= 100:
        raise DuesRefused(_("A rate lies between 0 and 100 percent."), field="percent")
    with recorded(actor), refusals():
        same = DuesTax.objects.filter(name_en=names["name_en"], jurisdiction=jurisdiction)
        end_before(same.filter(Q(valid__upper_inf=True) | Q(valid__endswith__gt=first)), first, TaxBegins)
        tax = DuesTax(
            **names,
            percent=percent,
            jurisdiction=jurisdiction,
            registration=clean_line(registration)[:60],
            source_en=clean_line(source_en)[:300],
            source_fr=clean_line(source_fr)[:300],
            is_confirmed=is_confirmed,
            valid=valid_dates(first),
        )
        tax.save(force_insert=True)
    return tax


def end_tax(*, actor: User, tax: DuesTax, last: date) -> DuesTax:
    """The tax is charged until ``last``."""
    require(policies.can_set_taxes(actor))
    with recorded(actor), refusals():
        current = lock(tax)
        current.valid = valid_dates(first_day(current.valid), last, refusal=TaxEndsBeforeItBegins)
        current.version += 1
        current.save(update_fields=["valid", "version"])
    return current


def taxes_for(party: Party, day: date) -> list[DuesTax]:
    """The taxes of that day that fall on a member there."""
    here = Q(jurisdiction__isnull=True)
    if party.jurisdiction_id is not None:
        here |= Q(jurisdiction=party.jurisdiction_id)
    return list(DuesTax.objects.on(day).filter(here).order_by("pk"))


def tax_of(amount: Decimal, tax: DuesTax) -> Decimal:
    """In whole cents, half a cent upwards."""
    return (amount * tax.percent / 100).quantize(CENT, ROUND_HALF_UP)


# --- What every act asks ----------------------------------------------------------------------------------------------


def _locked_row(invoice: Invoice) -> Invoice:
    return Invoice.objects.select_for_update(of=("self",)).get(pk=invoice.pk)


def _locked(invoice: Invoice) -> Any:
    """The invoice with its sums, its row held. Raises :class:`DuesRefused` where it was cancelled."""
    _locked_row(invoice)
    current = Invoice.objects.with_sums().get(pk=invoice.pk)
    if current.cancelled_on is not None:
        raise DuesRefused(_("This invoice was cancelled."))
    return current


def _refuse_day(invoice: Invoice, day: date, field: str) -> None:
    if day > today():
        raise DuesRefused(_("This day lies in the future."), field=field)
    if day < invoice.issued_on:
        words = _("This lies before the day on which the invoice was issued: %(day)s.")
        raise DuesRefused(words % {"day": dates.short_date(invoice.issued_on)}, field=field)


def _refuse_amount(invoice: Any, amount: Decimal) -> None:
    if not amount.is_finite() or amount <= 0:
        raise DuesRefused(_("The amount must be more than nothing."), field="amount")
    if amount != amount.quantize(CENT):
        raise DuesRefused(_("Enter whole cents."), field="amount")
    if amount > invoice.owed:
        words = _("This is more than is left to pay: %(left)s.")
        raise DuesRefused(words % {"left": dates.money(invoice.owed)}, field="amount")


def _needed(reason: str) -> str:
    why = clean_line(reason)
    if not why:
        raise DuesRefused(_("Say why."), field="reason")
    return why


def _billed_name(party: Party) -> str:
    """The name in law, else the names in both languages: the paper is in both."""
    names = dict.fromkeys(name for name in (party.legal_name or party.name_en, party.name_fr) if name)
    return (party.legal_name or " / ".join(names))[:500]
