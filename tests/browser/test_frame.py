"""The frame of every page and the style guide in a real browser: keys, dialogs, combobox, colours, narrow screens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it ships no types
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from c2m2a_crm.accounts.models import User
from tests.scale_plugin import in_full

pytestmark = pytest.mark.django_db(transaction=True)

NewContext = Callable[..., BrowserContext]


@pytest.fixture
def open_guide(
    browser: Browser, live_server: LiveServer, staff: User, listening: Callable[[Page], None]
) -> Callable[..., Page]:
    """The style guide, signed in, with the wishes of a browser; fails where the policy was broken."""
    client = Client()
    client.force_login(staff)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value

    def opened(*, width: int = 1440, scheme: str = "light", language: str = "en", bypass_csp: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]  # a literal of two words
            bypass_csp=bypass_csp,
            extra_http_headers={"Accept-Language": f"{language}-CA"},
        )
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page = context.new_page()
        listening(page)
        page.goto(f"{live_server.url}/styleguide/")
        expect(page.locator("html[data-script=on]")).to_be_attached()
        return page

    return opened


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [
        (1440, "dark", "fr"),
        (320, "light", "en"),
        *in_full((1440, "light", "en"), (390, "dark", "en"), (320, "light", "fr")),
    ],
)
def test_axe_finds_nothing_on_the_style_guide(
    open_guide: Callable[..., Page], width: int, scheme: str, language: str
) -> None:
    page = open_guide(width=width, scheme=scheme, language=language, bypass_csp=True)  # axe is put in as a script
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "The page scrolls sideways."


@pytest.mark.parametrize("opener", ["Control+k", "?"])
def test_axe_finds_nothing_with_a_dialog_open(open_guide: Callable[..., Page], opener: str) -> None:
    page = open_guide(bypass_csp=True)
    page.keyboard.press(opener)
    expect(page.locator("dialog[open]")).to_have_count(1)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_page_keeps_the_content_security_policy(open_guide: Callable[..., Page]) -> None:
    page = open_guide()
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.reload()
    page.keyboard.press("Control+k")
    page.keyboard.type("style")
    page.wait_for_timeout(400)
    assert [text for text in messages if "Content Security Policy" in text] == []


def test_single_keys_can_be_switched_off_and_stay_off(open_guide: Callable[..., Page]) -> None:
    page = open_guide()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.locator("[data-keys-switch]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys")).not_to_be_visible()
    page.reload()
    page.keyboard.press("?")
    expect(page.locator("#keys")).not_to_be_visible()


def test_single_keys_rest_while_someone_types(open_guide: Callable[..., Page]) -> None:
    page = open_guide()
    page.locator("#sg-who").focus()
    page.keyboard.type("?")
    expect(page.locator("#keys")).not_to_be_visible()


def test_escape_closes_a_menu_and_gives_the_focus_back(open_guide: Callable[..., Page]) -> None:
    page = open_guide()
    summary = page.locator(".topbar details.menu summary")
    summary.click()
    page.keyboard.press("Escape")
    expect(page.locator(".topbar details.menu[open]")).to_have_count(0)
    expect(summary).to_be_focused()


def test_dark_is_kept_for_the_next_page(open_guide: Callable[..., Page]) -> None:
    page = open_guide()
    page.locator(".page-head [data-theme-toggle]").click()
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"


class TestCombobox:
    """WAI-ARIA's pattern, and our rule: Enter never creates beside a likely match."""

    @pytest.fixture
    def page(self, open_guide: Callable[..., Page]) -> Page:
        page = open_guide()
        page.locator("#sg-who").focus()
        return page

    @staticmethod
    def picked(page: Page) -> list[str]:
        values: list[str] = page.locator("#sg-who").evaluate(
            "input => [...input.closest('.combo').querySelectorAll('.token input')].map(kept => kept.value)"
        )
        return values

    def test_enter_picks_the_match_that_is_highlighted(self, page: Page) -> None:
        page.keyboard.type("dana")
        option = page.locator("#sg-who-list [aria-selected=true]")
        expect(option).to_contain_text("Dana Ferrite")
        assert page.locator("#sg-who").get_attribute("aria-activedescendant") == option.get_attribute("id")
        page.keyboard.press("Enter")
        assert self.picked(page) == ["1", "2"]
        expect(page.locator("#sg-who")).to_be_focused()

    def test_a_hasty_enter_waits_for_the_answer_and_does_not_create(self, page: Page) -> None:
        page.keyboard.type("dana")
        page.keyboard.press("Enter")
        expect(page.locator("#sg-who")).to_have_value("")
        assert self.picked(page) == ["1", "2"]

    def test_the_arrows_reach_the_row_that_creates(self, page: Page) -> None:
        page.keyboard.type("dana")
        expect(page.locator("#sg-who-list [aria-selected=true]")).to_contain_text("Dana Ferrite")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        assert self.picked(page) == ["1", "new:dana"]

    def test_without_a_match_enter_creates_what_is_highlighted(self, page: Page) -> None:
        page.keyboard.type("Zoé Quartz")
        expect(page.locator("#sg-who-list [aria-selected=true]")).to_contain_text("Zoé Quartz")
        page.keyboard.press("Enter")
        assert self.picked(page) == ["1", "new:Zoé Quartz"]

    def test_escape_closes_the_list_and_keeps_the_text(self, page: Page) -> None:
        page.keyboard.type("dana")
        expect(page.locator("#sg-who-list")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#sg-who-list")).not_to_be_visible()
        expect(page.locator("#sg-who")).to_have_value("dana")

    def test_backspace_in_an_empty_field_takes_the_last_token_away(self, page: Page) -> None:
        page.keyboard.press("Backspace")
        assert self.picked(page) == []


def test_on_a_phone_the_menu_opens_from_the_tab_bar(open_guide: Callable[..., Page]) -> None:
    page = open_guide(width=390)
    page.locator(".tabbar [data-nav]").click()
    expect(page.locator("#nav.open")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#nav.open")).to_have_count(0)
    expect(page.locator(".tabbar [data-nav]")).to_be_focused()


def test_without_script_the_navigation_is_on_the_page(browser: Browser, live_server: LiveServer, staff: User) -> None:
    client = Client()
    client.force_login(staff)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/styleguide/")
    expect(page.locator("#nav")).to_be_visible()
    expect(page.locator("[data-nav]").first).not_to_be_visible()
