"""Tables as people have them: a CSV of any common encoding and dialect, a workbook, or vCards, as headed rows of text.

Nothing here knows what the rows mean. Cells stay as they are written; outer white space is taken off where a value is
kept. Our own exports are read back exactly. A file is looked through once (is it a table, how many rows), and its rows
are then read as a stream, so that memory does not grow with a CSV.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Final

from charset_normalizer import from_bytes
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core.exports import FOOTER_MARK, restore
from c2m2a_crm.core.imports.vcards import MAX_MB, card_records, is_vcards, left_out
from c2m2a_crm.core.imports.workbooks import Unreadable, sheet_rows

MAX_COLUMNS: Final = 500
DELIMITERS: Final = {
    ",": gettext_lazy("Comma"),
    ";": gettext_lazy("Semicolon"),
    "\t": gettext_lazy("Tab"),
    "|": gettext_lazy("Bar"),
}
ENCODINGS: Final = ("utf-8", "cp1252", "utf-16", "mac_roman", "cp850")
_SAMPLE = 200
_HEAD = 200_000
_BLOCK = 1 << 20
# Bytes that CP1252 does not define.
_NOT_CP1252 = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")

csv.field_size_limit(10 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row of the file. ``line`` is the number a person sees in a spreadsheet or an editor for its first line."""

    line: int
    cells: tuple[str, ...]


