"""Tables as people have them: a CSV of any common encoding and dialect, or a workbook, read into headed rows of text.

Nothing here knows what the rows mean; rooms plan and apply (``members.imports``). Cells stay as they are written; outer
white space is taken off where a value is kept. Our own exports are read back exactly.
"""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

import python_calamine
from charset_normalizer import from_bytes
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core.exports import FOOTER_MARK, restore
from c2m2a_crm.core.text import fold

MAX_BYTES: Final = 20 * 1024 * 1024
MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 500
MAX_UNPACKED: Final = 300 * 1024 * 1024
DELIMITERS: Final = {
    ",": gettext_lazy("Comma"),
    ";": gettext_lazy("Semicolon"),
    "\t": gettext_lazy("Tab"),
    "|": gettext_lazy("Bar"),
}
ENCODINGS: Final = ("utf-8", "cp1252", "utf-16", "mac_roman", "cp850")
_SAMPLE = 200

csv.field_size_limit(10 * 1024 * 1024)


class Unreadable(Exception):
    """The file is not a table we can read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row of the file. ``line`` is the number a person sees in a spreadsheet or an editor for its first line."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    headers: tuple[str, ...]
    rows: list[SourceRow]
    file_format: str
    encoding: str = ""
    delimiter: str = ""
    notes: tuple[str, ...] = ()

    def samples(self, place: int, limit: int = 3) -> list[str]:
        """The first different values of a column."""
        found: dict[str, None] = {}
        for row in self.rows:
            if value := row.cells[place].strip():
                found.setdefault(value)
                if len(found) == limit:
                    break
        return list(found)


def read_table(data: bytes, name: str = "", *, encoding: str = "", delimiter: str = "", sheet: str = "") -> Table:
    """The table in ``data``. Encoding and dialect are found out unless they are given.

    Raises :class:`Unreadable` for what is no table, too large, or has no heading row.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(_("The file is larger than %(size)d MB. Split it.") % {"size": MAX_BYTES // 1024**2})
    if not data.strip():
        raise Unreadable(_("The file is empty."))
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
        return _read_workbook(data, sheet)
    if data.startswith(b"%PDF-") or (b"\x00" in data[:4096] and not _looks_utf16(data)):
        raise Unreadable(_("This is not a table. Save it as CSV (UTF-8) or as an Excel workbook."))
    return _read_csv(data, encoding, delimiter)


# --- CSV ------------------------------------------------------------------------------------------------------------


def _looks_utf16(data: bytes) -> bool:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    head = data[: 4096 & ~1]
    zeros = sorted((head[0::2].count(0), head[1::2].count(0)))
    return zeros[1] > len(head) // 4 and zeros[0] <= len(head) // 200


def sniff_encoding(data: bytes) -> str:
    """The encoding of a text file: UTF-8 where it decodes as such, else what Windows, then old Macs and DOS wrote."""
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if _looks_utf16(data):
        return "utf-16-le" if data[1:4096:2].count(0) > data[0:4096:2].count(0) else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        best = from_bytes(data, cp_isolation=["mac_roman", "cp850", "latin_1"]).best()
        return best.encoding if best else "latin_1"
    return "cp1252"


def sniff_delimiter(text: str) -> str:
    """The sign that cuts the most of the first records into the same number of cells, at least two."""
    first = text[:40].split("\n", 1)[0].strip().lower()
    if first.startswith("sep=") and len(first) == 5:
        return first[4]
    best, best_score = ",", (0.0, 0)
    head = text[:200_000]
    for delimiter in DELIMITERS:
        counts: Counter[int] = Counter()
        try:
            for cells in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter):
                if any(cells) and not cells[0].startswith("# "):
                    counts[len(cells)] += 1
                if counts.total() == _SAMPLE:
                    break
        except csv.Error:
            continue
        width, times = max(counts.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        score = (times / counts.total() if width > 1 else 0.0, width)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _read_csv(data: bytes, encoding: str, delimiter: str) -> Table:
    encoding = encoding or sniff_encoding(data)
    try:
        text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise Unreadable(
            _("The file is not written in %(encoding)s. Choose another encoding.") % {"encoding": encoding}
        ) from error
    delimiter = delimiter or sniff_delimiter(text)
    records = _records(text, delimiter)
    if records and len(records[0].cells) <= 2 and records[0].cells[0].lower().startswith("sep"):
        first = delimiter.join(records[0].cells).lower().replace(" ", "")
        if first == f"sep={delimiter}":
            records.pop(0)
    records, notes = _without_footer(records)
    restored = [SourceRow(record.line, tuple(restore(cell) for cell in record.cells)) for record in records]
    return _headed(restored, file_format="csv", encoding=encoding, delimiter=delimiter, notes=notes)


def _records(text: str, delimiter: str) -> list[SourceRow]:
    """The records with their first lines. A stray quotation mark is taken as it stands, one never closed is refused."""
    for strict in (True, False):
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
        records: list[SourceRow] = []
        before = 0
        try:
            for cells in reader:
                if any(cells):
                    records.append(SourceRow(before + 1, tuple(cells)))
                before = reader.line_num
                if len(records) > MAX_ROWS + 50:
                    break
        except csv.Error as error:
            if strict and "end of data" not in str(error):
                continue
            raise Unreadable(
                _("Line %(line)d cannot be read: a quotation mark is not closed.") % {"line": before + 1}
            ) from error
        break
    return records


def _without_footer(records: list[SourceRow]) -> tuple[list[SourceRow], tuple[str, ...]]:
    """Takes away the last lines of our own exports, and only those: a record called “# 1” is a record."""
    start = len(records)
    while start and _is_comment(records[start - 1]):
        start -= 1
    marks = [place for place in range(start, len(records)) if records[place].cells[0].startswith(FOOTER_MARK)]
    if not marks:
        return records, ()
    incomplete = [
        record for record in records[marks[-1] :] if record.cells[0].startswith(("# Incomplete", "# Incompl"))
    ]
    notes = (_("The file says of itself that it is incomplete."),) if incomplete else ()
    return records[: marks[-1]], notes


def _is_comment(record: SourceRow) -> bool:
    return record.cells[0].startswith("# ") and not any(record.cells[1:])


# --- Workbooks ------------------------------------------------------------------------------------------------------


def _read_workbook(data: bytes, sheet: str) -> Table:
    if data.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                unpacked = sum(entry.file_size for entry in archive.infolist())
        except zipfile.BadZipFile as error:
            raise Unreadable(_("The workbook is damaged. Open it, save it again, and try once more.")) from error
        if unpacked > MAX_UNPACKED:
            raise Unreadable(_("The workbook is too large to open safely. Save the sheet as CSV."))
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = [sheet] if sheet else list(book.sheet_names)
        for name in names:
            grid = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            records = [
                SourceRow(line, tuple(_cell_text(cell) for cell in cells))
                for line, cells in enumerate(grid, start=1)
                if any(cell not in ("", None) for cell in cells)
            ]
            if records:
                return _headed(records, file_format="xlsx")
    except python_calamine.PasswordError as error:
        raise Unreadable(_("The workbook is protected by a password. Save it without one.")) from error
    except python_calamine.CalamineError as error:
        raise Unreadable(_("The workbook cannot be read. Open it, save it again, and try once more.")) from error
    raise Unreadable(_("The file is empty."))


def _cell_text(cell: Any) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return _("Yes") if cell else _("No")
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
        case _:
            return str(cell)


def _headed(
    records: Sequence[SourceRow],
    *,
    file_format: str,
    encoding: str = "",
    delimiter: str = "",
    notes: tuple[str, ...] = (),
) -> Table:
    if not records:
        raise Unreadable(_("The file is empty."))
    headers = tuple(cell.strip() for cell in records[0].cells)
    while headers and not headers[-1]:
        headers = headers[:-1]
    if len(headers) > MAX_COLUMNS:
        raise Unreadable(
            _("The file has more than %(count)d columns. Leave out those that are not needed.") % {"count": MAX_COLUMNS}
        )
    rows = [
        SourceRow(record.line, record.cells + ("",) * (len(headers) - len(record.cells)))
        for record in records[1:]
        if any(cell.strip() for cell in record.cells)
    ]
    if len(rows) > MAX_ROWS:
        raise Unreadable(_("The file has more than %(count)d rows. Split it.") % {"count": MAX_ROWS})
    return Table(headers, rows, file_format, encoding, delimiter, notes)


# --- Columns --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Target:
    """A field that a column can fill. ``hints`` are headings as files write them, folded; the first match wins."""

    key: str
    label: str | Promise
    hints: tuple[str, ...]
    is_required: bool = False


def guess_mapping(headers: Sequence[str], targets: Iterable[Target]) -> dict[str, int]:
    """Target key → column. A heading equal to a hint beats one that only contains it; each column is used once."""
    folded = [fold(header).replace("_", " ") for header in headers]
    mapping: dict[str, int] = {}
    for matches in (str.__eq__, str.__contains__):
        for target in targets:
            if target.key in mapping:
                continue
            for hint in target.hints:
                places = [
                    place for place, text in enumerate(folded) if matches(text, hint) and place not in mapping.values()
                ]
                if places:
                    mapping[target.key] = places[0]
                    break
    return mapping


# --- Verdicts -------------------------------------------------------------------------------------------------------


class Verdict(StrEnum):
    """What an import would do with a row, worst last."""

    UNCHANGED = "unchanged"
    UPDATED = "updated"
    NEW = "new"
    SKIPPED = "skipped"
    DECISION = "decision"
    REJECTED = "rejected"

    @property
    def label(self) -> str | Promise:
        return VERDICT_LABELS[self]

    @property
    def tone(self) -> str:
        return {"new": "ok", "updated": "info", "decision": "copper", "rejected": "bad"}.get(self.value, "line")


VERDICT_LABELS: Final[Mapping[Verdict, Promise]] = {
    Verdict.UNCHANGED: gettext_lazy("Nothing to change"),
    Verdict.UPDATED: gettext_lazy("Updated"),
    Verdict.NEW: gettext_lazy("New"),
    Verdict.SKIPPED: gettext_lazy("Left out"),
    Verdict.DECISION: gettext_lazy("Needs a decision"),
    Verdict.REJECTED: gettext_lazy("Rejected"),
}


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    order = list(Verdict)
    return max(verdicts, key=order.index, default=Verdict.UNCHANGED)


@dataclass(slots=True)
class RowReport:
    """What happens to one row, with the reason as a sentence that says what to do."""

    line: int
    verdict: Verdict
    names: list[str]
    sentences: list[str] = field(default_factory=list)
