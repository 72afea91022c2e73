"""Breaches of security around personal information: what happened, how grave it is, and who must be told."""

from __future__ import annotations

from datetime import date
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
from c2m2a_crm.privacy.keeping_querysets import IncidentQuerySet


class NoticeDuty(Versioned):
    """Whom the law wants told of a breach, and by when, while ``valid``, in an office of one legal form.

    ``days`` run from the day on which the risk was assessed; without a number the law says no day ("as soon as
    feasible"). What ``is_confirmed`` does not say was read in the text cited is shown as unconfirmed.
    """

    class Kind(models.TextChoices):
        NOTICE = "notice", _("Notice")
        RECORD = "record", _("Record to be kept")

    key = models.SlugField(_("key"), max_length=40)
    legal_kind = models.CharField(_("legal form"), max_length=30, choices=Installation.LegalKind)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.NOTICE)
    whom_en = models.CharField(_("whom, in English"), max_length=250)
    whom_fr = models.CharField(_("whom, in French"), max_length=250)
    when_en = models.CharField(_("when, in English"), max_length=250)
    when_fr = models.CharField(_("when, in French"), max_length=250)
    citation_en = models.CharField(_("section in English"), max_length=250)
    citation_fr = models.CharField(_("section in French"), max_length=250)
    days = models.PositiveSmallIntegerField(_("days"), null=True, blank=True)
    months = models.PositiveSmallIntegerField(_("months"), null=True, blank=True)
    only_at_real_risk = models.BooleanField(_("only at a real risk of significant harm"), default=True)
    is_confirmed = models.BooleanField(_("confirmed"), default=False)
    valid = DateRangeField(_("valid"))

    class Meta:
        verbose_name = _("duty to inform")
        verbose_name_plural = _("duties to inform")
        ordering: ClassVar = ["legal_kind", "kind", "pk"]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_notice_duty_at_a_time",
                expressions=[
                    ("key", RangeOperators.EQUAL),
                    ("legal_kind", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("There is already a period for these days."),
            )
        ]

    def __str__(self) -> str:
        return self.whom.text

    @property
    def whom(self) -> TextPair:
        return localized(self, "whom")

    @property
    def when(self) -> TextPair:
        return localized(self, "when")

    @property
    def citation(self) -> TextPair:
        return localized(self, "citation")


class Incident(Versioned):
    """One breach, also a harmless one: every breach is kept on record."""

    class Level(models.TextChoices):
        LOW = "low", pgettext_lazy("how grave", "Low")
        MEDIUM = "medium", pgettext_lazy("how grave", "Medium")
        HIGH = "high", pgettext_lazy("how grave", "High")
        UNKNOWN = "", pgettext_lazy("how grave", "Not assessed")

    class Risk(models.TextChoices):
        REAL = "real", _("Real risk of significant harm")
        NONE = "none", _("No real risk of significant harm")
        UNKNOWN = "", pgettext_lazy("risk of an incident", "Not assessed")

    year = models.PositiveSmallIntegerField(_("year"), editable=False)
    number = models.PositiveIntegerField(_("number"), editable=False)
    legal_kind = models.CharField(_("legal form"), max_length=30, choices=Installation.LegalKind, editable=False)
    title = models.CharField(_("in a few words"), max_length=200)
    what = models.TextField(_("what happened, and how"))
    happened_on = models.DateField(_("happened on"), null=True, blank=True)
    found_on = models.DateField(_("found on"))
    whose = models.TextField(_("whose information"))
    people_count = models.PositiveIntegerField(_("how many people"), null=True, blank=True)
    information = models.TextField(_("which information"))
    sensitivity = models.CharField(_("sensitivity"), max_length=6, choices=Level, blank=True, default="")
    sensitivity_note = models.TextField(_("why so sensitive"), blank=True)
    misuse = models.CharField(_("probability of misuse"), max_length=6, choices=Level, blank=True, default="")
    misuse_note = models.TextField(_("why so probable"), blank=True)
    risk = models.CharField(_("risk of harm"), max_length=4, choices=Risk, blank=True, default="")
    risk_note = models.TextField(_("why"), blank=True)
    assessed_on = models.DateField(_("assessed on"), null=True, blank=True, editable=False)
    steps = models.TextField(_("what was done about it"), blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering: ClassVar = ["-year", "-number", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "number"], name="incident_number_once"),
            models.CheckConstraint(
                condition=Q(happened_on__isnull=True) | Q(happened_on__lte=models.F("found_on")),
                name="incident_found_after_it_happened",
                violation_error_message=_("It cannot be found before it happened."),
            ),
            models.CheckConstraint(
                condition=Q(risk="") | (~Q(sensitivity="") & ~Q(misuse="") & Q(assessed_on__isnull=False)),
                name="incident_risk_rests_on_its_factors",
                violation_error_message=_("Say how sensitive the information is and how probable misuse is."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        return f"{self.year}-{self.number:03d}"

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    def get_absolute_url(self) -> str:
        return reverse("privacy:incident", args=[self.pk])


class IncidentNotice(models.Model):
    """That somebody was told, when and how."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="notices", verbose_name=_("incident"))
    duty = models.ForeignKey(NoticeDuty, on_delete=models.PROTECT, related_name="+", verbose_name=_("duty to inform"))
    told_on = models.DateField(_("told on"))
    how = models.CharField(_("how, and by whom"), max_length=500)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("noted by")
    )
    noted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("notice of an incident")
        verbose_name_plural = _("notices of incidents")
        ordering: ClassVar = ["told_on", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["incident", "duty"], name="incident_duty_met_once")]

    def __str__(self) -> str:
        return f"{self.incident} · {self.told_on}"

    @property
    def day(self) -> date:
        return self.told_on
