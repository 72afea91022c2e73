"""vCards 3.0 and 4.0 become people as tables do; what cannot be read for certain is refused with a sentence."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.imports import services as imports
from c2m2a_crm.core.imports import vcards
from c2m2a_crm.core.imports.tables import Table, open_table, read_table
from c2m2a_crm.core.imports.workbooks import Unreadable
from c2m2a_crm.core.models import Import
from c2m2a_crm.core.operations import services as operations
from members.imports.people.columns import guess_settings
from members.models import AddressUse, Person, PhoneNumber, PostalAddress
from members.reference import load_jurisdictions
from tests.importing import bring_and_import

CARDS = Path(__file__).parents[1] / "data" / "vcards-ez-vcard"
ADA = """BEGIN:VCARD\r
VERSION:4.0\r
FN:Dr. Ada Vance, P.Eng.\r
N:Vance;Ada;Jean,Marie;Dr.;P.Eng.\r
NICKNAME:Addie\r
ORG:Alder Copper;Mines;Exploration\r
TITLE:Director\\, Exploration\r
TITLE;LANGUAGE=fr-CA:Directrice de l’explor\r
 ation\r
item1.EMAIL;TYPE=home:ada@home.example\r
EMAIL;PREF=1;TYPE="work,internet":ada@alder.example\r
TEL;VALUE=uri;TYPE="voice,work":tel:+1-613-555-0143;ext=7\r
TEL;TYPE=CELL:613-555-0144\r
TEL;TYPE=FAX,WORK:613-555-0145\r
ADR;TYPE=home:;;9 Home St;Hull;QC;J8X 1A1;Canada\r
ADR;TYPE=work:PO Box 5;Suite 4;12 Wellington St;Ottawa;Ontario;K1A 0A1;Canada\r
LANG;PREF=1:fr\r
PHOTO;ENCODING=b;TYPE=JPEG:AAAA\r
 BBBB\r
