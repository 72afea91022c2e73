"""Questions about accounts."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q


class UserQuerySet(models.QuerySet[Any]):
    """Accounts. Who may see the list of them is a question of the page (``policies.can_administer``)."""

    def matching(self, text: str) -> Self:
        """Name, address or handle contains the text."""
        return self.filter(Q(name__icontains=text) | Q(email__icontains=text) | Q(handle__icontains=text))

    def with_open_role(self, role: str) -> Self:
        grants = apps.get_model("accounts", "RoleGrant").objects
        return self.filter(Exists(grants.filter(user=OuterRef("pk"), role=role, revoked_at__isnull=True)))

    def with_any_role(self, roles: Collection[str]) -> Self:
        grants = apps.get_model("accounts", "RoleGrant").objects
        return self.filter(Exists(grants.filter(user=OuterRef("pk"), role__in=roles, revoked_at__isnull=True)))

    def in_team(self, team_id: int) -> Self:
        places = apps.get_model("accounts", "TeamMembership").objects
        return self.filter(Exists(places.filter(user=OuterRef("pk"), team_id=team_id, left_on__isnull=True)))

    def for_list(self) -> Self:
        """With open grants and places, which a row of the list shows."""
        grants = apps.get_model("accounts", "RoleGrant").objects.filter(revoked_at__isnull=True).order_by("pk")
        places = apps.get_model("accounts", "TeamMembership").objects.filter(left_on__isnull=True)
        return self.prefetch_related(
            Prefetch("role_grants", queryset=grants, to_attr="open_grants"),
            Prefetch(
                "team_memberships",
                queryset=places.select_related("team").order_by("team__name_en", "pk"),
                to_attr="open_places",
            ),
        )
