"""What the contact log lets the lists of the directory be narrowed by: only what the reader may know counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Interaction
from members.models import Party, Person
from tests.engagement.making import circle_of, log
from tests.members.reading import read, texts

pytestmark = pytest.mark.django_db


def names_on(client: Client, address: str, **query: str) -> list[str]:
    response = client.get(address, query)
    assert response.status_code == 200
    return texts(read(response), "#results tbody th .t")


def quiet(client: Client, days: int) -> list[str]:
    return names_on(client, "/organizations/", no_contact=str(days))


def test_never_met_and_met_long_ago_are_without_contact(
    staff: User, as_viewer: Client, northline: Party, fundy: Party
) -> None:
    log(staff, northline, occurred_on=today() - timedelta(days=90))
    assert quiet(as_viewer, 30) == ["Fundy Magnet Works", "Northline Nickel Refining"]
    assert quiet(as_viewer, 90) == ["Fundy Magnet Works"]
    log(staff, fundy, occurred_on=today())
    assert quiet(as_viewer, 90) == []


def test_an_attempt_is_no_two_way_contact(staff: User, as_viewer: Client, northline: Party) -> None:
    log(staff, northline, kind=Interaction.Kind.ATTEMPT)
    assert quiet(as_viewer, 30) == ["Northline Nickel Refining"]


def test_a_confided_contact_counts_for_its_circle_alone(
    staff: User, viewer: User, as_staff: Client, as_viewer: Client, northline: Party, amara: Person
) -> None:
    log(staff, amara, occurred_on=today(), sealed_circle=circle_of(staff))
    for address, name in (("/organizations/", "Northline Nickel Refining"), ("/people/", "Amara Tamarack")):
        assert names_on(as_viewer, address, no_contact="90") == [name]
        assert names_on(as_staff, address, no_contact="90") == []


def test_a_restricted_contact_counts_for_its_circle_alone(
    staff: User, as_staff: Client, as_viewer: Client, northline: Party
) -> None:
    log(staff, northline, occurred_on=today(), restricted_circle=circle_of(staff))
    assert quiet(as_viewer, 30) == ["Northline Nickel Refining"]
    assert quiet(as_staff, 30) == []


def test_the_pace_of_a_nation_is_not_measured(as_viewer: Client, nation: Party) -> None:
    page = read(as_viewer.get("/nations/", {"filters": "1"}))
    assert page.cssselect("#list-filters [name=owner]")
    assert not page.cssselect("[name=no_contact]")
    assert names_on(as_viewer, "/nations/", no_contact="90") == ["Spruce Narrows First Nation"]


def test_a_facet_stands_in_the_panel_and_shows_as_a_chip(as_viewer: Client, northline: Party) -> None:
    page = read(as_viewer.get("/organizations/", {"no_contact": "90", "filters": "1"}))
    assert page.cssselect("#list-filters select[name=no_contact]")
    assert [" ".join(chip.text_content().split()) for chip in page.cssselect("#list-chips .chip > span")] == [
        "No two-way contact: In the last 90 days"
    ]
    assert [box.get("name") for box in page.cssselect("#list-filters select")][-1] == "archived"


def test_only_one_of_us_knows_them_counts_active_colleagues_within_the_months_of_the_office(
    staff: User,
    secretariat: User,
    compliance: User,
    viewer: User,
    as_viewer: Client,
    as_staff: Client,
    northline: Party,
    fundy: Party,
    nation: Party,
    amara: Person,
) -> None:
    def known(client: Client, address: str = "/organizations/") -> list[str]:
        return names_on(client, address, known_by="one")

    assert known(as_viewer) == []
    log(staff, amara, fundy, nation, occurred_on=today())
    log(secretariat, fundy, kind=Interaction.Kind.ATTEMPT, occurred_on=today())  # reached nobody
    assert known(as_viewer) == ["Fundy Magnet Works", "Northline Nickel Refining"]
    assert known(as_viewer, "/people/") == ["Amara Tamarack"]
    assert known(as_viewer, "/nations/") == ["Spruce Narrows First Nation"]
    log(secretariat, fundy, occurred_on=today(), sealed_circle=circle_of(staff, secretariat))
    assert known(as_viewer) == ["Fundy Magnet Works", "Northline Nickel Refining"]
    assert known(as_staff) == ["Northline Nickel Refining"]  # she may know of the sealed contact, the viewer may not
    log(compliance, northline, occurred_on=today() - timedelta(days=300))
    assert known(as_staff) == []
    with recorded(None, system="test"):
        Installation.objects.update_or_create(pk=1, defaults={"known_by_one_months": 9})
    assert known(as_staff) == ["Northline Nickel Refining"]
    with recorded(None, system="test"):
        Installation.objects.update(known_by_one_months=24)
        User.objects.filter(pk=compliance.pk).update(is_active=False)
    assert known(as_staff) == ["Northline Nickel Refining"]
    page = read(as_staff.get("/organizations/", {"column": ["name", "known_by"]}))
    cells = [row.text_content() for row in page.cssselect("#results tbody tr")]
    assert [staff.name in cell for cell in cells] == [True, True]
    assert [secretariat.name in cell for cell in cells] == [True, False]  # met Fundy in a contact of her circle
    assert not any(compliance.name in cell for cell in cells)
