"""Rounds open with the roster of their day, by hand or by the clock; letters go once to whoever may be written to."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from c2m2a_crm.core.models import Installation, OutboxMessage
from c2m2a_crm.core.validity import today
from c2m2a_crm.outreach.models import Suppression
from forums.models import CommentRound, RoundInvitation, RoundSeat
from forums.rounds.errors import AlreadyOpen, NobodyToAsk, NotApproved, NothingToAsk, WordingOfAnotherForum
from forums.rounds.links import answer_path
from forums.rounds.services import ending, opening, planning
from forums.tasks import keep_rounds
from members.models import EmailAddress
from tests.rounds.making import BASE, RoundMaking

pytestmark = pytest.mark.django_db


def letters(kind: str = "rounds.invitation") -> dict[str, OutboxMessage]:
    return {row.to_address: row for row in OutboxMessage.objects.filter(kind=kind)}


def test_holder_and_alternate_get_links_of_their_own_in_their_language(making: RoundMaking) -> None:
    forum, people = making.table()
    round_ = making.opened(forum)
    sent = letters()
    assert set(sent) == {"ann.feldspar@cast.example", "al.ternate@cast.example", "zoe.basalte@cast.example"}
    assert RoundSeat.objects.filter(round=round_).count() == 2
    assert "Transformation" in sent["zoe.basalte@cast.example"].subject
    assert "Processing" not in sent["zoe.basalte@cast.example"].body_text
    both = sent["al.ternate@cast.example"]  # whose language nobody knows
    assert "Transformation" in both.body_text
    assert "Processing" in both.body_text
    paths = {answer_path(making.invitation(round_, person)) for person in people.values()}
    assert len(paths) == 3
    own = answer_path(making.invitation(round_, people["ann"]))
    assert BASE.rstrip("/") + own in sent["ann.feldspar@cast.example"].body_text


def test_the_roster_of_the_opening_day_stays(making: RoundMaking) -> None:
    forum, _people = making.table()
    round_ = making.opened(forum)
    newcomer = making.seated(forum, "New Comer")
    assert not RoundInvitation.objects.filter(round_seat__round=round_, person=newcomer).exists()
    with pytest.raises(AlreadyOpen):
        opening.release_round(actor=making.actor, round_=round_, base_url=BASE)
    with pytest.raises(AlreadyOpen):
        planning.edit_round(
            actor=making.actor, round_=round_, version=round_.version, changes={"title_en": "Something else"}
        )
    assert len(letters()) == 3


def test_the_clock_opens_and_closes_also_after_nights_without_a_look(making: RoundMaking) -> None:
    forum, people = making.table()
    released = making.opened(forum, opens_in=3, days=10)
    assert (released.status, letters()) == ("waiting", {})
    assert keep_rounds() == {"opened": 0, "closed": 0}
    making.seated(forum, "Late Comer", language="en")
    with time_machine.travel(timezone.now() + timedelta(days=5), tick=False):  # two nights were missed
        assert keep_rounds() == {"opened": 1, "closed": 0}
        assert keep_rounds() == {"opened": 0, "closed": 0}
        round_ = CommentRound.objects.get(pk=released.pk)
        assert (round_.status, round_.opened_on) == ("open", today())
        assert "late.comer@cast.example" in letters()
        assert len(letters()) == 4
        making.answered(round_, people["ann"], "A lab")
    with time_machine.travel(timezone.now() + timedelta(days=40), tick=False):
        assert CommentRound.objects.get(pk=released.pk).status == "closed"  # by its day, before anybody looked
        assert keep_rounds() == {"opened": 0, "closed": 1}
        assert keep_rounds() == {"opened": 0, "closed": 0}
    round_ = CommentRound.objects.get(pk=released.pk)
    assert "A lab" in round_.heard.text_en


def test_a_round_whose_last_day_passed_before_it_could_open_stays_shut(making: RoundMaking) -> None:
    forum, _people = making.table()
    released = making.opened(forum, opens_in=3, days=10)
    with time_machine.travel(timezone.now() + timedelta(days=20), tick=False):
        assert keep_rounds() == {"opened": 0, "closed": 0}
    assert not letters()
    held = opening.hold_round(actor=making.actor, round_=released)
    assert held.status == "draft"


def test_what_was_taken_back_does_not_open(making: RoundMaking) -> None:
    forum, _people = making.table()
    released = making.opened(forum, opens_in=3, days=10)
    opening.hold_round(actor=making.actor, round_=released)
    with time_machine.travel(timezone.now() + timedelta(days=5), tick=False):
        assert keep_rounds()["opened"] == 0


def test_who_said_stop_and_who_has_no_address_get_nothing(making: RoundMaking) -> None:
    forum, people = making.table()
    mute = making.person("Mute Mica")
    making.term(making.seat(forum), mute)
    email = EmailAddress.objects.get(address="zoe.basalte@cast.example")
    Suppression.objects.create(email=email, how="staff", by=making.actor, reason="Said so by telephone.")
    round_ = making.draft(forum)
    sent = opening.release_round(actor=making.actor, round_=round_, base_url=BASE)
    assert sent.queued == 2
    assert [(person, bool(why)) for person, why in sent.held] == [(people["zoe"], True), (mute, True)]
    assert "zoe.basalte@cast.example" not in letters()


def test_federal_institution_asks_nobody_before_both_languages_are_approved(making: RoundMaking) -> None:
    Installation.objects.update_or_create(pk=1, defaults={"legal_kind": "federal_institution"})
    forum, _people = making.table()
    round_ = making.draft(forum, questions=[("What do you need?", "")])
    planning.approve_texts(actor=making.actor, round_=round_, language="en")
    with pytest.raises(NotApproved, match="missing in French"):
        opening.release_round(actor=making.actor, round_=round_, base_url=BASE)
    round_.refresh_from_db()
    round_ = planning.edit_round(
        actor=making.actor,
        round_=round_,
        version=round_.version,
        changes={},
        questions=[("What do you need?", "De quoi avez-vous besoin?")],
    )
    assert not round_.is_approved("en")  # the question is another now
    for language in ("en", "fr"):
        planning.approve_texts(actor=making.actor, round_=round_, language=language)
    assert opening.release_round(actor=making.actor, round_=round_, base_url=BASE).queued == 3


def test_a_round_needs_something_to_ask_somebody_to_ask_and_a_wording_of_its_table(making: RoundMaking) -> None:
    forum, _people = making.table()
    empty = making.draft(forum, questions=[])
    with pytest.raises(NothingToAsk):
        opening.release_round(actor=making.actor, round_=empty, base_url=BASE)
    nobody = making.draft(making.forum("Empty Table"))
    with pytest.raises(NobodyToAsk):
        opening.release_round(actor=making.actor, round_=nobody, base_url=BASE)
    assert not CommentRound.objects.exclude(released_at__isnull=True).exists()
    with pytest.raises(WordingOfAnotherForum):
        making.draft(making.forum("Other Table"), wording=making.wording(forum))


def test_a_round_is_extended_or_closed_early_with_a_reason(making: RoundMaking) -> None:
    forum, _people = making.table()
    round_ = making.opened(forum, days=2)
    later = today() + timedelta(days=9)
    ending.extend_round(actor=making.actor, round_=round_, closes_on=later, reason="Asked for")
    with time_machine.travel(timezone.now() + timedelta(days=5), tick=False):
        assert CommentRound.objects.get(pk=round_.pk).is_open
        ending.close_early(actor=making.actor, round_=round_, reason="All have answered")
    round_ = CommentRound.objects.get(pk=round_.pk)
    assert round_.status == "closed"
    told = list(round_.changes.order_by("pk").values_list("kind", "day_before", "day_after", "reason"))
    first = today() + timedelta(days=2)
    assert told == [
        ("extended", first, later, "Asked for"),
        ("closed_early", later, today() + timedelta(days=5), "All have answered"),
    ]
