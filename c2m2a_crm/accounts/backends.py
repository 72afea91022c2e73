"""Who a session belongs to, read with what the person may do."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.utils import timezone

from c2m2a_crm.accounts.models import User

# Written out: to build it anew for every page took longer than to answer it.
_WITH_RIGHTS = """
    SELECT account.*,
        ARRAY(SELECT role FROM accounts_rolegrant WHERE user_id = account.id AND revoked_at IS NULL) AS held,
        ARRAY(SELECT circle_id FROM core_circlemembership WHERE user_id = account.id AND left_on IS NULL) AS within,
        ARRAY(SELECT circle_id FROM core_circleaccess WHERE user_id = account.id AND ends_at > %s) AS opened
    FROM accounts_user account WHERE account.id = %s
"""


class HouseBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Every page asks for the roles and circles of its reader: they come with the account, in one statement."""

    def get_user(self, user_id: Any) -> User | None:
        user: Any = next(iter(User.objects.raw(_WITH_RIGHTS, [timezone.now(), user_id])), None)
        if user is None or not self.user_can_authenticate(user):
            return None
        user.roles = frozenset(user.held)
        user._circle_ids = tuple(user.within)  # as core.actor keeps them
        known: User = user
        return known
