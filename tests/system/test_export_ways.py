"""What a file carries is what the screen shows, whichever way its values were read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.http import QueryDict
from django.utils.translation import override

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import exports
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.registries import exportable_lists
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.services import Attendee, Entry, NextStep, log_interaction
from members.models import Nation, Organization, Party, Person
from members.services import add_email, add_phone, create_party, create_person
from tests.engagement.making import circle_of

# Lists of many thousand rows, whose own columns must not need records.
LARGE = ("organizations", "nations", "people")


@pytest.fixture
def office(staff: User, secretariat: User) -> list[User]:
    """Parties and people with and without each thing that a column shows; the last contact is a circle's."""
    call_command("seed_reference", verbosity=0)
    parties = [
        create_party(actor=staff, kind=Party.Kind.BUSINESS, name_en="Company", name_fr="Compagnie", acronym_fr="CIE"),
        create_party(actor=staff, kind=Party.Kind.ASSOCIATION, name_fr="Association", acronym_en="AS", owner=staff),
        create_party(actor=staff, kind=Party.Kind.GOVERNMENT, name_en="Ministry", government_level="foreign"),
        create_party(actor=staff, kind=Party.Kind.NATION, autonym="Own", distinction="inuit"),
    ]
    circle = circle_of(staff)
    for number, party in enumerate(parties):
        names = [("Given", "Family"), ("", "Family"), ("Given", ""), ("=Given", "Family")]
        for given, family in names:
            person = create_person(
                actor=staff,
                given_name=given,
                family_name=family,
                preferred_name="Said" if number == 1 else "",
                language="fr" if number else "",
                organization=party if number < 3 else None,
                title_en="Chair" if number == 1 else "",
                owner=secretariat if number == 2 else None,
            )
            if number:
                add_email(actor=staff, owner=person, address=f"a{person.pk}@office.example")
                add_email(actor=staff, owner=person, address=f"b{person.pk}@office.example")
                add_phone(actor=staff, owner=person, number="+16135550123")
        for day, confided in ((400, None), (40, None), (3, circle)):
            log_interaction(
                actor=staff,
                entry=Entry(
                    subject="Subject",
                    occurred_on=today() - timedelta(days=day),
                    attendees=[Attendee(party), Attendee(person)],
                    next_steps=[NextStep("Step", staff, today() + timedelta(days=day))],
                    restricted_circle=confided,
                ),
            )
    return [staff, secretariat]


def file_of(state: ListState, actor: User) -> list[tuple[Any, ...]]:
    return [row for chunk in exports.Rows(state, actor).chunks() for row in zip(*chunk, strict=True)]


def with_columns(key: str, actor: User, keep: Any) -> ListState:
    """The list with those of its columns that ``keep`` says, and with what only files carry."""
    entry = exportable_lists[key]
    every = entry.state(exports.request_for(actor, "")).all_columns
    query = QueryDict(mutable=True)
    query.setlist("column", [column.key for column in every if keep(column)])
    state: ListState = entry.state(exports.request_for(actor, query.urlencode()))
    return state


def by_records(state: ListState, actor: User) -> list[tuple[Any, ...]]:
    """As the screen asks: each record by itself, with the batches of its page."""
    records = list(state.ordered.for_list())  # type: ignore[attr-defined]  # HouseQuerySet
    batches = {column.key: column.batch(actor, records) for column in state.file_columns if column.batch}
    return [
        tuple(
            column.value(record, *([batches[column.key].get(record.pk)] if column.batch else []))
            for column in state.file_columns
        )
        for record in records
    ]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_list_gives_its_file_what_its_columns_say(office: list[User], language: str) -> None:
    compared = 0
    with override(language):
        for actor in office:
            for entry in exportable_lists:
                if not entry.allowed(actor):
                    continue
                for keep in (lambda column: column.plain, lambda column: column.is_default, lambda column: True):
                    state = with_columns(entry.key, actor, keep)
                    assert file_of(state, actor) == by_records(state, actor), (entry.key, actor)
                    compared += 1
    assert compared > 20


@pytest.mark.parametrize("key", LARGE)
def test_the_columns_of_large_lists_need_no_records(office: list[User], key: str, monkeypatch: Any) -> None:
    state = exportable_lists[key].state(exports.request_for(office[0], ""))
    assert not [column.key for column in state.file_columns if column.plain is None]

    def refuse(*args: Any, **words: Any) -> None:
        raise AssertionError("a record was made")

    for model in (Person, Party, Organization, Nation):
        monkeypatch.setattr(model, "from_db", classmethod(refuse))
    assert file_of(state, office[0])


def test_a_file_of_many_chunks_has_every_row_once(office: list[User], monkeypatch: Any) -> None:
    state = exportable_lists["people"].state(exports.request_for(office[0], ""))
    whole = file_of(state, office[0])
    monkeypatch.setattr("c2m2a_crm.core.exports.rows._VALUES", 7)
    assert len(whole) > 14
    assert file_of(state, office[0]) == whole


def test_the_last_contact_of_a_circle_is_its_members_alone(office: list[User]) -> None:
    days = []
    for actor in office:
        state = exportable_lists["organizations"].state(exports.request_for(actor, ""))
        place = [column.key for column in state.file_columns].index("last_contact")
        days.append({row[place] for row in file_of(state, actor)} - {None})
    assert days == [{today() - timedelta(days=3)}, {today() - timedelta(days=40)}]
