"""Reading tables as people have them."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from c2m2a_crm.core.imports import Target, Unreadable, guess_mapping, read_table

DATA = Path(__file__).parents[1] / "data"
SPECTRUM = sorted((DATA / "csv-spectrum" / "csvs").glob("*.csv"))
FRENCH = "nom;ville\r\nSociété d’énergie;Québec\r\nL'Œuvre «Ça»;Trois-Rivières\r\n"


@pytest.mark.parametrize("path", SPECTRUM, ids=lambda path: path.stem)
def test_torture_files_are_read_as_their_truth(path: Path) -> None:
    truth = json.loads((DATA / "csv-spectrum" / "json" / f"{path.stem}.json").read_text("utf-8"))
    if path.stem == "location_coordinates":  # upstream's truth is one object, with another telephone than the file
        truth = [truth | {"Contact Phone Number": "2095257564"}]
    table = read_table(path.read_bytes())
    assert [dict(zip(table.headers, row.cells, strict=True)) for row in table.rows] == truth


def test_there_are_torture_files() -> None:
    assert len(SPECTRUM) == 12


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encoding_and_delimiter_are_found_out(encoding: str, delimiter: str) -> None:
    table = read_table(FRENCH.replace(";", delimiter).encode(encoding))
    assert table.headers == ("nom", "ville")
    assert [row.cells for row in table.rows] == [("Société d’énergie", "Québec"), ("L'Œuvre «Ça»", "Trois-Rivières")]
    assert table.delimiter == delimiter


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850"])
def test_an_encoding_that_bytes_do_not_tell_can_be_chosen(encoding: str) -> None:
    data = "nom,ville\nÉnergie,Québec\n".encode(encoding)
    assert read_table(data, encoding=encoding).rows[0].cells == ("Énergie", "Québec")


def test_a_sep_line_of_spreadsheets_names_the_delimiter_and_is_no_heading() -> None:
    table = read_table(b"sep=;\r\na;b\r\n1,5;2\r\n")
    assert (table.headers, table.rows[0].cells) == (("a", "b"), ("1,5", "2"))


def test_commas_in_cells_of_a_semicolon_file_do_not_win() -> None:
    table = read_table(b"name;about\nA, B, C;x, y\nD, E, F;z\n")
    assert table.headers == ("name", "about")


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    table = read_table(b'a,b\n"one\ntwo",1\n\nthree,2\n')
    assert [(row.line, row.cells[0]) for row in table.rows] == [(2, "one\ntwo"), (5, "three")]


def test_short_rows_are_filled_and_long_rows_keep_their_surplus_for_the_report() -> None:
    table = read_table(b"a,b\n1\n1,2,3\n")
    assert [row.cells for row in table.rows] == [("1", ""), ("1", "2", "3")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (b"%PDF-1.7 ...", "not a table"),
        (b"\x00\x01\x02\x03" * 50, "not a table"),
        (b"PK\x03\x04broken", "damaged"),
        (b'a,b\n"never closed,1\n', "quotation mark"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        read_table(data)


def test_too_many_rows_are_refused_rather_than_cut(settings: Any) -> None:
    settings.IMPORT_MAX_ROWS = 2
    with pytest.raises(Unreadable, match="more than 2 rows"):
        read_table(b"a\n1\n2\n3\n")


def test_a_workbook_is_read_as_text() -> None:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False, "default_date_format": "yyyy-mm-dd"})
    book.add_worksheet("empty")
    sheet = book.add_worksheet("owners")
    sheet.write_row(1, 0, ["Owner", "Since", "Mines"])
    sheet.write_string(2, 0, "=not a formula")
    sheet.write_datetime(2, 1, date(2020, 5, 4))
    sheet.write_number(2, 2, 12)
    book.close()
    table = read_table(file.getvalue())
    assert table.headers == ("Owner", "Since", "Mines")
    assert [(row.line, row.cells) for row in table.rows] == [(3, ("=not a formula", "2020-05-04", "12"))]


def test_columns_are_guessed_by_heading_and_used_once() -> None:
    targets = [
        Target("name", "Name", ("name", "owner")),
        Target("name_fr", "French name", ("french", "nom francais")),
        Target("website", "Website", ("website",)),
    ]
    headers = ["Property Name", "Operator Owners", "Nom français", "Website"]
    assert guess_mapping(headers, targets) == {"name": 0, "name_fr": 2, "website": 3}
    assert guess_mapping(["Owner", "Name"], targets) == {"name": 1}
