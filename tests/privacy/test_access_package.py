"""Reviewing, and what leaves: exempt means absent, and every file says how far it can be relied upon."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from c2m2a_crm.accounts.models import Role, RoleGrant, User
from c2m2a_crm.accounts.policies import NotAllowed
from c2m2a_crm.core.disposal import DisposalRefused
from c2m2a_crm.core.exports import FILES_LAST, delete_old_files
from c2m2a_crm.core.history import history_of
from c2m2a_crm.core.jobs import run
from c2m2a_crm.core.models import AuditEvent, Job
from c2m2a_crm.privacy.models import AccessItem, AccessRequest
from c2m2a_crm.privacy.services.package import start_package
from c2m2a_crm.privacy.services.requests import RequestRefused, close_request, reopen_request
from c2m2a_crm.privacy.services.reviewing import review_item
from members.models import Person
from members.services import anonymise_person, create_person
from tests.engagement.making import log
from tests.factories import UserFactory
from tests.privacy.making import about, information, owned_circle, profile, search

Mark = AccessItem.Mark
MARK = "Quicksilver"


@pytest.fixture
def person(staff: User) -> Person:
    return create_person(actor=staff, given_name="Amara", family_name="Tamarack")


@pytest.fixture
def asked(staff: User, compliance: User, person: Person) -> AccessRequest:
    for number in range(4):
        log(staff, person, subject=f"{MARK} {number}", notes=f"Before {MARK} note {number} after")
    request = about(compliance, person, language="fr")
    search(compliance, request)
    return request


def entries(request: AccessRequest) -> list[AccessItem]:
    return list(request.items.filter(table="engagement_interaction").order_by("number"))


def made(actor: User, request: AccessRequest, file_format: str, language: str = "en") -> tuple[Job, bytes]:
    job = start_package(
        actor=actor, request=request, file_format=file_format, language=language, purpose="To answer the request."
    )
    run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    with job.result_file.open("rb") as file:
        return job, file.read()


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_what_is_not_released_is_in_no_file(compliance: User, asked: AccessRequest) -> None:
    exempt, not_relevant, third_party, waiting = entries(asked)
    review_item(actor=compliance, item=exempt, mark=Mark.EXEMPT, section="s. 26")
    review_item(actor=compliance, item=not_relevant, mark=Mark.NOT_RELEVANT)
    review_item(actor=compliance, item=third_party, mark=Mark.THIRD_PARTY)
    for file_format in ("csv", "pdf"):
        _job, content = made(compliance, asked, file_format)
        assert MARK.encode() not in content
        text = words_of(content) if file_format == "pdf" else content.decode()
        assert MARK not in text
        assert "Exempt: s. 26" in text
        assert f"{waiting.number}" in text
        assert "Not complete: 1 record waits for the answer of a third party." in text
    review_item(actor=compliance, item=waiting, mark=Mark.RELEASE)
    for file_format in ("csv", "pdf"):
        _job, content = made(compliance, asked, file_format)
        text = words_of(content) if file_format == "pdf" else content.decode()
        assert text.count(f"{MARK} note") == 1, file_format


def test_a_passage_is_replaced_by_its_section(compliance: User, asked: AccessRequest) -> None:
    part = entries(asked)[0]
    passages = f"{MARK.upper()} note 0\n{MARK} 0\n{MARK}"
    review_item(actor=compliance, item=part, mark=Mark.PART, section="s. 26", passages=passages)
    _job, content = made(compliance, asked, "csv")
    rows = {row[0]: row for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) if row}
    row = rows[str(part.number)]
    assert "Before [s. 26] after" in row[4]
    assert MARK not in "".join(row)


@pytest.mark.parametrize(
    ("mark", "facts", "field"),
    [
        (Mark.EXEMPT, {}, "section"),
        (Mark.PART, {"section": "s. 26"}, "passages"),
        (Mark.PART, {"section": "s. 26", "passages": "not in it"}, "passages"),
        ("nonsense", {}, "mark"),
    ],
)
def test_a_mark_that_says_too_little_is_refused(
    mark: str, facts: dict[str, str], field: str, compliance: User, asked: AccessRequest
) -> None:
    item = entries(asked)[0]
    with pytest.raises(RequestRefused) as refused:
        review_item(actor=compliance, item=item, mark=mark, **facts)
    assert refused.value.field == field
    item.refresh_from_db()
    assert (item.mark, item.reviewed_by) == ("", None)


def test_files_say_whose_rights_and_which_act_in_either_language(
    compliance: User, staff: User, asked: AccessRequest
) -> None:
    owned_circle(staff, compliance)
    _job, content = made(compliance, asked, "pdf")
    text = words_of(content)
    assert "You may complain to the Privacy Commissioner of Canada." in text
    assert "This supports an answer under the Personal Information Protection and Electronic Documents Act" in text
    assert "Not complete: not every circle has answered." in text
    assert PdfReader(io.BytesIO(content)).trailer["/Root"]["/Lang"] == "en-CA"
    _job, french = made(compliance, asked, "pdf", "fr")
    assert PdfReader(io.BytesIO(french)).trailer["/Root"]["/Lang"] == "fr-CA"
    profile("federal_institution")
    request = information(compliance, MARK)
    search(compliance, request)
    _job, content = made(compliance, request, "csv")
    assert "Access to Information Act, s. 7" in content.decode()
    assert "Information Commissioner" in content.decode()


def test_fetching_is_noted_with_its_purpose_and_refused_to_others(
    as_compliance: Client, compliance: User, administrator: User, client_of: object, asked: AccessRequest
) -> None:
    job, _content = made(compliance, asked, "csv")
    address = reverse("core:job_file", args=[job.pk])
    response = as_compliance.get(address)
    assert (response.status_code, b"".join(response.streaming_content)[:3]) == (200, b"\xef\xbb\xbf")  # type: ignore[attr-defined]  # a file
    event = AuditEvent.objects.get(verb="access.package_fetched")
    assert (event.actor, event.subject_id) == (compliance, asked.pk)
    assert event.details["purpose"] == "To answer the request."
    assert AuditEvent.objects.filter(verb="access.package_made").count() == 1
    assert client_of(administrator).get(address).status_code == 404  # type: ignore[operator]  # a browser of the cast
    for role in ((), (Role.STAFF,)):  # who left, and who does other work now
        compliance.role_grants.all().delete()
        RoleGrant.objects.bulk_create(RoleGrant(user=compliance, role=each) for each in role)
        assert as_compliance.get(address).status_code == 403
    assert AuditEvent.objects.filter(verb="access.package_fetched").count() == 1


def test_a_file_needs_a_purpose(compliance: User, asked: AccessRequest) -> None:
    with pytest.raises(RequestRefused):
        start_package(actor=compliance, request=asked, file_format="csv", language="en", purpose=" ")
    assert not Job.objects.filter(kind="privacy.package").exists()


def test_closing_deletes_the_files_and_keeps_the_records(compliance: User, asked: AccessRequest) -> None:
    job, _content = made(compliance, asked, "csv")
    count = asked.items.count()
    close_request(actor=compliance, request=asked, note="Answered.")
    job.refresh_from_db()
    assert not job.result_file
    assert asked.items.count() == count
    with pytest.raises(RequestRefused):
        review_item(actor=compliance, item=entries(asked)[0], mark=Mark.RELEASE)


def test_of_a_closed_request_no_file_is_made_until_it_is_reopened(
    compliance: User, as_compliance: Client, asked: AccessRequest
) -> None:
    waiting = start_package(actor=compliance, request=asked, file_format="csv", language="en", purpose="To answer.")
    close_request(actor=compliance, request=asked, note="Answered.")
    run(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, bool(waiting.result_file)) == ("failed", False)
    assert waiting.error == "This request is closed: no file of it is made any more. Reopen it first."

    sent = {"file_format": "csv", "language": "en", "purpose": "To answer."}
    address = reverse("privacy:package", args=[asked.pk])
    assert as_compliance.post(address, sent).status_code == 422
    assert not Job.objects.filter(kind="privacy.package").exclude(pk=waiting.pk).exists()
    page = as_compliance.get(asked.get_absolute_url()).content.decode()
    assert address not in page

    again = reverse("privacy:reopen", args=[asked.pk])
    assert again in page
    assert as_compliance.post(again, {"reason": " "}).status_code == 422
    due = asked.due_on
    assert as_compliance.post(again, {"reason": "The requester complained."}).status_code == 302
    asked.refresh_from_db()
    assert (asked.closed_on, asked.closing_note, asked.due_on) == (None, "", due)
    assert history_of(asked).first().reason == "The requester complained."  # type: ignore[union-attr]  # it was changed
    assert address in as_compliance.get(asked.get_absolute_url()).content.decode()
    assert made(compliance, asked, "csv")[1]
    with pytest.raises(RequestRefused, match="is open"):
        reopen_request(actor=compliance, request=asked, reason="Again.")


def test_a_request_whose_words_are_gone_is_not_reopened(compliance: User, asked: AccessRequest) -> None:
    close_request(actor=compliance, request=asked, note="Answered.")
    AccessRequest.objects.filter(pk=asked.pk).update(requester="")
    with pytest.raises(RequestRefused, match="disposed of"):
        reopen_request(actor=compliance, request=asked, reason="They complained.")
    with pytest.raises(NotAllowed):
        reopen_request(actor=UserFactory(roles=[Role.STAFF]), request=asked, reason="They complained.")


def test_a_job_of_somebody_who_lost_the_role_makes_nothing(compliance: User, asked: AccessRequest) -> None:
    other = UserFactory(roles=["compliance"])
    job = start_package(actor=other, request=asked, file_format="csv", language="en", purpose="To answer.")
    other.role_grants.all().delete()
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, bool(job.result_file)) == ("failed", False)


def test_a_file_is_kept_for_some_days_only(compliance: User, asked: AccessRequest) -> None:
    job, _content = made(compliance, asked, "csv")
    delete_old_files()
    job.refresh_from_db()
    assert job.result_file
    Job.objects.update(finished_at=timezone.now() - FILES_LAST - timedelta(minutes=1))
    delete_old_files()
    job.refresh_from_db()
    assert not job.result_file


def test_who_is_made_anonymous_goes_from_what_others_asked_for(
    compliance: User, staff: User, asked: AccessRequest, person: Person
) -> None:
    """Copies name whoever took part. A passage that does not stand in them any more must not go out instead."""
    other = create_person(actor=staff, given_name="Zebulon", family_name="Quillfeather")
    log(staff, person, other, subject="Brine", notes="Nothing was said.")
    search(compliance, asked)
    with_name, *_others = [item for item in asked.items.all() if "Quillfeather" in item.text]
    passage = "Quillfeather; Samir Okoye"
    review_item(actor=compliance, item=with_name, mark=Mark.PART, section="s. 26", passages=passage)
    with pytest.raises(DisposalRefused, match="which found this, is open"):
        anonymise_person(actor=compliance, person=other, authority="Schedule 4", reason="They asked.")
    with_name.refresh_from_db()
    assert "Quillfeather" in with_name.text
    close_request(actor=compliance, request=asked, note="Answered.")
    anonymise_person(actor=compliance, person=other, authority="Schedule 4", reason="They asked.")
    with_name.refresh_from_db()
    assert "Anonymized person" in with_name.text
    assert with_name.mark == Mark.PENDING
    assert not [item for item in asked.items.all() if "Quillfeather" in f"{item.text} {item.source} {item.recipients}"]
