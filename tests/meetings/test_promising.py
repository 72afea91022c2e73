"""Whoever promised something at a meeting says by a personal link that it is done."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import NotAllowed
from c2m2a_crm.core.models import History, Installation, OutboxMessage
from c2m2a_crm.engagement.models import Commitment, CommitmentEvent
from c2m2a_crm.engagement.services import keep_commitment
from forums.meetings.errors import NotApproved
from forums.meetings.promise_mail import promises_path
from forums.meetings.selectors import open_promises
from forums.meetings.services import minutes, promising, reviewing, roll_call
from forums.models import Meeting, MinutesSection
from members.models import Person
from tests.meetings.making import MeetingMaking

pytestmark = pytest.mark.django_db

Promised = tuple[Meeting, Person, Person]


@pytest.fixture
def promised(making: MeetingMaking) -> Promised:
    """Ann promised two things, Zoé one, in French; the office one of its own."""
    forum = making.forum()
    ann = making.seated(forum, "Ann Feldspar", language="en")
    zoe = making.seated(forum, "Zoé Basalte", language="fr")
    meeting = making.meeting(forum, days=-0.02)
    for person in (ann, zoe):
        seat = person.seat_terms.get().seat
        roll_call.mark(actor=making.actor, meeting=meeting, person=person, mark="present", seat=seat)
    write(
        making, meeting, "> Ann Feldspar: sends the map\n> Ann Feldspar: asks the bank\n> Zoé Basalte: writes\n> calls"
    )
    return Meeting.objects.select_related("forum__initiative").get(), ann, zoe


def write(making: MeetingMaking, meeting: Meeting, text: str) -> None:
    minutes.begin_minutes(actor=making.actor, meeting=meeting)
    section = MinutesSection.objects.select_related("minutes__meeting", "item").get()
    minutes.edit_section(
        actor=making.actor, section=section, version=section.version, changes={"text_en": text, "text_fr": text}
    )


def send(making: MeetingMaking, meeting: Meeting) -> int:
    return promising.send_promises(actor=making.actor, meeting=meeting, base_url="https://crm.example/").queued


def test_each_is_told_once_what_they_promised_in_their_language(
    making: MeetingMaking, promised: Promised, staff: User, as_secretariat: Client
) -> None:
    meeting, ann, _zoe = promised
    with pytest.raises(NotAllowed):
        promising.send_promises(actor=staff, meeting=meeting, base_url="https://crm.example/")
    answered = as_secretariat.post(reverse("meetings:promises", args=[meeting.pk]), follow=True)
    assert "2 people are told what they promised." in answered.content.decode()
    rows = {row.to_address: row for row in OutboxMessage.objects.filter(kind="meetings.promises")}
    english, french = rows["ann.feldspar@cast.example"], rows["zoe.basalte@cast.example"]
    assert "- sends the map\n- asks the bank\n" in english.body_text
    assert promises_path(meeting, ann) in english.body_text
    assert (french.language, "Réunion du printemps" in french.body_text) == ("fr", True)
    assert "sends the map" not in french.body_text
    assert send(making, meeting) == 0
    write(making, meeting, "> Ann Feldspar: sends the map\n> Zoé Basalte: writes\n> calls")
    assert send(making, meeting) == 1


def test_looking_closes_nothing_a_press_does_and_the_office_may_open_it_again(
    making: MeetingMaking, promised: Promised, client: Client, as_secretariat: Client
) -> None:
    meeting, ann, _zoe = promised
    path = promises_path(meeting, ann)
    before = History.objects.count()
    for method in (client.get, client.head):
        assert method(path).status_code == 200
    assert History.objects.count() == before
    page = client.get(path)
    key, shown = page.context["form_key"], page.content.decode()
    assert "sends the map" in shown
    assert "writes" not in shown.split("<main")[-1].split("</main")[0]
    first = Commitment.objects.get(text="sends the map")
    theirs = Commitment.objects.get(text="writes")
    assert client.post(path, {"done": first.pk}).status_code == 403
    empty = client.post(path, {"form_key": key, f"note-{first.pk}": "In the mail"})
    assert (empty.status_code, "In the mail" in empty.content.decode()) == (422, True)
    assert client.post(path, {"form_key": key, "done": theirs.pk}).status_code == 422
    assert not CommitmentEvent.objects.exists()
    for _again in range(2):
        sent = {"form_key": key, "done": first.pk, f"note-{first.pk}": "In the mail"}
        assert client.post(path, sent).status_code == 302
    event = CommitmentEvent.objects.get()
    assert (event.commitment, event.kind, event.note, event.by) == (first, "kept", "In the mail", None)
    assert History.objects.get(tbl="engagement_commitmentevent").writer == "public link"
    coming = making.meeting(meeting.forum)
    assert [row.text for row in open_promises(making.actor, coming)] == ["asks the bank", "writes", "calls"]
    told = as_secretariat.get(reverse("commitments:detail", args=[first.pk])).content.decode()
    assert "By a personal link" in told
    undone = as_secretariat.post(reverse("commitments:undo", args=[first.pk, event.pk]))
    assert undone.status_code == 302
    assert Commitment.objects.open().filter(pk=first.pk).exists()


def test_link_of_another_and_of_a_forum_closed_since_opens_nothing(
    making: MeetingMaking, promised: Promised, client: Client
) -> None:
    meeting, ann, _zoe = promised
    path = promises_path(meeting, ann)
    assert client.get(path[:-3] + "xx/").status_code == 404
    assert client.get(promises_path(meeting, making.person("Nobody Here"))).status_code == 404
    keep_commitment(actor=making.actor, commitment=Commitment.objects.get(text="asks the bank"))
    assert "No longer open" in client.get(path).content.decode()
    making.seal(meeting.forum, making.actor)
    assert client.get(path).status_code == 404
    with pytest.raises(NotApproved, match="closed to a circle"):
        send(making, meeting)


def test_federal_institution_tells_nobody_before_the_minutes_are_approved(
    making: MeetingMaking, promised: Promised
) -> None:
    meeting = promised[0]
    Installation.objects.update_or_create(pk=1, defaults={"legal_kind": "federal_institution"})
    for language in ("en", "fr"):
        with pytest.raises(NotApproved, match="approved in both languages"):
            send(making, meeting)
        reviewing.approve_minutes(actor=making.actor, minutes=meeting.minutes, language=language)
    assert send(making, meeting) == 2
