"""What leaves the product and may name people, or was confided, says what it is for: files, prints, jobs, the audit."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import printing
from c2m2a_crm.core.models import AuditEvent, Job
from c2m2a_crm.core.pages import exports as pages
from c2m2a_crm.core.printing import Printable
from c2m2a_crm.core.registries import exportable_lists
from c2m2a_crm.core.validity import today
from members.services import create_person
from tests.engagement.making import circle_of, log

CSV = reverse("core:export", args=["people", "csv"])
XLSX = reverse("core:export", args=["people", "xlsx"])
WITHOUT = "Printed without a recorded purpose."
# Lists that neither name people nor may hold what was confided.
OPEN_LISTS = {"organizations", "nations", "jurisdictions", "memberships", "vocabularies"}


def sheets_of(data: bytes) -> list[list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def test_every_list_asks_but_those_that_name_nobody() -> None:
    assert {entry.key for entry in exportable_lists if not entry.asks_purpose} == OPEN_LISTS


@pytest.mark.parametrize("url", [CSV, XLSX])
def test_no_file_leaves_before_its_purpose_was_said(as_staff: Client, url: str) -> None:
    asked = as_staff.get(url, {"q": "amara"})
    assert asked.status_code == 200
    assert 'name="purpose"' in asked.content.decode()
    assert 'name="query" value="q=amara"' in asked.content.decode()
    refused = as_staff.post(url, {"query": "q=amara", "purpose": " \x00 "})
    assert refused.status_code == 422
    assert "Say in a few words what it is for." in refused.content.decode()
    assert not AuditEvent.objects.exists()


def test_the_purpose_stands_in_the_file_and_in_the_audit_and_is_offered_again(as_staff: Client, staff: User) -> None:
    create_person(actor=staff, given_name="Amara", family_name="Tamarack")
    said = {"query": "q=amara", "purpose": "Brief the\nchair"}
    text = b"".join(as_staff.post(CSV, said).streaming_content).decode()  # type: ignore[arg-type]  # not asynchronous
    assert "Tamarack" in text
    assert "# What it is for: Brief the chair" in text
    sheets = sheets_of(b"".join(as_staff.post(XLSX, said).streaming_content))  # type: ignore[arg-type]  # as above
    assert ["What it is for", "Brief the chair"] in sheets[1]
    assert {event.details["purpose"] for event in AuditEvent.objects.all()} == {"Brief the chair"}
    assert 'value="Brief the chair"' in as_staff.get(reverse("people:list"), {"carry": 1}).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_large_file_keeps_its_purpose_on_the_job(as_staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "STREAMED_ROWS", -1)
    as_staff.post(CSV, {"query": "", "purpose": "Brief the chair"})
    job = Job.objects.get()
    assert "# What it is for: Brief the chair" in job.result_file.read().decode()
    assert "Brief the chair" in as_staff.get(reverse("core:job", args=[job.pk])).content.decode()
    assert {event.details["purpose"] for event in AuditEvent.objects.all()} == {"Brief the chair"}


@pytest.mark.django_db
def test_the_command_takes_a_purpose(tmp_path: Path) -> None:
    target = tmp_path / "people.csv"
    words = {"format": "csv", "output": target, "purpose": "Brief the chair", "verbosity": 0}
    call_command("export", "people", **words)
    assert "# What it is for: Brief the chair" in target.read_text("utf-8")


def test_the_menu_follows_the_filters_when_rows_alone_are_fetched(as_staff: Client) -> None:
    part = as_staff.get(reverse("people:list"), {"q": "amara"}, headers={"HX-Request": "true"}).content.decode()
    later = re.search(r'id="list-ways" hx-swap-oob="true" hx-get="([^"]+)"', part)
    assert later
    assert 'name="purpose"' not in part
    ways = as_staff.get(unescape(later[1]), headers={"HX-Request": "true"}).content.decode()
    assert 'name="query" value="q=amara"' in ways


def mark_on(page: str) -> str:
    found = re.search(r'name="mark" value="([^"]+)"', page)
    assert found
    return unescape(found[1])


@pytest.mark.parametrize("confided", ["sealed_circle", "restricted_circle"])
def test_a_print_of_what_was_confided_is_noted_and_says_so_on_the_paper(
    as_staff: Client, staff: User, confided: str
) -> None:
    person = create_person(actor=staff, given_name="Amara", family_name="Tamarack")
    entry = log(staff, person, subject="Quiet", occurred_on=today(), **{confided: circle_of(staff)})
    page = as_staff.get(entry.get_absolute_url()).content.decode()
    assert WITHOUT in page
    answer = as_staff.post(reverse("core:print"), {"mark": mark_on(page), "purpose": "Brief the chair"})
    event = AuditEvent.objects.get(verb="record.printed")
    assert (event.subject_table, event.subject_id, event.actor) == ("engagement_interaction", entry.pk, staff)
    assert answer["Location"] == f"{entry.get_absolute_url()}?print={event.pk}"
    page = as_staff.get(answer["Location"]).content.decode()
    assert "For: Brief the chair" in page
    assert "data-print-now" in page
    assert WITHOUT not in page


def test_a_print_that_was_noted_is_one_print_of_one_page_by_one_person(
    as_staff: Client, as_secretariat: Client, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = as_staff.get(reverse("people:list"), {"q": "amara", "carry": 1}).content.decode()
    assert '<details class="menu" data-menu open>' in page  # opened by its link, where there is no script
    told = as_staff.post(reverse("core:print"), {"mark": mark_on(page), "purpose": "Brief the chair"})["Location"]
    event = AuditEvent.objects.get(verb="list.printed", actor=staff)
    assert event.details == {"list": "people", "page": "/people/?q=amara", "purpose": "Brief the chair"}
    assert "For: Brief the chair" in as_staff.get(told).content.decode()
    assert WITHOUT in as_staff.get(told.replace("amara", "")).content.decode()
    assert WITHOUT in as_secretariat.get(told).content.decode()
    assert WITHOUT in as_staff.get("/people/?print=9" + "9" * 30).content.decode()
    monkeypatch.setattr(printing, "ONE_PRINT", timedelta(0))
    assert WITHOUT in as_staff.get(told).content.decode()


def test_nobody_prints_by_a_mark_what_they_may_not_read(as_secretariat: Client, staff: User) -> None:
    person = create_person(actor=staff, given_name="Amara", family_name="Tamarack")
    entry = log(staff, person, subject="Quiet", occurred_on=today(), restricted_circle=circle_of(staff))
    mark = Printable(entry.get_absolute_url(), table="engagement_interaction", pk=entry.pk).sealed()
    for wrong in (mark, "", f"{mark}x", Printable("/", list_key="nothing").sealed()):
        answer = as_secretariat.post(reverse("core:print"), {"mark": wrong, "purpose": "Curiosity"})
        assert answer.status_code == 404
    assert not AuditEvent.objects.exists()


def test_a_print_asks_what_it_is_for(as_staff: Client) -> None:
    mark = Printable("/people/", list_key="people").sealed()
    answer = as_staff.post(reverse("core:print"), {"mark": mark, "purpose": ""})
    assert answer.status_code == 422
    assert "Say in a few words what it is for." in answer.content.decode()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("path", ["/organizations/", "/jobs/"])
def test_a_page_that_names_nobody_asks_nothing(as_staff: Client, path: str) -> None:
    page = as_staff.get(path).content.decode()
    assert WITHOUT not in page
    assert 'name="purpose"' not in page
