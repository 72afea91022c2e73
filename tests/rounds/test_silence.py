"""Who has not answered is seen at once; a reminder goes to them alone, and nobody gets two on a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import OutboxMessage
from c2m2a_crm.core.outbox import deliver_due
from forums.models import CommentRound, RoundNudge
from forums.rounds.errors import NotOpen
from forums.rounds.services import ending, silence
from tests.rounds.making import BASE, RoundMaking

pytestmark = pytest.mark.django_db


def nudge(making: RoundMaking, round_: CommentRound, **which: Any) -> int:
    return silence.nudge_silent(actor=making.actor, round_=round_, base_url=BASE, **which).queued


def reminded() -> list[str]:
    rows = OutboxMessage.objects.filter(kind="rounds.nudge").order_by("to_address")
    return list(rows.values_list("to_address", flat=True))


def test_only_silent_seats_are_reminded_and_once_a_day(making: RoundMaking) -> None:
    forum, people = making.table()
    round_ = making.opened(forum)
    making.answered(round_, people["ann"], "A lab")
    assert nudge(making, round_) == 1
    assert reminded() == ["zoe.basalte@cast.example"]
    assert nudge(making, round_) == 0
    assert len(reminded()) == 1
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        assert nudge(making, round_) == 1
    assert len(reminded()) == 2


def test_the_ledger_itself_refuses_a_second_reminder_of_a_day(making: RoundMaking) -> None:
    forum, _people = making.table()
    round_ = making.opened(forum)
    nudge(making, round_)
    row = RoundNudge.objects.first()
    assert row is not None
    with pytest.raises(IntegrityError), transaction.atomic(), recorded(None, system="test"):
        RoundNudge.objects.create(invitation=row.invitation, day=row.day, by=making.actor)


def test_one_seat_is_reminded_with_its_alternates(making: RoundMaking) -> None:
    forum, people = making.table()
    round_ = making.opened(forum)
    seat = making.invitation(round_, people["ann"]).round_seat_id
    assert nudge(making, round_, seats=[seat]) == 2
    assert reminded() == ["al.ternate@cast.example", "ann.feldspar@cast.example"]


def test_an_address_at_which_the_letter_did_not_arrive_is_left_alone(making: RoundMaking) -> None:
    forum, people = making.table()
    round_ = making.opened(forum)
    OutboxMessage.objects.filter(to_address="zoe.basalte@cast.example").update(state="failed")
    sent = silence.nudge_silent(actor=making.actor, round_=round_, base_url=BASE)
    assert "zoe.basalte@cast.example" not in reminded()
    assert [person for person, _why in sent.held] == [people["zoe"]]


def test_a_reminder_that_waited_does_not_leave_once_the_seat_answered(making: RoundMaking) -> None:
    forum, people = making.table()
    round_ = making.opened(forum)
    OutboxMessage.objects.filter(kind="rounds.invitation").update(state="sent")
    nudge(making, round_)
    making.answered(round_, people["zoe"], "Un labo")
    OutboxMessage.objects.filter(kind="rounds.nudge").update(state="queued")
    deliver_due(5)
    states = dict(OutboxMessage.objects.filter(kind="rounds.nudge").values_list("to_address", "state"))
    assert states == {
        "zoe.basalte@cast.example": "failed",
        "ann.feldspar@cast.example": "sent",
        "al.ternate@cast.example": "sent",
    }


def test_a_closed_round_reminds_nobody(making: RoundMaking) -> None:
    forum, _people = making.table()
    round_ = making.opened(forum)
    ending.close_early(actor=making.actor, round_=round_, reason="Enough")
    with pytest.raises(NotOpen):
        nudge(making, round_)


def test_the_silent_stand_on_the_page_in_the_list_and_on_home(making: RoundMaking, as_secretariat: Client) -> None:
    forum, people = making.table()
    round_ = making.opened(forum)
    making.answered(round_, people["ann"], "A lab")
    page = as_secretariat.get(round_.get_absolute_url())
    assert [line.is_silent for line, _mark, _may in page.context["lines"]] == [False, True]
    listed = as_secretariat.get(reverse("rounds:seats"), {"state": "silent", "round": str(round_.pk)})
    said = listed.content.decode()
    assert "Zoé Basalte" in said
    assert "Ann Feldspar" not in said
    home = as_secretariat.get(reverse("dashboard:home")).content.decode()
    assert "1 silent seat" in home
    pressed = as_secretariat.post(reverse("rounds:nudge", args=[round_.pk]))
    assert pressed.status_code == 302
    assert reminded() == ["zoe.basalte@cast.example"]
    again = as_secretariat.get(round_.get_absolute_url())
    assert not any(may for _line, _mark, may in again.context["lines"])
