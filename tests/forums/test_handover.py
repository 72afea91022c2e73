"""The hand-over pack of a seat: what it tells, to whom, on the page and on paper in either language."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import AuditEvent
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Commitment, Interaction
from forums.handover.pack import pack_of
from forums.meetings.services import roll_call
from forums.models import Decision, Forum, Seat
from tests.forums.joining import application_for, open_table
from tests.forums.reading import page_of, text_of
from tests.meetings.making import MeetingMaking

pytestmark = pytest.mark.django_db


@pytest.fixture
def making(secretariat: User) -> MeetingMaking:
    return MeetingMaking(secretariat)


@pytest.fixture
def seat(making: MeetingMaking) -> Seat:
    """Of an open table, with a past holder, a holder and an alternate, meetings, a decision, promises."""
    forum = open_table(making, mandate_en="Advise on recycling.", mandate_fr="Conseiller sur le recyclage.")
    found = forum.seats.order_by("pk").select_related("forum__initiative")[0]
    smelter = making.party("Slag Works")
    making.term(found, "Ann Feldspar", date(2021, 1, 1), last=date(2022, 12, 31))
    bea = making.person("Bea Basalt", organization=smelter)
    making.address(bea)
    making.term(found, bea, today() - timedelta(days=400), last=today() + timedelta(days=90))
    making.term(found, "Cy Chert", today() - timedelta(days=400), role="first_alternate")
    making.term(forum.seats.order_by("pk")[1], "Di Dunite", today() - timedelta(days=400), role="co_chair")
    making.meeting(forum, days=20, title_en="Coming plenary", title_fr="")
    held = making.meeting(forum, days=-20, title_en="Held plenary", title_fr="Plénière tenue")
    roll_call.mark(actor=making.actor, meeting=held, person=bea, mark="present")
    Decision.objects.create(meeting=held, number=1, text_en="Sort at source.", text_fr="Trier à la source.")
    contact = Interaction.objects.get(meeting=held)
    for text, who in (("Send the assay.", {"by_person": bea}), ("Answer them.", {"to_party": smelter})):
        Commitment.objects.create(
            interaction=contact, direction="theirs" if "by_person" in who else "ours", text=text, **who
        )
    return found


def test_the_pack_tells_what_a_new_holder_must_know(
    making: MeetingMaking, seat: Seat, as_viewer: Client, as_secretariat: Client
) -> None:
    application_for(seat.forum)
    url = reverse("forums:pack", args=[seat.forum_id, seat.pk])
    assert url in as_viewer.get(seat.get_absolute_url()).content.decode()
    page = page_of(as_viewer.get(url))
    for section, words in (
        ("seat", ("Recycling", "Bea Basalt", "Slag Works", "Cy Chert", "Ann Feldspar")),
        ("rules", ("Advise on recycling.", "Open application")),
        ("coming", ("Coming plenary",)),
        ("past", ("Held plenary", "Bea Basalt: Present")),
        ("decisions", ("Sort at source.",)),
        ("commitments", ("Send the assay.", "Answer them.")),
        ("contacts", ("Di Dunite", "Co-chair", "bea.basalt@cast.example")),
    ):
        for each in words:
            assert each in text_of(page, f"#{section}"), (section, each)
    assert "Conseiller" not in text_of(page, "#rules")
    assert not page.cssselect("#applications")
    assert "Slag Works" in text_of(page_of(as_secretariat.get(url)), "#applications")


def test_the_pack_holds_what_its_reader_may_read(
    making: MeetingMaking, seat: Seat, viewer: User, as_viewer: Client
) -> None:
    forum = seat.forum
    parent = making.forum("Quiet board")
    Forum.objects.filter(pk=forum.pk).update(parent=parent)
    making.seal(parent, making.actor)
    url = reverse("forums:pack", args=[forum.pk, seat.pk])
    assert "Quiet board" not in as_viewer.get(url).content.decode()
    making.seal(forum, making.actor)
    assert as_viewer.get(url).status_code == 404
    other = making.seat(making.forum("Elsewhere"))
    assert as_viewer.get(reverse("forums:pack", args=[other.forum_id, seat.pk])).status_code == 404


def test_the_paper_is_tagged_in_either_language_and_told_to_the_audit(seat: Seat, as_secretariat: Client) -> None:
    url = reverse("forums:pack_paper", args=[seat.forum_id, seat.pk])
    assert as_secretariat.post(url, {"language": "fr"}).status_code == 422
    assert not AuditEvent.objects.filter(verb="record.exported").exists()
    answer = as_secretariat.post(url, {"language": "fr", "purpose": "For the new holder"})
    reader = PdfReader(io.BytesIO(answer.content))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).lower().startswith("fr")
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for words in ("Conseiller sur le recyclage.", "Trier à la source.", "Coming plenary", "Send the assay."):
        assert words in text, words
    event = AuditEvent.objects.get(verb="record.exported")
    assert (event.subject_id, event.details["what"], event.details["language"]) == (seat.pk, "hand-over", "fr")
    assert event.details["purpose"] == "For the new holder"


def test_a_larger_table_takes_no_more_statements(
    making: MeetingMaking, seat: Seat, viewer: User, django_assert_max_num_queries: Any
) -> None:
    fresh = Seat.objects.select_related("forum__initiative", "category").get(pk=seat.pk)
    with django_assert_max_num_queries(16) as few:
        pack_of(viewer, fresh)
    for number in range(4):
        held = making.meeting(seat.forum, days=-30 - number)
        Decision.objects.create(meeting=held, number=1, text_en=f"Decision {number}")
    again = Seat.objects.select_related("forum__initiative", "category").get(pk=seat.pk)
    with django_assert_max_num_queries(len(few)):
        pack_of(viewer, again)
