"""Lists on paper: what the screen shows to this person, in their language, with its origin, its cap and its marks."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import export_papers, exports, jobs
from c2m2a_crm.core.exports import work
from c2m2a_crm.core.models import AuditEvent, Job
from c2m2a_crm.core.pages import exports as pages
from c2m2a_crm.core.pdf import PdfError
from members import services
from members.models import Party

PDF = reverse("core:export", args=["organizations", "pdf"])


@pytest.fixture(autouse=True)
def organizations(staff: User) -> list[Party]:
    names = ["Alder Copper", "Birch Nickel", '#read("/etc/passwd")', "*Łutsël* Kʼé $x$"]
    rows = [services.PartyInput(kind="business", name_en=name) for name in names]
    return services.create_parties(actor=staff, rows=rows)


def words_of(data: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u200b", "").split())


def taken(client: Client, **query: Any) -> bytes:
    answer = client.get(PDF, query)
    assert answer.status_code == 200
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "no-store")
    return b"".join(answer.streaming_content)  # type: ignore[arg-type]  # by name


def test_the_paper_holds_the_filtered_rows_of_the_screen_in_its_order(as_staff: Client) -> None:
    birch = words_of(taken(as_staff, q="birch"))
    assert "Birch Nickel" in birch
    assert "Alder" not in birch
    everything = words_of(taken(as_staff, sort="-name"))
    assert everything.index("Birch Nickel") < everything.index("Alder Copper")
    for organization in Party.objects.all():
        assert str(organization) in everything
    assert "root:" not in everything


def test_the_paper_and_the_audit_say_who_which_filter_and_how_many(as_staff: Client, staff: User) -> None:
    said = words_of(taken(as_staff, q="birch"))
    assert f"Exported by {staff.name}" in said
    assert "Filter Organizations with “birch” in the name, by name" in said
    assert "Rows 1" in said
    ended, started = AuditEvent.objects.all()
    assert (started.verb, ended.verb) == ("list.export_started", "list.exported")
    assert (ended.actor, ended.details["rows"], ended.details["format"]) == (staff, 1, "pdf")


def test_a_list_that_may_name_people_says_on_paper_what_it_is_for(as_staff: Client) -> None:
    address = reverse("core:export", args=["people", "pdf"])
    assert as_staff.post(address).status_code == 422
    answer = as_staff.post(address, {"purpose": "Prepare the June round"})
    said = words_of(b"".join(answer.streaming_content))  # type: ignore[arg-type, attr-defined]  # by name
    assert "What it is for Prepare the June round" in said
    assert "No row matches." in said


def test_who_may_only_look_has_no_paper(as_viewer: Client) -> None:
    assert as_viewer.get(PDF).status_code == 403
    assert f'href="{PDF}' not in as_viewer.get(reverse("organizations:list")).content.decode()


def test_the_list_page_offers_the_paper_of_its_present_filter(as_staff: Client) -> None:
    assert f'href="{PDF}?q=birch"' in as_staff.get(reverse("organizations:list"), {"q": "birch"}).content.decode()


def test_a_cap_is_told_on_the_paper_and_the_audit_counts_what_stands_there(
    as_staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_papers, "PDF_ROWS", 4)
    assert "holds no more than" not in words_of(taken(as_staff))
    monkeypatch.setattr(export_papers, "PDF_ROWS", 2)
    said = words_of(taken(as_staff))
    assert "A PDF holds no more than 2 rows; export as CSV or as an Excel workbook to have them all." in said
    assert "Rows 2" in said
    assert AuditEvent.objects.filter(verb="list.exported").first().details["rows"] == 2  # type: ignore[union-attr]  # just written


@pytest.mark.django_db(transaction=True)
def test_a_long_paper_is_made_by_a_job_with_the_same_rows(
    as_staff: Client, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PDF_ROWS_AT_ONCE", 3)
    assert as_staff.get(PDF).status_code == 409
    assert as_staff.get(reverse("core:export", args=["organizations", "csv"])).status_code == 200
    as_staff.post(PDF, {"query": ""})
    job = Job.objects.get()
    assert (job.state, job.result) == (Job.State.DONE, {"rows": 4})
    assert "Alder Copper" in words_of(job.result_file.read())
    assert job.result_file.name.endswith(".pdf")


def refused(*arguments: Any, **options: Any) -> bytes:
    raise PdfError("The PDF took too long and was given up.")


def test_a_paper_that_cannot_be_made_is_refused_on_the_page_and_noted(
    as_staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_papers, "make_pdf", refused)
    answer = as_staff.get(PDF)
    assert answer.status_code == 503
    assert "The PDF took too long and was given up." in answer.content.decode()
    assert [event.verb for event in AuditEvent.objects.all()] == ["list.export_broke_off", "list.export_started"]


def test_a_job_whose_paper_cannot_be_made_fails_with_the_sentence(staff: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_papers, "make_pdf", refused)
    parameters = {"list": "organizations", "format": "pdf", "query": "", "started": 1}
    job = Job(actor=staff, kind=exports.JOB_KIND, title="x", parameters=parameters)
    with pytest.raises(jobs.JobError, match="took too long"):
        work.run_export(job)


def test_the_command_makes_the_paper_and_tells_why_not(
    tmp_path: Path, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "organizations.pdf"
    call_command("export", "organizations", format="pdf", output=target, user=staff.email, verbosity=0)
    assert "Birch Nickel" in words_of(target.read_bytes())
    monkeypatch.setattr(export_papers, "make_pdf", refused)
    with pytest.raises(CommandError, match="took too long"):
        call_command("export", "organizations", format="pdf", output=target, user=staff.email, verbosity=0)
