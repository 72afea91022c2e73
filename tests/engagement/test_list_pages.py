"""Every list can be walked page by page, forwards and back, by each column that sorts, in both languages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpRequest, QueryDict
from django.test import Client

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.lists import state as list_state
from c2m2a_crm.core.lists.paging import Order
from c2m2a_crm.core.registries import exportable_lists
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.services import NextStep, Promise
from members import services
from members.models import Person
from tests.engagement.making import log
from tests.members.reading import one, read, texts

pytestmark = pytest.mark.django_db

COUNT = 38
LISTS = ("organizations", "nations", "people", "contact-log", "follow-ups", "commitments")


@pytest.fixture
def office(staff: User, viewer: User) -> None:
    """So many of everything, with ties and with missing values."""
    owners = (staff, viewer, None)
    for number in range(COUNT):
        party = services.create_party(
            actor=staff,
            kind=("business", "association")[number % 2],
            name_en=f"Quarry {number % 5}",
            name_fr=f"Carrière {number % 3}" if number % 4 else "",
            owner=owners[number % 3],
        )
        services.create_party(
            actor=staff,
            kind="nation",
            distinction=("inuit", "metis")[number % 2],
            name_en=f"Narrows {number % 7}",
            owner=owners[number % 3],
        )
        person = services.create_person(
            actor=staff, given_name="Ines", family_name=f"Tamarack {number % 6}", owner=owners[number % 3]
        )
        due = today() + timedelta(days=number % 4) if number % 5 else None
        log(
            staff,
            *((party, person) if number % 2 else (party,)),
            subject=f"Talk {number}",
            occurred_on=today() - timedelta(days=number % 6),
            duration_minutes=number % 3 * 15 or None,
            next_steps=[NextStep(f"Step {number}", staff, due)],
            promises=[Promise(f"Paper {number}", due_on=due, is_ours=bool(number % 2))],
        )


def expected(user: User, list_key: str, query: str) -> list[int]:
    request = HttpRequest()
    request.path, request.user, request.GET = "/", user, QueryDict(query)  # type: ignore[assignment]  # one of the cast
    state = exportable_lists[list_key].state(request)
    return list(state.ordered.values_list("pk", flat=True))


def page_of(client: Client, url: str) -> tuple[list[int], Any]:
    response = client.get(url)
    assert response.status_code == 200
    return [record.pk for record in response.context["list"].records], read(response)


def walked(client: Client, url: str, way: str) -> list[list[int]]:
    pages = []
    while True:
        ids, page = page_of(client, url)
        pages.append(ids)
        links = page.cssselect(f".pager a[rel={way}]")
        if not links:
            return pages
        url = links[0].get("href")


@pytest.mark.parametrize("list_key", LISTS)
def test_walking_there_and_back_meets_every_row_once(
    office: None, staff: User, as_staff: Client, list_key: str
) -> None:
    address = f"/{list_key}/"
    columns = [column.key for column in as_staff.get(address).context["list"].all_columns if column.order]
    queries = ["", *(f"sort={sign}{key}" for key in columns for sign in ("", "-"))]
    for query in queries:
        rows = expected(staff, list_key, query)
        assert len(rows) > 15, query
        there = walked(as_staff, f"{address}?rows=15&{query}", "next")
        assert [pk for page in there for pk in page] == rows, query
        back = walked(as_staff, f"{address}?rows=15&{query}&before=end", "prev")
        assert {pk for page in back for pk in page} == set(rows), query
        overlap = -len(rows) % 15  # the first page is filled up with rows of the second
        assert [pk for page in back[::-1] for pk in page] == [*rows[:15], *rows[15 - overlap :]], query


def test_a_place_keeps_to_the_language_it_was_found_in(office: None, as_staff: Client) -> None:
    first = read(as_staff.get("/organizations/?rows=15"))
    url = one(first, ".pager a[rel=next]").get("href")
    assert as_staff.get(url).context["list"].number == 2
    french = as_staff.get(url, headers={"Accept-Language": "fr-CA"})
    assert french.context["list"].number == 1


@pytest.mark.parametrize(
    "place", ["after=nonsense", "before=nonsense", "page=nonsense", "page=0", "row=7", "after=&row=x"]
)
def test_a_bad_place_is_the_first_page(office: None, as_staff: Client, place: str) -> None:
    state = as_staff.get(f"/organizations/?rows=15&{place}").context["list"]
    assert (state.first_row, state.number, len(state.rows)) == (1, 1, 15)


def test_the_way_back_ends_on_a_full_first_page(office: None, as_staff: Client) -> None:
    """From the end, pages do not fall on multiples of the size; the first is whole all the same."""
    pages = walked(as_staff, "/organizations/?rows=15&before=end", "prev")
    assert [len(page) for page in pages] == [15, 15, 15]
    first, page = page_of(as_staff, "/organizations/?rows=15")
    assert pages[-1] == first
    assert texts(page, ".pager > span")[0] == f"1–15 of {COUNT}"


def test_beyond_what_is_counted_pages_have_no_numbers(
    office: None, as_staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_state, "COUNT_EXACTLY_TO", 30)
    page = read(as_staff.get("/organizations/?rows=15"))
    assert [link.get("aria-label") for link in page.cssselect(".pager ol a")] == ["Next page", "Last page"]
    assert " ".join(texts(page, ".pager > span")[0].split()) == "1–15 of more · Count all"
    last = read(as_staff.get(one(page, '.pager [aria-label="Last page"]').get("href")))
    assert [link.get("aria-label") for link in last.cssselect(".pager ol a")] == ["First page", "Previous page"]
    assert " ".join(texts(last, ".pager > span")[0].split()) == "The last of more · Count all"
    deep = as_staff.get("/organizations/?rows=15&page=900").context["list"]
    assert deep.first_row == 16  # rows are skipped by number only as far as they are counted
    counted = read(as_staff.get("/organizations/?rows=15&before=end&count=exact"))
    assert texts(counted, ".pager > span")[0] == f"24–{COUNT} of {COUNT}"


def test_a_page_that_lost_its_rows_leads_to_the_first(office: None, staff: User, as_staff: Client) -> None:
    url = "/people/?rows=15"
    for _page in range(2):
        url = one(read(as_staff.get(url)), ".pager a[rel=next]").get("href")
    for person in as_staff.get(url).context["list"].records:
        services.archive_person(actor=staff, person=Person.objects.get(pk=person.pk), reason="left")
    page = read(as_staff.get(url))
    assert texts(page, "#results h2") == ["This page is empty"]
    assert one(page, "#results .actions a").get("href") == "/people/?rows=15"


def test_another_filter_begins_at_the_first_page(office: None, as_staff: Client) -> None:
    url = one(read(as_staff.get("/organizations/?rows=15&kind=business")), ".pager a[rel=next]").get("href")
    page = read(as_staff.get(f"{url}&choose=1"))
    for link in page.cssselect("#list-chips a, thead th a"):
        assert not {"after", "before", "row"} & QueryDict(link.get("href").partition("?")[2]).keys()
    hidden = {
        field.get("name") for field in page.cssselect("#results input[form=list-filters], .colpick [type=hidden]")
    }
    assert not {"after", "before", "row", "page"} & hidden


def test_order_of_the_log_is_one_range(staff: User, office: None) -> None:
    """Dates run backwards and so do keys: nothing is spelled out."""
    request = HttpRequest()
    request.path, request.user, request.GET = "/", staff, QueryDict("")  # type: ignore[assignment]  # one of the cast
    order: Order = exportable_lists["contact-log"].state(request).order
    assert {part.descending for part in order.parts} == {True}
