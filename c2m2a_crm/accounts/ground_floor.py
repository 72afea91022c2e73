"""What the ground floor asks of accounts without importing it (``core.rights``)."""

from __future__ import annotations

from typing import Any

from c2m2a_crm.accounts import policies, services
from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core import rights


def command_line_user(command: str) -> User:
    """The terminal as an actor: never saved, no circles, every role, and a name that history shows.

    Whoever may run commands holds the database anyway; what matters is that the rows say how they came about.
    """
    user = User(name=f"manage.py {command}", handle=command.replace("_", "-"), is_active=True)
    user.roles = frozenset(Role.values)
    user.team_ids = frozenset()
    return user


def _remember_language(user: User, language: str) -> None:
    if user.language != language:
        services.set_preferences(user=user, language=language)


def _remember_single_keys(user: User, is_on: bool) -> None:
    if user.single_keys != is_on:
        services.set_preferences(user=user, single_keys=is_on)


def _remember_list(user: User, list_key: str, settings: dict[str, Any]) -> None:
    services.keep_list_settings(user=user, list_key=list_key, settings=settings)


GROUND_FLOOR_RIGHTS = rights.Rights(
    can_look=policies.can_look,
    can_write=policies.can_write,
    can_export=policies.can_export,
    can_administer=policies.can_administer,
    can_read_audit=policies.can_read_audit,
    can_open_circles=policies.can_open_circles,
    can_dispose=policies.can_dispose,
    can_read_secretariat=policies.can_read_secretariat,
    remember_language=_remember_language,
    remember_single_keys=_remember_single_keys,
    remember_list=_remember_list,
    command_line=command_line_user,
)
