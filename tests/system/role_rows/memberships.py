"""Addresses of memberships: everybody with a role reads, the secretariat decides, administrators set the rules."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from members.memberships import intake
from tests.members.memberships.making import member, tier
from tests.system.role_matrix import ROLES, SIGN_IN, Expected, act, administrators, everybody, form, lookers, page


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


def _application() -> dict[str, Any]:
    of_tier = tier()
    fields = {
        "organization_name": "Ochre Works",
        "party_kind": "business",
        "given_name": "Ines",
        "family_name": "Quarry",
        "email": "ines@ochre.example",
        "tier": of_tier,
        "statement": "We separate rare earths.",
    }
    made = intake.receive(form_token=uuid4(), language="en", base_url="https://crm.example/", fields=fields)
    return {"pk": made.pk}


MAKERS = {"application": _application, "membership": _membership, "membership_tier": _tier, "membership_clock": _clock}

ROWS = {
    "memberships:list": page(lookers()),
    "memberships:detail": page(lookers(), "membership"),
    "memberships:renewals": page(keepers()),
    "memberships:rules": page(lookers()),
    "memberships:applications": page(keepers()),
    "memberships:application": page(keepers(), "application"),
    "memberships:check": act(keepers(302), "application", {"point": "dues"}),
    "memberships:conflict": form(keepers(), "application"),
    "memberships:admit_applicant": form(keepers(), "application"),
    "memberships:decline": form(keepers(), "application"),
    "memberships_public:apply": form(everybody()),
    "memberships:admit": form(keepers()),
    "memberships:renew": form(keepers(), "membership"),
    "memberships:suspend": form(keepers(), "membership"),
    "memberships:waive": form(keepers(), "membership"),
    "memberships:reinstate": form(keepers(), "membership"),
    "memberships:end": form(keepers(), "membership"),
    "memberships:left": form(keepers(), "membership"),
    "memberships:contact": form(keepers(), "membership"),
    "memberships:tier_create": form(administrators()),
    "memberships:tier_edit": form(administrators(), "membership_tier"),
    "memberships:dues": form(administrators(), "membership_tier"),
    "memberships:clock": form(administrators(), "membership_clock"),
}
