"""Five people, of whom three work in firms and two are looked after by the staff."""

from __future__ import annotations

import pytest

from c2m2a_crm.accounts.models import User
from members import services
from members.models import Party, Person


@pytest.fixture
def firm(staff: User) -> Party:
    return services.create_party(actor=staff, kind="business", name_en="Northline Nickel", owner=staff)


@pytest.fixture
def people(staff: User, secretariat: User, firm: Party) -> dict[str, Person]:
    def made(name: str, **facts: object) -> Person:
        return services.create_person(actor=staff, given_name=name, family_name="Tamarack", **facts)  # type: ignore[arg-type]  # each fact as the service takes it

    return {
        "amara": made("Amara", organization=firm, owner=staff, language="en"),
        "bruno": made("Bruno", organization=firm, owner=staff, language="fr"),
        "chloe": made("Chloé", organization=firm, owner=secretariat, language="fr"),
        "dov": made("Dov", owner=secretariat, language="fr"),
        "elsie": made("Elsie", language="en"),
    }
