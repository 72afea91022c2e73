"""The partnerships' vocabulary for reading. A partnership is as far away as its initiative; so is what hangs on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Coalesce, NullIf

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.querysets import HouseQuerySet, within_circles
from c2m2a_crm.core.text import Fold

if TYPE_CHECKING:
    from partnerships.models import CooperationArea, Partnership  # noqa: F401  named in the strings below

M = TypeVar("M", bound=models.Model, covariant=True)


class _OfInitiative(HouseQuerySet[M]):
    """Rows that follow an initiative, ``initiative_path`` away."""

    initiative_path: ClassVar[str]

    def visible_to(self, actor: Actor) -> Self:
        rows = super().visible_to(actor)
        return rows.filter(within_circles(f"{self.initiative_path}__sealed_circle_id", actor))

    def readable_by(self, actor: Actor) -> Self:
        rows = self.visible_to(actor)
        return rows.filter(within_circles(f"{self.initiative_path}__restricted_circle_id", actor))

    def active(self) -> Self:
        """Rows of partnerships that are not archived."""
        return self.filter(**{f"{self.initiative_path}__archived_at__isnull": True})


def by_name() -> list[Any]:
    """By the initiative's name as this reader sees it; some dozens of partnerships need no index."""
    own, other = ("fr", "en") if reader_language() == "fr" else ("en", "fr")
    return [Fold(Coalesce(NullIf(F(f"initiative__name_{own}"), Value("")), F(f"initiative__name_{other}"))).asc()]


class PartnershipQuerySet(_OfInitiative["Partnership"]):
    initiative_path = "initiative"

    def in_reading_order(self) -> Self:
        return self.order_by(*by_name(), "pk")

    def for_list(self) -> Self:
        """Everything a row of the list shows."""
        return self.select_related("initiative__lead")


class AreaQuerySet(_OfInitiative["CooperationArea"]):
    initiative_path = "partnership__initiative"
