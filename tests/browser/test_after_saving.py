"""After a save from the drawer the page below shows it, undo comes back to that page, and what is missing is said."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Interaction
from c2m2a_crm.engagement.services import add_follow_up
from members.models import Party
from members.services import create_party

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def party(staff: User) -> Party:
    return create_party(actor=staff, kind=Party.Kind.BUSINESS, name_en="Alder Copper Works")


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer, staff: User) -> Callable[[str], Page]:
    client = Client()
    client.force_login(staff)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value

    def opened(path: str) -> Page:
        context = browser.new_context(base_url=live_server.url, extra_http_headers={"Accept-Language": "en-CA"})
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page = context.new_page()
        page.goto(path)
        expect(page.locator("html[data-script=on]")).to_be_attached()
        return page

    return opened


def save(page: Page, line: str) -> None:
    page.keyboard.press("l")
    expect(page.locator("#log-contact textarea[name=line]")).to_be_focused()
    page.keyboard.type(line)
    page.keyboard.press("Control+Enter")


def test_the_record_below_shows_the_contact_at_once(visit: Callable[[str], Page], party: Party) -> None:
    page = visit(reverse("organizations:detail", args=[party.pk]))
    save(page, "Call re graphite offtake")
    expect(page.locator(".timeline")).to_contain_text("Graphite offtake")
    expect(page.locator("#toasts")).to_contain_text("Contact saved.")
    assert page.evaluate("!document.activeElement || document.activeElement.isConnected")


def test_undo_comes_back_to_the_page_it_was_offered_on(visit: Callable[[str], Page], party: Party) -> None:
    address = reverse("organizations:detail", args=[party.pk])
    page = visit(address)
    save(page, "Call re graphite offtake")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Contact taken back.")
    assert page.url.endswith(address)
    expect(page.locator("main")).not_to_contain_text("Graphite offtake")


def test_after_an_undo_the_focus_is_back_where_the_reader_was(visit: Callable[[str], Page], staff: User) -> None:
    rows = [add_follow_up(actor=staff, text=f"Call {number}", assignee=staff, due_on=today()) for number in range(3)]
    page = visit(reverse("follow_ups:list"))
    row = page.locator(f"#follow-up-{rows[1].pk}")
    row.get_by_role("button", name="Done").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Follow-up done.")
    page.locator("#toasts").get_by_role("button", name="Undo").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Undone.")
    expect(row.get_by_role("button", name="Done")).to_be_visible()
    expect(page.locator(f"#follow-up-{rows[1].pk}:focus-within, #follow-up-{rows[1].pk}:focus")).to_be_attached()


def test_after_an_undo_with_nothing_to_go_back_to_the_heading_has_the_focus(
    visit: Callable[[str], Page], party: Party
) -> None:
    page = visit(reverse("organizations:detail", args=[party.pk]))
    save(page, "Call re graphite offtake")
    page.locator("#toasts").get_by_role("button", name="Undo").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Contact taken back.")
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_an_undo_goes_when_a_later_act_has_made_it_void(visit: Callable[[str], Page], staff: User) -> None:
    for text in ("Call", "Write"):
        add_follow_up(actor=staff, text=text, assignee=staff, due_on=today())
    page = visit(reverse("follow_ups:list"))
    row, other = page.locator("li.step").nth(0), page.locator("li.step").nth(1)
    row.get_by_role("button", name="Done").click()
    expect(page.locator("#toasts")).to_contain_text("Follow-up done.")
    row.get_by_role("button", name="Open again").click()
    expect(page.locator("#toasts .toast")).to_have_text([re.compile("Follow-up is open again.")])
    other.get_by_role("button", name="Done").click()
    expect(page.locator("#toasts .toast")).to_have_count(2)


def test_an_empty_save_says_what_is_missing_and_goes_on_saying_it(visit: Callable[[str], Page]) -> None:
    page = visit(reverse("people:list"))
    save(page, "")
    errors = page.locator("#log-contact .errors")
    expect(errors).to_be_focused()
    page.wait_for_timeout(800)  # nothing that was kept on the device may take its place
    expect(errors).to_be_visible()
    assert not Interaction.objects.exists()
