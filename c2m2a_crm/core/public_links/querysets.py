"""Which links there are for whom: those to rows that the person may read."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.querysets import HouseQuerySet

if TYPE_CHECKING:
    from c2m2a_crm.core.models import PublicLink  # noqa: F401  named in the strings below


class PublicLinkQuerySet(HouseQuerySet["PublicLink"]):
    def visible_to(self, actor: Actor) -> Self:
        from c2m2a_crm.core.registries import kept_links  # registries name the models that are made of this

        readable = Q(pk__in=())
        for purpose, links in kept_links():
            readable |= Q(purpose=purpose.key, object_id__in=links.readable(actor).order_by().values("pk"))
        return super().visible_to(actor).filter(readable)

    def about(self, purpose: str, object_id: int) -> Self:
        return self.filter(purpose=purpose, object_id=object_id)

    def working(self) -> Self:
        """Neither revoked, used up nor expired; whether the record is open to links its purpose knows."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=timezone.now()).exclude(
            is_single_use=True, uses__gt=0
        )

    def ended(self) -> Self:
        return self.filter(
            Q(revoked_at__isnull=False) | Q(expires_at__lte=timezone.now()) | Q(is_single_use=True, uses__gt=0)
        )

    def ended_before(self, moment: datetime) -> Self:
        return self.filter(
            Q(revoked_at__lt=moment) | Q(expires_at__lt=moment) | Q(is_single_use=True, uses__gt=0, used_at__lt=moment)
        )

    def count_opening(self) -> int:
        """One more; the only thing that a look writes."""
        return self.update(
            openings=F("openings") + 1, last_opened_at=Now(), first_opened_at=Coalesce("first_opened_at", Now())
        )

    def for_list(self) -> Self:
        return self.select_related("created_by", "revoked_by")
