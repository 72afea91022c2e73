"""The briefing of a meeting: whom it expects, their seats, and nothing beside a name that may not stand there."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.registries import BriefingAbout
from c2m2a_crm.engagement.briefing.drawing import draw
from c2m2a_crm.engagement.briefing.subjects import about_party, about_person
from c2m2a_crm.engagement.services import Promise
from forums.briefing import about_meeting
from forums.meetings.services import inviting, roll_call
from forums.models import Invitation, Meeting, Position, TermsOfReference
from members.models import Person
from tests.engagement.making import log
from tests.meetings.making import MeetingMaking
from tests.members.reading import read, texts
from tests.positions.making import PositionMaking


def url(meeting: Meeting) -> str:
    return reverse("briefings:detail", args=["meeting", meeting.pk])


def answered(meeting: Meeting, person: Person, answer: str, **facts: str) -> None:
    Invitation.objects.create(meeting=meeting, person=person)
    row = Invitation.objects.get(meeting=meeting, person=person)
    inviting.note_answer(actor=meeting.created_by, invitation=row, answer=answer, **facts)


def test_a_meeting_expects_those_who_come_and_says_who_does_not(as_viewer: Client, secretariat: User) -> None:
    making = MeetingMaking(secretariat)
    forum = making.forum()
    silent, comes, away, sends = (
        making.seated(forum, name) for name in ("Sid Silent", "Cora Comes", "Abe Away", "Sal Sends")
    )
    meeting = making.meeting(forum)
    answered(meeting, comes, "yes")
    answered(meeting, away, "no")
    answered(meeting, sends, "alternate", alternate="Al Ternate")
    page = read(as_viewer.get(url(meeting)))
    assert texts(page, ".card h2") == ["Cora Comes", "Sal Sends", "Sid Silent"]
    facts = texts(page, ".page dl.facts")[0]
    assert "Does not comeAbe Away" in facts
    assert "Al Ternate (Sal Sends)" in facts
    seats = texts(page, ".card dd")
    assert any(text.startswith("Drill Core Forum, Holder: Seat 2") for text in seats)
    assert silent.pk
    button = read(as_viewer.get(meeting.get_absolute_url())).cssselect(".page-actions a")
    assert url(meeting) in [link.get("href") for link in button]


def test_a_meeting_of_a_confided_forum_is_as_far_away_as_its_page(
    as_viewer: Client, as_secretariat: Client, secretariat: User
) -> None:
    making = MeetingMaking(secretariat)
    for restricted, status in ((False, 404), (True, 403)):
        forum = making.forum(f"Quiet {restricted}")
        person = making.seated(forum, "Cora Comes")
        meeting = making.meeting(forum)
        making.seal(forum, secretariat, restricted=restricted)
        assert as_viewer.get(url(meeting)).status_code == status
        as_person = reverse("briefings:detail", args=["person", person.pk])
        assert "Quiet" not in as_viewer.get(as_person).content.decode()
        marked = as_secretariat.get(url(meeting)).content.decode()
        assert "Confided to a circle" in marked
        assert "Confided to a circle" in as_secretariat.get(as_person).content.decode()


def test_what_was_said_where_nothing_is_attributed_stands_beside_no_name(secretariat: User) -> None:
    making = MeetingMaking(secretariat)
    forum = making.forum()
    person = making.seated(forum, "Cora Comes")
    meeting = making.meeting(forum, days=-1)
    roll_call.mark(actor=secretariat, meeting=meeting, person=person, mark="present")
    meeting.refresh_from_db()
    entry = meeting.interaction
    assert entry is not None
    entry.points.create(kind="issue", text="Rail is the bottleneck")

    def said() -> bool:
        cards = draw(secretariat, about_meeting(secretariat, meeting.pk)).people
        return any(section.label == "What they last said" for card in cards for section in card.sections)

    assert not said()
    with recorded(None, system="test"):
        making.rule(forum, "none", attribution=TermsOfReference.Attribution.ATTRIBUTED)
    assert said()


def test_what_was_said_at_a_table_stands_once_for_all_of_it(secretariat: User) -> None:
    making = MeetingMaking(secretariat)
    forum = making.forum()
    people = [making.seated(forum, name) for name in ("Ann Ash", "Bo Birch", "Cy Cedar")]
    meeting = making.meeting(forum)
    log(secretariat, *people, subject="Plenary", promises=[Promise("the minutes")])
    log(secretariat, *people[:2], subject="Call", promises=[Promise("the map")])
    cards = draw(secretariat, about_meeting(secretariat, meeting.pk)).people
    promised = {
        card.name: [line.text for line in section.lines]
        for card in cards
        for section in card.sections
        if section.label == "We promised"
    }
    assert promised == {"Ann Ash": ["the map"], "Bo Birch": ["the map"], "Several of them": ["the minutes"]}


def test_the_last_word_on_positions_that_are_open_stands_there(secretariat: User) -> None:
    making = PositionMaking(secretariat)
    party = making.party("Northline")
    person = making.person("Cora Comes", organization=party)
    position = making.position()
    making.wording(position)
    making.says(position, party, "supports", person=person)
    making.says(position, party, "opposes", person=person, words="Not at that price")

    def stances(about: BriefingAbout) -> list[str]:
        cards = draw(secretariat, about).cards
        sections = [section for card in cards for section in card.sections if section.label == "Stance"]
        return [line.text for section in sections for line in section.lines]

    expected = ["Opposes: Who pays for the pilot plant? – “Not at that price”"]
    assert stances(about_person(secretariat, person.pk)) == expected  # and of the party not again
    assert stances(about_party(secretariat, party.pk)) == expected
    with recorded(None, system="test"):
        Position.objects.filter(pk=position.pk).update(archived_at=timezone.now(), archived_reason="Overtaken")
    assert not stances(about_person(secretariat, person.pk))


def test_statements_do_not_grow_with_the_table(secretariat: User) -> None:
    making = MeetingMaking(secretariat)
    forum = making.forum()
    meeting = making.meeting(forum)

    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            draw(secretariat, about_meeting(secretariat, meeting.pk))
        return len(queries)

    making.seated(forum, "Cora Comes", organization=making.party("Northline"))
    statements()
    few = statements()
    for number in range(5):
        making.seated(forum, f"Kit {number}", organization=making.party(f"Party {number}"))
    assert statements() == few
