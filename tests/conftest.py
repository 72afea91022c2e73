"""The cast: one account for each role, a stranger who has none, and a browser for each of them.

``viewer`` may only look, ``staff`` and ``secretariat`` do the work, ``compliance`` answers for the law, and
``administrator`` keeps accounts. ``stranger`` has an account and no role: the product is closed to them but for the
pages of the own account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.utils import translation

from c2m2a_crm.accounts.models import Role, User
from tests.factories import UserFactory

CAST = {
    "viewer": ("Vera Lindqvist", Role.VIEWER),
    "staff": ("Samir Okoye", Role.STAFF),
    "secretariat": ("Solène Gauthier", Role.SECRETARIAT),
    "compliance": ("Cornelius Reyes", Role.COMPLIANCE),
    "administrator": ("Adaeze Thornbury", Role.ADMINISTRATOR),
    "stranger": ("Sigrid Nomura", None),
}


def member_of_the_cast(part: str) -> User:
    name, role = CAST[part]
    return UserFactory(email=f"{part}@cast.example", name=name, handle=part, roles=[role] if role else [])


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-statements",
        action="store_true",
        help="write the statements that pages take into tests/system/statements.json (with -n 0)",
    )


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Each test begins in English; a page that another test read in French leaves its language in the thread."""
    with translation.override("en"):
        yield


@pytest.fixture
def viewer(db: None) -> User:
    return member_of_the_cast("viewer")


@pytest.fixture
def staff(db: None) -> User:
    return member_of_the_cast("staff")


@pytest.fixture
def secretariat(db: None) -> User:
    return member_of_the_cast("secretariat")


@pytest.fixture
def compliance(db: None) -> User:
    return member_of_the_cast("compliance")


@pytest.fixture
def administrator(db: None) -> User:
    return member_of_the_cast("administrator")


@pytest.fixture
def stranger(db: None) -> User:
    return member_of_the_cast("stranger")


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A browser in which this person is signed in, reading English."""

    def signed_in(user: User) -> Client:
        client = Client(headers={"Accept-Language": "en-CA"})
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def as_viewer(viewer: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(viewer)


@pytest.fixture
def as_staff(staff: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(staff)


@pytest.fixture
def as_secretariat(secretariat: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(secretariat)


@pytest.fixture
def as_compliance(compliance: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(compliance)


@pytest.fixture
def as_administrator(administrator: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(administrator)


@pytest.fixture
def as_stranger(stranger: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(stranger)
