"""Sheets of workbooks as rows of text; what would not fit into memory is refused before it is opened."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import IO, Any, Final

import python_calamine
from django.utils.translation import gettext as _

MAX_UNPACKED: Final = 300 * 1024 * 1024
# A sheet is held as the rectangle of its cells; one value in the last corner would ask for 17 thousand million.
MAX_CELLS: Final = 10_000_000
_BLOCK = 1 << 20
_FILLED_CELL = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})([0-9]{1,7})"[^>]*(?<!/)>')


class Unreadable(Exception):
    """The file is not a table we can read; the message says what to do."""


def sheet_rows(file: IO[bytes], sheet: str = "") -> Iterator[tuple[int, list[str]]]:
    """Each row that holds anything of the named sheet, else of the first that holds anything, with its number."""
    file.seek(0)
    if file.read(2) == b"PK":
        _refuse_bombs(file)
    file.seek(0)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(file)
        for name in [sheet] if sheet else list(book.sheet_names):
            found = False
            for number, cells in enumerate(book.get_sheet_by_name(name).iter_rows(), start=1):
                if any(cell not in ("", None) for cell in cells):
                    found = True
                    yield number, [_cell_text(cell) for cell in cells]
            if found:
                return
    except python_calamine.PasswordError as error:
        raise Unreadable(_("The workbook is protected by a password. Save it without one.")) from error
    except python_calamine.CalamineError as error:
        raise Unreadable(_("The workbook cannot be read. Open it, save it again, and try once more.")) from error


def _refuse_bombs(file: IO[bytes]) -> None:
    """Unpacks every part in small pieces: what a part says of its own size may be a lie."""
    too_large = Unreadable(_("The workbook is too large to open safely. Save the sheet as CSV."))
    try:
        with zipfile.ZipFile(io.BufferedReader(_Unclosed(file))) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > MAX_UNPACKED or len(entries) > 10_000:
                raise too_large
            for entry in entries:
                with archive.open(entry) as part:  # a part longer than it says fails its checksum
                    if _cells_of(part) > MAX_CELLS:
                        raise too_large
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError, ValueError) as error:
        raise Unreadable(_("The workbook is damaged. Open it, save it again, and try once more.")) from error


class _Unclosed(io.RawIOBase):
    """The file for a reader that would close it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _cells_of(part: IO[bytes]) -> int:
    """Cells of the rectangle that the filled cells of a sheet span; 0 for any other part."""
    top, bottom, left, right = 1 << 30, 0, 1 << 30, 0
    rest = b""
    while block := part.read(_BLOCK):
        text = rest + block
        for letters, digits in _FILLED_CELL.findall(text):
            row, column = int(digits), 0
            for letter in letters:
                column = column * 26 + letter - 64
            top, bottom = min(top, row), max(bottom, row)
            left, right = min(left, column), max(right, column)
        rest = text[-200:] if b">" not in text[-200:] else text[text.rfind(b">") + 1 :]
    return max(0, bottom - top + 1) * max(0, right - left + 1)


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
