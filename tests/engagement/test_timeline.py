"""What the log adds to records: timelines, the pulse, columns, cards, search."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.registries import panels_for, reference_data, timeline_of
from c2m2a_crm.core.searching.service import search
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.contributions import PILLARS
from c2m2a_crm.engagement.lists import directory_columns, nation_columns
from c2m2a_crm.engagement.models import Initiative, Pillar
from c2m2a_crm.engagement.pulse import contacts_by_month, last_contacts, month_starts, next_steps, pulse_of
from c2m2a_crm.engagement.services import NextStep, Promise, Raised, withdraw_interaction
from members.models import Organization, Party, Person
from tests.engagement.making import circle_of, initiative, log
from tests.members.reading import read, texts


def titles(actor: User, record: Any, **page: Any) -> list[str]:
    return [entry.title for entry in timeline_of(actor, record, **page)]


def test_people_parties_and_initiatives_have_their_contacts_newest_first(
    staff: User, viewer: User, amara: Person, northline: Party, fundy: Party
) -> None:
    file = initiative()
    log(staff, amara, subject="older", occurred_on=date(2025, 1, 1))
    log(staff, northline, subject="newer", occurred_on=date(2025, 2, 1), initiative=file)
    log(staff, fundy, subject="elsewhere", occurred_on=date(2025, 3, 1))
    assert titles(viewer, amara) == ["older"]
    assert titles(viewer, northline) == ["newer", "older"]
    assert titles(viewer, Organization.objects.get(pk=northline.pk)) == ["newer", "older"]
    assert titles(viewer, file) == ["newer"]


def test_times_order_a_day_and_unknown_times_come_first_of_the_day(staff: User, northline: Party) -> None:
    day = date(2025, 3, 4)
    log(staff, northline, subject="afternoon", occurred_on=day, occurred_time=time(15))
    log(staff, northline, subject="morning", occurred_on=day, occurred_time=time(9))
    log(staff, northline, subject="some time", occurred_on=day)
    assert titles(staff, northline) == ["afternoon", "morning", "some time"]


def test_paging_shows_every_contact_once(staff: User, northline: Party) -> None:
    written = []
    for number in range(23):
        written.append(f"contact {number}")
        log(
            staff,
            northline,
            subject=written[-1],
            occurred_on=date(2025, 3, 1 + number // 6),
            occurred_time=time(8 + number % 3) if number % 2 else None,
        )
    seen: list[str] = []
    before: datetime | None = None
    while True:
        page = timeline_of(staff, northline, before=before, limit=4)
        if not page:
            break
        seen += [entry.title for entry in page]
        before = page[-1].at
    assert sorted(seen) == sorted(written)
    assert len(seen) == 23


def test_a_restricted_contact_shows_on_its_initiative_alone_and_only_its_date(
    staff: User, viewer: User, amara: Person, northline: Party
) -> None:
    file = initiative()
    log(
        staff,
        amara,
        subject="Confided words",
        occurred_on=date(2025, 3, 4),
        occurred_time=time(15, 30),
        initiative=file,
        restricted_circle=circle_of(staff),
    )
    assert titles(viewer, amara) == titles(viewer, northline) == []
    (entry,) = timeline_of(viewer, file)
    assert (entry.title, entry.url, entry.icon) == ("", "", "lock")
    assert entry.context == {"restricted": True, "value": date(2025, 3, 4), "ask": staff.name}
    assert (entry.at.hour, entry.at.minute) == (0, 0)
    assert titles(staff, file) == titles(staff, amara) == ["Confided words"]


def test_what_is_sealed_or_taken_back_is_on_no_timeline(staff: User, viewer: User, northline: Party) -> None:
    file = initiative()
    log(staff, northline, initiative=file, sealed_circle=circle_of(staff))
    withdraw_interaction(actor=staff, interaction=log(staff, northline, initiative=file))
    assert titles(viewer, northline) == titles(viewer, file) == []


def test_an_entry_shows_what_was_born_with_it(staff: User, as_viewer: Client, northline: Party) -> None:
    log(
        staff,
        northline,
        subject="Graphite offtake",
        notes="They asked for dates.",
        duration_minutes=25,
        raised=[Raised("issue", "Price")],
        promises=[Promise("the criteria")],
        next_steps=[NextStep("Call back", staff, today() - timedelta(days=1))],
    )
    (item,) = texts(read(as_viewer.get(northline.get_absolute_url())), "ol.timeline > li:not(.m)")
    for said in ("Graphite offtake", "25 minutes", "They asked for dates.", "Call back", "We promised: the criteria"):
        assert said in item


def test_the_statements_of_a_timeline_do_not_grow(staff: User, northline: Party) -> None:
    def fill(count: int) -> None:
        for _number in range(count):
            log(staff, northline, initiative=initiative(), next_steps=[NextStep("Call", staff)])

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            timeline_of(staff, northline, limit=40)
        return len(captured)

    fill(3)
    few = statements()
    fill(27)
    assert statements() == few


# --- How things stand -------------------------------------------------------------------------------------------------


def test_months_count_contacts_that_reached_somebody_once_each(staff: User, amara: Person, northline: Party) -> None:
    this_month = today().replace(day=1)
    last_month = month_starts(2)[0]
    log(staff, amara, northline, occurred_on=this_month)
    log(staff, amara, occurred_on=last_month)
    log(staff, amara, occurred_on=last_month)
    log(staff, amara, kind="attempt", occurred_on=this_month)
    withdraw_interaction(actor=staff, interaction=log(staff, amara, occurred_on=this_month))
    log(staff, amara, occurred_on=this_month - timedelta(days=800))
    counts = contacts_by_month(staff, Party, [northline.pk], 12)[northline.pk]
    assert counts[-2:] == [2, 1]
    assert sum(counts) == 3


def test_month_starts_cross_the_year() -> None:
    assert month_starts(3, date(2026, 1, 31)) == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)]


def test_the_last_contact_is_what_everybody_knows_or_later_in_ones_own_circle(
    staff: User, viewer: User, northline: Party, fundy: Party
) -> None:
    log(staff, northline, occurred_on=date(2025, 1, 1))
    circle = circle_of(staff)
    log(staff, northline, occurred_on=date(2025, 2, 1), sealed_circle=circle)
    log(staff, fundy, occurred_on=date(2025, 3, 1), restricted_circle=circle)
    rows = list(Party.objects.filter(pk__in=[northline.pk, fundy.pk]))
    assert last_contacts(viewer, rows) == {northline.pk: date(2025, 1, 1)}
    assert last_contacts(staff, rows) == {northline.pk: date(2025, 2, 1), fundy.pk: date(2025, 3, 1)}
    assert sum(contacts_by_month(viewer, Party, [fundy.pk], 240).get(fundy.pk, [])) == 0
    northline.refresh_from_db()
    assert pulse_of(viewer, northline).title == "In touch Jan\N{NO-BREAK SPACE}1, 2025"


def test_the_next_step_is_the_one_due_first(staff: User, viewer: User, northline: Party) -> None:
    steps = [NextStep("later", staff, date(2030, 2, 1)), NextStep("first", staff, date(2030, 1, 1))]
    log(staff, northline, next_steps=[*steps, NextStep("some day", staff)])
    log(staff, northline, sealed_circle=circle_of(staff), next_steps=[NextStep("secret", staff, date(2029, 1, 1))])
    assert next_steps(viewer, Party, [northline.pk])[northline.pk].text == "first"
    assert next_steps(staff, Party, [northline.pk])[northline.pk].text == "secret"


def test_lists_of_the_directory_gain_columns_and_nations_none_that_measures_silence(
    staff: User, as_viewer: Client, amara: Person
) -> None:
    log(staff, amara, occurred_on=today(), next_steps=[NextStep("Call back", staff)])
    for address in ("/organizations/", "/people/"):
        page = read(as_viewer.get(address))
        assert texts(page, "#results td[data-l='Last contact']") == ["today"]
        assert texts(page, "#results td[data-l='Next step']") == ["Call back"]
        assert page.cssselect("#results td .core")
    assert [column.key for column in directory_columns()] == ["last_contact", "pulse", "next_step", "known_by"]
    assert [column.key for column in nation_columns()] == ["last_contact", "next_step", "known_by"]


def test_cards_of_a_record(staff: User, viewer: User, northline: Party, nation: Party, fundy: Party) -> None:
    log(staff, northline, promises=[Promise("the criteria")], next_steps=[NextStep("Call back", staff)])
    found = {panel.key: context for panel, context in panels_for(viewer, northline)}
    assert {"pulse-party", "follow-ups-party", "commitments-party"} <= found.keys()
    assert [row.text for row in found["follow-ups-party"]["rows"]] == ["Call back"]
    assert not found["follow-ups-party"]["can_work"]
    assert [row.text for row, _mark in found["commitments-party"]["rows"]] == ["the criteria"]
    assert "pulse-party" not in {panel.key for panel, _context in panels_for(viewer, nation)}
    assert "commitments-party" not in {panel.key for panel, _context in panels_for(viewer, fundy)}


def test_search_finds_contacts_by_words_of_the_subject(staff: User, viewer: User, northline: Party) -> None:
    log(staff, northline, subject="Électricité et sulfate")
    log(staff, northline, subject="Electric secrets", sealed_circle=circle_of(staff))
    log(staff, northline, subject="Electric confidences", restricted_circle=circle_of(staff, name="Other"))
    assert [hit.title for _kind, _found, hit in search(viewer, "ELECTRIC").best] == ["Électricité et sulfate"]
    assert search(viewer, "electric").count == 1
    assert search(staff, "electric").count == 3


# --- Reference data ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_four_pillars_are_loaded_once_and_edited_names_stay() -> None:
    with recorded(None, system="tests"):
        Pillar.objects.all().delete()
    load = reference_data["pillars"].load
    load()
    with recorded(None, system="tests"):
        Pillar.objects.filter(key="build-and-foster").update(name_en="Build")
    load()
    assert [pillar.key for pillar in Pillar.objects.all()] == [key for key, _en, _fr in PILLARS]
    assert Pillar.objects.get(key="build-and-foster").name_en == "Build"
    assert Initiative.objects.count() == 0


def test_a_late_follow_up_is_said_beside_the_name(
    staff: User, as_viewer: Client, northline: Party, fundy: Party
) -> None:
    log(staff, northline, next_steps=[NextStep("Call", staff, today() - timedelta(days=2))])
    for party, said in ((northline, ["1 follow-up late"]), (fundy, [])):
        page = read(as_viewer.get(party.get_absolute_url()))
        assert texts(page, ".page-head .tag") == said
