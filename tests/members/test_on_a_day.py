"""A record as it was on a day: who worked there, how to reach it, which seats it had, what had passed by then."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.validity import today
from members import services
from members.models import Party, PartyName, Person
from tests.engagement.making import log
from tests.forums.making import Making
from tests.members.reading import one, read, texts

pytestmark = pytest.mark.django_db

THEN = date(2024, 6, 3)


def on(record: Party | Person, day: date | str) -> str:
    room = "people" if isinstance(record, Person) else "organizations"
    return f"{reverse(f'{room}:on_a_day', args=[record.pk])}?on={day}"


@pytest.fixture
def luc(staff: User, northline: Party) -> Person:
    """At Northline from 2020 to the end of June 2024."""
    luc = services.create_person(actor=staff, given_name="Luc", family_name="Ferrand")
    services.add_affiliation(
        actor=staff, person=luc, party=northline, title_en="Chief", first=date(2020, 1, 1), last=date(2024, 6, 30)
    )
    return luc


@pytest.mark.parametrize(
    ("day", "names"),
    [
        (date(2019, 12, 31), []),
        (date(2020, 1, 1), ["Luc Ferrand"]),
        (date(2024, 6, 30), ["Luc Ferrand"]),
        (date(2024, 7, 1), []),
    ],
)
def test_people_of_that_day(as_viewer: Client, northline: Party, luc: Person, day: date, names: list[str]) -> None:
    page = read(as_viewer.get(on(northline, day)))
    assert texts(page, ".card[aria-labelledby=places-h] li .t") == names


def test_where_a_person_was_and_how_to_reach_them_then(
    staff: User, as_viewer: Client, northline: Party, luc: Person
) -> None:
    old = services.add_email(actor=staff, owner=luc, address="luc@northline.example", valid_from=date(2021, 1, 1))
    services.close_email(actor=staff, use=old, last_day=date(2024, 6, 30))
    services.add_email(actor=staff, owner=luc, address="luc@elsewhere.example", valid_from=date(2024, 7, 1))
    page = read(as_viewer.get(on(luc, THEN)))
    assert texts(page, ".card[aria-labelledby=places-h] li .t") == ["Northline Nickel Refining Inc."]
    assert texts(page, ".card[aria-labelledby=reach-h] li .t") == ["luc@northline.example"]
    page = read(as_viewer.get(on(luc, date(2024, 7, 1))))
    assert texts(page, ".card[aria-labelledby=reach-h] li .t") == ["luc@elsewhere.example"]
    assert texts(page, ".card[aria-labelledby=places-h] .body") == ["No organization is on file for that day."]


def test_a_name_given_up_later_was_the_name_then(as_viewer: Client, northline: Party) -> None:
    for text, until in (("Nickel Works", date(2023, 1, 1)), ("Northline Nickel", date(2025, 1, 1))):
        PartyName.objects.create(party=northline, kind=PartyName.Kind.FORMER, text=text, until=until)
    assert "Called then: Northline Nickel." in one(read(as_viewer.get(on(northline, THEN))), "main").text_content()
    assert "Called then" not in one(read(as_viewer.get(on(northline, today()))), "main").text_content()


def test_seats_of_that_day(secretariat: User, as_viewer: Client, northline: Party, luc: Person) -> None:
    making = Making(secretariat)
    seat = making.seat(making.forum("Drill Core Forum"))
    making.term(seat, luc, date(2023, 1, 1), last=date(2024, 6, 3), party=northline)
    for record in (luc, northline):
        page = read(as_viewer.get(on(record, THEN)))
        assert "Drill Core Forum" in one(page, "main").text_content()
        after = read(as_viewer.get(on(record, THEN + timedelta(days=1))))
        assert "No seat is on file for that day." in one(after, "main").text_content()


def test_a_seat_of_a_sealed_forum_is_not_told(
    secretariat: User, compliance: User, as_viewer: Client, luc: Person
) -> None:
    making = Making(secretariat)
    forum = making.forum("Quiet Table")
    making.term(making.seat(forum), luc, date(2023, 1, 1))
    assert "Quiet Table" in as_viewer.get(on(luc, THEN)).content.decode()
    making.seal(forum, secretariat, compliance)
    assert "Quiet Table" not in as_viewer.get(on(luc, THEN)).content.decode()


def test_contacts_up_to_the_end_of_that_day(staff: User, as_viewer: Client, luc: Person) -> None:
    for subject, day in (("Before", THEN), ("After", THEN + timedelta(days=1))):
        log(staff, luc, subject=subject, occurred_on=day, occurred_time=time(23, 30))
    seen = as_viewer.get(on(luc, THEN)).content.decode()
    assert "Before" in seen
    assert "After" not in seen


@pytest.mark.parametrize("wrong", ["yesterday", "2024-13-01", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_said(as_viewer: Client, northline: Party, wrong: str) -> None:
    response = as_viewer.get(on(northline, wrong))
    assert response.status_code == 422
    assert texts(read(response), ".err")


def test_nothing_is_changed_from_the_past(as_staff: Client, northline: Party, luc: Person) -> None:
    page = read(as_staff.get(on(luc, THEN)))
    assert not page.cssselect("main form[method=post]")
    assert not page.cssselect(".card[aria-labelledby=places-h] .menu")
