"""Contacts by representative and by community represented: mandates overlap, and no contact counts twice."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from c2m2a_crm.accounts.models import User
from c2m2a_crm.engagement.models import Interaction
from c2m2a_crm.reports.speaking import COMMUNITY_RULE, REPRESENTATIVE_RULE
from members.models import Party, Person
from members.services import add_relationship, create_party, create_person
from tests.engagement.making import circle_of, log

pytestmark = pytest.mark.django_db

DAY = date(2026, 10, 20)


@pytest.fixture
def lakes(staff: User) -> Party:
    return create_party(
        actor=staff, kind=Party.Kind.NATION, distinction=Party.Distinction.FIRST_NATIONS, name_en="Lakes First Nation"
    )


@pytest.fixture
def tribal(staff: User) -> Party:
    return create_party(actor=staff, kind=Party.Kind.REPRESENTATIVE_BODY, name_en="Tribal Council")


@pytest.fixture
def elder(staff: User) -> Person:
    return create_person(actor=staff, given_name="Ruth", family_name="Spruce")


@pytest.fixture(autouse=True)
def mandates(staff: User, council: Party, tribal: Party, nation: Party, lakes: Party, elder: Person) -> None:
    """Both bodies speak for Spruce Narrows; the council for Lakes, too, but only until mid-October."""
    first = date(2026, 1, 1)
    add_relationship(actor=staff, kind="speaks_for", beginning=council, end=nation, first=first, scope="Lands")
    add_relationship(actor=staff, kind="speaks_for", beginning=tribal, end=nation, first=first, scope="Water")
    add_relationship(actor=staff, kind="speaks_for", beginning=council, end=lakes, first=first, last=date(2026, 10, 15))
    add_relationship(actor=staff, kind="speaks_for", beginning=elder, end=nation, first=first)


def rows(client: Client, which: str) -> dict[str, list[str]]:
    """Contacts, and what else is counted, by name; the lines of totals among them."""
    response = client.get(f"/reports/contacts-by-{which}/?period=quarter")
    assert response.status_code == 200
    tree = html.fromstring(response.content.decode())
    found = {}
    for row in tree.cssselect("#results tbody tr, #results tfoot tr"):
        [head] = row.cssselect("th")
        name = (head.cssselect(".t") or [head])[0].text_content().strip()
        found[name] = [cell.text_content().strip() for cell in row.cssselect("td.r")]
    return found


def met(actor: User, *who: Any, on: date = DAY, kind: str = Interaction.Kind.MEETING, **more: Any) -> Interaction:
    return log(actor, *who, occurred_on=on, kind=kind, **more)


def test_overlapping_mandates_never_count_a_contact_twice(
    staff: User, as_staff: Client, council: Party, tribal: Party, nation: Party, lakes: Party, elder: Person
) -> None:
    met(staff, council, tribal, nation, elder)
    assert rows(as_staff, "representative") == {
        "Northern Lakes Council": ["1", "1", "1"],
        "Tribal Council": ["1", "1", "1"],
        "Sum of the rows": ["2", "", ""],
        "Each counted once": ["1", "", ""],
    }
    # Four ways to the same community are one contact; the mandate for Lakes was over on that day.
    assert rows(as_staff, "community") == {
        "Spruce Narrows First Nation": ["1", "1", "1", "1", "3"],
        "Sum of the rows": ["1", "", "", "", ""],
        "Each counted once": ["1", "", "", "", ""],
    }


def test_a_body_that_speaks_for_two_counts_once_for_itself_and_once_for_each(
    staff: User, as_staff: Client, council: Party
) -> None:
    met(staff, council, on=date(2026, 10, 10))
    assert rows(as_staff, "representative") == {
        "Northern Lakes Council": ["1", "1", "2"],
        "Sum of the rows": ["1", "", ""],
        "Each counted once": ["1", "", ""],
    }
    found = rows(as_staff, "community")
    assert found["Lakes First Nation"] == found["Spruce Narrows First Nation"] == ["1", "1", "0", "1", "1"]
    assert (found["Sum of the rows"][0], found["Each counted once"][0]) == ("2", "1")


def test_a_mandate_counts_on_its_own_days_and_an_attempt_reaches_nobody(
    staff: User, as_staff: Client, council: Party, tribal: Party
) -> None:
    met(staff, council, on=date(2026, 10, 15))
    met(staff, council, on=date(2026, 10, 16))
    met(staff, tribal, kind=Interaction.Kind.ATTEMPT)
    found = rows(as_staff, "community")
    assert found["Lakes First Nation"][:2] == ["1", "1"]
    assert found["Spruce Narrows First Nation"][:2] == ["3", "2"]
    assert rows(as_staff, "representative")["Tribal Council"][:2] == ["1", "0"]


def test_what_the_reader_may_not_read_is_not_counted(
    secretariat: User, as_staff: Client, as_secretariat: Client, council: Party
) -> None:
    met(secretariat, council, sealed_circle=circle_of(secretariat))
    for which in ("representative", "community"):
        assert rows(as_staff, which) == {}
        assert rows(as_secretariat, which)["Each counted once"][0] == "1"


def test_each_report_says_how_it_counts(as_staff: Client, as_viewer: Client) -> None:
    for which, rule in (("representative", REPRESENTATIVE_RULE), ("community", COMMUNITY_RULE)):
        page = html.fromstring(as_viewer.get(f"/reports/contacts-by-{which}/").content.decode())
        said = " ".join(page.cssselect("#rule .rule")[0].text_content().split())
        assert said.replace(" ", "") == str(rule).replace(" ", "")
        assert f"/reports/contacts-by-{which}/" in as_staff.get("/reports/").content.decode()


def exported(client: Client, which: str, file_format: str = "csv") -> str:
    address = reverse("core:export", args=[f"contacts-by-{which}", file_format])
    answer = client.post(address, {"query": "period=quarter", "purpose": "The yearly report"})
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a stream


def test_a_file_of_either_report_says_what_the_screen_says(
    secretariat: User, staff: User, as_staff: Client, as_viewer: Client, council: Party, tribal: Party, nation: Party
) -> None:
    met(staff, council, tribal, nation)
    met(staff, council, on=date(2026, 10, 10))
    met(secretariat, tribal, sealed_circle=circle_of(secretariat))
    for which, rule in (("representative", REPRESENTATIVE_RULE), ("community", COMMUNITY_RULE)):
        shown = rows(as_staff, which)
        text = exported(as_staff, which)
        lines = {line[0]: line for line in csv.reader(io.StringIO(text)) if line}
        totals = {name: shown.pop(name) for name in ("Sum of the rows", "Each counted once")}
        assert shown
        for name, counted in shown.items():
            assert [each for each in lines[name] if each.isdigit()] == counted, name
        assert set(lines) >= set(shown)
        figures = [totals[name][0] for name in ("Sum of the rows", "Each counted once")]
        told = {line[0] for line in csv.reader(io.StringIO(text)) if line}
        assert {f"# Contacts: sum of the rows: {figures[0]}", f"# Contacts: each counted once: {figures[1]}"} <= told
        assert f"# How it is counted: {rule}" in told
        address = f"/reports/contacts-by-{which}/?carry=1"
        assert f"contacts-by-{which}/csv" in as_staff.get(address).content.decode()
        assert f"contacts-by-{which}/csv" not in as_viewer.get(address).content.decode()
