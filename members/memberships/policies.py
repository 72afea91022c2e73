"""Who may do what with memberships."""

from __future__ import annotations

from typing import TYPE_CHECKING

from c2m2a_crm.accounts import policies
from c2m2a_crm.accounts.models import Role

if TYPE_CHECKING:
    from c2m2a_crm.accounts.policies import Visitor


def can_see_memberships(actor: Visitor) -> bool:
    """Who is a member, of which tier, until when, and by which decisions."""
    return policies.can_look(actor)


def can_keep_memberships(actor: Visitor) -> bool:
    """Record what was decided: admit, renew, waive, suspend, reinstate, end; dues and applications."""
    return policies.has_role(actor, Role.SECRETARIAT, Role.ADMINISTRATOR)


def can_read_applications(actor: Visitor) -> bool:
    """Whoever keeps memberships, and whoever answers for the law."""
    return policies.has_role(actor, Role.SECRETARIAT, Role.ADMINISTRATOR, Role.COMPLIANCE)


def can_set_membership_rules(actor: Visitor) -> bool:
    """Tiers, dues, and the days and months by which memberships run."""
    return policies.can_administer(actor)
