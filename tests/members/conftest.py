"""Who acts in the tests of the directory, and the records that most of them need."""

from __future__ import annotations

import pytest

from c2m2a_crm.accounts.models import Role, RoleGrant, User
from members import services
from members.models import Jurisdiction, Party, Person


def account(handle: str, *roles: Role) -> User:
    user = User.objects.create_user(f"{handle}@office.example", "a long enough secret", name=handle.title(), handle=handle)
    RoleGrant.objects.bulk_create([RoleGrant(user=user, role=role) for role in roles])
    return user


@pytest.fixture
def writer(db: None) -> User:
    return account("wren", Role.STAFF)


@pytest.fixture
def second_writer(db: None) -> User:
    return account("soren", Role.STAFF)


@pytest.fixture
def reader(db: None) -> User:
    return account("vera", Role.VIEWER)


@pytest.fixture
def stranger(db: None) -> User:
    """An account without any role."""
    return account("nobody")


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
def northline(writer: User, ontario: Jurisdiction) -> Party:
    return services.create_party(
        actor=writer,
        kind=Party.Kind.BUSINESS,
        name_en="Northline Nickel Refining Inc.",
        name_fr="Affinage de nickel Northline inc.",
        jurisdiction=ontario,
    )


@pytest.fixture
def nation(writer: User, ontario: Jurisdiction) -> Party:
    return services.create_party(
        actor=writer,
        kind=Party.Kind.NATION,
        distinction=Party.Distinction.FIRST_NATIONS,
        name_en="Spruce Narrows First Nation",
        jurisdiction=ontario,
    )


@pytest.fixture
def amara(writer: User, northline: Party) -> Person:
    return services.create_person(
        actor=writer,
        given_name="Amara",
        family_name="Tamarack",
        organization=northline,
        title_en="Vice-President, Processing",
        title_fr="Vice-présidente, Traitement",
        email="amara@northline.example",
        phone="613-555-0143",
    )
