"""What rounds hold about a person is found, and their words go with them; what they were asked stays."""

from __future__ import annotations

import pytest

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.registries import Sought
from c2m2a_crm.core.validity import today
from forums.models import RoundAnswer, RoundReply
from forums.rounds.personal_data import answered_since, find, held, stays
from members.services.anonymising import anonymise_person
from tests.rounds.making import RoundMaking

pytestmark = pytest.mark.django_db


def test_answers_are_found_with_their_words(making: RoundMaking) -> None:
    forum, people = making.table()
    round_ = making.opened(forum, wording=making.wording(forum))
    making.answered(round_, people["ann"], "Zinc needs a lab", stance="opposes", reason="Too dear")
    record = next(iter(held(making.actor, people["ann"], None)))
    for word in ("Zinc needs a lab", "Opposes", "Too dear"):
        assert word in record.text
    found = list(find(making.actor, Sought(words="zinc"), None))
    assert [each.row for each in found] == [making.invitation(round_, people["ann"])]
    assert not list(find(making.actor, Sought(words="copper"), None))
    making.seal(forum)
    assert not list(held(making.actor, people["ann"], None))


def test_words_of_somebody_made_anonymous_go_and_the_stance_stays(making: RoundMaking, compliance: User) -> None:
    forum, people = making.table()
    round_ = making.opened(forum, wording=making.wording(forum))
    making.answered(round_, people["ann"], "Call me", stance="supports_if", reason="If Ann Feldspar may speak")
    making.answered(round_, people["zoe"], "As Ann Feldspar said", stance="supports")
    anonymise_person(actor=compliance, person=people["ann"], authority="Officer", reason="Asked for it")
    own = RoundAnswer.objects.get(invitation__person=people["ann"])
    assert own.stance == "supports_if"
    assert "Ann" not in own.reason
    texts = set(RoundReply.objects.values_list("text", flat=True))
    assert not any("Call me" in text or "Feldspar" in text for text in texts)
    assert stays(making.actor, people["ann"])[0][1] == 1


def test_who_answered_lately_is_kept(making: RoundMaking) -> None:
    forum, people = making.table()
    making.answered(making.opened(forum), people["ann"], "A lab")
    assert list(answered_since(today()).values_list("invitation__person", flat=True)) == [people["ann"].pk]
