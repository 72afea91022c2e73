"""Every page of the product in a real browser: axe finds nothing, nothing is reported on the console (a breach of the
content security policy included), and no page scrolls sideways at 320 pixels.

Each page is looked at in one of eight combinations of colours, language and width, in rotation, and of several
addresses that are answered alike (a telephone number of a person, of a Nation) one is visited; all addresses in all
combinations with ``test --exhaustive``. The pages come from the role matrix, so a new address is looked at as soon as
it has its row.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.views import HouseView
from tests.scale_plugin import is_exhaustive
from tests.system.role_matrix import Row, all_makers, all_rows
from tests.system.test_role_matrix import ADDRESSES

pytestmark = pytest.mark.django_db(transaction=True)

# Answers to GET that are not pages: data, files, and pieces that a page fetches.
NOT_PAGES = frozenset(
    {
        "contact_log:who_options",
        "campaigns:preview",  # the mail itself, in its own frame
        "campaigns:progress",
        "core:export",
        "core:healthz",
        "core:job_progress",
        "core:kept_texts",
        "core:logo",
        "core:message_html",  # the mail itself, in its own frame
        "core:palette",
        "core:public_text_file",
        "core:styleguide_options",
        "documents:file",
        "dues:credit_paper",
        "dues:paper",
        "gifts:paper",
        "follow_ups:about_options",
        "imports:rejects",
        "nations:likely",
        "nations:options",
        "organizations:likely",
        "organizations:options",
        "people:likely",
        "people:options",
        "relationship_options",
    }
)

# Pages in the language of the one they were written to, whatever the browser asks for.
IN_THE_READERS_OWN = frozenset({"core:public_link"})


class Look(NamedTuple):
    scheme: Any
    language: str
    width: int

    def __str__(self) -> str:
        return f"{self.scheme}, {self.language}, {self.width}"


LOOKS = [Look(*look) for look in product(("light", "dark"), ("en", "fr"), (1440, 390))]


def reader_of(row: Row) -> str:
    """Who is shown a page at this address: an administrator, else somebody who is not signed in, else nobody."""
    if row.asks != "get":
        return ""
    return next((role for role in ("administrator", "anonymous") if row.expected[role] == 200), "")


def without_the_alike(names: list[str]) -> list[str]:
    """One address of each view, and one of the views whose page is drawn by the base that they share (renew, suspend,
    waive); of record pages all, which have little in common.
    """
    return list({name if name.endswith(":detail") else drawn_by(name): name for name in names}.values())


def drawn_by(name: str) -> Any:
    view = getattr(ADDRESSES[name].callback, "view_class", ADDRESSES[name].callback)
    base = view.__mro__[1] if isinstance(view, type) else None
    shares = base is not None and base is not HouseView and any(each.endswith("page") for each in vars(base))
    return base if shares else view


PAGES = {name: row for name, row in sorted(all_rows().items()) if reader_of(row) and name not in NOT_PAGES}
VISITED = list(PAGES) if is_exhaustive() else without_the_alike(list(PAGES))
ROOMS = sorted({name.partition(":")[0].partition("_")[0] for name in VISITED})


def pages_of(room: str) -> list[str]:
    return [name for name in VISITED if name.partition(":")[0].partition("_")[0] == room]


class Looker:
    """One tab for all pages of a process; opening a browser for each of them would take longer than looking."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.page: Page = context.new_page()
        self.said: list[str] = []
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.said.append(f"script: {error}"))

    def hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.said.append(f"console: {message.text}")

    def sign_in(self, user: User | None, url: str) -> None:
        self.context.clear_cookies()
        if user is None:
            return
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])

    def look(self, url: str, look: Look, *, speaks_it: bool = True) -> list[str]:
        """What is wrong with the page, its language among it where it speaks the browser's."""
        self.said.clear()
        self.page.set_viewport_size({"width": look.width, "height": 900})
        self.page.emulate_media(color_scheme=look.scheme)
        self.page.set_extra_http_headers({"Accept-Language": f"{look.language}-CA"})
        answer = self.page.goto(url)
        if answer is None or answer.status != 200:
            return [f"status {answer and answer.status}"]
        wrong = []
        language = self.page.locator("html").get_attribute("lang") or ""
        if speaks_it and not language.startswith(look.language):
            wrong.append(f"the page is in “{language}”")
        found = Axe().run(self.page)
        wrong += [
            f"axe: {rule['id']}: {node['html'][:200]}"
            for rule in found.response["violations"]
            for node in rule["nodes"]
        ]
        self.page.set_viewport_size({"width": 320, "height": 900})
        if self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append(f"scrolls sideways at 320: {self.page.evaluate(TOO_WIDE)}")
        return wrong + self.said


# What stands out of the page and is not in a box that scrolls by itself.
TOO_WIDE = """() => [...document.querySelectorAll('body *')]
    .filter(each => each.getBoundingClientRect().right > innerWidth + 1)
    .filter(each => { for (let box = each.parentElement; box !== document.body; box = box.parentElement)
        if (getComputedStyle(box).overflowX !== 'visible') return false; return true; })
    .slice(0, 3).map(each => each.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def looker(browser: Browser) -> Iterator[Looker]:
    context = browser.new_context()
    yield Looker(context)
    context.close()


def test_every_address_that_is_no_page_is_in_the_matrix() -> None:
    assert set(all_rows()) >= NOT_PAGES


@pytest.mark.parametrize("room", ROOMS)
def test_every_page_is_accessible_quiet_and_fits(
    looker: Looker, live_server: LiveServer, administrator: User, room: str, exhaustive: bool
) -> None:
    subjects: dict[str, dict[str, Any]] = {"": {}}
    makers = all_makers()
    wrong: list[str] = []
    signed_in = ""
    for name in sorted(pages_of(room), key=lambda name: reader_of(PAGES[name])):
        row = PAGES[name]
        if row.maker not in subjects:
            subjects[row.maker] = makers[row.maker]()
        if reader_of(row) != signed_in:
            signed_in = reader_of(row)
            looker.sign_in(administrator if signed_in == "administrator" else None, live_server.url)
        url = f"{live_server.url}{reverse(name, kwargs=subjects[row.maker])}"
        for look in LOOKS if exhaustive else [LOOKS[list(PAGES).index(name) % len(LOOKS)]]:
            found = looker.look(url, look, speaks_it=name not in IN_THE_READERS_OWN)
            wrong += [f"{name} ({look}): {fault}" for fault in found]
    assert not wrong, "\n".join(wrong)
