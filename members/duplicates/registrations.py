"""What the queue of duplicates adds to the rest of the house."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.registries import NavItem, navigation
from members.duplicates import jobs  # noqa: F401  declares the runner of the hunt
from members.policies import can_see_directory


def register() -> None:
    navigation.register(
        NavItem(
            key="duplicates",
            label=_("Duplicates"),
            url_name="duplicates:list",
            icon="copy",
            order=50,
            allowed=can_see_directory,
            group="directory",
        )
    )
