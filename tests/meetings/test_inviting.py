"""Invitations: one message of each change to each person, in their language; answers by a press, never by a look."""

from __future__ import annotations

from datetime import date, time, timedelta
from unittest.mock import patch

import icalendar
import pytest
from django.test import Client
from django.utils import timezone

from c2m2a_crm.core.models import Installation, OutboxMessage
from forums.meetings import zones
from forums.meetings.errors import MeetingRefused, NotApproved
from forums.meetings.rsvp import answer_path
from forums.meetings.selectors import roll_of
from forums.meetings.services import inviting, planning
from forums.models import Invitation, Meeting
from members.models import Person
from tests.meetings.making import MeetingMaking

pytestmark = pytest.mark.django_db

BASE = "https://crm.example/"


def send(making: MeetingMaking, meeting: Meeting) -> inviting.Sent:
    return inviting.send_invitations(actor=making.actor, meeting=meeting, base_url=BASE)


@pytest.fixture
def table(making: MeetingMaking) -> tuple[Meeting, dict[str, Person]]:
    """Holders who read English, French, and nobody knows what; an alternate; a holder without an address."""
    forum = making.forum(name_fr="Forum des carottes")
    people = {
        "en": making.seated(forum, "Ann Feldspar", language="en"),
        "fr": making.seated(forum, "Zoé Basalte", language="fr"),
        "both": making.seated(forum, "Kai Quartz"),
    }
    seat = people["en"].seat_terms.get().seat
    people["alternate"] = making.seated(forum, "Al Ternate", role="first_alternate", seat=seat)
    people["mute"] = making.person("Mute Mica")
    making.term(making.seat(forum), people["mute"])
    return making.meeting(forum, link="https://meet.example/1"), people


def test_each_is_asked_once_in_their_language_with_a_calendar_part(
    making: MeetingMaking, table: tuple[Meeting, dict[str, Person]]
) -> None:
    meeting, _people = table
    sent = send(making, meeting)
    assert (sent.queued, [person.full_name for person, _why in sent.held]) == (3, ["Mute Mica"])
    by_address = {row.to_address: row for row in OutboxMessage.objects.filter(kind="meetings.invitation")}
    assert set(by_address) == {"ann.feldspar@cast.example", "zoe.basalte@cast.example", "kai.quartz@cast.example"}
    english, french = by_address["ann.feldspar@cast.example"], by_address["zoe.basalte@cast.example"]
    assert (english.language, french.language) == ("en", "fr")
    assert english.subject == "Invitation: Spring meeting (Drill Core Forum)"
    assert "Réunion du printemps" in french.subject
    both = by_address["kai.quartz@cast.example"]
    assert "Spring meeting" in both.body_text
    assert "Réunion du printemps" in both.body_text
    event = icalendar.Calendar.from_ical(french.calendar).walk("VEVENT")[0]
    assert (event["SUMMARY"], event["SEQUENCE"]) == ("Réunion du printemps", 0)
    assert event["ATTENDEE"] == "mailto:zoe.basalte@cast.example"
    assert event["DTSTART"].dt == meeting.starts_at
    assert send(making, meeting).queued == 0
    assert Meeting.objects.get(pk=meeting.pk).status == "announced"


def test_update_replaces_the_first_and_cancelling_ends_it(
    making: MeetingMaking, table: tuple[Meeting, dict[str, Person]]
) -> None:
    meeting, _people = table
    send(making, meeting)
    meeting = Meeting.objects.get(pk=meeting.pk)
    moved = planning.edit_meeting(
        actor=making.actor,
        meeting=meeting,
        version=meeting.version,
        changes={"ends_at": meeting.ends_at + timedelta(hours=1)},
    )
    assert send(making, moved).queued == 3
    gone = planning.cancel_meeting(actor=making.actor, meeting=moved, reason="Storm")
    for expected in (3, 0):
        told = inviting.send_cancellations(actor=making.actor, meeting=gone, base_url=BASE)
        assert told.queued == expected
    rows = OutboxMessage.objects.filter(to_address="ann.feldspar@cast.example").order_by("pk")
    calendars = [icalendar.Calendar.from_ical(row.calendar) for row in rows]
    events = [each.walk("VEVENT")[0] for each in calendars]
    assert len({event["UID"] for event in events}) == 1
    assert [event["SEQUENCE"] for event in events] == [0, 1, 2]
    assert [each["METHOD"] for each in calendars] == ["REQUEST", "REQUEST", "CANCEL"]
    assert "Storm" in rows[2].body_text
    assert rows[1].subject.startswith("Changed: ")


