"""The coverage matrix: each number is the length of the list it opens, on any day and under any filter."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.validity import valid_dates
from c2m2a_crm.engagement.models import Interaction, Participant
from forums.coverage.cells import FEDERAL_STAGES, Cell
from forums.coverage.lists import attendance_list
from forums.coverage.selectors import coverage_on
from forums.lists import seat_list
from forums.models import Forum
from forums.terms_of_reference.services import adopt_terms
from members.lists import organization_list
from members.models import Concept, Jurisdiction, Listing, Party, ProfileLine
from tests.engagement.making import circle_of
from tests.forums.making import Making
from tests.forums.reading import page_of

pytestmark = pytest.mark.django_db
MINERALS = ("copper", "lithium", "nickel")
BEGAN = date(2023, 1, 1)


class Table:
    """A forum with seats, terms and contacts of several years, seeded."""

    def __init__(self, making: Making, seed: int = 7) -> None:
        self.making, self.dice = making, random.Random(seed)
        with recorded(None, system="test"):
            self.canada, self.quebec = (self._place(code) for code in ("CA", "QC"))
            self.stages = [self._word("stage", code, place) for place, code in enumerate(FEDERAL_STAGES)]
            self.minerals = [self._word("mineral", code, 0) for code in MINERALS]
            Listing.objects.all().delete()
            for mineral in self.minerals:
                Listing.objects.create(
                    concept=mineral, jurisdiction=self.canada, valid=valid_dates(date(2021, 3, 11), None)
                )
        self.forum: Forum = making.forum("Coverage Forum")
        self.parties = [self._party(number) for number in range(8)]
        for party in self.parties[:6]:
            self._seat(party)
        for number in range(30):
            self._contact(number)

    def _place(self, code: str) -> Jurisdiction:
        defaults = {"name_en": code, "name_fr": code, "kind": "province"}
        return Jurisdiction.objects.get_or_create(code=code, defaults=defaults)[0]

    def _word(self, vocabulary: str, code: str, position: int) -> Concept:
        defaults = {"label_en": code.title(), "label_fr": code.title(), "position": position}
        return Concept.objects.get_or_create(vocabulary=vocabulary, code=code, defaults=defaults)[0]

    def _party(self, number: int) -> Party:
        kind = Party.Kind.BUSINESS if number % 3 else Party.Kind.ASSOCIATION
        place = self.quebec if number % 2 else None
        party = self.making.party(f"Party {number}", kind=kind, jurisdiction=place)
        words = {(self.dice.choice(self.minerals), self.dice.choice([*self.stages, None])) for _each in range(4)}
        with recorded(None, system="test"):
            for mineral, stage in words:
                ProfileLine.objects.create(party=party, mineral=mineral, stage=stage, stated_on=BEGAN)
        return party

    def _seat(self, party: Party) -> None:
        seat = self.making.seat(self.forum)
        first = BEGAN + timedelta(days=self.dice.randrange(600))
        middle = first + timedelta(days=200)
        self.making.term(seat, f"First {party.pk}", first, last=middle, party=party)
        if self.dice.random() < 0.6:
            later = middle + timedelta(days=60)
            other = self.dice.choice(self.parties)
            self.making.term(seat, f"Second {party.pk}", later, last=later + timedelta(days=300), party=other)

    def _contact(self, number: int) -> None:
        with recorded(None, system="test"):
            contact = Interaction.objects.create(
                kind=Interaction.Kind.ATTEMPT if number % 9 == 0 else Interaction.Kind.MEETING,
                subject=f"Sitting {number}",
                occurred_on=BEGAN + timedelta(days=self.dice.randrange(1100)),
                initiative_id=self.forum.pk,
                recorded_by=self.making.actor,
            )
            for party in self.dice.sample(self.parties, 3):
                role = self.dice.choice([Participant.Role.PRESENT, Participant.Role.COPIED])
                Participant.objects.create(interaction=contact, party=party, name=str(party), role=role)


@pytest.fixture
def table(making: Making) -> Table:
    return Table(making)


def length_of(user: User, state: Callable[[HttpRequest], ListState], url: str) -> int:
    """How many rows the list at the address has."""
    request = RequestFactory().get(url)
    request.user = user
    return state(request).total


def test_each_number_is_the_length_of_its_list(
    table: Table, secretariat: User, as_secretariat: Client, exhaustive: bool
) -> None:
    seen = {"seats": 0, "attendance": 0, "candidates": 0}
    for _each in range(50 if exhaustive else 15):
        day = BEGAN + timedelta(days=table.dice.randrange(1200))
        cell = Cell(
            place=table.dice.choice([None, None, table.quebec]),
            kinds=table.dice.choice([(), (), (Party.Kind.BUSINESS,)]),
        )
        found = coverage_on(secretariat, table.forum, day, cell)
        mineral = table.dice.choice(found.minerals)
        stage = table.dice.choice([*found.stages, None])
        key = (mineral.pk, stage.pk if stage else 0)
        seats = found.seats.get(key, 0)
        came = found.attendance.get(key, 0)
        assert length_of(secretariat, seat_list, found.address("forums:seats", mineral, stage)) == seats
        assert length_of(secretariat, attendance_list, found.address("forums:attendance", mineral, stage)) == came
        seen["seats"] += seats
        seen["attendance"] += came
        if stage is not None:
            could = found.candidates.get(key, 0)
            assert length_of(secretariat, organization_list, found.candidates_address(mineral, stage)) == could
            seen["candidates"] += could
    assert all(seen.values()), seen  # otherwise nothing was compared
    for name in ("forums:seats", "forums:attendance"):
        address = found.address(name, mineral, stage)
        assert as_secretariat.get(address).status_code == 200


def test_the_page_is_a_table_with_headers(table: Table, as_viewer: Client) -> None:
    day = BEGAN + timedelta(days=500)
    url = reverse("forums:coverage", args=[table.forum.pk])
    page = page_of(as_viewer.get(url, {"on": day.isoformat()}))
    (matrix,) = page.cssselect("table.matrix")
    assert len(matrix.cssselect("thead th[scope=col]")) == 7
    assert [row.text_content() for row in matrix.cssselect("tbody th[scope=row]")] == ["Copper", "Lithium", "Nickel"]
    links = matrix.cssselect("td a")
    assert links
    assert all(link.get("aria-label") for link in links)
    assert matrix.cssselect("caption")
    looks: dict[str | None, set[str]] = {}
    for cell in matrix.cssselect("tbody td"):
        said = cell.text_content().split()[0] if cell.cssselect("a") else "–"
        looks.setdefault(cell.get("class"), set()).add(said)
    assert looks.pop("na") == {"–"}
    assert all(number.startswith("+") for number in looks.pop("none", set()))
    assert all(number in {"1", "2"} for number in looks.pop("thin", set()))
    assert all(int(number) > 2 for number in looks.pop("full", set()))
    assert not looks


def test_the_page_takes_as_many_statements_with_a_large_table(table: Table, as_viewer: Client) -> None:
    url = reverse("forums:coverage", args=[table.forum.pk])
    as_viewer.get(url)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        as_viewer.get(url)
    assert len(asked) <= 15, [query["sql"][:80] for query in asked]


def test_kinds_that_the_rules_keep_out_are_not_offered(table: Table, secretariat: User) -> None:
    adopt_terms(
        actor=secretariat, forum=table.forum, first=BEGAN, is_non_governmental_only=True, kinds=[Party.Kind.BUSINESS]
    )
    found = coverage_on(secretariat, table.forum, BEGAN, Cell())
    assert found.admitted == (Party.Kind.BUSINESS,)
    Forum.objects.filter(pk=table.forum.pk).update(kind=Forum.Kind.INDIGENOUS)
    indigenous = coverage_on(secretariat, Forum.objects.get(pk=table.forum.pk), BEGAN, Cell())
    assert (indigenous.admitted, indigenous.candidates) == ((), {})
    narrowed = coverage_on(secretariat, table.forum, BEGAN, Cell(kinds=(Party.Kind.ASSOCIATION,)))
    assert (narrowed.admitted, narrowed.candidates) == ((), {})


def test_presences_at_a_confided_contact_are_not_counted(table: Table, making: Making, viewer: User) -> None:
    day = BEGAN + timedelta(days=900)
    before = coverage_on(viewer, table.forum, day, Cell()).attendance
    assert before
    circle = circle_of(making.actor, name="Quiet")
    with recorded(None, system="test"):
        Interaction.objects.update(sealed_circle=circle)
    assert coverage_on(viewer, table.forum, day, Cell()).attendance == {}
    assert coverage_on(making.actor, table.forum, day, Cell()).attendance == before


def test_the_matrix_is_carried_away_as_it_is_shown(table: Table, as_secretariat: Client) -> None:
    day = BEGAN + timedelta(days=500)
    url = reverse("core:export", args=["coverage", "csv"])
    response: Any = as_secretariat.post(
        url, {"query": f"forum={table.forum.pk}&on={day.isoformat()}", "purpose": "report"}
    )
    text = b"".join(response.streaming_content if response.streaming else [response.content]).decode("utf-8-sig")
    assert response.status_code == 200, text[:500]
    for name in ("Copper", "Lithium", "Nickel"):
        assert name in text
