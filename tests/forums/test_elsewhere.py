"""What forums add to other pages: people, organizations, home, the palette."""

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


def test_people_and_organizations_show_their_seats(as_viewer: Client, making: Making) -> None:
    forum = making.forum("Drill Core Forum", code="DCF")
    party = making.party("Gabbro Metals")
    person = making.person("Ann Feldspar", organization=party)
    making.term(making.seat(forum), person, first=date(2020, 1, 1), last=date(2021, 12, 31))
    making.term(making.seat(forum), person, role="first_alternate", first=date(2026, 1, 1))
    for record in (person, party):
        panel = text_of(page_of(as_viewer.get(record.get_absolute_url())), "#panel-seats")
        assert "Drill Core Forum" in panel
        assert "First alternate" in panel
        assert "1 past term" in panel
    idle = making.person("Bob Gneiss")
    assert not page_of(as_viewer.get(idle.get_absolute_url())).cssselect("#panel-seats")


def test_directory_is_narrowed_by_who_sits_on_a_forum(as_viewer: Client, making: Making) -> None:
    party, idle = making.party("Gabbro Metals"), making.party("Idle Ores")
    person = making.person("Ann Feldspar", organization=party)
    making.person("Bob Gneiss", organization=idle)
    former = making.person("Carla Dunite")
    seat = making.seat(making.forum(kind="industry"))
    making.term(seat, person)
    making.term(seat, former, first=date(2020, 1, 1), last=date(2021, 1, 1))

    def names(path: str) -> str:
        return " ".join(rows_of(as_viewer.get(path)))

    assert "Ann Feldspar" in names("/people/?forum=any")
    assert "Carla" not in names("/people/?forum=any")
    assert "Ann Feldspar" not in names("/people/?forum=none")
    assert "Carla" in names("/people/?forum=none")
    assert "Gabbro" in names("/organizations/?forum=industry")
    assert "Idle" in names("/organizations/?forum=none")
    assert names("/organizations/?forum=fpt") == ""


def test_home_figures_open_lists_of_the_same_count(as_secretariat: Client, as_viewer: Client, making: Making) -> None:
    making.party("Gabbro Metals")  # an office without a record is shown its first steps instead
    ours = making.forum("Ours", is_run_by_us=True)
    seats = services.add_seats(actor=making.actor, forum=ours, number=4)
    making.term(seats[0], "Ann Feldspar", last=today() + timedelta(days=10))
    making.term(seats[1], "Bob Gneiss", last=today() + timedelta(days=300))
    making.seat(making.forum("Theirs"))
    for client in (as_secretariat, as_viewer):
        page = page_of(client.get("/"))
        links = {
            link.get("href"): " ".join(link.text_content().split())
            for link in page.cssselect("a")
            if "/forums/seats/" in link.get("href", "")
        }
        vacant = next(url for url in links if "vacant" in url)
        ending = next(url for url in links if "ending" in url)
        assert "2" in links[vacant]
        assert len(rows_of(client.get(vacant))) == 2
        assert len(rows_of(client.get(ending))) == 1
    assert "Ann Feldspar" in text_of(page_of(as_secretariat.get("/")), "#home-terms")
    assert not page_of(as_viewer.get("/")).cssselect("#home-terms")


def test_palette_finds_forums_by_acronym_first(as_viewer: Client, making: Making) -> None:
    making.forum("A core forum")
    making.forum("Zinc table", code="CORE")
    found = as_viewer.get(f"{reverse('core:palette')}?q=core").content.decode()
    assert found.index("Zinc table") < found.index("A core forum")
