"""The state of a relationship is that of the rule said in words, whatever the rhythm, the contacts and the day."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.validity import last_day, today, valid_dates
from c2m2a_crm.engagement import services
from c2m2a_crm.engagement.models import AgreedQuiet, Interaction, OwnRhythm, Participant
from c2m2a_crm.engagement.rhythm import State, measured, standings, with_rhythm, with_state
from members.models import Affiliation, Membership, Party, Person
from members.services import create_party, create_person
from tests.engagement.making import circle_of, log
from tests.engagement.rhythms.making import administrator, member_of, rhythm_of_tier

pytestmark = pytest.mark.django_db

Kind, Direction, Role = Interaction.Kind, Interaction.Direction, Participant.Role
NOW = date(2026, 6, 1)
MAIL = {Kind.EMAIL, Kind.LETTER}


def told(actor: User, record: Party | Person, day: date | None = None) -> str | None:
    rows: Any = type(record)._default_manager.filter(pk=record.pk)
    row = with_state(measured(rows, day), actor, day).first()
    return row.state if row else "outside"


# --- The same rule, told without the database's help ------------------------------------------------------------------


class Plain:
    """All that the rule looks at, read once; the account of the rule itself is in Python."""

    def __init__(self) -> None:
        self.parts = list(Participant.objects.select_related("interaction"))
        self.own = list(OwnRhythm.objects.all())
        self.quiet = list(AgreedQuiet.objects.all())
        self.held = list(Affiliation.objects.select_related("party"))
        self.tiers = {
            (row.party_id, row.contact_id): row.tier.rhythms.get().days
            for row in Membership.objects.select_related("tier")
        }

    def _is(self, row: Any, record: Party | Person) -> bool:
        return bool((row.person_id if isinstance(record, Person) else row.party_id) == record.pk)

    def touches(self, record: Party | Person, day: date) -> set[date]:
        there = [
            part.interaction
            for part in self.parts
            if self._is(part, record) and part.role == Role.PRESENT and part.user_id is None
            if part.interaction.archived_at is None and part.interaction.kind != Kind.ATTEMPT
        ]
        found = set()
        for contact in there:
            is_mail = contact.kind in MAIL and contact.direction != ""
            answers = any(
                other.kind in MAIL
                and {other.direction, contact.direction} == {"outgoing", "incoming"}
                and timedelta() <= contact.occurred_on - other.occurred_on <= timedelta(days=30)
                for other in there
            )
            if (not is_mail or answers) and contact.occurred_on <= day:
                found.add(contact.occurred_on)
        return found

    def days(self, record: Party | Person, day: date) -> int | None:
        own = [row.days for row in self.own if self._is(row, record) and day in row.valid]
        place = 1 if isinstance(record, Person) else 0
        return next(iter(own), None) or next(
            (days for key, days in self.tiers.items() if key[place] == record.pk), None
        )

    def free_on(self, record: Party | Person, day: date) -> date | None:
        employers = {
            each.party_id
            for each in self.held
            if isinstance(record, Person) and each.person_id == record.pk and day in each.valid
        }
        ends = []
        for row in self.quiet:
            if (self._is(row, record) or row.party_id in employers) and (row.first_day or day) <= day:
                over = (last_day(row.valid) or date.max) + timedelta(days=1)
                ends.append(min(over, row.ended_on or over))
        return max(ends, default=None)

    def state(self, record: Party | Person, day: date) -> str | None:
        if isinstance(record, Person):
            if any(e.person_id == record.pk and e.party.is_nation and day in e.valid for e in self.held):
                return "outside"
        elif record.is_nation:
            return "outside"
        free, days = self.free_on(record, day), self.days(record, day)
        if free and free > day:
            return State.QUIET
        if days is None:
            return None
        last = max(self.touches(record, day), default=record.created_at.date())
        due = max(last + timedelta(days=days), free or date.min)
        if day > due:
            return State.OVERDUE
        return State.SOON if day >= due - timedelta(days=days // 4) else State.ON


def a_world(staff: User, dice: random.Random) -> list[Party | Person]:
    """Members and others, a Nation among them, with contacts of every kind, rhythms and quiet, over two years."""
    of_tier = rhythm_of_tier(60)
    nation = create_party(actor=staff, kind="nation", distinction="inuit", name_en="Spruce Narrows")
    parties = [create_party(actor=staff, kind="business", name_en=f"Works {number}") for number in range(9)]
    places = [*parties, nation]
    people = []
    for number in range(16):
        place = places[number % len(places)]
        first = NOW - timedelta(days=dice.choice((900, 300, 40)))
        name = f"Quartz {number}"
        person = create_person(actor=staff, given_name="Ines", family_name=name, organization=place, since=first)
        people.append(person)
    for party, person in zip(parties[:4], people, strict=False):
        member_of(of_tier, party, person)
    records: list[Party | Person] = [*places, *people]
    for number in range(110):
        who = dice.sample(records, dice.choice((1, 2, 3)))
        attendees = [
            services.Attendee(each, dice.choice((Role.PRESENT, Role.PRESENT, Role.COPIED, Role.MENTIONED)))
            for each in who
        ]
        entry = services.Entry(
            subject=f"Contact {number}",
            kind=dice.choice((*Kind.values, Kind.EMAIL, Kind.LETTER, Kind.EMAIL)),
            direction=dice.choice(("", "outgoing", "incoming")),
            occurred_on=NOW - timedelta(days=dice.randrange(700)),
            attendees=attendees,
        )
        contact = services.log_interaction(actor=staff, entry=entry)
        if number % 20 == 0:
            services.withdraw_interaction(actor=staff, interaction=contact, reason="Twice")
    with recorded(staff):
        for record in dice.sample(records, 14):
            side = {"person": record} if isinstance(record, Person) else {"party": record}
            first = NOW - timedelta(days=dice.randrange(600))
            valid = valid_dates(first, None)
            OwnRhythm.objects.create(**side, reason="Agreed", set_by=staff, days=dice.randrange(1, 200), valid=valid)
        for record in dice.sample(records, 14):
            side = {"person": record} if isinstance(record, Person) else {"party": record}
            first = NOW - timedelta(days=dice.randrange(400))
            ended = first + timedelta(days=dice.randrange(40)) if dice.random() < 0.4 else None
            AgreedQuiet.objects.create(
                **side,
                valid=valid_dates(first, first + timedelta(days=dice.randrange(150))),
                agreed_by="Ines",
                reason="Busy",
                noted_by=staff,
                **({"ended_on": ended, "ended_by": staff} if ended else {}),
            )
    return records


@time_machine.travel(NOW, tick=False)
def test_states_of_random_rhythms_on_random_days_are_those_of_the_plain_rule(staff: User) -> None:
    dice = random.Random(11)
    records = a_world(staff, dice)
    plain, seen = Plain(), set()
    days = [NOW, *(NOW - timedelta(days=dice.randrange(500)) for _each in range(11))]
    for day in days:
        for model in (Party, Person):
            rows: Any = model._default_manager.all()
            known = dict(with_state(measured(rows, day), staff, day).values_list("pk", "state"))
            followed = set(with_rhythm(measured(rows, day), day).values_list("pk", flat=True))
            for record in records:
                if isinstance(record, model):
                    state = plain.state(record, day)
                    assert known.get(record.pk, "outside") == state, (record, day)
                    seen.add(state)
                    if state in State.values:
                        assert record.pk in followed, (record, day)
    assert seen == {*State.values, None, "outside"}


def test_the_second_person_on_a_call_moves_too_and_who_is_copied_or_mentioned_does_not(
    staff: User, northline: Party, fundy: Party
) -> None:
    people = [create_person(actor=staff, given_name="Ines", family_name=name) for name in ("One", "Two", "Cc", "Named")]
    for person in people:
        services.set_own_rhythm(actor=staff, record=person, days=10, reason="Agreed")
        Person.objects.filter(pk=person.pk).update(created_at=person.created_at - timedelta(days=100))
    assert {told(staff, person) for person in people} == {State.OVERDUE}
    roles = (Role.PRESENT, Role.PRESENT, Role.COPIED, Role.MENTIONED)
    attendees = [services.Attendee(person, role) for person, role in zip(people, roles, strict=True)]
    services.log_interaction(actor=staff, entry=services.Entry(subject="Offtake", kind=Kind.CALL, attendees=attendees))
    assert [told(staff, person) for person in people] == [State.ON, State.ON, State.OVERDUE, State.OVERDUE]


def test_mail_in_one_direction_is_no_touch_until_it_is_answered(staff: User, northline: Party) -> None:
    services.set_own_rhythm(actor=staff, record=northline, days=20, reason="Agreed")
    Party.objects.filter(pk=northline.pk).update(created_at=northline.created_at - timedelta(days=100))
    for kind, direction in ((Kind.ATTEMPT, ""), (Kind.EMAIL, "outgoing"), (Kind.LETTER, "outgoing")):
        log(staff, northline, kind=kind, direction=direction, occurred_on=today() - timedelta(days=9))
        assert told(staff, northline) == State.OVERDUE, kind
    log(staff, northline, kind=Kind.EMAIL, direction="incoming", occurred_on=today() - timedelta(days=3))
    assert told(staff, northline) == State.ON
    found = standings(staff, Party, [northline.pk])[northline.pk]
    assert (found.touched_on, found.due_on) == (today() - timedelta(days=3), today() + timedelta(days=17))
    assert found.touch is not None
    assert found.touch["kind"] == Kind.EMAIL


def test_nobody_outside_a_circle_learns_of_a_touch(staff: User, secretariat: User, northline: Party) -> None:
    services.set_own_rhythm(actor=staff, record=northline, days=20, reason="Agreed")
    Party.objects.filter(pk=northline.pk).update(created_at=northline.created_at - timedelta(days=100))
    circle = circle_of(staff, owner=staff)
    access: Any
    for access in ("sealed_circle", "restricted_circle"):
        contact = log(staff, northline, kind=Kind.MEETING, subject="Takeover", **{access: circle})
        assert told(staff, northline) == State.ON, access
        assert told(secretariat, northline) == State.OVERDUE, access
        seen = standings(secretariat, Party, [northline.pk])[northline.pk]
        assert (seen.touch, seen.touched_on) == (None, None)
        services.withdraw_interaction(actor=staff, interaction=contact, reason="Twice")
    # An answer within a circle makes no touch of open mail for who cannot read it.
    log(staff, northline, kind=Kind.EMAIL, direction="incoming")
    log(staff, northline, kind=Kind.EMAIL, direction="outgoing", sealed_circle=circle)
    assert (told(staff, northline), told(secretariat, northline)) == (State.ON, State.OVERDUE)


def test_a_rhythm_of_ones_own_goes_before_the_tier_and_nations_stand_outside(
    staff: User, northline: Party, nation: Party, amara: Person
) -> None:
    of_tier = rhythm_of_tier(90)
    member_of(of_tier, northline, amara)
    speaker = create_person(actor=staff, given_name="Joan", family_name="Narrows", organization=nation)
    for record in (northline, amara):
        assert standings(staff, type(record), [record.pk])[record.pk].days == 90
        services.set_own_rhythm(actor=staff, record=record, days=7, reason="A project together")
        assert standings(staff, type(record), [record.pk])[record.pk].days == 7
    member(party=nation, of_tier=of_tier, contact=speaker)
    for record in (nation, speaker):
        assert standings(staff, type(record), [record.pk]) == {}
        assert not with_rhythm(measured(type(record)._default_manager.filter(pk=record.pk))).exists()


def member(*, party: Party, of_tier: Any, contact: Person) -> None:
    from members.memberships import rules

    kinds = {"kinds": ["business", "nation"]}
    rules.update_tier(actor=administrator(), tier=of_tier, version=of_tier.version, changes=kinds)
    of_tier.refresh_from_db()
    member_of(of_tier, party, contact)
