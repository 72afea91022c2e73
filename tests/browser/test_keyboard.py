"""The product with the mouse unplugged: Tab goes through the pages in the order in which they are read, the focus is
always seen and never under a bar, and what a key opens, Escape closes and gives the focus back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from c2m2a_crm.accounts.models import User
from c2m2a_crm.engagement.services import add_follow_up
from members.models import Party
from members.records import TIMELINE_PAGE
from members.services import create_party, create_person
from tests.engagement.making import log

pytestmark = pytest.mark.django_db(transaction=True)

# Where the focus is and how it looks. A field in a box of its own (tokens) shows the ring on the box.
FOCUS = """() => {
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  const box = it.getBoundingClientRect();
  const rings = [it, it.closest('.tokens'), it.closest('label')].filter(Boolean).map(each => getComputedStyle(each));
  const ring = rings.find(style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2);
  const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
  const spots = [box.top + 2, box.top + box.height / 2, box.bottom - 2].map(y => document.elementFromPoint(x, y));
  const isSeen = top => top && (it.contains(top) || top.contains(it) || it.closest('label')?.contains(top));
  const all = [...document.querySelectorAll('*')];
  const seen = spots.filter(isSeen).length >= 2;
  return {what: it.outerHTML.slice(0, 140), at: all.indexOf(it), ring: Boolean(ring), seen,
    inside: Boolean(it.closest('dialog[open]'))};
}"""


@pytest.fixture
def party(staff: User) -> Party:
    party = create_party(actor=staff, kind=Party.Kind.BUSINESS, name_en="Alder Copper Works", phones=["613-555-0143"])
    create_person(actor=staff, given_name="Mylène", family_name="Tremblay", organization=party)
    for _each in range(3):
        log(staff, party)
    return party


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer, staff: User) -> Callable[..., Page]:
    client = Client()
    client.force_login(staff)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value

    def opened(path: str, width: int = 1440) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 700}, extra_http_headers={"Accept-Language": "en-CA"}
        )
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page = context.new_page()
        page.goto(f"{live_server.url}{path}")
        expect(page.locator("html[data-script=on]")).to_be_attached()
        return page

    return opened


def walk(page: Page, most: int = 200) -> list[dict[str, Any]]:
    """Every stop of Tab until it leaves the page or comes round."""
    stops: list[dict[str, Any]] = []
    for _each in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None or (stops and stop["at"] == stops[0]["at"]):
            return stops
        stops.append(stop)
    raise AssertionError(f"Tab has not come round after {most} stops.")


def faults(stops: list[dict[str, Any]]) -> list[str]:
    unseen = [f"no ring: {stop['what']}" for stop in stops if not stop["ring"]]
    return unseen + [f"hidden by something: {stop['what']}" for stop in stops if not stop["seen"]]


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("name", ["dashboard:home", "organizations:list", "organizations:detail"])
def test_tab_goes_through_the_page_as_it_is_read(
    visit: Callable[..., Page], party: Party, name: str, width: int
) -> None:
    page = visit(reverse(name, args=[party.pk] if name.endswith("detail") else []), width)
    stops = walk(page)
    assert len(stops) > 10
    assert faults(stops) == []
    places = [stop["at"] for stop in stops]
    assert places == sorted(places), "Tab does not follow the order of the page."


def test_the_first_stop_leads_past_the_navigation(visit: Callable[..., Page], party: Party) -> None:
    page = visit(reverse("organizations:list"))
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to main content")
    page.keyboard.press("Enter")
    expect(page.locator("main#main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("width", [1440, 390])
def test_tab_stays_in_the_drawer_and_is_seen_there(visit: Callable[..., Page], party: Party, width: int) -> None:
    page = visit(reverse("organizations:detail", args=[party.pk]), width)
    page.keyboard.press("l")
    expect(page.locator("#log-contact textarea[name=line]")).to_be_focused()
    stops = walk(page)
    inside = [stop for stop in stops if stop["inside"]]
    assert len(inside) >= 10
    assert faults(inside) == []
    assert [stop["what"] for stop in stops if not stop["inside"] and stop["seen"]] == []


@pytest.mark.parametrize("opener", ["main", "topbar"])
def test_escape_gives_the_focus_back_to_what_opened_the_drawer(
    visit: Callable[..., Page], staff: User, opener: str
) -> None:
    quiet = create_party(actor=staff, kind=Party.Kind.BUSINESS, name_en="Birch Nickel")
    page = visit(reverse("organizations:detail", args=[quiet.pk]))
    button = page.locator(f"{'main' if opener == 'main' else '.topbar'} [data-open=log-contact]").first
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#log-contact textarea[name=line]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#log-contact")).not_to_be_visible()
    expect(button).to_be_focused()


def test_escape_gives_the_focus_back_from_the_search(visit: Callable[..., Page], party: Party) -> None:
    page = visit(reverse("organizations:list"))
    button = page.locator(".topbar [data-open=palette]")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#palette input")).to_be_focused()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()


def test_what_the_head_of_a_page_offers_is_done_from_the_search(visit: Callable[..., Page], party: Party) -> None:
    page = visit(party.get_absolute_url())
    page.keyboard.press("Control+k")
    here = page.locator("#palette [data-here]")
    expect(here.locator("[role=option]").first).to_have_text("Edit")
    page.keyboard.type("edit")
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit/")
    page.locator("#nav li a[href='/']").click()
    expect(page.locator("#nav li a[href='/'][aria-current=page]")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette input")).to_be_focused()
    expect(here).to_be_hidden()


def test_rows_are_walked_with_j_and_k_and_opened_with_enter(visit: Callable[..., Page], party: Party) -> None:
    page = visit(reverse("organizations:list"))
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Alder Copper Works")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Alder Copper Works")


def test_a_contact_logged_from_a_row_gives_the_focus_back_to_the_row(
    visit: Callable[..., Page], staff: User, party: Party
) -> None:
    create_party(actor=staff, kind=Party.Kind.BUSINESS, name_en="Aspen Nickel")
    page = visit(reverse("organizations:list"))
    page.keyboard.press("j")
    page.keyboard.press("j")
    row = page.get_by_role("link", name="Aspen Nickel")
    expect(row).to_be_focused()
    page.keyboard.press("l")
    expect(page.locator("#log-contact textarea[name=line]")).to_be_focused()
    page.keyboard.type("Call with Tremblay, 15 min, sample grades agreed")
    expect(page.locator("#entry-subject")).not_to_have_value("")
    with page.expect_response(lambda answer: answer.url.endswith(reverse("organizations:list"))):
        page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts .toast")).to_be_visible()
    expect(row).to_be_focused()


def test_show_older_contacts_leads_on_to_the_first_of_them(
    visit: Callable[..., Page], staff: User, party: Party
) -> None:
    for number in range(TIMELINE_PAGE):
        log(staff, party, subject=f"Newer {number}")
    page = visit(party.get_absolute_url())
    page.get_by_role("link", name="Show older contacts").press("Enter")
    expect(page.locator(".timeline")).to_have_count(2)
    expect(page.locator(".timeline").last.locator("h3 a").first).to_be_focused()


def test_done_on_a_record_stays_on_its_row(visit: Callable[..., Page], staff: User, party: Party) -> None:
    steps = [add_follow_up(actor=staff, text=text, assignee=staff, party=party) for text in ("Call", "Write")]
    page = visit(party.get_absolute_url())
    row = page.locator(f"#follow-up-{steps[0].pk}")
    row.get_by_role("button", name="Mark as done").press("Enter")
    expect(row).to_be_focused()
    expect(page.locator("#toasts")).to_contain_text("Follow-up done.")
    page.keyboard.press("Tab")
    expect(row.get_by_role("button", name="Open again")).to_be_focused()


def test_single_keys_switched_off_in_the_account_do_nothing(
    visit: Callable[..., Page], party: Party, staff: User
) -> None:
    User.objects.filter(pk=staff.pk).update(single_keys=False)
    page = visit(reverse("organizations:list"))
    for key in ("l", "?", "/", "j"):
        page.keyboard.press(key)
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert page.evaluate("document.activeElement === document.body")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
