"""Settings of this room that would otherwise fail at somebody's sign-in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from c2m2a_crm.accounts.models import Role


@register()
def groups_give_roles_that_exist(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    unknown = sorted(set(settings.OIDC_GROUP_ROLES.values()) - set(Role.values))
    return [
        Error(
            f"OIDC_GROUP_ROLES gives the role “{role}”, which does not exist.",
            hint=f"The roles are {', '.join(Role.values)}.",
            id="accounts.E001",
        )
        for role in unknown
    ]


@register()
def somebody_can_sign_in(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.LOCAL_PASSWORDS or settings.SOCIALACCOUNT_PROVIDERS:
        return []
    return [
        Error(
            "LOCAL_PASSWORDS is off and no sign-in provider is set: nobody could sign in.",
            hint="Set OIDC_SERVER_URL, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, or LOCAL_PASSWORDS=true.",
            id="accounts.E002",
        )
    ]
