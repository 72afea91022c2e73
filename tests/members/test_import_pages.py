"""An import through the pages: file, columns, check, work, result; and who may do what."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone
from lxml import html

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core import jobs
from c2m2a_crm.core.imports import paste, read_table
from c2m2a_crm.core.imports import services as imports
from c2m2a_crm.core.models import History, Import, ImportMapping, Job, Operation
from members import services
from members.models import Party, Person
from members.reference import load_jurisdictions
from tests.factories import UserFactory

DATA = Path(__file__).parents[1] / "data"
MINES = DATA / "mines-nrcan-processing" / "export.csv"
LIST = reverse("imports:list")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reference(db: None) -> None:
    load_jurisdictions()


def bring(client: Client, data: bytes, name: str = "file.csv", kind: str = "organizations") -> Import:
    """Upload a file; gives the import that waits for its columns."""
    answer = client.post(LIST, {"kind": kind, "file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 302, answer.content.decode()
    return Import.objects.latest("pk")


def page_of(answer: Any) -> Any:
    return html.fromstring(answer.content)


def fields_of(page: Any) -> dict[str, str]:
    """What a browser would send for the page's form, with nothing changed."""
    (form,) = [form for form in page.forms if form.method == "POST" and form.cssselect(".form-actions")]
    return {name: value for name, value in form.fields.items() if name and value is not None}


def columns(client: Client, job: Import, **changes: str) -> Any:
    url = reverse("imports:detail", args=[job.pk])
    return client.post(url, fields_of(page_of(client.get(url))) | changes)


def check_url(job: Import) -> str:
    return reverse("imports:check", args=[job.pk])


def hand_over(client: Client, job: Import, data: dict[str, str] | None = None) -> Any:
    """Send the page of the check as it stands now; the work runs as it would after the commit."""
    page = client.get(check_url(job))
    data = (fields_of(page_of(page)) if page.status_code == 200 and b"form-actions" in page.content else {}) | (
        data or {}
    )
    with TestCase.captureOnCommitCallbacks(execute=True):
        return client.post(check_url(job), data)


def test_rows_are_shown_by_a_verdict_or_all(as_staff: Client) -> None:
    job = bring(as_staff, b"name,kind\nAlpha,business\n")
    with TestCase.captureOnCommitCallbacks(execute=True):
        columns(as_staff, job)
    counted = []
    for show in ("", "new", "rejected", "%00", "nothing"):
        answer = as_staff.get(f"{check_url(job)}?show={show}")
        assert answer.status_code == 200
        counted.append(len(answer.context["reports"]))
    assert counted == [1, 1, 0, 1, 1]


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
    assert (job.state, job.operation) == (Import.State.DONE, Operation.objects.get())
    assert set(History.objects.filter(tbl="members_party").values_list("actor_id", "operation_id")) == {
        (staff.pk, job.operation_id)
    }
    result = as_staff.get(reverse("imports:detail", args=[job.pk])).content.decode()
    assert "22" in result
    assert "31 rows were read." in result
    assert reverse("imports:rejects", args=[job.pk, "csv"]) not in result


