"""A round's history in words: what changed of it, of its questions and seats, what was answered and what was told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.history import Names
from c2m2a_crm.core.record_changes import HistoryPage, Told, in_either_language, record_page
from forums.models import (
    CommentRound,
    RoundAnswer,
    RoundInvitation,
    RoundQuestion,
    RoundReply,
    RoundSeat,
    WhatWeHeard,
)


def round_history(
    round_: CommentRound, actor: Actor, *, before: int | None = None, is_editor: bool = False
) -> HistoryPage:
    """The newest changes, older than the change numbered ``before``. The caller has checked that it is readable."""
    seats = {row.pk: str(row.party or row.seat) for row in RoundSeat.objects.filter(round=round_).for_list()}
    answers = {
        pk: seats.get(seat, "")
        for pk, seat in RoundAnswer.objects.filter(round_seat__in=seats).values_list("pk", "round_seat")
    }

    def question(image: Mapping[str, Any], names: Names) -> str:
        return in_either_language(image, "text")

    def seat(image: Mapping[str, Any], names: Names) -> str:
        return seats.get(image.get("id", 0), "")

    def invited(image: Mapping[str, Any], names: Names) -> str:
        person = names.get(("members.Person", image.get("person_id")), "")
        return " · ".join(filter(None, (person, seats.get(image.get("round_seat_id", 0), ""))))

    def answered(image: Mapping[str, Any], names: Names) -> str:
        return seats.get(image.get("round_seat_id", 0), "")

    def replied(image: Mapping[str, Any], names: Names) -> str:
        return answers.get(image.get("answer_id", 0), "")

    def heard(image: Mapping[str, Any], names: Names) -> str:
        return str(round_)

    of_round = frozenset({"round_id"})
    parts = [
        Told(RoundQuestion, "round_id", _("Question"), question, of_round),
        Told(RoundSeat, "round_id", _("Seat asked"), seat, of_round),
        Told(
            RoundInvitation,
            "round_seat_id",
            _("Invitation"),
            invited,
            frozenset({"message_id"}),
            owners=seats,
        ),
        Told(RoundAnswer, "round_seat_id", _("Answer"), answered, frozenset({"interaction_id"}), owners=seats),
        Told(RoundReply, "answer_id", _("Reply"), replied, frozenset({"answer_id"}), owners=answers),
        Told(WhatWeHeard, "round_id", _("What we heard"), heard, of_round),
    ]
    quiet = frozenset({"uid", "links_base"})
    return record_page([round_], parts, actor, before=before, quiet=quiet, is_editor=is_editor)
