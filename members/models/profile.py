"""What organizations and people do, in words that are data: minerals, stages of the value chain, sectors, expertise.

A word is never deleted: it is retired, or replaced by another one with everything that stands under it. What stands on
whose list is a row with days, so that the list of any day can be read.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.bilingual import TextPair, localized
from c2m2a_crm.core.models import Versioned
from c2m2a_crm.core.validity import Dated
from members.models.parties import Jurisdiction, Party
from members.models.people import Person
from members.querysets import ConceptQuerySet, ExpertiseQuerySet, ListingQuerySet, ProfileLineQuerySet


class Concept(Versioned):
    """A word of a controlled vocabulary, in both languages. ``code`` names it in addresses and files for good."""

    class Vocabulary(models.TextChoices):
        MINERAL = "mineral", _("Minerals and materials")
        STAGE = "stage", _("Stages of the value chain")
        SECTOR = "sector", _("Sectors")
        EXPERTISE = "expertise", _("Fields of expertise")

    vocabulary = models.CharField(_("vocabulary"), max_length=12, choices=Vocabulary)
    code = models.SlugField(_("code"), max_length=60)
    label_en = models.CharField(_("English label"), max_length=120)
    label_fr = models.CharField(_("French label"), max_length=120)
    symbol = models.CharField(_("symbol"), max_length=12, blank=True)
    also = models.CharField(
        _("also written"),
        max_length=500,
        blank=True,
        help_text=_("Other names in either language, each after a semicolon. Imports and the search know them."),
    )
    note_en = models.CharField(_("note in English"), max_length=500, blank=True)
    note_fr = models.CharField(_("note in French"), max_length=500, blank=True)
    source = models.CharField(_("source"), max_length=500, blank=True)
    is_confirmed = models.BooleanField(_("confirmed"), default=False)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    retired_on = models.DateField(_("no longer offered since"), null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces", verbose_name=_("replaced by")
    )

    objects = ConceptQuerySet.as_manager()

    class Meta:
        verbose_name = _("word of a vocabulary")
        verbose_name_plural = _("words of vocabularies")
        ordering: ClassVar = ["vocabulary", "position", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["vocabulary", "code"],
                name="concept_code_once",
                violation_error_message=_("This vocabulary already has a word with this code."),
            ),
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | ~Q(replaced_by=F("id")),
                name="concept_is_not_replaced_by_itself",
                violation_error_message=_("A word cannot be replaced by itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.label.text

    @property
    def label(self) -> TextPair:
        return localized(self, "label")

    @property
    def note(self) -> TextPair:
        return localized(self, "note")

    @property
    def is_offered(self) -> bool:
        """Whether new rows may take it."""
        return self.replaced_by_id is None and self.retired_on is None

    @property
    def names(self) -> list[str]:
        """Everything by which a file or a reader may call it, as written."""
        others = [part.strip() for part in self.also.split(";")]
        return [name for name in (self.label_en, self.label_fr, self.code, self.symbol, *others) if name]

    def get_absolute_url(self) -> str:
        return reverse("vocabularies:detail", args=[self.pk])


class Listing(Dated, Versioned):
    """A mineral on the list of a jurisdiction, from a day until a day; as that government publishes it."""

    class Standing(models.TextChoices):
        CRITICAL = "critical", _("Critical")
        STRATEGIC = "strategic", _("Strategic")
        PRIORITY = "priority", _("Priority")

    concept = models.ForeignKey(Concept, on_delete=models.PROTECT, related_name="listings", verbose_name=_("mineral"))
    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, related_name="listings", verbose_name=_("jurisdiction")
    )
    standing = models.CharField(_("standing"), max_length=10, choices=Standing, default=Standing.CRITICAL)
    valid = DateRangeField(_("valid"))
    source = models.CharField(_("source"), max_length=500, blank=True)
    is_confirmed = models.BooleanField(_("confirmed"), default=False)

    objects = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = _("place on a list")
        verbose_name_plural = _("places on lists")
        ordering: ClassVar = [F("valid").desc(), "pk"]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="on_a_list_once_at_a_time",
                expressions=[
                    ("concept", RangeOperators.EQUAL),
                    ("jurisdiction", RangeOperators.EQUAL),
                    ("standing", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("It already stands on this list in those dates."),
                violation_error_code="listed_already",
            ),
            models.CheckConstraint(
                condition=Q(valid__isempty=False),
                name="listing_lasts_a_day",
                violation_error_message=_("The last day must not lie before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.concept} · {self.jurisdiction}"

    @property
    def first_ordinal(self) -> int:
        """Its first day as a number, 0 where that side is open."""
        return self.first_day.toordinal() if self.first_day else 0


def _word(related_name: str, verbose_name: Any) -> models.ForeignKey[Concept | None, Concept | None]:
    return models.ForeignKey(
        Concept, on_delete=models.PROTECT, null=True, blank=True, related_name=related_name, verbose_name=verbose_name
    )


class ProfileLine(Versioned):
    """One thing an organization does, or that concerns a Nation: a mineral, a stage, a place, a sector, together.

    What is empty is not known or does not matter; something is always there. Which vocabulary a word belongs to is the
    service's to see to.
    """

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="profile_lines")
    mineral = _word("mineral_lines", _("mineral"))
    stage = _word("stage_lines", _("stage of the value chain"))
    jurisdiction = models.ForeignKey(
        Jurisdiction,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="profile_lines",
        verbose_name=_("jurisdiction"),
    )
    sector = _word("sector_lines", _("sector"))
    source = models.CharField(_("source"), max_length=250, blank=True)
    stated_on = models.DateField(_("as of"))

    objects = ProfileLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a profile")
        verbose_name_plural = _("lines of profiles")
        ordering: ClassVar = ["party", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["party", "mineral", "stage", "jurisdiction", "sector"],
                name="profile_line_once",
                nulls_distinct=False,
                violation_error_message=_("This is already stated."),
            ),
            models.CheckConstraint(
                condition=Q(mineral__isnull=False)
                | Q(stage__isnull=False)
                | Q(jurisdiction__isnull=False)
                | Q(sector__isnull=False),
                name="profile_line_says_something",
                violation_error_message=_("Choose a mineral, a stage, a place or a sector."),
            ),
        ]

    def __str__(self) -> str:
        return " · ".join(str(part) for part in (self.mineral, self.stage, self.jurisdiction, self.sector) if part)


class Expertise(Versioned):
    """What a person knows: a field of expertise, a mineral or a stage of the value chain."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="expertise")
    field = models.ForeignKey(
        Concept, on_delete=models.PROTECT, related_name="experts", verbose_name=_("field of expertise")
    )
    source = models.CharField(_("source"), max_length=250, blank=True)
    stated_on = models.DateField(_("as of"))

    objects = ExpertiseQuerySet.as_manager()

    class Meta:
        verbose_name = _("field of expertise")
        verbose_name_plural = _("fields of expertise")
        ordering: ClassVar = ["person", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "field"],
                name="expertise_once",
                violation_error_message=_("This is already stated."),
            )
        ]

    def __str__(self) -> str:
        return str(self.field)
