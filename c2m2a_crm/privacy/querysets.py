"""Reading requests for access: who handles privacy reads them all, an owner of a circle what the circle was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Count, ExpressionWrapper, F, Q
from django.db.models.fields import DateField

from c2m2a_crm.accounts.policies import can_write
from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.models import CircleMembership
from c2m2a_crm.core.querysets import HouseQuerySet
from c2m2a_crm.core.validity import today
from c2m2a_crm.privacy import policies

if TYPE_CHECKING:
    from c2m2a_crm.privacy.models import (  # noqa: F401  named in the strings below
        AccessItem,
        AccessRequest,
        OwnerAsk,
        ThirdPartyNotice,
    )


class AccessRequestQuerySet(HouseQuerySet["AccessRequest"]):
    def visible_to(self, actor: Actor) -> Self:
        rows = super().visible_to(actor)
        return rows if policies.can_handle_privacy(actor) else rows.none()  # type: ignore[arg-type]  # a user by contract

    def with_due_day(self) -> Self:
        """``due``, the property ``due_on`` as a column."""
        due = F("received_on") + F("period__days") + F("extended_by_days")
        return self.annotate(due=ExpressionWrapper(due, output_field=DateField()))

    def open(self) -> Self:
        return self.filter(closed_on__isnull=True)

    def late(self) -> Self:
        return self.open().with_due_day().filter(due__lt=today())

    def for_list(self) -> Self:
        return self.with_due_day().select_related("period", "person")


class AccessItemQuerySet(HouseQuerySet["AccessItem"]):
    def visible_to(self, actor: Actor) -> Self:
        rows = super().visible_to(actor)
        return rows if policies.can_handle_privacy(actor) else rows.none()  # type: ignore[arg-type]  # a user by contract

    def to_review(self) -> Self:
        return self.filter(mark="")


class ThirdPartyNoticeQuerySet(HouseQuerySet["ThirdPartyNotice"]):
    def visible_to(self, actor: Actor) -> Self:
        rows = super().visible_to(actor)
        return rows if policies.can_handle_privacy(actor) else rows.none()  # type: ignore[arg-type]  # a user by contract


class OwnerAskQuerySet(HouseQuerySet["OwnerAsk"]):
    def visible_to(self, actor: Actor) -> Self:
        """What was asked of circles that the actor owns now; sight in an emergency is not ownership."""
        rows = super().visible_to(actor)
        if not can_write(actor):  # type: ignore[arg-type]  # a user by contract
            return rows.none()
        owned = CircleMembership.objects.filter(user_id=actor.pk or 0, is_owner=True, left_on__isnull=True)
        return rows.filter(circle__in=owned.values("circle"))

    def unanswered(self) -> Self:
        return self.filter(answered_at__isnull=True)

    def waiting(self) -> Self:
        return self.unanswered().filter(request__closed_on__isnull=True)

    def tally(self) -> dict[str, int]:
        """How many were asked and how many answered, and nothing else of them."""
        return self.aggregate(asked=Count("pk"), answered=Count("pk", filter=Q(answered_at__isnull=False)))
