"""The text of one file, read in a process of its own: ``python extraction.py KIND PATH``, the answer as JSON.

A file made to do harm takes no more than this process has: memory, seconds, and nothing of the product. Nothing here
imports the product.
"""

from __future__ import annotations

import codecs
import json
import re
import resource
import sys
import time
import zipfile
from pathlib import Path
from xml.etree import ElementTree

MOST_TEXT = 400_000
MEMORY = 1024**3
SECONDS = 20
# Reading pages ends here, so that what was read is told before the process is ended.
READ_FOR = 12
MOST_OF_A_PART = 60 * 1024**2

_PARTS = {
    "docx": re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml"),
    "xlsx": re.compile(r"xl/(sharedStrings|worksheets/sheet\d+)\.xml"),
    "pptx": re.compile(r"ppt/(slides/slide\d+|notesSlides/notesSlide\d+)\.xml"),
}
_BREAKS = {"p": "\n", "si": "\n", "tab": "\t", "br": "\n"}


class Locked(Exception):
    """It is protected by a password."""


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def read_pdf(path: Path) -> tuple[str, int | None]:
    from pypdf import PasswordType, PdfReader
    from pypdf.errors import FileNotDecryptedError

    reader = PdfReader(path)
    if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
        raise Locked
    until = time.monotonic() + READ_FOR
    found: list[str] = []
    length = 0
    try:
        pages = len(reader.pages)
        for page in reader.pages:
            found.append(page.extract_text())
            length += len(found[-1])
            if length > MOST_TEXT or time.monotonic() > until:
                break
    except FileNotDecryptedError:
        raise Locked from None
    return "\n".join(found), pages


def read_office(path: Path, kind: str) -> tuple[str, int | None]:
    """Everything that stands between the tags for text; a paragraph ends a line."""
    found: list[str] = []
    length = 0
    with zipfile.ZipFile(path) as archive:
        for name in sorted(name for name in archive.namelist() if _PARTS[kind].fullmatch(name)):
            with archive.open(name) as part:
                data = part.read(MOST_OF_A_PART + 1)
            if len(data) > MOST_OF_A_PART or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
                raise ValueError(f"{name} is no part of an honest file")
            for element in ElementTree.fromstring(data).iter():  # noqa: S314  what could declare an entity was refused above
                tag = str(element.tag).rpartition("}")[2]
                found.append(element.text or "" if tag == "t" else _BREAKS.get(tag, ""))
                length += len(found[-1])
                if length > MOST_TEXT:
                    return "".join(found), None
    return "".join(found), None


def read_words(path: Path) -> tuple[str, int | None]:
    data = path.read_bytes()[: MOST_TEXT * 4]
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return data.decode("utf-16", "replace"), None
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        # Cut in the middle of a letter, or of another encoding from the start.
        is_cut = error.start > len(data) - 4
        return data.decode("utf-8-sig" if is_cut else "cp1252", "replace"), None


def read(kind: str, path: Path) -> tuple[str, int | None]:
    if kind == "pdf":
        return read_pdf(path)
    return read_office(path, kind) if kind in _PARTS else read_words(path)


def main(kind: str, path: str) -> None:
    _limit()
    try:
        text, pages = read(kind, Path(path))
        answer = {"text": text[:MOST_TEXT], "pages": pages}
    except Locked:
        answer = {"locked": True}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
