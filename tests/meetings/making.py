"""Meetings for the tests of this room, made through the services."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.validity import valid_dates
from forums.meetings.services import agenda, minutes, planning, roll_call
from forums.models import Decision, Forum, Invitation, Meeting, Seat, SeatTerm, TermsOfReference
from members.models import Party, Person
from members.services import add_affiliation, add_email
from tests.forums.making import Making


class MeetingMaking(Making):
    def meeting(self, forum: Forum | None = None, *, days: float = 30, **facts: Any) -> Meeting:
        """A meeting so many days from now (before now, where they are negative), two hours long."""
        starts: datetime = timezone.now().replace(microsecond=0) + timedelta(days=days)
        given = {
            "forum": forum or self.forum(),
            "starts_at": starts,
            "ends_at": starts + timedelta(hours=2),
            "title_en": "Spring meeting",
            "title_fr": "Réunion du printemps",
        }
        return planning.create_meeting(actor=self.actor, **given | facts)

    def seated(
        self, forum: Forum, name: str, *, role: str = "holder", seat: Seat | None = None, **facts: Any
    ) -> Person:
        """Somebody with a seat of their own, or another role in a seat given, and an address."""
        person = self.person(name, **facts)
        self.address(person)
        self.term(seat or self.seat(forum), person, role=role)
        return person

    def address(self, person: Person) -> str:
        address = f"{person.given_name}.{person.family_name}@cast.example".lower().replace("é", "e")
        add_email(actor=self.actor, owner=person, address=address)
        return address

    def employed(self, person: Person, party: Party, title: str, *, is_primary: bool = True) -> None:
        add_affiliation(actor=self.actor, person=person, party=party, title_en=title, is_primary=is_primary)

    def rule(self, forum: Forum, quorum: str, **facts: Any) -> TermsOfReference:
        with recorded(None, system="test"):
            return TermsOfReference.objects.create(
                forum=forum, number=1, valid=valid_dates(date(2026, 1, 1)), quorum_rule=quorum, **facts
            )


def many_meetings(actor: User, forum: Forum, more: int, size: int) -> Meeting:
    """So many more meetings of a forum with seats, and the last with ``size`` items, invitations, marks, decisions."""
    making = MeetingMaking(actor)
    for number in range(more):
        making.meeting(forum, days=20 + number, title_en=f"Plenary {size}-{number}")
    meeting = making.meeting(forum, days=-0.02, title_en=f"Held {size}")  # today: people sit there since today
    people = [term.person for term in SeatTerm.objects.filter(seat__forum=forum).select_related("person")]
    for number in range(size):
        agenda.add_item(actor=actor, meeting=meeting, title_en=f"Item {number}")
        Decision.objects.create(meeting=meeting, number=number + 1, text_en=f"Decision {number}")
    for person in dict.fromkeys(people):
        Invitation.objects.create(meeting=meeting, person=person)
        roll_call.mark(actor=actor, meeting=meeting, person=person, mark="present")
    minutes.begin_minutes(actor=actor, meeting=meeting)
    return meeting