def test_looking_writes_nothing(as_staff: Client) -> None:
    job = bring(as_staff, b"name\nAlder Copper\n")
    columns(as_staff, job)
    changes = History.objects.count()
    as_staff.get(check_url(job))
    as_staff.get(reverse("imports:detail", args=[job.pk]))
    assert (Party.objects.count(), Operation.objects.count(), History.objects.count()) == (0, 0, changes)
    job.refresh_from_db()
    assert job.state == Import.State.CHECKED


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
    answer = as_staff.post(LIST, {"kind": "organizations", "file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Job.objects.exists()


def test_a_file_too_large_is_refused(as_staff: Client, settings: Any) -> None:
    settings.IMPORT_MAX_ROWS = 1
    answer = as_staff.post(LIST, {"kind": "organizations", "file": SimpleUploadedFile("a.csv", b"name\na\nb\n")})
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
    answer = as_staff.post(check_url(job), seen, follow=True)
    assert answer.status_code == (409 if change == "columns" else 200)
    assert "Nothing was imported yet" in answer.content.decode()
    job.refresh_from_db()
    assert (job.state, Party.objects.count()) == (Import.State.CHECKED, on_file)
    assert hand_over(as_staff, job).status_code == 302
    job.refresh_from_db()
    assert job.state == Import.State.DONE


def test_a_decision_is_taken_back_by_choosing_the_columns_again(as_staff: Client, staff: User) -> None:
    services.create_party(actor=staff, kind="business", name_en="Cameco Corporation")
    job = bring(as_staff, b"name\nCameco\n")
    columns(as_staff, job)
    (decision,) = {
        field.get("name") for field in page_of(as_staff.get(check_url(job))).cssselect("#decisions [type=radio]")
    }
    hand_over(as_staff, job, {decision: "skip", "act": "check"})
    assert not page_of(as_staff.get(check_url(job))).cssselect("#decisions")
    columns(as_staff, job)
    assert page_of(as_staff.get(check_url(job))).cssselect("#decisions")


def test_a_decision_that_was_not_offered_is_not_taken(as_staff: Client, staff: User) -> None:
    services.create_party(actor=staff, kind="business", name_en="Cameco Corporation")
    other = services.create_party(actor=staff, kind="business", name_en="Teck Resources Limited")
    job = bring(as_staff, b"name\nCameco\n")
    columns(as_staff, job)
    hand_over(as_staff, job, {"decision:name:cameco": f"same:{other.pk}"})
    assert not other.other_names.exists()
    job.refresh_from_db()
    assert job.counts["rows"]["decision"] == 1


def test_rows_left_out_come_back_as_a_file_to_correct(as_staff: Client) -> None:
    job = bring(as_staff, b"name,website\nAlder Copper,\n=1+1 Ltd,not a website\n")
    columns(as_staff, job)
    hand_over(as_staff, job)
    assert [party.name_en for party in Party.objects.all()] == ["Alder Copper"]
    url = reverse("imports:rejects", args=[job.pk, "csv"])
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
    columns(as_staff, job, all_or_nothing="1")
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


def test_a_large_file_is_checked_and_imported_by_jobs_that_can_be_watched_and_stopped(
    as_staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 0)
    imported = bring(as_staff, b"name\nAlder Copper\n")
    columns(as_staff, imported)
    page = as_staff.get(check_url(imported)).content.decode()
    assert "Waiting" in page
    imported.refresh_from_db()
    as_staff.post(reverse("core:job_cancel", args=[imported.job_id]))
    assert "The work was stopped" in as_staff.get(check_url(imported)).content.decode()
    with TestCase.captureOnCommitCallbacks(execute=True):
        as_staff.post(check_url(imported))
    assert "Alder Copper" in as_staff.get(check_url(imported)).content.decode()
    assert not Party.objects.exists()
    hand_over(as_staff, imported)
    assert Party.objects.get().name_en == "Alder Copper"
    result = as_staff.get(reverse("imports:detail", args=[imported.pk]), follow=True).content.decode()
    assert "1 row was read." in result


def test_a_bad_cell_is_corrected_in_the_page_and_the_row_is_used(as_staff: Client) -> None:
    imported = bring(as_staff, b"name,website\nAlder Copper,not a website\nBirch Nickel,\n")
    columns(as_staff, imported)
    page = page_of(as_staff.get(check_url(imported)))
    (field,) = page.cssselect("input[name^='cell:']")
    assert (field.get("name"), field.get("value")) == ("cell:2:1", "not a website")
    hand_over(as_staff, imported, {"cell:2:1": "https://alder.example", "act": "check"})
    assert not Party.objects.exists()
    assert "Corrected here." in as_staff.get(check_url(imported)).content.decode()
    hand_over(as_staff, imported)
    assert sorted(Party.objects.values_list("name_en", "website")) == [
        ("Alder Copper", "https://alder.example"),
        ("Birch Nickel", ""),
    ]


def test_a_correction_sent_with_import_is_looked_at_before_it_is_imported(as_staff: Client) -> None:
    imported = bring(as_staff, b"name,website\nAlder Copper,not a website\n")
    columns(as_staff, imported)
    hand_over(as_staff, imported, {"cell:2:1": "https://alder.example"})
    assert not Party.objects.exists()
    hand_over(as_staff, imported)
    assert Party.objects.get().website == "https://alder.example"


def test_any_cell_of_a_row_can_be_corrected_on_the_page_of_the_row(as_staff: Client, as_administrator: Client) -> None:
    imported = bring(as_staff, b"name,province\nAlder,Texas\n")
    columns(as_staff, imported)
    url = reverse("imports:row", args=[imported.pk, 2])
    assert "Texas" in as_administrator.get(url).content.decode()
    assert as_administrator.post(url, {"cell:2:1": "Quebec"}).status_code == 403
    as_staff.post(url, {"cell:2:0": "Alder Copper", "cell:2:1": "Quebec"})
    hand_over(as_staff, imported)
    party = Party.objects.select_related("jurisdiction").get()
    assert party.jurisdiction is not None
    assert (party.name_en, party.jurisdiction.code) == ("Alder Copper", "QC")
    assert as_staff.get(reverse("imports:row", args=[imported.pk, 99])).status_code == 404


def test_a_cell_of_several_lines_is_not_changed_by_looking_at_it(as_staff: Client) -> None:
    imported = bring(as_staff, b'name,about\nAlder,"one\ntwo "\n')
    columns(as_staff, imported)
    url = reverse("imports:row", args=[imported.pk, 2])
    (form,) = [form for form in page_of(as_staff.get(url)).forms if form.cssselect(".form-actions")]
    sent = {name: (value or "").replace("\n", "\r\n") for name, value in form.fields.items() if name}
    assert sent["cell:2:1"].lstrip("\r\n") == "one\r\ntwo "
    as_staff.post(url, sent | {"cell:2:1": sent["cell:2:1"].lstrip("\r\n")})
    imported.refresh_from_db()
    assert imported.settings["corrections"] == {}


def test_the_next_file_with_the_same_headings_arrives_mapped(as_staff: Client, as_secretariat: Client) -> None:
    columns(as_staff, bring(as_staff, b"code,label\n1,Alder\n"), column_1="name_en", kind="association")
    for client in (as_staff, as_secretariat):  # a colleague has the office's
        imported = bring(client, b"Code,Label\n2,Birch\n")
        page = page_of(client.get(reverse("imports:detail", args=[imported.pk])))
        assert "As chosen before" in page.text_content()
        assert [field.value for field in page.cssselect("select[name^=column_], [name=kind]")][:2] == ["", "name_en"]
        assert imported.settings["options"]["kind"] == "association"
    assert ImportMapping.objects.count() == 1


def test_rejects_come_back_corrected_without_their_added_columns(as_staff: Client) -> None:
    job = bring(as_staff, b"name,website\nAlder Copper,not a website\nBirch,also none,surplus\n")
    columns(as_staff, job)
    hand_over(as_staff, job)
    for file_format in ("csv", "xlsx"):
        answer = as_staff.get(reverse("imports:rejects", args=[job.pk, file_format]))
        again = bring(as_staff, answer.content, f"left-out.{file_format}")
        assert again.headings == ["name", "website"]
        columns(as_staff, again)
        rows = [("".join(row.cells), row.verdict) for row in again.rows.order_by("line")]
        assert rows == [("Alder Coppernot a website", "rejected"), ("Birchalso nonesurplus", "rejected")]
    text = as_staff.get(reverse("imports:rejects", args=[job.pk, "csv"])).content.decode("utf-8-sig")
    again = bring(as_staff, text.replace("not a website", "https://alder.example").encode())
    columns(as_staff, again)
    hand_over(as_staff, again)
    assert Party.objects.get().website == "https://alder.example"


def test_an_import_that_broke_off_says_so_and_can_be_started_again(
    as_staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from members.imports.organizations.planner import OrganizationPlanner

    job = bring(as_staff, b"name\nAlder Copper\nBirch Nickel\n")
    columns(as_staff, job)
    written = OrganizationPlanner.write

    def break_off(self: OrganizationPlanner, judgements: Any, operation: Any) -> None:
        written(self, judgements, operation)
        raise ZeroDivisionError

    monkeypatch.setattr(OrganizationPlanner, "write", break_off)
    hand_over(as_staff, job)
    assert not Party.objects.exists()
    assert not Operation.objects.exists()
    assert "The work did not come to its end" in as_staff.get(check_url(job)).content.decode()
    monkeypatch.setattr(OrganizationPlanner, "write", written)
    hand_over(as_staff, job)
    assert Party.objects.count() == 2


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


def test_a_worker_that_died_is_told_and_the_import_can_be_started_again(
    as_staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 0)
    imported = bring(as_staff, b"name\nAlder Copper\n")
    with TestCase.captureOnCommitCallbacks(execute=True):
        columns(as_staff, imported)
    as_staff.post(check_url(imported), fields_of(page_of(as_staff.get(check_url(imported)))))
    long_ago = timezone.now() - 2 * jobs.SILENT_AFTER
    imported.refresh_from_db()
    Job.objects.filter(pk=imported.job_id).update(state=Job.State.RUNNING, beat_at=long_ago)
    assert "Import: file.csv" in as_staff.get(check_url(imported)).content.decode()  # at work, as far as anybody knows
    assert jobs.fail_silent() == 1
    page = as_staff.get(check_url(imported)).content.decode()
    assert "The worker stopped before the end. Nothing was kept; start it again." in page
    assert not Party.objects.exists()
    hand_over(as_staff, imported)
    assert Party.objects.count() == 1


OUTLOOK = 'To: "Vance, Ada (Alder Copper)" <ada@alder.example>; Bo Ruiz <bo@b.example>; cy.diaz@d.example;'


@pytest.mark.parametrize(
    ("text", "people"),
    [
        (
            "Ada Vance <ada@a.example>, Director, Alder Copper",
            [("Ada Vance", "ada@a.example", "Director", "Alder Copper")],
        ),
        (
            "Vance, Ada <ada@a.example>; Ruiz, Bo <bo@b.example>",
            [("Vance, Ada", "ada@a.example", "", ""), ("Ruiz, Bo", "bo@b.example", "", "")],
        ),
        (
            OUTLOOK,
            [
                ("Vance, Ada", "ada@alder.example", "", "Alder Copper"),
                ("Bo Ruiz", "bo@b.example", "", ""),
                ("Cy Diaz", "cy.diaz@d.example", "", ""),
            ],
        ),
        ("À : Ada Vance ada@a.example, Chair", [("Ada Vance", "ada@a.example", "Chair", "")]),
        (
            "Ada Vance, Director, Alder Copper\nVance, Ada",
            [("Ada Vance", "", "Director", "Alder Copper"), ("Vance, Ada", "", "", "")],
        ),
        (" ;\n;; \n", []),
    ],
)
def test_people_are_read_out_of_pasted_text(text: str, people: list[tuple[str, str, str, str]]) -> None:
    assert paste.read_pasted(text) == people


def test_a_pasted_list_is_checked_and_imported_like_a_file(as_staff: Client) -> None:
    answer = as_staff.post(
        reverse("imports:paste"), {"text": f"{OUTLOOK}\nDee Eze <dee@e.example>, Chair, Birch Nickel\n"}
    )
    imported = Import.objects.get()
    assert answer["Location"] == check_url(imported)
    checked = page_of(as_staff.get(check_url(imported)))
    organizations = {field.get("name") for field in checked.cssselect("#decisions [type=radio]")}
    assert len(organizations) == 2
    hand_over(as_staff, imported, dict.fromkeys(organizations, "new"))
    assert set(Person.objects.values_list("given_name", flat=True)) == {"Ada", "Bo", "Cy", "Dee"}
    assert Person.objects.get(given_name="Dee").affiliations.get().title_en == "Chair"
    refused = as_staff.post(reverse("imports:paste"), {"text": " ; "})
    assert refused.status_code == 422
