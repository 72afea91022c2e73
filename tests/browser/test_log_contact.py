"""The main job in a real browser: a call with two people and a follow-up, by keyboard, in two languages, on a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import Draft
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Interaction
from members.models import Party, Person
from members.services import create_party, create_person
from tests.scale_plugin import in_full

pytestmark = pytest.mark.django_db(transaction=True)

# About 65 words a minute: somebody who types for a living.
KEY_PAUSE_MS = 180
LINES = {
    "en": "Call Tremblay, Okafor re graphite offtake; follow up Fri",
    "fr": "Appel avec Tremblay et Okafor sur le graphite; suivi vendredi",
}


@pytest.fixture
def known(staff: User) -> dict[str, Person | Party]:
    party = create_party(actor=staff, kind=Party.Kind.BUSINESS, name_en="Saltbush Lithium Brine Co-operative")
    people = {
        family: create_person(actor=staff, given_name=given, family_name=family, organization=party)
        for given, family in (("Mylène", "Tremblay"), ("Chidi", "Okafor"))
    }
    return {"party": party, **people}


@pytest.fixture
def visit(
    browser: Browser, live_server: LiveServer, staff: User, listening: Callable[[Page], None]
) -> Callable[..., Page]:
    """A signed-in page of the running product; fails on a script error or a broken content security policy."""
    client = Client()
    client.force_login(staff)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value

    def opened(
        path: str = "/", *, width: int = 1440, scheme: str = "light", language: str = "en", bypass_csp: bool = False
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]  # a literal of two words
            bypass_csp=bypass_csp,
            extra_http_headers={"Accept-Language": f"{language}-CA"},
        )
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page = context.new_page()
        listening(page)
        page.goto(f"{live_server.url}{path}")
        expect(page.locator("html[data-script=on]")).to_be_attached()
        return page

    return opened


def open_drawer(page: Page) -> None:
    page.keyboard.press("l")
    expect(page.locator("#log-contact textarea[name=line]")).to_be_focused()


@pytest.mark.parametrize(("width", "language"), [(1440, "en"), (390, "fr"), *in_full((390, "en"), (1440, "fr"))])
def test_a_call_with_two_people_and_a_follow_up_takes_one_line_and_two_keys(
    visit: Callable[..., Page], known: dict[str, Person | Party], width: int, language: str
) -> None:
    page = visit(width=width, language=language)
    open_drawer(page)
    page.keyboard.type(LINES[language], delay=KEY_PAUSE_MS if (width, language) == (1440, "en") else 15)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#log-contact")).not_to_be_visible()
    expect(page.locator("#toasts .toast")).to_be_visible()
    entry = Interaction.objects.get()
    met = set(entry.participants.filter(user=None).values_list("person_id", flat=True))
    assert met == {known["Tremblay"].pk, known["Okafor"].pk}
    follow_up = entry.follow_ups.get()
    assert follow_up.due_on is not None
    assert today() < follow_up.due_on <= today() + timedelta(days=7)
    assert page.evaluate("document.activeElement === document.body || !!document.activeElement.offsetParent")


def test_the_line_fills_the_fields_while_it_is_typed(
    visit: Callable[..., Page], known: dict[str, Person | Party]
) -> None:
    page = visit()
    open_drawer(page)
    page.keyboard.type("Call Tremblay re graphite", delay=10)
    expect(page.locator("#entry-subject")).to_have_value("Graphite")
    expect(page.locator("#log-contact .tokens .token")).to_have_count(1)
    page.locator("#entry-subject").fill("Graphite anodes")
    page.locator("#entry-line").focus()
    page.keyboard.press("End")
    page.keyboard.type(", 20 min", delay=10)
    expect(page.locator("#log-contact .parsed")).to_contain_text("20")
    expect(page.locator("#entry-subject")).to_have_value("Graphite anodes")


def test_a_name_nobody_bears_is_asked_about(visit: Callable[..., Page], known: dict[str, Person | Party]) -> None:
    page = visit()
    open_drawer(page)
    page.keyboard.type("Call Zuzanna Kowalska re permits", delay=10)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#log-contact .errors")).to_be_focused()
    assert Interaction.objects.count() == 0
    page.get_by_label("Create a person").check()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#log-contact")).not_to_be_visible()
    assert Person.objects.filter(family_name="Kowalska").count() == 1


def test_enter_never_creates_beside_a_likely_match(
    visit: Callable[..., Page], known: dict[str, Person | Party]
) -> None:
    page = visit()
    open_drawer(page)
    page.locator("#entry-who").focus()
    page.keyboard.type("Trembl", delay=10)
    expect(page.locator("#entry-who-list [role=option][aria-selected=true]")).to_contain_text("Tremblay")
    page.keyboard.press("Enter")
    expect(page.locator("#log-contact .tokens .token")).to_have_count(1)
    assert page.locator("#log-contact .tokens input[name=who]").first.input_value() == f"person:{known['Tremblay'].pk}"


def test_escape_keeps_the_draft_and_the_next_opening_shows_it(
    visit: Callable[..., Page], known: dict[str, Person | Party], live_server: LiveServer
) -> None:
    page = visit()
    open_drawer(page)
    page.keyboard.type("Call Tremblay re half a thought", delay=10)
    expect(page.locator("#entry-subject")).to_have_value("Half a thought")
    page.wait_for_timeout(600)
    page.keyboard.press("Escape")
    expect(page.locator("#log-contact")).not_to_be_visible()
    page.goto(f"{live_server.url}/")  # a new page: only what was kept comes back
    expect(page.locator("html[data-script=on]")).to_be_attached()
    open_drawer(page)
    expect(page.locator("#entry-line")).to_have_value("Call Tremblay re half a thought")
    page.locator("#log-contact [data-discard]").click()
    open_drawer(page)
    expect(page.locator("#entry-line")).to_have_value("")


def test_an_expired_session_loses_nothing(
    visit: Callable[..., Page], known: dict[str, Person | Party], live_server: LiveServer, staff: User
) -> None:
    page = visit()
    open_drawer(page)
    page.keyboard.type("Call Tremblay re permits", delay=10)
    expect(page.locator("#entry-subject")).to_have_value("Permits")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#signed-out")).to_be_visible()
    assert Interaction.objects.count() == 0
    client = Client()
    client.force_login(staff)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/")
    expect(page.locator("html[data-script=on]")).to_be_attached()
    open_drawer(page)
    expect(page.locator("#entry-line")).to_have_value("Call Tremblay re permits")


def test_drafts_wait_on_the_device_without_a_network_and_each_is_sent_once(
    visit: Callable[..., Page], known: dict[str, Person | Party]
) -> None:
    page = visit()
    open_drawer(page)
    page.keyboard.type("Call Tremblay re first", delay=10)
    expect(page.locator("#entry-subject")).to_have_value("First")
    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#log-contact")).not_to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('crm-draft:')).length") == 1
    page.context.set_offline(False)
    expect(page.locator("#toasts")).to_contain_text("sent from this device")
    assert [entry.subject for entry in Interaction.objects.all()] == ["First"]
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('crm-draft:')).length") == 0
    assert Draft.objects.count() == 0


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [
        (1440, "light", "en"),
        (390, "dark", "fr"),
        *in_full(*((1440, *look) for look in (("light", "fr"), ("dark", "en"), ("dark", "fr")))),
        *in_full(*((390, *look) for look in (("light", "en"), ("light", "fr"), ("dark", "en")))),
    ],
)
def test_axe_finds_nothing_in_the_open_drawer(
    visit: Callable[..., Page], known: dict[str, Person | Party], width: int, scheme: str, language: str
) -> None:
    page = visit(width=width, scheme=scheme, language=language, bypass_csp=True)  # axe is put in as a script
    open_drawer(page)
    page.keyboard.type(f"{LINES[language]}, Zuzanna Kowalska", delay=5)
    expect(page.locator("#log-contact .parsed")).to_be_visible()
    for fold in page.locator("#log-contact details.fold > summary").all():
        fold.click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "The page scrolls sideways."
