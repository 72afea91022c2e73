"""How long what is on file of people and parties counts as checked: the office's own rules, with the days they hold."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.models import Versioned
from c2m2a_crm.core.validity import Dated
from members.querysets import CadenceQuerySet


class Cadence(Dated, Versioned):
    """After so many days somebody should look again, for records of one sort, while ``valid``.

    A record that is of several sorts goes by the first of them, in the order of :class:`Subject`.
    """

    class Subject(models.TextChoices):
        OFFICE_HOLDER = "office_holder", _("Public office holders")
        MEMBER = "member", _("Members, and people who work for them")
        NATION = "nation", _("Nations, and people who work for them")
        OTHER = "other", _("Everybody else")

    subject = models.CharField(_("for"), max_length=14, choices=Subject)
    days = models.PositiveSmallIntegerField(_("days"))
    source = models.CharField(_("source"), max_length=300, blank=True)
    is_confirmed = models.BooleanField(_("confirmed"), default=False)
    valid = DateRangeField(_("valid"))

    objects = CadenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("cadence of checking")
        verbose_name_plural = _("cadences of checking")
        ordering: ClassVar = ["subject", "valid", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(days__gte=1),
                name="cadence_of_a_day_at_least",
                violation_error_message=_("Enter at least one day."),
            ),
            models.CheckConstraint(
                condition=Q(valid__isempty=False),
                name="cadence_lasts_a_day",
                violation_error_message=_("The last day must not lie before the first."),
            ),
            ExclusionConstraint(
                name="one_cadence_at_a_time",
                expressions=[("subject", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message=_("This is set for these days already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()}: {self.days}"
