"""Writing in the contact log: what one call leaves behind, and what it refuses."""

from __future__ import annotations

import threading
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import override

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import NotAllowed
from c2m2a_crm.core.history import history_of
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement import services
from c2m2a_crm.engagement.models import Commitment, FollowUp, Interaction, Participant, Point
from c2m2a_crm.engagement.services import (
    Attendee,
    Colleague,
    Entry,
    EntryRefused,
    NewAttendee,
    NextStep,
    Promise,
    Raised,
)
from members.models import Party, Person
from members.services import add_affiliation, end_affiliation, update_party
from tests.engagement.making import circle_of, initiative, log
from tests.factories import UserFactory


def their_row(interaction: Interaction) -> Participant:
    return interaction.participants.get(user__isnull=True)


# --- Frozen as on that day -------------------------------------------------------------------------------------------


def test_title_and_organization_are_those_of_the_day(
    staff: User, amara: Person, fundy: Party, northline: Party
) -> None:
    old = amara.affiliations.get()
    end_affiliation(actor=staff, affiliation=old, last=date(2025, 5, 31))
    add_affiliation(
        actor=staff, person=amara, party=fundy, title_en="President", title_fr="Présidente", first=date(2025, 6, 1)
    )
    before = their_row(log(staff, amara, occurred_on=date(2025, 5, 31)))
    after = their_row(log(staff, amara, occurred_on=date(2025, 6, 1)))
    assert (before.party, before.title_en, before.party_name_fr) == (
        northline,
        "Vice-President, Processing",
        "Affinage de nickel Northline",
    )
    assert (after.party, after.title_en, after.title_fr) == (fundy, "President", "Présidente")


def test_a_later_change_of_job_and_of_name_leaves_the_row(
    staff: User, amara: Person, northline: Party, fundy: Party
) -> None:
    interaction = log(staff, amara, occurred_on=today())
    post = amara.affiliations.get()
    end_affiliation(actor=staff, affiliation=post, last=today() - timedelta(days=1))
    add_affiliation(actor=staff, person=amara, party=fundy, title_en="President", first=today())
    northline.refresh_from_db()
    update_party(actor=staff, party=northline, version=northline.version, changes={"name_en": "Southline"})
    row = their_row(interaction)
    assert (row.party_name_en, row.title_en, row.name) == (
        "Northline Nickel Refining",
        "Vice-President, Processing",
        "Amara Tamarack",
    )
    with override("fr-ca"):
        assert str(row.title) == "Vice-présidente, Traitement"


def test_saving_an_entry_again_after_a_change_of_job_keeps_the_day(staff: User, amara: Person, fundy: Party) -> None:
    interaction = log(staff, amara, occurred_on=today())
    post = amara.affiliations.get()
    end_affiliation(actor=staff, affiliation=post, last=today() - timedelta(days=1))
    add_affiliation(actor=staff, person=amara, party=fundy, title_en="President", first=today())
    services.update_interaction(
        actor=staff,
        interaction=interaction,
        version=interaction.version,
        entry=Entry(subject="Graphite", attendees=[Attendee(amara, Participant.Role.COPIED)]),
    )
    row = their_row(interaction)
    assert (row.title_en, row.role) == ("Vice-President, Processing", Participant.Role.COPIED)


def test_a_corrected_date_freezes_the_title_of_that_date(staff: User, amara: Person, fundy: Party) -> None:
    post = amara.affiliations.get()
    end_affiliation(actor=staff, affiliation=post, last=date(2025, 5, 31))
    add_affiliation(actor=staff, person=amara, party=fundy, title_en="President", first=date(2025, 6, 1))
    interaction = log(staff, amara, occurred_on=date(2025, 6, 1))
    services.update_interaction(
        actor=staff,
        interaction=interaction,
        version=interaction.version,
        entry=Entry(subject="Graphite offtake", attendees=[Attendee(amara)], occurred_on=date(2025, 5, 30)),
    )
    row = their_row(interaction)
    assert (row.title_en, row.party_name_en) == ("Vice-President, Processing", "Northline Nickel Refining")


def test_somebody_without_a_post_is_written_with_the_name_alone(staff: User, amara: Person) -> None:
    row = their_row(log(staff, amara, occurred_on=date(2019, 12, 31)))
    assert (row.name, row.title_en, row.party) == ("Amara Tamarack", "", None)


def test_a_nation_can_be_met_without_a_named_person(staff: User, nation: Party) -> None:
    row = their_row(log(staff, nation))
    assert (row.person, row.party, row.name) == (None, nation, "Spruce Narrows First Nation")


