"""The text of files: read apart from the product, within limits, and said to be missing where there is none."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.documents import extraction, reading, services
from c2m2a_crm.core.documents.errors import DocumentRefused
from c2m2a_crm.core.models import Document, DocumentVersion, History
from c2m2a_crm.core.searching.service import search
from tests.core.documents.making import document, docx_bytes, locked_pdf_bytes, newest, pdf_bytes, upload

Reading = DocumentVersion.Reading
Scan = DocumentVersion.Scan


def test_text_of_each_kind_is_read_and_found(staff: User) -> None:
    for words, name in (
        (pdf_bytes("Concentrate of spodumene", "Second page on petalite"), "a.pdf"),
        (docx_bytes("Concentrate of spodumene", "Second page on petalite"), "a.docx"),
        ("Concentrate of spodumene\nSecond page on petalite", "a.txt"),
    ):
        made = document(staff, title=f"Paper {name}", words=words, name=name)
        version = newest(made)
        assert version.reading == Reading.READ, name
        assert "spodumene" in version.text
        assert "petalite" in version.text
        assert version.pages == (2 if name == "a.pdf" else None)
    assert search(staff, "petalite").count == 3
    assert search(staff, "spodum").count == 3


def test_a_file_without_text_says_so(staff: User) -> None:
    for words, name, state in (
        (pdf_bytes(""), "scan.pdf", Reading.EMPTY),
        (locked_pdf_bytes("Ore"), "locked.pdf", Reading.LOCKED),
        (b"%PDF-1.7\nand then nothing of the kind", "corrupt.pdf", Reading.FAILED),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, "photo.png", Reading.EMPTY),
        (
            docx_bytes(extra={"word/header1.xml": b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'}),
            "entities.docx",
            Reading.FAILED,
        ),
    ):
        version = newest(document(staff, words=words, name=name))
        assert (version.reading, version.text) == (state, ""), name
        assert "No text found in it" in version.get_reading_display()


def test_a_file_that_eats_time_or_memory_is_given_up(
    staff: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    version = newest(document(staff, is_read=False))
    source = extraction.__file__  # asked before it is put in another's place below
    for program, patience, outcome in (
        ("pass", 60, Reading.READ),  # what shows that the other two would be seen
        ("import mmap; taken = mmap.mmap(-1, 8 * 1024**3)", 60, Reading.FAILED),
        ("while True: pass", 2, Reading.FAILED),
    ):
        greedy = tmp_path / "greedy.py"
        greedy.write_text(
            f"import importlib.util, sys\nspec = importlib.util.spec_from_file_location('limits', '{source}')\n"
            "module = importlib.util.module_from_spec(spec); spec.loader.exec_module(module)\n"
            f'module._limit()\n{program}\nsys.stdout.write(\'{{"text": "words", "pages": null}}\')\n'
        )
        monkeypatch.setattr(reading.extraction, "__file__", str(greedy))
        monkeypatch.setattr(reading, "PATIENCE", patience)
        assert reading.read(version).reading == outcome, program


def test_a_lost_task_is_made_up_for(staff: User) -> None:
    version = newest(document(staff, is_read=False))
    assert reading.take_in_forgotten() == 0
    DocumentVersion.objects.update(uploaded_at=timezone.now() - timedelta(minutes=5))
    assert reading.take_in_forgotten() == 1
    version.refresh_from_db()
    assert version.reading == Reading.READ
    assert reading.take_in_forgotten() == 0


def test_a_file_that_is_lost_keeps_no_other_from_being_read(staff: User) -> None:
    lost, other = (newest(document(staff, is_read=False)) for _number in range(2))
    DocumentVersion.objects.update(uploaded_at=timezone.now() - timedelta(minutes=5))
    lost.file.storage.delete(lost.file.name)
    reading.take_in_forgotten()
    lost.refresh_from_db()
    other.refresh_from_db()
    assert (lost.reading, other.reading) == (Reading.FAILED, Reading.READ)


def test_files_without_a_verdict_keep_no_other_waiting(
    staff: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scanner that answers but never clears the oldest: they take turns, and the next one is read at once."""
    monkeypatch.setattr(reading, "_AT_ONCE", 2)
    settings.DOCUMENT_SCANNER = "clamd:///nowhere/clamd.sock"
    old = [newest(document(staff, is_read=False)) for _number in range(3)]
    settings.DOCUMENT_SCANNER = ""
    late = newest(document(staff, is_read=False))
    settings.DOCUMENT_SCANNER = "clamd:///nowhere/clamd.sock"
    DocumentVersion.objects.update(uploaded_at=timezone.now() - timedelta(minutes=5))
    changes = History.objects.filter(tbl="core_documentversion").count()
    for _turn in range(2):
        assert reading.take_in_forgotten() == 2
    late.refresh_from_db()
    assert late.reading == Reading.READ
    assert all(DocumentVersion.objects.get(pk=version.pk).tried_at for version in old)
    assert History.objects.filter(tbl="core_documentversion").count() == changes, "a try is no news for history"


