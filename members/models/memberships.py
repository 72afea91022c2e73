"""Membership: tiers and dues as dated data, memberships with their terms, and what was decided about them.

Whether somebody is a member on a day is nowhere stored: it follows from these rows (``members.memberships.status``).
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.bilingual import TextPair, localized
from c2m2a_crm.core.dates import days_in_words, days_of
from c2m2a_crm.core.models import Versioned
from c2m2a_crm.core.validity import Dated
from members.memberships.querysets import (
    DuesRateQuerySet,
    MembershipClockQuerySet,
    MembershipDecisionQuerySet,
    MembershipQuerySet,
    MembershipTierQuerySet,
)
from members.models.parties import Party
from members.models.people import Person

EVERY_KIND = tuple(Party.Kind.values)


class MembershipTier(Versioned):
    """A kind of membership, the kinds of party that may hold it, and the days on which it is offered."""

    name_en = models.CharField(_("name in English"), max_length=120)
    name_fr = models.CharField(_("name in French"), max_length=120)
    about_en = models.TextField(_("description in English"), blank=True)
    about_fr = models.TextField(_("description in French"), blank=True)
    kinds = ArrayField(
        models.CharField(max_length=20, choices=Party.Kind), verbose_name=_("open to"), default=list, blank=True
    )
    valid = DateRangeField(_("offered"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = MembershipTierQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership tier")
        verbose_name_plural = _("membership tiers")
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(valid__isempty=False), name="membership_tier_lasts_a_day"),
        ]

    def __str__(self) -> str:
        return self.name.text

    @property
    def name(self) -> TextPair:
        return localized(self, "name")

    @property
    def about(self) -> TextPair:
        return localized(self, "about")

    @property
    def days_in_words(self) -> str:
        return days_of(self)

    @property
    def kinds_in_words(self) -> str:
        return ", ".join(str(Party.Kind(kind).label) for kind in EVERY_KIND if kind in self.kinds)


class DuesRate(Versioned):
    """What a tier costs for a year, in Canadian dollars, while ``valid``. ``source`` names the decision that set it."""

    tier = models.ForeignKey(MembershipTier, on_delete=models.PROTECT, related_name="rates", verbose_name=_("tier"))
    amount = models.DecimalField(_("amount (CAD)"), max_digits=10, decimal_places=2)
    valid = DateRangeField(_("valid"))
    source = models.CharField(_("source"), max_length=300, blank=True)

    objects = DuesRateQuerySet.as_manager()

    class Meta:
        verbose_name = _("dues")
        verbose_name_plural = _("dues")
        ordering: ClassVar = ["tier", "valid", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount__gte=Decimal(0)),
                name="dues_are_not_negative",
                violation_error_message=_("Dues cannot be less than nothing."),
            ),
            models.CheckConstraint(condition=Q(valid__isempty=False), name="dues_last_a_day"),
            ExclusionConstraint(
                name="one_rate_of_dues_at_a_time",
                expressions=[("tier", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message=_("Dues are set for these days already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tier}: {self.amount}"

    @property
    def days_in_words(self) -> str:
        return days_of(self)


class MembershipClock(Versioned):
    """A number of days or months by which memberships run, while ``valid``.

    ``numbers`` has one number, but for the days on which reminders go: so many days before the end of the term, and
    after it where the number is negative. ``is_confirmed`` says that somebody read it in the text cited; without a
    citation it is the office's own rule.
    """

    class Subject(models.TextChoices):
        GRACE = "grace", _("Days of grace after the end of a term")
        REMINDERS = "reminders", _("Days before the end of a term on which reminders go")
        CONSENT = "consent", _("Months after a membership for which consent to e-mail is implied")

    subject = models.CharField(_("what it sets"), max_length=12, choices=Subject)
    numbers = ArrayField(models.SmallIntegerField(), verbose_name=_("numbers"))
    source_en = models.CharField(_("source in English"), max_length=300, blank=True)
    source_fr = models.CharField(_("source in French"), max_length=300, blank=True)
    is_confirmed = models.BooleanField(_("confirmed"), default=False)
    valid = DateRangeField(_("valid"))

    objects = MembershipClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership clock")
        verbose_name_plural = _("membership clocks")
        ordering: ClassVar = ["subject", "valid", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(numbers__len__gte=1), name="membership_clock_has_a_number"),
            models.CheckConstraint(
                condition=Q(subject="reminders") | Q(numbers__len=1, numbers__0__gte=0),
                name="membership_clock_counts_up",
            ),
            ExclusionConstraint(
                name="one_membership_clock_at_a_time",
                expressions=[("subject", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message=_("This is set for these days already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()}: {', '.join(str(number) for number in self.numbers)}"

    @property
    def source(self) -> TextPair:
        return localized(self, "source")

    @property
    def numbers_in_words(self) -> str:
        """The numbers; days after the end are said to be so."""
        return " · ".join(
            str(number) if number >= 0 else gettext("%(number)s after") % {"number": -number} for number in self.numbers
        )


class Membership(Dated, Versioned):
    """A party's membership in one tier. ``term`` runs from its first day to the last one that a decision gave it.

    A renewal lengthens the term; whoever comes back after the end gets a new membership. ``contact`` is whom mail about
    it goes to; without one it goes to the party's own addresses.
    """

    DATES = "term"

    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("organization or Nation")
    )
    tier = models.ForeignKey(
        MembershipTier, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("tier")
    )
    term = DateRangeField(_("term"))
    applied_on = models.DateField(_("applied on"), null=True, blank=True)
    contact = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships_answered_for",
        verbose_name=_("contact person"),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering: ClassVar = ["party", "term", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(term__isempty=False, term__startswith__isnull=False),
                name="membership_lasts_a_day",
                violation_error_message=_("A membership cannot end before it starts."),
            ),
            ExclusionConstraint(
                name="one_membership_at_a_time",
                expressions=[("party", RangeOperators.EQUAL), ("term", RangeOperators.OVERLAPS)],
                violation_error_message=_("There is already a membership in those days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} · {self.tier}"

    def get_absolute_url(self) -> str:
        return reverse("memberships:detail", args=[self.pk])

    @property
    def term_in_words(self) -> str:
        return days_in_words(self.first_day, self.last_day)


class MembershipDecision(Dated, models.Model):
    """What was decided about a membership, by whom and why. Rows are added and stay.

    ``days`` are those for which it holds: the term that an admission or a renewal gives, the days of a suspension or a
    waiver; of an end, and of what takes an end or a suspension back, the first day is what counts.
    """

    DATES = "days"

    class Kind(models.TextChoices):
        ADMITTED = "admitted", pgettext_lazy("decision on a membership", "Admitted")
        RENEWED = "renewed", pgettext_lazy("decision on a membership", "Renewed")
        WAIVED = "waived", pgettext_lazy("decision on a membership", "Dues waived")
        SUSPENDED = "suspended", pgettext_lazy("decision on a membership", "Suspended")
        REINSTATED = "reinstated", pgettext_lazy("decision on a membership", "Reinstated")
        RESIGNED = "resigned", pgettext_lazy("decision on a membership", "Resigned")
        EXPELLED = "expelled", pgettext_lazy("decision on a membership", "Expelled")
        LAPSED = "lapsed", pgettext_lazy("decision on a membership", "Lapsed by decision")

    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("membership")
    )
    kind = models.CharField(_("decision"), max_length=10, choices=Kind)
    days = DateRangeField(_("days"))
    decided_on = models.DateField(_("decided on"))
    decided_by = models.CharField(_("decided by"), max_length=200)
    reason = models.TextField(_("reason"), blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    objects = MembershipDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision on a membership")
        verbose_name_plural = _("decisions on memberships")
        ordering: ClassVar = ["membership", "decided_on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(days__isempty=False, days__startswith__isnull=False),
                name="membership_decision_has_a_first_day",
                violation_error_message=_("The last day must not lie before the first."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("admitted", "renewed")) | ~Q(reason=""),
                name="membership_decision_has_a_reason",
                violation_error_message=_("Say why."),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["membership", "kind"], name="decisions_of_a_membership")]

    def __str__(self) -> str:
        return f"{self.membership}: {self.get_kind_display()}"


class MembershipReminder(models.Model):
    """The ledger of reminders: one row for each membership, term and offset, however often somebody looks what is due.

    ``term_end`` is the last day of the term as it was; ``offset`` is so many days before it, after it where negative.
    """

    class Outcome(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("what became of a reminder", "In the outbox")
        NOBODY = "nobody", pgettext_lazy("what became of a reminder", "Nobody to write to")
        LATE = "late", pgettext_lazy("what became of a reminder", "Too late, left out")

    class MessageClass(models.TextChoices):
        TRANSACTIONAL = "transactional", _("Facts of a membership that goes on (S.C. 2010, c. 23, s. 6(6))")

    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="reminders", verbose_name=_("membership")
    )
    term_end = models.DateField(_("last day of the term"))
    offset = models.SmallIntegerField(_("days before the end of the term"))
    due_on = models.DateField(_("due on"))
    outcome = models.CharField(_("what became of it"), max_length=8, choices=Outcome)
    message_class = models.CharField(
        _("class of message"), max_length=16, choices=MessageClass, default=MessageClass.TRANSACTIONAL
    )
    to_address = models.EmailField(_("e-mail"), max_length=254, blank=True)
    made_at = models.DateTimeField(_("noted at"), auto_now_add=True)

    class Meta:
        verbose_name = _("reminder of a renewal")
        verbose_name_plural = _("reminders of renewals")
        ordering: ClassVar = ["-due_on", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["membership", "term_end", "offset"], name="reminder_of_a_term_once"),
        ]

    def __str__(self) -> str:
        return f"{self.membership}: {self.offset}"
