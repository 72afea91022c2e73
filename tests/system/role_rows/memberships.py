"""Addresses of memberships: everybody with a role reads, the secretariat decides, administrators set the rules."""

from __future__ import annotations

from typing import Any

from tests.members.memberships.making import member, tier
from tests.system.role_matrix import ROLES, SIGN_IN, Expected, administrators, form, lookers, page


def keepers(status: int = 200) -> Expected:
    """The secretariat and administrators (``policies.can_keep_memberships``)."""
    expected = {**dict.fromkeys(ROLES, 403), "anonymous": SIGN_IN}
    return {**expected, "secretariat": status, "administrator": status}


def _membership() -> dict[str, Any]:
    return {"pk": member().pk}


def _tier() -> dict[str, Any]:
    return {"pk": tier().pk}


def _clock() -> dict[str, Any]:
    return {"subject": "grace"}


MAKERS = {"membership": _membership, "membership_tier": _tier, "membership_clock": _clock}

ROWS = {
    "memberships:list": page(lookers()),
    "memberships:detail": page(lookers(), "membership"),
    "memberships:rules": page(lookers()),
    "memberships:admit": form(keepers()),
    "memberships:renew": form(keepers(), "membership"),
    "memberships:suspend": form(keepers(), "membership"),
    "memberships:waive": form(keepers(), "membership"),
    "memberships:reinstate": form(keepers(), "membership"),
    "memberships:end": form(keepers(), "membership"),
    "memberships:contact": form(keepers(), "membership"),
    "memberships:tier_create": form(administrators()),
    "memberships:tier_edit": form(administrators(), "membership_tier"),
    "memberships:dues": form(administrators(), "membership_tier"),
    "memberships:clock": form(administrators(), "membership_clock"),
}
