"""What home does to the rest of the house."""

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.policies import can_look
from c2m2a_crm.core.registries import NavItem, navigation

navigation.register(
    NavItem(
        key="home",
        label=_("Home"),
        url_name="dashboard:home",
        icon="layout-dashboard",
        order=10,
        allowed=can_look,
        go_key="h",
    )
)
