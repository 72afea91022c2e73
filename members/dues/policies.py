"""Who may see and keep what members owe and pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from c2m2a_crm.accounts import policies
from c2m2a_crm.accounts.models import Role
from members.memberships.policies import can_keep_memberships, can_set_membership_rules

if TYPE_CHECKING:
    from c2m2a_crm.accounts.policies import Visitor


def can_see_dues(actor: Visitor) -> bool:
    """Invoices and payments: whoever keeps memberships, and whoever answers for the law."""
    return policies.has_role(actor, Role.SECRETARIAT, Role.ADMINISTRATOR, Role.COMPLIANCE)


def can_keep_dues(actor: Visitor) -> bool:
    """Issue invoices; record payments, waivers, credit notes and cancellations."""
    return can_keep_memberships(actor)


def can_set_taxes(actor: Visitor) -> bool:
    return can_set_membership_rules(actor)


def can_export_dues(actor: Visitor) -> bool:
    return policies.can_export(actor) and can_see_dues(actor)
