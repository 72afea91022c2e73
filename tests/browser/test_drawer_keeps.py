"""What the drawer keeps: drafts on the pages of records, an ended session, Discard and its Undo, contacts sent late."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core.models import Draft
from c2m2a_crm.engagement.models import Interaction
from members.models import Party
from members.services import create_party, create_person
from tests.browser.conftest import arrive
from tests.engagement.making import circle_of
from tests.outreach.making import plain_draft

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def party(staff: User) -> Party:
    found = create_party(actor=staff, kind=Party.Kind.BUSINESS, name_en="Alder Copper Works")
    create_person(actor=staff, given_name="Chidi", family_name="Okafor", organization=found)
    return found


def open_drawer(page: Page) -> None:
    page.keyboard.press("l")
    expect(page.locator("#log-contact textarea[name=line]")).to_be_focused()


def leave_a_draft(page: Page, line: str) -> None:
    open_drawer(page)
    page.keyboard.type(line)
    page.wait_for_timeout(600)
    page.keyboard.press("Escape")
    expect(page.locator("#log-contact")).not_to_be_visible()


@pytest.mark.parametrize("way", ["reload", "back"])
def test_a_draft_begun_on_a_record_is_there_after_a_reload_and_after_back(
    visit: Callable[..., Page], staff: User, party: Party, way: str
) -> None:
    page = visit(staff, reverse("organizations:detail", args=[party.pk]))
    open_drawer(page)
    page.keyboard.type("Call re graphite")
    page.wait_for_timeout(600)
    if way == "reload":
        page.reload()
    else:
        arrive(page, "/")
        page.go_back()
    expect(page.locator("html[data-script=on]")).to_be_attached()
    page.keyboard.press("l")
    line = page.locator("#entry-line")
    expect(line).to_have_value("Call re graphite")
    expect(line).to_be_focused()
    page.keyboard.type(" anodes")
    expect(line).to_have_value("Call re graphite anodes")  # the caret stood at the end
    expect(page.locator("#log-contact .tokens .token")).to_contain_text("Alder Copper Works")


def test_the_head_offers_the_other_drafts_and_a_new_form(visit: Callable[..., Page], staff: User, party: Party) -> None:
    record = reverse("organizations:detail", args=[party.pk])
    page = visit(staff, reverse("people:list"))
    leave_a_draft(page, "Call Okafor re first")
    arrive(page, record)
    open_drawer(page)
    expect(page.locator("#entry-line")).to_have_value("")  # begun elsewhere: offered, not opened
    page.get_by_text("1 draft", exact=True).click()
    page.locator("#log-contact .drafts").get_by_role("link", name="Call Okafor re first").click()
    expect(page.locator("#entry-line")).to_have_value("Call Okafor re first")
    page.locator("#log-contact").get_by_role("link", name="Start new").click()
    expect(page.locator("#entry-line")).to_have_value("")
    expect(page.locator("#log-contact .drafts summary")).to_contain_text("1 draft")


def test_discard_can_be_undone(visit: Callable[..., Page], staff: User, party: Party) -> None:
    page = visit(staff, reverse("organizations:detail", args=[party.pk]))
    open_drawer(page)
    page.keyboard.type("Call Okafor re permits")
    expect(page.locator("#entry-subject")).not_to_have_value("")
    page.get_by_role("button", name="Discard").click()
    expect(page.locator("#log-contact")).not_to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("Draft discarded.")
    page.wait_for_timeout(800)
    assert not Draft.objects.exists()
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#entry-line")).to_have_value("Call Okafor re permits")
    assert Draft.objects.get().data["line"] == ["Call Okafor re permits"]


def test_after_signing_in_again_in_another_tab_the_box_goes_and_save_works(
    visit: Callable[..., Page], staff: User, party: Party
) -> None:
    staff.set_password("a-long-enough-password-9")
    staff.save()
    page = visit(staff, reverse("organizations:detail", args=[party.pk]))
    open_drawer(page)
    page.keyboard.type("Call Okafor re permits")
    expect(page.locator("#entry-subject")).not_to_have_value("")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.keyboard.press("Control+Enter")
    box = page.locator("#signed-out")
    expect(box).to_be_visible()
    with page.context.expect_page() as opened:
        box.get_by_role("link", name="Sign in").click()
    other = opened.value
    other.locator("input[name=login]").fill(staff.email)
    other.locator("input[name=password]").fill("a-long-enough-password-9")
    other.locator("input[name=password]").press("Enter")
    expect(other.locator(".topbar")).to_be_visible()
    page.bring_to_front()
    expect(box).not_to_be_visible()
    drawer = page.locator("#log-contact")
    expect(drawer).to_contain_text("Your sign-in was renewed.")
    expect(page.locator("#entry-line")).to_have_value("Call Okafor re permits")
    page.locator("#entry-line").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("Contact saved.")
    expect(page.locator("body")).not_to_contain_text("You may not do this.")
    assert Interaction.objects.count() == 1


def test_a_form_with_an_old_mark_is_told_to_save_again_never_that_it_may_not(
    visit: Callable[..., Page], staff: User, party: Party
) -> None:
    page = visit(staff, reverse("organizations:detail", args=[party.pk]))
    open_drawer(page)
    page.keyboard.type("Call Okafor re permits")
    expect(page.locator("#entry-subject")).not_to_have_value("")
    page.wait_for_load_state("networkidle")
    first = iter([True])

    def spoil(route: object, request: object) -> None:
        if next(first, False):
            route.fulfill(status=403, headers={"X-Form-Expired": "1"}, body="")  # type: ignore[attr-defined]  # a Route
        else:
            route.continue_()  # type: ignore[attr-defined]  # a Route

    page.route("**/contact-log/new/", spoil)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#log-contact")).to_contain_text("Your sign-in was renewed.")
    expect(page.locator("#log-contact")).not_to_contain_text("You may not do this.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("Contact saved.")


def test_a_contact_sent_late_shows_in_place_and_can_be_undone(
    visit: Callable[..., Page], staff: User, party: Party
) -> None:
    page = visit(staff, reverse("organizations:detail", args=[party.pk]))
    open_drawer(page)
    page.keyboard.type("Call Okafor re nickel matte")
    expect(page.locator("#entry-subject")).not_to_have_value("")
    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#log-contact")).not_to_be_visible()
    page.context.set_offline(False)
    toast = page.locator("#toasts .toast", has_text="Contact sent from this device.")
    expect(toast.get_by_role("button", name="Undo")).to_be_visible()
    expect(page.locator(".timeline")).to_contain_text("ickel matte")
    toast.get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Contact taken back.")
    assert page.url.endswith(reverse("organizations:detail", args=[party.pk]))
    assert Interaction.objects.get().is_archived


def test_who_may_not_log_is_offered_no_way_to_it(
    visit: Callable[..., Page], staff: User, viewer: User, party: Party
) -> None:
    record = reverse("organizations:detail", args=[party.pk])
    offers = "[data-open=log-contact], #log-contact, a[href*='contact-log/new']"
    assert visit(staff, record).locator(offers).count() > 1
    page = visit(viewer, record)
    assert page.locator(offers).count() == 0
    page.keyboard.press("l")
    page.wait_for_timeout(200)
    assert page.locator("dialog[open]").count() == 0


def test_a_drawer_that_cannot_be_filled_says_so_and_waits_no_longer(
    visit: Callable[..., Page], staff: User, party: Party
) -> None:
    page = visit(staff, reverse("organizations:detail", args=[party.pk]))
    staff.role_grants.update(role=Role.VIEWER)
    page.keyboard.press("l")
    drawer = page.locator("#log-contact")
    expect(drawer.locator(".banner")).to_contain_text("You may not do this.")
    expect(drawer.locator("h2").first).to_have_text("It did not open")
    assert drawer.locator(".skel").count() == 0


def test_what_went_wrong_stands_above_the_fields(visit: Callable[..., Page], staff: User, party: Party) -> None:
    page = visit(staff, reverse("organizations:detail", args=[party.pk]))
    open_drawer(page)
    page.keyboard.type("Call Okafor re permits")
    page.route("**/contact-log/new/", lambda route: route.fulfill(status=500, body=""))
    page.keyboard.press("Control+Enter")
    banner = page.locator("#log-contact [data-alerts] .banner")
    expect(banner).to_be_visible()
    said, field = banner.bounding_box(), page.locator("#log-contact label[for=entry-line]").bounding_box()
    assert said is not None
    assert field is not None
    assert said["y"] + said["height"] <= field["y"]


def test_a_sealed_entry_leaves_no_draft_on_the_device(visit: Callable[..., Page], staff: User, party: Party) -> None:
    circle_of(staff, name="Nickel table")
    page = visit(staff, reverse("organizations:detail", args=[party.pk]))
    open_drawer(page)
    page.keyboard.type("Call Okafor re quiet talks")
    kept = "Object.values(localStorage).filter((text) => text.includes('quiet talks')).length"
    page.wait_for_timeout(900)
    assert page.evaluate(kept) == 1
    page.locator("#log-contact summary", has_text="Who may see it").click()
    page.get_by_label("Sealed in Nickel table").check()
    expect(page.locator("#log-contact summary", has_text="Who may see it")).to_contain_text("Sealed in Nickel table")
    page.wait_for_timeout(900)
    assert page.evaluate(kept) == 0
    page.locator("#entry-line").focus()
    page.keyboard.type(" on offtake")
    page.wait_for_timeout(800)
    page.keyboard.press("Escape")
    assert page.evaluate(kept) == 0
    page.keyboard.press("l")
    expect(page.locator("#entry-line")).to_have_value("Call Okafor re quiet talks on offtake")
    page.get_by_role("button", name="Discard").click()
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#entry-line")).to_have_value("Call Okafor re quiet talks on offtake")
    assert page.evaluate(kept) == 0


def test_on_a_phone_the_question_of_the_law_stands_in_view_above_save(
    visit: Callable[..., Page], staff: User, party: Party
) -> None:
    body = create_party(
        actor=staff, kind=Party.Kind.GOVERNMENT, name_en="Department of Ores", government_level="federal"
    )
    create_person(actor=staff, given_name="Marisol", family_name="Quartz", organization=body)
    page = visit(staff, reverse("organizations:detail", args=[party.pk]), width=390, height=844)
    page.locator(".tabbar .log").click()
    expect(page.locator("#entry-line")).to_be_focused()
    page.keyboard.type(
        "Call with Chidi Okafor, 25 min this morning. Pilot is at 60% of design output. Marisol Quartz joined. "
        "Follow up Friday: send the seat criteria."
    )
    question = page.locator("#entry-arranged")
    expect(question).to_be_visible()
    said, save = question.bounding_box(), page.locator("#log-contact footer").bounding_box()
    assert said is not None
    assert save is not None
    assert said["y"] + said["height"] <= save["y"]
    box = page.locator("#log-contact .parsed").bounding_box()
    assert box is not None
    assert box["height"] < 180
    inputs = "#log-contact :is(input:not([type=hidden], [type=radio], [type=checkbox]), textarea, select)"
    assert sum(each.is_visible() for each in page.locator(inputs).all()) <= 7


def test_a_notice_to_a_circle_is_kept_by_the_server_and_leaves_nothing_on_the_device(
    visit: Callable[..., Page], staff: User
) -> None:
    notice = plain_draft(staff, sealed_circle=circle_of(staff))
    address = reverse("campaigns:edit", args=[notice.pk])
    page = visit(staff, address)
    page.locator("[name=subject_en]").fill("Half a thought")
    expect(page.locator("[data-draft-state]")).to_contain_text("Draft saved", timeout=15_000)
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('crm-draft:'))") == []
    arrive(page, address)
    expect(page.locator("[name=subject_en]")).to_have_value("Half a thought")
    page.context.set_offline(True)
    page.locator("[name=subject_en]").fill("Half a thought more")
    expect(page.locator("[data-draft-state]")).to_have_text("Not saved: the server cannot be reached", timeout=15_000)
