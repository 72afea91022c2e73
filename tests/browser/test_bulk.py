"""Rows picked by key and changed together, in a real browser: with script, and without."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from c2m2a_crm.accounts.models import User
from members import services
from members.models import Party

pytestmark = pytest.mark.django_db(transaction=True)

Opener = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer, staff: User) -> Iterator[Opener]:
    contexts = []

    def opened(path: str, *, width: int = 1440, script: bool = True) -> Page:
        rows = [services.PartyInput(kind="business", name_en=f"Works {number:02}") for number in range(1, 18)]
        services.create_parties(actor=staff, rows=rows)
        client = Client()
        client.force_login(staff)
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            extra_http_headers={"Accept-Language": "en-CA"},
            java_script_enabled=script,
        )
        contexts.append(context)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        page = context.new_page()
        page.goto(path)
        if script:
            expect(page.locator("html[data-script=on]")).to_be_attached()
        return page

    yield opened
    for context in contexts:
        context.close()


def violations(page: Page) -> list[str]:
    return [each["id"] for each in Axe().run(page).response["violations"]]


def test_rows_are_ticked_by_key_and_archived_together(open_page: Opener) -> None:
    page = open_page("/organizations/?rows=15")
    bar = page.get_by_role("toolbar", name="Actions for selected rows")
    expect(bar).to_be_hidden()
    for key in "jxjxjxx":
        page.keyboard.press(key)
    expect(bar).to_contain_text("2 selected")
    expect(page.get_by_role("checkbox", name="Select Works 02")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Select Works 03")).not_to_be_checked()
    box = page.locator("#results tbody td.pick label").first.bounding_box()
    assert box is not None
    assert box["width"] >= 44
    assert box["height"] >= 44
    assert violations(page) == []
    bar.get_by_role("button", name="Archive…").click()
    page.get_by_label("Reason").fill("Merged into one.")
    assert violations(page) == []
    page.get_by_role("button", name="Apply to 2 organizations").click()
    expect(page.locator(".toast")).to_contain_text("Bulk edit: 2 records archived.")
    assert page.url.endswith("/organizations/?rows=15")
    assert Party.objects.archived().count() == 2


def test_whole_list_is_offered_once_the_page_is_ticked(open_page: Opener) -> None:
    page = open_page("/organizations/?rows=15")
    bar = page.get_by_role("toolbar", name="Actions for selected rows")
    whole = bar.get_by_role("checkbox", name="All 17 that match")
    page.get_by_role("checkbox", name="Select Works 01").check()
    expect(whole).to_be_hidden()
    page.get_by_role("checkbox", name="Select all rows of this page").check()
    expect(bar).to_contain_text("15 selected")
    whole.check()
    expect(bar).to_contain_text("17 selected")
    page.get_by_role("checkbox", name="Select Works 05").uncheck()
    expect(bar).to_contain_text("14 selected")
    expect(whole).to_be_hidden()
    page.get_by_role("checkbox", name="Select Works 05").check()
    expect(whole).not_to_be_checked()
    whole.check()
    bar.get_by_role("button", name="Assign owner…").click()
    expect(page.locator(".lede")).to_have_text("Selected: 17 organizations")


def test_rows_are_changed_without_script(open_page: Opener, secretariat: User) -> None:
    page = open_page("/organizations/?q=Works", script=False)
    page.get_by_role("checkbox", name="Select Works 03").check()
    page.get_by_role("button", name="Assign owner…").click()
    page.get_by_label("Relationship owner").select_option(label=secretariat.name)
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Apply to 1 organization").click()
    assert [party.name_en for party in Party.objects.filter(owner=secretariat)] == ["Works 03"]


def test_preview_fits_a_phone(open_page: Opener) -> None:
    page = open_page("/organizations/")
    page.get_by_role("checkbox", name="Select all rows of this page").check()
    page.get_by_role("button", name="Archive…").click()
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert violations(page) == []
