"""Who a session belongs to, read with what the person may do."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from c2m2a_crm.accounts.models import RoleGrant, User
from c2m2a_crm.core.models import CircleAccess, CircleMembership


class HouseBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Every page asks for the roles and circles of its reader: they come with the account, in one statement."""

    def get_user(self, user_id: Any) -> User | None:
        grants = RoleGrant.objects.filter(user=OuterRef("pk"), revoked_at__isnull=True)
        circles = CircleMembership.objects.filter(user=OuterRef("pk"), left_on__isnull=True)
        opened = CircleAccess.objects.in_force().filter(user=OuterRef("pk")).order_by()
        user: Any = (
            User.objects.filter(pk=user_id)
            .annotate(
                held=ArraySubquery(grants.values("role")),
                within=ArraySubquery(circles.values("circle")),
                opened=ArraySubquery(opened.values("circle")),
            )
            .first()
        )
        if user is None or not self.user_can_authenticate(user):
            return None
        user.roles = frozenset(user.held)
        user._circle_ids = tuple(user.within)  # as core.actor keeps them
        known: User = user
        return known
