"""Dues: taxes by date, invoices numbered without gaps, and what was paid, waived or credited.

Amounts are Canadian dollars with two decimals. Whether an invoice is open, paid or overdue is nowhere stored: it
follows from these rows (``members.dues.state``). Rows are added; what was wrong is taken back with a reason.
"""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, ExtractYear
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from c2m2a_crm.core.bilingual import TextPair, localized
from c2m2a_crm.core.dates import days_in_words, days_of
from c2m2a_crm.core.models import Versioned
from c2m2a_crm.core.validity import Dated
from members.dues.querysets import (
    DuesPaymentQuerySet,
    DuesTaxQuerySet,
    InvoiceQuerySet,
    InvoiceReliefQuerySet,
    InvoiceTaxQuerySet,
)
from members.models.memberships import Membership
from members.models.parties import Jurisdiction

NOTHING = Decimal(0)


class NumberSeries(models.Model):
    """The last number given in a series of a year. Whoever takes the next one holds the row until it is written.

    A transaction that fails gives its number back, so a series has no gap; numbered rows are never deleted, so no
    number is given twice.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("Invoices")
        CREDIT_NOTE = "credit_note", _("Credit notes")
        RECEIPT = "receipt", _("Official receipts")

    kind = models.CharField(_("series"), max_length=12, choices=Kind)
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("series of numbers")
        verbose_name_plural = _("series of numbers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "year"], name="one_series_of_a_kind_in_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year}"


class DuesTax(Versioned):
    """A tax that is added to dues while ``valid``; of members in ``jurisdiction``, or of all where that is empty.

    ``registration`` is the number under which the office is registered for it. Whether dues are taxable at all is not
    for this product to say: no tax is set until an administrator sets one, and it is marked unconfirmed until
    somebody read it in the text cited.
    """

    name_en = models.CharField(_("name in English"), max_length=60)
    name_fr = models.CharField(_("name in French"), max_length=60)
    percent = models.DecimalField(_("rate (%)"), max_digits=6, decimal_places=3)
    jurisdiction = models.ForeignKey(
        Jurisdiction,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="dues_taxes",
        verbose_name=_("province or territory"),
    )
    registration = models.CharField(_("registration number"), max_length=60, blank=True)
    source_en = models.CharField(_("source in English"), max_length=300, blank=True)
    source_fr = models.CharField(_("source in French"), max_length=300, blank=True)
    is_confirmed = models.BooleanField(_("confirmed"), default=False)
    valid = DateRangeField(_("valid"))

    objects = DuesTaxQuerySet.as_manager()

    class Meta:
        verbose_name = _("tax on dues")
        verbose_name_plural = _("taxes on dues")
        ordering: ClassVar = ["name_en", "jurisdiction", "valid", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(percent__gte=NOTHING, percent__lte=Decimal(100)),
                name="tax_is_a_percentage",
                violation_error_message=_("A rate lies between 0 and 100 percent."),
            ),
            models.CheckConstraint(condition=Q(valid__isempty=False), name="tax_lasts_a_day"),
            ExclusionConstraint(
                name="one_rate_of_a_tax_at_a_time",
                expressions=[
                    ("name_en", RangeOperators.EQUAL),
                    (Coalesce("jurisdiction", Value(0)), RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This tax is set for these days already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name.text

    @property
    def name(self) -> TextPair:
        return localized(self, "name")

    @property
    def source(self) -> TextPair:
        return localized(self, "source")

    @property
    def days_in_words(self) -> str:
        return days_of(self)


class Invoice(Dated, Versioned):
    """What a membership owes for ``period``, a year of its term, before taxes.

    ``billed_to`` and ``billed_address`` are copies of the day of issue: the paper must not change afterwards.
    ``token`` is what the member's link names; ``form_token`` is made by the form, so that one that is sent twice makes
    one invoice.
    """

    DATES = "period"

    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="invoices", verbose_name=_("membership")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    serial = models.PositiveIntegerField(_("number in the year"))
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form_token = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    period = DateRangeField(_("period"))
    billed_to = models.CharField(_("billed to"), max_length=500)
    billed_address = models.TextField(_("address"), blank=True)
    issued_on = models.DateField(_("issued on"))
    due_on = models.DateField(_("due on"))
    amount = models.DecimalField(_("dues (CAD)"), max_digits=10, decimal_places=2)
    note = models.CharField(_("note on the invoice"), max_length=500, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("issued by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    cancelled_on = models.DateField(_("cancelled on"), null=True, blank=True)
    cancelled_reason = models.TextField(_("why it was cancelled"), blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cancelled by"),
    )

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering: ClassVar = ["-year", "-serial", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "serial"], name="invoice_number_once"),
            models.CheckConstraint(condition=Q(serial__gte=1), name="invoice_numbers_begin_with_one"),
            models.CheckConstraint(condition=Q(year=ExtractYear("issued_on")), name="invoice_number_is_of_its_year"),
            models.CheckConstraint(
                condition=Q(amount__gt=NOTHING),
                name="invoice_asks_for_something",
                violation_error_message=_("The amount must be more than nothing."),
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("issued_on")),
                name="invoice_is_due_after_its_issue",
                violation_error_message=_("The invoice cannot be due before it is issued."),
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__startswith__isnull=False, period__endswith__isnull=False),
                name="invoice_is_for_some_days",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_on__isnull=True, cancelled_reason="")
                | Q(cancelled_on__gte=F("issued_on")) & ~Q(cancelled_reason=""),
                name="invoice_is_cancelled_with_a_reason",
                violation_error_message=_("Say why it is cancelled."),
            ),
            ExclusionConstraint(
                name="one_invoice_for_a_day",
                expressions=[("membership", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(cancelled_on__isnull=True),
                violation_error_message=_("There is an invoice for these days already."),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["membership", "-issued_on"], name="invoices_of_a_membership")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("dues:detail", args=[self.pk])

    @property
    def number(self) -> str:
        return number_in_words(self.year, self.serial)

    @property
    def period_in_words(self) -> str:
        return days_in_words(self.first_day, self.last_day)


def number_in_words(year: int, serial: int) -> str:
    """2026-0007, as it stands on papers and is searched for."""
    return f"{year}-{serial:04d}"


class InvoiceTax(models.Model):
    """A tax on an invoice, reckoned on the day of issue and never again."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="tax_lines", verbose_name=_("invoice"))
    tax = models.ForeignKey(DuesTax, on_delete=models.PROTECT, related_name="lines", verbose_name=_("tax"))
    amount = models.DecimalField(_("amount (CAD)"), max_digits=10, decimal_places=2)

    objects = InvoiceTaxQuerySet.as_manager()

    class Meta:
        verbose_name = _("tax on an invoice")
        verbose_name_plural = _("taxes on invoices")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["invoice", "tax"], name="tax_of_an_invoice_once"),
            models.CheckConstraint(condition=Q(amount__gte=NOTHING), name="tax_of_an_invoice_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.tax}: {self.amount}"


class InvoiceRelief(models.Model):
    """What need not be paid of an invoice: waived by somebody's decision, or taken back by a numbered credit note."""

    class Kind(models.TextChoices):
        WAIVED = "waived", pgettext_lazy("relief of an invoice", "Waived")
        CREDITED = "credited", pgettext_lazy("relief of an invoice", "Credit note")

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="reliefs", verbose_name=_("invoice"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    amount = models.DecimalField(_("amount (CAD)"), max_digits=10, decimal_places=2)
    given_on = models.DateField(_("given on"))
    decided_by = models.CharField(_("decided by"), max_length=200)
    reason = models.TextField(_("reason"))
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    serial = models.PositiveIntegerField(_("number in the year"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    objects = InvoiceReliefQuerySet.as_manager()

    class Meta:
        verbose_name = _("relief of an invoice")
        verbose_name_plural = _("reliefs of invoices")
        ordering: ClassVar = ["given_on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount__gt=NOTHING),
                name="relief_is_of_something",
                violation_error_message=_("The amount must be more than nothing."),
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(decided_by=""),
                name="relief_has_a_reason",
                violation_error_message=_("Say why."),
            ),
            models.CheckConstraint(
                condition=Q(kind="waived", year__isnull=True, serial__isnull=True)
                | Q(kind="credited", year=ExtractYear("given_on"), serial__gte=1),
                name="credit_note_has_a_number",
            ),
            models.UniqueConstraint(fields=["year", "serial"], name="credit_note_number_once"),
        ]

    def __str__(self) -> str:
        return self.number or str(self.get_kind_display())

    @property
    def number(self) -> str:
        """Of a credit note; a waiver has none."""
        return f"C{number_in_words(self.year, self.serial)}" if self.year and self.serial else ""


class DuesPayment(models.Model):
    """Money that came in for an invoice, or a part of it. The product takes no card: it notes what happened elsewhere.

    One that was noted wrongly, or that a bank returned, is taken back with a reason and then counts on no day.
    """

    class How(models.TextChoices):
        TRANSFER = "transfer", pgettext_lazy("how dues were paid", "Bank transfer")
        INTERAC = "interac", pgettext_lazy("how dues were paid", "Interac e-Transfer")
        CHEQUE = "cheque", pgettext_lazy("how dues were paid", "Cheque")
        CARD = "card", pgettext_lazy("how dues were paid", "Card, taken elsewhere")
        CASH = "cash", pgettext_lazy("how dues were paid", "Cash")
        OTHER = "other", pgettext_lazy("how dues were paid", "Another way")

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="payments", verbose_name=_("invoice"))
    amount = models.DecimalField(_("amount (CAD)"), max_digits=10, decimal_places=2)
    paid_on = models.DateField(_("paid on"))
    how = models.CharField(_("how"), max_length=8, choices=How)
    reference = models.CharField(_("reference"), max_length=120, blank=True)
    form_token = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    taken_back_on = models.DateField(_("taken back on"), null=True, blank=True)
    taken_back_reason = models.TextField(_("why it was taken back"), blank=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken back by"),
    )

    objects = DuesPaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment of dues")
        verbose_name_plural = _("payments of dues")
        ordering: ClassVar = ["paid_on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount__gt=NOTHING),
                name="payment_is_of_something",
                violation_error_message=_("The amount must be more than nothing."),
            ),
            models.CheckConstraint(
                condition=Q(taken_back_on__isnull=True, taken_back_reason="")
                | Q(taken_back_on__gte=F("paid_on")) & ~Q(taken_back_reason=""),
                name="payment_is_taken_back_with_a_reason",
                violation_error_message=_("Say why it is taken back."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice}: {self.amount}"
