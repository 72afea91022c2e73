"""The partnerships' vocabulary for reading. A partnership is as far away as its initiative; so is what hangs on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models

from c2m2a_crm.engagement.querysets import OfInitiativeQuerySet, name_order

if TYPE_CHECKING:
    from partnerships.models import CooperationArea, Partnership  # noqa: F401  named in the strings below

M = TypeVar("M", bound=models.Model, covariant=True)


class PartnershipQuerySet(OfInitiativeQuerySet["Partnership"]):
    initiative_path = "initiative"

    def in_reading_order(self) -> Self:
        return self.order_by(*name_order(), "pk")

    def for_list(self) -> Self:
        """Everything a row of the list shows."""
        return self.select_related("initiative__lead")


class AreaQuerySet(OfInitiativeQuerySet["CooperationArea"]):
    initiative_path = "partnership__initiative"
