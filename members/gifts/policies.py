"""Who may see and keep gifts: as with dues, whoever keeps memberships, and whoever answers for the law."""

from __future__ import annotations

from typing import TYPE_CHECKING

from c2m2a_crm.accounts import policies
from members.dues.policies import can_see_dues
from members.memberships.policies import can_keep_memberships, can_set_membership_rules

if TYPE_CHECKING:
    from c2m2a_crm.accounts.policies import Visitor


def can_see_gifts(actor: Visitor) -> bool:
    return can_see_dues(actor)


def can_keep_gifts(actor: Visitor) -> bool:
    """Record gifts, take them back; issue, replace and cancel receipts."""
    return can_keep_memberships(actor)


def can_set_gift_rules(actor: Visitor) -> bool:
    """The registration as a charity, and the numbers by which gifts are judged."""
    return can_set_membership_rules(actor)


def can_export_gifts(actor: Visitor) -> bool:
    return policies.can_export(actor) and can_see_gifts(actor)
