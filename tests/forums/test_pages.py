"""The page of a forum: what it shows to whom."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import InitiativeFact, Interaction
from c2m2a_crm.engagement.services import NextStep, Promise
from forums import services
from tests.engagement.making import log
from tests.forums.making import Making
from tests.forums.reading import errors_of, page_of, text_of

pytestmark = pytest.mark.django_db


def test_page_draws_seats_roster_facts_and_contacts(as_viewer: Client, making: Making) -> None:
    upper = making.forum("Ministers")
    forum = making.forum("Drill Core Forum", code="DCF", parent=upper, purpose_en="One voice.", is_run_by_us=True)
    filled, _vacant = services.add_seats(actor=making.actor, forum=forum, number=2)
    person = making.person("Ann Feldspar", organization=making.party("Gabbro Metals"), title_en="President")
    making.term(filled, person, last=today() + timedelta(days=20))
    InitiativeFact.objects.create(
        initiative=forum.initiative, key="secretariat", label_en="Secretariat", text_en="NRCan.", source="canada.ca"
    )
    page = page_of(as_viewer.get(forum.get_absolute_url()))
    assert text_of(page, "h1") == "Drill Core Forum"
    assert "One voice." in text_of(page, ".page-head")
    assert "Run by us" in text_of(page, ".page-head")
    assert text_of(page, "#seats-h") == "1 of 2 seats filled"
    squares = page.cssselect(".seats a.seat")
    assert [square.get("class") for square in squares] == ["seat ending", "seat open"]
    assert squares[0].get("aria-label") == "Seat 1, Ann Feldspar, Gabbro Metals, term ends within 6 months"
    assert "1 term ends by" in text_of(page, "#seats footer")
    assert "Ann Feldspar" in text_of(page, "#ending")
    assert "Ministers" in text_of(page, "#branches")
    assert "Unconfirmed" in text_of(page, "#facts-and-sources")
    assert "canada.ca" in text_of(page, "#facts-and-sources")
    assert "No contact on file yet" in text_of(page, "main")
    upper_page = page_of(as_viewer.get(upper.get_absolute_url()))
    assert "Drill Core Forum" in text_of(upper_page, "#branches")


def test_page_shows_what_was_promised_and_is_to_be_done_in_its_contacts(
    as_viewer: Client, staff: User, making: Making
) -> None:
    forum = making.forum()
    person = making.person("Ann Feldspar")
    facts: dict[str, Any] = {
        "promises": [Promise("Send the criteria", is_ours=True)],
        "next_steps": [NextStep("Call back", staff, today())],
    }
    log(staff, person, subject="Agenda", initiative=forum.initiative, **facts)
    log(staff, person, subject="Elsewhere", next_steps=[NextStep("Unfiled", staff, today())])
    page = page_of(as_viewer.get(forum.get_absolute_url()))
    assert "Agenda" in text_of(page, ".timeline")
    assert "Elsewhere" not in text_of(page, ".timeline")
    assert "Send the criteria" in text_of(page, "#panel-commitments")
    assert "Call back" in text_of(page, "#panel-follow-ups")
    assert "Unfiled" not in text_of(page, "main")


def test_page_offers_the_engagement_record_to_those_who_may_carry_it_away(
    as_staff: Client, as_viewer: Client, making: Making
) -> None:
    forum = making.forum("Drill Core Forum", code="DCF")
    paper = f"/contact-log/of/initiative/{forum.pk}/pdf/"
    assert page_of(as_staff.get(forum.get_absolute_url())).cssselect(f'a[href="{paper}"]')
    assert not page_of(as_viewer.get(forum.get_absolute_url())).cssselect(f'a[href="{paper}"]')
    assert as_staff.get(paper).status_code == 200


def test_roster_names_title_party_role_and_vacancies(as_viewer: Client, making: Making) -> None:
    forum = making.forum()
    recycling = services.add_category(actor=making.actor, forum=forum, name_en="Recycling")
    filled, vacant = services.add_seats(actor=making.actor, forum=forum, category=recycling, number=2)
    person = making.person("Ann Feldspar", organization=making.party("Gabbro Metals"), title_en="President")
    making.term(filled, person)
    making.term(filled, "Bob Gneiss", role="first_alternate", last=date(2030, 1, 31))
    making.term(vacant, "Carla Dunite", first=today() + timedelta(days=30))
    page = page_of(as_viewer.get(reverse("forums:roster", args=[forum.pk])))
    rows = [" ".join(row.text_content().split()) for row in page.cssselect("#roster tbody tr")]
    assert rows[0] == "Recycling"
    for row, words in zip(
        rows[1:],
        (
            ("Seat 1", "Ann Feldspar", "President", "Gabbro Metals", "Holder"),
            ("Seat 1", "Bob Gneiss", "First alternate", "2030"),
            ("Seat 2", "Vacant", "Carla Dunite from"),
        ),
        strict=True,
    ):
        assert all(word in row for word in words), row


def test_page_shows_the_roster_of_the_chosen_day(as_viewer: Client, making: Making) -> None:
    forum = making.forum()
    seat = making.seat(forum)
    making.term(seat, "Ann Feldspar", first=date(2020, 1, 1), last=date(2021, 12, 31))
    making.term(seat, "Bob Gneiss", first=date(2022, 1, 1))
    url = reverse("forums:roster", args=[forum.pk])
    then = text_of(page_of(as_viewer.get(f"{url}?on=2021-12-31")), "#roster")
    assert "Ann Feldspar" in then
    assert "Bob Gneiss" not in then
    for wrong in ("2021-02-30", "yesterday", "9999999-01-01"):
        response = as_viewer.get(url, {"on": wrong})
        assert response.status_code == 200
        assert "Enter the date" in errors_of(response)
        assert "Bob Gneiss" in text_of(page_of(response), "#roster")


def test_page_offers_work_only_to_those_who_may_do_it(as_staff: Client, as_secretariat: Client, making: Making) -> None:
    forum = making.forum()
    seat = making.seat(forum)
    for url in (forum.get_absolute_url(), seat.get_absolute_url()):
        edits = [f"/forums/{forum.pk}/edit/", f"/forums/{forum.pk}/seats/{seat.pk}/edit/"]
        shown = as_secretariat.get(url).content.decode()
        hidden = as_staff.get(url).content.decode()
        assert any(edit in shown for edit in edits)
        assert not any(edit in hidden for edit in edits)


def test_contact_is_filed_under_the_forum_from_its_page(as_staff: Client, making: Making) -> None:
    forum = making.forum()
    person = making.person("Ann Feldspar")
    page = page_of(as_staff.get(forum.get_absolute_url()))
    url = page.cssselect("dialog#log-contact")[0].get("data-url")
    form = page_of(as_staff.get(url)).cssselect("select[name=initiative] option[selected]")
    assert [option.get("value") for option in form] == [str(forum.pk)]
    token = page_of(as_staff.get(url)).cssselect("input[name=token]")[0].get("value")
    sent = {
        "token": token,
        "kind": "call",
        "subject": "Agenda",
        "who": f"person:{person.pk}",
        "initiative": forum.pk,
        "occurred_on": today().isoformat(),
        "line_read": "",
        "sent": ["kind", "subject", "who", "occurred_on"],
    }
    as_staff.post("/contact-log/new/", sent)
    assert Interaction.objects.get().initiative_id == forum.pk
    assert "Agenda" in text_of(page_of(as_staff.get(forum.get_absolute_url())), ".timeline")


def test_french_page_is_french(client_of: Any, viewer: User, making: Making) -> None:
    forum = making.forum("Drill Core Forum", name_fr="Forum des carottes", code="DCF", code_fr="FDC")
    making.seat(forum)
    client = client_of(viewer)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "fr-CA"
    viewer.language = "fr"
    viewer.save(update_fields=["language"])
    page = page_of(client.get(forum.get_absolute_url(), headers={"Accept-Language": "fr-CA"}))
    assert text_of(page, "h1") == "Forum des carottes"
    assert "FDC" in text_of(page, ".page-head")