def test_federal_institution_sends_nothing_before_both_languages_are_approved(
    making: MeetingMaking, table: tuple[Meeting, dict[str, Person]]
) -> None:
    meeting, _people = table
    Installation.objects.update_or_create(pk=1, defaults={"legal_kind": "federal_institution"})
    planning.approve_texts(actor=making.actor, meeting=meeting, language="en")
    with pytest.raises(NotApproved, match="approved in both languages"):
        send(making, meeting)
    assert not OutboxMessage.objects.filter(kind__startswith="meetings.").exists()
    planning.approve_texts(actor=making.actor, meeting=meeting, language="fr")
    assert send(making, meeting).queued == 3


def invitation_of(meeting: Meeting, person: Person) -> Invitation:
    return Invitation.objects.select_related("meeting", "person").get(meeting=meeting, person=person)


def press(client: Client, path: str, **said: str) -> int:
    key = client.get(path).context["form_key"]
    return client.post(path, {"form_key": key, **said}).status_code


def test_looking_answers_nothing_and_a_press_does_also_twice(
    making: MeetingMaking, table: tuple[Meeting, dict[str, Person]], client: Client
) -> None:
    meeting, people = table
    send(making, meeting)
    invitation = invitation_of(meeting, people["fr"])
    path = answer_path(invitation)
    for method in (client.get, client.head):
        assert method(path).status_code == 200
    assert "Zoé Basalte" in client.get(path).content.decode()
    assert client.post(path, {"answer": "yes"}).status_code == 403
    assert invitation_of(meeting, people["fr"]).answer == ""
    assert press(client, path, answer="alternate") == 422
    assert press(client, path, answer="alternate", alternate="Bo Basalte", remark="Ramp") == 302
    answered = invitation_of(meeting, people["fr"])
    assert (answered.answer, answered.alternate, answered.remark) == ("alternate", "Bo Basalte", "Ramp")
    assert press(client, path, answer="no") == 302
    assert (invitation_of(meeting, people["fr"]).answer, invitation_of(meeting, people["fr"]).alternate) == ("no", "")


def test_link_with_another_signature_opens_nothing(
    making: MeetingMaking, table: tuple[Meeting, dict[str, Person]], client: Client
) -> None:
    meeting, people = table
    send(making, meeting)
    path = answer_path(invitation_of(meeting, people["en"]))
    assert client.get(path[:-3] + "xx/").status_code == 404
    assert client.get(path).status_code == 200


def test_forwarded_link_says_whose_it_is_and_a_scanner_that_opens_or_presses_it_answers_nothing(
    making: MeetingMaking, table: tuple[Meeting, dict[str, Person]], client: Client
) -> None:
    meeting, people = table
    send(making, meeting)
    path, other = (answer_path(invitation_of(meeting, people[name])) for name in ("en", "fr"))
    assert "This invitation is for Ann Feldspar. If it was forwarded to you" in client.get(path).content.decode()
    scanners = ("Mozilla/5.0 (compatible; SafeLinks)", "Mozilla/5.0 (Windows NT 10.0) Chrome/125.0", "")
    for program in scanners:
        for press in (client.get, client.head, client.options):
            press(path, headers={"User-Agent": program})
        assert client.post(path, {"answer": "yes"}, headers={"User-Agent": program}).status_code == 403
        assert client.get(f"{path}?answer=yes", headers={"User-Agent": program}).status_code == 200
    key_of_another = client.get(other).context["form_key"]
    assert client.post(path, {"form_key": key_of_another, "answer": "yes"}).status_code == 403
    assert {row.answer for row in Invitation.objects.all()} == {""}


