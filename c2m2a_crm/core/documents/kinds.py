"""What a file is, found by looking at it: neither its name nor what the browser says of it is believed."""

from __future__ import annotations

import codecs
import re
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO, Any, Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core.documents.errors import DocumentRefused

_OFFICE: Final = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True, slots=True)
class Kind:
    """``key`` is the ending by which the setting ``DOCUMENT_TYPES`` names it; ``endings`` may be its own."""

    key: str
    content_type: str
    endings: tuple[str, ...]
    label: Any


KINDS: Final = (
    Kind("pdf", "application/pdf", (".pdf",), "PDF"),
    Kind("docx", f"{_OFFICE}wordprocessingml.document", (".docx",), "Word"),
    Kind("xlsx", f"{_OFFICE}spreadsheetml.sheet", (".xlsx",), "Excel"),
    Kind("pptx", f"{_OFFICE}presentationml.presentation", (".pptx",), "PowerPoint"),
    Kind("txt", "text/plain", (".txt", ".text", ".md"), gettext_lazy("Plain text")),
    Kind("csv", "text/csv", (".csv",), "CSV"),
    Kind("png", "image/png", (".png",), "PNG"),
    Kind("jpg", "image/jpeg", (".jpg", ".jpeg"), "JPEG"),
)
BY_KEY: Final = {kind.key: kind for kind in KINDS}
BY_CONTENT_TYPE: Final = {kind.content_type: kind for kind in KINDS}
_MAIN_PARTS: Final = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}

# What an office file may unpack to. Known from its directory; what it really unpacks to is limited where it is read.
MOST_UNPACKED: Final = 400 * 1024**2
MOST_PARTS: Final = 10_000
# Packed text shrinks to a tenth or twentieth. What shrinks to a hundredth and is large is there to do harm.
MOST_RATIO: Final = 100
_LARGE: Final = 20 * 1024**2

LONGEST_NAME: Final = 150
_NOT_IN_NAMES: Final = re.compile(r'[<>:"|?*]')
_LOOKED_AT: Final = 1024


def allowed_kinds() -> list[Kind]:
    return [kind for kind in KINDS if kind.key in settings.DOCUMENT_TYPES]


def kind_of(file: IO[bytes], name: str) -> Kind:
    """What the file is. Raises :class:`DocumentRefused` for what is not allowed, two things at once, or misnamed."""
    file.seek(0)
    head = file.read(_LOOKED_AT)
    if not head:
        raise DocumentRefused("file", _("This file is empty. Choose it again once there is something in it."))
    ending = ending_of(name)
    key = _found(file, head, ending)
    file.seek(0)
    kind = BY_KEY.get(key)
    if kind is None or kind not in allowed_kinds():
        raise DocumentRefused(
            "file",
            _("Files of this kind are not taken. Choose one of these: %(kinds)s.") % {"kinds": allowed_in_words()},
        )
    if ending not in kind.endings:
        raise DocumentRefused(
            "file",
            _("The name ends in “%(ending)s”, but this is a file of the kind %(kind)s. Rename it to end in %(right)s.")
            % {"ending": ending or name[-12:], "kind": kind.label, "right": kind.endings[0]},
        )
    return kind


def allowed_in_words() -> str:
    return ", ".join(str(kind.label) for kind in allowed_kinds())


def ending_of(name: str) -> str:
    _stem, dot, ending = name.rpartition(".")
    return f".{ending.lower()}" if dot else ""


def _found(file: IO[bytes], head: bytes, ending: str) -> str:
    if head.startswith(b"PK\x03\x04"):
        if b"%PDF-" in head:
            raise _two_things()
        return _office_kind(file)
    for start, key in ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg")):
        if head.startswith(start):
            # An archive may stand behind anything: it is read from its end.
            if zipfile.is_zipfile(file):
                raise _two_things()
            return key
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise DocumentRefused(
            "file",
            _(
                "This office file is of the old kind or protected by a password. Save it without a password as DOCX, "
                "XLSX, PPTX or PDF, and choose that."
            ),
        )
    if _is_text(file):
        return "csv" if ending == ".csv" else "txt"
    return ""


def _two_things() -> DocumentRefused:
    return DocumentRefused(
        "file", _("This file is two kinds of file at once, which is a way to hide something. Save it anew as a PDF.")
    )


def _office_kind(file: IO[bytes]) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            unpacked = sum(part.file_size for part in parts)
            packed = sum(part.compress_size for part in parts) or 1
            if (
                len(parts) > MOST_PARTS
                or unpacked > MOST_UNPACKED
                or (unpacked > _LARGE and unpacked / packed > MOST_RATIO)
            ):
                raise DocumentRefused(
                    "file",
                    _(
                        "This file unpacks to far more than it seems to hold, which is a way to do harm. Save it as a "
                        "PDF, and choose that."
                    ),
                )
            if any(part.flag_bits & 1 for part in parts):
                raise DocumentRefused(
                    "file", _("This file is protected by a password. Save it without, and choose it again.")
                )
            if any(name.endswith("vbaProject.bin") for name in names):
                raise DocumentRefused(
                    "file",
                    _("This file carries macros, which are programs. Save it without them, and choose it again."),
                )
            if "[Content_Types].xml" not in names:
                return ""
            return next((key for key, part in _MAIN_PARTS.items() if part in names), "")
    # The last but one is how zipfile calls a way of compressing that it cannot undo.
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError):
        raise DocumentRefused(
            "file", _("This file is damaged: it cannot be opened. Save it anew, and choose it again.")
        ) from None


def _is_text(file: IO[bytes]) -> bool:
    """Words and nothing else: no control characters, in one of the encodings that people use."""
    file.seek(0)
    start = file.read(4)
    encoding = "utf-16" if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    is_single_byte = False
    while piece := file.read(65536):
        if encoding != "utf-16" and any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in set(piece)):
            return False
        if is_single_byte:
            continue
        try:
            decoder.decode(piece)
        except UnicodeDecodeError:
            if encoding == "utf-16":
                return False
            is_single_byte = True
    return True


def clean_name(name: str, kind: Kind) -> str:
    """The name under which the file is offered: no path, nothing invisible, nothing that turns the writing round."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(
        letter for letter in base if unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    )
    stem, _dot, _ending = _NOT_IN_NAMES.sub("-", seen).rpartition(".")
    stem = " ".join(stem.split()).strip(". ")[:LONGEST_NAME].strip(". ")
    ending = ending_of(seen)
    return f"{stem or 'document'}{ending if ending in kind.endings else kind.endings[0]}"
