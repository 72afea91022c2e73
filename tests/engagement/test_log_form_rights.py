"""The log form: who may use it, and who may read what it saves."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import Circle
from c2m2a_crm.engagement.models import Interaction
from members.models import Person
from tests.engagement.log_form import CREATE, errors_of, filled
from tests.engagement.making import circle_of, closed

pytestmark = pytest.mark.django_db


@pytest.fixture
def circles(staff: User, secretariat: User) -> tuple[Circle, Circle]:
    """One that staff belongs to, and one of others."""
    return circle_of(staff, name="Nickel table"), circle_of(secretariat, name="Copper table")


def test_only_circles_of_ones_own_are_offered(as_staff: Client, circles: tuple[Circle, Circle]) -> None:
    mine, _theirs = circles
    page = html.fromstring(as_staff.get(CREATE).content)
    offered = page.cssselect("input[name=access]")
    assert [choice.get("value") for choice in offered] == ["", f"restricted:{mine.pk}", f"sealed:{mine.pk}"]
    assert [choice.get("value") for choice in offered if choice.get("checked") is not None] == [""]
    assert "Copper table" not in page.text_content()


def test_without_a_circle_an_entry_is_open_and_the_form_says_so(as_staff: Client) -> None:
    page = html.fromstring(as_staff.get(CREATE).content)
    assert [choice.get("value") for choice in page.cssselect("input[name=access]")] == [""]
    assert "you must belong to a circle" in page.text_content()


@pytest.mark.parametrize("way", ["restricted", "sealed"])
def test_an_entry_is_restricted_or_sealed_before_it_is_saved(
    as_staff: Client, as_secretariat: Client, amara: Person, circles: tuple[Circle, Circle], way: str
) -> None:
    mine, _theirs = circles
    as_staff.post(CREATE, filled(line="Call Tamarack re quiet talks", access=f"{way}:{mine.pk}"))
    entry = Interaction.objects.get()
    assert getattr(entry, f"{way}_circle") == mine
    assert as_staff.get(entry.get_absolute_url()).status_code == 200
    assert as_secretariat.get(entry.get_absolute_url()).status_code == (404 if way == "sealed" else 403)
    for address in (reverse("contact_log:list"), amara.get_absolute_url(), "/"):
        assert "uiet talks" not in as_secretariat.get(address).content.decode()


def test_a_circle_of_others_is_refused(as_staff: Client, amara: Person, circles: tuple[Circle, Circle]) -> None:
    _mine, theirs = circles
    response = as_staff.post(CREATE, filled(line="Call Tamarack re permits", access=f"sealed:{theirs.pk}"))
    assert response.status_code == 422
    assert errors_of(response.content) == ["Choose a circle that you belong to."]
    assert html.fromstring(response.content).cssselect("#entry-access")
    assert not Interaction.objects.exists()


def test_who_may_not_log_is_refused(as_viewer: Client, as_stranger: Client, client: Client, amara: Person) -> None:
    sent = filled(line=f"Call {amara.family_name} re permits")
    assert as_viewer.post(CREATE, sent).status_code == 403
    assert as_stranger.post(CREATE, sent).status_code == 403
    assert client.post(CREATE, sent).status_code == 302
    assert Interaction.objects.count() == 0


def test_who_may_log_finds_no_answer_on_the_page_of_a_person(
    as_staff: Client, as_viewer: Client, amara: Person
) -> None:
    for client, forms in ((as_staff, 1), (as_viewer, 0)):
        page = html.fromstring(client.get(amara.get_absolute_url()).content)
        assert len(page.cssselect('form[action="/contact-log/attempt/"]')) == forms


def test_a_closed_entry_is_not_edited(as_staff: Client, staff: User, amara: Person) -> None:
    entry = closed(staff, amara, subject="Offtake")
    address = reverse("contact_log:edit", args=[entry.pk])
    assert as_staff.get(address).status_code == 302
    as_staff.post(
        address,
        {
            "token": str(entry.token),
            "version": entry.version,
            "kind": "call",
            "subject": "Other",
            "who": f"person:{amara.pk}",
        },
    )
    entry.refresh_from_db()
    assert entry.subject == "Offtake"
