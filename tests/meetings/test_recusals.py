"""Stepping aside for one item: it counts for the quorum of that item alone, and stands in the minutes and on paper."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import NotAllowed
from c2m2a_crm.core.models import History
from forums.meetings.errors import AlreadyCancelled, MeetingRefused, MinutesAdopted
from forums.meetings.selectors import asides_of, roll_of
from forums.meetings.services import agenda, inviting, minutes, planning, recusals, roll_call
from forums.models import AgendaItem, Meeting, Minutes, MinutesSection, Recusal
from members.models import Person
from tests.meetings.making import MeetingMaking

pytestmark = pytest.mark.django_db


@pytest.fixture
def table(making: MeetingMaking) -> tuple[Meeting, list[AgendaItem], list[Person]]:
    """Three holders of seats of their own, by half plus one; two items; a meeting of today."""
    forum = making.forum()
    people = [making.seated(forum, name) for name in ("Ann Feldspar", "Bo Basalt", "Kai Quartz")]
    making.rule(forum, "half_plus_one")
    meeting = making.meeting(forum, days=-0.02)
    items = [
        agenda.add_item(actor=making.actor, meeting=meeting, title_en=title, title_fr=title)
        for title in ("Grants", "Roads")
    ]
    return meeting, items, people


def aside(making: MeetingMaking, item: AgendaItem, person: Person, reason: str = "Works for the applicant") -> Recusal:
    return recusals.step_aside(actor=making.actor, item=item, person=person, reason=reason)


def test_quorum_of_that_item_is_without_them_and_of_others_as_before(
    making: MeetingMaking, table: tuple[Meeting, list[AgendaItem], list[Person]]
) -> None:
    meeting, (grants, _roads), people = table
    for person, mark in zip(people, ("present", "online", "absent"), strict=True):
        seat = person.seat_terms.get().seat
        roll_call.mark(actor=making.actor, meeting=meeting, person=person, mark=mark, seat=seat)
    assert asides_of(meeting) == {}
    row = aside(making, grants, people[0])
    assert roll_of(meeting).live.sentence == "Quorum: 2 of 3 filled seats, 2 needed."
    found = asides_of(meeting)
    assert set(found) == {grants.pk}
    assert found[grants.pk].quorum.sentence == "No quorum yet: 1 of 3 filled seats, 2 needed."
    assert found[grants.pk].in_words.startswith("Stepped aside: Ann Feldspar (Works for the applicant). No quorum yet")
    with pytest.raises(MeetingRefused, match="steps aside for this item already"):
        aside(making, grants, people[0])
    with pytest.raises(MeetingRefused, match="neither expected nor there"):
        aside(making, grants, people[2])
    with pytest.raises(MeetingRefused, match="neither expected nor there"):
        aside(making, grants, making.person("Stran Ger"))
    with pytest.raises(MeetingRefused, match="Say why"):
        aside(making, grants, people[1], reason=" \n")
    recusals.take_part_after_all(actor=making.actor, recusal=row)
    assert asides_of(meeting) == {}
    told = History.objects.filter(tbl="forums_recusal").order_by("pk")
    assert [each.action for each in told] == ["I", "D"]


def test_alternate_who_is_there_keeps_the_seat_in_the_quorum(
    making: MeetingMaking, table: tuple[Meeting, list[AgendaItem], list[Person]]
) -> None:
    meeting, (grants, _roads), people = table
    seat = people[0].seat_terms.get().seat
    second = making.seated(meeting.forum, "Al Ternate", role="first_alternate", seat=seat)
    for person, place in ((people[0], seat), (second, seat), (people[1], people[1].seat_terms.get().seat)):
        roll_call.mark(actor=making.actor, meeting=meeting, person=person, mark="present", seat=place)
    aside(making, grants, people[0])
    assert asides_of(meeting)[grants.pk].quorum.is_met


def test_before_the_roll_is_called_the_expected_quorum_is_counted(
    making: MeetingMaking, table: tuple[Meeting, list[AgendaItem], list[Person]]
) -> None:
    forum, people = table[0].forum, table[2]
    coming = making.meeting(forum)
    item = agenda.add_item(actor=making.actor, meeting=coming, title_en="Grants")
    inviting.send_invitations(actor=making.actor, meeting=coming, base_url="https://crm.example/")
    for person in people[:2]:
        asked = coming.invitations.select_related("meeting").get(person=person)
        inviting.note_answer(actor=making.actor, invitation=asked, answer="yes")
    aside(making, item, people[0])
    assert roll_of(coming).expected.is_met
    assert asides_of(coming)[item.pk].quorum.is_met is False
    planning.cancel_meeting(actor=making.actor, meeting=Meeting.objects.get(pk=coming.pk), reason="Storm")
    with pytest.raises(AlreadyCancelled):
        aside(making, item, people[1])


def test_item_of_another_meeting_is_refused_by_the_database(
    making: MeetingMaking, table: tuple[Meeting, list[AgendaItem], list[Person]]
) -> None:
    meeting, (grants, _roads), people = table
    other = making.meeting(meeting.forum)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="recusal_item_is_its_meetings"), transaction.atomic():
        Recusal.objects.create(meeting=other, item=grants, person=people[0], reason="x", noted_by=making.actor)


def test_pages_minutes_and_pdf_name_them_and_adopted_minutes_keep_them(
    making: MeetingMaking,
    table: tuple[Meeting, list[AgendaItem], list[Person]],
    as_secretariat: Client,
    as_viewer: Client,
    staff: User,
) -> None:
    meeting, (grants, roads), people = table
    roll_call.mark(
        actor=making.actor, meeting=meeting, person=people[0], mark="present", seat=people[0].seat_terms.get().seat
    )
    url = reverse("meetings:step_aside", args=[meeting.pk])
    sent = {"item": grants.pk, "person": people[0].pk, "reason": "Works for the applicant"}
    assert as_viewer.post(url, sent).status_code == 403
    assert as_secretariat.post(url, {**sent, "reason": ""}).status_code == 422
    assert as_secretariat.post(url, sent).status_code == 302
    row = Recusal.objects.get()
    with pytest.raises(NotAllowed):
        recusals.take_part_after_all(actor=staff, recusal=row)
    minutes.begin_minutes(actor=making.actor, meeting=meeting)
    words = "Stepped aside: Ann Feldspar (Works for the applicant). No quorum yet: 0 of 3 filled seats, 2 needed."
    shown = as_viewer.get(reverse("meetings:minutes", args=[meeting.pk])).content.decode()
    assert shown.count(words) == 1
    rolled = as_viewer.get(reverse("meetings:roll_call", args=[meeting.pk])).content.decode()
    assert "Ann Feldspar · Works for the applicant" in rolled
    asked = {"what": "minutes", "language": "en", "purpose": "Records", "purpose_other": ""}
    answered = as_secretariat.post(reverse("meetings:paper", args=[meeting.pk]), asked)
    text = " ".join("".join(page.extract_text() for page in PdfReader(BytesIO(answered.content)).pages).split())
    assert "Stepped aside: Ann Feldspar (Works for the applicant)." in text
    section = MinutesSection.objects.select_related("minutes__meeting", "item").get(item=roads)
    minutes.edit_section(
        actor=making.actor, section=section, version=section.version, changes={"text_en": "So.", "text_fr": "Bon."}
    )
    written = Minutes.objects.select_related("meeting__forum__initiative").get()
    minutes.adopt_minutes(actor=making.actor, minutes=written, adopted_on=meeting.day)
    for change in (
        lambda: recusals.take_part_after_all(actor=making.actor, recusal=Recusal.objects.get()),
        lambda: aside(making, roads, people[0]),
    ):
        with pytest.raises(MinutesAdopted):
            change()
