"""Files that come with an application: kept for the secretariat alone, and nothing of a form that is refused."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.documents import receiving
from c2m2a_crm.core.documents.errors import DocumentRefused
from c2m2a_crm.core.documents.receiving import Sent
from c2m2a_crm.core.models import Document, DocumentVersion, History
from c2m2a_crm.core.registries import Disposal
from c2m2a_crm.core.validity import today
from forums.joining import services
from forums.models import SeatApplication
from members.memberships.retention import APPLICATIONS
from members.memberships.services import Ruling
from members.models import Application
from members.services import add_email, anonymise_person
from tests.core.documents.making import docx_bytes, pdf_bytes, upload
from tests.core.documents.test_reading import scanner
from tests.forums.joining import BASE, application_for, open_table
from tests.forums.making import Making
from tests.forums.reading import errors_of, page_of, text_of
from tests.members.memberships.making import tier
from tests.own_cache import forget_all

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _uncounted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No form was sent before, and no other test has files in the store."""
    forget_all()
    monkeypatch.setattr(default_storage, "location", str(tmp_path))


def sent(**more: Any) -> dict[str, Any]:
    return {
        "form_token": str(uuid.uuid4()),
        "organization_name": "Slag Works",
        "party_kind": "business",
        "given_name": "Sol",
        "family_name": "Slag",
        "email": "sol@slag.example",
        "statement": "We recycle.",
        **more,
    }


def stored() -> int:
    """How many files lie in the store."""
    folder = f"documents/{timezone.now():%Y}"
    return len(default_storage.listdir(folder)[1]) if default_storage.exists(folder) else 0


def with_files(making: Making) -> SeatApplication:
    return application_for(
        open_table(making),
        files=[Sent(upload(pdf_bytes("Black mass"), "plan.pdf")), Sent(upload("Ours alone.", "letter.txt"), True)],
        language_of_files="both",
    )


def test_files_are_kept_once_for_the_secretariat_and_stand_on_the_review(
    making: Making, client: Client, as_secretariat: Client, as_staff: Client
) -> None:
    url = reverse("forums_public:apply", args=[open_table(making).pk])
    page = page_of(client.get(url))
    assert page.cssselect("form[enctype='multipart/form-data'] input[type=file][multiple][name=attachments]")
    assert "10 MB each" in text_of(page, "#id_attachments_helptext")
    before, token = stored(), str(uuid.uuid4())
    for _each in range(2):
        data = sent(
            form_token=token,
            attachments=[upload(pdf_bytes("Black mass"), "plan.pdf"), upload(docx_bytes("Who we are"), "us.docx")],
            files_in_confidence=[upload("Ours alone.", "letter.txt")],
            language_of_files="fr",
        )
        assert client.post(url, data).url == f"{url}?sent=1"
    assert stored() == before + 3
    asked = SeatApplication.objects.get()
    papers = Document.objects.filed_under(asked).order_by("pk")
    assert [(each.title_fr, each.third_party_confidential) for each in papers] == [
        ("plan", False),
        ("us", False),
        ("letter", True),
    ]
    for each in papers:
        assert (each.audience, each.received_from, each.received_on) == ("secretariat", "Slag Works", today())
        assert (each.state_en, each.state_fr) == ("missing", "draft")
        assert each.added_by is None
    assert set(History.objects.filter(tbl="core_document").values_list("writer", flat=True)) == {"public form"}
    review = page_of(as_secretariat.get(asked.get_absolute_url()))
    assert "letter" in text_of(review, "#panel-documents")
    assert "Third-party confidential" in text_of(review, "#panel-documents")
    (paper,) = [each for each in papers if each.third_party_confidential]
    assert "Public form" in as_secretariat.get(paper.get_absolute_url()).content.decode()
    assert "letter" in text_of(page_of(as_secretariat.get(reverse("documents:list"))), "tbody")
    assert as_staff.get(paper.get_absolute_url()).status_code == 404
    version = paper.versions.get()
    answer = as_secretariat.get(reverse("documents:file", args=[paper.pk, version.pk]))
    assert b"".join(answer.streaming_content) == b"Ours alone."  # type: ignore[attr-defined]  # a file is streamed
    making.seal(asked.forum)
    assert as_secretariat.get(paper.get_absolute_url()).status_code == 404