@contextmanager
def scanner(*answers: str) -> Iterator[tuple[str, list[bytes]]]:
    """A daemon that speaks as ClamAV's does; its address, and what it was sent."""
    server = socket.create_server(("127.0.0.1", 0))
    sent: list[bytes] = []

    def serve() -> None:
        for answer in answers:
            connection, _address = server.accept()
            with connection, connection.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\x00"
                data = b""
                while length := struct.unpack(">I", stream.read(4))[0]:
                    data += stream.read(length)
                sent.append(data)
                connection.sendall(answer.encode() + b"\x00")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"clamd://127.0.0.1:{server.getsockname()[1]}", sent
    finally:
        server.close()
        thread.join(5)


def test_the_scanner_is_asked_before_anything_is_kept(staff: User, settings: Any) -> None:
    with scanner("stream: OK", "stream: Test.Signature FOUND") as (address, sent):
        settings.DOCUMENT_SCANNER = address
        clean = newest(document(staff, words="Words that are fine.", is_read=False))
        assert clean.scan == Scan.CLEAN
        with pytest.raises(DocumentRefused, match=r"found “Test\.Signature” in this file\. It was not kept"):
            services.add_document(
                actor=staff, file=upload("Bad words."), language="en", facts=services.Facts(title_en="Bad")
            )
    assert sent == [b"Words that are fine.", b"Bad words."]
    assert Document.objects.count() == 1


def test_what_the_scanner_has_not_cleared_is_held_back(staff: User, as_staff: Client, settings: Any) -> None:
    settings.DOCUMENT_SCANNER = "clamd:///nowhere/clamd.sock"
    made = document(staff)
    version = newest(made)
    assert (version.scan, version.reading) == (Scan.WAITING, Reading.WAITING)
    fetch = reverse("documents:file", args=[made.pk, version.pk])
    assert as_staff.get(fetch).status_code == 403
    assert "Held back until the virus scanner has answered." in as_staff.get(made.get_absolute_url()).content.decode()
    with scanner("stream: OK") as (address, _sent):
        settings.DOCUMENT_SCANNER = address
        reading.take_in(version.pk)
    assert as_staff.get(fetch).status_code == 200
    assert newest(made).reading == Reading.READ


def test_what_is_found_infected_later_stays_shut(staff: User, as_staff: Client, settings: Any) -> None:
    settings.DOCUMENT_SCANNER = "clamd:///nowhere/clamd.sock"
    made = document(staff)
    with scanner("stream: Test.Signature FOUND") as (address, _sent):
        settings.DOCUMENT_SCANNER = address
        reading.take_in(newest(made).pk)
    version = newest(made)
    assert (version.scan, version.scan_words, version.text) == (Scan.INFECTED, "Test.Signature", "")
    assert as_staff.get(reverse("documents:file", args=[made.pk, version.pk])).status_code == 403
    assert not DocumentVersion.objects.waiting().exists()


def test_without_a_scanner_the_page_says_that_nothing_was_scanned(staff: User, as_staff: Client) -> None:
    page = as_staff.get(document(staff).get_absolute_url()).content.decode()
    assert "Not scanned: no virus scanner is set up." in page
