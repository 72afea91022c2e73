"""The contact log as a list: what a row says, how it narrows, what a restricted entry shows, what it costs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.exports import list_entry, stream_csv
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Interaction
from c2m2a_crm.engagement.services import Colleague, NextStep, withdraw_interaction
from members.models import Party, Person
from tests.engagement.making import circle_of, initiative, log
from tests.members.reading import read, texts

URL = "/contact-log/"


def rows_of(client: Client, **query: Any) -> list[str]:
    response = client.get(URL, query)
    assert response.status_code == 200
    return texts(read(response), "#results tbody th")


def cells_of(client: Client, **query: Any) -> list[dict[str, str]]:
    page = read(client.get(URL, query))
    headings = texts(page, "#results thead th")
    return [
        {
            heading: " ".join(cell.text_content().split())
            for heading, cell in zip(headings, row, strict=True)
            if cell.tag == "td"
        }
        for row in page.cssselect("#results tbody tr")
    ]


def test_a_row_tells_the_contact_as_on_that_day(staff: User, as_viewer: Client, amara: Person) -> None:
    log(
        staff,
        amara,
        occurred_on=date(2025, 3, 4),
        duration_minutes=25,
        initiative=initiative("Processing tax credit"),
        next_steps=[NextStep("Call back", staff, today() - timedelta(days=2))],
        colleagues=[Colleague(staff)],
    )
    columns = ["date", "with", "organization", "ours", "follow_up", "initiative", "minutes"]
    (cells,) = cells_of(as_viewer, column=columns)
    assert cells["Date"] == "Mar 4, 2025"
    assert cells["With whom"] == "Amara Tamarack"
    assert cells["Organization on that day"] == "Northline Nickel Refining"
    assert cells["Our people"] == staff.name
    assert cells["Follow-up"] == "2 days late"
    assert cells["Filed under"] == "Processing tax credit"
    assert cells["Minutes"] == "25"
    assert rows_of(as_viewer) == ["Graphite offtake"]


def test_on_phones_a_row_is_its_title_and_a_line_of_when_how_and_with_whom(
    staff: User, as_viewer: Client, amara: Person
) -> None:
    log(staff, amara, occurred_on=date(2025, 3, 4))
    page = read(as_viewer.get(URL))
    assert texts(page, "#results tbody td[data-s]") == ["Mar 4, 2025", "Call", "Amara Tamarack"]
    assert texts(page, "#results tbody td[data-s] .icon-word") == ["Call"]
    assert not page.cssselect("#results tbody td[data-s][data-l]")


def test_newest_first_and_the_later_logged_first_on_one_day(staff: User, as_viewer: Client, northline: Party) -> None:
    for subject, day in (("old", 1), ("new", 5), ("newer", 5)):
        log(staff, northline, subject=subject, occurred_on=date(2025, 3, day))
    assert rows_of(as_viewer) == ["newer", "new", "old"]
    assert rows_of(as_viewer, sort="date") == ["old", "new", "newer"]


def test_what_was_taken_back_stands_nowhere(staff: User, as_viewer: Client, northline: Party) -> None:
    withdraw_interaction(actor=staff, interaction=log(staff, northline))
    page = read(as_viewer.get(URL))
    assert "No contacts yet" in page.text_content()


@pytest.fixture
def four(staff: User, secretariat: User, amara: Person, fundy: Party, marisol: Person) -> None:
    log(staff, amara, subject="Nickel sulphate", occurred_on=date(2025, 1, 10), notes="Prix de l’électricité élevé")
    log(secretariat, fundy, subject="Magnets", kind="meeting", occurred_on=date(2025, 2, 10))
    log(
        staff,
        marisol,
        subject="Permits",
        kind="visit",
        occurred_on=date(2025, 3, 10),
        initiated_by="us",
        arranged="yes",
    )
    log(
        staff,
        fundy,
        subject="No answer",
        kind="attempt",
        occurred_on=date(2025, 4, 10),
        next_steps=[NextStep("Try again", staff, today() - timedelta(days=1))],
    )


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["No answer", "Permits", "Magnets", "Nickel sulphate"]),
        ({"q": "ELECTRICITE"}, ["Nickel sulphate"]),
        ({"q": "tamarack"}, ["Nickel sulphate"]),
        ({"q": "carrieres"}, ["Permits"]),
        ({"q": "nothing of the kind"}, []),
        ({"kind": ["meeting", "visit"]}, ["Permits", "Magnets"]),
        ({"since": "2025-02-10", "until": "2025-03-10"}, ["Permits", "Magnets"]),
        ({"organization": "affinage"}, ["Nickel sulphate"]),
        ({"recorded_by": "me"}, ["No answer", "Permits", "Nickel sulphate"]),
        ({"office_holders": "yes"}, ["Permits"]),
        ({"office_holders": "no"}, ["No answer", "Magnets", "Nickel sulphate"]),
        ({"attempts": "only"}, ["No answer"]),
        ({"attempts": "without"}, ["Permits", "Magnets", "Nickel sulphate"]),
        ({"follow_up": "late"}, ["No answer"]),
        ({"follow_up": "open", "attempts": "without"}, []),
        ({"since": "last week"}, ["No answer", "Permits", "Magnets", "Nickel sulphate"]),
    ],
)
def test_filters_narrow(as_staff: Client, query: dict[str, Any], found: list[str]) -> None:
    assert rows_of(as_staff, **query) == found


@pytest.mark.usefixtures("four")
def test_links_from_records_show_a_chip_that_can_be_removed(as_staff: Client, fundy: Party, amara: Person) -> None:
    assert rows_of(as_staff, party=fundy.pk) == ["No answer", "Magnets"]
    assert rows_of(as_staff, person=amara.pk) == ["Nickel sulphate"]
    page = read(as_staff.get(URL, {"party": fundy.pk}))
    assert "With: Fundy Magnet Works" in texts(page, "#list-chips")[0]


def test_a_restricted_entry_shows_its_date_and_whom_to_ask_and_nothing_else(
    staff: User, secretariat: User, as_staff: Client, as_viewer: Client, northline: Party
) -> None:
    log(
        staff,
        northline,
        subject="Confided words",
        notes="More words",
        occurred_on=date(2025, 3, 4),
        duration_minutes=77,
        restricted_circle=circle_of(staff, secretariat, owner=secretariat),
        next_steps=[NextStep("Confided step", staff, date(2025, 3, 9))],
    )
    why = "You see this because you belong to the circle “Permits”."
    assert rows_of(as_staff) == [f"Confided words Restricted {why}"]
    outsider = as_viewer
    assert rows_of(outsider) == [
        f"Restricted entry Only a circle that you are not in reads this. Ask {secretariat.name}."
    ]
    (cells,) = cells_of(outsider)
    assert {label: text for label, text in cells.items() if text} == {"Date": "Mar 4, 2025"}


@pytest.mark.parametrize("query", [{"q": "Confided"}, {"kind": "call"}, {"sort": "minutes"}, {"since": "2025-01-01"}])
def test_as_soon_as_content_is_asked_for_restricted_entries_stand_aside(
    staff: User, as_viewer: Client, northline: Party, query: dict[str, str]
) -> None:
    log(staff, northline, subject="Confided words", restricted_circle=circle_of(staff))
    assert rows_of(as_viewer, **query) == []
    assert len(rows_of(as_viewer, sort="-date")) == 1


def test_a_sealed_entry_does_not_exist_for_others(
    staff: User, as_staff: Client, as_viewer: Client, northline: Party
) -> None:
    log(staff, northline, subject="Sealed words", sealed_circle=circle_of(staff))
    why = "You see this because you belong to the circle “Permits”."
    assert rows_of(as_staff) == [f"Sealed words Sealed {why}"]
    assert "0 contacts" in texts(read(as_viewer.get(URL)), "#results-count")


def test_files_carry_content_only(staff: User, viewer: User, northline: Party) -> None:
    circle = circle_of(staff)
    log(staff, northline, subject="Open words", notes="in full")
    log(staff, northline, subject="Confided words", restricted_circle=circle)
    request = RequestFactory().get(URL)
    request.user = viewer
    entry = list_entry("contact-log")
    text = b"".join(stream_csv(entry, entry.state(request), viewer)).decode()
    assert "Open words" in text
    assert "in full" in text
    assert "Restricted" not in text
    assert "Confided" not in text


def test_statements_are_equal_at_3_and_at_30_rows(staff: User, as_staff: Client, amara: Person) -> None:
    circle = circle_of(staff)
    file = initiative()

    def fill(count: int) -> None:
        for number in range(count):
            log(
                staff,
                amara,
                subject=f"Contact {number}",
                initiative=file,
                restricted_circle=circle if number % 3 == 0 else None,
                next_steps=[NextStep("Call", staff, today())],
            )

    def statements() -> int:
        as_staff.get(URL)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert as_staff.get(URL).status_code == 200
        return len(captured)

    fill(3)
    few = statements()
    fill(27)
    assert Interaction.objects.count() == 30
    assert statements() == few


def test_who_may_not_look(client: Client, as_stranger: Client) -> None:
    assert client.get(URL)["Location"].startswith(reverse("account_login"))
    assert as_stranger.get(URL).status_code == 403
    assert as_stranger.post(URL).status_code in {403, 405}


@pytest.mark.parametrize("list_key", ["contact-log", "follow-ups", "commitments"])
def test_files_are_offered_to_those_who_may_carry_them(as_staff: Client, as_viewer: Client, list_key: str) -> None:
    file = reverse("core:export", args=[list_key, "csv"])
    for client, status, offered in ((as_staff, 200, True), (as_viewer, 403, False)):
        page = read(client.get(f"/{list_key}/?carry=1"))
        assert bool(page.cssselect(f".page-actions button[formaction='{file}']")) is offered
        part = client.get(f"/{list_key}/?carry=1", headers={"HX-Request": "true"}).content.decode()
        assert (file in part) is offered
        assert client.get(file).status_code == status
