"""Finding by what somebody types."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from c2m2a_crm.accounts.models import User
from members import selectors, services
from members.models import Party, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def directory(staff: User, northline: Party, nation: Party, amara: Person) -> None:
    rows = [
        services.PartyInput(kind="association", name_en="Mining Association of Québec", acronym_fr="AMQ"),
        services.PartyInput(
            kind="business",
            name_en="Cascadia Cathode Materials Ltd.",
            website="https://www.cascadia.example/about",
            other_names=[("former", "Pacific Powder Works", "en")],
        ),
    ]
    services.create_parties(actor=staff, rows=rows)
    services.create_people(
        actor=staff,
        rows=[
            services.PersonInput(given_name="Marie-Ève", family_name="Tremblay"),
            services.PersonInput(given_name="Robert", preferred_name="Bob", family_name="D’Amours"),
            services.PersonInput(given_name="Ève", family_name="Œuvray", email="eve@oeuvray.example"),
        ],
    )


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("tremb", "Marie-Ève Tremblay"),
        ("eve trem", "Marie-Ève Tremblay"),
        ("TREMBLAY marie", "Marie-Ève Tremblay"),
        ("bob damours", "Bob D’Amours"),
        ("d'amours", "Bob D’Amours"),
        ("oeuv", "Ève Œuvray"),
        ("eve@oeuv", "Ève Œuvray"),
        ("tremblai", "Marie-Ève Tremblay"),
        ("(613) 555-0143", "Amara Tamarack"),
    ],
)
@pytest.mark.usefixtures("directory")
def test_person_is_found_by(staff: User, typed: str, name: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        found = selectors.find_people(staff, typed)
    assert found[0].title == name
    assert len(queries) <= 2


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("north", "Northline Nickel Refining Inc."),
        ("refining nickel", "Northline Nickel Refining Inc."),
        ("affinage", "Northline Nickel Refining Inc."),
        ("amq", "Mining Association of Québec"),
        ("quebec", "Mining Association of Québec"),
        ("pacific pow", "Cascadia Cathode Materials Ltd."),
        ("works powder", "Cascadia Cathode Materials Ltd."),
        ("cascadia.example", "Cascadia Cathode Materials Ltd."),
        ("northlyne nickel refinning", "Northline Nickel Refining Inc."),
        ("spruce", "Spruce Narrows First Nation"),
    ],
)
@pytest.mark.usefixtures("directory")
def test_party_is_found_by(staff: User, typed: str, name: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        found = selectors.find_parties(staff, typed)
    assert found[0].title == name
    assert len(queries) <= 2


@pytest.mark.usefixtures("directory")
def test_search_keeps_nations_and_organizations_apart_when_asked(staff: User) -> None:
    assert not selectors.find_parties(staff, "spruce", nations=False)
    assert not selectors.find_parties(staff, "north", nations=True)
    (found,) = selectors.find_parties(staff, "spruce", nations=True)
    assert found.note == "First Nations · Ont."


@pytest.mark.usefixtures("directory")
def test_option_says_title_and_organization_in_the_readers_language(staff: User) -> None:
    (found,) = selectors.find_people(staff, "tamarack")
    assert found.note == "Vice-President, Processing, Northline Nickel Refining Inc."
    with translation.override("fr"):
        (found,) = selectors.find_people(staff, "tamarack")
    assert found.note == "Vice-présidente, Traitement, Affinage de nickel Northline inc."


def test_archived_record_is_not_offered(staff: User, amara: Person) -> None:
    services.archive_person(actor=staff, person=amara, reason="Retired.")
    assert not selectors.find_people(staff, "tamarack")


@pytest.mark.usefixtures("directory")
def test_account_that_is_closed_finds_nothing(staff: User) -> None:
    staff.is_active = False
    assert not selectors.find_people(staff, "tamarack")
    assert not selectors.find_parties(staff, "northline")
