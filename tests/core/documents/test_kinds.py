"""What may come in: looked at, not believed. Everything else is refused with a sentence, and nothing is kept."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.storage import default_storage

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.documents.errors import DocumentRefused
from c2m2a_crm.core.documents.kinds import BY_KEY, clean_name, kind_of
from c2m2a_crm.core.documents.services import Facts, add_document
from c2m2a_crm.core.models import Document, Installation
from tests.core.documents.making import docx_bytes, pdf_bytes, upload

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


def looked_at(data: bytes, name: str) -> str:
    return kind_of(io.BytesIO(data), name).key


def office_file(part: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(part, "<x/>")
    return made.getvalue()


def test_each_kind_is_known_by_its_contents() -> None:
    for data, name, key in (
        (pdf_bytes("Lithium"), "a.pdf", "pdf"),
        (docx_bytes("Lithium"), "a.DOCX", "docx"),
        (office_file("xl/workbook.xml"), "a.xlsx", "xlsx"),
        (office_file("ppt/presentation.xml"), "a.pptx", "pptx"),
        ("Métaux, café".encode(), "a.txt", "txt"),
        ("Métaux, café".encode("cp1252"), "a.md", "txt"),
        ("Métaux".encode("utf-16"), "a.txt", "txt"),
        (b"name;place\r\nOre;Sudbury\r\n", "a.csv", "csv"),
        (PNG, "a.png", "png"),
        (b"\xff\xd8\xff\xe0 picture", "a.jpeg", "jpg"),
    ):
        assert looked_at(data, name) == key, name


def test_what_is_not_what_it_says_is_refused_with_a_sentence() -> None:
    bomb = docx_bytes("Ore", extra={"word/media/image1.bin": b"\x00" * (40 * 1024**2)})
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(10_001):
            archive.writestr(str(number), "")
    locked = bytearray(docx_bytes("Ore"))
    locked[6] |= 1
    directory = bytes(locked).index(b"PK\x01\x02")
    locked[directory + 8] |= 1
    for data, name, words in (
        (b"", "empty.pdf", "empty"),
        (pdf_bytes("Ore"), "brief.docx", "Rename it"),
        (docx_bytes("Ore"), "brief.pdf", "Rename it"),
        (b"<script>alert(1)</script>", "page.html", "Rename it"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "drawing.svg", "Rename it"),
        (b"plain words", "no ending", "Rename it"),
        (b"MZ\x90\x00\x03\x00", "tool.exe", "not taken"),
        (b"MZ\x90\x00\x03\x00", "tool.pdf", "not taken"),
        (b"\x7fELF\x02\x01\x01\x00", "brief.txt", "not taken"),
        (office_file("other/part.xml"), "brief.docx", "not taken"),
        (pdf_bytes("Ore") + docx_bytes("Ore"), "both.pdf", "two kinds"),
        (PNG + docx_bytes("Ore"), "both.png", "two kinds"),
        (b"PK\x03\x04%PDF-1.7" + docx_bytes("Ore"), "both.docx", "two kinds"),
        (b"PK\x03\x04 torn", "torn.docx", "damaged"),
        (docx_bytes("Ore")[:-40], "cut.docx", "damaged"),
        (bomb, "bomb.docx", "unpacks to far more"),
        (many.getvalue(), "many.docx", "unpacks to far more"),
        (bytes(locked), "locked.docx", "password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old.doc", "old kind"),
        (docx_bytes("Ore", extra={"word/vbaProject.bin": b"x"}), "macros.docx", "macros"),
    ):
        with pytest.raises(DocumentRefused) as refused:
            looked_at(data, name)
        assert refused.value.field == "file", name
        assert words in refused.value.sentence, (name, refused.value.sentence)


def test_the_list_of_kinds_is_a_setting(settings: object) -> None:
    settings.DOCUMENT_TYPES = ["pdf"]  # type: ignore[attr-defined]
    assert looked_at(pdf_bytes("Ore"), "a.pdf") == "pdf"
    with pytest.raises(DocumentRefused, match="Choose one of these: PDF"):
        looked_at(docx_bytes("Ore"), "a.docx")


def test_names_lose_paths_and_what_cannot_be_seen() -> None:
    pdf = BY_KEY["pdf"]
    for given, kept in (
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\Brief 2026.PDF", "Brief 2026.pdf"),
        ("brief\u202efdp.pdf", "brieffdp.pdf"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("  . .pdf", "document.pdf"),
        ('rep<o>rt:"x".pdf', "rep-o-rt--x-.pdf"),
        ("mémoire sur les métaux.pdf", "mémoire sur les métaux.pdf"),
    ):
        assert clean_name(given, pdf) == kept
    long = clean_name("n" * 300 + ".pdf", pdf)
    assert len(long) <= 160
    assert long.endswith(".pdf")


def stored() -> set[str]:
    found: set[str] = set()
    waiting = ["documents"]
    while waiting:
        place = waiting.pop()
        try:
            folders, files = default_storage.listdir(place)
        except FileNotFoundError:
            continue
        found |= {f"{place}/{name}" for name in files}
        waiting += [f"{place}/{name}" for name in folders]
    return found


def test_what_is_refused_is_not_stored(staff: User) -> None:
    before = stored()
    Installation.objects.update_or_create(pk=1, defaults={"document_max_mb": 1, "document_ceiling": 20})
    facts = Facts(title_en="Brief")
    for file, said, field in (
        (upload(b"", "a.txt"), facts, "file"),
        (upload(b"x" * (1024**2 + 1), "a.txt"), facts, "file"),
        (upload(b"MZ\x00", "a.txt"), facts, "file"),
        (upload("Secret words.", "a.txt"), Facts(title_en="Brief", marking=30), "marking"),
    ):
        with pytest.raises(DocumentRefused) as refused:
            add_document(actor=staff, file=file, language="en", facts=said)
        assert refused.value.field == field
        assert refused.value.sentence.endswith(".")
    assert not Document.objects.exists()
    assert stored() == before
    add_document(actor=staff, file=upload("Words.", "a.txt"), language="en", facts=Facts(title_en="Brief", marking=20))
    assert len(stored()) == len(before) + 1
