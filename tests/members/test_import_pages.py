"""An import through the pages: file, columns, check, work, result; and who may do what."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone
from lxml import html

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core import jobs
from c2m2a_crm.core.imports import read_table
from c2m2a_crm.core.models import History, Job, Operation
from members import services
from members.imports import work
from members.models import Party
from tests.factories import UserFactory

DATA = Path(__file__).parents[1] / "data"
MINES = DATA / "mines-nrcan-processing" / "export.csv"
LIST = reverse("imports:list")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reference(db: None) -> None:
    call_command("seed_reference", verbosity=0)


def bring(client: Client, data: bytes, name: str = "file.csv") -> Job:
    """Upload a file; gives the job that waits for its columns."""
    answer = client.post(LIST, {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 302, answer.content.decode()
    return Job.objects.latest("pk")


def page_of(answer: Any) -> Any:
    return html.fromstring(answer.content)


def fields_of(page: Any) -> dict[str, str]:
    """What a browser would send for the page's form, with nothing changed."""
    (form,) = [form for form in page.forms if form.method == "POST" and form.cssselect(".form-actions")]
    return {name: value for name, value in form.fields.items() if name and value is not None}


def columns(client: Client, job: Job, **changes: str) -> Any:
    url = reverse("imports:detail", args=[job.pk])
    return client.post(url, fields_of(page_of(client.get(url))) | changes)


def check_url(job: Job) -> str:
    return reverse("imports:check", args=[job.pk])


def hand_over(client: Client, job: Job, data: dict[str, str] | None = None) -> Any:
    """Send the page of the check as it stands now; the work runs as it would after the commit."""
    page = client.get(check_url(job))
    data = (fields_of(page_of(page)) if page.status_code == 200 else {}) | (data or {})
    with TestCase.captureOnCommitCallbacks(execute=True):
        return client.post(check_url(job), data)


def test_the_real_file_from_upload_to_result(as_staff: Client, staff: User) -> None:
    job = bring(as_staff, MINES.read_bytes(), "mines.csv")
    page = page_of(as_staff.get(reverse("imports:detail", args=[job.pk])))
    chosen = {field.get("name"): field.value for field in page.cssselect("select[name^=column_]")}
    assert [chosen[f"column_{place}"] for place in (2, 3, 9, 10)] == ["name_en", "jurisdiction", "website", "site_id"]
    assert "Vale S.A." in page.text_content()
    assert columns(as_staff, job)["Location"] == check_url(job)
    checked = page_of(as_staff.get(check_url(job)))
    assert "Rio Tinto Group / Aluminium Austria Metall Québec Inc." in checked.text_content()
    assert not Party.objects.exists()
    answer = hand_over(as_staff, job, fields_of(checked))
    assert answer["Location"] == reverse("imports:detail", args=[job.pk])
    assert Party.objects.count() == 22
    job.refresh_from_db()
    assert (job.state, job.operation) == (Job.State.DONE, Operation.objects.get())
    assert set(History.objects.filter(tbl="members_party").values_list("actor_id", "operation_id")) == {
        (staff.pk, job.operation_id)
    }
    result = as_staff.get(reverse("imports:detail", args=[job.pk])).content.decode()
    assert "22" in result
    assert "31 rows were read." in result
    assert reverse("imports:rejects", args=[job.pk]) not in result


def test_looking_writes_nothing(as_staff: Client) -> None:
    job = bring(as_staff, b"name\nAlder Copper\n")
    columns(as_staff, job)
    changes = History.objects.count()
    as_staff.get(check_url(job))
    as_staff.get(reverse("imports:detail", args=[job.pk]))
    assert (Party.objects.count(), Operation.objects.count(), History.objects.count()) == (0, 0, changes)
    job.refresh_from_db()
    assert job.state == Job.State.PREPARED


def test_an_import_whose_columns_nobody_confirmed_is_never_done_by_itself(as_staff: Client) -> None:
    job = bring(as_staff, b"name\nAlder Copper\n")
    Job.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert jobs.queue_forgotten() == 0
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.PREPARED
    assert not Party.objects.exists()


