"""Texts in both languages that go out as one Word file and come back: exactly, with their changes, or not at all."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from c2m2a_crm.core.pairs import (
    Pair,
    PairRefused,
    blocks_of,
    changed_rows,
    files,
    joined,
    pair_file,
    pair_of,
    read_pair,
)
from c2m2a_crm.core.pairs.texts import marked_words

ENGLISH = "# Rights\n\nYou may ask.\nIn *any* form.\n\n- one\n  - two\n\n| a | b |\n|---|---|\n| 1 | 2 |"
FRENCH = "# Droits\n\nVous pouvez demander :\u00a0«\u00a0ʔaq̓am\u00a0» <b>&amp; ᐃᓄᒃ</b>"
PAIR = pair_of(kind="text", key="privacy", version=3, titles=("Privacy", "Vie privée"), bodies=(ENGLISH, FRENCH))


def sent(pair: Pair = PAIR) -> Any:
    return docx.Document(io.BytesIO(pair_file(pair, title="Privacy")))


def came_back(document: Any, *, kind: str = "text", key: str = "privacy") -> Pair:
    target = io.BytesIO()
    document.save(target)
    target.seek(0)
    return read_pair(target, kind=kind, key=key)


def test_an_untouched_file_is_the_text_that_went_out() -> None:
    pair = came_back(sent())
    assert pair == PAIR
    assert joined(pair.rows[1:], 0, ENGLISH) == ENGLISH
    assert joined(pair.rows[1:], 1, FRENCH) == FRENCH
    assert changed_rows(PAIR.rows, pair.rows) == []


LINES = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufffe\uffff"), max_size=20
)


@settings(max_examples=25, deadline=None)
@given(st.lists(LINES, max_size=4), st.lists(LINES, max_size=4))
def test_going_out_and_coming_back_is_identity(english: list[str], french: list[str]) -> None:
    bodies = ("\n\n".join(english), "\n\n".join(french))
    pair = pair_of(kind="text", key="privacy", version=1, titles=("T", "T"), bodies=bodies)
    found = came_back(sent(pair))
    assert found == pair
    assert (joined(found.rows[1:], 0, bodies[0]), joined(found.rows[1:], 1, bodies[1])) == bodies


def test_other_words_come_back_with_their_place() -> None:
    document = sent()
    cell = document.tables[0].rows[3].cells[1]
    cell.paragraphs[0].runs[0].text = "Vous pouvez nous demander."
    pair = came_back(document)
    (change,) = changed_rows(PAIR.rows, pair.rows)
    assert change.number == 2
    assert change.after == (PAIR.rows[2][0], "Vous pouvez nous demander.")
    assert [differs for _language, differs, _was, _now in change.sides] == [False, True]
    assert joined(pair.rows[1:], 1, FRENCH) == "# Droits\n\nVous pouvez nous demander."
    assert joined(pair.rows[1:], 0, ENGLISH) == ENGLISH


def test_a_paragraph_made_two_inside_its_cell_is_two() -> None:
    document = sent()
    cell = document.tables[0].rows[2].cells[1]
    cell.add_paragraph("")
    cell.add_paragraph("Deuxième.")
    pair = came_back(document)
    assert blocks_of(joined(pair.rows[1:], 1, FRENCH))[:2] == ["# Droits", "Deuxième."]


def test_the_file_says_its_languages_and_repeats_its_head() -> None:
    table = sent().tables[0]
    assert [cell.text for cell in table.rows[0].cells] == ["English", "Français"]
    assert [each.get(qn("w:val")) for each in table.rows[1]._tr.iter(qn("w:lang"))] == ["en-CA", "fr-CA"]
    assert next(table.rows[0]._tr.iter(qn("w:tblHeader")), None) is not None


def test_words_that_went_and_came_are_marked_and_nothing_is_markup() -> None:
    was, now = marked_words("The <b>old</b> way", "The <b>new</b> way")
    assert was == "The &lt;b&gt;<del>old</del>&lt;/b&gt; way"
    assert now == "The &lt;b&gt;<ins>new</ins>&lt;/b&gt; way"


def without_last_row(document: Any) -> None:
    document.tables[0]._tbl.remove(document.tables[0].rows[-1]._tr)


def with_one_row_more(document: Any) -> None:
    document.tables[0].add_row()


def merged(document: Any) -> None:
    row = document.tables[0].rows[2]
    row.cells[0].merge(row.cells[1])


def with_columns_exchanged(document: Any) -> None:
    first, second = document.tables[0].rows[0].cells
    first.paragraphs[0].runs[0].text, second.paragraphs[0].runs[0].text = "Français", "English"


def with_a_second_table(document: Any) -> None:
    document.add_table(1, 2)


def without_the_table(document: Any) -> None:
    document.tables[0]._tbl.getparent().remove(document.tables[0]._tbl)


def with_a_tracked_change(document: Any) -> None:
    paragraph = document.tables[0].rows[2].cells[0].paragraphs[0]._p
    tracked = paragraph.makeelement(qn("w:ins"), {qn("w:id"): "1", qn("w:author"): "x"})
    tracked.append(paragraph[0])
    paragraph.append(tracked)


def with_a_table_in_a_cell(document: Any) -> None:
    document.tables[0].rows[2].cells[0].add_table(1, 1)


def with_a_picture(document: Any) -> None:
    run = document.tables[0].rows[2].cells[0].paragraphs[0].runs[0]._r
    run.append(run.makeelement(qn("w:drawing"), {}))


def without_the_mark(document: Any) -> None:
    document.paragraphs[-1].runs[0].text = "gone"


def with_another_version(document: Any) -> None:
    run = document.paragraphs[-1].runs[0]
    run.text = run.text.replace("pair:", "pair:W")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (without_last_row, "rows below its head; 5 went out"),
        (with_one_row_more, "The table has 6 rows"),
        (merged, "not merged"),
        (with_columns_exchanged, "must say English and Français"),
        (with_a_second_table, "one table"),
        (without_the_table, "one table"),
        (with_a_tracked_change, "Accept or reject them"),
        (with_a_table_in_a_cell, "more than text (a table)"),
        (with_a_picture, "more than text (a picture)"),
        (without_the_mark, "is missing or was changed"),
        (with_another_version, "is missing or was changed"),
    ],
)
def test_another_structure_is_refused_with_a_sentence(change: Callable[[Any], None], words: str) -> None:
    document = sent()
    change(document)
    with pytest.raises(PairRefused) as refused:
        came_back(document)
    assert words in str(refused.value)


def test_the_file_of_another_text_is_refused() -> None:
    for other in ({"key": "licences"}, {"kind": "document"}):
        with pytest.raises(PairRefused, match="of another text"):
            came_back(sent(), **other)


def rezipped(data: bytes, document_xml: bytes) -> bytes:
    """The file with another main part."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(target, "w") as after:
        for name in before.namelist():
            after.writestr(name, document_xml if name == "word/document.xml" else before.read(name))
    return target.getvalue()


