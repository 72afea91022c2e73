"""What accounts do to the rest of the house."""

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts import checks, leaving, policies
from c2m2a_crm.accounts.ground_floor import GROUND_FLOOR_RIGHTS
from c2m2a_crm.accounts.models import RoleGrant, Team, TeamMembership, User
from c2m2a_crm.core import rights
from c2m2a_crm.core.registries import (
    NavItem,
    OperationKind,
    RecordTables,
    departures,
    navigation,
    operation_kinds,
    record_tables,
)

__all__ = ["checks"]  # registered by being imported

rights.install(GROUND_FLOOR_RIGHTS)

navigation.register(
    NavItem(
        key="users",
        label=_("Users"),
        url_name="accounts:users",
        icon="user-cog",
        order=900,
        allowed=policies.can_administer,
        group="admin",
    )
)
navigation.register(
    NavItem(
        key="teams",
        label=_("Teams"),
        url_name="accounts:teams",
        icon="users-group",
        order=910,
        allowed=policies.can_administer,
        group="admin",
    )
)
navigation.register(
    NavItem(
        key="circles",
        label=_("Circles"),
        url_name="accounts:circles",
        icon="shield-lock",
        order=20,
        allowed=policies.can_look,
        group="account",
    )
)
navigation.register(
    NavItem(
        key="account",
        label=_("Your account"),
        url_name="accounts:profile",
        icon="user",
        order=10,
        allowed=policies.is_signed_in,
        group="account",
    )
)

operation_kinds.register(
    OperationKind(leaving.LEAVING_KIND, 50, _("Departure"), policies.can_administer, reaches_closed_rows=True)
)
record_tables.register(
    RecordTables(
        "accounts.user",
        60,
        User,
        policies.can_administer,
        parts={RoleGrant: "user_id", TeamMembership: "user_id"},
    )
)
record_tables.register(RecordTables("accounts.team", 70, Team, policies.can_administer))
departures.register(leaving.CIRCLES)
departures.register(leaving.VIEWS)
