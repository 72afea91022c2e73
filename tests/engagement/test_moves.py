"""Whoever moves on takes no past along: each entry shows where they worked on its day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.operations.services import undo
from c2m2a_crm.engagement.models import Participant
from members.models import Affiliation, Party, Person
from members.services import NewPlace, create_party, moved_on
from tests.engagement.making import log
from tests.members.reading import read

pytestmark = pytest.mark.django_db

FIRST_MOVE, SECOND_MOVE = date(2025, 3, 1), date(2026, 2, 1)
A_DAY = timedelta(days=1)


def employers(person: Person) -> dict[date, tuple[str, str]]:
    """Employer and title of each entry, as they are kept beside it."""
    rows = Participant.objects.filter(person=person).values_list(
        "interaction__occurred_on", "party_name_en", "title_en"
    )
    return {day: (party, title) for day, party, title in rows}


def test_entries_of_somebody_who_moved_twice_show_the_employer_of_each_day(
    staff: User, as_staff: Client, northline: Party, fundy: Party, amara: Person
) -> None:
    tidal = create_party(actor=staff, kind="business", name_en="Tidal Recycling")
    days = {
        date(2024, 6, 3): ("Northline Nickel Refining", "Vice-President, Processing"),
        FIRST_MOVE - A_DAY: ("Northline Nickel Refining", "Vice-President, Processing"),
        FIRST_MOVE: ("Fundy Magnet Works", "Metallurgist"),
        SECOND_MOVE - A_DAY: ("Fundy Magnet Works", "Metallurgist"),
        SECOND_MOVE: ("Tidal Recycling", "President"),
        date(2026, 6, 1): ("Tidal Recycling", "President"),
    }
    entries = {}
    moves = [(FIRST_MOVE, fundy, "Metallurgist"), (SECOND_MOVE, tidal, "President")]
    # Each entry is logged on its day, between the moves; one of the first employer's days comes in late, after both.
    operation = None
    for day in sorted(days):
        while moves and moves[0][0] <= day:
            first, party, title = moves.pop(0)
            place = Affiliation.objects.get(person=amara, valid__upper_inf=True)
            to = NewPlace(party=party, first=first, title_en=title)
            operation = moved_on(actor=staff, affiliation=place, last=first - A_DAY, to=to)
        entries[day] = log(staff, amara, occurred_on=day)
    late = date(2023, 5, 2)
    days[late] = ("Northline Nickel Refining", "Vice-President, Processing")
    entries[late] = log(staff, amara, occurred_on=late)
    assert employers(amara) == days
    names = {party for party, _title in days.values()}
    for day, (party, title) in days.items():
        shown = " ".join(
            read(as_staff.get(entries[day].get_absolute_url())).cssselect("main")[0].text_content().split()
        )
        assert party in shown, day
        assert title in shown, day
        assert not [name for name in names - {party} if name in shown], day
        rows = as_staff.get(reverse("contact_log:list"), {"since": day, "until": day})
        listed = " ".join(read(rows).cssselect("tbody")[0].text_content().split())
        assert not [name for name in names - {party} if name in listed], day
    # The move is taken back: what was logged stays as it was on its day.
    assert operation is not None
    undo(actor=staff, operation=operation)
    assert employers(amara) == days
