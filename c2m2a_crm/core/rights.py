"""Who may do what on the ground floor, asked of the room of accounts, which stands above and installs its answers.

The ground floor has pages (jobs, outbox, settings, audit) whose rights are roles, and roles belong to accounts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True, slots=True)
class Rights:
    """The answers of accounts. Each predicate takes a user or the anonymous visitor.

    ``remember_language``, ``remember_single_keys`` and ``remember_list`` store a signed-in person's preference.
    ``command_line`` gives the actor for work that somebody started in a terminal: it may do everything, sees nothing
    that is sealed, and its rows name the command.
    """

    can_look: Callable[[Any], bool]
    can_write: Callable[[Any], bool]
    can_export: Callable[[Any], bool]
    can_administer: Callable[[Any], bool]
    can_read_audit: Callable[[Any], bool]
    can_open_circles: Callable[[Any], bool]
    can_dispose: Callable[[Any], bool]
    can_read_secretariat: Callable[[Any], bool]
    remember_language: Callable[[Any, str], None]
    remember_single_keys: Callable[[Any, bool], None]
    remember_list: Callable[[Any, str, dict[str, Any]], None]
    command_line: Callable[[str], Any]


_installed: list[Rights] = []


def install(rights: Rights) -> None:
    """Called once, by the contributions of accounts."""
    if _installed:
        raise ImproperlyConfigured("Rights are already installed.")
    _installed.append(rights)


def _rights() -> Rights:
    if not _installed:
        raise ImproperlyConfigured("No app has installed its rights; is c2m2a_crm.accounts in INSTALLED_APPS?")
    return _installed[0]


def can_look(actor: Any) -> bool:
    """Any role at all."""
    return _rights().can_look(actor)


def can_write(actor: Any) -> bool:
    return _rights().can_write(actor)


def can_export(actor: Any) -> bool:
    return _rights().can_export(actor)


def can_administer(actor: Any) -> bool:
    """Installation, public texts, outbox, everybody's jobs."""
    return _rights().can_administer(actor)


def can_read_audit(actor: Any) -> bool:
    return _rights().can_read_audit(actor)


def can_open_circles(actor: Any) -> bool:
    """Know every circle by its name, and open one in an emergency."""
    return _rights().can_open_circles(actor)


def can_read_secretariat(actor: Any) -> bool:
    """Papers of the secretariat."""
    return _rights().can_read_secretariat(actor)


def can_dispose(actor: Any) -> bool:
    """Take something away for good, where no room's own policy said that the actor may."""
    return _rights().can_dispose(actor)


def remember_language(user: Any, language: str) -> None:
    _rights().remember_language(user, language)


def remember_single_keys(user: Any, is_on: bool) -> None:
    _rights().remember_single_keys(user, is_on)


def remember_list(user: Any, list_key: str, settings: dict[str, Any]) -> None:
    """Columns and row height of one list, read back from ``user.list_settings``."""
    _rights().remember_list(user, list_key, settings)


def command_line(command: str) -> Any:
    """The terminal as an actor; ``command`` is the name under which history knows its rows."""
    return _rights().command_line(command)