def test_the_mapping_can_be_changed(as_staff: Client) -> None:
    job = bring(as_staff, b"code,label\n1,Alder Copper\n")
    assert columns(as_staff, job).status_code == 422  # no column is a name
    assert columns(as_staff, job, column_1="name_en", kind="association").status_code == 302
    hand_over(as_staff, job)
    party = Party.objects.get()
    assert (party.name_en, party.kind) == ("Alder Copper", "association")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"column_0": "name_en", "column_1": "name_en"}, "Another column fills this field already."),
        ({"column_0": "name_en", "column_1": "outside_id", "scheme": ""}, "Name the system"),
        ({"column_0": "name_en", "scheme": "no spaces"}, "slug"),
        ({"column_0": "rubbish"}, "not one of the available choices"),
    ],
)
def test_a_wrong_mapping_is_refused_and_said(as_staff: Client, changes: dict[str, str], said: str) -> None:
    job = bring(as_staff, b"a,b\n1,2\n")
    answer = columns(as_staff, job, **changes)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_another_encoding_reads_the_file_again(as_staff: Client) -> None:
    job = bring(as_staff, "nom,ville\nÉnergie,Québec\n".encode("mac_roman"))
    answer = columns(as_staff, job, encoding="mac_roman")
    assert answer["Location"] == reverse("imports:detail", args=[job.pk])
    assert "Énergie" in as_staff.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.pdf", b"%PDF-1.7", "not a table"),
        ("a.csv", b"   ", "The file is empty."),
        ("a.xlsx", b"PK\x03\x04rubbish", "damaged"),
    ],
)
def test_a_file_that_is_no_table_is_refused_and_not_kept(as_staff: Client, name: str, data: bytes, said: str) -> None:
    answer = as_staff.post(LIST, {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Job.objects.exists()


def test_a_file_too_large_for_a_page_is_refused(as_staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "ROWS_ON_A_PAGE", 1)
    answer = as_staff.post(LIST, {"file": SimpleUploadedFile("a.csv", b"name\na\nb\n")})
    assert answer.status_code == 422
    assert "more than 1 rows" in answer.content.decode()


def test_decisions_are_asked_and_followed(as_staff: Client, staff: User) -> None:
    cameco = services.create_party(actor=staff, kind="business", name_en="Cameco Corporation")
    services.create_party(actor=staff, kind="business", name_en="Teck Resources Limited")
    job = bring(as_staff, b"name\nCameco\nTeck Resources\nAlder Copper\n")
    columns(as_staff, job)
    checked = page_of(as_staff.get(check_url(job)))
    assert "The same as Cameco Corporation" in checked.text_content()
    first, second = dict.fromkeys(field.get("name") for field in checked.cssselect("#decisions [type=radio]"))
    hand_over(as_staff, job, {first: f"same:{cameco.pk}", second: "new"})
    assert sorted(Party.objects.values_list("name_en", flat=True)) == [
        "Alder Copper",
        "Cameco Corporation",
        "Teck Resources",
        "Teck Resources Limited",
    ]
    assert cameco.other_names.get().text == "Cameco"


@pytest.mark.parametrize("change", ["columns", "directory"])
def test_what_changed_since_the_check_is_looked_at_again(as_staff: Client, staff: User, change: str) -> None:
    job = bring(as_staff, b"name,other\nCameco,Birch\n")
    columns(as_staff, job, column_0="name_en")
    seen = fields_of(page_of(as_staff.get(check_url(job))))
    if change == "columns":
        columns(as_staff, job, column_0="", column_1="name_en")
    else:
        services.create_party(actor=staff, kind="business", name_en="Cameco Corporation")
    on_file = Party.objects.count()
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = as_staff.post(check_url(job), seen)
    assert answer.status_code == 409
    assert "Nothing was imported yet" in answer.content.decode()
    job.refresh_from_db()
    assert (job.state, Party.objects.count()) == (Job.State.PREPARED, on_file)
    assert hand_over(as_staff, job).status_code == 302
    job.refresh_from_db()
    assert job.state == Job.State.DONE


def test_a_decision_that_was_not_offered_is_not_taken(as_staff: Client, staff: User) -> None:
    services.create_party(actor=staff, kind="business", name_en="Cameco Corporation")
    other = services.create_party(actor=staff, kind="business", name_en="Teck Resources Limited")
    job = bring(as_staff, b"name\nCameco\n")
    columns(as_staff, job)
    hand_over(as_staff, job, {"decision:name:cameco": f"same:{other.pk}"})
    assert not other.other_names.exists()
    job.refresh_from_db()
    assert job.result["rows"]["decision"] == 1


def test_rows_left_out_come_back_as_a_file_to_correct(as_staff: Client) -> None:
    job = bring(as_staff, b"name,website\nAlder Copper,\n=1+1 Ltd,not a website\n")
    columns(as_staff, job)
    hand_over(as_staff, job)
    assert [party.name_en for party in Party.objects.all()] == ["Alder Copper"]
    url = reverse("imports:rejects", args=[job.pk])
    assert url in as_staff.get(reverse("imports:detail", args=[job.pk])).content.decode()
    answer = as_staff.get(url)
    assert b"'=1+1 Ltd" in answer.content
    table = read_table(answer.content)
    assert table.headers == ("name", "website", "Line", "Verdict", "What to do")
    (row,) = table.rows
    assert row.cells[:4] == ("=1+1 Ltd", "not a website", "3", "Rejected")
    assert "Website" in row.cells[4]


def test_all_or_nothing_writes_nothing_and_says_so(as_staff: Client) -> None:
    job = bring(as_staff, b"name,website\nAlder Copper,\nBirch,not a website\n")
    columns(as_staff, job, all_or_nothing="on")
    assert "Nothing would be written" in as_staff.get(check_url(job)).content.decode()
    hand_over(as_staff, job)
    assert not Party.objects.exists()
    assert "Nothing was written" in as_staff.get(reverse("imports:detail", args=[job.pk])).content.decode()


def test_sent_twice_it_is_done_once(as_staff: Client) -> None:
    job = bring(as_staff, b"name\nAlder Copper\n")
    columns(as_staff, job)
    hand_over(as_staff, job)
    hand_over(as_staff, job)
    columns_url = reverse("imports:detail", args=[job.pk])
    assert as_staff.post(columns_url, {"column_0": ""})["Location"] == columns_url
    assert Operation.objects.count() == 1
    assert as_staff.get(check_url(job))["Location"] == columns_url


def test_verdicts_can_be_looked_at_one_by_one(as_staff: Client) -> None:
    rows = "".join(f"Company {number} Mines,\n" for number in range(120))
    job = bring(as_staff, f"name,website\n{rows}Birch,bad website\n".encode())
    columns(as_staff, job)
    page = page_of(as_staff.get(check_url(job), {"show": "rejected"}))
    assert len(page.cssselect("tbody tr")) == 1
    assert len(page_of(as_staff.get(check_url(job))).cssselect("tbody tr")) == 100
    assert len(page_of(as_staff.get(check_url(job), {"page": "2"})).cssselect("tbody tr")) == 21


def test_an_import_is_decided_by_whoever_began_it(
    as_staff: Client, as_administrator: Client, client_of: Callable[[User], Client]
) -> None:
    job = bring(as_staff, b"name\nAlder Copper\n")
    columns(as_staff, job)
    stranger = client_of(UserFactory(roles=[Role.STAFF]))
    for url in (reverse("imports:detail", args=[job.pk]), check_url(job)):
        assert stranger.get(url).status_code == 404
        assert stranger.post(url).status_code == 404
        assert as_administrator.get(url).status_code == 200
        assert as_administrator.post(url).status_code == 403
    assert not Party.objects.exists()


def test_an_import_can_be_stopped_before_it_is_handed_over(as_staff: Client) -> None:
    job = bring(as_staff, b"name\nAlder Copper\n")
    as_staff.post(reverse("core:job_cancel", args=[job.pk]))
    hand_over(as_staff, job)
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert not Party.objects.exists()
    assert as_staff.get(reverse("imports:detail", args=[job.pk])).status_code == 200


def test_a_name_of_markup_does_no_harm_on_any_page(as_staff: Client) -> None:
    evil = "<script>alert(1)</script>"
    job = bring(as_staff, f'name,website\n"{evil}",\n"{evil} 2",bad one\n'.encode(), "<b>.csv")
    for url in (reverse("imports:detail", args=[job.pk]), check_url(job), LIST):
        assert evil not in as_staff.get(url).content.decode()
    columns(as_staff, job)
    hand_over(as_staff, job)
    assert evil not in as_staff.get(reverse("imports:detail", args=[job.pk])).content.decode()


def test_a_workbook_is_brought_like_a_csv(as_staff: Client) -> None:
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    book.add_worksheet().write_column(0, 0, ["Name", "Alder Copper"])
    book.close()
    job = bring(as_staff, file.getvalue(), "a.xlsx")
    page = page_of(as_staff.get(reverse("imports:detail", args=[job.pk])))
    assert not page.cssselect("[name=encoding]")
    columns(as_staff, job)
    hand_over(as_staff, job)
    assert Party.objects.get().name_en == "Alder Copper"
