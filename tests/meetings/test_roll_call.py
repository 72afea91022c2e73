"""The roll call is the contact log: who came is a participant, who is unmarked is none, alternates count once."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import NotAllowed
from c2m2a_crm.engagement.models import Interaction, Participant
from forums.meetings.errors import MeetingRefused
from forums.meetings.quorum import FilledSeat, quorum_of
from forums.meetings.selectors import roll_of
from forums.meetings.services import planning, roll_call
from forums.models import Attendance, Meeting, Seat
from members.models import Person
from tests.meetings.making import MeetingMaking

pytestmark = pytest.mark.django_db


def there(meeting: Meeting) -> list[str]:
    interaction = Meeting.objects.get(pk=meeting.pk).interaction
    if interaction is None or interaction.is_archived:
        return []
    return [row.name for row in interaction.participants.filter(user__isnull=True)]


def seat_of(person: Person) -> Seat:
    return person.seat_terms.order_by("pk")[0].seat


def test_first_mark_begins_the_contact_with_title_and_party_of_the_seat(making: MeetingMaking) -> None:
    forum = making.forum()
    person = making.person("Ann Feldspar")
    employer, represented = making.party("Feldspar Mines"), making.party("Association of Drillers")
    making.employed(person, represented, "Director", is_primary=False)
    making.employed(person, employer, "President")
    seat = making.seat(forum)
    making.term(seat, person, party=represented)
    meeting = making.meeting(forum, days=-1)
    roll_call.mark(actor=making.actor, meeting=meeting, person=person, mark="present", seat=seat)
    interaction = Interaction.objects.get()
    assert (interaction.initiative_id, interaction.kind) == (forum.pk, "meeting")
    assert (interaction.duration_minutes, interaction.initiated_by, interaction.arranged) == (120, "us", "yes")
    row = Participant.objects.get(person=person)
    assert (row.party, row.title_en, row.role) == (represented, "Director", "present")
    represented.refresh_from_db()
    employer.refresh_from_db()
    assert represented.last_open_contact_on == interaction.occurred_on
    assert employer.last_open_contact_on is None


def test_marks_move_people_in_and_out_of_the_log(making: MeetingMaking) -> None:
    forum = making.forum()
    ann, bo = making.seated(forum, "Ann Feldspar"), making.seated(forum, "Bo Basalt")
    meeting = making.meeting(forum, days=-1)

    def put(person: Person, mark: str) -> None:
        roll_call.mark(actor=making.actor, meeting=meeting, person=person, mark=mark, seat=seat_of(person))

    put(ann, "absent")
    assert there(meeting) == []
    put(ann, "online")
    put(bo, "present")
    put(bo, "left")  # was there: stays in the log, counts for no quorum any more
    assert there(meeting) == ["Ann Feldspar", "Bo Basalt"]
    put(ann, "regrets")
    assert there(meeting) == ["Bo Basalt"]
    put(bo, "")
    assert there(meeting) == []
    assert not Attendance.objects.filter(person=bo).exists()
    put(bo, "present")
    assert there(meeting) == ["Bo Basalt"]
    assert Interaction.objects.count() == 1


def test_live_quorum_counts_a_seat_once(making: MeetingMaking) -> None:
    forum = making.forum()
    making.rule(forum, "half_plus_one")
    ann = making.seated(forum, "Ann Feldspar")
    al = making.seated(forum, "Al Ternate", role="first_alternate", seat=seat_of(ann))
    making.seated(forum, "Bo Basalt")
    meeting = making.meeting(forum, days=-1)
    for person in (ann, al):
        roll_call.mark(actor=making.actor, meeting=meeting, person=person, mark="present", seat=seat_of(ann))
    roll = roll_of(meeting)
    assert (roll.live.is_met, roll.live.there, roll.live.needed, roll.came) == (False, 1, 2, 2)
    assert roll_call.mark_all(
        actor=making.actor, meeting=meeting, people=[(row.person, row.seat) for row in roll.unmarked]
    )
    assert roll_of(meeting).live.is_met


def test_quorum_by_rule() -> None:
    seats = [FilledSeat(1, "Mines"), FilledSeat(2, "Mines"), FilledSeat(3, "Mines"), FilledSeat(4, "Labs")]
    cases = [
        ("none", [1], {}, None),
        ("half_plus_one", [1, 2], {}, False),
        ("half_plus_one", [1, 2, 4, 4], {}, True),
        ("half_per_category", [1, 2], {}, False),
        ("half_per_category", [1, 2, 4], {}, True),
        ("both_co_chairs", [1], {"co_chairs": [7, 8], "people": [7]}, False),
        ("both_co_chairs", [], {"co_chairs": [7, 8], "people": [7, 8, 9]}, True),
        ("both_co_chairs", [], {"co_chairs": [7], "people": [7]}, False),
    ]
    for rule, present, chairs, is_met in cases:
        assert quorum_of(rule, seats, present, **chairs).is_met is is_met, (rule, present, chairs)
    assert quorum_of("half_plus_one", [], [1]).is_met is False
    short = quorum_of("half_per_category", seats, [1]).sentence
    assert short == "No quorum yet: Mines: 1 of 2; Labs: 0 of 1."


def test_walk_in_on_file_or_new_is_in_the_log(making: MeetingMaking) -> None:
    meeting = making.meeting(days=-1)
    labs = making.party("Quartz Labs")
    roll_call.add_walk_in(actor=making.actor, meeting=meeting, person=making.person("Gil Guest"))
    roll_call.add_walk_in(actor=making.actor, meeting=meeting, name="Nia Newcomer", party=labs)
    assert there(meeting) == ["Gil Guest", "Nia Newcomer"]
    assert Participant.objects.get(name="Nia Newcomer").party == labs
    assert [row.person.full_name for row in roll_of(meeting).guests] == ["Gil Guest", "Nia Newcomer"]


def test_roll_is_not_called_before_the_day_nor_by_others_nor_for_another_seat(
    making: MeetingMaking, staff: User
) -> None:
    forum = making.forum()
    ann = making.seated(forum, "Ann Feldspar")
    coming, held = making.meeting(forum, days=3), making.meeting(forum, days=-1)
    with pytest.raises(MeetingRefused, match="from the day of the meeting on"):
        roll_call.mark(actor=making.actor, meeting=coming, person=ann, mark="present")
    with pytest.raises(NotAllowed):
        roll_call.mark(actor=staff, meeting=held, person=ann, mark="present")
    other = making.seat(making.forum("Other"))
    with pytest.raises(MeetingRefused, match="another forum"):
        roll_call.mark(actor=making.actor, meeting=held, person=ann, mark="present", seat=other)
    assert not Interaction.objects.exists()
    roll_call.mark(actor=making.actor, meeting=held, person=ann, mark="present", seat=seat_of(ann))
    with pytest.raises(MeetingRefused, match="took place"):
        planning.cancel_meeting(actor=making.actor, meeting=held, reason="Storm")


def test_contact_of_a_sealed_forum_is_sealed_with_it(making: MeetingMaking) -> None:
    forum = making.forum()
    circle = making.seal(forum, making.actor)
    person = making.person("Ann Feldspar")
    meeting = making.meeting(forum, days=-1)
    roll_call.mark(actor=making.actor, meeting=meeting, person=person, mark="present")
    assert Interaction.objects.get().sealed_circle == circle
    person.refresh_from_db()
    assert person.last_open_contact_on is None


def test_one_press_puts_a_mark_and_the_next_row_has_the_focus(
    making: MeetingMaking, as_secretariat: Client, as_staff: Client
) -> None:
    forum = making.forum()
    ann, bo = making.seated(forum, "Ann Feldspar"), making.seated(forum, "Bo Basalt")
    meeting = making.meeting(forum, days=-1)
    url = reverse("meetings:mark", args=[meeting.pk])
    sent = {"person": ann.pk, "seat": seat_of(ann).pk, "mark": "present"}
    assert as_staff.post(url, sent).status_code == 403
    assert there(meeting) == []
    plain = as_secretariat.post(url, sent)
    assert plain.status_code == 302
    assert there(meeting) == ["Ann Feldspar"]
    answered = as_secretariat.post(url, sent, headers={"HX-Request": "true"})
    assert answered.context["focus"] == bo.pk
    assert "<html" not in answered.content.decode()
    assert as_secretariat.post(url, {**sent, "mark": "purple"}).status_code == 302
    assert there(meeting) == ["Ann Feldspar"]
