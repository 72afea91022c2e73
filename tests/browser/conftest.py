"""A real Chromium for the tests of this folder; each of them is marked ``browser``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from c2m2a_crm.accounts.models import User
from tests.browser_plugin import find_chromium


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", autouse=True)
def _database_beside_playwright() -> Iterator[None]:
    """Playwright keeps an event loop in this thread, in which Django otherwise refuses to speak to the database."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The installed browser, silent on the network; without its sandbox, which root may not use."""
    quiet = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")
    return {
        **browser_type_launch_args,
        "executable_path": find_chromium(),
        "args": ["--no-sandbox", "--disable-gpu", "--disable-quic", *quiet],
    }


@pytest.fixture(autouse=True)
def _windows_closed(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test leaves its windows to the next ones; only the sweep of all pages keeps one tab for all of them."""
    yield
    if "browser" in request.fixturenames and "looker" not in request.fixturenames:
        for context in request.getfixturevalue("browser").contexts:
            context.close()


@pytest.fixture
def listening() -> Iterator[Callable[[Page], None]]:
    """Gives what listens to a page. At the end the test fails if a script failed or the content security policy was
    broken: an exception in a listener would end the connection to all browsers.
    """
    said: list[str] = []

    def listen(page: Page) -> None:
        page.on("pageerror", lambda error: said.append(f"A script failed: {error}"))
        page.on("console", lambda told: said.append(told.text) if "Content Security Policy" in told.text else None)

    yield listen
    assert not said, "\n".join(said)


def arrive(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.locator("html[data-script=on]")).to_be_attached()


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer, listening: Callable[[Page], None]) -> Callable[..., Page]:
    """A page of somebody who is signed in; fails on a script error or a broken content security policy."""

    def opened(user: User, path: str, *, width: int = 1440, height: int = 900, language: str = "en") -> Page:
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            extra_http_headers={"Accept-Language": f"{language}-CA"},
        )
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page = context.new_page()
        listening(page)
        arrive(page, path)
        return page

    return opened
