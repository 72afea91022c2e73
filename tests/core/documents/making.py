"""Small files of each kind, and documents made through the services."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader, PdfWriter

from c2m2a_crm.core.documents import reading, services
from c2m2a_crm.core.models import Document, DocumentVersion

_CONTENT_TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def pdf_bytes(*pages: str) -> bytes:
    """A PDF whose pages say these words, one line each."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    for number, words in enumerate(pages):
        said = words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        drawn = f"BT /F1 12 Tf 72 720 Td ({said}) Tj ET".encode("cp1252")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
    made = io.BytesIO(b"")
    made.write(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(made.tell())
        made.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = made.tell()
    made.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    made.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    made.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return made.getvalue()


def locked_pdf_bytes(words: str) -> bytes:
    """A PDF that opens with a password alone."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_bytes(words))))
    writer.encrypt("a password that nobody gave us", algorithm="AES-256")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def docx_bytes(*paragraphs: str, extra: dict[str, bytes] | None = None) -> bytes:
    """A Word file with these paragraphs; ``extra`` adds parts."""
    body = "".join(f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>" for words in paragraphs)
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'.encode(),
        **(extra or {}),
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return made.getvalue()


def upload(data: bytes | str, name: str = "paper.txt", claimed: str = "application/octet-stream") -> SimpleUploadedFile:
    content = data.encode() if isinstance(data, str) else data
    return SimpleUploadedFile(name, content, content_type=claimed)


def document(
    actor: Any,
    *,
    title: str = "Graphite brief",
    words: str | bytes = "Anode grade graphite.",
    name: str = "brief.txt",
    language: str = "en",
    record: Any = None,
    of_class: services.DocumentClass | None = None,
    is_read: bool = True,
    **facts: Any,
) -> Document:
    """A document with one file, whose text is read at once unless ``is_read`` is False."""
    made = services.add_document(
        actor=actor,
        file=upload(words, name),
        language=language,
        facts=services.Facts(title_en=title, **facts),
        of_class=of_class,
        record=record,
    )
    if is_read:
        for version in made.versions.all():
            reading.take_in(version.pk)
    return made


def newest(of: Document) -> DocumentVersion:
    return of.versions.order_by("-number")[0]
