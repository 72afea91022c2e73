"""The personal link of a comment round: looking writes nothing, a seat has one answer, nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from c2m2a_crm.core.history import history_of, recorded
from c2m2a_crm.core.models import History
from forums.models import CommentRound, RoundAnswer, RoundInvitation, RoundReply
from forums.rounds.links import answer_path
from forums.rounds.services import ending
from tests.rounds.making import RoundMaking

pytestmark = pytest.mark.django_db


def key_of(client: Client, path: str) -> str:
    return str(client.get(path).context["form_key"])


def send(client: Client, path: str, round_: CommentRound, text: str = "A lab", **said: Any) -> Any:
    first = round_.questions.order_by("position").first()
    data = {"form_key": key_of(client, path), f"question_{first.pk}": text, **said}  # type: ignore[union-attr]  # it was just made
    return client.post(path, data)


def test_a_look_by_whomever_writes_no_row(making: RoundMaking, client: Client) -> None:
    forum, people = making.table()
    round_ = making.opened(forum)
    path = answer_path(making.invitation(round_, people["ann"]))
    before = History.objects.count()
    for verb in (client.get, client.head):
        response = verb(path, headers={"User-Agent": "Mozilla/5.0"})
        assert response.status_code == 200
    assert not RoundAnswer.objects.exists()
    assert History.objects.count() == before


def test_an_alternates_later_answer_takes_the_place_of_the_holders(making: RoundMaking, client: Client) -> None:
    forum, people = making.table()
    round_ = making.opened(forum)
    ann, al = (answer_path(making.invitation(round_, people[name])) for name in ("ann", "al"))
    assert send(client, ann, round_, "A secret lab").status_code == 302
    seen = client.get(al)
    assert "Ann Feldspar answered for your seat" in seen.content.decode()
    assert "A secret lab" not in seen.content.decode()  # nobody reads by a link what somebody else wrote
    assert send(client, al, round_, "Two labs", seen=seen.context["seen"]).status_code == 302
    answer = RoundAnswer.objects.get()
    assert (answer.invitation.person, answer.version) == (people["al"], 2)
    assert RoundReply.objects.get().text == "Two labs"
    replaced = [change.before["text"] for change in history_of(RoundReply.objects.get()) if change.before]
    assert replaced == ["A secret lab"]


def test_what_somebody_else_answered_meanwhile_is_not_written_over_unseen(making: RoundMaking, client: Client) -> None:
    forum, people = making.table()
    round_ = making.opened(forum)
    ann, al = (answer_path(making.invitation(round_, people[name])) for name in ("ann", "al"))
    key = key_of(client, al)  # opened before the holder answers
    send(client, ann, round_, "Ours")
    question = round_.questions.order_by("position").first()
    data = {"form_key": key, "seen": "0", f"question_{question.pk}": "Mine"}  # type: ignore[union-attr]  # it was just made
    response = client.post(al, data)
    assert response.status_code == 422
    assert "Mine" in response.content.decode()
    assert RoundReply.objects.get().text == "Ours"
    again = client.post(al, {**data, "seen": response.context["seen"]})
    assert again.status_code == 302
    assert RoundReply.objects.get().text == "Mine"


def test_the_database_keeps_one_answer_of_a_seat_by_somebody_asked_for_it(making: RoundMaking) -> None:
    forum, people = making.table()
    round_ = making.opened(forum)
    answer = making.answered(round_, people["ann"], "A lab")
    facts = {"language": "en", "answered_at": timezone.now()}
    with pytest.raises(IntegrityError), transaction.atomic(), recorded(None, system="test"):
        RoundAnswer.objects.create(round_seat=answer.round_seat, invitation=answer.invitation, **facts)
    stranger = making.invitation(round_, people["zoe"])
    with pytest.raises(IntegrityError), transaction.atomic(), recorded(None, system="test"):
        RoundAnswer.objects.filter(pk=answer.pk).update(invitation=stranger)


@pytest.mark.parametrize("why", ["closed early", "last day passed"])
def test_a_closed_round_says_so_and_gives_back_what_was_typed(making: RoundMaking, client: Client, why: str) -> None:
    forum, people = making.table()
    round_ = making.opened(forum)
    path = answer_path(making.invitation(round_, people["ann"]))
    if why == "closed early":
        key = key_of(client, path)
        ending.close_early(actor=making.actor, round_=round_, reason="Enough")
        travel = timezone.now()
    else:
        travel = timezone.now() + timedelta(days=15)
        with time_machine.travel(travel, tick=False):
            key = key_of(client, path)
    question = round_.questions.order_by("position").first()
    with time_machine.travel(travel, tick=False):
        shown = client.get(path)
        response = client.post(path, {"form_key": key, f"question_{question.pk}": "Too late"})  # type: ignore[union-attr]  # it was just made
    assert "The round is closed." in shown.content.decode()
    assert response.status_code == 422
    assert "Too late" in response.content.decode()
    assert not RoundAnswer.objects.exists()


def test_a_press_without_the_key_of_the_page_writes_nothing_and_loses_nothing(
    making: RoundMaking, client: Client
) -> None:
    forum, people = making.table()
    round_ = making.opened(forum)
    path = answer_path(making.invitation(round_, people["ann"]))
    response = send(client, path, round_, "Hours of work", form_key="stale")
    assert response.status_code == 403
    assert "Hours of work" in response.content.decode()
    assert not RoundAnswer.objects.exists()


def test_programs_that_fill_in_everything_are_thanked_and_forgotten(making: RoundMaking, client: Client) -> None:
    forum, people = making.table()
    round_ = making.opened(forum)
    path = answer_path(making.invitation(round_, people["ann"]))
    assert send(client, path, round_, homepage="https://spam.example").status_code == 302
    assert not RoundAnswer.objects.exists()


def test_wrong_links_open_nothing(making: RoundMaking, client: Client) -> None:
    forum, people = making.table()
    round_ = making.opened(forum)
    invitation = making.invitation(round_, people["ann"])
    path = answer_path(invitation)
    assert client.get(path[:-3] + "zz/").status_code == 404
    other = making.opened(forum, title_en="Another")
    invitation.round_seat.round = other  # the number of one round with the key of another
    assert client.get(answer_path(invitation)).status_code == 404
    with recorded(None, system="test"):
        type(people["ann"]).objects.filter(pk=people["ann"].pk).update(anonymised_on=timezone.localdate())
    assert client.get(path).status_code == 404


def test_a_stance_is_asked_for_with_its_condition_where_there_is_a_wording(making: RoundMaking, client: Client) -> None:
    forum, people = making.table()
    round_ = making.opened(forum, wording=making.wording(forum))
    path = answer_path(making.invitation(round_, people["zoe"]))
    assert client.get(path).headers["Content-Language"] == "fr"
    assert send(client, path, round_).status_code == 422
    refused = send(client, path, round_, stance="supports_if")
    assert refused.status_code == 422
    assert "reason" in refused.context["form"].errors
    assert send(client, path, round_, stance="supports_if", reason="S’il y en a deux").status_code == 302
    answer = RoundAnswer.objects.get()
    assert (answer.stance, answer.reason, answer.language) == ("supports_if", "S’il y en a deux", "fr")
    assert send(client, path, round_, text="", stance="abstains").status_code == 302
    answer.refresh_from_db()
    assert (answer.stance, answer.reason, RoundReply.objects.count()) == ("abstains", "", 0)


def test_nothing_said_is_no_answer(making: RoundMaking, client: Client) -> None:
    forum, people = making.table()
    round_ = making.opened(forum)
    path = answer_path(making.invitation(round_, people["ann"]))
    response = send(client, path, round_, "  ")
    assert response.status_code == 422
    assert "Answer at least one question." in response.content.decode()
    assert not RoundInvitation.objects.filter(answers__isnull=False).exists()
