"""The work without JavaScript: every page is whole without it, and each act is a form."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Interaction
from c2m2a_crm.engagement.services import add_follow_up
from members.models import Party
from members.services import create_party, create_person
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, staff: User) -> Iterator[Page]:
    """Signed in by the form, as everybody is."""
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, extra_http_headers={"Accept-Language": "en-CA"}
    )
    page = context.new_page()
    page.goto(reverse("dashboard:home"))
    page.get_by_label("E-mail").fill(staff.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(f"{live_server.url}/")
    yield page
    context.close()


def business(actor: User, name: str) -> Party:
    return create_party(actor=actor, kind=Party.Kind.BUSINESS, name_en=name)


def names_in_order(page: Page) -> list[str]:
    return [name.strip() for name in page.locator("main tbody th a").all_inner_texts()]


def test_an_organization_is_created(page: Page) -> None:
    page.goto(reverse("organizations:create"))
    page.get_by_label("Name in English").fill("Alder Copper Works")
    page.get_by_label("Kind", exact=True).select_option("business")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_have_text("Alder Copper Works")
    assert Party.objects.get().name_en == "Alder Copper Works"


def test_what_is_missing_is_said_and_what_was_typed_is_kept(page: Page) -> None:
    page.goto(reverse("organizations:create"))
    page.get_by_label("Name in English").fill("Alder Copper Works")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose the kind of organization.")
    expect(page).to_have_title("Error: Add organization · C2M2A CRM")
    expect(page.get_by_label("Name in English")).to_have_value("Alder Copper Works")
    assert not Party.objects.exists()


def test_a_likely_duplicate_is_asked_about_once(page: Page, staff: User) -> None:
    business(staff, "Alder Copper Works")
    page.goto(reverse("organizations:create"))
    page.get_by_label("Name in English").fill("Alder Copper Works")
    page.get_by_label("Kind", exact=True).select_option("business")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="This may be on file already")).to_be_visible()
    assert Party.objects.count() == 1
    page.get_by_role("button", name="Save anyway").click()
    expect(page.locator("h1")).to_have_text("Alder Copper Works")
    assert Party.objects.count() == 2


def test_a_typed_line_fills_the_fields_and_is_saved(page: Page, staff: User) -> None:
    party = business(staff, "Alder Copper Works")
    person = create_person(actor=staff, given_name="Mylène", family_name="Tremblay", organization=party)
    page.get_by_role("link", name="Log contact").first.click()
    page.get_by_label("Say what happened").fill("Call Tremblay re graphite offtake, 20 min; follow up Fri")
    page.get_by_role("button", name="Fill in the fields").click()
    expect(page.get_by_label("What about")).to_have_value("Graphite offtake")
    expect(page.locator(".parsed")).to_contain_text("Mylène Tremblay")
    assert not Interaction.objects.exists(), "Nothing is stored before Save."
    page.get_by_role("button", name="Save contact").click()
    expect(page.locator("main")).to_contain_text("Graphite offtake")
    entry = Interaction.objects.get()
    assert entry.duration_minutes == 20
    assert entry.participants.filter(person=person).exists()
    assert entry.follow_ups.get().due_on.isoweekday() == 5  # type: ignore[union-attr]  # the line names a day


def test_a_follow_up_is_done_and_taken_back(page: Page, staff: User) -> None:
    follow_up = add_follow_up(actor=staff, text="Send the criteria", assignee=staff, due_on=today())
    page.goto(reverse("follow_ups:list"))
    page.get_by_role("button", name="Done").click()
    expect(page.locator("#toasts")).to_contain_text("Follow-up done.")
    follow_up.refresh_from_db()
    assert follow_up.done_at is not None
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("main")).to_contain_text("Send the criteria")
    follow_up.refresh_from_db()
    assert follow_up.done_at is None


def test_a_list_is_filtered_and_sorted(page: Page, staff: User) -> None:
    for name in ("Birch Nickel", "Alder Copper", "Cedar Nickel"):
        business(staff, name)
    page.goto(reverse("organizations:list"))
    assert names_in_order(page) == ["Alder Copper", "Birch Nickel", "Cedar Nickel"]
    page.get_by_role("searchbox", name="Filter by name").fill("nickel")
    page.get_by_role("search").get_by_role("button", name="Apply").last.click()
    assert names_in_order(page) == ["Birch Nickel", "Cedar Nickel"]
    sort = page.locator("main thead th a").first
    sort.click()
    first = names_in_order(page)
    page.locator("main thead th a").first.click()
    assert names_in_order(page) == first[::-1]
    assert sorted(first) == ["Birch Nickel", "Cedar Nickel"], "The filter stays while the list is sorted."


def test_the_language_changes_and_stays_on_the_page(page: Page, live_server: LiveServer) -> None:
    page.goto(reverse("organizations:list"))
    page.get_by_role("button", name="Français").click()
    expect(page).to_have_url(f"{live_server.url}{reverse('organizations:list')}")
    expect(page.locator("html")).to_have_attribute("lang", "fr-CA")
    page.goto(reverse("dashboard:home"))
    expect(page.locator("html")).to_have_attribute("lang", "fr-CA")
