"""Gifts: what donors gave, and the official receipts of a registered charity, numbered without gaps.

Amounts are Canadian dollars with two decimals. Rows are added; what was wrong is taken back, replaced or cancelled
with a reason. What a receipt must say is in the Income Tax Regulations (C.R.C., c. 945), s. 3501.
"""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import ExtractYear
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from c2m2a_crm.core.bilingual import TextPair, localized
from c2m2a_crm.core.dates import days_of
from c2m2a_crm.core.models import Versioned
from members.gifts.querysets import CharityRegistrationQuerySet, GiftQuerySet, GiftReceiptQuerySet, GiftRuleQuerySet
from members.models.dues import DuesPayment, number_in_words
from members.models.parties import Party
from members.models.people import Person

NOTHING = Decimal(0)


class CharityRegistration(models.Model):
    """The registration of the office as a charity while ``valid``, as the Minister of National Revenue has it on file.

    Receipts name it, so its words never change: other words are another row. ``signatory`` is who may acknowledge
    gifts for the office.
    """

    number = models.CharField(_("registration number"), max_length=15)
    name = models.CharField(_("name as registered"), max_length=300)
    address = models.TextField(_("address as registered"))
    place = models.CharField(_("place where receipts are issued"), max_length=120)
    signatory = models.CharField(_("who signs"), max_length=200, help_text=_("Name and title."))
    valid = DateRangeField(_("valid"))

    objects = CharityRegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration as a charity")
        verbose_name_plural = _("registrations as a charity")
        ordering: ClassVar = ["-valid", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(valid__isempty=False), name="registration_lasts_a_day"),
            models.CheckConstraint(
                condition=Q(number__regex=r"^[0-9]{9}RR[0-9]{4}$"),
                name="registration_number_of_a_charity",
                violation_error_message=_("Enter nine digits, RR and four digits, as in 123456789RR0001."),
            ),
            ExclusionConstraint(name="one_registration_at_a_time", expressions=[("valid", RangeOperators.OVERLAPS)]),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def days_in_words(self) -> str:
        return days_of(self)


