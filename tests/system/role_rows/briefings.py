"""Addresses of briefings: everybody with a role looks, everybody but viewers carries away."""

from __future__ import annotations

from typing import Any

from c2m2a_crm.accounts.models import Role
from members.services import create_party, create_person
from tests.factories import UserFactory
from tests.system.role_matrix import form, lookers, page, writers


def a_briefing() -> dict[str, Any]:
    author = UserFactory(roles=[Role.STAFF])
    northline = create_party(actor=author, kind="business", name_en="Northline Nickel")
    person = create_person(actor=author, given_name="Amara", family_name="Tamarack", organization=northline)
    return {"about": "person", "pk": person.pk}


MAKERS = {"briefing": a_briefing}

ROWS = {
    "briefings:detail": page(lookers(), "briefing"),
    "briefings:pdf": form(writers(), "briefing"),
}
