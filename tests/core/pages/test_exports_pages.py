"""Lists carried away through the web: what the screen shows, by those who may, told in the audit."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from c2m2a_crm.accounts.models import Role, RoleGrant, User
from c2m2a_crm.core import exports, jobs, tasks
from c2m2a_crm.core.imports import Table, read_table
from c2m2a_crm.core.models import AuditEvent, Job
from c2m2a_crm.core.pages import exports as pages
from c2m2a_crm.core.printing import Printable
from members import services
from members.models import Party
from members.services import create_person
from tests.engagement.making import circle_of, initiative, log

CSV = reverse("core:export", args=["organizations", "csv"])
XLSX = reverse("core:export", args=["organizations", "xlsx"])


@pytest.fixture(autouse=True)
def organizations(staff: User) -> list[Party]:
    names = ["Alder Copper", "Birch Nickel", "=1+1 Holdings", "+44 Ventures"]
    rows = [services.PartyInput(kind="business", name_en=name) for name in names]
    return services.create_parties(actor=staff, rows=rows)


def taken(client: Client, url: str, **query: Any) -> bytes:
    answer = client.get(url, query)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)  # type: ignore[arg-type]  # by name


def names(table: Table) -> list[str]:
    place = table.headers.index("Name in English")
    return [row.cells[place] for row in table.rows]


@pytest.mark.parametrize("url", [CSV, XLSX])
def test_the_file_holds_the_filtered_rows_of_the_screen_in_its_order(as_staff: Client, url: str) -> None:
    assert names(read_table(taken(as_staff, url, q="birch"))) == ["Birch Nickel"]
    everything = names(read_table(taken(as_staff, url, sort="-name")))
    assert everything == ["Birch Nickel", "Alder Copper", "=1+1 Holdings", "+44 Ventures"]


def test_the_csv_begins_for_excel_and_runs_nothing(as_staff: Client) -> None:
    data = taken(as_staff, CSV)
    assert data.startswith(b"\xef\xbb\xbf")
    cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) for cell in row]
    assert "'=1+1 Holdings" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_the_file_and_the_audit_say_who_which_filter_and_how_many(as_staff: Client, staff: User) -> None:
    data = taken(as_staff, CSV, q="birch").decode()
    assert f"# Exported by: {staff.name}" in data
    assert "# Filter: Organizations with “birch” in the name, by name" in data
    assert "# Rows: 1" in data
    ended, started = AuditEvent.objects.all()
    assert (started.verb, ended.verb) == ("list.export_started", "list.exported")
    assert ended.actor == staff
    assert ended.details["rows"] == 1
    assert (ended.details["list"], ended.details["filter"]) == (
        "organizations",
        "Organizations with “birch” in the name, by name",
    )


def test_a_download_is_not_kept_by_caches_and_has_a_name(as_staff: Client) -> None:
    answer = as_staff.get(XLSX)
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Type"] == exports.CONTENT_TYPES["xlsx"]
    assert 'filename="organizations-' in answer["Content-Disposition"]
    answer.close()


def test_who_may_only_look_carries_nothing_away(as_viewer: Client) -> None:
    assert as_viewer.get(CSV).status_code == 403
    assert as_viewer.post(CSV).status_code == 403
    assert not AuditEvent.objects.exists()
    assert "Excel workbook" not in as_viewer.get(reverse("organizations:list")).content.decode()


@pytest.mark.parametrize("arguments", [["nothing", "csv"], ["organizations", "docx"]])
def test_an_unknown_list_or_format_does_not_exist(as_staff: Client, arguments: list[str]) -> None:
    assert as_staff.get(reverse("core:export", args=arguments)).status_code == 404


def test_the_list_page_offers_the_file_of_its_present_filter(as_staff: Client) -> None:
    page = as_staff.get(reverse("organizations:list"), {"q": "birch"}).content.decode()
    assert f'href="{CSV}?q=birch"' in page
    assert f'href="{XLSX}?q=birch"' in page


@pytest.mark.parametrize("url", [CSV, XLSX])
def test_a_large_file_is_offered_as_a_job(as_staff: Client, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "STREAMED_ROWS", 3)
    answer = as_staff.get(url, {"sort": "name"})
    assert answer.status_code == 409
    assert 'name="query" value="sort=name"' in answer.content.decode()
    assert not AuditEvent.objects.exists()
    monkeypatch.setattr(pages, "STREAMED_ROWS", 4)
    assert names(read_table(taken(as_staff, url, sort="name")))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("url", [CSV, XLSX])
def test_a_stored_export_is_made_by_a_job_with_the_same_rows(
    as_staff: Client, staff: User, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "STREAMED_ROWS", 0)
    answer = as_staff.post(url, {"query": "q=birch"})
    job = Job.objects.get()
    assert answer["Location"] == reverse("core:job", args=[job.pk])
    assert (job.state, job.result) == (Job.State.DONE, {"rows": 1})
    assert names(read_table(job.result_file.read())) == ["Birch Nickel"]
    assert AuditEvent.objects.filter(verb="list.exported", actor=staff).get().details["rows"] == 1


@pytest.mark.django_db(transaction=True)
def test_rights_are_asked_again_when_the_stored_export_runs(staff: User) -> None:
    parameters = {"list": "organizations", "format": "csv", "query": ""}
    job = jobs.prepare_job(actor=staff, kind="export_list", title="x", parameters=parameters)
    RoleGrant.objects.filter(user=staff).update(role=Role.VIEWER)
    assert jobs.queue_job(job)
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.FAILED, "You may no longer export this list.")
    assert not job.result_file


@pytest.mark.django_db(transaction=True)
def test_the_start_of_a_stored_export_is_known_even_where_its_work_was_undone(
    staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(*_args: object, **_words: object) -> None:
        raise jobs.JobError("The disk is full.")

    monkeypatch.setattr("c2m2a_crm.core.exports.work.csv_pieces", break_off)
    job = stored_export(staff)
    assert (job.state, job.error) == (Job.State.FAILED, "The disk is full.")
    assert AuditEvent.objects.get().verb == "list.export_started"


@pytest.mark.django_db(transaction=True)
def test_a_stored_export_that_is_stopped_is_cancelled_and_no_fault(
    staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_args: object, **_words: object) -> None:
        raise jobs.JobStopped

    monkeypatch.setattr(jobs, "progress", stopped)
    job = stored_export(staff)
    assert job.state == Job.State.CANCELLED
    assert not job.result_file


@pytest.mark.django_db(transaction=True)
def test_rights_are_asked_again_when_the_file_is_fetched(as_staff: Client, staff: User) -> None:
    job = stored_export(staff)
    url = reverse("core:job_file", args=[job.pk])
    assert as_staff.get(url).status_code == 200
    RoleGrant.objects.filter(user=staff).update(role=Role.VIEWER)
    assert as_staff.get(url).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_the_file_of_an_export_is_deleted_after_some_days(as_staff: Client, staff: User) -> None:
    job = stored_export(staff)
    storage, name = job.result_file.storage, job.result_file.name
    tasks.sweep()
    assert storage.exists(name)
    Job.objects.update(finished_at=timezone.now() - exports.FILES_LAST - timedelta(minutes=1))
    tasks.sweep()
    assert not storage.exists(name)
    assert as_staff.get(reverse("core:job_file", args=[job.pk])).status_code == 404
    assert "The file was deleted after 7 days." in as_staff.get(reverse("core:job", args=[job.pk])).content.decode()


def stored_export(actor: User) -> Job:
    parameters = {"list": "organizations", "format": "csv", "query": ""}
    job = jobs.start_job(actor=actor, kind=exports.JOB_KIND, title="x", parameters=parameters)
    job.refresh_from_db()
    return job


def test_the_audit_names_nothing_confided_by_which_a_list_was_narrowed(
    as_staff: Client, staff: User, as_administrator: Client
) -> None:
    """The file is for whoever narrowed it; the audit is read by others, for whom the initiative does not exist."""
    url = reverse("core:export", args=["contact-log", "csv"])
    open_talks, sealed = initiative("Open talks"), initiative("Zanzibar talks", sealed_circle=circle_of(staff))
    told = []
    for row in (open_talks, sealed):
        answer = as_staff.post(url, {"query": f"initiative={row.pk}", "purpose": "Prepare."})
        assert row.name_en in b"".join(answer.streaming_content).decode()  # type: ignore[arg-type]  # by name
        told.append(AuditEvent.objects.filter(verb="list.exported").latest("pk").details["filter"])
    assert "Open talks" in told[0]
    assert "by what was confided to a circle" in told[1]
    page = as_administrator.get(reverse("core:audit_events")).content.decode()
    assert ("Open talks" in page, "Zanzibar" in page) == (True, False)


@pytest.mark.parametrize("confided", ["sealed_circle", "restricted_circle"])
def test_the_audit_tells_no_words_by_which_something_confided_was_found(
    as_staff: Client, staff: User, as_administrator: Client, confided: str
) -> None:
    """What was typed to find open rows alone is told as it was typed."""
    who = create_person(actor=staff, given_name="Amara", family_name="Tamarack")
    log(staff, who, subject="Graphite in the open")
    log(staff, who, subject="Talks on Zanzibar", **{confided: circle_of(staff)})
    url = reverse("core:export", args=["contact-log", "csv"])
    told = {}
    for words in ("Graphite", "Zanzibar"):
        answer = as_staff.post(url, {"query": f"q={words}", "purpose": "Prepare."})
        assert f"with “{words}”" in b"".join(answer.streaming_content).decode()  # type: ignore[arg-type]  # by name
        mark = Printable(f"/contact-log/?q={words}", list_key="contact-log").sealed()
        printed = as_staff.post(reverse("core:print"), {"mark": mark, "purpose": "Brief"})["Location"]
        assert "For: Brief" in as_staff.get(printed).content.decode()
        told[words] = {event.verb: event.details for event in AuditEvent.objects.order_by("pk")}
    assert "with “Graphite”" in told["Graphite"]["list.exported"]["filter"]
    assert told["Graphite"]["list.printed"]["page"] == "/contact-log/?q=Graphite"
    assert "with “words typed by the exporter”" in told["Zanzibar"]["list.exported"]["filter"]
    assert told["Zanzibar"]["list.printed"]["page"] == "/contact-log/?q=words+typed+by+the+exporter"
    page = as_administrator.get(reverse("core:audit_events")).content.decode()
    mark = told["Zanzibar"]["list.printed"]["mark"]
    assert ("Graphite" in page, "Zanzibar" in page, mark in page) == (True, False, False)