class GiftRule(Versioned):
    """A number of the rules on gifts, while ``valid``: in dollars or in percent, by its subject.

    Marked unconfirmed until somebody read it in the text cited.
    """

    class Subject(models.TextChoices):
        APPRAISAL = "appraisal", _("A gift in kind above this worth needs an appraiser (CAD)")
        ADVANTAGE = "advantage", _("Largest advantage, of the worth of the gift (%)")

    subject = models.CharField(_("rule"), max_length=12, choices=Subject)
    number = models.DecimalField(_("number"), max_digits=10, decimal_places=2)
    source_en = models.CharField(_("source in English"), max_length=300, blank=True)
    source_fr = models.CharField(_("source in French"), max_length=300, blank=True)
    is_confirmed = models.BooleanField(_("confirmed"), default=False)
    valid = DateRangeField(_("valid"))

    objects = GiftRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule on gifts")
        verbose_name_plural = _("rules on gifts")
        ordering: ClassVar = ["subject", "valid", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(valid__isempty=False), name="gift_rule_lasts_a_day"),
            models.CheckConstraint(
                condition=Q(number__gte=NOTHING) & (~Q(subject="advantage") | Q(number__lte=Decimal(100))),
                name="gift_rule_has_a_number",
                violation_error_message=_("Enter a number that is not too large."),
            ),
            ExclusionConstraint(
                name="one_gift_rule_at_a_time",
                expressions=[("subject", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message=_("This rule is set for these days already."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_subject_display()

    @property
    def source(self) -> TextPair:
        return localized(self, "source")

    @property
    def days_in_words(self) -> str:
        return days_of(self)


class Gift(models.Model):
    """What a donor gave on a day: money, or property at its fair market value. Services are no gifts.

    ``advantage`` is the worth of what the donor got for it (Income Tax Act, s. 248(32)); what is left of the amount is
    eligible for a receipt. ``form_token`` is made by the form, so that one that is sent twice makes one gift.
    """

    class Kind(models.TextChoices):
        MONEY = "money", pgettext_lazy("kind of gift", "Money")
        IN_KIND = "in_kind", pgettext_lazy("kind of gift", "In kind")

    donor_person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="gifts", verbose_name=_("donor")
    )
    donor_party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="gifts", verbose_name=_("donor")
    )
    received_on = models.DateField(_("received on"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    amount = models.DecimalField(_("amount or fair market value (CAD)"), max_digits=12, decimal_places=2)
    how = models.CharField(_("how"), max_length=8, choices=DuesPayment.How, blank=True)
    reference = models.CharField(_("reference"), max_length=120, blank=True)
    description = models.TextField(_("what was given"), blank=True)
    appraiser = models.CharField(_("appraiser"), max_length=200, blank=True)
    appraiser_address = models.TextField(_("appraiser’s address"), blank=True)
    advantage = models.DecimalField(_("advantage (CAD)"), max_digits=12, decimal_places=2, default=NOTHING)
    advantage_for = models.CharField(_("what the donor got for it"), max_length=300, blank=True)
    purpose = models.CharField(_("purpose that the donor set"), max_length=300, blank=True)
    note = models.TextField(_("note"), blank=True)
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

    objects = GiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("gift")
        verbose_name_plural = _("gifts")
        ordering: ClassVar = ["-received_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(donor_person__isnull=True) ^ Q(donor_party__isnull=True),
                name="gift_has_one_donor",
                violation_error_message=_("Choose a person or an organization, not both."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=NOTHING),
                name="gift_is_of_something",
                violation_error_message=_("The amount must be more than nothing."),
            ),
            models.CheckConstraint(
                condition=Q(advantage=NOTHING, advantage_for="")
                | Q(advantage__gt=NOTHING, advantage__lte=F("amount")) & ~Q(advantage_for=""),
                name="advantage_is_described_and_within_the_gift",
                violation_error_message=_("Say what the donor got, at no more than the gift is worth."),
            ),
            models.CheckConstraint(
                condition=Q(kind="money", appraiser="", appraiser_address="")
                | Q(kind="in_kind", how="") & ~Q(description=""),
                name="gift_in_kind_is_described",
                violation_error_message=_("Say what was given."),
            ),
            models.CheckConstraint(
                condition=Q(taken_back_on__isnull=True, taken_back_reason="")
                | Q(taken_back_on__gte=F("received_on")) & ~Q(taken_back_reason=""),
                name="gift_is_taken_back_with_a_reason",
                violation_error_message=_("Say why it is taken back."),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["donor_party", "-received_on"], name="gifts_of_a_party"),
            models.Index(fields=["donor_person", "-received_on"], name="gifts_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.donor}: {self.amount}"

    def get_absolute_url(self) -> str:
        return reverse("gifts:detail", args=[self.pk])

    @property
    def donor(self) -> Person | Party:
        return self.donor_person or self.donor_party  # type: ignore[return-value]  # the database holds one of them

    @property
    def eligible(self) -> Decimal:
        """The amount that a receipt may state (Income Tax Act, s. 248(31))."""
        return self.amount - self.advantage

    @property
    def is_in_kind(self) -> bool:
        return self.kind == self.Kind.IN_KIND


class GiftReceipt(models.Model):
    """An official receipt for a gift. It keeps its number; one that was wrong is cancelled, or replaced by another.

    The donor's name and address are copies of the day of issue: the paper must not change afterwards.
    """

    gift = models.ForeignKey(Gift, on_delete=models.PROTECT, related_name="receipts", verbose_name=_("gift"))
    registration = models.ForeignKey(
        CharityRegistration, on_delete=models.PROTECT, related_name="receipts", verbose_name=_("registration")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    serial = models.PositiveIntegerField(_("number in the year"))
    issued_on = models.DateField(_("issued on"))
    donor_name = models.CharField(_("donor’s name"), max_length=500)
    donor_address = models.TextField(_("donor’s address"))
    signed_by = models.CharField(_("signed by"), max_length=200)
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    form_token = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
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

    objects = GiftReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("official receipt")
        verbose_name_plural = _("official receipts")
        ordering: ClassVar = ["-year", "-serial", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "serial"], name="receipt_number_once"),
            models.UniqueConstraint(
                fields=["gift"],
                condition=Q(cancelled_on__isnull=True),
                name="one_standing_receipt_of_a_gift",
                violation_error_message=_("This gift has a receipt already."),
            ),
            models.CheckConstraint(condition=Q(serial__gte=1), name="receipt_numbers_begin_with_one"),
            models.CheckConstraint(condition=Q(year=ExtractYear("issued_on")), name="receipt_number_is_of_its_year"),
            models.CheckConstraint(
                condition=~Q(donor_name="") & ~Q(donor_address="") & ~Q(signed_by=""),
                name="receipt_names_donor_and_signatory",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(replaces=F("id")), name="receipt_replaces_another"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_on__isnull=True, cancelled_reason="")
                | Q(cancelled_on__gte=F("issued_on")) & ~Q(cancelled_reason=""),
                name="receipt_is_cancelled_with_a_reason",
                violation_error_message=_("Say why it is cancelled."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("gifts:detail", args=[self.gift_id])

    @property
    def number(self) -> str:
        return receipt_number(self.year, self.serial)


def receipt_number(year: int, serial: int) -> str:
    """R2026-0007, as it stands on papers and is searched for."""
    return f"R{number_in_words(year, serial)}"
