"""How long what is kept, and what each month was proposed to go. The rules are code (``retention_rules``)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from c2m2a_crm.core.bilingual import TextPair, localized
from c2m2a_crm.core.models import Installation, Versioned
from c2m2a_crm.core.registries import retention_rules
from c2m2a_crm.privacy.keeping_querysets import RetentionRunQuerySet


class RetentionPeriod(Versioned):
    """For how many months a rule keeps what it is about, while ``valid``, in an office of one legal form.

    ``is_confirmed`` says that somebody read the number in the text cited; without a citation it is the office's own.
    """

    rule = models.SlugField(_("rule"), max_length=40)
    legal_kind = models.CharField(_("legal form"), max_length=30, choices=Installation.LegalKind)
    months = models.PositiveSmallIntegerField(_("months"))
    authority_en = models.CharField(_("authority in English"), max_length=300, blank=True)
    authority_fr = models.CharField(_("authority in French"), max_length=300, blank=True)
    is_confirmed = models.BooleanField(_("confirmed"), default=False)
    valid = DateRangeField(_("valid"))

    class Meta:
        verbose_name = _("retention period")
        verbose_name_plural = _("retention periods")
        ordering: ClassVar = ["rule", "legal_kind", "valid", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(months__gte=1), name="retention_lasts_a_month"),
            ExclusionConstraint(
                name="one_retention_period_at_a_time",
                expressions=[
                    ("rule", RangeOperators.EQUAL),
                    ("legal_kind", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("There is already a period for these days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.months}"

    @property
    def authority(self) -> TextPair:
        return localized(self, "authority")


class RetentionRun(Versioned):
    """What one rule proposed in one month: rows as they were due at that moment. Nothing goes before an approval.

    ``cutoff`` is the last day on which something was used that is due now.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("state of a preview", "To be looked at")
        NOTHING = "nothing", pgettext_lazy("state of a preview", "Nothing due")
        APPROVED = "approved", pgettext_lazy("state of a preview", "Approved, at work")
        DONE = "done", pgettext_lazy("state of a preview", "Done")

    rule = models.SlugField(_("rule"), max_length=40)
    month = models.DateField(_("month"))
    period = models.ForeignKey(
        RetentionPeriod, on_delete=models.PROTECT, related_name="+", verbose_name=_("retention period")
    )
    cutoff = models.DateField(_("last used before"))
    made_at = models.DateTimeField(_("listed at"), auto_now_add=True)
    proposed = models.PositiveIntegerField(_("rows"), default=0)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    authority = models.CharField(_("authority"), max_length=300, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    job = models.ForeignKey("core.Job", on_delete=models.SET_NULL, null=True, related_name="+")
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = RetentionRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("monthly preview")
        verbose_name_plural = _("monthly previews")
        ordering: ClassVar = ["-month", "rule", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rule", "month"], name="one_preview_of_a_rule_each_month"),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | (Q(approved_at__isnull=False, approved_by__isnull=False) & ~Q(authority="")),
                name="retention_approved_by_somebody_under_an_authority",
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(approved_at__isnull=False),
                name="retention_done_after_approval",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.month:%Y-%m}"

    @property
    def label(self) -> str:
        entry = retention_rules.get(self.rule)
        return str(entry.label) if entry else self.rule

    @property
    def state(self) -> str:
        if self.finished_at is not None:
            return self.State.DONE
        if self.approved_at is not None:
            return self.State.APPROVED
        return self.State.PROPOSED if self.proposed else self.State.NOTHING

    @property
    def state_label(self) -> str:
        return str(self.State(self.state).label)

    def get_absolute_url(self) -> str:
        return reverse("privacy:retention_run", args=[self.pk])


class RetentionRow(models.Model):
    """One row of a preview, and what became of it. It has no name: names are drawn from the record while it has one."""

    class Outcome(models.TextChoices):
        DISPOSED = "disposed", pgettext_lazy("what became of a row", "Disposed of")
        HELD = "held", pgettext_lazy("what became of a row", "Kept by a hold or rule")
        IN_USE = "in_use", pgettext_lazy("what became of a row", "In use again")

    run = models.ForeignKey(RetentionRun, on_delete=models.PROTECT, related_name="rows", verbose_name=_("preview"))
    row_id = models.BigIntegerField(_("number of the record"))
    last_used = models.DateField(_("last used"), null=True, blank=True)
    excluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("left out by"),
    )
    excluded_reason = models.CharField(_("reason for leaving it out"), max_length=300, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("row of a preview")
        verbose_name_plural = _("rows of previews")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "row_id"], name="retention_row_once"),
            models.CheckConstraint(
                condition=Q(excluded_by__isnull=True) | ~Q(excluded_reason=""),
                name="retention_row_left_out_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run} #{self.row_id}"