@dataclass(slots=True)
class TableFile:
    """A file that was looked through: what it is, and a stream of its rows, which may be asked for again."""

    file: IO[bytes]
    headers: tuple[str, ...]
    row_count: int
    file_format: str
    encoding: str = ""
    delimiter: str = ""
    notes: tuple[str, ...] = ()
    sheet: str = ""
    is_strict: bool = True
    first_record: int = 0
    end_record: int | None = None
    samples: list[list[str]] = field(default_factory=list)

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Everything in it from the beginning, headings and all, with lines."""
        match self.file_format:
            case "xlsx":
                return sheet_rows(self.file, self.sheet)
            case "vcard":
                return card_records(self.file, self.encoding)
        return _records(self.file, self.encoding, self.delimiter, strict=self.is_strict)

    def rows(self) -> Iterator[SourceRow]:
        """The rows below the headings that hold anything, short ones filled, each with its line."""
        width = len(self.headers)
        for place, (line, cells) in enumerate(self.records()):
            if place <= self.first_record:
                continue
            if self.end_record is not None and place >= self.end_record:
                break
            if any(cell.strip() for cell in cells):
                if self.file_format == "csv":
                    cells = [restore(cell) for cell in cells]
                yield SourceRow(line, (*cells, *[""] * (width - len(cells))))


@dataclass(frozen=True, slots=True)
class Table:
    """A small table, all of it at hand."""

    headers: tuple[str, ...]
    rows: list[SourceRow]
    file_format: str
    encoding: str = ""
    delimiter: str = ""
    notes: tuple[str, ...] = ()


def read_table(data: bytes, *, encoding: str = "", delimiter: str = "", sheet: str = "") -> Table:
    """The whole table in ``data``; see :func:`open_table`."""
    found = open_table(io.BytesIO(data), encoding=encoding, delimiter=delimiter, sheet=sheet)
    return Table(found.headers, list(found.rows()), found.file_format, found.encoding, found.delimiter, found.notes)


def open_table(file: IO[bytes], *, encoding: str = "", delimiter: str = "", sheet: str = "") -> TableFile:
    """Look a file through. Encoding and dialect are found out unless they are given; the file must stay open.

    Raises :class:`Unreadable` for what is no table, too large, or has no heading row.
    """
    size = file.seek(0, io.SEEK_END)
    if size > settings.UPLOAD_MAX_MB * 1024**2:
        raise Unreadable(_("The file is larger than %(size)d MB. Split it.") % {"size": settings.UPLOAD_MAX_MB})
    file.seek(0)
    head = file.read(_HEAD)
    if not head.strip() and size == len(head):
        raise Unreadable(_("The file is empty."))
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
        found = TableFile(file, (), 0, "xlsx", sheet=sheet)
    elif is_vcards(head):
        return _open_vcards(file, size, encoding)
    elif head.startswith(b"%PDF-") or (b"\x00" in head[:4096] and not _looks_utf16(head)):
        raise _no_table()
    else:
        encoding = encoding or sniff_encoding(file)
        decoded = "utf-8-sig" if encoding == "utf-8" else encoding
        try:
            # A cut in the middle of a letter is no fault of the file.
            text = codecs.getincrementaldecoder(decoded)().decode(head)
        except (UnicodeDecodeError, LookupError) as error:
            raise _not_written_in(encoding) from error
        if "\x00" in text:
            raise _no_table()
        found = TableFile(file, (), 0, "csv", encoding, delimiter or sniff_delimiter(text))
        found.is_strict = _is_strict(found)
    _look_through(found)
    return found


def _open_vcards(file: IO[bytes], size: int, encoding: str) -> TableFile:
    if size > MAX_MB * 1024**2:
        raise Unreadable(_("The file is larger than %(size)d MB. Split it.") % {"size": MAX_MB})
    found = TableFile(file, (), 0, "vcard", encoding or sniff_encoding(file))
    _look_through(found)
    if others := left_out(file, found.encoding):
        names = ", ".join(f"{name} ({count})" for name, count in others.most_common(8))
        found.notes = (*found.notes, _("Left out of the vCards: %(names)s.") % {"names": names})
    return found


def _no_table() -> Unreadable:
    return Unreadable(_("This is not a table. Save it as CSV (UTF-8), as an Excel workbook or as vCards."))


def _not_written_in(encoding: str) -> Unreadable:
    return Unreadable(_("The file is not written in %(encoding)s. Choose another encoding.") % {"encoding": encoding})


def _look_through(found: TableFile) -> None:
    """Headings, number of rows, some values, and where our own last lines begin."""
    most = settings.IMPORT_MAX_ROWS
    comments: list[tuple[int, str]] = []  # the comments since the last record that is none
    counted_before = 0
    seen: list[dict[str, None]] = []
    headings: list[str] | None = None
    for place, (_line, cells) in enumerate(found.records()):
        if headings is None:
            if place == 0 and found.file_format == "csv" and _is_separator_line(cells, found.delimiter):
                continue
            if any(cell.strip() for cell in cells):
                headings = [restore(cell) if found.file_format == "csv" else cell for cell in cells]
                found.first_record = place
                seen = [{} for _heading in headings]
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if found.file_format == "csv" and cells[0].startswith("# ") and not any(cells[1:]):
            if not comments:
                counted_before = found.row_count
            comments.append((place, cells[0]))
        elif comments:
            comments = []
        found.row_count += 1
        if found.row_count > most + 50:
            break
        for values, cell in zip(seen, cells, strict=False):
            if len(values) < 3 and (value := cell.strip().replace("\x00", "")):
                values.setdefault(restore(value)[:200] if found.file_format == "csv" else value[:200])
    if headings is None:
        raise Unreadable(_("The file is empty."))
    _without_last_lines(found, comments, counted_before)
    if found.row_count > most:
        raise Unreadable(_("The file has more than %(count)d rows. Split it.") % {"count": most})
    found.headers = _headings(headings, seen)
    found.samples = [list(values) for values in seen[: len(found.headers)]]


def _without_last_lines(found: TableFile, comments: list[tuple[int, str]], counted_before: int) -> None:
    """Takes away the last lines of our own exports, and only those: a record called “# 1” is a record."""
    marks = [number for number, (_place, text) in enumerate(comments) if text.startswith(FOOTER_MARK)]
    if not marks:
        return
    found.end_record = comments[marks[-1]][0]
    found.row_count = counted_before + marks[-1]
    if any(text.startswith(("# Incomplete", "# Incompl")) for _place, text in comments[marks[-1] :]):
        found.notes = (_("The file says of itself that it is incomplete."),)


