"""Files that are wrong, odd or hostile: a right import or a sentence, never a fault of the program."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.exports import neutralise
from c2m2a_crm.core.imports import Unreadable, read_table, workbooks
from c2m2a_crm.core.models import Import
from members.models import Party
from tests.core.test_exports import csv_file, xlsx_file
from tests.importing import bring_and_import

DATA = Path(__file__).parents[1] / "data"
SPECTRUM = sorted((DATA / "csv-spectrum" / "csvs").glob("*.csv"))
PAYLOADS = (DATA / "csv-injection-payloads" / "csv-payload.txt").read_text("utf-8").splitlines()
LIST = reverse("imports:list")


def upload(client: Client, data: bytes, name: str = "file.csv") -> Any:
    return client.post(LIST, {"kind": "organizations", "file": SimpleUploadedFile(name, data)})


def workbook(sheet: bytes) -> bytes:
    """A workbook whose only sheet is this XML."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    book.add_worksheet()
    book.close()
    made = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, sheet if entry.filename.endswith("sheet1.xml") else old.read(entry))
    return made.getvalue()


def cell(place: str, text: str) -> bytes:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'.encode()


def rows(*inside: bytes) -> bytes:
    return (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + b"".join(inside)
        + b"</sheetData></worksheet>"
    )


# --- Round trips -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SPECTRUM, ids=lambda path: path.stem)
@pytest.mark.parametrize("write", [csv_file, xlsx_file])
def test_torture_files_survive_the_round_trip(path: Path, write: Callable[[list[list[Any]]], bytes]) -> None:
    table = read_table(path.read_bytes())
    width = 2  # the lists of these tests have two columns
    kept = [[*row.cells, *[""] * width][:width] for row in table.rows]
    assert [list(row.cells) for row in read_table(write(kept)).rows] == kept


@pytest.mark.django_db
@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_formulas_are_imported_exported_and_imported_unchanged_and_never_live(
    staff: User, tmp_path: Path, file_format: str
) -> None:
    names = [payload for payload in PAYLOADS if len(payload) <= 250]
    source = "name\n" + "".join('"' + name.replace('"', '""') + '"\n' for name in names)
    first = bring_and_import(staff, "organizations", source, split_names=False)
    assert set(first.verdicts) <= {"new", "decision"}
    kept = set(Party.objects.values_list("name_en", flat=True))
    assert len(kept) >= 4
    target = tmp_path / f"organizations.{file_format}"
    call_command("export", "organizations", "--format", file_format, "--output", str(target), stdout=io.StringIO())
    if file_format == "csv":
        text = target.read_text("utf-8")
        assert all(neutralise(name).replace('"', '""') in text for name in kept)
        assert not [line for line in text.splitlines() if line.startswith(("=", "@", '"=', '"@'))]
    else:
        with zipfile.ZipFile(target) as archive:
            assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    again = bring_and_import(staff, "organizations", target, split_names=False)
    assert set(again.verdicts) == {"unchanged"}
    assert set(Party.objects.values_list("name_en", flat=True)) == kept


# --- Too large -------------------------------------------------------------------------------------------------------


class Unread:
    """A body that must not be read."""

    def read(self, *_size: int) -> bytes:
        raise AssertionError("The body was read.")

    readline = read


@pytest.mark.django_db
def test_two_gigabytes_are_refused_by_their_announced_length(as_staff: Client) -> None:
    answer = as_staff.post(LIST, {}, CONTENT_LENGTH=str(2 * 1024**3), **{"wsgi.input": Unread()})
    assert answer.status_code == 413
    assert "up to 100 MB" in answer.content.decode()
    assert not Import.objects.exists()


