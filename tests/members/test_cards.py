"""People leave as vCards of both versions, with what is in use and no more, and come back as the same people."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.exports import CARD_VERSIONS
from c2m2a_crm.core.imports.tables import read_table
from c2m2a_crm.core.models import AuditEvent
from members import services
from members.cards import organization_cards, person_cards
from members.models import Jurisdiction, Party, Person
from members.reference import load_jurisdictions
from members.services import PlaceInput
from tests.importing import bring_and_import
from tests.members.reading import read

pytestmark = pytest.mark.django_db

BOTH = list(CARD_VERSIONS)
WAYS = "carry=1"


@pytest.fixture
def eve(staff: User, northline: Party) -> Person:
    load_jurisdictions()
    rows = [
        services.PersonInput(
            given_name="Ève; Anne",
            family_name="Œuvray, fille",
            preferred_name="Évi",
            honorific="Dre",
            post_nominals="ing.",
            language="fr",
            organization=northline,
            title_en="Vice-President, Processing; Refining and everything else that a long title may hold on a card",
            title_fr="Vice-présidente",
            unit="Traitement",
            emails=["eve@oeuvray.example", "anne@oeuvray.example"],
            phones=["613-555-0143 ext. 7"],
            place=PlaceInput(
                lines="12, rue des Épinettes\nBureau 4",
                city="Gatineau",
                jurisdiction=Jurisdiction.objects.get(code="QC"),
                postal_code="J8X 1A1",
            ),
        )
    ]
    (person,) = services.create_people(actor=staff, rows=rows)
    return person


def card_of(actor: User, person: Person, file_format: str) -> str:
    return "".join(person_cards(actor, [person], file_format))


@pytest.mark.parametrize("file_format", BOTH)
def test_a_card_comes_back_as_the_same_person(staff: User, eve: Person, file_format: str) -> None:
    card = card_of(staff, eve, file_format)
    assert f"VERSION:{CARD_VERSIONS[file_format]}\r\n" in card
    assert max(len(line.encode()) for line in card.split("\r\n")) <= 75
    table = read_table(card.encode())
    assert table.notes == ()
    told = {heading: cell for heading, cell in zip(table.headers, table.rows[0].cells, strict=True) if cell}
    assert told["Given name"] == "Ève; Anne"
    assert told["Family name"] == "Œuvray, fille"
    assert told["Title in English"].startswith("Vice-President, Processing; Refining")
    assert told["Title in French"] == "Vice-présidente"
    assert told["Telephone"] == "+16135550143 ext. 7"
    assert told["Street and number"] == "12, rue des Épinettes\nBureau 4"
    assert told["Other e-mail"] == "anne@oeuvray.example"
    assert told.get("Official language", "") == ("fr" if file_format == "vcard-4" else "")
    came = bring_and_import(staff, "people", card, name="eve.vcf")
    assert came.verdicts == ["unchanged"], came.sentences
    assert Person.objects.count() == 1


def test_what_is_closed_and_who_is_anonymous_stay_here(staff: User, administrator: User, eve: Person) -> None:
    use = eve.address_uses.get(email__address="anne@oeuvray.example")
    services.close_email(actor=staff, use=use)
    card = card_of(staff, eve, "vcard-4")
    assert "eve@oeuvray.example" in card
    assert "anne@oeuvray.example" not in card
    Person.objects.filter(pk=eve.pk).update(anonymised_on="2026-01-01")
    assert card_of(staff, Person.objects.get(pk=eve.pk), "vcard-4") == ""


@pytest.mark.parametrize("file_format", BOTH)
def test_the_list_leaves_as_cards_with_a_purpose_and_a_row_in_the_audit(
    as_staff: Client, as_viewer: Client, eve: Person, amara: Person, file_format: str
) -> None:
    address = reverse("core:export", args=["people", file_format])
    assert as_viewer.get(address).status_code == 403
    assert as_staff.post(address, {"query": ""}).status_code == 422
    answer = as_staff.post(address, {"query": "q=tamarack", "purpose": "A meeting"})
    said = b"".join(answer).decode()
    assert (answer["Content-Type"], said.count("BEGIN:VCARD")) == ("text/vcard; charset=utf-8", 1)
    assert answer["Content-Disposition"].endswith('.vcf"')
    assert "Tamarack" in said
    noted = AuditEvent.objects.get(verb="list.exported")
    assert (noted.details["rows"], noted.details["format"], noted.details["purpose"]) == (1, file_format, "A meeting")
    assert as_staff.get(reverse("core:export", args=["nations", file_format])).status_code == 404
    assert address in as_staff.get(f"{reverse('people:list')}?{WAYS}").content.decode()
    assert address not in as_staff.get(f"{reverse('nations:list')}?{WAYS}").content.decode()


def test_a_person_leaves_as_a_card_from_their_page(as_staff: Client, as_viewer: Client, eve: Person) -> None:
    address = reverse("people:card", args=[eve.pk])
    assert address in as_staff.get(eve.get_absolute_url()).content.decode()
    assert as_viewer.get(address).status_code == 403
    assert read(as_staff.get(address)).cssselect("button[name=version]")
    assert as_staff.post(address).status_code == 422
    answer = as_staff.post(address, {"purpose": "A visit", "version": "vcard-3"})
    assert "VERSION:3.0" in answer.content.decode()
    noted = AuditEvent.objects.get(verb="person.exported")
    assert (noted.subject_id, noted.details["purpose"]) == (eve.pk, "A visit")


def test_command_writes_cards_of_people_alone(eve: Person, tmp_path: Any) -> None:
    target = tmp_path / "people.vcf"
    call_command("export", "people", format="vcard-4", output=target, stdout=io.StringIO())
    assert target.read_text("utf-8").count("END:VCARD") == 1
    with pytest.raises(CommandError, match="no vCards"):
        call_command("export", "nations", format="vcard-4", output=target)


def test_cards_of_many_ask_as_often_as_of_one(staff: User, eve: Person, amara: Person) -> None:
    def asked(people: list[Person]) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert len(list(person_cards(staff, people, "vcard-4"))) == len(people)
        return len(queries)

    assert asked([eve]) == asked([eve, amara]) <= 5


@pytest.mark.parametrize("file_format", BOTH)
def test_an_organization_leaves_as_a_card_that_no_import_takes_for_a_person(
    staff: User, as_staff: Client, file_format: str
) -> None:
    load_jurisdictions()
    made = services.create_party(
        actor=staff,
        kind="business",
        name_en="Ochre; Works, Ltd.",
        name_fr="Ateliers Ocre",
        website="https://ochre.example/",
    )
    use = services.add_email(actor=staff, owner=made, address="office@ochre.example")
    services.add_email(actor=staff, owner=made, address="old@ochre.example")
    services.close_email(actor=staff, use=made.address_uses.get(email__address="old@ochre.example"))
    services.add_phone(actor=staff, owner=made, number="613-555-0177")
    card = "".join(organization_cards(staff, [made], file_format))
    lines = card.split("\r\n")
    assert "FN:Ochre\\; Works\\, Ltd." in lines
    assert "ORG:Ochre\\; Works\\, Ltd." in lines
    assert ("KIND:org" if file_format == "vcard-4" else "X-ABSHOWAS:COMPANY") in lines
    assert "URL:https://ochre.example/" in lines
    assert use.email.address in card
    assert "old@ochre.example" not in card
    assert "5550177" in card.replace("-", "")
    came = bring_and_import(staff, "people", card, name="ochre.vcf")
    assert not Person.objects.exists(), came.verdicts
    answer = as_staff.post(reverse("core:export", args=["organizations", file_format]), {"query": "q=ochre"})
    assert b"".join(answer.streaming_content).decode() == card  # type: ignore[attr-defined]  # a stream


def test_whoever_takes_cards_is_told_that_the_audit_alone_keeps_what_for(as_staff: Client, eve: Person) -> None:
    asked = as_staff.get(reverse("people:card", args=[eve.pk])).content.decode()
    assert "The audit keeps it. A vCard has no place for it." in asked
    ways = as_staff.get(f"{reverse('people:list')}?{WAYS}").content.decode()
    assert "of vCards the audit alone keeps it" in ways
    of_card = as_staff.get(reverse("core:export", args=["people", "vcard-4"])).content.decode()
    assert "The audit keeps it." in of_card
    assert "It stands on the file" in as_staff.get(reverse("core:export", args=["people", "csv"])).content.decode()
