"""Who answers for privacy and access to information."""

from __future__ import annotations

from typing import TYPE_CHECKING

from c2m2a_crm.accounts.models import Role
from c2m2a_crm.accounts.policies import can_dispose, can_write, has_role, is_owner_of

if TYPE_CHECKING:
    from c2m2a_crm.accounts.policies import Visitor
    from c2m2a_crm.privacy.models import OwnerAsk


def can_handle_privacy(actor: Visitor) -> bool:
    """Requests, retention and incidents: whoever answers for the law, and administrators."""
    return has_role(actor, Role.COMPLIANCE, Role.ADMINISTRATOR)


# Holds, disposition authorities, approvals of what retention rules propose: reading is wider than doing.
can_keep_holds = can_dispose
can_approve_disposal = can_dispose
can_keep_incidents = can_handle_privacy


# Questions to the owners of circles: the page is known to whoever may own one, each question to its owners alone.
can_be_asked = can_write


def can_answer_ask(actor: Visitor, ask: OwnerAsk) -> bool:
    return is_owner_of(actor, ask.circle)