@pytest.mark.django_db
def test_a_body_of_unknown_length_is_not_read(as_staff: Client) -> None:
    answer = as_staff.post(LIST, {}, CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked", **{"wsgi.input": Unread()})
    assert answer.status_code == 411
    assert "was not said" in answer.content.decode()


@pytest.mark.django_db
def test_a_file_above_the_limit_is_refused_in_the_form(as_staff: Client, settings: Any) -> None:
    settings.UPLOAD_MAX_MB = 1
    answer = upload(as_staff, b"name\n" + b"x" * (1024 * 1024 + 10))
    assert answer.status_code == 422
    assert "larger than 1 MB" in answer.content.decode()


def test_a_bomb_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MAX_UNPACKED", 2_000_000)
    with pytest.raises(Unreadable, match="too large to open safely"):
        read_table(workbook(rows(b" " * 3_000_000)))


def test_a_bomb_that_lies_of_its_size_is_not_opened() -> None:
    data = workbook(rows(cell("A1", "name"), b" " * 3_000_000))
    size = (3_000_000 + len(rows(cell("A1", "name")))).to_bytes(4, "little")
    assert size in data
    with pytest.raises(Unreadable, match="damaged"):
        read_table(data.replace(size, (1000).to_bytes(4, "little")))


def test_a_value_in_the_last_corner_does_not_take_all_memory() -> None:
    sheet = rows(
        b'<row r="1">' + cell("A1", "name") + b"</row>", b'<row r="1048576">' + cell("XFD1048576", "x") + b"</row>"
    )
    with pytest.raises(Unreadable, match="too large to open safely"):
        read_table(workbook(sheet))


@pytest.mark.parametrize("inside", ["", '<c r="A{0}" s="0"/><c r="B{0}" s="0"/>'])
def test_a_million_empty_rows_are_none(inside: str) -> None:
    empty = "".join(f'<row r="{number}">{inside.format(number)}</row>' for number in range(3, 1_000_001)).encode()
    sheet = rows(
        b'<row r="1">' + cell("A1", "name") + b"</row>", b'<row r="2">' + cell("A2", "Alder") + b"</row>", empty
    )
    table = read_table(workbook(sheet))
    assert [row.cells for row in table.rows] == [("Alder",)]


# --- Odd and wrong ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "names"),
    [
        ("name;ville\nSociété Boréale;Québec\n".encode("cp1252"), ["Société Boréale"]),
        ("name\tville\nSociété Boréale\tQuébec\n".encode("utf-16"), ["Société Boréale"]),
        ("name,ville\nSociété Boréale,Québec\n".encode("utf-16-le"), ["Société Boréale"]),
        (b"\xef\xbb\xbfsep=;\nname;x\nAlder;1\n", ["Alder"]),
        (b",name,\n1,Alder,2\n", ["Alder"]),  # headings missing
        (b"name,name,name\nAlder,Birch,Cedar\n", ["Alder"]),  # the same heading thrice
        (b"name\rAlder\rBirch\r", ["Alder", "Birch"]),  # lines of old Macs
        (b'name,about\n"Alder","one\ntwo"\n', ["Alder"]),
        (b'name,about\nAlder,a "stray" mark\n', ["Alder"]),
        (b"name\n\n\n,,,\nAlder\n", ["Alder"]),
    ],
)
def test_odd_files_are_imported_right(staff: User, data: bytes, names: list[str]) -> None:
    bring_and_import(staff, "organizations", data)
    assert sorted(str(party) for party in Party.objects.all()) == names


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\n\n\n", "empty"),
        (b"%PDF-1.4", "not a table"),
        (bytes(range(256)) * 20, "not a table"),
        (b"PK\x03\x04" + b"rubbish" * 100, "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "cannot be read"),
        (b'name\n"never closed\n' + b"x" * 5000, "quotation mark is not closed"),
        (b",".join(b"c%d" % number for number in range(600)) + b"\n1\n", "more than 500 columns"),
        (workbook(b"<not xml"), "cannot be read"),
        (workbook(rows()), "empty"),
        (b"name\nAl\x00der\n", "not a table"),
        (json.dumps({"name": "Alder"}).encode("utf-32"), "not a table"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(as_staff: Client, data: bytes, said: str) -> None:
    answer = upload(as_staff, data, "file.xlsx" if data[:2] == b"PK" else "file.csv")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert said in text or "The submitted file is empty." in text
    assert not Import.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["../../etc/passwd.csv", "a\x00b.csv", "x" * 300 + ".csv", "<script>.csv", "naïve 名.csv"]
)
def test_odd_names_of_files_do_no_harm(as_staff: Client, name: str) -> None:
    answer = upload(as_staff, b"name\nAlder\n", name)
    assert answer.status_code == 302
    imported = Import.objects.get()
    assert imported.file.name.startswith("imports/")
    assert ".." not in imported.file.name
    assert as_staff.get(answer["Location"]).status_code == 200
