"""What we heard is drafted of the answers with or without names, and each comment learns what became of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from c2m2a_crm.core.models import Installation, OutboxMessage
from c2m2a_crm.core.registries import unattributed_contacts
from c2m2a_crm.core.validity import today
from forums.models import CommentRound, RoundOutcome, Stance, WhatWeHeard
from forums.rounds.errors import NotApproved, RoundRefused, StillOpen
from forums.rounds.services import ending, hearing, noting, opening, planning, responding
from tests.rounds.making import RoundMaking

pytestmark = pytest.mark.django_db


def closed(making: RoundMaking, *, attributed: bool = False, on_wording: bool = False) -> CommentRound:
    """Ann would like a lab, Zoé opposes in French."""
    forum, people = making.table()
    if attributed:
        making.attributes(forum)
    round_ = making.opened(forum, wording=making.wording(forum) if on_wording else None)
    stances = ({"stance": "supports"}, {"stance": "opposes", "reason": "Trop cher"}) if on_wording else ({}, {})
    making.answered(round_, people["ann"], "Zinc needs a lab", **stances[0])
    making.answered(round_, people["zoe"], "Un labo partagé", language="fr", **stances[1])
    ending.close_early(actor=making.actor, round_=round_, reason="Enough")
    return CommentRound.objects.select_related("forum__initiative", "wording__position").get(pk=round_.pk)


def heard_of(round_: CommentRound) -> WhatWeHeard:
    return WhatWeHeard.objects.select_related("round__forum__initiative", "round__wording").get(round=round_)


def test_the_draft_is_grouped_by_question_and_names_nobody_where_nothing_is_attributed(making: RoundMaking) -> None:
    round_ = closed(making, on_wording=True)
    text = heard_of(round_).text_en
    first, second = text.index("## 1. What do you need?"), text.index("## 2. What stands in the way?")
    assert first < text.index("- Un labo partagé (in French)") < text.index("- Zinc needs a lab") < second
    assert "- Supports: 1" in text
    assert "### Opposes" in text
    assert "Trop cher (in French)" in text
    for name in ("Ann", "Feldspar", "Zoé", "Basalte", "Seat"):
        assert name not in text.replace("Seats that answered", "")
    french = heard_of(round_).text_fr
    assert "De quoi avez-vous besoin?" in french
    assert "Un labo partagé\n" in french


def test_the_draft_names_the_seats_where_the_terms_of_reference_attribute(making: RoundMaking) -> None:
    round_ = closed(making, attributed=True)
    assert round_.is_attributed
    assert "- Seat 1: Zinc needs a lab" in heard_of(round_).text_en


def test_only_approved_text_leaves_and_both_under_the_federal_profile(making: RoundMaking) -> None:
    round_ = closed(making)
    heard = heard_of(round_)
    with pytest.raises(NotApproved):
        hearing.send_heard(actor=making.actor, heard=heard)
    heard = hearing.approve_heard(actor=making.actor, heard=heard, language="en")
    Installation.objects.update_or_create(pk=1, defaults={"legal_kind": "federal_institution"})
    with pytest.raises(NotApproved, match="both languages"):
        hearing.send_heard(actor=making.actor, heard=heard_of(round_))
    hearing.approve_heard(actor=making.actor, heard=heard_of(round_), language="fr")
    heard = heard_of(round_)
    heard = hearing.edit_heard(
        actor=making.actor, heard=heard, version=heard.version, changes={"text_fr": "Ce que nous avons entendu."}
    )
    assert (heard.is_approved("en"), heard.is_approved("fr")) == (True, False)
    with pytest.raises(NotApproved):
        hearing.send_heard(actor=making.actor, heard=heard_of(round_))
    hearing.approve_heard(actor=making.actor, heard=heard_of(round_), language="fr")
    assert hearing.send_heard(actor=making.actor, heard=heard_of(round_)).queued == 3
    assert hearing.send_heard(actor=making.actor, heard=heard_of(round_)).queued == 0
    french = OutboxMessage.objects.get(kind="rounds.heard", to_address="zoe.basalte@cast.example")
    assert "Ce que nous avons entendu." in french.body_text
    with pytest.raises(RoundRefused):
        hearing.redraft(actor=making.actor, heard=heard_of(round_))


def test_each_comment_is_answered_and_whoever_made_it_is_told_once(making: RoundMaking) -> None:
    round_ = closed(making, on_wording=True)
    assert round_.wording is not None
    forum = round_.forum
    newer = making.wording(forum, number=2, position=round_.wording.position)
    comments = responding.comments_of(round_)
    assert [(each.question is None, each.text) for each in comments] == [
        (True, ""),
        (True, "Trop cher"),
        (False, "Zinc needs a lab"),
        (False, "Un labo partagé"),
    ]
    responding.say_outcome(
        actor=making.actor,
        answer=comments[1].answer,
        question=None,
        result="changed",
        wording=newer,
        text_en="Costs are capped.",
        text_fr="Les coûts sont plafonnés.",
    )
    responding.say_outcome(
        actor=making.actor, answer=comments[3].answer, question=comments[3].question, result="kept", text_en="Later."
    )
    assert responding.tell_outcomes(actor=making.actor, round_=round_).queued == 1
    assert responding.tell_outcomes(actor=making.actor, round_=round_).queued == 0
    letter = OutboxMessage.objects.get(kind="rounds.outcomes")
    assert letter.to_address == "zoe.basalte@cast.example"
    for said in ("Trop cher", "Les coûts sont plafonnés.", "version 2", "Un labo partagé", "Later."):
        assert said in letter.body_text
    assert "Zinc" not in letter.body_text  # nobody reads the comments of others
    with pytest.raises(RoundRefused):
        responding.say_outcome(
            actor=making.actor, answer=comments[1].answer, question=None, result="kept", text_en="No."
        )


def test_answers_become_contacts_and_the_dated_source_of_stances(making: RoundMaking) -> None:
    round_ = closed(making, on_wording=True)
    assert round_.wording is not None
    assert noting.note_answers(actor=making.actor, round_=round_).entered == 2
    assert noting.note_answers(actor=making.actor, round_=round_).entered == 0
    stances = list(Stance.objects.filter(position=round_.wording.position).order_by("pk"))
    assert [(each.kind, each.words, each.wording) for each in stances] == [
        ("supports", "", round_.wording),
        ("opposes", "Trop cher", round_.wording),
    ]
    contact = stances[1].interaction
    assert contact is not None
    assert (contact.occurred_on, contact.initiative) == (today(), round_.forum.initiative)
    assert "Un labo partagé" in contact.notes
    assert contact.pk in set(unattributed_contacts["rounds"].contacts().values_list("interaction", flat=True))


def test_federal_institution_explains_in_both_languages(making: RoundMaking) -> None:
    Installation.objects.update_or_create(pk=1, defaults={"legal_kind": "federal_institution"})
    forum, people = making.table()
    round_ = making.draft(forum)
    for language in ("en", "fr"):
        planning.approve_texts(actor=making.actor, round_=round_, language=language)
    opening.release_round(actor=making.actor, round_=round_, base_url="https://crm.example/")
    round_ = CommentRound.objects.get(pk=round_.pk)
    answer = making.answered(round_, people["ann"], "A lab")
    question = round_.questions.order_by("position")[0]
    facts: dict[str, Any] = {"actor": making.actor, "answer": answer, "question": question, "result": "kept"}
    with pytest.raises(StillOpen):
        responding.say_outcome(**facts, text_en="Later.")
    ending.close_early(actor=making.actor, round_=round_, reason="Enough")
    answer = type(answer).objects.get(pk=answer.pk)
    responding.say_outcome(**{**facts, "answer": answer}, text_en="Later.")
    with pytest.raises(NotApproved):
        responding.tell_outcomes(actor=making.actor, round_=round_)
    responding.say_outcome(**{**facts, "answer": answer}, text_en="Later.", text_fr="Plus tard.")
    assert responding.tell_outcomes(actor=making.actor, round_=round_).queued == 1


def test_the_pages_of_a_closed_round(making: RoundMaking, as_secretariat: Client, as_viewer: Client) -> None:
    round_ = closed(making, on_wording=True)
    for name in ("detail", "answers", "heard", "outcomes", "history"):
        said = as_viewer.get(reverse(f"rounds:{name}", args=[round_.pk]))
        assert said.status_code == 200, name
    comment = responding.comments_of(round_)[2]
    assert comment.question is not None
    url = reverse("rounds:outcome", args=[round_.pk, comment.answer.pk]) + f"?question={comment.question.pk}"
    assert "Zinc needs a lab" in as_secretariat.get(url).content.decode()
    assert as_secretariat.post(url, {"result": "kept"}).status_code == 422
    assert as_secretariat.post(url, {"result": "kept", "text_en": "Later."}).status_code == 302
    assert RoundOutcome.objects.get().text_en == "Later."
    assert as_secretariat.post(reverse("rounds:tell", args=[round_.pk])).status_code == 302
    assert RoundOutcome.objects.get().told_at is not None
