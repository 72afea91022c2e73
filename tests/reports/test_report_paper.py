"""The report as a PDF: the figures of the screen, in the reader's language, and none that the reader may not count."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlencode

import pypdf
import pytest
from django.test import Client
from lxml import html

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import AuditEvent
from members.models import Party, Person
from tests.engagement.making import circle_of, log

REPORT = "/reports/contacts-by-party/"
QUERY = {"period": "year", "group": "organizations"}


def paper_of(client: Client, query: dict[str, str]) -> pypdf.PdfReader:
    answer = client.post("/exports/contacts-by-party/pdf/", {"purpose": "A meeting", "query": urlencode(query)})
    assert answer.status_code == 200
    return pypdf.PdfReader(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[arg-type, attr-defined]  # by name


def words_of(paper: pypdf.PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in paper.pages).split())


def seen(client: Client, query: dict[str, str]) -> Any:
    """The page without what only a screen reader says."""
    tree = html.fromstring(client.get(REPORT, query).content.decode())
    for hidden in tree.cssselect(".vh"):
        hidden.drop_tree()
    return tree


def line(row: Any, cells: str = "th, td") -> str:
    return " ".join(filter(None, (" ".join(cell.text_content().split()) for cell in row.cssselect(cells))))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_paper_has_every_figure_of_the_screen(
    language: str, as_staff: Client, staff: User, northline: Party, fundy: Party, nation: Party
) -> None:
    with recorded(None, system="tests"):
        User.objects.filter(pk=staff.pk).update(language=language)
    as_staff.defaults["HTTP_ACCEPT_LANGUAGE"] = f"{language}-CA"
    log(staff, northline, fundy)
    log(staff, northline, nation)
    log(staff, fundy, kind="email")
    screen, paper = seen(as_staff, QUERY), paper_of(as_staff, QUERY)
    said = words_of(paper)
    assert paper.trailer["/Root"]["/Lang"] == f"{language}-CA"  # type: ignore[index]  # a dictionary
    assert paper.metadata is not None
    assert paper.metadata.title == line(screen, "h1")
    assert line(screen, "#finding h2, #report-summary h2") in said
    summary = screen.cssselect("#report-summary tbody tr, #report-summary tfoot tr")
    totals = screen.cssselect("#results tfoot tr")
    assert (len(summary), len(totals)) == (6, 2)
    for row in [*summary, *totals]:
        assert line(row) in said
    rows = screen.cssselect("#results tbody tr")
    assert len(rows) == 2
    for row in rows:
        assert f"{line(row, 'th .t')} {line(row, 'td.r')}" in said


def test_the_paper_says_its_period_how_it_is_counted_and_for_whom(
    as_staff: Client, staff: User, northline: Party
) -> None:
    log(staff, northline)
    said = words_of(paper_of(as_staff, QUERY))
    assert "Period Jan 1, 2026 to Dec 31, 2026" in said
    assert "How it is counted A contact counts for each organization" in said
    assert "What it is for A meeting" in said
    assert f"Exported by {staff.name}" in said
    assert AuditEvent.objects.get(verb="list.exported").details["format"] == "pdf"


def test_what_a_reader_may_not_count_is_not_on_their_paper(
    as_staff: Client, as_secretariat: Client, staff: User, secretariat: User, northline: Party, fundy: Party
) -> None:
    log(staff, northline)
    log(secretariat, fundy, sealed_circle=circle_of(secretariat))
    assert "Fundy Magnet Works" in words_of(paper_of(as_secretariat, QUERY))
    said = words_of(paper_of(as_staff, QUERY))
    assert "Northline Nickel Refining" in said
    assert "Fundy" not in said
    assert "1 contact with 1 organization." in said


def test_a_confided_entry_marks_every_page_of_those_who_may_read_it(
    as_staff: Client, as_secretariat: Client, staff: User, secretariat: User, northline: Party, amara: Person
) -> None:
    log(staff, northline)
    log(secretariat, northline, sealed_circle=circle_of(secretariat))
    query = urlencode({"sort": "-date"})
    for client, is_marked in ((as_secretariat, True), (as_staff, False)):
        answer = client.post("/exports/contact-log/pdf/", {"purpose": "A meeting", "query": query})
        pages = pypdf.PdfReader(io.BytesIO(b"".join(answer.streaming_content))).pages  # type: ignore[arg-type, attr-defined]  # by name
        assert all(("Confided to a circle" in page.extract_text()) is is_marked for page in pages)
