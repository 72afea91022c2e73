"""Who may do what in the directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from c2m2a_crm.accounts import policies

if TYPE_CHECKING:
    from c2m2a_crm.accounts.policies import Visitor


def can_see_directory(actor: Visitor) -> bool:
    return policies.can_look(actor)


def can_edit_directory(actor: Visitor) -> bool:
    """Create, edit, archive and restore people, organizations and Nations, and everything that hangs on them."""
    return policies.can_write(actor)


def can_keep_vocabularies(actor: Visitor) -> bool:
    """Add, edit, replace and retire words of vocabularies, and say what stands on whose list when."""
    return policies.can_administer(actor)


def can_set_cadences(actor: Visitor) -> bool:
    """Say after how many days records are due for a check."""
    return policies.can_administer(actor)
