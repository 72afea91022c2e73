"""The records that most tests of the directory need."""

from __future__ import annotations

import pytest

from c2m2a_crm.accounts.models import User
from members import services
from members.models import Jurisdiction, Party, Person


@pytest.fixture
def ontario(db: None) -> Jurisdiction:
    return Jurisdiction.objects.get_or_create(
        code="ON",
        defaults={
            "kind": "province",
            "name_en": "Ontario",
            "name_fr": "Ontario",
            "short_en": "Ont.",
            "short_fr": "Ont.",
        },
    )[0]


@pytest.fixture
def northline(staff: User, ontario: Jurisdiction) -> Party:
    return services.create_party(
        actor=staff,
        kind=Party.Kind.BUSINESS,
        name_en="Northline Nickel Refining Inc.",
        name_fr="Affinage de nickel Northline inc.",
        jurisdiction=ontario,
    )


@pytest.fixture
def nation(staff: User, ontario: Jurisdiction) -> Party:
    return services.create_party(
        actor=staff,
        kind=Party.Kind.NATION,
        distinction=Party.Distinction.FIRST_NATIONS,
        name_en="Spruce Narrows First Nation",
        jurisdiction=ontario,
    )


@pytest.fixture
def amara(staff: User, northline: Party) -> Person:
    return services.create_person(
        actor=staff,
        given_name="Amara",
        family_name="Tamarack",
        organization=northline,
        title_en="Vice-President, Processing",
        title_fr="Vice-présidente, Traitement",
        email="amara@northline.example",
        phone="613-555-0143",
    )
