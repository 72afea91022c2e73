"""The page of a record: facts, people, addresses, timeline, what other rooms add, history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.registries import RecordPanel, Registry, TimelineEntry, TimelineSource
from c2m2a_crm.core.registries import pages as registries
from c2m2a_crm.core.validity import today
from members import services
from members.models import Party, Person
from tests.members.reading import one, read, texts

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Registries without what other rooms put there, so that the test says what is in them."""
    monkeypatch.setattr(registries, "timeline_sources", Registry("timeline sources"))
    monkeypatch.setattr(registries, "record_panels", Registry("record panels"))


def test_facts_are_shown_and_what_somebody_must_fill_is_asked_for(
    staff: User, as_staff: Client, as_viewer: Client, northline: Party
) -> None:
    url = northline.get_absolute_url()
    page = read(as_staff.get(url))
    assert texts(page, "h1") == ["Northline Nickel Refining Inc."]
    assert texts(page, ".card[aria-labelledby=facts-h] dt") == ["Owner", "Name in French", "Place"]
    assert texts(page, ".card[aria-labelledby=facts-h] dd") == [
        "Not known. Add: Owner",
        "Affinage de nickel Northline inc.",
        "Ontario",
    ]
    seen = read(as_viewer.get(url))
    assert not seen.cssselect(".card[aria-labelledby=facts-h] a, .page-actions a:not([href*=briefing])")


def test_people_of_today_and_of_before_with_titles_and_dates(
    staff: User, as_viewer: Client, northline: Party, amara: Person
) -> None:
    gone = services.create_person(actor=staff, given_name="Luc", family_name="Ferrand")
    services.add_affiliation(
        actor=staff, person=gone, party=northline, title_fr="Chef", first=date(2020, 1, 1), last=date(2021, 6, 30)
    )
    page = read(as_viewer.get(reverse("organizations:detail", args=[northline.pk])))
    assert texts(page, ".card[aria-labelledby=people-h] li .grow") == ["Amara TamarackVice-President, Processing"]
    assert "1 former" in texts(page, ".card[aria-labelledby=people-h] footer")[0]
    page = read(as_viewer.get(reverse("organizations:people", args=[northline.pk])))
    assert texts(page, "#past li .grow") == ["Luc FerrandChef · Jan 1, 2020 to Jun 30, 2021"]
    page = read(as_viewer.get(gone.get_absolute_url()))
    assert "Jan 1, 2020 to Jun 30, 2021" in texts(page, ".card[aria-labelledby=places-h] details")[0]
    assert one(page, "aside [lang=fr]").text == "Chef"


def test_addresses_in_use_can_be_written_to_and_ended_ones_only_read(
    staff: User, as_staff: Client, amara: Person
) -> None:
    services.close_email(actor=staff, use=amara.address_uses.get(), last_day=today() - timedelta(days=3))
    services.add_email(actor=staff, owner=amara, address="amara@cascadia.example", valid_from=today())
    page = read(as_staff.get(amara.get_absolute_url()))
    card = one(page, ".card[aria-labelledby=reach-h]")
    assert [link.get("href") for link in card.cssselect("a.t")] == ["mailto:amara@cascadia.example", "tel:+16135550143"]
    assert "amara@northline.example" in card.cssselect("details")[0].text_content()
    assert not card.cssselect("details a")


