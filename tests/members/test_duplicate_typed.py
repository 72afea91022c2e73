"""Look-alikes of what somebody is about to make: the hunt's own evidence, offered from lower odds."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from c2m2a_crm.accounts.models import User
from members import services
from members.duplicates.hunt import look_for
from members.duplicates.typed import Likely, likely_parties, likely_people
from members.duplicates.words import row_in_words
from members.merging.services import merge_people
from members.models import Party, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def directory(staff: User, northline: Party, nation: Party, amara: Person) -> None:
    rows = [
        services.PartyInput(kind="association", name_en="Mining Association of Québec", acronym_fr="AMQ"),
        services.PartyInput(
            kind="business",
            name_en="Cascadia Cathode Materials Ltd.",
            website="https://www.Cascadia.example/about",
            other_names=[("former", "Pacific Powder Works", "en")],
        ),
        services.PartyInput(kind="business", name_en="PDAX", parent=northline),
    ]
    services.create_parties(actor=staff, rows=rows)
    services.create_people(
        actor=staff,
        rows=[
            services.PersonInput(given_name="Robert", family_name="D’Amours"),
            services.PersonInput(given_name="Joan", family_name="Hemlock", organization=northline),
        ],
    )


def phrase(row: str, level: str) -> str:
    return row_in_words(row, level)


@pytest.mark.usefixtures("directory")
def test_somebody_like_the_typed_one_is_named_with_the_reason(staff: User, amara: Person, northline: Party) -> None:
    cases: list[tuple[dict[str, Any], str, tuple[str, str]]] = [
        ({"given_name": "A.", "family_name": "X", "email": "AMARA@northline.example"}, "Amara", ("email", "same")),
        ({"given_name": "X", "family_name": "Y", "phone": "+1 613 555 0143"}, "Amara", ("phone", "same")),
        ({"given_name": "Amara", "family_name": "Tamarack"}, "Amara", ("family", "same")),
        ({"given_name": "Tamarack", "family_name": "Amara"}, "Amara", ("given", "same")),
        ({"given_name": "Amarra", "family_name": "Tamarak"}, "Amara", ("family", "slip")),
        ({"given_name": "A.", "family_name": "Tamarack"}, "Amara", ("given", "initial")),
        ({"given_name": "Bob", "family_name": "Damours"}, "Robert", ("given", "short form")),
        ({"given_name": "Amar", "family_name": "Tama", "organization": northline}, "Amara", ("employer", "same")),
    ]
    for typed, name, reason in cases:
        first = likely_people(staff, **typed)[:1]
        assert [each.found.title.split()[0] for each in first] == [name], typed
        assert phrase(*reason) in first[0].reason, typed


@pytest.mark.usefixtures("directory")
def test_somebody_else_is_not_offered(staff: User, northline: Party) -> None:
    for given, family in [("Joan", "Tamarack"), ("Amara", "Quartz"), ("", "Tam"), ("", ""), ("🐈", "\u202e")]:
        assert not likely_people(staff, given_name=given, family_name=family), (given, family)
    # A colleague with another given name is a colleague.
    assert not likely_people(staff, given_name="Wilhelmina", family_name="Tamarack", organization=northline)


def test_the_score_is_that_of_the_hunt(staff: User, amara: Person) -> None:
    typed: Any = {"given_name": "Amarra", "family_name": "Tamarack", "email": "amara@northline.example"}
    (likely,) = likely_people(staff, **typed)
    services.create_person(actor=staff, **typed)
    (hunted,) = look_for("people")
    assert likely.score == hunted.comparison.score
    assert {row_in_words(row.row, row.level) for row in hunted.comparison.rows} == set(likely.reason.split(", "))


def test_namesakes_are_offered_however_common_the_name(staff: User, northline: Party) -> None:
    """That a name is common makes no two records one, but whoever types it wants to see who bears it."""
    rows = [services.PersonInput(given_name="Marie", family_name=f"Nom{number}") for number in range(60)]
    rows += [services.PersonInput(given_name=f"Luc{number}", family_name="Tremblay") for number in range(60)]
    services.create_people(actor=staff, rows=[*rows, services.PersonInput(given_name="Marie", family_name="Tremblay")])
    (likely,) = likely_people(staff, given_name="Marie", family_name="Tremblay")
    assert (likely.found.title, likely.score < 90) == ("Marie Tremblay", True)


def test_a_switchboard_names_nobody(staff: User, northline: Party) -> None:
    rows = [
        services.PersonInput(given_name=f"Given{number}", family_name=f"Family{number}", phone="613-555-0100")
        for number in range(8)
    ]
    services.create_people(actor=staff, rows=rows)
    assert not likely_people(staff, given_name="Anna", family_name="Birch", phone="613-555-0100")


def test_archived_ones_are_offered_and_merged_ones_as_those_they_went_into(staff: User, amara: Person) -> None:
    other = services.create_person(actor=staff, given_name="Ameline", family_name="Quillfeather")
    merge_people(actor=staff, keep=amara, lose=other)
    (likely,) = likely_people(staff, given_name="Ameline", family_name="Quillfeather")
    assert likely.found.pk == amara.pk
    amara.refresh_from_db()
    services.archive_person(actor=staff, person=amara, reason="Retired.")
    (likely,) = likely_people(staff, given_name="Amara", family_name="Tamarack")
    assert likely.found.record.is_archived


@pytest.mark.usefixtures("directory")
def test_a_party_like_the_typed_one_is_named_with_the_reason(staff: User) -> None:
    cases: list[tuple[dict[str, Any], str, tuple[str, str]]] = [
        ({"names": ["Northline Nickel Refining"]}, "Northline", ("name", "same")),
        ({"names": ["Nortline Nickel Refining Corp."]}, "Northline", ("name", "slip")),
        ({"names": ["Nortline Nickel Refinning Corp."]}, "Northline", ("name", "weak slip")),
        ({"names": ["", "Affinage de Nickel Northline"]}, "Northline", ("name", "same")),
        ({"names": ["Pacific Powder Works"]}, "Cascadia", ("name", "former")),
        ({"names": ["Zebra"], "website": "cascadia.example"}, "Cascadia", ("host", "same")),
        ({"names": [], "email_domain": "cascadia.example"}, "Cascadia", ("host", "same")),
        ({"names": ["Zebra"], "acronyms": ["AMQ"]}, "Mining", ("name", "acronym")),
        ({"names": ["A.M.Q."]}, "Mining", ("name", "acronym")),
        ({"names": ["Association minière du Québec"]}, "Mining", ("name", "translated")),
        ({"names": ["Spruce Narrows First Nation"]}, "Spruce", ("name", "same")),
        ({"names": ["PDAX"]}, "PDAX", ("name", "same")),
    ]
    for typed, name, reason in cases:
        first = likely_parties(staff, **typed)[:1]
        assert [each.found.title.split()[0] for each in first] == [name], typed
        assert phrase(*reason) in first[0].reason, (typed, first[0].reason)


@pytest.mark.usefixtures("directory")
def test_what_says_nothing_offers_no_party(staff: User, northline: Party) -> None:
    services.add_email(actor=staff, owner=northline, address="northline@gmail.com")
    for typed in (
        {"names": ["Zebra"], "email_domain": "gmail.com"},
        {"names": ["Mining"]},
        {"names": ["%"]},
        {"names": []},
    ):
        assert not likely_parties(staff, **typed), typed


def test_organizations_of_other_numbers_are_others(staff: User) -> None:
    services.create_party(actor=staff, kind="business", name_en="9123-4567 Québec inc.")
    assert likely_parties(staff, names=["9123 4567 Quebec Inc"])
    assert not likely_parties(staff, names=["9123-4568 Québec inc."])


@pytest.mark.usefixtures("directory")
def test_account_that_is_closed_is_offered_nothing(staff: User) -> None:
    staff.is_active = False
    assert not likely_people(staff, given_name="Amara", family_name="Tamarack")
    assert not likely_parties(staff, names=["Northline Nickel Refining"])


@pytest.mark.usefixtures("directory")
def test_as_many_statements_for_many_as_for_one(staff: User) -> None:
    def asked() -> tuple[int, list[Likely]]:
        with CaptureQueriesContext(connection) as queries:
            found = likely_people(staff, given_name="Amara", family_name="Tamarack")
        return len(queries), found

    before, one = asked()
    rows = [services.PersonInput(given_name="Amara", family_name="Tamarack") for _each in range(9)]
    services.create_people(actor=staff, rows=rows)
    after, three = asked()
    assert (before, len(one), len(three)) == (after, 1, 3)
