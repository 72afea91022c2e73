"""Segments as a reader may know of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.querysets import HouseQuerySet

if TYPE_CHECKING:
    from c2m2a_crm.core.models import Segment  # noqa: F401  named in the base below


class SegmentQuerySet(HouseQuerySet["Segment"]):
    """One's own segments, and those shared with the office."""

    def visible_to(self, actor: Actor) -> Self:
        return super().visible_to(actor).filter(Q(owner_id=actor.pk) | Q(is_shared=True))

    def of_list(self, list_key: str) -> Self:
        """By name: how they are offered beside the list's other filters."""
        return self.active().filter(list_key=list_key).order_by("name", "pk")

    def for_list(self) -> Self:
        return self.select_related("owner")
