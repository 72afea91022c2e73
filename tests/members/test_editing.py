"""Making, changing, archiving and restoring records through their pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import History
from members import services
from members.forms import NationForm, NewNationForm, NewOrganizationForm, NewPersonForm, OrganizationForm, PersonForm
from members.models import Affiliation, Jurisdiction, NameKey, Party, PartyName, Person
from tests.members.reading import one, read, texts, values_of_form

pytestmark = pytest.mark.django_db

ROOMS = ("organizations", "nations", "people")
NEW: dict[str, dict[str, Any]] = {
    "organizations": {"name_en": "Cascadia Cathode Materials Ltd.", "kind": "business"},
    "nations": {"name_en": "Cedar Point Nation", "distinction": "first_nations"},
    "people": {"given_name": "Dana", "family_name": "Ferrite"},
}


def made(room: str) -> Any:
    return {"people": Person, "organizations": Party, "nations": Party}[room].objects.get()


# --- Making -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form", [OrganizationForm, NewOrganizationForm, NationForm, NewNationForm, PersonForm, NewPersonForm]
)
def test_no_form_shows_more_than_seven_inputs_and_every_field_has_its_place(form: Any) -> None:
    drawn = form()
    assert len(drawn.in_view()) <= 7
    placed = [field.name for field in drawn.in_view()]
    placed += [field.name for _heading, fields, _value, _open in drawn.folded() for field in fields]
    assert sorted(placed) == sorted(drawn.fields)


@pytest.mark.parametrize("room", ROOMS)
def test_new_record_is_made_and_recorded_and_shown(staff: User, as_staff: Client, room: str) -> None:
    response = as_staff.post(reverse(f"{room}:create"), NEW[room])
    record = made(room)
    assert (response.status_code, response["Location"]) == (302, record.get_absolute_url())
    assert texts(read(as_staff.get(response["Location"])), "h1") == [str(record)]
    line = History.objects.get(tbl=record._meta.db_table, row_id=record.pk)
    assert (line.action, line.actor_id) == ("I", staff.pk)


def test_new_organization_keeps_everything_that_the_form_says(
    staff: User, as_staff: Client, northline: Party, ontario: Jurisdiction
) -> None:
    as_staff.post(
        reverse("organizations:create"),
        {
            "name_en": "Lands Branch",
            "name_fr": "Direction des terres",
            "kind": "government",
            "government_level": "provincial",
            "jurisdiction": ontario.pk,
            "website": "lands.example/about",
            "owner": staff.pk,
            "acronym_en": "LB",
            "parent_text": "northline nickel refining",
            "country": "CA",
            "about": "First line.\r\nSecond line.",
            "other_name_kind": "former",
            "other_name": "Crown Lands Office",
            "email": "Info@Lands.example",
            "phone": "613-555-0143 x9",
        },
    )
    party = Party.objects.get(name_en="Lands Branch")
    assert (party.jurisdiction, party.owner, party.parent) == (ontario, staff, northline)
    assert (party.website, party.about) == ("https://lands.example/about", "First line.\nSecond line.")
    assert [(name.kind, name.text) for name in party.other_names.all()] == [("former", "Crown Lands Office")]
    assert [str(use) for use in party.address_uses.all()] == ["info@lands.example"]
    assert [phone.extension for phone in party.phones.all()] == ["9"]


@pytest.mark.parametrize(
    ("room", "sent", "sentence"),
    [
        ("organizations", {"kind": "business"}, "Enter a name in at least one language."),
        ("organizations", {"name_en": "X"}, "Choose the kind of organization."),
        (
            "organizations",
            {"name_en": "X", "kind": "nation"},
            "Select a valid choice. nation is not one of the available choices.",
        ),
        ("organizations", {"name_en": "X", "kind": "government"}, "Say which level of government this is."),
        (
            "organizations",
            {"name_en": "X", "kind": "business", "website": "not a site"},
            "Enter a web address, like https://example.org.",
        ),
        (
            "organizations",
            {"name_en": "X", "kind": "business", "email": "x"},
            "Enter an e-mail address with an @, like name@example.org.",
        ),
        (
            "organizations",
            {"name_en": "X", "kind": "business", "parent_text": "Nobody Knows"},
            "We know no organization and no Nation called “Nobody Knows”. Add it first, or choose one from the list.",
        ),
        ("organizations", {"name_en": "X" * 251, "kind": "business"}, "Keep it under 250 letters; this has 251."),
        ("nations", {"name_en": "X"}, "Choose First Nations, Inuit or Métis."),
        ("people", {}, "Enter a given name or a family name."),
        (
            "people",
            {"given_name": "X", "phone": "none"},
            "Enter a telephone number with its area code, like 613-555-0143.",
        ),
        (
            "people",
            {"given_name": "X", "organization": "99999999"},
            "This organization is no longer there. Choose another.",
        ),
    ],
)
def test_bad_input_is_refused_beside_its_field_and_nothing_is_written(
    as_staff: Client, room: str, sent: dict[str, Any], sentence: str
) -> None:
    response = as_staff.post(reverse(f"{room}:create"), sent)
    page = read(response)
    assert response.status_code == 422
    assert sentence in texts(page, ".errors li")
    assert page.cssselect("title")[0].text.startswith("Error:")
    for name, value in sent.items():
        field = page.cssselect(f"[name={name}]")
        if field and field[0].tag == "input" and field[0].get("type") != "radio":
            assert field[0].get("value") == value
    assert not Party.objects.exists()
    assert not Person.objects.exists()


def test_person_is_made_with_a_first_place_and_the_new_employer_is_named(as_staff: Client, northline: Party) -> None:
    sent = {"given_name": "Dana", "family_name": "Ferrite", "title_fr": "Analyste", "email": "dana@northline.example"}
    as_staff.post(reverse("people:create"), sent | {"organization": northline.pk})
    assert Affiliation.objects.get().party == northline
    response = as_staff.post(
        reverse("people:create"), {"given_name": "Luc", "family_name": "Ferrand", "organization": "new:Acadie Anodes"}
    )
    party = Party.objects.get(name_en="Acadie Anodes")
    assert party.affiliations.get().person.family_name == "Ferrand"
    page = read(as_staff.get(response["Location"]))
    assert "Acadie Anodes is added as a business. Check its kind." in texts(page, ".toast span")


def test_look_alike_stops_the_first_sending_and_save_anyway_goes_through(as_staff: Client, amara: Person) -> None:
    sent = {"given_name": "Amarra", "family_name": "Tamarak", "title_en": "Director"}
    response = as_staff.post(reverse("people:create"), sent)
    page = read(response)
    assert response.status_code == 409
    assert texts(page, "#likely h2") == ["This may be on file already"]
    assert one(page, "#likely a").get("href") == amara.get_absolute_url()
    assert "given names that differ by a slip" in texts(page, "#likely .meta")[0]
    assert Person.objects.count() == 1
    again = values_of_form(page, ".form-page form")
    assert {name: again[name] for name in sent} == sent
    button = one(page, "button[name=save_anyway]")
    assert as_staff.post(reverse("people:create"), again | {"save_anyway": button.get("value")}).status_code == 302
    assert Person.objects.count() == 2


def test_look_alike_shown_while_typing_is_not_asked_about_again(as_staff: Client, northline: Party) -> None:
    typed = {"name_en": "Northline Nickel Refining", "kind": "business"}
    fragment = read(as_staff.get(reverse("organizations:likely"), typed, headers={"HX-Request": "true"}))
    assert not fragment.cssselect("h1")
    seen = one(fragment, "input[name=seen]").get("value")
    assert as_staff.post(reverse("organizations:create"), typed | {"seen": seen}).status_code == 302
    other = services.create_party(actor=User.objects.get(), kind="business", name_en="Northline Nickel")
    assert other.pk
    assert as_staff.post(reverse("organizations:create"), typed | {"seen": seen}).status_code == 409


@pytest.mark.parametrize("room", ROOMS)
def test_look_alikes_of_nothing_are_nothing(as_staff: Client, room: str) -> None:
    assert not read(as_staff.get(reverse(f"{room}:likely"))).cssselect("section")


# --- Changing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", ROOMS)
def test_form_sent_untouched_changes_nothing(
    as_staff: Client, room: str, northline: Party, nation: Party, amara: Person
) -> None:
    record: Any = {"organizations": northline, "nations": nation, "people": amara}[room]
    before = History.objects.count()
    page = read(as_staff.get(reverse(f"{room}:edit", args=[record.pk])))
    response = as_staff.post(reverse(f"{room}:edit", args=[record.pk]), values_of_form(page, ".form-page form"))
    assert response.status_code == 302
    assert History.objects.count() == before
    record.refresh_from_db()
    assert record.version == 1


def open_edit(client: Client, party: Party) -> dict[str, Any]:
    return values_of_form(read(client.get(reverse("organizations:edit", args=[party.pk]))), ".form-page form")


def send_edit(client: Client, party: Party, sent: dict[str, Any]) -> Any:
    return client.post(reverse("organizations:edit", args=[party.pk]), sent)


@pytest.mark.parametrize("room", ROOMS)
def test_an_owner_whose_account_is_closed_stays_until_somebody_takes_them_off(
    as_staff: Client, secretariat: User, viewer: User, room: str
) -> None:
    as_staff.post(reverse(f"{room}:create"), NEW[room] | {"owner": secretariat.pk})
    with recorded(None, system="tests"):
        User.objects.filter(pk__in=[secretariat.pk, viewer.pk]).update(is_active=False)
    record = made(room)
    url = reverse(f"{room}:edit", args=[record.pk])
    sent = values_of_form(read(as_staff.get(url)), ".form-page form")
    assert sent["owner"] == str(secretariat.pk)
    word = "preferred_name" if room == "people" else "legal_name"
    assert as_staff.post(url, sent | {word: "Changed"}).status_code == 302
    assert made(room).owner == secretariat
    assert as_staff.post(url, sent | {"owner": viewer.pk}).status_code == 422
    as_staff.post(url, values_of_form(read(as_staff.get(url)), ".form-page form") | {"owner": ""})
    assert made(room).owner is None


def test_two_editors_of_different_fields_keep_both(as_staff: Client, as_secretariat: Client, northline: Party) -> None:
    first, second = open_edit(as_staff, northline), open_edit(as_secretariat, northline)
    assert send_edit(as_staff, northline, first | {"acronym_en": "NNR"}).status_code == 302
    assert send_edit(as_secretariat, northline, second | {"about": "Refines."}).status_code == 302
    northline.refresh_from_db()
    assert (northline.acronym_en, northline.about) == ("NNR", "Refines.")


@pytest.mark.parametrize("keep", ["mine", "theirs"])
def test_two_editors_of_one_field_see_both_and_nothing_else_is_lost(
    staff: User, as_staff: Client, as_secretariat: Client, northline: Party, keep: str
) -> None:
    first, second = open_edit(as_staff, northline), open_edit(as_secretariat, northline)
    theirs = {"name_en": "Northline Refining", "acronym_en": "NR", "kind": "association"}
    mine = {"name_en": "Northline Metals", "about": "Refines nickel.", "kind": "academic"}
    send_edit(as_staff, northline, first | theirs)
    response = send_edit(as_secretariat, northline, second | mine)
    page = read(response)
    assert response.status_code == 409
    assert texts(page, ".conflict h2") == [f"{staff.name} saved first"]
    assert texts(page, ".conflict legend") == ["Name in English", "Kind"]
    shown = texts(page, ".conflict .versions .check span")
    assert shown == [
        "MineNorthline Metals",
        "TheirsNorthline Refining",
        "MineAcademic or research institution",
        "TheirsAssociation",
    ]
    assert not page.cssselect(".fields [name=name_en], .fields [name=kind]")  # asked above, and nowhere twice
    northline.refresh_from_db()
    assert (northline.name_en, northline.about, northline.version) == ("Northline Refining", "", 2)

    again = values_of_form(page, ".form-page form") | {"keep_name_en": keep, "keep_kind": "mine"}
    assert send_edit(as_secretariat, northline, again).status_code == 302
    northline.refresh_from_db()
    assert northline.name_en == ("Northline Metals" if keep == "mine" else "Northline Refining")
    assert northline.kind == "academic"
    assert northline.about == "Refines nickel."  # mine, asked by nobody
    assert northline.acronym_en == "NR"  # theirs, in no field of mine: an old form must not carry it away


def test_third_editor_between_is_asked_about_again(as_staff: Client, as_secretariat: Client, northline: Party) -> None:
    sent = open_edit(as_secretariat, northline)
    send_edit(as_staff, northline, open_edit(as_staff, northline) | {"name_en": "Second"})
    page = read(send_edit(as_secretariat, northline, sent | {"name_en": "Mine"}))
    send_edit(as_staff, northline, open_edit(as_staff, northline) | {"name_en": "Third"})
    again = values_of_form(page, ".form-page form") | {"keep_name_en": "mine"}
    response = send_edit(as_secretariat, northline, again)
    assert response.status_code == 409
    assert "TheirsThird" in texts(read(response), ".conflict .versions .check span")


def test_error_after_a_conflict_forgets_no_answer(as_staff: Client, as_secretariat: Client, northline: Party) -> None:
    sent = open_edit(as_secretariat, northline)
    send_edit(as_staff, northline, open_edit(as_staff, northline) | {"name_en": "Theirs", "acronym_en": "T"})
    page = read(send_edit(as_secretariat, northline, sent | {"name_en": "Mine"}))
    again = values_of_form(page, ".form-page form") | {"keep_name_en": "theirs", "website": "not a site"}
    response = send_edit(as_secretariat, northline, again)
    assert response.status_code == 422
    last = values_of_form(read(response), ".form-page form") | {"website": "northline.example"}
    assert send_edit(as_secretariat, northline, last).status_code == 302
    northline.refresh_from_db()
    assert (northline.name_en, northline.acronym_en) == ("Theirs", "T")
    assert northline.website == "https://northline.example"


@pytest.mark.parametrize("version", ["", "x", "0", "99", "-1", "9" * 40])
def test_strange_version_overwrites_nothing_that_differs(as_staff: Client, northline: Party, version: str) -> None:
    sent = open_edit(as_staff, northline) | {"version": version}
    assert send_edit(as_staff, northline, sent).status_code == 302
    northline.refresh_from_db()
    assert northline.name_en == "Northline Nickel Refining Inc."


def test_record_cannot_become_a_part_of_its_own_part(staff: User, as_staff: Client, northline: Party) -> None:
    part = services.create_party(actor=staff, kind="business", name_en="Part", parent=northline)
    response = send_edit(as_staff, northline, open_edit(as_staff, northline) | {"parent": part.pk})
    assert response.status_code == 422
    assert "An organization cannot be a part of itself." in texts(read(response), ".errors li")


# --- Archiving --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", ROOMS)
def test_archived_with_a_reason_and_restored(
    as_staff: Client, room: str, northline: Party, nation: Party, amara: Person
) -> None:
    record: Any = {"organizations": northline, "nations": nation, "people": amara}[room]
    page = reverse(f"{room}:archive", args=[record.pk])
    assert as_staff.post(page, {"reason": " \n "}).status_code == 422
    record.refresh_from_db()
    assert not record.is_archived
    assert as_staff.post(page, {"reason": "Closed."}).status_code == 302
    record.refresh_from_db()
    assert record.is_archived
    assert as_staff.get(reverse(f"{room}:edit", args=[record.pk])).status_code == 302
    assert as_staff.get(reverse(f"{room}:email_create", args=[record.pk])).status_code == 302
    assert as_staff.get(page).status_code == 302
    assert as_staff.post(reverse(f"{room}:restore", args=[record.pk])).status_code == 302
    record.refresh_from_db()
    assert not record.is_archived
    assert as_staff.post(reverse(f"{room}:restore", args=[record.pk])).status_code == 302  # twice does no harm


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)
LETTERS = st.text(st.characters(categories=["L"]), min_size=1, max_size=40)


def facts_of(record: Party | Person) -> dict[str, Any]:
    facts = model_to_dict(record)
    facts["keys"] = sorted(NameKey.objects.filter(**{type(record)._meta.model_name: record}).values_list("key", "form"))
    if isinstance(record, Party):
        facts["names"] = sorted(PartyName.objects.filter(party=record).values_list("kind", "text"))
    for part in ("affiliations", "address_uses", "phones", "outside_ids"):
        facts[part] = sorted(map(str, getattr(record, part).values_list()))
    return facts


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=LETTERS, french=TEXT, about=TEXT, alias=TEXT, reason=LETTERS)
def test_archiving_and_restoring_gives_the_same_organization(
    staff: User, name: str, french: str, about: str, alias: str, reason: str
) -> None:
    party = services.create_party(
        actor=staff,
        kind="business",
        name_en=name,
        name_fr=french,
        about=about,
        other_names=[("alias", alias, "")],
        phones=["613-555-0143"],
    )
    before = facts_of(party)
    services.archive_party(actor=staff, party=party, reason=reason)
    services.restore_party(actor=staff, party=party)
    assert facts_of(Party.objects.get(pk=party.pk)) == before


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_name=TEXT, family_name=LETTERS, preferred=TEXT, title=TEXT, reason=LETTERS)
def test_archiving_and_restoring_gives_the_same_person(
    staff: User, northline: Party, given_name: str, family_name: str, preferred: str, title: str, reason: str
) -> None:
    person = services.create_person(
        actor=staff,
        given_name=given_name,
        family_name=family_name,
        preferred_name=preferred,
        organization=northline,
        title_en=title,
    )
    before = facts_of(person)
    services.archive_person(actor=staff, person=person, reason=reason)
    services.restore_person(actor=staff, person=person)
    assert facts_of(Person.objects.get(pk=person.pk)) == before


def test_nothing_is_said_of_an_employer_that_was_not_made(as_staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_facts: Any) -> None:
        raise ValidationError({"given_name": "No."})

    monkeypatch.setattr("members.services.create_person", refuse)
    data = {"given_name": "Ines", "family_name": "Quartz", "organization": "new:Acadie Anodes"}
    response = as_staff.post("/people/new/", data)
    assert response.status_code == 422
    assert "is added as a business" not in as_staff.get("/people/").content.decode()
    assert not Party.objects.exists()


@pytest.mark.parametrize(("language", "column"), [("en", "name_en"), ("fr", "name_fr")])
def test_an_organization_named_on_the_way_bears_the_name_as_typed(staff: User, language: str, column: str) -> None:
    party = services.create_named_party(actor=staff, name="Acadie Anodes", language=language)
    assert getattr(party, column) == "Acadie Anodes"
    assert {party.name_en, party.name_fr} == {"Acadie Anodes", ""}
