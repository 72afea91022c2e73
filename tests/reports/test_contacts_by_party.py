"""The report on contacts by party: what counts, that it reconciles, and that each number opens what it counts."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import AuditEvent
from c2m2a_crm.engagement.models import Interaction, Pillar
from c2m2a_crm.engagement.services import (
    Attendee,
    Entry,
    Promise,
    Raised,
    correct_interaction,
    keep_commitment,
    log_interaction,
    withdraw_interaction,
)
from c2m2a_crm.engagement.typed_line.points import PointKind
from c2m2a_crm.reports.counting import ANY, Group, Scope
from c2m2a_crm.reports.periods import period_of
from members.models import Party, Person
from members.services import create_party, create_person
from tests.engagement.making import circle_of, closed, initiative, log

REPORT = "/reports/contacts-by-party/"
NUMBERS = ["contacts", "two_way", "attempts", "people", "points", "commitments", "open_commitments"]


def page(client: Client, query: str = "") -> Any:
    response = client.get(f"{REPORT}?{query}")
    assert response.status_code == 200
    return html.fromstring(response.content.decode())


def rows(tree: Any) -> dict[str, list[str]]:
    """The numbers of each row, by the name in its head."""
    found = {}
    for row in tree.cssselect("#results tbody tr"):
        name = row.cssselect("th .t")[0].text_content()
        found[name] = [number(cell) for cell in row.cssselect("td.r")]
    return found


def number(cell: Any) -> str:
    """What is seen: the words for screen readers are left out."""
    return re.sub(r"[^\d].*", "", cell.text_content().strip())


def feet(tree: Any) -> list[list[str]]:
    return [[number(cell) for cell in row.cssselect("td.r")] for row in tree.cssselect("#results tfoot tr")]


def found_by(client: Client, address: str) -> int:
    """How many rows the list at this address counts."""
    response = client.get(address)
    assert response.status_code == 200, address
    return int(response.context["list"].total)


def scope(actor: User, key: str = "year", **facts: Any) -> Scope:
    return Scope(actor, period_of(key, today=timezone.localdate()), **facts)


# --- What counts ------------------------------------------------------------------------------------------------------


def test_a_contact_with_three_people_of_one_organization_counts_once_for_it(
    as_viewer: Client, staff: User, northline: Party, amara: Person, bruno: Person
) -> None:
    log(staff, amara, bruno, northline)
    assert rows(page(as_viewer))["Northline Nickel Refining"][:4] == ["1", "1", "0", "2"]


def test_a_contact_with_two_organizations_stands_in_two_rows_and_is_one_contact(
    as_viewer: Client, staff: User, northline: Party, fundy: Party
) -> None:
    log(staff, northline, fundy)
    tree = page(as_viewer)
    assert set(rows(tree)) == {"Northline Nickel Refining", "Fundy Magnet Works"}
    added_up, once = feet(tree)
    assert (added_up[0], once[0]) == ("2", "1")


def test_the_contacts_of_somebody_met_are_those_where_they_stood_for_the_party(
    as_viewer: Client, staff: User, northline: Party, fundy: Party, amara: Person, bruno: Person
) -> None:
    log(staff, amara)
    copied = [Attendee(bruno), Attendee(amara, role="copied")]
    log_interaction(actor=staff, entry=Entry(subject="Graphite", attendees=copied))
    log_interaction(
        actor=staff, entry=Entry(subject="Magnets", attendees=[Attendee(fundy), Attendee(amara, role="mentioned")])
    )
    for query in ("", f"party={northline.pk}"):
        tree = html.fromstring(as_viewer.get(f"{REPORT}people/?{query}").content.decode())
        (row,) = (row for row in tree.cssselect("#results tbody tr") if "Amara" in row.text_content())
        (link,) = row.cssselect("td.r a")
        assert (number(link), found_by(as_viewer, link.get("href"))) == ("1", 1)


def test_attempts_are_told_apart_and_meet_nobody(as_viewer: Client, staff: User, amara: Person) -> None:
    log(staff, amara, kind=Interaction.Kind.ATTEMPT)
    log(staff, amara, kind=Interaction.Kind.CALL)
    log(staff, amara, kind=Interaction.Kind.ATTEMPT)
    assert rows(page(as_viewer))["Northline Nickel Refining"][:4] == ["3", "1", "2", "1"]


def test_who_was_only_copied_or_mentioned_does_not_count(
    as_viewer: Client, staff: User, northline: Party, fundy: Party, university: Party
) -> None:
    attendees = [Attendee(northline), Attendee(fundy, role="copied"), Attendee(university, role="mentioned")]
    log_interaction(actor=staff, entry=Entry(subject="Graphite", attendees=attendees))
    assert list(rows(page(as_viewer))) == ["Northline Nickel Refining"]


def test_what_was_taken_back_does_not_count(as_viewer: Client, staff: User, northline: Party) -> None:
    withdraw_interaction(actor=staff, interaction=log(staff, northline))
    assert "No contact in this period" in page(as_viewer).text_content()


def test_a_corrected_contact_counts_as_it_was_corrected(as_viewer: Client, staff: User, northline: Party) -> None:
    entry = closed(staff, northline, occurred_on=date(2026, 10, 5))
    assert list(rows(page(as_viewer, "period=quarter"))) == ["Northline Nickel Refining"]
    correct_interaction(
        actor=staff, interaction=entry, field="occurred_on", after="2026-09-05", reason="It was in September."
    )
    assert rows(page(as_viewer, "period=quarter")) == {}
    assert list(rows(page(as_viewer, "period=last-quarter"))) == ["Northline Nickel Refining"]


def test_the_first_and_the_last_day_belong_to_the_period(as_viewer: Client, staff: User, northline: Party) -> None:
    for day in (date(2026, 6, 30), date(2026, 7, 1), date(2026, 9, 30), date(2026, 10, 1)):
        log(staff, northline, occurred_on=day)
    assert rows(page(as_viewer, "period=last-quarter"))["Northline Nickel Refining"][0] == "2"


def test_points_and_our_promises_are_counted_with_those_still_open(
    as_viewer: Client, staff: User, northline: Party, fundy: Party
) -> None:
    entry = log(
        staff,
        northline,
        fundy,
        raised=[Raised(PointKind.ISSUE, "Permits are slow"), Raised(PointKind.QUESTION, "When?")],
        promises=[
            Promise("the criteria", to=northline),
            Promise("the map", to=northline),
            Promise("their figures", is_ours=False),
        ],
    )
    keep_commitment(actor=staff, commitment=entry.commitments.get(text="the map"), evidence="Sent.")
    tree = page(as_viewer)
    assert rows(tree)["Northline Nickel Refining"][4:] == ["2", "2", "1"]
    assert rows(tree)["Fundy Magnet Works"][4:] == ["2", "0", "0"]
    assert [line[4:] for line in feet(tree)] == [["4", "2", "1"], ["2", "2", "1"]]


# --- Nations stand apart ----------------------------------------------------------------------------------------------


def test_nations_are_listed_apart_and_never_among_organizations(
    as_viewer: Client, staff: User, northline: Party, nation: Party, council: Party
) -> None:
    log(staff, northline, nation, council)
    assert list(rows(page(as_viewer))) == ["Northline Nickel Refining"]
    assert list(rows(page(as_viewer, "group=first_nations"))) == ["Spruce Narrows First Nation"]
    assert list(rows(page(as_viewer, "group=representative_bodies"))) == ["Northern Lakes Council"]
    assert rows(page(as_viewer, "group=inuit")) == {}
    kinds = [cell.text_content() for cell in page(as_viewer).cssselect("#report-summary tbody th")]
    # Of the three distinctions also those of which nobody was met.
    assert kinds == ["Business", "First Nations", "Inuit", "Métis", "Indigenous representative organizations"]


def test_the_summary_adds_up_kinds_and_counts_each_contact_once(
    as_viewer: Client, staff: User, northline: Party, nation: Party
) -> None:
    log(staff, northline, nation)
    log(staff, nation)
    tree = page(as_viewer)
    added_up, once = tree.cssselect("#report-summary tfoot tr")
    assert [number(cell) for cell in added_up.cssselect("td.r")] == ["2", "3"]
    assert [number(cell) for cell in once.cssselect("td.r")][-1] == "2"
    assert "2 contacts with 1 organization and 1 Nation." in tree.text_content()


def test_contacts_with_nobody_of_an_organization_are_named_apart(
    as_viewer: Client, staff: User, northline: Party
) -> None:
    log(staff, northline)
    loner = create_person(actor=staff, given_name="Ines", family_name="Larch")
    log(staff, loner)
    tree = page(as_viewer)
    assert "1 more contact was with nobody of an organization or Nation." in tree.text_content()
    (link,) = tree.cssselect("#report-summary .body a")
    assert found_by(as_viewer, link.get("href")) == 1


# --- Filters ----------------------------------------------------------------------------------------------------------


def test_the_filters_narrow_contacts_and_parties(
    as_staff: Client, staff: User, northline: Party, fundy: Party, university: Party
) -> None:
    with recorded(None, system="tests"):
        pillar = Pillar.objects.create(key="processing", name_en="Processing", name_fr="Traitement")
    credit, other = initiative(pillar=pillar), initiative("Recycling")
    log(staff, northline, initiative=credit, kind=Interaction.Kind.MEETING)
    log(staff, fundy, initiative=other, kind=Interaction.Kind.LETTER)
    log(staff, university)

    def named(query: str) -> set[str]:
        return set(rows(page(as_staff, query)))

    assert named("") == {"Northline Nickel Refining", "Fundy Magnet Works", "Shield University"}
    assert named(f"pillar={pillar.pk}") == {"Northline Nickel Refining"}
    assert named(f"initiative={other.pk}") == {"Fundy Magnet Works"}
    assert named("kind=letter") == {"Fundy Magnet Works"}
    assert named("kind=letter&kind=meeting") == {"Northline Nickel Refining", "Fundy Magnet Works"}
    assert named("party_kind=academic") == {"Shield University"}
    assert named("owner=me") == {"Northline Nickel Refining"}
    assert named("q=magnet") == {"Fundy Magnet Works"}
    assert named("since=2026-11-01&until=2026-11-30") == named("")
    assert named("since=2026-01-01&until=2026-01-31") == set()


def test_a_pillar_is_not_known_by_initiatives_that_the_reader_may_not_read(
    as_viewer: Client, staff: User, northline: Party
) -> None:
    with recorded(None, system="tests"):
        pillar = Pillar.objects.create(key="processing", name_en="Processing", name_fr="Traitement")
    secret = initiative(pillar=pillar, sealed_circle=circle_of(staff))
    entry = log(staff, northline)
    with recorded(None, system="tests"):
        Interaction.objects.filter(pk=entry.pk).update(initiative=secret)
    assert rows(page(as_viewer))
    assert rows(page(as_viewer, f"pillar={pillar.pk}")) == {}


def test_bad_dates_are_told_beside_the_field_and_narrow_nothing(
    as_viewer: Client, staff: User, northline: Party
) -> None:
    log(staff, northline)
    tree = page(as_viewer, "period=custom&since=2026-11-30&until=2026-11-01")
    assert "The last day must not lie before the first." in tree.text_content()
    tree = page(as_viewer, "since=soon&kind=shouting&group=stakeholders&period=never&pillar=x&party=99")
    assert list(rows(tree)) == ["Northline Nickel Refining"]
    assert "Enter the date as year-month-day" in tree.text_content()


def test_the_period_before_is_compared_in_words(as_viewer: Client, staff: User, northline: Party) -> None:
    for day in (date(2026, 5, 5), date(2026, 8, 5), date(2026, 8, 6)):
        log(staff, northline, occurred_on=day)
    assert "1 more than in the period before (Apr 1, 2026 to Jun 30, 2026: 1)." in plain(
        page(as_viewer, "period=last-quarter")
    )
    fewer = plain(page(as_viewer, "period=quarter"))
    assert "2 fewer than in the same days of the period before (Jul 1, 2026 to Aug 10, 2026: 2)." in fewer


def plain(tree: Any) -> str:
    return " ".join(tree.text_content().replace("\xa0", " ").split())


def test_rows_are_sorted_by_their_numbers(as_viewer: Client, staff: User, northline: Party, fundy: Party) -> None:
    log(staff, fundy)
    log(staff, northline, kind=Interaction.Kind.ATTEMPT)
    log(staff, northline)
    most_first = ["Northline Nickel Refining", "Fundy Magnet Works"]
    assert list(rows(page(as_viewer))) == most_first
    assert list(rows(page(as_viewer, "sort=contacts"))) == most_first[::-1]
    assert list(rows(page(as_viewer, "sort=-attempts"))) == most_first
    assert list(rows(page(as_viewer, "sort=party"))) == most_first[::-1]
    assert "most contacts first" in plain(page(as_viewer))


# --- Rights -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("confided", ["sealed_circle", "restricted_circle"])
def test_what_the_reader_may_not_read_is_in_no_number(
    confided: str, as_viewer: Client, as_staff: Client, staff: User, northline: Party, amara: Person, fundy: Party
) -> None:
    circle = circle_of(staff)
    log(staff, northline)
    log(
        staff,
        amara,
        fundy,
        raised=[Raised(PointKind.ISSUE, "A secret")],
        promises=[Promise("silence", to=fundy)],
        **{confided: circle},
    )
    seen, known = page(as_viewer), page(as_staff)
    assert rows(seen) == {"Northline Nickel Refining": ["1", "1", "0", "0", "0", "0", "0"]}
    assert feet(seen) == [["1", "1", "0", "0", "0", "0", "0"]] * 2
    assert rows(known)["Northline Nickel Refining"] == ["2", "2", "0", "1", "1", "0", "0"]
    assert rows(known)["Fundy Magnet Works"] == ["1", "1", "0", "0", "1", "1", "1"]
    for address in ("people/", "points/", "commitments/"):
        assert found_by(as_viewer, REPORT + address) == 0
        assert found_by(as_staff, REPORT + address) == 1
    assert "1 contact with" in plain(seen)
    assert "nobody of an organization" not in plain(seen)


# --- Every number opens what it counts --------------------------------------------------------------------------------


def some_office(staff: User, seed: int, size: int = 18) -> None:
    """Contacts at random between some parties, with everything that is counted."""
    dice = random.Random(seed)
    parties = [
        create_party(actor=staff, kind=kind, name_en=f"Party {place}", owner=staff if place % 2 else None)
        for place, kind in enumerate(["business", "business", "academic", "association", "representative_body"])
    ]
    parties += [
        create_party(actor=staff, kind="nation", distinction=distinction, name_en=f"Nation of the {distinction}")
        for distinction in ("first_nations", "inuit", "metis")
    ]
    people = [
        create_person(actor=staff, given_name="Ines", family_name=f"Larch {place}", organization=party)
        for place, party in enumerate(parties * 2)
    ]
    for _each in range(size):
        who = dice.sample([*parties, *people], dice.randint(1, 4))
        with_party = [each for each in who if isinstance(each, Party)]
        log(
            staff,
            *who,
            kind=dice.choice([*Interaction.Kind.values, "attempt"]),
            occurred_on=date(2026, 11, 10) - timedelta(days=dice.randint(0, 200)),
            raised=[Raised(PointKind.ISSUE, "Permits") for _number in range(dice.randint(0, 2))],
            promises=[Promise("the map", to=dice.choice([None, *with_party])) for _number in range(dice.randint(0, 2))],
        )


@pytest.mark.parametrize(
    ("seed", "query"), [(1, ""), (2, "period=fiscal-year&kind=meeting&kind=attempt"), (3, "owner=me&q=party")]
)
def test_sums_of_rows_and_everything_counted_once_agree_with_the_lists_they_open(
    seed: int, query: str, as_staff: Client, staff: User
) -> None:
    some_office(staff, seed)
    for group in Group:
        tree = page(as_staff, f"{query}&group={group}&rows=100")
        numbers = list(rows(tree).values())
        if not numbers:
            continue
        added_up, once = feet(tree)
        assert added_up == [str(sum(int(row[place]) for row in numbers)) for place in range(len(NUMBERS))]
        for row in tree.cssselect("#results tbody tr, #results tfoot tr:last-child"):
            for cell in row.cssselect("td.r"):
                links = cell.cssselect("a")
                assert bool(links) == (number(cell) != "0")
                for link in links:
                    assert found_by(as_staff, link.get("href")) == int(number(cell)), link.get("href")
        assert all(int(single) <= int(many) for single, many in zip(once, added_up, strict=True))


def test_contacts_with_parties_and_with_nobody_are_the_whole_log(as_staff: Client, staff: User) -> None:
    some_office(staff, seed=3)
    for _each in range(3):
        log(staff, create_person(actor=staff, given_name="Ines", family_name="Larch"))
    everybody = scope(staff)
    contacts = everybody.tally().of([ANY]).contacts.once
    assert contacts + 3 == everybody.contacts().count() == Interaction.objects.count()
    assert contacts == everybody.contacts_with_parties().count()


def test_kinds_of_party_filter_the_log(as_staff: Client, staff: User, northline: Party, fundy: Party) -> None:
    log(staff, northline)
    log(staff, fundy)
    log(staff, create_person(actor=staff, given_name="Ines", family_name="Larch"))
    log_interaction(
        actor=staff, entry=Entry(subject="Copied", attendees=[Attendee(northline, role="copied")], kind="email")
    )
    assert found_by(as_staff, "/contact-log/?took_part=any") == 2
    assert found_by(as_staff, "/contact-log/?took_part=none") == 2
    assert found_by(as_staff, "/contact-log/?took_part=none&took_part=business") == 4
    assert found_by(as_staff, "/contact-log/?took_part=academic") == 0
    assert found_by(as_staff, "/contact-log/?owner=me") == 1
    assert found_by(as_staff, f"/contact-log/?party={northline.pk}") == 2
    assert found_by(as_staff, f"/contact-log/?party={northline.pk}&took_part=business") == 1


# --- The page, the file -----------------------------------------------------------------------------------------------


def test_the_number_of_statements_does_not_grow(as_staff: Client, staff: User) -> None:
    def asked() -> int:
        as_staff.get(REPORT)
        with CaptureQueriesContext(connection) as captured:
            assert as_staff.get(REPORT).status_code == 200
        return len(captured)

    some_office(staff, seed=4, size=5)
    few = asked()
    some_office(staff, seed=5, size=20)
    assert asked() == few


def test_a_tab_comes_back_to_the_tabs_and_not_to_the_top(as_staff: Client, staff: User, nation: Party) -> None:
    log(staff, nation)
    page = as_staff.get(REPORT, {"group": "first_nations", "period": "year"}).content.decode()
    tabs = html.fromstring(page).cssselect("#report-tabs .tabs a")
    assert tabs
    assert all(tab.get("href").endswith("#tab") for tab in tabs)
    assert [tab.get("id") for tab in tabs if tab.get("aria-current")] == ["tab"]
    assert not [tab for tab in tabs if tab.get("id") and not tab.get("aria-current")]


def test_htmx_gets_what_a_filter_changes(as_staff: Client, staff: User, northline: Party) -> None:
    log(staff, northline)
    answer = as_staff.get(REPORT, {"period": "year"}, headers={"HX-Request": "true"}).content.decode()
    for part in ("results", "report-summary", "report-period", "report-tabs", "results-count"):
        assert f'id="{part}"' in answer
    assert "<html" not in answer


def test_the_file_says_who_when_which_filter_how_it_is_counted_and_reconciles(
    as_staff: Client, staff: User, northline: Party, fundy: Party
) -> None:
    with recorded(None, system="tests"):
        Party.objects.filter(pk=fundy.pk).update(name_en='=HYPERLINK("https://evil.example")')
    log(staff, northline, fundy)
    said = {"purpose": "A meeting", "query": "period=year&kind=meeting&kind=call&kind=email"}
    response = as_staff.post("/exports/contacts-by-party/csv/", said)
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(text.splitlines()))
    assert lines[0][:4] == ["Organization or Nation", "Contacts", "Two-way", "Attempts"]
    assert {line[0] for line in lines[1:3]} == {"Northline Nickel Refining", '\'=HYPERLINK("https://evil.example")'}
    said = {line[0] for line in lines[3:] if line}
    assert {
        f"# Exported by: {staff}",
        "# Period: Jan\xa01, 2026 to Dec\xa031, 2026".replace("\xa0", " "),
        "# Who is listed: Organizations",
        "# Contacts: sum of the rows: 2",
        "# Contacts: each counted once: 1",
        "# Rows: 2",
    } <= said
    assert any(line.startswith("# How it is counted: A contact counts for each organization") for line in said)
    assert any(line.startswith("# Filter: ") and "in this calendar year" in line for line in said)
    event = AuditEvent.objects.get(verb="list.exported")
    assert (event.actor, event.details["list"], event.details["rows"]) == (staff, "contacts-by-party", 2)


def test_a_viewer_reads_the_report_and_may_not_carry_it_away(
    as_viewer: Client, as_staff: Client, staff: User, northline: Party
) -> None:
    log(staff, northline)
    assert as_viewer.get("/exports/contacts-by-party/csv/").status_code == 403
    assert "Export" not in [each.text_content().strip() for each in page(as_viewer).cssselect("summary")]
    assert "Export" in [each.text_content().strip() for each in page(as_staff).cssselect("summary")]


def test_the_catalogue_tells_how_each_report_counts(as_viewer: Client) -> None:
    tree = html.fromstring(as_viewer.get("/reports/").content.decode())
    links = {link.text_content(): link.get("href") for link in tree.cssselect("#main .list a.t")}
    assert links["Contacts by organization and Nation"] == REPORT
    assert len(links) == 3
    assert "A contact counts for each organization" in tree.text_content()
    assert [each.get("href") for each in tree.cssselect("nav.nav a[aria-current]")] == ["/reports/"]


def test_the_pages_are_read_in_french(
    staff: User, northline: Party, nation: Party, client_of: Callable[[User], Client]
) -> None:
    log(staff, northline, nation)
    with recorded(None, system="tests"):
        User.objects.filter(pk=staff.pk).update(language="fr")
    staff.refresh_from_db()
    client = client_of(staff)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "fr-CA"
    tree = page(client, "period=year")
    assert tree.get("lang") == "fr-CA"
    assert "1er janv. 2026" in plain(tree)
