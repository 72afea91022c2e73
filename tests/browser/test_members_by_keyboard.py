"""Who we know, with the keyboard alone and in both languages: somebody moves on, two records are one, an application is
decided. What the pages say is looked up as their templates do.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator

import pytest
from django.utils import translation
from django.utils.translation import gettext as _
from playwright.sync_api import Locator, Page, expect

from c2m2a_crm.accounts.models import User
from members import services
from members.duplicates.hunt import renew
from members.memberships import intake
from members.models import Affiliation, ApplicationCheck, Membership, Person
from tests.members.memberships.making import tier
from tests.scale_plugin import in_full

pytestmark = pytest.mark.django_db(transaction=True)

RING = "() => getComputedStyle(document.activeElement).outlineStyle"


@pytest.fixture(params=["fr", *in_full(("en",))])
def reading(request: pytest.FixtureRequest) -> Iterator[str]:
    """The language of the pages, in which the test looks words up, too."""
    with translation.override(request.param):
        yield request.param


def tab_to(page: Page, selector: str, most: int = 80) -> None:
    for _each in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not come to {selector}.")


def ground(place: Locator) -> bytes:
    """A pixel beside the words, as it is painted: what is computed does not tell of forced colours."""
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box
    return place.page.screenshot(clip={"x": box["x"] + 5, "y": box["y"] + box["height"] / 2, "width": 1, "height": 1})


def test_somebody_moves_on_and_is_back_after_an_undo(visit: Callable[..., Page], staff: User, reading: str) -> None:
    old = services.create_party(actor=staff, kind="business", name_en="Northline Nickel")
    new = services.create_party(actor=staff, kind="business", name_en="Tundra Cobalt")
    person = services.create_person(
        actor=staff, given_name="Amara", family_name="Tamarack", organization=old, email="amara@northline.example"
    )
    page = visit(staff, f"/people/{person.pk}/moved-on/", language=reading)
    expect(page.locator("html")).to_have_attribute("lang", f"{reading}-CA")
    tab_to(page, "[name=last]")
    for _part in range(3):  # the last of them is the button of the calendar
        page.keyboard.press("Tab")
        assert page.evaluate(RING) == "solid", "The ring is not seen in every part of a day's field."
    tab_to(page, "[name=title_en]")
    page.keyboard.type("Director")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".errors")).to_be_focused()
    expect(page.locator(".errors a")).to_have_text([_("Choose where this person goes.")])
    expect(page.locator("[name=title_en]")).to_have_value("Director")
    page.locator(".errors a").press("Enter")
    page.keyboard.type("Tundra", delay=30)
    expect(page.get_by_role("option").first).to_contain_text("Tundra Cobalt")
    page.keyboard.press("Enter")
    page.emulate_media(forced_colors="active")
    chosen = ground(page.locator(".seg label:has(:checked)").first)
    assert chosen != ground(page.locator(".seg label:not(:has(:checked))").first), (
        "Which segment is chosen is not seen."
    )
    page.emulate_media(forced_colors="none")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text(_("%(name)s has moved on.") % {"name": person})
    expect(page.get_by_role("heading", level=1)).to_have_text("Amara Tamarack")
    assert set(Affiliation.objects.filter(valid__endswith=None).values_list("party", "title_en")) == {
        (new.pk, "Director")
    }
    page.keyboard.press("z")
    expect(page.locator("#toasts")).to_contain_text(_("Undone."))
    assert list(Affiliation.objects.values_list("party", "valid__endswith")) == [(old.pk, None)]


def test_a_pair_of_the_queue_is_merged_and_taken_apart_again(
    visit: Callable[..., Page], staff: User, reading: str
) -> None:
    party = services.create_party(actor=staff, kind="business", name_en="Fjord Nickel")
    kept, lost = services.create_people(
        actor=staff,
        rows=[
            services.PersonInput(given_name=name, family_name="Ashgrove", organization=party, phone="709-555-0117")
            for name in ("Margaret", "Peggy")
        ],
    )
    renew("people")
    page = visit(staff, "/duplicates/", language=reading)
    page.keyboard.press("j")
    page.keyboard.press("m")
    expect(page.get_by_role("heading", level=1)).to_have_text(_("Merge two records"))
    page.keyboard.press("Control+Enter")
    said = _("%(lose)s is merged into %(keep)s.") % {"lose": lost, "keep": kept}
    expect(page.locator("#toasts")).to_contain_text(said)
    expect(page.locator(".pair")).to_have_count(0)
    lost.refresh_from_db()
    assert lost.merged_into == kept
    page.keyboard.press("z")
    expect(page.locator("#toasts")).to_contain_text(_("Undone."))
    expect(page.locator(".pair")).to_have_count(1)
    assert not Person.objects.exclude(merged_into=None).exists()


def test_an_application_is_looked_at_and_admitted(visit: Callable[..., Page], secretariat: User, reading: str) -> None:
    application = intake.receive(
        form_token=uuid.uuid4(),
        language="fr",
        base_url="https://crm.example/",
        fields={
            "organization_name": "Ochre Works",
            "party_kind": "business",
            "given_name": "Ines",
            "family_name": "Quarry",
            "email": "ines@ochre.example",
            "tier": tier(),
            "statement": "We separate rare earths.",
        },
    )
    for point in ApplicationCheck.Point.values[1:]:
        intake.check_point(actor=secretariat, application=application, point=point, note="As it should be.")
    page = visit(secretariat, f"/memberships/applications/{application.pk}/", language=reading)
    expect(page.locator(".page-actions a.primary")).to_have_count(0)
    tab_to(page, "[name=note]")
    page.keyboard.type("As it should be.")
    page.keyboard.press("Enter")
    expect(page.locator("form input[name=note]")).to_have_count(0)
    tab_to(page, ".page-actions a.primary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(_("Admit the applicant"))
    tab_to(page, "[name=reason]")
    page.keyboard.type("Meets the terms.")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_title(re.compile(f"^{_('Error:')}"))
    expect(page.locator("[name=reason]")).to_have_value("Meets the terms.")
    page.locator(".errors a").press("Enter")
    expect(page.locator("[name=decided_by]")).to_be_focused()
    page.keyboard.type("Board of directors")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ochre Works")
    assert Membership.objects.get().party.name.text == "Ochre Works"