NOTE:Met in Ottawa\\; likes coffee.\r
END:VCARD\r
"""

pytestmark = pytest.mark.django_db


def read(text: str | bytes) -> Table:
    return read_table(text.encode() if isinstance(text, str) else text)


def told(table: Table, place: int = 0) -> dict[str, str]:
    cells = zip(table.headers, table.rows[place].cells, strict=True)
    return {heading: cell for heading, cell in cells if cell}


def test_a_card_tells_under_fixed_headings() -> None:
    table = read(ADA)
    assert told(table) == {
        "Given name": "Ada Jean Marie",
        "Family name": "Vance",
        "Honorific": "Dr.",
        "Preferred name": "Addie",
        "Post-nominals": "P.Eng.",
        "Organization": "Alder Copper",
        "Branch or unit": "Mines, Exploration",
        "Title in English": "Director, Exploration",
        "Title in French": "Directrice de l’exploration",
        "E-mail address": "ada@alder.example",
        "Other e-mail": "ada@home.example",
        "Telephone": "+1-613-555-0143 ext. 7",
        "Mobile": "613-555-0144",
        "Official language": "fr",
        "Street and number": "12 Wellington St\nSuite 4\nPO Box 5",
        "City": "Ottawa",
        "Province or territory": "Ontario",
        "Postal code": "K1A 0A1",
        "Country": "Canada",
    }
    assert table.notes == ("Left out of the vCards: PHOTO (1), NOTE (1).",)
    # Every heading is one that the import of people knows by itself.
    assert sorted(guess_settings(table.headers).mapping.values()) == list(range(len(vcards.HEADINGS)))


def test_cards_of_gmail_and_of_both_standards_are_read() -> None:
    found = {path.stem: read(path.read_bytes()) for path in sorted(CARDS.glob("*.vcf"))}
    names = {stem: [(row.cells[0], row.cells[1], row.cells[2]) for row in table.rows] for stem, table in found.items()}
    assert names == {
        "gmail-list": [("Arnold", "Smith", ""), ("Chris", "Beatle", ""), ("Doug", "White", "")],
        "gmail-single": [("Greg", "Dartmouth", "")],
        "gmail-single2": [("VCard", "Test", "")],
        # These two begin without a name in parts.
        "rfc2426-example": [("", "", "Frank Dawson"), ("", "", "Tim Howes")],
        "rfc6350-example": [("Simon", "Perreault", "")],
    }
    assert [row.line for row in found["gmail-list"].rows] == [1, 7, 13]
    assert told(found["gmail-single"])["Organization"] == "TheCompany"
    assert told(found["rfc2426-example"])["E-mail address"] == "Frank_Dawson@Lotus.com"
    assert told(found["rfc2426-example"])["Street and number"] == "6544 Battleford Drive"
    assert "5555551117" not in told(found["gmail-single2"])["Telephone"]  # a fax
    assert "tel:" not in told(found["rfc6350-example"])["Telephone"]


def test_cards_become_people_as_one_operation_that_can_be_undone(staff: User) -> None:
    load_jurisdictions()
    came = bring_and_import(staff, "people", ADA, name="ada.vcf", unknown="add")
    assert came.verdicts == ["new"]
    person = Person.objects.get()
    assert (person.honorific, person.given_name, person.preferred_name) == ("Dr.", "Ada Jean Marie", "Addie")
    assert (person.family_name, person.post_nominals, person.language) == ("Vance", "P.Eng.", "fr")
    place = person.affiliations.get()
    assert (str(place.party), place.title_en, place.unit) == (
        "Alder Copper",
        "Director, Exploration",
        "Mines, Exploration",
    )
    assert place.title_fr == "Directrice de l’exploration"
    assert set(AddressUse.objects.values_list("email__address", flat=True)) == {"ada@alder.example", "ada@home.example"}
    assert {str(phone.number) for phone in PhoneNumber.objects.all()} == {"+16135550143", "+16135550144"}
    assert PostalAddress.objects.get().city == "Ottawa"
    # Brought again, it is the same person.
    assert bring_and_import(staff, "people", ADA, name="ada.vcf", unknown="add").verdicts == ["unchanged"]
    assert came.operation is not None
    operations.undo(actor=staff, operation=came.operation)
    assert not Person.objects.exists()


def test_each_card_has_its_own_verdict_or_nothing_is_written_at_all(staff: User) -> None:
    company = "BEGIN:VCARD\nVERSION:4.0\nKIND:org\nFN:Alder Copper\nEND:VCARD\n"
    wrong = "BEGIN:VCARD\nVERSION:3.0\nN:Birch;Bo\nEMAIL:no address\nEND:VCARD\n"
    good = "BEGIN:VCARD\nVERSION:3.0\nN:Cedar;Cleo\nEND:VCARD\n"
    came = bring_and_import(staff, "people", company + wrong + good, name="c.vcf", all_or_nothing=True)
    assert (came.verdicts, came.operation) == (["rejected", "rejected", "new"], None)
    assert "no name" in came.sentences[0]
    assert not Person.objects.exists()
    came = bring_and_import(staff, "people", company + wrong + good, name="c.vcf")
    assert [str(person) for person in Person.objects.all()] == ["Cleo Cedar"]


REFUSED: list[tuple[str, Any, str]] = [
    ("2.1", "BEGIN:VCARD\nVERSION:2.1\nN:Vance;Ada\nEND:VCARD\n", "of version 2.1"),
    ("no version", "BEGIN:VCARD\nN:Vance;Ada\nEND:VCARD\n", "of version none"),
    (
        "quoted-printable",
        "BEGIN:VCARD\nVERSION:3.0\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Vance;=C3=88ve\nEND:VCARD\n",
        "Line 3 is written as in vCards of version 2.1",
    ),
    ("no end", "BEGIN:VCARD\nVERSION:3.0\nN:Vance;Ada\n", "The vCard that begins on line 1 has no end."),
    ("cards in one another", "BEGIN:VCARD\nVERSION:3.0\nBEGIN:VCARD\n", "The vCard that begins on line 1 has no end."),
    ("no property", "BEGIN:VCARD\nVERSION:3.0\nAda Vance\nEND:VCARD\n", "Line 3 is no line of a vCard."),
    ("between cards", "BEGIN:VCARD\nVERSION:3.0\nN:V;A\nEND:VCARD\nN:B;C\n", "Line 5 stands in no vCard."),
    ("a line without end", "BEGIN:VCARD\nVERSION:3.0\nNOTE:" + "x" * 2_000_001, "Line 3 is too long"),
]


def test_what_is_no_card_of_these_versions_is_refused_with_a_sentence(staff: User) -> None:
    for what, text, sentence in REFUSED:
        with pytest.raises(Unreadable) as caught:
            imports.begin_import(actor=staff, kind="people", file=ContentFile(text.encode(), name="a.vcf"))
        assert sentence in str(caught.value), what
    assert not Import.objects.exists()


class Large(io.BytesIO):
    """A file of 50 MB that takes none: nobody may read it whole before its size is known."""

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence == io.SEEK_END:
            return 50 * 1024**2
        return super().seek(offset, whence)

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        assert 0 < size < 2**20, "It is read whole."
        return super().read(size)


def test_a_card_of_fifty_megabytes_is_refused_before_it_is_read() -> None:
    with pytest.raises(Unreadable, match="larger than 20 MB"):
        open_table(Large(ADA.encode()))
    card = ADA.replace("BBBB\r\n", "\r\n ".join(["B" * 1000] * 100) + "\r\n").encode()
    assert told(read(card))["Family name"] == "Vance"


def test_the_page_refuses_a_card_of_fifty_megabytes_with_a_sentence(as_staff: Client) -> None:
    photo = b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada Vance\r\nPHOTO:" + b"A" * (50 * 1024**2) + b"\r\nEND:VCARD\r\n"
    response = as_staff.post(reverse("imports:list"), {"kind": "people", "file": ContentFile(photo, name="ada.vcf")})
    assert response.status_code == 422
    assert "larger than 20 MB" in response.content.decode()
    assert not Import.objects.exists()
    assert not Person.objects.exists()


def test_the_page_takes_a_card_and_says_what_is_wrong_with_another(as_staff: Client) -> None:
    address = reverse("imports:list")
    card = ContentFile(ADA.encode(), name="ada.vcf")
    response = as_staff.post(address, {"kind": "people", "file": card})
    assert response.status_code == 302
    assert "Left out of the vCards" in as_staff.get(response["Location"]).content.decode()
    old = ContentFile(ADA.replace("4.0", "2.1").encode(), name="ada.vcf")
    response = as_staff.post(address, {"kind": "people", "file": old})
    assert response.status_code == 422
    assert "Save it as version 3.0 or 4.0." in response.content.decode()
    assert Import.objects.count() == 1


def test_cards_in_other_encodings() -> None:
    for encoding in ("utf-8-sig", "cp1252", "utf-16"):
        assert told(read(ADA.encode(encoding)))["Title in French"] == "Directrice de l’exploration", encoding
