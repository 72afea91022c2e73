"""Files that leave: harmless in a spreadsheet, honest about themselves, and read back exactly."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c2m2a_crm.core.exports import Provenance, StreamBroken, csv_pieces, neutralise, restore, write_xlsx
from c2m2a_crm.core.imports import Table, read_table
from c2m2a_crm.core.lists import Column

DATA = Path(__file__).parents[1] / "data"
NAUGHTY: list[str] = json.loads((DATA / "naughty-strings-blns" / "blns.json").read_text("utf-8"))
PAYLOADS = (DATA / "csv-injection-payloads" / "csv-payload.txt").read_text("utf-8").splitlines()
# What a database can hold in a text column.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
SIGNS = st.sampled_from(
    ["=", "+", "-", "@", "＝", "＋", "－", "＠", "'", " ", "\t", "\r", "\n", "\u00a0", "\ufeff", "\u200b"]
)
NASTY = st.builds("".join, st.tuples(st.lists(SIGNS, max_size=5).map("".join), TEXTS))
PROVENANCE = Provenance("things", "Things", "Office", "Vera Lindqvist", datetime(2026, 3, 1, 15, tzinfo=UTC), "Kind: a")


class Given:
    """Rows of a list that need no database."""

    columns = [Column("a", "Name, first", lambda row: row), Column("b", "=Second", lambda row: row)]
    labels = ["Name, first", "=Second"]

    def __init__(self, rows: list[list[Any]], breaks: bool = False) -> None:
        self.rows, self.breaks, self.count = rows, breaks, 0

    def chunks(self) -> Iterator[list[list[Any]]]:
        for row in self.rows:
            self.count += 1
            yield [[value] for value in row]
        if self.breaks:
            raise OSError("connection lost")


def csv_file(rows: list[list[Any]], *, bom: bool = False) -> bytes:
    return b"".join(csv_pieces(Given(rows), PROVENANCE, bom=bom, finished=lambda *_: None))  # type: ignore[arg-type]  # by name


def xlsx_file(rows: list[list[Any]]) -> bytes:
    file = io.BytesIO()
    write_xlsx(file, Given(rows), PROVENANCE)  # type: ignore[arg-type]  # by name
    return file.getvalue()


def cells(table: Table) -> list[list[str]]:
    return [list(row.cells) for row in table.rows]


@given(NASTY)
def test_restoring_undoes_neutralising_exactly(text: str) -> None:
    assert restore(neutralise(text)) == text


@given(NASTY)
def test_a_neutral_cell_never_begins_like_a_formula(text: str) -> None:
    shown = neutralise(text)
    assert not re.match(r"[\s\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]", shown)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+44 20 7946 0000",
        "-1+1",
        "@SUM(1)",
        " =1",
        "\t=1",
        "\r=1",
        "\n=1",
        "\u00a0=1",
        "＝1",
        "＋1",
        "－1",
        "＠1",
        "'=1",
        *PAYLOADS[1:],
    ],
)
def test_what_a_spreadsheet_could_run_gets_an_apostrophe(text: str) -> None:
    assert neutralise(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "'tis", "a=b", "# 1", "l'été", "Ktunaxa ʔamakʔis", PAYLOADS[0]])
def test_harmless_cells_stay_as_they_are(text: str) -> None:
    assert neutralise(text) == text
    assert restore(text) == text


def test_all_naughty_strings_survive_export_and_import_in_both_formats() -> None:
    assert len(NAUGHTY) == 485
    # A row of nothing but white space is no row; the second cell keeps each row alive.
    rows = [[text.replace("\x00", ""), "x"] for text in [*NAUGHTY, *PAYLOADS]]
    assert cells(read_table(csv_file(rows))) == rows
    assert cells(read_table(csv_file(rows, bom=True))) == rows
    assert cells(read_table(xlsx_file(rows))) == rows


@given(st.lists(st.tuples(NASTY, st.just("x")), min_size=1, max_size=6))
def test_export_then_import_is_identity(rows: list[tuple[str, str]]) -> None:
    assert cells(read_table(csv_file([list(row) for row in rows]))) == [list(row) for row in rows]


def test_a_row_that_looks_like_our_last_lines_is_not_swallowed() -> None:
    rows = [["# C2M2A CRM", ""], ["# 1", ""]]
    assert cells(read_table(csv_file(rows))) == rows


def test_a_phone_number_survives_and_numbers_stay_numbers() -> None:
    data = csv_file([["+44 20 7946 0000", -5]])
    assert b"'+44 20 7946 0000,-5\r\n" in data
    assert cells(read_table(data)) == [["+44 20 7946 0000", "-5"]]


def test_the_file_says_who_when_which_filter_and_how_many() -> None:
    lines = list(csv.reader(io.StringIO(csv_file([["a", "b"]]).decode(), newline="")))
    assert lines[0] == ["Name, first", "'=Second"]
    assert lines[1] == ["a", "b"]
    assert lines[2:] == [
        ["# C2M2A CRM · Office"],
        ["# List: Things"],
        ["# Exported by: Vera Lindqvist"],
        ["# Exported at: 2026-03-01 10:00"],
        ["# Filter: Kind: a"],
        ["# Rows: 1"],
    ]


def test_a_stream_that_breaks_off_says_so_in_its_last_line_and_raises() -> None:
    told: list[tuple[int, bool]] = []
    pieces = csv_pieces(
        Given([["a", "b"]], breaks=True),  # type: ignore[arg-type]  # by name
        PROVENANCE,
        bom=False,
        finished=lambda rows, complete: told.append((rows, complete)),
    )
    received: list[bytes] = []
    with pytest.raises(StreamBroken):
        received.extend(pieces)
    taken = b"".join(received)
    assert b"a,b\r\n" in taken
    assert b"# Incomplete" in taken.splitlines()[-1]
    assert told == [(1, False)]
    assert read_table(taken).notes == ("The file says of itself that it is incomplete.",)


def test_a_reader_who_goes_away_is_noted_as_incomplete(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, bool]] = []
    pieces = csv_pieces(
        Given([["x" * 70_000, "b"]] * 3),  # type: ignore[arg-type]  # by name
        PROVENANCE,
        bom=False,
        finished=lambda rows, complete: told.append((rows, complete)),
    )
    next(pieces)
    pieces.close()
    assert told == [(1, False)]


def test_a_workbook_tells_its_origin_on_the_second_sheet_and_keeps_types() -> None:
    import python_calamine

    data = xlsx_file([["=1+1", date(2026, 1, 2)], [7, datetime(2026, 7, 1, 4, 30, tzinfo=UTC)]])
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert book.sheet_names == ["Things", "About this file"]
    assert book.get_sheet_by_index(0).to_python()[1:] == [
        ["=1+1", date(2026, 1, 2)],
        [7.0, datetime(2026, 7, 1, 0, 30)],
    ]
    about = {row[0]: row[1] for row in book.get_sheet_by_index(1).to_python()}
    assert about["Exported by"] == "Vera Lindqvist"
    assert about["Rows"] == "2"


def test_a_text_longer_than_a_sheet_cell_is_cut_and_said_so() -> None:
    import python_calamine

    data = xlsx_file([["x" * 40_000, "b"]])
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert str(book.get_sheet_by_index(0).to_python()[1][0]).endswith(" [cut]")
    assert any("are cut" in str(row[1]) for row in book.get_sheet_by_index(1).to_python())


def test_full_sheets_are_said_to_be_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("c2m2a_crm.core.exports.workbooks.XLSX_ROWS", 2)
    assert cells(read_table(xlsx_file([["a", "1"], ["b", "2"], ["c", "3"]]))) == [["a", "1"], ["b", "2"]]
