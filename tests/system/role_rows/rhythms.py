"""Addresses of our rhythm and of prospects: everybody with a role looks, everybody but viewers keeps them."""

from __future__ import annotations

from typing import Any

from c2m2a_crm.accounts.models import Role, User
from members.services import create_party, create_person
from tests.factories import UserFactory
from tests.members.memberships.making import tier
from tests.system.role_matrix import act, administrators, form, lookers, page, writers


def _author() -> User:
    return UserFactory(roles=[Role.STAFF])


def an_organization() -> dict[str, Any]:
    return {"pk": create_party(actor=_author(), kind="business", name_en="Saltbush Works").pk}


def a_person() -> dict[str, Any]:
    return {"pk": create_person(actor=_author(), given_name="Ines", family_name="Saltbush").pk}


def a_tier() -> dict[str, Any]:
    return {"pk": tier().pk}


MAKERS = {
    "organization with a rhythm": an_organization,
    "person with a rhythm": a_person,
    "tier with a rhythm": a_tier,
}
_OWN = {"own-days": "30", "own-reason": "A project together"}
_QUIET = {"quiet-until": "2199-01-01", "quiet-agreed_by": "Ines", "quiet-reason": "Elections"}

ROWS = {
    "pulse:list": page(lookers()),
    "pulse:people": page(lookers()),
    "prospects:list": page(lookers()),
    "prospects:detail": page(lookers(), "organization with a rhythm"),
    "prospects:rule_out": act(writers(422), "organization with a rhythm", {"reason": " "}),
    "prospects:consider": act(writers(302), "organization with a rhythm"),
    "rhythms:list": page(administrators()),
    "rhythms:set": form(administrators(), "tier with a rhythm"),
}
for _about, _maker in (("party", "organization with a rhythm"), ("person", "person with a rhythm")):
    ROWS |= {
        f"pulse:{_about}": page(lookers(), _maker),
        f"pulse:{_about}_own": act(writers(302), _maker, _OWN),
        f"pulse:{_about}_own_end": act(writers(302), _maker),
        f"pulse:{_about}_quiet": act(writers(422), _maker, _QUIET),
        f"pulse:{_about}_quiet_end": act(writers(302), _maker),
    }
