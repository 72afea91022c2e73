"""A long text that was typed and not saved is offered again; whoever is signed out meanwhile loses no word."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import Draft, PublicText
from c2m2a_crm.core.texts import load_public_texts
from tests.browser.conftest import arrive

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "We keep what you tell us for two years, and then no longer."


@pytest.fixture
def address() -> str:
    load_public_texts()
    return reverse("core:edit_public_text", args=["privacy"])


def write(page: Page) -> None:
    page.locator("textarea[name=body_en]").fill(WORDS)


def test_what_was_typed_is_offered_brought_back_and_saved(
    visit: Callable[..., Page], administrator: User, address: str
) -> None:
    page = visit(administrator, address)
    write(page)
    expect(page.locator("[data-kept-said]")).to_contain_text("not saved yet", timeout=15_000)
    arrive(page, address)
    expect(page.get_by_role("status").filter(has_text="was not saved")).to_be_visible()
    page.get_by_role("button", name="Bring it back").press("Enter")
    expect(page.locator("textarea[name=body_en]")).to_have_value(WORDS)
    expect(page.locator("textarea[name=body_en]")).to_be_focused()
    page.get_by_role("button", name="Save both languages").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Changes saved.")
    assert PublicText.objects.get(key="privacy").body_en == WORDS
    assert not Draft.objects.exists()


def test_what_is_wanted_no_more_is_forgotten(visit: Callable[..., Page], administrator: User, address: str) -> None:
    page = visit(administrator, address)
    write(page)
    expect(page.locator("[data-kept-said]")).to_contain_text("not saved yet", timeout=15_000)
    arrive(page, address)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Forget it").press("Enter")
    arrive(page, address)
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("was not saved")).to_have_count(0)
    assert not Draft.objects.exists()


def test_saving_after_the_session_ended_loses_no_word(
    visit: Callable[..., Page], administrator: User, address: str
) -> None:
    page = visit(administrator, address)
    write(page)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_role("button", name="Save both languages").press("Enter")
    expect(page.locator("#signed-out")).to_be_visible()
    expect(page.locator("textarea[name=body_en]")).to_have_value(WORDS)
    assert page.url.endswith(address)