# --- One entry, however often it is sent -----------------------------------------------------------------------------


def test_a_token_sent_twice_is_one_entry(staff: User, northline: Party) -> None:
    token = uuid.uuid4()
    entry = Entry(subject="Graphite", attendees=[Attendee(northline)])
    first = services.log_interaction(actor=staff, entry=entry, token=token)
    again = services.log_interaction(actor=staff, entry=entry, token=token)
    assert again == first
    assert Interaction.objects.count() == 1
    assert Participant.objects.count() == 2


def test_a_token_of_somebody_else_never_opens_their_entry(staff: User, secretariat: User, northline: Party) -> None:
    token = uuid.uuid4()
    entry = Entry(subject="Graphite", attendees=[Attendee(northline)])
    services.log_interaction(actor=staff, entry=entry, token=token)
    with pytest.raises(EntryRefused):
        services.log_interaction(actor=secretariat, entry=entry, token=token)
    assert Interaction.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_submits_at_the_same_moment_are_one_entry_and_one_new_person() -> None:
    from tests.conftest import member_of_the_cast

    staff = member_of_the_cast("staff")
    token = uuid.uuid4()
    entry = Entry(
        subject="Graphite",
        attendees=[NewAttendee("Nadia Basalt")],
        next_steps=[NextStep("Send the paper", staff)],
        promises=[Promise("the paper")],
    )
    together = threading.Barrier(2)
    found: list[Any] = []

    def send() -> None:
        try:
            together.wait()
            found.append(services.log_interaction(actor=User.objects.get(pk=staff.pk), entry=entry, token=token).pk)
        except Exception as error:
            found.append(error)
        finally:
            connection.close()

    senders = [threading.Thread(target=send) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert found[0] == found[1], found
    counts = [model._default_manager.count() for model in (Interaction, FollowUp, Commitment, Person)]
    assert counts == [1, 1, 1, 1]
    assert Participant.objects.count() == 2


# --- What is asked for -----------------------------------------------------------------------------------------------


def refusal(actor: User, entry: Entry) -> str:
    with pytest.raises(EntryRefused) as caught:
        services.log_interaction(actor=actor, entry=entry)
    assert Interaction.objects.count() == 0
    return caught.value.field


def test_who_and_what_are_required(staff: User, northline: Party) -> None:
    assert refusal(staff, Entry(subject="Graphite", attendees=[])) == "who"
    assert refusal(staff, Entry(subject=" \x00 ", attendees=[Attendee(northline)])) == "subject"


def test_what_has_not_happened_is_not_logged(staff: User, northline: Party) -> None:
    tomorrow = today() + timedelta(days=1)
    assert (
        refusal(staff, Entry(subject="Graphite", attendees=[Attendee(northline)], occurred_on=tomorrow))
        == "occurred_on"
    )


def test_a_public_office_holder_makes_the_log_ask_who_started_it_and_whether_it_was_arranged(
    staff: User, marisol: Person
) -> None:
    entry: dict[str, Any] = {"subject": "Permits", "attendees": [Attendee(marisol)], "kind": Interaction.Kind.MEETING}
    assert refusal(staff, Entry(**entry)) == "initiated_by"
    assert refusal(staff, Entry(**entry, initiated_by="us")) == "arranged"
    interaction = services.log_interaction(actor=staff, entry=Entry(**entry, initiated_by="us", arranged="unsure"))
    assert their_row(interaction).holds_public_office


def test_an_office_holder_who_was_only_copied_or_not_reached_raises_no_question(staff: User, marisol: Person) -> None:
    services.log_interaction(
        actor=staff, entry=Entry(subject="Permits", attendees=[Attendee(marisol, Participant.Role.COPIED)])
    )
    log(staff, marisol, kind=Interaction.Kind.ATTEMPT)
    assert Interaction.objects.count() == 2


def test_a_foreign_government_holds_no_public_office_here(staff: User, department: Party) -> None:
    department.government_level = Party.GovernmentLevel.FOREIGN
    department.save(update_fields=["government_level"])
    assert not their_row(log(staff, department)).holds_public_office


def test_a_viewer_may_not_log(viewer: User, staff: User, northline: Party) -> None:
    with pytest.raises(NotAllowed):
        log(viewer, northline)
    assert Interaction.objects.count() == 0


def test_a_wrong_kind_is_refused_and_nothing_is_written(staff: User) -> None:
    with pytest.raises(ValidationError):
        services.log_interaction(
            actor=staff, entry=Entry(subject="Graphite", attendees=[NewAttendee("Nadia Basalt")], kind="seance")
        )
    assert (Interaction.objects.count(), Person.objects.count()) == (0, 0)


# --- What is born with it --------------------------------------------------------------------------------------------


def test_one_call_writes_everything_that_was_heard(
    staff: User, secretariat: User, amara: Person, northline: Party
) -> None:
    interaction = log(
        staff,
        amara,
        colleagues=[Colleague(staff, 30, 10), Colleague(secretariat, role=Participant.Role.COPIED)],
        duration_minutes=45,
        raised=[Raised(Point.Kind.ISSUE, "Power prices"), Raised(Point.Kind.QUESTION, "When does the seat open?")],
        promises=[Promise("the criteria", due_on=date(2030, 1, 4)), Promise("a plant visit", is_ours=False)],
        next_steps=[NextStep("Call back", secretariat, date(2030, 1, 2))],
    )
    ours = {
        row.user: (row.minutes, row.preparation_minutes) for row in interaction.participants.filter(user__isnull=False)
    }
    assert ours == {staff: (30, 10), secretariat: (None, None)}
    assert [(point.kind, point.text) for point in interaction.points.all()] == [
        ("issue", "Power prices"),
        ("question", "When does the seat open?"),
    ]
    given, received = interaction.commitments.all()
    assert (given.direction, given.by_user, given.to_party, given.due_on) == (
        "ours",
        staff,
        northline,
        date(2030, 1, 4),
    )
    assert (received.direction, received.by_party, received.by_user) == ("theirs", northline, None)
    follow_up = interaction.follow_ups.get()
    assert (follow_up.assignee, follow_up.person, follow_up.party) == (secretariat, amara, northline)


def test_minutes_are_the_duration_unless_told_otherwise(staff: User, northline: Party) -> None:
    interaction = log(staff, northline, duration_minutes=20)
    assert interaction.participants.get(user=staff).minutes == 20


def test_a_follow_up_is_never_given_to_somebody_who_could_not_see_or_do_it(
    staff: User, secretariat: User, viewer: User, northline: Party
) -> None:
    circle = circle_of(staff)
    facts: dict[str, Any] = {"subject": "Graphite", "attendees": [Attendee(northline)]}
    assert refusal(staff, Entry(**facts, next_steps=[NextStep("Call", viewer)])) == "next_steps"
    assert (
        refusal(staff, Entry(**facts, sealed_circle=circle, next_steps=[NextStep("Call", secretariat)])) == "next_steps"
    )


def test_everything_born_in_a_sealed_contact_carries_its_circle(staff: User, northline: Party) -> None:
    circle = circle_of(staff)
    interaction = log(
        staff,
        northline,
        sealed_circle=circle,
        raised=[Raised(Point.Kind.ISSUE, "Price")],
        promises=[Promise("a paper")],
        next_steps=[NextStep("Call", staff)],
    )
    children = [*interaction.points.all(), *interaction.commitments.all(), *interaction.follow_ups.all()]
    assert [child.sealed_circle for child in children] == [circle, circle, circle]


def test_nobody_seals_into_a_circle_they_are_not_in(staff: User, secretariat: User, northline: Party) -> None:
    circle = circle_of(secretariat)
    facts: dict[str, Any] = {"subject": "Graphite", "attendees": [Attendee(northline)]}
    assert refusal(staff, Entry(**facts, sealed_circle=circle)) == "access"
    assert refusal(staff, Entry(**facts, restricted_circle=circle)) == "access"


def test_an_entry_takes_the_circle_of_its_initiative(staff: User, northline: Party) -> None:
    circle = circle_of(staff)
    file = initiative(sealed_circle=circle)
    assert log(staff, northline, initiative=file).sealed_circle == circle
    open_entry = log(staff, northline, raised=[Raised(Point.Kind.ISSUE, "Price")], next_steps=[NextStep("Call", staff)])
    services.update_interaction(
        actor=staff,
        interaction=open_entry,
        version=open_entry.version,
        entry=Entry(
            subject="Graphite",
            attendees=[Attendee(northline)],
            initiative=file,
            raised=[Raised(Point.Kind.ISSUE, "Price")],
            next_steps=[NextStep("Call", staff)],
        ),
    )
    open_entry.refresh_from_db()
    assert open_entry.sealed_circle == circle
    assert open_entry.points.get().sealed_circle == circle
    assert open_entry.follow_ups.get().sealed_circle == circle
    northline.refresh_from_db()
    assert northline.last_open_contact_on is None


def test_an_initiative_of_another_circle_is_refused(staff: User, secretariat: User, northline: Party) -> None:
    theirs = initiative("Secret", sealed_circle=circle_of(secretariat, name="Other"))
    mine = circle_of(staff)
    facts: dict[str, Any] = {"subject": "Graphite", "attendees": [Attendee(northline)]}
    assert refusal(staff, Entry(**facts, initiative=theirs)) == "initiative"
    sealed = initiative("Mine too", sealed_circle=circle_of(staff, name="Third"))
    assert refusal(staff, Entry(**facts, initiative=sealed, sealed_circle=mine)) == "initiative"


# --- Last contact ----------------------------------------------------------------------------------------------------


def last(record: Party | Person) -> date | None:
    record.refresh_from_db()
    return record.last_open_contact_on


def test_everybody_present_was_contacted_and_nobody_else(
    staff: User, amara: Person, northline: Party, fundy: Party
) -> None:
    services.log_interaction(
        actor=staff,
        entry=Entry(
            subject="Graphite",
            attendees=[Attendee(amara), Attendee(fundy, Participant.Role.MENTIONED)],
            occurred_on=date(2025, 3, 4),
        ),
    )
    assert (last(amara), last(northline), last(fundy)) == (date(2025, 3, 4), date(2025, 3, 4), None)


def test_an_attempt_is_no_contact(staff: User, amara: Person, northline: Party) -> None:
    log(staff, amara, kind=Interaction.Kind.ATTEMPT)
    assert (last(amara), last(northline)) == (None, None)


def test_an_older_entry_logged_later_does_not_move_the_date_back(staff: User, northline: Party) -> None:
    log(staff, northline, occurred_on=date(2025, 3, 4))
    log(staff, northline, occurred_on=date(2024, 3, 4))
    assert last(northline) == date(2025, 3, 4)


def test_closed_circles_never_move_the_date_that_everybody_sees(staff: User, northline: Party) -> None:
    log(staff, northline, occurred_on=date(2024, 3, 4))
    circle = circle_of(staff)
    log(staff, northline, occurred_on=date(2025, 3, 4), sealed_circle=circle)
    log(staff, northline, occurred_on=date(2025, 3, 5), restricted_circle=circle)
    assert last(northline) == date(2024, 3, 4)


def test_taking_an_entry_back_moves_the_date_back(staff: User, northline: Party) -> None:
    log(staff, northline, occurred_on=date(2024, 3, 4))
    mistaken = log(staff, northline, occurred_on=date(2025, 3, 4))
    services.withdraw_interaction(actor=staff, interaction=mistaken)
    assert last(northline) == date(2024, 3, 4)
    services.restore_interaction(actor=staff, interaction=mistaken)
    assert last(northline) == date(2025, 3, 4)


def test_changing_with_whom_it_was_moves_both_dates(staff: User, northline: Party, fundy: Party) -> None:
    interaction = log(staff, northline, occurred_on=date(2025, 3, 4))
    services.update_interaction(
        actor=staff,
        interaction=interaction,
        version=interaction.version,
        entry=Entry(subject="Graphite", attendees=[Attendee(fundy)], occurred_on=date(2025, 3, 5)),
    )
    assert (last(northline), last(fundy)) == (None, date(2025, 3, 5))


# --- History ---------------------------------------------------------------------------------------------------------


def test_history_says_who_logged_it(staff: User, northline: Party) -> None:
    interaction = log(staff, northline, next_steps=[NextStep("Call", staff)], raised=[Raised("issue", "Price")])
    rows = [interaction, interaction.follow_ups.get(), interaction.points.get(), *interaction.participants.all()]
    changes = [change for row in rows for change in history_of(row)]
    assert len(changes) == len(rows)
    assert {(change.actor_id, change.action) for change in changes} == {(staff.pk, "I")}


def test_a_refused_entry_leaves_no_history(staff: User, marisol: Person) -> None:
    from c2m2a_crm.core.models import History

    before = History.objects.count()
    with pytest.raises(EntryRefused):
        log(staff, marisol)
    assert History.objects.count() == before


def test_our_colleague_may_be_somebody_else(staff: User, northline: Party) -> None:
    colleague = UserFactory(name="Theo Larch")
    interaction = log(staff, northline, colleagues=[Colleague(colleague)])
    assert interaction.recorded_by == staff
    assert [row.user for row in interaction.participants.filter(user__isnull=False)] == [colleague]
