"""Adding, changing, approving, putting aside and removing documents, as people do it on the pages."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html
from python_calamine import CalamineWorkbook

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import exports
from c2m2a_crm.core.backup.services import _file_names
from c2m2a_crm.core.documents import services
from c2m2a_crm.core.models import Document, DocumentVersion, History, Installation, SecurityMarking
from c2m2a_crm.core.registries import exportable_lists
from c2m2a_crm.core.searching.service import search
from members.models import PartyDocument
from members.services import create_party
from tests.core.documents.making import document, newest, pdf_bytes, upload
from tests.engagement.making import initiative

State = Document.State


def filled(**changes: Any) -> dict[str, Any]:
    return {
        "file": upload(pdf_bytes("Anode grade graphite"), "C:\\fakepath\\brief.pdf", "text/html"),
        "language": "en",
        "title_en": "Graphite brief",
        "title_fr": "",
        "document_class": "members",
        "marking": "10",
        "token": str(uuid4()),
        **changes,
    }


def errors_of(response: Any) -> list[str]:
    return [" ".join(item.text_content().split()) for item in html.fromstring(response.content).cssselect(".errors li")]


def test_a_document_is_added_on_the_page_of_a_record(staff: User, as_staff: Client) -> None:
    party = create_party(actor=staff, kind="business", name_en="Northline Nickel", owner=staff)
    page = html.fromstring(as_staff.get(party.get_absolute_url()).content)
    (add,) = page.cssselect("#panel-documents footer a")
    form = html.fromstring(as_staff.get(add.get("href")).content)
    assert "Northline Nickel" in form.cssselect(".lede")[0].text_content()
    assert form.cssselect("form[enctype='multipart/form-data']")[0].get("action") == add.get("href")
    sent = as_staff.post(add.get("href"), filled(third_party_confidential="on", received_from="Northline Nickel"))
    made = Document.objects.get()
    assert sent["Location"] == made.get_absolute_url()
    assert PartyDocument.objects.get().party == party
    version = newest(made)
    # What it is was found out by looking at it; the browser claimed a page of the web.
    assert (version.content_type, version.original_name, version.number) == ("application/pdf", "brief.pdf", 1)
    assert version.size == len(pdf_bytes("Anode grade graphite"))
    assert len(version.sha256) == 64
    assert (made.marking, made.state_en, made.state_fr) == (SecurityMarking.PROTECTED_A, State.DRAFT, State.MISSING)
    shown = as_staff.get(made.get_absolute_url()).content.decode()
    assert "Third-party confidential" in shown
    assert "Protected A" in shown
    card = html.fromstring(as_staff.get(party.get_absolute_url()).content).cssselect("#panel-documents")[0]
    assert "Graphite brief" in card.text_content()
    change = History.objects.filter(tbl="core_document", row_id=made.pk).get()
    assert change.actor_id == staff.pk


def test_a_form_that_is_sent_twice_adds_one_document(as_staff: Client, as_secretariat: Client) -> None:
    token = html.fromstring(as_staff.get("/documents/new/").content).cssselect("[name=token]")[0].get("value")
    assert token != html.fromstring(as_staff.get("/documents/new/").content).cssselect("[name=token]")[0].get("value")
    first, second = (as_staff.post("/documents/new/", filled(token=token)) for _time in range(2))
    made = Document.objects.get()
    assert first["Location"] == second["Location"] == made.get_absolute_url()
    assert made.versions.count() == 1
    # Of somebody else it gives nothing away, and nothing is kept.
    kept = len(default_storage.listdir(f"documents/{timezone.now():%Y}")[1])
    refused = as_secretariat.post("/documents/new/", filled(token=token))
    assert errors_of(refused) == ["This form was sent by somebody else. Open a new one."]
    assert Document.objects.count() == 1
    assert len(default_storage.listdir(f"documents/{timezone.now():%Y}")[1]) == kept


def test_what_was_typed_stays_and_the_page_says_that_the_file_does_not(as_staff: Client) -> None:
    sent = as_staff.post("/documents/new/", filled(title_en="", title_fr="", received_from="Northline"))
    assert sent.status_code == 422
    assert errors_of(sent) == ["Enter a title in at least one language."]
    page = html.fromstring(sent.content)
    assert page.cssselect("[name=received_from]")[0].get("value") == "Northline"
    assert page.cssselect("details.fold[open]")
    assert "choose it once more" in page.cssselect("#id_file_helptext")[0].text_content()
    assert not Document.objects.exists()


def test_a_marking_above_the_ceiling_is_refused_with_what_to_do(as_staff: Client, as_administrator: Client) -> None:
    sent = as_staff.post("/documents/new/", filled(marking="30"))
    (sentence,) = errors_of(sent)
    assert sent.status_code == 422
    assert "nothing marked higher than “Protected B”" in sentence
    assert "Keep this document in a system that is allowed to hold it" in sentence
    settings_page = as_administrator.get("/settings/").content.decode()
    assert "Highest security marking" in settings_page or "highest security marking" in settings_page
    Installation.objects.update_or_create(pk=1, defaults={"document_ceiling": SecurityMarking.SECRET})
    assert as_staff.post("/documents/new/", filled(marking="30")).status_code == 302
    made = Document.objects.get()
    Installation.objects.update(document_ceiling=SecurityMarking.PROTECTED_A)
    edited = {"version": made.version, "title_en": "Graphite brief", "marking": "20"}
    assert as_staff.post(reverse("documents:edit", args=[made.pk]), edited).status_code == 422
    # A document that is above the ceiling by now takes no further file.
    more = {"file": upload("Words."), "language": "en"}
    assert as_staff.post(reverse("documents:add_version", args=[made.pk]), more).status_code == 422
    assert made.versions.count() == 1


def test_bad_input_is_refused_and_nothing_is_written(as_staff: Client) -> None:
    for changes, field in (
        ({"file": upload(b"MZ\x90\x00", "tool.pdf")}, "file"),
        ({"file": ""}, "file"),
        ({"language": "de"}, "language"),
        ({"document_class": "secretariat"}, "document_class"),
        ({"document_class": "sealed:999999"}, "document_class"),
        ({"marking": "15"}, "marking"),
        ({"third_party_confidential": "on"}, "received_from"),
        ({"received_on": "yesterday"}, "received_on"),
        ({"title_en": "x" * 201}, "title_en"),
    ):
        sent = as_staff.post("/documents/new/", filled(**changes))
        assert sent.status_code == 422, changes
        assert field in sent.context["form"].errors, changes
    for query, status in (("party=0", 404), ("party=abc", 404), ("initiative=99999999999999999999", 404)):
        assert as_staff.get(f"/documents/new/?{query}").status_code == status
        assert as_staff.post(f"/documents/new/?{query}", filled()).status_code == status
    assert not Document.objects.exists()
    assert not DocumentVersion.objects.exists()


def test_two_sides_of_one_document(staff: User, as_staff: Client) -> None:
    made = document(staff, language="both")
    approve = reverse("documents:approve", args=[made.pk])

    def states() -> tuple[str, str]:
        made.refresh_from_db()
        return made.state_en, made.state_fr

    assert states() == (State.DRAFT, State.DRAFT)
    for side in ("en", "fr"):
        as_staff.post(approve, {"side": side})
    assert states() == (State.APPROVED, State.APPROVED)
    more = {"file": upload("New words.", "brief-2.txt"), "language": "en", "note": "Prices of May"}
    assert as_staff.post(reverse("documents:add_version", args=[made.pk]), more).status_code == 302
    assert states() == (State.DRAFT, State.STALE)
    as_staff.post(approve, {"side": "fr"})
    assert states() == (State.DRAFT, State.APPROVED)
    page = as_staff.get(made.get_absolute_url()).content.decode()
    assert "Prices of May" in page
    # The file before it is still there, for whoever may read it.
    first = made.versions.get(number=1)
    response: Any = as_staff.get(reverse("documents:file", args=[made.pk, first.pk]))
    assert b"".join(response.streaming_content) == b"Anode grade graphite."
    only_english = document(staff)
    as_staff.post(reverse("documents:approve", args=[only_english.pk]), {"side": "fr"})
    only_english.refresh_from_db()
    assert only_english.state_fr == State.MISSING


def test_the_search_reads_the_newest_file_of_each_language(staff: User) -> None:
    made = document(staff, words="Old spodumene.", language="en")
    services.add_version(actor=staff, document=made, file=upload("Le pétalite."), language="fr")
    services.add_version(actor=staff, document=made, file=upload("New lepidolite."), language="en")
    from c2m2a_crm.core.documents.reading import take_in

    for version in made.versions.all():
        take_in(version.pk)
    assert [search(staff, word).count for word in ("spodumene", "petalite", "lepidolite")] == [0, 1, 1]


def test_two_who_edit_one_document_are_shown_both(staff: User, as_staff: Client) -> None:
    made = document(staff)
    address = reverse("documents:edit", args=[made.pk])
    first = {"version": made.version, "title_en": "Mine", "marking": "0"}
    assert as_staff.post(address, first).status_code == 302
    conflict = as_staff.post(address, {**first, "title_en": "Theirs"})
    assert conflict.status_code == 409
    made.refresh_from_db()
    assert made.title_en == "Mine"


def test_the_mark_of_confidence_travels_into_files(staff: User, tmp_path: Path) -> None:
    entry = exportable_lists["documents"]

    def carried(query: str = "") -> tuple[list[list[str]], str]:
        state = entry.state(exports.request_for(staff, query))
        text = b"".join(exports.stream_csv(entry, state, staff)).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text))), text

    document(staff, title="Ours")
    rows, text = carried()
    column = rows[0].index("Third-party confidential")
    assert rows[1][column] == "No"
    assert "given to us in confidence" not in text
    document(staff, title="Theirs", third_party_confidential=True, received_from="Northline Nickel")
    rows, text = carried()
    assert {row[0]: row[column] for row in rows[1:3]} == {"Ours": "No", "Theirs": "Yes"}
    assert "# Third-party confidential: 1 document of this list was given to us in confidence" in text
    # It cannot be left out by choosing other columns.
    rows, text = carried("column=title")
    assert rows[0] == ["Title", "Third-party confidential"]
    rows, text = carried("confidential=no")
    assert "given to us in confidence" not in text
    book = tmp_path / "documents.xlsx"
    exports.write_file(entry, staff, query="", file_format="xlsx", target=book)
    about = CalamineWorkbook.from_path(book).get_sheet_by_index(1).to_python()
    assert any("given to us in confidence" in str(cell) for row in about for cell in row)


def test_filters_of_the_list(staff: User, as_staff: Client) -> None:
    brief = document(staff, title="Brief", marking=10)
    photo = document(staff, title="Photo", words=b"\x89PNG\r\n\x1a\n" + b"\x00" * 9, name="a.png", language="both")
    for query, found in (
        ("", {brief, photo}),
        ("q=graphite", {brief}),
        ("q=Photo", {photo}),
        ("document_class=members", {brief, photo}),
        ("document_class=sealed", set()),
        ("document_class=public&document_class=members", {brief, photo}),
        ("marking=10", {brief}),
        ("sides=fr-missing", {brief}),
        ("sides=draft", {brief, photo}),
        ("confidential=yes", set()),
        ("kind=png", {photo}),
        ("tab=archived", set()),
    ):
        state = as_staff.get(f"/documents/?{query}").context["list"]
        assert set(state.records) == found, query


def test_put_aside_and_taken_back(staff: User, as_staff: Client) -> None:
    file = initiative("Permits")
    made = document(staff, record=file)
    address = reverse("documents:archive", args=[made.pk])
    assert as_staff.post(address, {"reason": ""}).status_code == 422
    put_aside = as_staff.post(address, {"reason": "Replaced."}, follow=True)
    undo = html.fromstring(put_aside.content).cssselect(".toast form")[0].get("action")
    assert undo == reverse("documents:restore", args=[made.pk])
    assert as_staff.get("/documents/").context["list"].records == []
    assert as_staff.get("/documents/?tab=archived").context["list"].records == [made]
    assert as_staff.get(reverse("documents:edit", args=[made.pk])).status_code == 403
    assert as_staff.get(reverse("documents:file", args=[made.pk, newest(made).pk])).status_code == 200
    as_staff.post(undo)
    made.refresh_from_db()
    assert made.archived_at is None


def test_a_lawful_removal_leaves_neither_file_nor_word(
    staff: User, administrator: User, as_administrator: Client, django_capture_on_commit_callbacks: Any
) -> None:
    made = document(staff, title="Quicksilver brief", words="Quicksilver words", name="quicksilver.txt",
                    received_from="Quicksilver Ltd", third_party_confidential=True)  # fmt: skip
    name = newest(made).file.name
    assert default_storage.exists(name)
    assert search(staff, "Quicksilver").count == 1
    address = reverse("documents:remove", args=[made.pk])
    assert as_administrator.post(address, {"authority": " "}).status_code == 422
    assert default_storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        sent = as_administrator.post(address, {"authority": "Privacy Act, s. 6(3)", "reason": "Asked for."})
    assert sent.status_code == 302
    assert not default_storage.exists(name)
    assert search(staff, "Quicksilver").count == 0
    with connection.cursor() as cursor:
        for table in ("core_document", "core_documentversion", "core_history", "core_search_entry"):
            cursor.execute(f"SELECT count(*) FROM {table} AS it WHERE it::text ILIKE '%quicksilver%'")
            assert cursor.fetchone() == (0,), table
    page = as_administrator.get(made.get_absolute_url())
    assert "What it said was removed for good." in page.content.decode()
    made.refresh_from_db()
    with pytest.raises(PermissionDenied):
        services.restore_document(actor=administrator, document=made)


def test_a_removal_by_another_room_takes_the_files_too(
    staff: User, compliance: User, django_capture_on_commit_callbacks: Any
) -> None:
    from c2m2a_crm.core.history import recorded
    from c2m2a_crm.core.removal import remove_from_history

    made = document(staff)
    name = newest(made).file.name
    with django_capture_on_commit_callbacks(execute=True), recorded(compliance):
        Document.objects.filter(pk=made.pk).update(title_en="Removed")
        remove_from_history(actor=compliance, texts=services.texts_of([made.pk]), authority="An order")
    assert not default_storage.exists(name)
    assert newest(made).text == ""


def test_a_backup_takes_the_files_along(staff: User) -> None:
    assert newest(document(staff)).file.name in set(_file_names())


def test_pages_in_french(staff: User, as_staff: Client) -> None:
    made = document(staff, title="Brief", received_on=date(2026, 3, 1))
    as_staff.cookies["language"] = "fr"
    for address in ("/documents/", "/documents/new/", made.get_absolute_url()):
        assert as_staff.get(address).status_code == 200


def test_wrong_verbs(staff: User, as_staff: Client) -> None:
    made = document(staff)
    for name, verb in (("approve", "get"), ("restore", "get"), ("detail", "post"), ("history", "post")):
        assert getattr(as_staff, verb)(reverse(f"documents:{name}", args=[made.pk])).status_code == 405