def test_invitation_to_a_meeting_that_crosses_a_change_of_clocks_has_the_hours_of_its_place(
    making: MeetingMaking, table: tuple[Meeting, dict[str, Person]], client: Client
) -> None:
    forum = table[0].forum
    starts = zones.moment(date(2027, 3, 13), time(23, 0), zones.Zone.TORONTO)
    ends = zones.moment(date(2027, 3, 14), time(4, 0), zones.Zone.TORONTO)  # 2 a.m. to 3 a.m. is left out
    assert ends - starts == timedelta(hours=4)
    meeting = making.meeting(forum, starts_at=starts, ends_at=ends, zone=zones.Zone.TORONTO)
    send(making, meeting)
    row = OutboxMessage.objects.get(key__contains=f":{invitation_of(meeting, table[1]['en']).pk}:")
    event = icalendar.Calendar.from_ical(row.calendar).walk("VEVENT")[0]
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (starts, ends)
    shown = client.get(answer_path(invitation_of(meeting, table[1]["en"]))).content.decode()
    assert "Saturday, March 13, 2027, 23:00, to Sunday, March 14, 2027, 4:00, Eastern (" in shown


def test_after_the_meeting_began_or_was_cancelled_the_page_says_so(
    making: MeetingMaking, table: tuple[Meeting, dict[str, Person]], client: Client
) -> None:
    meeting, people = table
    send(making, meeting)
    path = answer_path(invitation_of(meeting, people["en"]))
    with patch("django.utils.timezone.now", return_value=meeting.starts_at + timedelta(minutes=1)):
        assert "Answers are no longer taken." in client.get(path).content.decode()
        with pytest.raises(MeetingRefused, match="has begun"):
            inviting.answer_by_link(invitation=invitation_of(meeting, people["en"]), answer="yes")
    planning.cancel_meeting(actor=making.actor, meeting=Meeting.objects.get(pk=meeting.pk), reason="Storm")
    assert "The meeting is cancelled: Storm" in client.get(path).content.decode()
    with pytest.raises(MeetingRefused, match="cancelled"):
        inviting.answer_by_link(invitation=invitation_of(meeting, people["en"]), answer="yes")


def test_quorum_is_expected_from_answers_and_an_alternate_counts_for_the_seat(
    making: MeetingMaking, table: tuple[Meeting, dict[str, Person]], as_secretariat: Client
) -> None:
    meeting, people = table
    making.rule(meeting.forum, "half_plus_one")
    send(making, meeting)
    assert roll_of(meeting).expected.sentence == "No quorum yet: 0 of 4 filled seats, 3 needed."
    for name, answer in (("en", "yes"), ("fr", "alternate"), ("both", "no")):
        invitation = invitation_of(meeting, people[name])
        inviting.answer_by_link(invitation=invitation, answer=answer, alternate="Bo")
    assert roll_of(meeting).expected.sentence == "No quorum yet: 2 of 4 filled seats, 3 needed."
    inviting.note_answer(actor=making.actor, invitation=invitation_of(meeting, people["both"]), answer="yes")
    assert roll_of(meeting).expected.is_met
    page = as_secretariat.get(f"/meetings/{meeting.pk}/invitations/").content.decode()
    assert "Quorum: 3 of 4 filled seats, 3 needed." in page
    assert timezone.now() < meeting.starts_at


def test_alternate_is_asked_where_nobody_holds_the_seat(making: MeetingMaking) -> None:
    forum = making.forum()
    making.seated(forum, "Al Ternate", role="first_alternate")
    meeting = making.meeting(forum)
    assert [person.full_name for person, _seat in inviting.to_ask(meeting)] == ["Al Ternate"]