def _headings(cells: list[str], seen: list[dict[str, None]]) -> tuple[str, ...]:
    """Without the last ones that are empty and have nothing below them."""
    headers = [cell.strip().replace("\x00", "") for cell in cells]
    while headers and not headers[-1] and not seen[len(headers) - 1]:
        headers.pop()
    if len(headers) > MAX_COLUMNS:
        raise Unreadable(
            _("The file has more than %(count)d columns. Leave out those that are not needed.") % {"count": MAX_COLUMNS}
        )
    return tuple(headers)


# --- CSV ------------------------------------------------------------------------------------------------------------


def _looks_utf16(data: bytes) -> bool:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    head = data[: 4096 & ~1]
    zeros = sorted((head[0::2].count(0), head[1::2].count(0)))
    return zeros[1] > len(head) // 4 and zeros[0] <= len(head) // 200


def sniff_encoding(file: IO[bytes]) -> str:
    """The encoding of a text file: UTF-8 where it decodes as such, else what Windows, then old Macs and DOS wrote."""
    file.seek(0)
    head = file.read(_BLOCK)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if _looks_utf16(head):
        return "utf-16-le" if head[1:4096:2].count(0) > head[0:4096:2].count(0) else "utf-16-be"
    decoder = codecs.getincrementaldecoder("utf-8")()
    may_be_utf8 = may_be_cp1252 = True
    block = head
    while block and (may_be_utf8 or may_be_cp1252):
        if may_be_utf8:
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                may_be_utf8 = False
        may_be_cp1252 = may_be_cp1252 and not any(byte in block for byte in _NOT_CP1252)
        block = file.read(_BLOCK)
    if may_be_utf8:
        return "utf-8"
    if may_be_cp1252:
        return "cp1252"
    best = from_bytes(head, cp_isolation=["mac_roman", "cp850", "latin_1"]).best()
    return best.encoding if best else "latin_1"


def sniff_delimiter(text: str) -> str:
    """The sign that cuts the most of the first records into the same number of cells, at least two."""
    first = text[:40].split("\n", 1)[0].strip().lower()
    if first.startswith("sep=") and len(first) == 5:
        return first[4]
    best, best_score = ",", (0.0, 0)
    head = text[:_HEAD]
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


def _is_strict(found: TableFile) -> bool:
    """Whether every quotation mark stands where it should. A stray one is then taken as it stands.

    Raises :class:`Unreadable` where one is never closed.
    """
    for strict in (True, False):
        try:
            for _record in _records(found.file, found.encoding, found.delimiter, strict=strict):
                pass
        except _StrayQuotation:
            continue
        return strict
    return False


class _StrayQuotation(Exception):
    """Text stands beside a quotation mark that closes a cell."""


def _records(file: IO[bytes], encoding: str, delimiter: str, *, strict: bool) -> Iterator[tuple[int, list[str]]]:
    """Each record that holds anything, with its first line."""
    file.seek(0)
    text = io.TextIOWrapper(file, "utf-8-sig" if encoding == "utf-8" else encoding, newline="")
    reader = csv.reader(text, delimiter=delimiter, strict=strict)
    before = 0
    try:
        for cells in reader:
            if any(cells):
                yield before + 1, cells
            before = reader.line_num
    except UnicodeDecodeError as error:
        raise _not_written_in(encoding) from error
    except csv.Error as error:
        if strict and "end of data" not in str(error):
            raise _StrayQuotation from error
        raise Unreadable(
            _("Line %(line)d cannot be read: a quotation mark is not closed.") % {"line": before + 1}
        ) from error
    finally:
        text.detach()  # or the file would be closed with the reader


def _is_separator_line(cells: list[str], delimiter: str) -> bool:
    """``sep=;``, by which spreadsheet programs are told the delimiter."""
    return len(cells) <= 2 and delimiter.join(cells).lower().replace(" ", "") == f"sep={delimiter}"
