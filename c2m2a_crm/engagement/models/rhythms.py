"""How often we mean to be in touch, the days on which nobody expects it, and who is no prospect.

How things stand with somebody is nowhere stored: it follows from these rows and the contact log (``rhythm.py``).
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.dates import days_of
from c2m2a_crm.core.models import Versioned
from c2m2a_crm.core.validity import Dated
from c2m2a_crm.engagement.querysets import AgreedQuietQuerySet, DatedRowQuerySet, NoProspectQuerySet

_ONE_SUBJECT = Q(person__isnull=False, party__isnull=True) | Q(person__isnull=True, party__isnull=False)


def _colleague(verbose_name: Any, **options: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=verbose_name, **options
    )


class _Dated(Dated, Versioned):
    """A row that holds for some days."""

    class Meta:
        abstract = True

    valid: Any

    @property
    def days_in_words(self) -> str:
        return days_of(self)


class Rhythm(_Dated):
    """After so many days without a two-way touch we have let a member of that tier drift; the office's own rule."""

    tier = models.ForeignKey(
        "members.MembershipTier", on_delete=models.PROTECT, related_name="rhythms", verbose_name=_("tier")
    )
    days = models.PositiveSmallIntegerField(_("days"))
    source = models.CharField(_("source"), max_length=300, blank=True)
    is_confirmed = models.BooleanField(_("confirmed"), default=False)
    valid = DateRangeField(_("valid"))

    objects = DatedRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("rhythm of a tier")
        verbose_name_plural = _("rhythms of tiers")
        ordering: ClassVar = ["tier", "valid", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(days__gte=1),
                name="rhythm_of_a_day_at_least",
                violation_error_message=_("Enter at least one day."),
            ),
            models.CheckConstraint(
                condition=Q(valid__isempty=False),
                name="rhythm_lasts_a_day",
                violation_error_message=_("The last day must not lie before the first."),
            ),
            ExclusionConstraint(
                name="one_rhythm_of_a_tier_at_a_time",
                expressions=[("tier", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message=_("This is set for these days already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tier}: {self.days}"


class OwnRhythm(_Dated):
    """A rhythm of one's own, which goes before that of the tier. Nations have none: the service sees to it."""

    person = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="own_rhythms"
    )
    party = models.ForeignKey(
        "members.Party", on_delete=models.PROTECT, null=True, blank=True, related_name="own_rhythms"
    )
    days = models.PositiveSmallIntegerField(_("days"))
    reason = models.CharField(_("reason"), max_length=300)
    set_by = _colleague(_("set by"))
    valid = DateRangeField(_("valid"))

    objects = DatedRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("rhythm of one’s own")
        verbose_name_plural = _("rhythms of one’s own")
        ordering: ClassVar = ["valid", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=_ONE_SUBJECT, name="own_rhythm_of_a_person_or_a_party"),
            models.CheckConstraint(
                condition=Q(days__gte=1),
                name="own_rhythm_of_a_day_at_least",
                violation_error_message=_("Enter at least one day."),
            ),
            models.CheckConstraint(condition=Q(valid__isempty=False), name="own_rhythm_lasts_a_day"),
            models.CheckConstraint(
                condition=~Q(reason=""), name="own_rhythm_has_a_reason", violation_error_message=_("Say why.")
            ),
            *(
                ExclusionConstraint(
                    name=f"one_own_rhythm_of_a_{side}_at_a_time",
                    expressions=[(side, RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                    violation_error_message=_("This is set for these days already."),
                )
                for side in ("person", "party")
            ),
        ]

    def __str__(self) -> str:
        return str(self.days)


class AgreedQuiet(_Dated):
    """Nobody expects to hear from us in these days. It ends with its last day, or by hand on ``ended_on``.

    ``ended_on`` is the first day on which it no longer held.
    """

    person = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="agreed_quiets"
    )
    party = models.ForeignKey(
        "members.Party", on_delete=models.PROTECT, null=True, blank=True, related_name="agreed_quiets"
    )
    valid = DateRangeField(_("agreed for"))
    agreed_by = models.CharField(_("who agreed"), max_length=200)
    reason = models.TextField(_("why"))
    noted_by = _colleague(_("noted by"))
    noted_at = models.DateTimeField(_("noted at"), auto_now_add=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    ended_by = _colleague(_("ended by"), null=True, blank=True)

    objects = AgreedQuietQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreed quiet")
        verbose_name_plural = _("agreed quiet days")
        ordering: ClassVar = ["-valid", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=_ONE_SUBJECT, name="agreed_quiet_of_a_person_or_a_party"),
            models.CheckConstraint(
                condition=Q(valid__isempty=False, valid__startswith__isnull=False, valid__endswith__isnull=False),
                name="agreed_quiet_has_both_ends",
                violation_error_message=_("The last day must not lie before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(agreed_by="") & ~Q(reason=""),
                name="agreed_quiet_says_who_and_why",
                violation_error_message=_("Say who agreed, and why."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_by__isnull=True)
                | Q(ended_on__isnull=False, ended_by__isnull=False, ended_on__gte=F("valid__startswith")),
                name="agreed_quiet_is_ended_by_somebody",
            ),
            *(
                ExclusionConstraint(
                    name=f"one_agreed_quiet_of_a_{side}_at_a_time",
                    expressions=[(side, RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                    condition=Q(ended_on__isnull=True),
                    violation_error_message=_("Quiet is agreed for these days already."),
                )
                for side in ("person", "party")
            ),
        ]

    def __str__(self) -> str:
        return self.days_in_words


class NoProspect(Versioned):
    """An organization is no prospect for membership, and why; until somebody takes it back on ``ended_on``."""

    party = models.ForeignKey(
        "members.Party", on_delete=models.PROTECT, related_name="no_prospect", verbose_name=_("organization")
    )
    reason = models.TextField(_("why not"))
    since = models.DateField(_("since"))
    said_by = _colleague(_("said by"))
    ended_on = models.DateField(_("taken back on"), null=True, blank=True)

    objects = NoProspectQuerySet.as_manager()

    class Meta:
        verbose_name = _("no prospect")
        verbose_name_plural = _("no prospects")
        ordering: ClassVar = ["-since", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="no_prospect_has_a_reason", violation_error_message=_("Say why.")
            ),
            models.UniqueConstraint(
                fields=["party"],
                condition=Q(ended_on__isnull=True),
                name="no_prospect_once_at_a_time",
                violation_error_message=_("This is noted already."),
            ),
        ]

    def __str__(self) -> str:
        return self.reason
