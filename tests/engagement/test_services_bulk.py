"""Many contacts at once: the rules of one, the statements of a few."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import NotAllowed
from c2m2a_crm.core.history import history_of
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement import services
from c2m2a_crm.engagement.models import Commitment, FollowUp, Interaction, Participant, Point
from c2m2a_crm.engagement.services import Attendee, Colleague, Entry, NewAttendee, NextStep, Promise, Raised
from members.models import Party, Person
from members.services import add_affiliation, end_affiliation
from tests.engagement.making import circle_of

pytestmark = pytest.mark.django_db


def entries_with(who: Person | Party, count: int) -> list[Entry]:
    return [
        Entry(
            subject=f"Offtake {number}",
            attendees=[Attendee(who)],
            occurred_on=today() - timedelta(days=number),
            raised=[Raised(Point.Kind.ISSUE, f"Point {number}")],
        )
        for number in range(count)
    ]


def test_many_are_written_in_the_order_given_with_all_that_hangs_on_them(
    staff: User, secretariat: User, amara: Person, northline: Party
) -> None:
    due = today() + timedelta(days=3)
    one, two = services.log_interactions(
        actor=staff,
        entries=[
            Entry(subject="First", attendees=[Attendee(amara)], next_steps=[NextStep("Send it", secretariat, due)]),
            Entry(
                subject="Second",
                attendees=[Attendee(northline)],
                colleagues=[Colleague(staff, minutes=20)],
                raised=[Raised(Point.Kind.QUESTION, "When?")],
                promises=[Promise("Send the draft", due_on=due), Promise("Reply", is_ours=False)],
            ),
        ],
    )
    assert [one.subject, two.subject] == ["First", "Second"]
    row = one.participants.get(person=amara)
    assert (row.party, row.title_en, row.party_name_fr) == (
        northline,
        "Vice-President, Processing",
        "Affinage de nickel Northline",
    )
    step = FollowUp.objects.get()
    assert (step.interaction, step.assignee, step.due_on, step.person) == (one, secretariat, due, amara)
    assert two.participants.get(user=staff).minutes == 20
    assert two.points.get().text == "When?"
    ours, theirs = two.commitments.order_by("position")
    assert (ours.by_user, ours.to_party, ours.due_on, theirs.by_party) == (staff, northline, due, northline)


def test_one_and_many_write_the_same_rows(staff: User, amara: Person) -> None:
    entry = entries_with(amara, 1)[0]
    alone = services.log_interaction(actor=staff, entry=entry)
    together = services.log_interactions(actor=staff, entries=[entry, entry])[1]
    ignored = {"id", "interaction_id", "token", "recorded_at"}
    for rows in (
        lambda made: Interaction.objects.filter(pk=made.pk),
        lambda made: made.participants.all(),
        lambda made: made.points.all(),
    ):
        first, second = (
            [{key: value for key, value in row.items() if key not in ignored} for row in rows(made).values()]
            for made in (alone, together)
        )
        assert first == second


def test_the_statements_do_not_grow_with_the_entries(staff: User, amara: Person, northline: Party) -> None:
    services.log_interactions(actor=staff, entries=entries_with(amara, 1))  # roles and circles are read once
    counted = []
    for count in (2, 40):
        with CaptureQueriesContext(connection) as seen:
            services.log_interactions(actor=staff, entries=entries_with(amara, count))
        counted.append(len(seen))
    assert counted[0] == counted[1]


def test_one_bad_entry_stops_all_and_each_is_named(staff: User, amara: Person, marisol: Person) -> None:
    entries = [
        *entries_with(amara, 1),
        Entry(subject="", attendees=[Attendee(amara)]),
        Entry(subject="Tomorrow", attendees=[Attendee(amara)], occurred_on=today() + timedelta(days=1)),
        Entry(subject="Permits", attendees=[Attendee(marisol)]),
        Entry(subject="x" * 301, attendees=[Attendee(amara)]),
    ]
    with pytest.raises(services.EntriesRefused) as refused:
        services.log_interactions(actor=staff, entries=entries)
    said = refused.value.refusals
    assert sorted(said) == [1, 2, 3, 4]
    assert [getattr(said[place], "field", "shape") for place in sorted(said)] == [
        "subject",
        "occurred_on",
        "initiated_by",
        "shape",
    ]
    assert not Interaction.objects.exists()
    assert set(services.check_entries(actor=staff, entries=entries)) == set(said)
    assert not Interaction.objects.exists()


def test_a_newcomer_of_a_public_office_asks_who_started_it(staff: User, department: Party) -> None:
    entry = Entry(subject="Permits", attendees=[NewAttendee("Opal Garnet", organization=department)])
    refusals = services.check_entries(actor=staff, entries=[entry])
    assert getattr(refusals[0], "field", "") == "initiated_by"


def test_newcomers_described_alike_are_made_once(staff: User, northline: Party) -> None:
    newcomer = NewAttendee("Opal Garnet", organization=northline)
    made = services.log_interactions(
        actor=staff,
        entries=[
            Entry(subject="First", attendees=[newcomer]),
            Entry(subject="Second", attendees=[newcomer, NewAttendee("Granite Works", is_organization=True)]),
        ],
    )
    opal = Person.objects.get(family_name="Garnet")
    assert list(Participant.objects.filter(person=opal).values_list("interaction", "party")) == [
        (each.pk, northline.pk) for each in made
    ]
    assert made[1].participants.filter(party__name_en="Granite Works").exists()


def test_posts_are_those_of_the_day_of_each_entry(staff: User, amara: Person, northline: Party, fundy: Party) -> None:
    post = amara.affiliations.get()
    end_affiliation(actor=staff, affiliation=post, last=date(2024, 5, 31))
    add_affiliation(actor=staff, person=amara, party=fundy, first=date(2024, 6, 1))
    before, after = services.log_interactions(
        actor=staff,
        entries=[
            Entry(subject="Before", attendees=[Attendee(amara)], occurred_on=date(2024, 5, 31)),
            Entry(subject="After", attendees=[Attendee(amara)], occurred_on=date(2024, 6, 1)),
        ],
    )
    assert before.participants.get(person=amara).party == northline
    assert after.participants.get(person=amara).party == fundy


def test_the_last_contact_is_the_latest_open_two_way_one(staff: User, amara: Person, northline: Party) -> None:
    circle = circle_of(staff)
    day = today() - timedelta(days=10)
    services.log_interactions(
        actor=staff,
        entries=[
            Entry(subject="Old", attendees=[Attendee(amara)], occurred_on=day - timedelta(days=5)),
            Entry(subject="Counts", attendees=[Attendee(amara)], occurred_on=day),
            Entry(subject="Sealed", attendees=[Attendee(amara)], sealed_circle=circle),
            Entry(subject="Attempt", attendees=[Attendee(amara)], kind=Interaction.Kind.ATTEMPT),
            Entry(subject="Mentioned", attendees=[Attendee(amara, role=Participant.Role.MENTIONED)]),
        ],
    )
    amara.refresh_from_db()
    northline.refresh_from_db()
    assert (amara.last_open_contact_on, northline.last_open_contact_on) == (day, day)
    services.log_interactions(
        actor=staff,
        entries=[Entry(subject="Late note", attendees=[Attendee(amara)], occurred_on=day - timedelta(days=90))],
    )
    amara.refresh_from_db()
    assert amara.last_open_contact_on == day


def test_entries_whose_tokens_are_known_are_given_back(staff: User, amara: Person) -> None:
    tokens = [uuid.uuid4() for _number in range(3)]
    entries = entries_with(amara, 3)
    first = services.log_interactions(actor=staff, entries=entries[:2], tokens=tokens[:2])
    second = services.log_interactions(actor=staff, entries=entries, tokens=tokens)
    assert second[:2] == first
    assert Interaction.objects.count() == 3


def test_a_token_of_somebody_else_is_refused_and_nothing_is_written(
    staff: User, secretariat: User, amara: Person
) -> None:
    token = uuid.uuid4()
    services.log_interactions(actor=secretariat, entries=entries_with(amara, 1), tokens=[token])
    with pytest.raises(services.EntriesRefused):
        services.log_interactions(actor=staff, entries=entries_with(amara, 2), tokens=[uuid.uuid4(), token])
    assert Interaction.objects.count() == 1


def test_an_operation_stands_in_the_history_of_all(staff: User, amara: Person) -> None:
    operation = Operation.objects.create(kind="import.contacts", actor_id=staff.pk)
    made = services.log_interactions(actor=staff, entries=entries_with(amara, 2), operation=operation)
    for interaction in made:
        assert [(row.operation_id, row.actor_id) for row in history_of(interaction)] == [(operation.pk, staff.pk)]


def test_a_viewer_writes_none(viewer: User, staff: User, amara: Person) -> None:
    with pytest.raises(NotAllowed):
        services.log_interactions(actor=viewer, entries=entries_with(amara, 2))
    assert not Interaction.objects.exists()


def test_many_steps_promises_and_points_are_settled_at_once(staff: User, viewer: User, amara: Person) -> None:
    services.log_interactions(
        actor=staff,
        entries=[
            Entry(
                subject="Offtake",
                attendees=[Attendee(amara)],
                raised=[Raised(Point.Kind.ISSUE, "Slow"), Raised(Point.Kind.QUESTION, "When?")],
                promises=[Promise("One"), Promise("Two")],
                next_steps=[NextStep("Do it", staff), NextStep("Do that", staff)],
            )
        ],
    )
    steps, promises, points = list(FollowUp.objects.all()), list(Commitment.objects.all()), list(Point.objects.all())
    services.finish_follow_up(actor=staff, follow_up=steps[0])
    services.keep_commitment(actor=staff, commitment=promises[0])
    assert services.finish_follow_ups(actor=staff, follow_ups=steps) == 1
    assert services.keep_commitments(actor=staff, commitments=promises, evidence="Sent.") == 1
    answers = [(point, "By June.") for point in points]
    assert services.answer_points(actor=staff, answers=answers, owner=staff) == 2
    assert services.answer_points(actor=staff, answers=[(points[0], "Other")], owner=staff) == 0
    assert not FollowUp.objects.open().exists()
    assert {promise.events.get().kind for promise in promises} == {"kept"}
    assert set(Point.objects.values_list("answer", "answered_on", "owner")) == {("By June.", today(), staff.pk)}
    for act in (
        lambda: services.finish_follow_ups(actor=viewer, follow_ups=steps),
        lambda: services.keep_commitments(actor=viewer, commitments=promises),
        lambda: services.answer_points(actor=viewer, answers=answers),
    ):
        with pytest.raises(NotAllowed):
            act()