def entries(count: int, moments: int = 0) -> list[TimelineEntry]:
    return [
        TimelineEntry(
            at=NOON - timedelta(hours=number // (moments or 1)),
            key=f"{count - number:03}",
            title=f"Entry {number}",
            url="/",
            icon="phone",
            template="components/timeline_month.html",
        )
        for number in range(count)
    ]


def source(all_entries: Sequence[TimelineEntry]) -> TimelineSource:
    def older(actor: Any, record: Any, before: datetime | None, limit: int) -> Sequence[TimelineEntry]:
        return [entry for entry in all_entries if before is None or entry.at < before][:limit]

    return TimelineSource("test", 1, Party, older)


def pages_of_timeline(client: Client, url: str) -> Iterator[list[str]]:
    while url:
        page = client.get(url).context["timeline"]
        yield [entry.title for _month, entry in page.entries]
        url = f"{url.partition('?')[0]}?before={page.older_than.replace('+', '%2B')}" if page.older_than else ""


@pytest.mark.usefixtures("only_ours")
@pytest.mark.parametrize("moments", [1, 3, 7])
def test_older_entries_follow_page_by_page_and_none_twice(as_viewer: Client, northline: Party, moments: int) -> None:
    registries.timeline_sources.register(source(entries(50, moments)))
    pages = list(pages_of_timeline(as_viewer, northline.get_absolute_url()))
    assert [title for page in pages for title in page] == [f"Entry {number}" for number in range(50)]
    assert len(pages) >= 3


@pytest.mark.usefixtures("only_ours")
def test_htmx_gets_older_entries_alone(as_viewer: Client, northline: Party) -> None:
    registries.timeline_sources.register(source(entries(30)))
    page = read(as_viewer.get(northline.get_absolute_url()))
    link = one(page, "a[hx-get]")
    fragment = read(as_viewer.get(link.get("hx-get"), headers={"HX-Request": "true"}))
    assert not fragment.cssselect("main, h1, aside")
    assert fragment.cssselect("ol.timeline")
    assert read(as_viewer.get(link.get("href"))).cssselect("main h1")


@pytest.mark.parametrize("before", ["", "x", "2026", "9999-99-99T00:00", "2026-03-01T12:00:00"])
def test_strange_moment_in_the_address_is_forgiven(as_viewer: Client, northline: Party, before: str) -> None:
    assert as_viewer.get(northline.get_absolute_url(), {"before": before}).status_code == 200


@pytest.mark.usefixtures("only_ours")
def test_other_rooms_cards_stand_where_they_ask(as_viewer: Client, northline: Party, amara: Person) -> None:
    for place in ("next", "main", "aside"):
        registries.record_panels.register(
            RecordPanel(
                f"test {place}",
                1,
                Party,
                "components/banner.html",
                lambda actor, record, place=place: {"title": f"Card {place} of {record}"},
                place=place,
            )
        )
    page = read(as_viewer.get(northline.get_absolute_url()))
    assert "Card next" in texts(page, ".cols.with-next > .next")[0]
    assert "Card main" in texts(page, ".cols > .stack:nth-child(2)")[0]
    assert "Card aside" in texts(page, "aside")[0]
    assert not read(as_viewer.get(amara.get_absolute_url())).cssselect(".with-next")


def test_history_says_in_words_who_changed_what_when_and_why(
    staff: User, secretariat: User, as_viewer: Client, northline: Party, amara: Person
) -> None:
    services.update_party(
        actor=secretariat, party=northline, version=1, changes={"kind": "association", "owner": staff}
    )
    name = services.add_party_name(actor=staff, party=northline, kind="former", text="Old Name Ltd.")
    services.remove_party_name(actor=staff, name=name)
    operation = Operation.objects.create(kind="import", summary="Import of members.csv", actor=staff)
    services.add_email(actor=staff, owner=northline, address="info@northline.example", operation=operation)
    use = northline.address_uses.get()
    services.close_email(actor=staff, use=use, last_day=date(2026, 1, 31))
    services.archive_party(actor=staff, party=northline, reason="Merged into Cascadia.")
    page = read(as_viewer.get(reverse("organizations:history", args=[northline.pk])))
    lines = [
        [" ".join(cell.text_content().split()) for cell in row.cssselect("td, th")][1:]
        for row in page.cssselect("table.history tbody tr")
    ]
    who = staff.name
    assert lines[0] == [f"{who}Merged into Cascadia.", "Archived", "", "Merged into Cascadia."]
    assert lines[1] == [who, "E-mail address: info@northline.example · dates", "no dates", "until Jan 31, 2026"]
    assert lines[2] == [f"{who}Import of members.csv", "E-mail address added", "", "info@northline.example"]
    assert [who, "Other name removed", "Old Name Ltd.", ""] in lines
    assert [who, "Other name added", "", "Old Name Ltd."] in lines
    assert [secretariat.name, "Kind", "Business", "Association"] in lines
    assert [secretariat.name, "Relationship owner", "", who] in lines
    assert [who, "Person added", "", "Amara Tamarack, Vice-President, Processing"] in lines
    assert lines[-1][1] == "Record added"


def test_history_goes_back_page_by_page(staff: User, as_viewer: Client, northline: Party) -> None:
    version = 1
    for number in range(60):
        version = services.update_party(
            actor=staff, party=northline, version=version, changes={"about": f"Text {number}"}
        ).version
    page = read(as_viewer.get(reverse("organizations:history", args=[northline.pk])))
    assert len(page.cssselect("table.history tbody tr")) == 50
    older = read(as_viewer.get(one(page, "a.btn.wide").get("href")))
    assert len(older.cssselect("table.history tbody tr")) == 11
    assert not older.cssselect("a.btn.wide")


@pytest.mark.parametrize("tab", ["detail", "history", "people"])
def test_party_page_costs_as_much_with_thirty_people_as_with_three(
    staff: User, as_staff: Client, northline: Party, tab: str
) -> None:
    def fill(start: int, count: int) -> None:
        for number in range(start, start + count):
            person = services.create_person(
                actor=staff, family_name=f"Person {number}", organization=northline, phone="613-555-0143"
            )
            other = services.create_person(actor=staff, family_name=f"Former {number}")
            services.add_affiliation(actor=staff, person=other, party=northline, last=date(2020, 1, 1))
            services.add_email(actor=staff, owner=northline, address=f"a{number}@northline.example")
            services.add_party_name(actor=staff, party=northline, kind="alias", text=f"Alias {number}")
            services.create_party(actor=staff, kind="business", name_en=f"Part {number}", parent=northline)
            assert person.pk

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert as_staff.get(reverse(f"organizations:{tab}", args=[northline.pk])).status_code == 200
        return len(queries)

    fill(0, 3)
    cost()
    few = cost()
    fill(3, 27)
    # Counts are asked for only where the shortened list is full; so many more are allowed, and no more.
    assert cost() <= few + (2 if tab == "detail" else 0)


def test_person_page_costs_as_much_with_thirty_addresses_as_with_three(
    staff: User, as_staff: Client, amara: Person
) -> None:
    def fill(start: int, count: int) -> None:
        for number in range(start, start + count):
            party = services.create_party(actor=staff, kind="business", name_en=f"Party {number}")
            services.add_affiliation(actor=staff, person=amara, party=party, is_primary=False, title_en="Adviser")
            services.add_email(actor=staff, owner=amara, address=f"a{number}@northline.example")
            services.add_phone(actor=staff, owner=amara, number=f"613-555-01{number:02}")

    def cost(tab: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert as_staff.get(reverse(f"people:{tab}", args=[amara.pk])).status_code == 200
        return len(queries)

    fill(50, 3)
    cost("detail")
    few = [cost("detail"), cost("history")]
    fill(53, 27)
    assert [cost("detail"), cost("history")] == few


@pytest.mark.usefixtures("only_ours")
def test_archived_record_says_when_and_why_and_offers_only_to_restore(
    staff: User, as_staff: Client, as_viewer: Client, northline: Party
) -> None:
    services.archive_party(actor=staff, party=northline, reason="Closed in 2026.")
    page = read(as_staff.get(northline.get_absolute_url()))
    banner = one(page, "section[aria-labelledby=archived-h]")
    assert "Closed in 2026." in banner.text_content()
    assert one(banner, "form").get("action") == reverse("organizations:restore", args=[northline.pk])
    assert not page.cssselect(".page-actions, main a[href*=edit], main a[href$='new/']")
    assert not read(as_viewer.get(northline.get_absolute_url())).cssselect("section[aria-labelledby=archived-h] form")


def test_very_many_people_are_shown_in_two_steps(
    as_viewer: Client, staff: User, northline: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("members.views.records.PEOPLE_ON_A_PAGE", 2)
    rows = [
        services.PersonInput(given_name="Ines", family_name=f"Quartz {n}", organization=northline) for n in range(3)
    ]
    services.create_people(actor=staff, rows=rows)
    url = reverse("organizations:people", args=[northline.pk])
    (more,) = read(as_viewer.get(url)).cssselect("a.wide")
    assert more.text_content().strip() == "Show all 3 people"
    assert "Quartz 2" not in as_viewer.get(url).content.decode()
    assert "Quartz 2" in as_viewer.get(more.get("href")).content.decode()
