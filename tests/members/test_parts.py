"""Affiliations, addresses, telephones and names, added and ended from a record's page; options of comboboxes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import history_of
from c2m2a_crm.core.validity import first_day, last_day, today
from members import services
from members.models import Affiliation, Jurisdiction, Party, Person
from members.reference import load_jurisdictions
from tests.members.reading import one, read, texts, values_of_form

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("part", "sent", "attribute", "shown"),
    [
        ("email", {"address": "INFO@northline.example", "kind": "shared"}, "address_uses", "info@northline.example"),
        ("phone", {"number": "819 555-0199 poste 12", "kind": "mobile"}, "phones", "(819) 555-0199"),
        (
            "postal",
            {"lines": "1 Ore Rd.", "city": "Sudbury", "postal_code": "P3E 5M4", "country": "CA"},
            "postal_addresses",
            "1 Ore Rd., Sudbury, P3E 5M4",
        ),
        ("name", {"text": "Old Name", "kind": "former"}, "other_names", "Old Name"),
    ],
)
def test_part_is_added_from_the_page(
    staff: User, as_staff: Client, northline: Party, part: str, sent: dict[str, Any], attribute: str, shown: str
) -> None:
    url = reverse(f"organizations:{part}_create", args=[northline.pk])
    assert read(as_staff.get(url)).cssselect(".form-page form")
    assert as_staff.post(url, sent)["Location"] == northline.get_absolute_url()
    row = getattr(northline, attribute).get()
    assert str(row) == shown
    line = history_of(row).get()
    assert (line.action, line.actor_id) == ("I", staff.pk)
    assert shown.split(",")[0] in one(read(as_staff.get(northline.get_absolute_url())), "main").text_content()


NOT_MAIL = "Enter an e-mail address with an @, like name@example.org."
NOT_A_DAY = "Enter the date as year-month-day, for example 2026-11-10."
OUT_OF_REACH = "Enter a date between the years 1800 and 2200."
NOT_A_NUMBER = "Enter a telephone number with its area code, like 613-555-0143."


@pytest.mark.parametrize(
    ("part", "sent", "sentence"),
    [
        ("email", {"address": "x", "kind": "work"}, NOT_MAIL),
        ("email", {"address": "amara@northline.example", "kind": "work"}, "This address is already listed."),
        ("email", {"address": "a@b.example", "kind": "work", "valid_from": "soon"}, NOT_A_DAY),
        ("email", {"address": "a@b.example", "kind": "work", "valid_from": "9999-12-31"}, OUT_OF_REACH),
        ("email", {"address": "a@b.example", "kind": "work", "valid_from": "0001-01-01"}, OUT_OF_REACH),
        ("phone", {"number": "call me", "kind": "work"}, NOT_A_NUMBER),
        ("phone", {"number": "613-555-0143", "kind": "work"}, "This number is already listed."),
        ("postal", {"country": "CA"}, "Enter a street, a city or a postal code."),
    ],
)
def test_part_that_is_wrong_or_twice_is_refused_in_words(
    as_staff: Client, amara: Person, part: str, sent: dict[str, Any], sentence: str
) -> None:
    response = as_staff.post(reverse(f"people:{part}_create", args=[amara.pk]), sent)
    assert response.status_code == 422
    assert sentence in texts(read(response), ".errors li")


@pytest.mark.parametrize(("part", "attribute"), [("email", "address_uses"), ("phone", "phones")])
def test_address_is_closed_and_stays_on_file(as_staff: Client, amara: Person, part: str, attribute: str) -> None:
    row = getattr(amara, attribute).get()
    url = reverse(f"people:{part}_close", args=[amara.pk, row.pk])
    assert as_staff.get(url).status_code == 200
    assert as_staff.post(url, {"last_day": ""}).status_code == 302
    row.refresh_from_db()
    assert last_day(row.valid) == today() - timedelta(days=1)


def test_part_of_another_record_is_not_there(staff: User, as_staff: Client, amara: Person, northline: Party) -> None:
    other = services.create_person(actor=staff, family_name="Ferrite", email="dana@northline.example")
    use, affiliation = other.address_uses.get(), amara.affiliations.get()
    assert as_staff.post(reverse("people:email_close", args=[amara.pk, use.pk])).status_code == 404
    assert as_staff.get(reverse("people:affiliation_edit", args=[other.pk, affiliation.pk])).status_code == 404
    name = services.add_party_name(actor=staff, party=northline, kind="alias", text="NNR")
    elsewhere = services.create_party(actor=staff, kind="business", name_en="Elsewhere")
    assert as_staff.post(reverse("organizations:name_remove", args=[elsewhere.pk, name.pk])).status_code == 404
    assert as_staff.post(reverse("organizations:name_remove", args=[northline.pk, name.pk])).status_code == 302
    assert not northline.other_names.exists()


# --- Affiliations -----------------------------------------------------------------------------------------------------


def test_second_main_affiliation_is_refused_and_the_present_one_can_be_ended(
    as_staff: Client, amara: Person, nation: Party
) -> None:
    url = reverse("people:affiliation_create", args=[amara.pk])
    sent = {"party": nation.pk, "title_en": "Adviser", "first": "2026-03-01", "is_primary": "on"}
    response = as_staff.post(url, sent)
    page = read(response)
    assert response.status_code == 422
    assert "This person already has a main affiliation in those dates. End the present one, or untick this." in texts(
        page, ".errors li"
    )
    assert texts(page, ".token [data-token-label]") == [str(nation)]
    again = values_of_form(page, ".form-page form") | {"end_present_main": "on"}
    assert as_staff.post(url, again).status_code == 302
    held = {row.party_id: row for row in amara.affiliations.all()}
    assert first_day(held[nation.pk].valid) == date(2026, 3, 1)
    assert {last_day(row.valid) for row in held.values()} == {None, date(2026, 2, 28)}


def test_affiliation_is_changed_and_ended(as_staff: Client, amara: Person) -> None:
    row = amara.affiliations.get()
    url = reverse("people:affiliation_edit", args=[amara.pk, row.pk])
    sent = values_of_form(read(as_staff.get(url)), ".form-page form")
    assert sent["title_en"] == "Vice-President, Processing"
    assert as_staff.post(url, sent | {"title_en": "President", "first": "2024-01-01"}).status_code == 302
    assert as_staff.post(url, sent | {"version": "2", "first": "2024-01-01", "last": "2023-01-01"}).status_code == 422
    row.refresh_from_db()
    assert (row.title_en, first_day(row.valid), row.version) == ("President", date(2024, 1, 1), 2)
    end = reverse("people:affiliation_end", args=[amara.pk, row.pk])
    assert as_staff.post(end, {"last": "2023-12-31"}).status_code == 422
    assert as_staff.post(end, {"last": ""}).status_code == 302
    row.refresh_from_db()
    assert last_day(row.valid) == today()


def test_two_editors_of_one_title_are_asked(as_staff: Client, as_secretariat: Client, amara: Person) -> None:
    row = amara.affiliations.get()
    url = reverse("people:affiliation_edit", args=[amara.pk, row.pk])
    sent = values_of_form(read(as_staff.get(url)), ".form-page form")
    as_staff.post(url, sent | {"title_en": "President"})
    response = as_secretariat.post(url, sent | {"title_en": "Chair"})
    page = read(response)
    assert response.status_code == 409
    assert "title in English: President" in texts(page, ".errors li")[0]
    row.refresh_from_db()
    assert row.title_en == "President"
    as_secretariat.post(url, values_of_form(page, ".form-page form"))
    row.refresh_from_db()
    assert row.title_en == "Chair"


def test_affiliation_needs_a_party(as_staff: Client, amara: Person) -> None:
    response = as_staff.post(reverse("people:affiliation_create", args=[amara.pk]), {"title_en": "X"})
    assert "Choose an organization or a Nation." in texts(read(response), ".errors li")
    assert Affiliation.objects.count() == 1


# --- Options of comboboxes --------------------------------------------------------------------------------------------


def test_options_say_who_is_meant_and_end_with_a_new_one(
    as_staff: Client, as_viewer: Client, amara: Person, northline: Party, nation: Party
) -> None:
    page = read(as_staff.get(reverse("people:options"), {"q": "tamar"}))
    rows = page.cssselect("[role=option]")
    assert [(row.get("data-value"), row.get("data-label")) for row in rows] == [
        (str(amara.pk), "Amara Tamarack"),
        ("new:tamar", "tamar"),
    ]
    assert rows[0].get("data-note") == "Vice-President, Processing, Northline Nickel Refining Inc."
    assert rows[1].get("data-create") is not None
    found = read(as_viewer.get(reverse("organizations:options"), {"q": "no"})).cssselect("[role=option]")
    assert {row.get("data-value") for row in found} == {str(northline.pk)}
    found = read(as_viewer.get(reverse("organizations:options"), {"q": "sp"})).cssselect("[role=option]")
    assert [row.get("data-value") for row in found] == [str(nation.pk)]
    left = as_viewer.get(reverse("organizations:options"), {"q": "sp", "not": nation.pk})
    assert not read(left).cssselect("[role=option]")


@pytest.mark.parametrize("typed", ["", " ", "\x00", "%", "_", "\\", "(", "[a", "*", "a" * 5000, "\u202e", "'; --"])
@pytest.mark.parametrize("room", ["organizations", "nations", "people"])
@pytest.mark.usefixtures("amara", "nation")
def test_strange_question_is_answered(as_staff: Client, room: str, typed: str) -> None:
    for page in ("options", "list", "likely"):
        response = as_staff.get(reverse(f"{room}:{page}"), {"q": typed, "name_en": typed, "given_name": typed})
        assert response.status_code == 200


# --- Reference data ---------------------------------------------------------------------------------------------------


def test_jurisdictions_are_loaded_once_and_an_edited_one_is_left_alone(staff: User) -> None:
    Jurisdiction.objects.all().delete()
    load_jurisdictions()
    assert Jurisdiction.objects.count() == 14
    Jurisdiction.objects.filter(code="QC").update(short_en="QC")
    load_jurisdictions()
    quebec = Jurisdiction.objects.get(code="QC")
    assert (quebec.name_en, quebec.name_fr, quebec.short_en, quebec.short_fr) == ("Quebec", "Québec", "QC", "Qc")
