"""The engagement record as a PDF: everything that passed and this reader may read, and nothing else."""

from __future__ import annotations

import io
from datetime import date, time

import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import AuditEvent
from c2m2a_crm.core.pdf import PdfError
from c2m2a_crm.engagement import record_paper
from c2m2a_crm.engagement.services import NextStep, Promise, Raised, answer_points, withdraw_interaction
from c2m2a_crm.engagement.views import record as pages
from members.models import Party, Person
from tests.engagement.making import circle_of, initiative, log


def url(about: str, record: object) -> str:
    return f"/contact-log/of/{about}/{record.pk}/pdf/"  # type: ignore[attr-defined]  # a row


def words_of(data: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def taken(client: Client, address: str) -> str:
    answer = client.post(address, {"purpose": "A hearing in June"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return words_of(answer.content)


def test_the_record_tells_in_order_what_passed(as_staff: Client, staff: User, northline: Party, amara: Person) -> None:
    log(staff, amara, subject="Second meeting", kind="meeting", occurred_on=date(2025, 4, 2))
    entry = log(
        staff,
        amara,
        subject='#read("/etc/passwd") *Graphite*',
        notes="They asked for dates.",
        kind="call",
        occurred_on=date(2025, 3, 4),
        occurred_time=time(15, 30),
        duration_minutes=25,
        raised=[Raised("issue", "The price of power")],
        promises=[Promise("the criteria", due_on=date(2025, 5, 1))],
        next_steps=[NextStep("Call back", staff)],
    )
    answer_points(actor=staff, answers=[(entry.points.get(), "A study is under way.")])
    for record, about in ((northline, "party"), (amara, "person")):
        said = taken(as_staff, url(about, record))
        assert said.startswith(f"{record} Engagement record Exported by {staff.name}")
        assert "What it is for A hearing in June Contacts 2" in said
        assert '2025, 15:30 · #read("/etc/passwd") *Graphite* Kind Call · 25 min' in said
        assert "With Amara Tamarack, Vice-President, Processing, Northline Nickel Refining" in said
        assert "Notes They asked for dates." in said
        assert "Point raised The price of power Our answer: A study is under way." in said
        assert "We promised the criteria (open, due May" in said
        assert f"Next step Call back ({staff.name})" in said
        assert said.index("Graphite") < said.index("Second meeting")


def test_what_a_reader_may_not_read_is_not_on_their_paper_and_what_they_may_is_marked(
    as_viewer: Client, as_staff: Client, as_secretariat: Client, staff: User, northline: Party
) -> None:
    circle = circle_of(staff)
    file = initiative()
    log(staff, northline, subject="Open words", initiative=file)
    log(
        staff,
        northline,
        subject="Restricted words",
        initiative=file,
        restricted_circle=circle,
        occurred_on=date(2025, 3, 4),
    )
    log(staff, northline, subject="Sealed words", initiative=file, sealed_circle=circle)
    withdraw_interaction(actor=staff, interaction=log(staff, northline, subject="Taken back", initiative=file))
    for address in (url("party", northline), url("initiative", file)):
        own, other = taken(as_staff, address), taken(as_secretariat, address)
        assert "Restricted words" in own
        assert "Sealed words" in own
        assert "Confided to a circle" in own
        assert "Open words" in other
        for hidden in ("Restricted words", "Sealed words", "Taken back", "Confided to a circle"):
            assert hidden not in other
        assert "Taken back" not in own
    on_file = taken(as_secretariat, url("initiative", file))
    assert f"Tuesday, March 4, 2025 Restricted. Ask {staff.name}." in on_file
    assert "Restricted. Ask" not in taken(as_secretariat, url("party", northline))
    assert as_viewer.post(url("party", northline), {"purpose": "x"}).status_code == 403


def test_a_sealed_initiative_has_no_paper_for_others(as_secretariat: Client, staff: User) -> None:
    assert as_secretariat.get(url("initiative", initiative(sealed_circle=circle_of(staff)))).status_code == 404
    assert as_secretariat.get(url("initiative", initiative(restricted_circle=circle_of(staff)))).status_code == 404


def test_it_says_what_it_is_for_and_the_audit_knows(as_staff: Client, staff: User, northline: Party) -> None:
    log(staff, northline)
    assert as_staff.get(url("party", northline)).status_code == 200
    assert as_staff.post(url("party", northline)).status_code == 422
    assert not AuditEvent.objects.filter(verb="record.exported").exists()
    taken(as_staff, url("party", northline))
    event = AuditEvent.objects.get(verb="record.exported")
    assert (event.actor, event.subject_id) == (staff, northline.pk)
    assert event.details == {"format": "pdf", "purpose": "A hearing in June", "rows": 1}


def test_the_page_of_a_record_offers_it_to_those_who_may(
    as_staff: Client, as_viewer: Client, northline: Party, amara: Person
) -> None:
    for record, about in ((northline, "party"), (amara, "person")):
        assert f'href="{url(about, record)}"' in as_staff.get(record.get_absolute_url()).content.decode()
        assert url(about, record) not in as_viewer.get(record.get_absolute_url()).content.decode()


def test_a_cap_is_told(as_staff: Client, staff: User, northline: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_paper, "MOST", 1)
    log(staff, northline, subject="Older", occurred_on=date(2025, 3, 4))
    log(staff, northline, subject="Newer", occurred_on=date(2025, 3, 5))
    said = taken(as_staff, url("party", northline))
    assert "Of 2 contacts, the newest 1 stand here." in said
    assert "Newer" in said
    assert "Older" not in said


def test_a_paper_that_cannot_be_made_is_refused_and_not_counted_as_exported(
    as_staff: Client, northline: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(**arguments: object) -> bytes:
        raise PdfError("The PDF took too long.")

    monkeypatch.setattr(pages, "make_record_pdf", refused)
    answer = as_staff.post(url("party", northline), {"purpose": "x"})
    assert answer.status_code == 503
    assert "The PDF took too long." in answer.content.decode()
    assert not AuditEvent.objects.filter(verb="record.exported").exists()


def test_the_statements_do_not_grow_with_the_record(staff: User, northline: Party) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            record_paper.record_paper(staff, northline, "x")
        return len(seen)

    def fill(count: int) -> None:
        for _number in range(count):
            log(
                staff,
                northline,
                raised=[Raised("issue", "Price")],
                promises=[Promise("x")],
                next_steps=[NextStep("y", staff)],
            )

    fill(2)
    few = statements()
    fill(6)
    assert statements() == few
