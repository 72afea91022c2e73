"""Partnerships of Canada with the world: what was agreed, with whom, when, what it covers, what came after."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_countries.fields import CountryField

from c2m2a_crm.core import dates
from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.bilingual import TextPair, localized
from c2m2a_crm.core.models import Fact, Versioned
from c2m2a_crm.engagement.models import Initiative
from partnerships.policies import can_manage_partnership
from partnerships.querysets import AreaQuerySet, PartnershipQuerySet


class Partnership(Versioned):
    """An undertaking with one country or with several. It *is* an initiative: name, lead, pillar and circle are there.

    A composite key of the database (``partnerships/migrations``) refuses a partnership on an initiative of another
    kind, and an initiative that has a partnership cannot change its kind.
    """

    class Kind(models.TextChoices):
        BILATERAL = "bilateral", _("Bilateral")
        MULTILATERAL = "multilateral", _("Multilateral")

    class Instrument(models.TextChoices):
        ACTION_PLAN = "action_plan", _("Action plan")
        STRATEGIC_PARTNERSHIP = "strategic_partnership", _("Strategic partnership")
        UNDERSTANDING = "understanding", _("Memorandum of understanding")
        COOPERATION = "cooperation", _("Memorandum of cooperation")
        JOINT_STATEMENT = "joint_statement", _("Joint statement")
        DECLARATION = "declaration", _("Declaration of intent")
        DIALOGUE = "dialogue", _("Dialogue or working group")
        ALLIANCE = "alliance", _("Alliance or initiative")
        FORUM = "forum", _("Intergovernmental forum")
        ORGANIZATION = "organization", _("Intergovernmental organization")
        PROGRAM = "program", _("Program or trust fund")

    class Precision(models.TextChoices):
        DAY = "day", pgettext_lazy("precision of a date", "To the day")
        MONTH = "month", pgettext_lazy("precision of a date", "To the month")
        YEAR = "year", pgettext_lazy("precision of a date", "To the year")
        UNKNOWN = "unknown", pgettext_lazy("precision of a date", "Not known")

    class Status(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("status of a partnership", "Active")
        UNCERTAIN = "uncertain", pgettext_lazy("status of a partnership", "State not certain")
        SUPERSEDED = "superseded", pgettext_lazy("status of a partnership", "Superseded")
        ENDED = "ended", pgettext_lazy("status of a partnership", "Ended")

    initiative = models.OneToOneField(
        Initiative, primary_key=True, on_delete=models.PROTECT, related_name="partnership", verbose_name=_("initiative")
    )
    code = models.CharField(_("code"), max_length=30, unique=True, null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    counterpart_en = models.CharField(_("counterpart in English"), max_length=250, blank=True)
    counterpart_fr = models.CharField(_("counterpart in French"), max_length=250, blank=True)
    counterpart_country = CountryField(_("counterpart country"), blank=True)
    instrument = models.CharField(_("instrument"), max_length=24, choices=Instrument, blank=True)
    signed_on = models.DateField(_("signed or announced"), null=True, blank=True)
    precision = models.CharField(_("precision of the date"), max_length=8, choices=Precision, default=Precision.UNKNOWN)
    is_binding = models.BooleanField(_("binding"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.ACTIVE)
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("succeeded by"),
    )

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(signed_on__isnull=True, precision="unknown")
                | (Q(signed_on__isnull=False) & ~Q(precision="unknown")),
                name="partnership_date_has_a_precision",
                violation_error_message=_("Enter the date and how precisely it is known, or neither."),
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | ~Q(successor=F("initiative")),
                name="partnership_does_not_succeed_itself",
                violation_error_message=_("A partnership cannot succeed itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name.text

    def get_absolute_url(self) -> str:
        return reverse("partnerships:detail", args=[self.pk])

    @property
    def name(self) -> TextPair:
        return self.initiative.name

    @property
    def counterpart(self) -> TextPair:
        return localized(self, "counterpart")

    @property
    def signed_in_words(self) -> str:
        """The date no more precisely than it is known; empty where it is not."""
        if self.signed_on is None:
            return ""
        match self.precision:
            case self.Precision.DAY:
                return dates.short_date(self.signed_on)
            case self.Precision.MONTH:
                return dates.month_and_year(self.signed_on)
        return str(self.signed_on.year)

    def is_readable_by(self, actor: Actor) -> bool:
        return self.initiative.is_readable_by(actor)


class CooperationArea(Fact):
    """One area in which the partners agreed to work together: a statement whose text needs no heading."""

    is_labelled = False
    policy = staticmethod(can_manage_partnership)

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="areas", verbose_name=_("partnership")
    )
    label_en = None  # type: ignore[assignment]  # the way to leave an inherited column out
    label_fr = None  # type: ignore[assignment]  # as above
    text_en = models.TextField(_("area in English"), blank=True)
    text_fr = models.TextField(_("area in French"), blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta(Fact.Meta):
        verbose_name = _("area of cooperation")
        verbose_name_plural = _("areas of cooperation")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partnership", "key"],
                name="cooperation_area_once",
                violation_error_message=_("This area is already listed."),
            ),
            models.CheckConstraint(
                condition=~Q(text_en="") | ~Q(text_fr=""),
                name="cooperation_area_has_words",
                violation_error_message=_("Write the area in at least one language."),
            ),
        ]

    def __str__(self) -> str:
        return self.text.text

    @property
    def label(self) -> TextPair:
        return self.text
