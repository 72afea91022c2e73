"""Addresses of comment rounds: everybody with a role looks, the secretariat and administrators work."""

from __future__ import annotations

from typing import Any

from c2m2a_crm.accounts.models import Role
from forums.models import CommentRound
from forums.rounds.services.ending import close_early
from tests.factories import UserFactory
from tests.rounds.making import RoundMaking
from tests.system.role_matrix import act, form, lookers, page
from tests.system.role_rows.forums import managers


def _making() -> RoundMaking:
    return RoundMaking(UserFactory(roles=[Role.SECRETARIAT]))


def a_draft() -> dict[str, Any]:
    making = _making()
    forum, _people = making.table()
    return {"pk": making.draft(forum).pk}


def an_open_round() -> dict[str, Any]:
    making = _making()
    forum, people = making.table()
    round_ = making.opened(forum)
    making.answered(round_, people["ann"], "A lab")
    return {"pk": round_.pk}


def a_closed_round() -> dict[str, Any]:
    found = an_open_round()
    round_ = CommentRound.objects.get(pk=found["pk"])
    close_early(actor=_making().actor, round_=round_, reason="Enough")
    return found


def an_answer() -> dict[str, Any]:
    found = a_closed_round()
    answered = CommentRound.objects.get(pk=found["pk"]).seats.exclude(answer__isnull=True).get()
    return {**found, "answer_pk": answered.answer.pk}


MAKERS = {
    "draft of a comment round": a_draft,
    "open comment round": an_open_round,
    "closed comment round": a_closed_round,
    "answer in a comment round": an_answer,
}

ROWS = {
    "rounds:list": page(lookers()),
    "rounds:seats": page(lookers()),
    "rounds:create": form(managers()),
    "rounds:detail": page(lookers(), "open comment round"),
    "rounds:answers": page(lookers(), "open comment round"),
    "rounds:note": act(managers(302), "closed comment round"),
    "rounds:history": page(lookers(), "open comment round"),
    "rounds:edit": form(managers(), "draft of a comment round"),
    "rounds:approve": act(managers(302), "draft of a comment round", {"language": "en"}),
    "rounds:release": act(managers(302), "draft of a comment round"),
    "rounds:hold": act(managers(302), "draft of a comment round"),
    "rounds:discard": act(managers(302), "draft of a comment round"),
    "rounds:nudge": act(managers(302), "open comment round"),
    "rounds:extend": form(managers(), "open comment round"),
    "rounds:close": form(managers(), "open comment round"),
    "rounds:heard": page(lookers(), "closed comment round"),
    "rounds:heard_edit": form(managers(), "closed comment round"),
    "rounds:heard_redraft": act(managers(302), "closed comment round"),
    "rounds:heard_approve": act(managers(302), "closed comment round", {"language": "en"}),
    "rounds:heard_send": act(managers(302), "closed comment round"),
    "rounds:outcomes": page(lookers(), "closed comment round"),
    "rounds:outcome": form(managers(), "answer in a comment round"),
    "rounds:tell": act(managers(302), "closed comment round"),
}
