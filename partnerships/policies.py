"""Who may run partnerships: their particulars and what they cover. Statements about them are everybody's who writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from c2m2a_crm.accounts import policies
from c2m2a_crm.accounts.models import Role

if TYPE_CHECKING:
    from c2m2a_crm.accounts.policies import Visitor
    from partnerships.models import Partnership


def can_see_partnerships(actor: Visitor) -> bool:
    return policies.can_look(actor)


def can_manage_partnerships(actor: Visitor) -> bool:
    """Make partnerships: the secretariat's work."""
    return policies.has_role(actor, Role.SECRETARIAT, Role.ADMINISTRATOR)


def can_manage_partnership(actor: Visitor, partnership: Partnership) -> bool:
    """Change its particulars and its areas of cooperation."""
    initiative = partnership.initiative
    return can_manage_partnerships(actor) and initiative.is_workable_by(actor) and not initiative.is_archived
