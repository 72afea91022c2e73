"""Reading holds, authorities, previews and incidents: all for whoever handles privacy, and for nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Count, Q

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.querysets import HouseQuerySet
from c2m2a_crm.core.validity import today
from c2m2a_crm.privacy import policies

if TYPE_CHECKING:
    from c2m2a_crm.privacy.models import (  # noqa: F401  named in the strings below
        DispositionAuthority,
        Incident,
        LegalHold,
        RetentionRun,
    )

M = TypeVar("M", bound=models.Model, covariant=True)


class _OfPrivacy(HouseQuerySet[M]):
    def visible_to(self, actor: Actor) -> Self:
        rows = super().visible_to(actor)
        return rows if policies.can_handle_privacy(actor) else rows.none()  # type: ignore[arg-type]  # a user by contract


class HoldQuerySet(_OfPrivacy["LegalHold"]):
    def in_force(self) -> Self:
        return self.filter(released_at__isnull=True)

    def for_list(self) -> Self:
        return self.select_related("placed_by").annotate(subject_count=Count("subjects"))


class AuthorityQuerySet(_OfPrivacy["DispositionAuthority"]):
    def in_force(self) -> Self:
        return self.filter(valid__contains=today())


class RetentionRunQuerySet(_OfPrivacy["RetentionRun"]):
    def to_look_at(self) -> Self:
        """Previews that propose something and wait for a decision."""
        return self.filter(approved_at__isnull=True, proposed__gt=0)

    def for_list(self) -> Self:
        left_out = Count("rows", filter=Q(rows__excluded_by__isnull=False))
        gone = Count("rows", filter=Q(rows__outcome="disposed"))
        return self.select_related("period", "approved_by").annotate(left_out=left_out, gone=gone)


class IncidentQuerySet(_OfPrivacy["Incident"]):
    def open(self) -> Self:
        return self.filter(closed_on__isnull=True)

    def to_assess(self) -> Self:
        return self.open().filter(risk="")

    def for_list(self) -> Self:
        return self.select_related("created_by")