def test_a_form_with_a_file_that_is_not_taken_keeps_its_words_and_leaves_nothing(
    making: Making, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = reverse("forums_public:apply", args=[open_table(making).pk])
    monkeypatch.setattr(receiving, "MOST_MB", 1)
    monkeypatch.setattr(receiving, "MOST_MB_IN_ALL", 1)
    large = b"x" * (1024**2 + 1)
    half = b"x" * 700_000
    fine = ("fine.txt", "Fine.")
    before = stored()
    for field, chosen, sentence in (
        ("attachments", [("tool.exe", b"MZ\x00\x01")], "tool.exe: Files of this kind are not taken."),
        ("files_in_confidence", [("plan.pdf", "no pdf")], "plan.pdf: The name ends in"),
        ("attachments", [("long.txt", large)], "long.txt: The file is larger than 1 MB."),
        ("attachments", [("empty.txt", b"")], "empty.txt: This file is empty."),
        ("attachments", [("one.txt", half), ("two.txt", half)], "larger than 1 MB together"),
        ("attachments", [(f"{number}.txt", "Words.") for number in range(6)], "Choose at most 5 files."),
    ):
        files = [upload(data, name) for name, data in (fine, *chosen)][-max(2, len(chosen)) :]
        answer = client.post(url, sent(contribution="Black mass", **{field: files}))
        assert answer.status_code == 422
        assert sentence in errors_of(answer)
        page = page_of(answer)
        assert text_of(page, "#id_contribution") == "Black mass"
        assert "choose them once more" in text_of(page, "#id_attachments_helptext")
    assert not Application.objects.exists()
    assert not Document.objects.exists()
    assert stored() == before


def test_an_infected_file_stops_the_form_and_an_unanswered_one_is_held_back(
    making: Making, client: Client, as_secretariat: Client, settings: Any
) -> None:
    url = reverse("forums_public:apply", args=[open_table(making).pk])
    before = stored()
    with scanner("stream: OK", "stream: Test.Signature FOUND") as (address, _seen):
        settings.DOCUMENT_SCANNER = address
        answer = client.post(url, sent(attachments=[upload("Fine.", "a.txt"), upload("Bad.", "b.txt")]))
    assert answer.status_code == 422
    assert "b.txt: The virus scanner found “Test.Signature”" in errors_of(answer)
    assert (Application.objects.count(), Document.objects.count(), stored()) == (0, 0, before)
    settings.DOCUMENT_SCANNER = "clamd:///nowhere/clamd.sock"
    assert client.post(url, sent(attachments=[upload("Fine.", "a.txt")])).status_code == 302
    asked = SeatApplication.objects.get()
    assert "Held back until" in text_of(page_of(as_secretariat.get(asked.get_absolute_url())), "#panel-documents")


def test_files_do_not_open_a_way_for_programs(making: Making, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    url = reverse("forums_public:apply", args=[open_table(making).pk])
    before = stored()
    trapped = sent(homepage="https://spam.example", attachments=[upload("Buy.", "spam.txt")])
    assert client.post(url, trapped).url == f"{url}?sent=1"
    assert client.post(url, sent(statement="x" * 70_000, attachments=[upload("Fine.", "a.txt")])).status_code == 413
    monkeypatch.setattr("members.memberships.views.public.FORMS_WITH_FILES_PER_HOUR", 1)
    wrong = {"attachments": [upload("MZ\x00", "a.exe")]}
    assert [client.post(url, sent(**wrong)).status_code for _each in range(2)] == [422, 429]
    assert (Application.objects.count(), Document.objects.count(), stored()) == (0, 0, before)


def test_an_application_for_membership_takes_files_too(client: Client, as_secretariat: Client) -> None:
    of_tier = tier()
    url = reverse("memberships_public:apply")
    answer = client.post(url, sent(tier=of_tier.pk, attachments=[upload("Statutes.", "statutes.txt")]))
    assert answer.status_code == 302, errors_of(answer)
    application = Application.objects.get()
    page = page_of(as_secretariat.get(application.get_absolute_url()))
    assert "statutes" in text_of(page, "#panel-documents")


def test_what_fails_after_the_files_takes_them_away_again(making: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stored()

    def fails(*args: Any, **named: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(services.emails, "tell_received", fails)
    with pytest.raises(RuntimeError):
        with_files(making)
    assert (Document.objects.count(), stored()) == (0, before)


def test_the_files_go_with_the_words_of_the_application(
    making: Making, compliance: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    asked = with_files(making)
    ruling = Ruling("Secretariat", today() - timedelta(days=1), "No room this year.")
    services.decline(actor=making.actor, asked=asked, ruling=ruling, base_url=BASE)
    disposal = Disposal(compliance, "s. 5", "Rule of disposition", BASE)
    before = stored()
    with django_capture_on_commit_callbacks(execute=True):
        APPLICATIONS.dispose(asked.pk, disposal)
    assert {(each.title_en, each.received_from, each.is_removed) for each in Document.objects.all()} == {("", "", True)}
    assert {(each.original_name, each.text, bool(each.file)) for each in DocumentVersion.objects.all()} == {
        ("", "", False)
    }
    assert stored() == before - 2
    assert not History.objects.filter(tbl="core_document", after__title_en="plan").exists()


def test_the_files_go_with_the_name_of_the_applicant(
    making: Making, compliance: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with_files(making)
    person = making.person("Sol Slag")
    add_email(actor=making.actor, owner=person, address="sol@slag.example")
    before = stored()
    with django_capture_on_commit_callbacks(execute=True):
        anonymise_person(actor=compliance, person=person, authority="s. 5", reason="Asked for it")
    assert all(each.is_removed for each in Document.objects.all())
    assert stored() == before - 2


def test_a_service_refuses_what_the_form_would(making: Making) -> None:
    with pytest.raises(DocumentRefused, match=r"tool\.exe: Files of this kind"):
        application_for(open_table(making), files=[Sent(upload(b"MZ\x00", "tool.exe"))])
    assert not Application.objects.exists()
