"""Which circles there are for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.utils import timezone

from c2m2a_crm.core import rights
from c2m2a_crm.core.actor import Actor, circle_ids_of
from c2m2a_crm.core.querysets import HouseQuerySet, among

if TYPE_CHECKING:
    from c2m2a_crm.core.models import Circle, CircleAccess  # noqa: F401  named in the strings below


class CircleQuerySet(HouseQuerySet["Circle"]):
    """A circle exists for its members; the role that may open one in an emergency knows it by name."""

    def visible_to(self, actor: Actor) -> Self:
        rows = super().visible_to(actor)
        return rows if rights.can_open_circles(actor) else rows.filter(among("id", circle_ids_of(actor)))

    def readable_by(self, actor: Actor) -> Self:
        """Purpose, members, and what is confided to it."""
        return super().visible_to(actor).filter(among("id", circle_ids_of(actor)))


class CircleAccessQuerySet(HouseQuerySet["CircleAccess"]):
    def in_force(self) -> Self:
        return self.filter(ends_at__gt=timezone.now())