def with_a_password(data: bytes) -> bytes:
    """The mark of a password on each part, before it and in the directory."""
    return re.sub(rb"(PK\x03\x04.{2}|PK\x01\x02.{4}).", lambda found: found[1] + b"\x01", data, flags=re.DOTALL)


def with_a_damaged_part(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = archive.getinfo("word/document.xml")
    begin = part.header_offset + 30 + len(part.filename)
    return data[:begin] + b"\xff" * 40 + data[begin + 40 :]


def test_a_word_file_that_cannot_be_opened_is_refused() -> None:
    data = pair_file(PAIR, title="x")
    word = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    without_body = rezipped(data, b"<w:document " + word + b"/>")
    for damaged in (with_a_password(data), with_a_damaged_part(data), without_body, rezipped(data, b"<a/>")):
        with pytest.raises(PairRefused, match="not a Word file"):
            read_pair(io.BytesIO(damaged), kind="text", key="privacy")


def test_what_is_no_word_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("a.txt", "x")
    for data in (b"", b"%PDF-1.7", archive.getvalue(), pair_file(PAIR, title="x")[:2000]):
        with pytest.raises(PairRefused, match="not a Word file"):
            read_pair(io.BytesIO(data), kind="text", key="privacy")
    data = pair_file(PAIR, title="x")
    monkeypatch.setattr(files, "_UNPACKED", 1000)
    with pytest.raises(PairRefused, match="not a Word file"):
        read_pair(io.BytesIO(data), kind="text", key="privacy")
    monkeypatch.setattr(files, "LARGEST", 1000)
    with pytest.raises(PairRefused, match="larger"):
        read_pair(io.BytesIO(data), kind="text", key="privacy")
