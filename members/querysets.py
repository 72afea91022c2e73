"""The directory's vocabulary for reading."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Case, F, Value, When
from django.db.models.functions import Coalesce, NullIf

from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.prepared import Place
from c2m2a_crm.core.querysets import HouseQuerySet, account_columns_of_no_row, among
from c2m2a_crm.core.text import Fold
from c2m2a_crm.core.validity import today

if TYPE_CHECKING:
    from members.models import (  # noqa: F401  named in the strings below
        Affiliation,
        Cadence,
        Concept,
        EmailAddress,
        Expertise,
        Jurisdiction,
        Listing,
        Office,
        Party,
        Person,
        ProfileLine,
        Relationship,
    )

M = TypeVar("M", bound=models.Model, covariant=True)


class DatedQuerySet(HouseQuerySet[M]):
    """Rows with a validity range called ``valid``."""

    def on(self, day: date) -> Self:
        """Rows that hold on that day, as known now."""
        return self.filter(valid__contains=day)

    def current(self) -> Self:
        """Rows that hold today in the office's time zone."""
        return self.on(today())


def jurisdictions_in_order() -> list[Any]:
    """Canada, the provinces, the territories, each by name as this reader sees it."""
    rank = Case(When(kind="federal", then=0), When(kind="province", then=1), default=2)
    return [rank, "name_fr" if reader_language() == "fr" else "name_en"]


class JurisdictionQuerySet(HouseQuerySet["Jurisdiction"]):
    def in_reading_order(self) -> Self:
        return self.order_by(*jurisdictions_in_order(), "pk")

    def for_list(self) -> Self:
        return self


class PartyQuerySet(HouseQuerySet["Party"]):
    def organizations(self) -> Self:
        return self.exclude(kind="nation")

    def nations(self) -> Self:
        return self.filter(kind="nation")

    def in_reading_order(self) -> Self:
        """By name as this reader sees it; the index of the same language carries the order."""
        return self.order_by("sort_fr" if reader_language() == "fr" else "sort_en", "pk")

    def for_list(self) -> Self:
        """Everything a row of the list shows."""
        return self.select_related("jurisdiction", "owner").defer(*account_columns_of_no_row("owner"))


class OrganizationManager(models.Manager.from_queryset(PartyQuerySet)):  # type: ignore[misc]  # a manager made of a queryset has no static base
    def get_queryset(self) -> Any:
        return super().get_queryset().organizations()


class NationManager(models.Manager.from_queryset(PartyQuerySet)):  # type: ignore[misc]  # as above
    def get_queryset(self) -> Any:
        return super().get_queryset().nations()


class PersonQuerySet(HouseQuerySet["Person"]):
    def in_reading_order(self) -> Self:
        return self.order_by("sort_key", "pk")

    def for_list(self) -> Self:
        return self.select_related("owner").defer(*account_columns_of_no_row("owner"))


class AffiliationQuerySet(DatedQuerySet["Affiliation"]):
    def for_list(self) -> Self:
        return self.select_related("person", "party")


class OfficeQuerySet(HouseQuerySet["Office"]):
    def in_reading_order(self) -> Self:
        """Posts before mailboxes, each by its title as this reader sees it."""
        first, second = ("title_fr", "title_en") if reader_language() == "fr" else ("title_en", "title_fr")
        return self.order_by("-kind", Coalesce(NullIf(F(first), Value("")), F(second)), "pk")

    def for_list(self) -> Self:
        return self.select_related("party")


class RelationshipQuerySet(DatedQuerySet["Relationship"]):
    def of(self, record: models.Model) -> Self:
        """Those in which this person or party stands at either end."""
        return self.with_ends("person" if record._meta.model_name == "person" else "party", [record.pk])

    def with_ends(self, column: str, keys: Iterable[int] | Place) -> Self:
        """Those in which one of these people, or parties, stands at either end."""
        return self.filter(among(f"from_{column}_id", keys) | among(f"to_{column}_id", keys))

    def for_list(self) -> Self:
        return self.select_related("from_person", "from_party", "to_person", "to_party", "mandate")


class EmailAddressQuerySet(HouseQuerySet["EmailAddress"]):
    pass


def concepts_in_order() -> list[Any]:
    """Minerals, stages, sectors, expertise; each vocabulary as it is kept, then by label as this reader sees it."""
    order = ("mineral", "stage", "sector", "expertise")
    rank = Case(*(When(vocabulary=name, then=place) for place, name in enumerate(order)), default=len(order))
    return [rank, "position", Fold("label_fr" if reader_language() == "fr" else "label_en")]


class ConceptQuerySet(HouseQuerySet["Concept"]):
    def of(self, vocabulary: str) -> Self:
        return self.filter(vocabulary=vocabulary)

    def offered(self) -> Self:
        """Words that new rows may take."""
        return self.filter(replaced_by__isnull=True, retired_on__isnull=True)

    def in_reading_order(self) -> Self:
        """As the vocabulary is kept; words of one place by their label as this reader sees it."""
        return self.order_by(*concepts_in_order(), "pk")

    def for_list(self) -> Self:
        return self.select_related("replaced_by")


class ListingQuerySet(DatedQuerySet["Listing"]):
    def for_list(self) -> Self:
        return self.select_related("concept", "jurisdiction")


class ProfileLineQuerySet(HouseQuerySet["ProfileLine"]):
    def for_list(self) -> Self:
        return self.select_related("mineral", "stage", "jurisdiction", "sector")


class ExpertiseQuerySet(HouseQuerySet["Expertise"]):
    def for_list(self) -> Self:
        return self.select_related("field")


class CadenceQuerySet(DatedQuerySet["Cadence"]):
    def for_list(self) -> Self:
        return self
