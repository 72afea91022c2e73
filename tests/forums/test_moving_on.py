"""Somebody moves on: rooms are asked what hangs on the old place, and past contacts keep the employer of their day."""

from __future__ import annotations

from datetime import date

import pytest

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.operations.services import undo
from c2m2a_crm.core.registries import Move
from c2m2a_crm.engagement.models import Commitment, FollowUp, Interaction
from c2m2a_crm.engagement.services import Promise
from c2m2a_crm.engagement.services import add_follow_up as follow_up
from forums.models import SeatTerm
from forums.services import appoint
from members import services
from members.models import Affiliation, Party, Person
from tests.engagement.making import log
from tests.forums.making import Making

D = date
LAST = D(2026, 5, 31)


def rows_of(actor: User, person: Person, left: Party, successor: Person | None = None) -> dict[str, list[str]]:
    move = Move(person, left, LAST, None, successor)
    found: dict[str, list[str]] = {}
    for asked in services.what_is_asked(actor, move):
        found.setdefault(asked.effect.key, []).append(asked.row.default if asked.row.choices else "told")
    return found


@pytest.fixture
def table(secretariat: User) -> Making:
    return Making(secretariat)


def test_a_person_who_moves_twice_keeps_the_employer_of_each_day_in_what_was_logged(staff: User, table: Making) -> None:
    first, second, third = (table.party(name) for name in ("Alder Mines", "Birch Metals", "Cedar Magnets"))
    amara = table.person("Amara Tamarack", organization=first, title_en="Geologist", since=D(2024, 1, 1))
    before = log(staff, amara, occurred_on=D(2024, 6, 3))
    for last, party, title in ((D(2024, 12, 31), second, "Chief Geologist"), (D(2025, 9, 30), third, "Director")):
        place = Affiliation.objects.get(person=amara, valid__upper_inf=True)
        to = services.NewPlace(party=party, first=date.fromordinal(last.toordinal() + 1), title_en=title)
        services.moved_on(actor=staff, affiliation=place, last=last, to=to)
    between = log(staff, amara, occurred_on=D(2025, 3, 3))
    after = log(staff, amara, occurred_on=D(2025, 11, 3))

    for entry, title, party in (
        (before, "Geologist", first),
        (between, "Chief Geologist", second),
        (after, "Director", third),
    ):
        taken_part = Interaction.objects.get(pk=entry.pk).participants.get(person=amara)
        assert (taken_part.title_en, taken_part.party) == (title, party)
    assert [str(place.party) for place in Affiliation.objects.filter(person=amara).order_by("valid")] == [
        "Alder Mines",
        "Birch Metals",
        "Cedar Magnets",
    ]


def test_seats_follow_ups_and_promises_pass_to_the_successor_as_chosen_and_come_back_with_an_undo(
    secretariat: User, table: Making
) -> None:
    northline, other = table.party("Northline Nickel"), table.party("Fundy Magnets")
    amara = table.person("Amara Tamarack", organization=northline, since=D(2020, 1, 1))
    cedar = table.person("Bo Cedar")
    forum = table.forum()
    held = table.term(table.seat(forum, party=northline), amara)
    personal = table.term(table.seat(forum, capacity="personal"), amara)
    todo = follow_up(actor=secretariat, text="Send the brief", assignee=secretariat, person=amara)
    entry = log(
        secretariat,
        amara,
        occurred_on=D(2026, 4, 2),
        promises=[
            Promise("Sends the assay results", is_ours=False, by=amara),
            Promise("Sends the minutes"),
        ],
    )
    theirs, ours = Commitment.objects.filter(interaction=entry).order_by("pk")
    assert rows_of(secretariat, amara, northline) == {
        "seats": ["end", "keep"],
        "follow-ups": ["keep"],
        "commitments": ["keep", "told"],
    }
    # Under another roof of the same house nothing ends by itself.
    assert {
        row.row.default for row in services.what_is_asked(secretariat, Move(amara, northline, LAST, northline))
    } == {"keep"}
    place = Affiliation.objects.get(person=amara)
    operation = services.moved_on(
        actor=secretariat,
        affiliation=place,
        last=LAST,
        to=services.NewPlace(party=other, first=D(2026, 6, 1), title_en="President"),
        successor=cedar,
        choices={
            f"seats-{held.pk}": "hand_over",
            f"follow-ups-{todo.pk}": "hand_over",
            f"commitments-{theirs.pk}": "hand_over",
            f"commitments-{ours.pk}": "end",  # told alone: nothing of ours is decided here
        },
    )
    held.refresh_from_db()
    personal.refresh_from_db()
    follower = SeatTerm.objects.get(person=cedar)
    assert (held.last_day, follower.first_day, follower.seat, follower.party) == (
        LAST,
        D(2026, 6, 1),
        held.seat,
        northline,
    )
    assert personal.last_day is None
    assert FollowUp.objects.get(pk=todo.pk).person == cedar
    assert Commitment.objects.get(pk=theirs.pk).by_person == cedar
    assert Commitment.objects.open().filter(interaction=entry).count() == 2

    undo(actor=secretariat, operation=operation)
    held.refresh_from_db()
    assert held.last_day is None
    assert not SeatTerm.objects.filter(person=cedar).exists()
    assert FollowUp.objects.get(pk=todo.pk).person == amara
    assert Commitment.objects.get(pk=theirs.pk).by_person == amara
    assert Affiliation.objects.get(person=amara).last_day is None


def test_what_somebody_may_not_see_or_run_is_not_asked_of_them_and_stays(
    staff: User, secretariat: User, table: Making
) -> None:
    northline = table.party("Northline Nickel")
    amara = table.person("Amara Tamarack", organization=northline)
    open_seat = table.term(table.seat(table.forum("Open Forum"), party=northline), amara)
    sealed = table.forum("Quiet Table")
    closed_seat = table.term(table.seat(sealed, party=northline), amara)
    table.seal(sealed, secretariat)
    assert rows_of(staff, amara, northline) == {"seats": ["told"]}  # staff do not run forums
    services.moved_on(
        actor=staff,
        affiliation=Affiliation.objects.get(person=amara),
        last=LAST,
        choices={f"seats-{term.pk}": "end" for term in (open_seat, closed_seat)},
    )
    assert SeatTerm.objects.filter(person=amara, valid__upper_inf=True).count() == 2


def test_a_room_that_refuses_leaves_everything_as_it_was(secretariat: User, table: Making) -> None:
    northline = table.party("Northline Nickel")
    amara = table.person("Amara Tamarack", organization=northline)
    cedar = table.person("Bo Cedar")
    seat = table.seat(table.forum(), party=northline)
    held = table.term(seat, amara)
    appoint(actor=secretariat, seat=seat, person=cedar, role="first_alternate", first=D(2026, 1, 1))
    with pytest.raises(Exception, match="already sits there in another role"):
        services.moved_on(
            actor=secretariat,
            affiliation=Affiliation.objects.get(person=amara),
            last=LAST,
            successor=cedar,
            choices={f"seats-{held.pk}": "hand_over"},
        )
    assert Affiliation.objects.get(person=amara).last_day is None
