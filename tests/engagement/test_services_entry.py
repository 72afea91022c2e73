"""An entry after it was written: changed while open, corrected when closed, taken back and put back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import NotAllowed
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.history import history_of, recorded
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement import policies, services
from c2m2a_crm.engagement.models import Interaction, Point
from c2m2a_crm.engagement.services import (
    Attendee,
    Colleague,
    Entry,
    EntryClosed,
    EntryRefused,
    NextStep,
    Promise,
    Raised,
)
from members.models import Party, Person
from tests.engagement.making import circle_of, closed, days_after_closing, log


def change(actor: User, interaction: Interaction, *, version: int | None = None, **facts: object) -> Interaction:
    rows = interaction.participants.filter(user__isnull=True).select_related("person", "party")
    entry: dict[str, object] = {
        "subject": interaction.subject,
        "attendees": [Attendee(row.person or row.party) for row in rows if row.person or row.party],
        "kind": interaction.kind,
    }
    return services.update_interaction(
        actor=actor,
        interaction=interaction,
        version=version or interaction.version,
        entry=Entry(**(entry | facts)),  # type: ignore[arg-type]  # facts of an Entry by name
    )


# --- While it is open ------------------------------------------------------------------------------------------------


def test_two_editors_of_different_fields_both_keep_their_words(
    staff: User, secretariat: User, northline: Party
) -> None:
    interaction = log(staff, northline)
    seen = interaction.version
    change(staff, interaction, notes="They asked for dates.")
    merged = change(secretariat, interaction, version=seen, place="Ottawa")
    assert (merged.notes, merged.place) == ("They asked for dates.", "Ottawa")


def test_two_editors_of_one_field_are_told(staff: User, secretariat: User, northline: Party) -> None:
    interaction = log(staff, northline)
    seen = interaction.version
    change(staff, interaction, subject="Graphite, again")
    with pytest.raises(EditConflict):
        change(secretariat, interaction, version=seen, subject="Nickel")
    interaction.refresh_from_db()
    assert interaction.subject == "Graphite, again"


def test_a_point_whose_words_are_unchanged_keeps_its_owner_and_answer(
    staff: User, secretariat: User, northline: Party
) -> None:
    interaction = log(staff, northline, raised=[Raised("issue", "Price"), Raised("question", "When?")])
    point = interaction.points.get(kind=Point.Kind.QUESTION)
    with recorded(staff):
        Point.objects.filter(pk=point.pk).update(owner=secretariat, answer="In May")
    change(staff, interaction, raised=[Raised("question", "When?"), Raised("issue", "Price of power")])
    kept, new = interaction.points.all()
    assert (kept.pk, kept.owner, kept.answer, kept.position) == (point.pk, secretariat, "In May", 0)
    assert (new.text, new.owner) == ("Price of power", None)
    assert interaction.points.count() == 2


def test_the_same_words_raised_twice_are_two_points(staff: User, northline: Party) -> None:
    twice = [Raised("issue", "Price"), Raised("issue", "Price")]
    interaction = log(staff, northline, raised=twice)
    change(staff, interaction, raised=twice)
    assert interaction.points.count() == 2
    change(staff, interaction, raised=twice[:1])
    assert interaction.points.count() == 1


def test_a_promise_that_was_judged_is_never_taken_away(staff: User, northline: Party) -> None:
    interaction = log(staff, northline, promises=[Promise("the criteria"), Promise("the minutes")])
    criteria, _minutes = interaction.commitments.all()
    services.keep_commitment(actor=staff, commitment=criteria, evidence="Sent on Monday")
    change(staff, interaction, promises=[])
    assert [commitment.text for commitment in interaction.commitments.all()] == ["the criteria"]


def test_a_promise_keeps_its_identity_when_only_its_day_changes(staff: User, northline: Party) -> None:
    interaction = log(staff, northline, promises=[Promise("the criteria", due_on=date(2030, 1, 4))])
    before = interaction.commitments.get()
    change(staff, interaction, promises=[Promise("the criteria", due_on=date(2030, 2, 1))])
    after = interaction.commitments.get()
    assert (after.pk, after.due_on, after.version) == (before.pk, date(2030, 2, 1), before.version + 1)


def test_follow_ups_done_elsewhere_stay_and_open_ones_follow_the_entry(staff: User, northline: Party) -> None:
    interaction = log(staff, northline, next_steps=[NextStep("Call", staff), NextStep("Write", staff)])
    call, write = interaction.follow_ups.order_by("pk")
    services.finish_follow_up(actor=staff, follow_up=call)
    change(staff, interaction, next_steps=[NextStep("Visit", staff)])
    states = {step.text: (step.done_at is not None, step.is_open) for step in interaction.follow_ups.all()}
    assert states == {"Call": (True, False), "Write": (False, False), "Visit": (False, True)}
    write.refresh_from_db()
    assert write.withdrawn_at is not None


def test_a_follow_up_taken_out_and_entered_again_is_open_again(staff: User, northline: Party) -> None:
    step = NextStep("Call", staff)
    interaction = log(staff, northline, next_steps=[step])
    change(staff, interaction, next_steps=[])
    change(staff, interaction, next_steps=[step])
    assert interaction.follow_ups.open().count() == 1


def test_our_minutes_can_be_put_right(staff: User, northline: Party) -> None:
    interaction = log(staff, northline, colleagues=[Colleague(staff, 30)])
    change(staff, interaction, colleagues=[Colleague(staff, 50, 20)])
    row = interaction.participants.get(user=staff)
    assert (row.minutes, row.preparation_minutes) == (50, 20)


def test_a_viewer_and_an_outsider_may_not_change_it(
    staff: User, viewer: User, secretariat: User, northline: Party
) -> None:
    interaction = log(staff, northline)
    restricted = log(staff, northline, restricted_circle=circle_of(staff))
    with pytest.raises(NotAllowed):
        change(viewer, interaction, subject="Nickel")
    with pytest.raises(NotAllowed):
        change(secretariat, restricted, subject="Nickel")
    with pytest.raises(NotAllowed):
        services.withdraw_interaction(actor=viewer, interaction=interaction)
    with pytest.raises(NotAllowed):
        services.withdraw_interaction(actor=secretariat, interaction=restricted)


def test_history_names_the_editor(staff: User, secretariat: User, northline: Party) -> None:
    interaction = log(staff, northline)
    change(secretariat, interaction, subject="Nickel")
    latest = history_of(interaction)[0]
    assert (latest.actor_id, latest.action) == (secretariat.pk, "U")
    assert latest.before["subject"] == "Graphite offtake"


# --- Closed ----------------------------------------------------------------------------------------------------------


def test_an_entry_closes_after_the_days_of_the_installation(staff: User, northline: Party) -> None:
    interaction = log(staff, northline, occurred_on=date(2020, 1, 1))
    assert interaction.closes_on == today() + timedelta(days=Installation.current().entry_closes_after_days)
    assert not interaction.is_closed
    with time_machine.travel(days_after_closing(0), tick=True):
        assert interaction.is_closed


def test_a_closed_entry_refuses_edits_and_withdrawal(staff: User, northline: Party) -> None:
    interaction = closed(staff, northline)
    with pytest.raises(EntryClosed):
        change(staff, interaction, subject="Nickel")
    with pytest.raises(EntryClosed):
        services.withdraw_interaction(actor=staff, interaction=interaction)


def test_a_closed_entry_is_put_right_and_the_correction_keeps_what_it_said(
    staff: User, secretariat: User, northline: Party
) -> None:
    interaction = closed(staff, northline)
    first = services.correct_interaction(
        actor=secretariat, interaction=interaction, field="subject", after="Nickel offtake", reason="Wrong mineral"
    )
    second = services.correct_interaction(
        actor=staff, interaction=interaction, field="subject", after="Nickel sulphate", reason="Closer"
    )
    interaction.refresh_from_db()
    assert (interaction.subject, interaction.version) == ("Nickel sulphate", 3)
    assert (first.before, first.after, first.reason, first.made_by) == (
        "Graphite offtake",
        "Nickel offtake",
        "Wrong mineral",
        secretariat,
    )
    assert (second.before, second.after) == ("Nickel offtake", "Nickel sulphate")
    assert history_of(second)[0].actor_id == staff.pk


@pytest.mark.parametrize(
    ("field", "after", "reason", "wrong"),
    [
        ("token", "x", "Why", "field"),
        ("recorded_by", "1", "Why", "field"),
        ("subject", "Nickel", " ", "reason"),
        ("subject", "Graphite offtake", "Why", "after"),
        ("subject", "  ", "Why", "after"),
        ("subject", "x" * 301, "Why", "after"),
        ("kind", "seance", "Why", "after"),
        ("occurred_on", "last Friday", "Why", "after"),
        ("occurred_on", "2999-01-01", "Why", "after"),
        ("duration_minutes", "-5", "Why", "after"),
        ("duration_minutes", "an hour", "Why", "after"),
    ],
)
def test_a_correction_without_sense_is_refused(
    staff: User, northline: Party, field: str, after: str, reason: str, wrong: str
) -> None:
    interaction = closed(staff, northline)
    with pytest.raises(EntryRefused) as caught:
        services.correct_interaction(actor=staff, interaction=interaction, field=field, after=after, reason=reason)
    assert caught.value.field == wrong
    assert not interaction.corrections.exists()


def test_an_open_entry_takes_no_correction_and_a_viewer_makes_none(
    staff: User, viewer: User, secretariat: User, northline: Party
) -> None:
    fresh = log(staff, northline)
    old = closed(staff, northline)
    restricted = closed(staff, northline, restricted_circle=circle_of(staff))
    for actor, interaction in ((staff, fresh), (viewer, old), (secretariat, restricted)):
        with pytest.raises(NotAllowed):
            services.correct_interaction(
                actor=actor, interaction=interaction, field="subject", after="Nickel", reason="Why"
            )


# --- Taken back ------------------------------------------------------------------------------------------------------


def test_taking_an_entry_back_takes_its_open_follow_ups_and_putting_it_back_returns_those(
    staff: User, northline: Party
) -> None:
    steps = [NextStep("Call", staff), NextStep("Write", staff), NextStep("Visit", staff)]
    interaction = log(staff, northline, next_steps=steps)
    call, _write, visit = interaction.follow_ups.order_by("pk")
    services.finish_follow_up(actor=staff, follow_up=call)
    change(staff, interaction, next_steps=steps[1:2])
    services.withdraw_interaction(actor=staff, interaction=interaction, reason="Wrong day")
    interaction.refresh_from_db()
    assert interaction.is_archived
    assert interaction.follow_ups.open().count() == 0
    services.restore_interaction(actor=staff, interaction=interaction)
    interaction.refresh_from_db()
    assert not interaction.is_archived
    assert [step.text for step in interaction.follow_ups.open()] == ["Write"]
    visit.refresh_from_db()
    assert visit.withdrawn_at is not None
    assert "Wrong day" in [change.reason for change in history_of(interaction)]


def test_taking_back_twice_changes_nothing_more(staff: User, northline: Party) -> None:
    interaction = log(staff, northline)
    services.withdraw_interaction(actor=staff, interaction=interaction)
    interaction.refresh_from_db()
    version = interaction.version
    services.withdraw_interaction(actor=staff, interaction=interaction)
    interaction.refresh_from_db()
    assert interaction.version == version


def test_an_entry_taken_back_can_neither_be_changed_nor_corrected(staff: User, amara: Person) -> None:
    interaction = log(staff, amara)
    services.withdraw_interaction(actor=staff, interaction=interaction)
    interaction.refresh_from_db()
    assert not policies.can_edit_entry(staff, interaction)
    with pytest.raises(NotAllowed):
        change(staff, interaction, subject="Nickel")
