"""The lists of forums and seats, on the screen and as files."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from c2m2a_crm.core.validity import today
from forums import services
from tests.forums.making import Making
from tests.forums.reading import page_of, rows_of, text_of

pytestmark = pytest.mark.django_db


def test_list_shows_forums_and_counts_their_seats(as_viewer: Client, making: Making) -> None:
    forum = making.forum("Drill Core Forum", name_fr="Forum des carottes", code="DCF")
    making.term(making.seat(forum), "Ann Feldspar", last=today() + timedelta(days=30))
    making.seat(forum)
    response = as_viewer.get("/forums/?kind=industry&status=active&ours=no")
    assert rows_of(response) == ["Drill Core ForumDCF"]
    assert "1 of 2" in text_of(page_of(response), "tbody tr")
    assert "of the kind Government–industry forum" in response.content.decode()
    for query in ("kind=fpt", "status=ended", "ours=yes", "level=adm", "lead=me", "q=zinc"):
        assert rows_of(as_viewer.get(f"/forums/?{query}")) == [], query
    for query in ("q=carottes", "q=dcf", "q=CORE+drill", "lead=nobody"):
        assert len(rows_of(as_viewer.get(f"/forums/?{query}"))) == 1, query


def test_seats_are_found_by_state_forum_and_person(as_viewer: Client, making: Making) -> None:
    forum, other = making.forum("Drill Core Forum", is_run_by_us=True), making.forum("Other forum", kind="fpt")
    recycling = services.add_category(actor=making.actor, forum=forum, name_en="Recycling")
    ending, vacant = services.add_seats(actor=making.actor, forum=forum, category=recycling, number=2)
    lasting = making.seat(other)
    making.term(ending, "Ann Feldspar", last=today() + timedelta(days=90))
    making.term(lasting, "Bob Gneiss")
    former = making.person("Fay Formerly")
    making.term(ending, former, first=date(2020, 1, 1), last=date(2021, 1, 1))
    making.term(lasting, former, role="observer")
    names = {ending.pk: "Recycling, seat 1", vacant.pk: "Recycling, seat 2", lasting.pk: "Seat 1"}
    for query, seats in {
        "": [ending, vacant, lasting],
        "state=vacant": [vacant],
        "state=held": [ending, lasting],
        "state=ending-90": [ending],
        "state=ending-30": [],
        f"forum={forum.pk}": [ending, vacant],
        "ours=no": [lasting],
        "kind=fpt": [lasting],
        "q=feldspar": [ending],
        "q=formerly": [lasting],
        "q=recycling": [ending, vacant],
        "q=gneiss+other": [lasting],
        "capacity=personal": [],
    }.items():
        assert rows_of(as_viewer.get(f"/forums/seats/?{query}")) == [names[seat.pk] for seat in seats], query
    by_end = rows_of(as_viewer.get("/forums/seats/?sort=ends"))
    assert by_end[0] == names[ending.pk]


def test_closed_seat_stands_in_no_list(as_viewer: Client, making: Making) -> None:
    seat = making.seat(making.forum(), first=date(2020, 1, 1))
    services.close_seat(actor=making.actor, seat=seat, last=today() - timedelta(days=1))
    assert rows_of(as_viewer.get("/forums/seats/")) == []


def test_lists_are_carried_away_as_files(as_staff: Client, making: Making) -> None:
    forum = making.forum("Drill Core Forum", code="DCF")
    making.term(making.seat(forum), "Ann Feldspar")
    said = {"purpose": "A meeting"}
    forums = b"".join(as_staff.post(reverse("core:export", args=["forums", "csv"]), said)).decode("utf-8-sig")
    assert "Drill Core Forum" in forums
    assert "DCF" in forums
    seats = b"".join(as_staff.post(reverse("core:export", args=["seats", "csv"]), said)).decode("utf-8-sig")
    assert "Ann Feldspar" in seats
