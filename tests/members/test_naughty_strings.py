"""485 strings that break programs, in every text field: kept as typed, shown as text, never as markup."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.text import clean_line
from members import services
from members.models import Party, PartyName, Person, PostalAddress
from tests.members.reading import read

pytestmark = pytest.mark.django_db

FILE = Path(__file__).parents[1] / "data" / "naughty-strings-blns" / "blns.json"
STRINGS: list[str] = json.loads(FILE.read_text(encoding="utf-8"))

# Letters that no HTML page can carry: a parser turns or drops them, whoever wrote the page.
UNSHOWABLE = dict.fromkeys([*range(32), 127, *range(128, 160)])


def kept(text: str) -> str:
    return clean_line(text)


def sample(strings: list[str], exhaustive: bool, step: int) -> list[str]:
    return strings if exhaustive else strings[::step]


def plain(text: str) -> str:
    """What remains of a text after an HTML page: no control characters, white space single."""
    return " ".join(text.translate(UNSHOWABLE).split())


def said(page: html.HtmlElement) -> str:
    return plain(page.cssselect("main")[0].text_content())


def marks(page: html.HtmlElement) -> set[str]:
    """Elements and attributes that the product never writes into a record's page."""
    found = {element.tag for element in page.cssselect("main script, main iframe, main object, main style, main embed")}
    for element in page.cssselect("main *"):
        found |= {name for name in element.attrib if name.startswith("on") or name == "style"}
        if str(element.get("href", "")).lower().startswith("javascript:"):
            found.add("javascript:")
    return found


def test_all_strings_are_there() -> None:
    assert len(STRINGS) == 485


def test_every_text_field_of_an_organization_keeps_what_was_typed(as_staff: Client, exhaustive: bool) -> None:
    fields = ["name_en", "name_fr", "autonym", "legal_name", "acronym_en", "acronym_fr", "about", "other_name"]
    for text in sample(STRINGS, exhaustive, 6):
        Party.objects.all().delete()
        sent: dict[str, Any] = dict.fromkeys(fields, text) | {"kind": "business", "save_anyway": "1"}
        response = as_staff.post(reverse("organizations:create"), sent)
        if not kept(text):
            assert response.status_code == 422
            continue
        assert response.status_code == 302, repr(text)
        party = Party.objects.get()
        for field in fields[:-1]:
            assert getattr(party, field) == kept(text).replace("\r\n", "\n"), field
        assert PartyName.objects.get().text == kept(text)


def test_every_text_field_of_a_person_keeps_what_was_typed(
    as_staff: Client, northline: Party, exhaustive: bool
) -> None:
    fields = ["given_name", "family_name", "preferred_name", "honorific", "post_nominals", "pronunciation"]
    titles = ["title_en", "title_fr"]
    for text in sample(STRINGS, exhaustive, 6):
        sent: dict[str, Any] = dict.fromkeys(fields + titles, text)
        sent |= {"organization": northline.pk, "save_anyway": "1"}
        response = as_staff.post(reverse("people:create"), sent)
        if not kept(text):
            assert response.status_code == 422
            continue
        assert response.status_code == 302, repr(text)
        person = Person.objects.latest("pk")
        assert {getattr(person, field) for field in fields} == {kept(text)}
        assert {getattr(person.affiliations.get(), title) for title in titles} == {kept(text)}


def test_forms_of_parts_and_reasons_keep_what_was_typed(
    staff: User, as_staff: Client, northline: Party, amara: Person, exhaustive: bool
) -> None:
    affiliation = amara.affiliations.get()
    for text in sample(sorted({kept(string) for string in STRINGS} - {""}), exhaustive, 16):
        northline.refresh_from_db()
        page = reverse("organizations:postal_create", args=[northline.pk])
        as_staff.post(page, {"lines": text, "city": text, "postal_code": text, "country": "CA"})
        address = PostalAddress.objects.latest("pk")
        assert {address.lines, address.city, address.postal_code} == {kept(text)}
        page = reverse("organizations:name_create", args=[northline.pk])
        assert as_staff.post(page, {"text": text, "kind": "alias"}).status_code == 302
        assert PartyName.objects.latest("pk").text == kept(text)
        affiliation.refresh_from_db()
        page = reverse("people:affiliation_edit", args=[amara.pk, affiliation.pk])
        sent = {"title_en": text, "title_fr": text, "unit": text, "is_primary": "on", "version": affiliation.version}
        assert as_staff.post(page, sent).status_code == 302
        affiliation.refresh_from_db()
        assert {affiliation.title_en, affiliation.title_fr, affiliation.unit} == {kept(text)}
        as_staff.post(reverse("organizations:archive", args=[northline.pk]), {"reason": text})
        northline.refresh_from_db()
        assert northline.archived_reason == kept(text)
        services.restore_party(actor=staff, party=northline)


def test_edit_form_gives_back_what_it_was_given(as_staff: Client, staff: User, exhaustive: bool) -> None:
    """A record opened and saved untouched is the same record: no string is worn down by the page."""
    strings = [string for string in STRINGS if kept(string) and kept(string) == kept(string).translate(UNSHOWABLE)]
    for text in sample(strings, exhaustive, 12):
        party = services.create_party(actor=staff, kind="business", name_en=text, about=text)
        page = read(as_staff.get(reverse("organizations:edit", args=[party.pk])))
        assert page.cssselect("[name=name_en]")[0].get("value") == kept(text)
        assert (page.cssselect("[name=about]")[0].text or "").removeprefix("\n") == kept(text)
        assert not marks(page)


def test_pages_show_them_as_text_and_never_as_markup(staff: User, as_staff: Client, exhaustive: bool) -> None:
    strings = sample([string for string in STRINGS if kept(string)], exhaustive, 24)
    parties = services.create_parties(
        actor=staff,
        rows=[
            services.PartyInput(kind="business", name_en=text, about=text, legal_name=text, acronym_en=text)
            for text in strings
        ],
    )
    people = services.create_people(
        actor=staff,
        rows=[
            services.PersonInput(family_name=text, organization=party, title_en=text, pronunciation=text)
            for text, party in zip(strings, parties, strict=True)
        ],
    )
    for text, party, person in zip(strings, parties, people, strict=True):
        services.archive_person(actor=staff, person=person, reason=text)
        for address in (
            reverse("organizations:detail", args=[party.pk]),
            reverse("organizations:history", args=[party.pk]),
            reverse("people:detail", args=[person.pk]),
            reverse("people:history", args=[person.pk]),
        ):
            response = as_staff.get(address)
            page = read(response)
            assert plain(kept(text)) in said(page), (address, text)
            assert not marks(page), (address, text)


@pytest.mark.parametrize("room", ["organizations", "people"])
def test_lists_show_them_as_text_and_never_as_markup(staff: User, as_staff: Client, room: str) -> None:
    strings = sorted({kept(string) for string in STRINGS if kept(string)})
    if room == "people":
        services.create_people(actor=staff, rows=[services.PersonInput(family_name=text) for text in strings])
    else:
        rows = [services.PartyInput(kind="business", name_en=text) for text in strings]
        services.create_parties(actor=staff, rows=rows)
    shown: list[str] = []
    for number in range(1, len(strings) // 100 + 2):
        page = read(as_staff.get(reverse(f"{room}:list"), {"rows": 100, "page": number}))
        shown += [plain(cell.text_content()) for cell in page.cssselect("#results tbody th .t")]
        assert not marks(page)
    assert sorted(shown) == sorted(map(plain, strings))
