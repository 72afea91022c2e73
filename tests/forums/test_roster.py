"""Who sits where on a day, and who is written to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.validity import today
from forums import services
from forums.models import Forum
from forums.selectors import Roster, roster_on, seat_audience, terms_with
from members.models import Jurisdiction
from members.services import add_affiliation, add_email, archive_person, close_email, end_affiliation
from tests.forums.making import Making

pytestmark = pytest.mark.django_db


def names(roster: Roster) -> list[str]:
    return [line.holder.term.person.full_name if line.holder else "—" for line in roster.lines]


def test_roster_tells_each_day_apart(making: Making) -> None:
    forum = making.forum()
    seat = making.seat(forum, first=date(2024, 1, 1))
    late = making.seat(forum, first=date(2026, 1, 1))
    making.term(seat, "Ann Feldspar", first=date(2024, 1, 1), last=date(2025, 12, 31))
    making.term(seat, "Bob Gneiss", first=date(2026, 3, 1))
    making.term(late, "Carla Dunite", first=date(2026, 1, 1), last=date(2026, 6, 30))
    assert names(roster_on(forum, date(2023, 12, 31))) == []
    assert names(roster_on(forum, date(2025, 12, 31))) == ["Ann Feldspar"]
    assert names(roster_on(forum, date(2026, 1, 1))) == ["—", "Carla Dunite"]
    assert names(roster_on(forum, date(2026, 3, 1))) == ["Bob Gneiss", "Carla Dunite"]
    assert names(roster_on(forum, date(2026, 7, 1))) == ["Bob Gneiss", "—"]


def test_seat_is_ending_only_where_nobody_follows(making: Making) -> None:
    forum = making.forum()
    day = date(2026, 1, 1)
    ending, followed, long, vacant = services.add_seats(actor=making.actor, forum=forum, number=4)
    making.term(ending, "Ann Feldspar", first=day, last=day + timedelta(days=180))
    making.term(followed, "Bob Gneiss", first=day, last=date(2026, 3, 31))
    making.term(followed, "Carla Dunite", first=date(2026, 4, 1))
    making.term(long, "Dan Skarn", first=day, last=day + timedelta(days=181))
    roster = roster_on(forum, day)
    assert [line.state for line in roster.lines] == ["ending", "filled", "filled", "vacant"]
    assert roster.lines[1].follows is not None
    assert str(roster.lines[1].follows.person) == "Carla Dunite"
    assert (roster.filled, roster.total) == (3, 4)
    assert [line.seat for line in roster.ending] == [ending]
    assert str(vacant) == "Seat 4"


def test_groups_stand_in_their_order_and_count_what_is_planned(making: Making) -> None:
    forum = making.forum()
    recycling = services.add_category(actor=making.actor, forum=forum, name_en="Recycling", seats_planned=4)
    academia = services.add_category(actor=making.actor, forum=forum, name_en="Academia")
    making.seat(forum, category=academia)
    seat = making.seat(forum, category=recycling)
    making.seat(forum)
    making.term(seat, "Ann Feldspar", first=None)
    groups = roster_on(forum, today()).groups
    assert [(str(group.category or ""), group.filled, group.total) for group in groups] == [
        ("", 0, 1),
        ("Recycling", 1, 4),
        ("Academia", 0, 1),
    ]


def test_title_is_that_of_the_day_with_whom_they_speak_for(making: Making) -> None:
    party, other = making.party("Gabbro Metals"), making.party("Basalt Institute")
    person = making.person("Ann Feldspar", organization=party, title_en="Analyst", since=date(2020, 1, 1))
    end_affiliation(actor=making.actor, affiliation=person.affiliations.get(), last=date(2025, 12, 31))
    add_affiliation(actor=making.actor, person=person, party=party, title_en="Director", first=date(2026, 1, 1))
    add_affiliation(
        actor=making.actor, person=person, party=other, title_en="Fellow", first=date(2020, 1, 1), is_primary=False
    )
    forum = making.forum()
    seat, fellows = services.add_seats(actor=making.actor, forum=forum, number=2)
    making.term(seat, person, first=date(2025, 1, 1))
    making.term(fellows, person, first=date(2025, 1, 1), party=other)

    def titles(day: date) -> list[str]:
        return [str(line.holder.title) for line in roster_on(forum, day).lines if line.holder]

    assert titles(date(2025, 6, 1)) == ["Analyst", "Fellow"]
    assert titles(date(2026, 6, 1)) == ["Director", "Fellow"]


def test_squares_bear_government_party_or_person(making: Making) -> None:
    forum = making.forum()
    government = Jurisdiction.objects.get_or_create(
        code="QC",
        defaults={"kind": "province", "name_en": "Quebec", "name_fr": "Québec", "short_en": "Que.", "short_fr": "Qc"},
    )[0]
    services.add_seats(actor=making.actor, forum=forum, jurisdictions=[government])
    making.term(making.seat(forum), making.person("Ann Feldspar", organization=making.party("Gabbro Metals")))
    making.term(making.seat(forum, capacity="personal"), "Bob Gneiss")
    making.seat(forum)
    lines = roster_on(forum, date(2026, 6, 1)).lines
    assert [line.mark for line in lines] == ["QC", "GM", "BG", ""]
    assert lines[0].label == f"{government}, vacant"
    assert lines[1].label == "Seat 2, Ann Feldspar, Gabbro Metals"


def test_roster_asks_as_often_for_sixty_seats_as_for_two(making: Making) -> None:
    def cost(size: int) -> int:
        forum = making.forum(f"Forum of {size}")
        for number, seat in enumerate(services.add_seats(actor=making.actor, forum=forum, number=size)):
            making.term(seat, making.person(f"Ann Feldspar{number}"))
        with CaptureQueriesContext(connection) as captured:
            roster = roster_on(forum, date(2026, 6, 1))
            assert roster.filled == size
            assert all(line.label and line.mark for line in roster.lines)
        return len(captured)

    assert cost(2) == cost(60) == 3


def test_terms_of_a_record_are_those_its_reader_may_know(making: Making, staff: User) -> None:
    open_forum, closed = making.forum(), making.forum("Closed forum")
    party = making.party("Gabbro Metals")
    person = making.person("Ann Feldspar", organization=party)
    for forum in (open_forum, closed):
        making.term(making.seat(forum), person)
    making.seal(closed, making.actor)
    for record in (person, party):
        assert [line.term.seat.forum for line in terms_with(staff, record)] == [open_forum]
        assert len(terms_with(making.actor, record)) == 2


# --- Audience --------------------------------------------------------------------------------------------------------


def test_audience_is_whoever_sits_there_today_each_with_one_address(making: Making) -> None:
    forum = making.forum()
    seat, second = services.add_seats(actor=making.actor, forum=forum, number=2)
    french = making.person("Aline Feldspath", language="fr", email="aline@gabbro.example")
    add_email(actor=making.actor, owner=french, address="aline@maison.example", kind="personal")
    unknown = making.person("Bob Gneiss", email="bob@gneiss.example")
    gone = making.person("Carla Dunite", email="carla@dunite.example")
    making.term(seat, french)
    making.term(second, unknown, role="first_alternate")
    making.term(seat, unknown, role="observer")
    making.term(second, gone, first=date(2020, 1, 1), last=date(2025, 12, 31))
    recipients, held = seat_audience(making.actor, forum)
    assert [(each.name, each.address, each.language) for each in recipients] == [
        ("Aline Feldspath", "aline@gabbro.example", "fr"),
        ("Bob Gneiss", "bob@gneiss.example", ""),
    ]
    assert str(recipients[1].why) == "First alternate: Seat 2; Observer: Seat 1"
    assert held == []


def test_who_cannot_be_written_to_is_held_back_with_the_reason(making: Making) -> None:
    forum = making.forum()
    first, second, third = services.add_seats(actor=making.actor, forum=forum, number=3)
    archived = making.person("Ann Feldspar", email="ann@feldspar.example")
    closed = making.person("Bob Gneiss", email="bob@gneiss.example")
    never = making.person("Carla Dunite")
    for seat, person in ((first, archived), (second, closed), (third, never)):
        making.term(seat, person)
    archive_person(actor=making.actor, person=archived, reason="Retired.")
    close_email(actor=making.actor, use=closed.address_uses.get(), last_day=today() - timedelta(days=1))
    recipients, held = seat_audience(making.actor, forum)
    assert recipients == []
    assert {(each.name, str(each.why), each.url) for each in held} == {
        ("Ann Feldspar", "The record is archived.", archived.get_absolute_url()),
        ("Bob Gneiss", "No e-mail address is in use.", closed.get_absolute_url()),
        ("Carla Dunite", "No e-mail address is in use.", never.get_absolute_url()),
    }


def test_two_people_of_one_mailbox_are_one_row(making: Making) -> None:
    forum = making.forum()
    first, second = services.add_seats(actor=making.actor, forum=forum, number=2)
    making.term(first, making.person("Ann Feldspar", email="office@gabbro.example", language="en"))
    making.term(second, making.person("Bob Gneiss", email="office@gabbro.example", language="fr"))
    (one,), held = seat_audience(making.actor, forum)
    assert (one.name, one.language, held) == ("Ann Feldspar, Bob Gneiss", "", [])


def test_audience_of_a_sealed_forum_is_empty_for_others(making: Making, staff: User) -> None:
    forum = making.forum()
    making.term(making.seat(forum), making.person("Ann Feldspar", email="ann@feldspar.example"))
    making.seal(forum, making.actor)
    assert seat_audience(staff, Forum.objects.get(pk=forum.pk)) == ([], [])
    assert len(seat_audience(making.actor, forum)[0]) == 1
