"""The directory in a real browser: filters that follow the typing, look-alikes, picking, two editors, axe."""

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
from members.models import Party, Person
from members.reference import load_jurisdictions
from tests.scale_plugin import in_full

pytestmark = pytest.mark.django_db(transaction=True)

LOOKS = [(320, "dark", "fr"), *in_full((1440, "light", "en"))]

Opener = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer) -> Iterator[Opener]:
    contexts = []

    def opened(user: User, *, width: int = 1440, scheme: str = "light", language: str = "en") -> Page:
        client = Client()
        client.force_login(user)
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]  # a literal of two words
            extra_http_headers={"Accept-Language": f"{language}-CA"},
        )
        contexts.append(context)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def northline(staff: User) -> Party:
    load_jurisdictions()
    return services.create_party(
        actor=staff,
        kind="business",
        name_en="Northline Nickel Refining Inc.",
        emails=["info@northline.example"],
        other_names=[("former", "Sudbury Matte Co.", "en")],
    )


@pytest.fixture
def amara(staff: User, northline: Party) -> Person:
    return services.create_person(
        actor=staff,
        given_name="Amara",
        family_name="Tamarack",
        organization=northline,
        title_en="Vice-President, Processing",
        email="amara@northline.example",
        phone="613-555-0143",
    )


@pytest.mark.exhaustive  # each of its pages is looked at by test_every_page.py, once
@pytest.mark.parametrize(("width", "scheme", "language"), LOOKS)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    open_page: Opener, staff: User, amara: Person, northline: Party, width: int, scheme: str, language: str
) -> None:
    nation = services.create_party(
        actor=staff,
        kind="nation",
        distinction="inuit",
        name_en="Sample Inuit Association",
        autonym="ᐃᓄᐃᑦ",
        autonym_language="iu",
    )
    services.create_party(actor=staff, kind="business", name_en="Put aside")
    services.archive_party(actor=staff, party=Party.objects.get(name_en="Put aside"), reason="Closed.")
    page = open_page(staff, width=width, scheme=scheme, language=language)
    of_organization = ("", "people/", "history/", "edit/", "archive/", "emails/new/", "names/new/")
    addresses = [f"/{room}/{form}" for room in ("organizations", "nations", "people") for form in ("", "new/")]
    addresses += [f"/organizations/{northline.pk}/{tab}" for tab in of_organization]
    addresses += [f"/people/{amara.pk}/{tab}" for tab in ("", "history/", "edit/", "affiliations/new/")]
    addresses += [f"/nations/{nation.pk}/", "/organizations/?q=nothing", "/organizations/?archived=archived"]
    for address in addresses:
        page.goto(address)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{address}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{address} scrolls sideways."


def test_list_narrows_while_typing_and_the_address_follows(open_page: Opener, staff: User) -> None:
    rows = [services.PartyInput(kind="business", name_en=f"Quarry {number}") for number in range(5)]
    rows += [services.PartyInput(kind="association", name_en="Quarry Owners")]
    services.create_parties(actor=staff, rows=rows)
    page = open_page(staff)
    page.goto("/organizations/?sort=-name")
    page.keyboard.press("/")
    page.keyboard.type("quarry o", delay=30)
    expect(page.locator("#results-count")).to_contain_text("1 organization")
    expect(page).to_have_url("/organizations/?q=quarry+o&sort=-name")
    expect(page.locator("[data-list-filter]")).to_be_focused()
    page.get_by_text("Add filter").click()
    page.get_by_label("Business").check()
    expect(page.locator("#results-count")).to_have_text("0 organizations")
    page.get_by_role("link", name="Remove filter: Kind").click()
    expect(page.locator("#results tbody th .t")).to_have_text(["Quarry Owners"])


def test_a_list_is_sorted_in_place_and_the_focus_stays_on_the_head(open_page: Opener, staff: User) -> None:
    rows = [services.PartyInput(kind="business", name_en=f"Quarry {number}") for number in range(3)]
    services.create_parties(actor=staff, rows=rows)
    page = open_page(staff)
    page.goto("/organizations/?column=owner&column=name")
    page.evaluate("window.isSamePage = true")
    page.locator("thead").get_by_role("link", name="Owner").focus()
    page.keyboard.press("Enter")
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Owner")
    expect(page.get_by_role("link", name="Owner")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("Owner")
    expect(page.get_by_role("link", name="Owner")).to_be_focused()
    expect(page).to_have_url("/organizations/?column=owner&column=name&sort=-owner")
    assert page.evaluate("window.isSamePage")


def test_new_person_is_compared_while_typed_and_placed_with_the_keyboard(
    open_page: Opener, staff: User, amara: Person, northline: Party
) -> None:
    page = open_page(staff)
    page.goto("/people/new/")
    page.get_by_label("Given name").fill("Amarra")
    page.get_by_label("Family name").press_sequentially("Tamarak", delay=30)
    expect(page.locator("#likely")).to_contain_text("family names that differ by a slip")
    page.get_by_role("combobox", name="Organization or Nation").press_sequentially("matte", delay=30)
    expect(page.get_by_role("option").first).to_contain_text("Northline Nickel Refining Inc.")
    page.keyboard.press("Enter")
    expect(page.locator("[data-token-label]")).to_have_text("Northline Nickel Refining Inc.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Amarra Tamarak")
    assert northline.affiliations.count() == 2


def test_two_browsers_edit_one_record_and_nothing_is_lost(
    open_page: Opener, staff: User, secretariat: User, northline: Party
) -> None:
    first, second = open_page(staff), open_page(secretariat)
    for page in (first, second):
        page.goto(f"/organizations/{northline.pk}/edit/")
    first.get_by_label("Name in English").fill("Northline Refining")
    first.get_by_label("Website").fill("northline.example")
    first.get_by_role("button", name="Save").click()
    expect(first.get_by_role("heading", level=1)).to_have_text("Northline Refining")
    second.get_by_label("Name in English").fill("Northline Metals")
    second.get_by_label("Name in French").fill("Métaux Northline")
    second.get_by_role("button", name="Save").click()
    conflict = second.locator(".conflict")
    expect(conflict.get_by_role("heading")).to_have_text(f"{staff.name} saved first")
    expect(conflict).to_contain_text("Northline Refining")
    conflict.get_by_label("Theirs").check()
    second.get_by_role("button", name="Save").click()
    expect(second.get_by_role("heading", level=1)).to_have_text("Northline Refining")
    northline.refresh_from_db()
    assert (northline.name_en, northline.name_fr) == ("Northline Refining", "Métaux Northline")
    assert northline.website == "https://northline.example"
