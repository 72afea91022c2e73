"""Who works where, under which title, and when."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.bilingual import TextPair, localized
from c2m2a_crm.core.models import Versioned
from c2m2a_crm.core.validity import Dated
from members.models.offices import Office
from members.models.parties import Party
from members.models.people import Person
from members.querysets import AffiliationQuerySet


class Affiliation(Dated, Versioned):
    """A person's place in a party, with the title in both languages and the days on which it held.

    With an ``office`` it is a term in that office; ``is_acting`` is for whoever stands in beside its titular holder.
    It begins with the titles of the office where it is given none of its own. A composite key of the database keeps an
    office and its holders with one party.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="affiliations")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="affiliations")
    office = models.ForeignKey(
        Office,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="holdings",
        verbose_name=_("office"),
    )
    is_acting = models.BooleanField(_("acting"), default=False)
    title_en = models.CharField(_("title in English"), max_length=250, blank=True)
    title_fr = models.CharField(_("title in French"), max_length=250, blank=True)
    unit = models.CharField(_("branch or unit"), max_length=250, blank=True)
    valid = DateRangeField(_("valid"))
    is_primary = models.BooleanField(_("main affiliation"), default=True)
    source = models.CharField(_("source"), max_length=250, blank=True)

    objects = AffiliationQuerySet.as_manager()

    class Meta:
        verbose_name = _("affiliation")
        verbose_name_plural = _("affiliations")
        ordering: ClassVar = ["-is_primary", F("valid").desc(), "-pk"]
        constraints: ClassVar = [
            # The plain btree that Django makes on each foreign key is kept beside this index: btree_gist cannot use
            # the literals Django writes for integers.
            ExclusionConstraint(
                name="one_main_affiliation_at_a_time",
                expressions=[("person", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=Q(is_primary=True),
                violation_error_message=_("This person already has a main affiliation in those dates."),
                violation_error_code="main_affiliation_held",
            ),
            ExclusionConstraint(
                name="one_holder_of_an_office_at_a_time",
                expressions=[("office", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=Q(office__isnull=False, is_acting=False),
                violation_error_message=_("Somebody else holds this office in those dates."),
                violation_error_code="office_held",
            ),
            ExclusionConstraint(
                name="one_acting_in_an_office_at_a_time",
                expressions=[("office", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=Q(office__isnull=False, is_acting=True),
                violation_error_message=_("Somebody else is acting in this office in those dates."),
                violation_error_code="office_held",
            ),
            models.CheckConstraint(
                condition=Q(is_acting=False) | Q(office__isnull=False),
                name="acting_is_in_an_office",
                violation_error_message=_("Somebody is acting in an office. Choose which."),
            ),
            models.CheckConstraint(
                condition=Q(valid__isempty=False),
                name="affiliation_lasts_a_day",
                violation_error_message=_("The last day must not lie before the first."),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["party", "person"], name="affiliations_of_a_party"),
            models.Index(fields=["person"], condition=Q(valid__upper_inf=True), name="affiliations_still_open"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.title.text or self.party}"

    @property
    def title(self) -> TextPair:
        return localized(self, "title")
