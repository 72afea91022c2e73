"""Follow-ups and commitments: done, later, somebody else's; kept, released, open again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import NotAllowed
from c2m2a_crm.core.history import history_of
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement import services
from c2m2a_crm.engagement.models import Commitment, CommitmentEvent, FollowUp
from c2m2a_crm.engagement.services import EntryRefused, NextStep, Promise
from members.models import Party
from tests.engagement.making import circle_of, log


@pytest.fixture
def follow_up(staff: User, northline: Party) -> FollowUp:
    return services.add_follow_up(actor=staff, text="Call back", assignee=staff, due_on=today(), party=northline)


@pytest.fixture
def commitment(staff: User, northline: Party) -> Commitment:
    return log(staff, northline, promises=[Promise("the criteria")]).commitments.get()


def test_a_follow_up_needs_words_and_somebody_who_can_do_it(staff: User, viewer: User) -> None:
    for text, assignee, field in (("  ", staff, "text"), ("x" * 501, staff, "text"), ("Call", viewer, "assignee")):
        with pytest.raises(EntryRefused) as caught:
            services.add_follow_up(actor=staff, text=text, assignee=assignee)
        assert caught.value.field == field
    assert FollowUp.objects.count() == 0


def test_done_twice_is_done_once(staff: User, follow_up: FollowUp) -> None:
    stale = FollowUp.objects.get(pk=follow_up.pk)
    first = services.finish_follow_up(actor=staff, follow_up=follow_up)
    again = services.finish_follow_up(actor=staff, follow_up=stale)
    assert (again.done_at, again.version) == (first.done_at, first.version)
    assert history_of(follow_up).count() == 2


def test_put_off_to_a_later_day_only(staff: User, follow_up: FollowUp) -> None:
    with pytest.raises(EntryRefused):
        services.snooze_follow_up(actor=staff, follow_up=follow_up, until=today())
    later = today() + timedelta(days=3)
    assert services.snooze_follow_up(actor=staff, follow_up=follow_up, until=later).due_on == later


def test_what_is_done_is_not_put_off(staff: User, follow_up: FollowUp) -> None:
    services.finish_follow_up(actor=staff, follow_up=follow_up)
    with pytest.raises(EntryRefused):
        services.snooze_follow_up(actor=staff, follow_up=follow_up, until=today() + timedelta(days=3))
    with pytest.raises(EntryRefused):
        services.hand_over_follow_up(actor=staff, follow_up=follow_up, assignee=staff)


def test_handed_over_to_somebody_who_can_see_and_do_it(
    staff: User, secretariat: User, viewer: User, follow_up: FollowUp, northline: Party
) -> None:
    with pytest.raises(EntryRefused):
        services.hand_over_follow_up(actor=staff, follow_up=follow_up, assignee=viewer)
    sealed = log(
        staff, northline, sealed_circle=circle_of(staff), next_steps=[NextStep("Call", staff)]
    ).follow_ups.get()
    with pytest.raises(EntryRefused):
        services.hand_over_follow_up(actor=staff, follow_up=sealed, assignee=secretariat)
    assert services.hand_over_follow_up(actor=staff, follow_up=follow_up, assignee=secretariat).assignee == secretariat
    assert history_of(follow_up)[0].actor_id == staff.pk


def test_an_act_is_undone_as_long_as_nobody_did_more(staff: User, secretariat: User, follow_up: FollowUp) -> None:
    put_off = services.snooze_follow_up(actor=staff, follow_up=follow_up, until=today() + timedelta(days=3))
    back = services.undo_follow_up(actor=staff, follow_up=follow_up, version=put_off.version)
    assert back.due_on == today()
    handed = services.hand_over_follow_up(actor=staff, follow_up=follow_up, assignee=secretariat)
    services.finish_follow_up(actor=secretariat, follow_up=follow_up)
    with pytest.raises(services.NothingToUndo):
        services.undo_follow_up(actor=staff, follow_up=follow_up, version=handed.version)


def test_undoing_done_opens_it_again(staff: User, follow_up: FollowUp) -> None:
    done = services.finish_follow_up(actor=staff, follow_up=follow_up)
    assert services.undo_follow_up(actor=staff, follow_up=follow_up, version=done.version).is_open


@pytest.mark.parametrize("act", [services.finish_follow_up, services.reopen_follow_up])
def test_a_viewer_and_an_outsider_touch_no_follow_up(
    act: Callable[..., FollowUp], staff: User, viewer: User, secretariat: User, follow_up: FollowUp, northline: Party
) -> None:
    sealed = log(
        staff, northline, sealed_circle=circle_of(staff), next_steps=[NextStep("Call", staff)]
    ).follow_ups.get()
    for actor, row in ((viewer, follow_up), (secretariat, sealed)):
        with pytest.raises(NotAllowed):
            act(actor=actor, follow_up=row)


def state(commitment: Commitment) -> str:
    return Commitment.objects.with_state().get(pk=commitment.pk).state


def test_the_latest_event_is_the_state(staff: User, commitment: Commitment) -> None:
    assert state(commitment) == "open"
    services.keep_commitment(actor=staff, commitment=commitment, evidence="E-mail of May 3")
    assert state(commitment) == "kept"
    services.reopen_commitment(actor=staff, commitment=commitment)
    assert state(commitment) == "open"
    services.release_commitment(actor=staff, commitment=commitment, reason="No longer wanted")
    assert state(commitment) == "released"
    assert [event.by for event in commitment.events.all()] == [staff] * 3


def test_saying_what_holds_already_adds_nothing(staff: User, commitment: Commitment) -> None:
    assert services.reopen_commitment(actor=staff, commitment=commitment) is None
    services.keep_commitment(actor=staff, commitment=commitment)
    assert services.keep_commitment(actor=staff, commitment=commitment) is None
    assert CommitmentEvent.objects.count() == 1


def test_a_release_needs_a_reason(staff: User, commitment: Commitment) -> None:
    with pytest.raises(EntryRefused):
        services.release_commitment(actor=staff, commitment=commitment, reason="  ")
    assert state(commitment) == "open"


def test_a_viewer_and_an_outsider_judge_nothing(
    staff: User, viewer: User, secretariat: User, commitment: Commitment, northline: Party
) -> None:
    sealed = log(staff, northline, sealed_circle=circle_of(staff), promises=[Promise("a paper")]).commitments.get()
    for actor, row in ((viewer, commitment), (secretariat, sealed)):
        with pytest.raises(NotAllowed):
            services.keep_commitment(actor=actor, commitment=row)
    assert CommitmentEvent.objects.count() == 0
