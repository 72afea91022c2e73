"""Who may run forums: their particulars, their seats, and who sits there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from c2m2a_crm.accounts import policies
from c2m2a_crm.accounts.models import Role

if TYPE_CHECKING:
    from c2m2a_crm.accounts.policies import Visitor
    from forums.models import Forum


def can_see_forums(actor: Visitor) -> bool:
    return policies.can_look(actor)


def can_manage_forums(actor: Visitor) -> bool:
    """Make forums, add seats, appoint and end terms: the secretariat's work."""
    return policies.has_role(actor, Role.SECRETARIAT, Role.ADMINISTRATOR)


def can_manage_forum(actor: Visitor, forum: Forum) -> bool:
    return can_manage_forums(actor) and forum.initiative.is_workable_by(actor) and not forum.initiative.is_archived


def can_read_applications(actor: Visitor) -> bool:
    """What strangers sent to join: whoever runs forums, and whoever answers for the law."""
    return policies.has_role(actor, Role.SECRETARIAT, Role.ADMINISTRATOR, Role.COMPLIANCE)


def can_write_to_seats(actor: Visitor, forum: Forum) -> bool:
    """Address a message to everybody who sits there: whoever writes in this house and may read the forum."""
    return policies.can_write(actor) and forum.initiative.is_workable_by(actor)
