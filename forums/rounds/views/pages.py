"""The lists of comment rounds and their seats, the page of each round, and what all of its pages share. Reads alone."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from c2m2a_crm.accounts.policies import can_export, require
from c2m2a_crm.accounts.requests import SignedIn
from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.reads import note_reading
from c2m2a_crm.core.registries import panels_for
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import HouseView, ListView, visible_or_404
from forums.models import CommentRound, RoundOutcome
from forums.rounds import policies
from forums.rounds.filters import RoundFilterSet, RoundSeatFilterSet
from forums.rounds.history import round_history
from forums.rounds.lists import (
    ROUND_COLUMNS,
    ROUND_SEATS,
    ROUND_WORDS,
    ROUNDS,
    SEAT_COLUMNS,
    SEAT_WORDS,
    answer_dot,
    round_list,
    seat_list,
    status_dot,
)
from forums.rounds.selectors import can_be_nudged, seat_lines, standing_of
from forums.rounds.services.noting import unnoted
from forums.rounds.services.opening import may_not_leave, seats_to_ask
from forums.rounds.services.planning import texts_missing
from forums.rounds.services.responding import Comment, comments_of


def round_or_404(user: Any, pk: int) -> CommentRound:
    """The round with everything its head shows. 404 where it does not exist for this person, 403 where its forum is
    restricted to a circle of others."""
    rows = CommentRound.objects.select_related("forum__initiative", "wording__position__initiative", "created_by")
    found: CommentRound = visible_or_404(rows, user, pk=pk)
    if not found.forum.is_readable_by(user):
        raise PermissionDenied
    note_reading(user, found.forum.initiative)
    return found


def round_context(round_: CommentRound, user: Any, tab: str = "") -> dict[str, Any]:
    """What the crumbs, the head and the tabs of a round's pages need."""
    named: tuple[str, ...] = ("edit", "release", "hold", "discard", "extend", "close", "approve", "nudge")
    named += ("note", "answers", "heard", "outcomes", "history")
    return {
        "round": round_,
        "forum": round_.forum,
        "tab": tab,
        "may_run": policies.can_run_round(user, round_),
        "status": status_dot(round_),
        "is_closed": round_.status == CommentRound.Status.CLOSED,
        "was_opened": round_.opened_on is not None,
        "urls": {
            "list": reverse("rounds:list"),
            "detail": round_.get_absolute_url(),
            "forum": round_.forum.get_absolute_url(),
            "seats": f"{reverse('rounds:seats')}?round={round_.pk}",
            **{page: reverse(f"rounds:{page}", args=[round_.pk]) for page in named},
        },
    }


class RunView(SignedIn, HouseView):
    """A page on which the secretariat works on a round."""

    allowed = staticmethod(policies.can_run_rounds)

    def round(self, pk: int) -> CommentRound:
        """The round, if this person may work on it."""
        found = round_or_404(self.request.user, pk)
        require(policies.can_run_round(self.actor(), found))
        return found


class RoundListView(ListView):
    allowed = staticmethod(policies.can_see_rounds)
    list_key = ROUNDS
    template_name = "rounds/round_list.html"
    filterset_class = RoundFilterSet
    columns = ROUND_COLUMNS
    words = ROUND_WORDS

    def state(self) -> ListState:
        return round_list(self.request)

    def context(self, state: ListState) -> dict[str, Any]:
        return {
            "may_create": policies.can_run_rounds(self.request.user),
            "may_export": can_export(self.request.user),
            "create_url": reverse("rounds:create"),
            "seats_url": f"{reverse('rounds:seats')}?state=silent",
        }


class RoundSeatListView(ListView):
    allowed = staticmethod(policies.can_see_rounds)
    list_key = ROUND_SEATS
    template_name = "rounds/seat_list.html"
    filterset_class = RoundSeatFilterSet
    columns = SEAT_COLUMNS
    words = SEAT_WORDS

    def state(self) -> ListState:
        return seat_list(self.request)

    def context(self, state: ListState) -> dict[str, Any]:
        return {"may_export": can_export(self.request.user), "rounds_url": reverse("rounds:list")}


class RoundView(HouseView):
    """What is asked, which seats answered, and who is silent."""

    allowed = staticmethod(policies.can_see_rounds)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        round_ = round_or_404(request.user, pk)
        lines = seat_lines(round_) if round_.opened_on else []
        may_run = policies.can_run_round(request.user, round_)
        drawn: dict[str, list[Any]] = {"panels_next": [], "panels_main": [], "panels_aside": []}
        for panel, panel_context in panels_for(request.user, round_):
            drawn[f"panels_{panel.place}"].append(render_to_string(panel.template, panel_context, request))
        context = {
            **round_context(round_, request.user, "overview"),
            "questions": list(round_.questions.order_by("position", "pk")),
            "lines": [(line, answer_dot(line.answer), may_run and can_be_nudged(line)) for line in lines],
            "standing": standing_of(lines),
            "may_nudge": may_run and round_.is_open and any(map(can_be_nudged, lines)),
            "to_ask": seats_to_ask(round_, max(round_.opens_on, today())) if round_.is_editable else [],
            "refusal": may_not_leave(round_) if round_.is_editable else "",
            "is_late": round_.is_editable and round_.closes_on < today(),
            "opens_now": round_.opens_on <= today(),
            "texts": _texts(round_) if round_.is_editable else [],
            "changes": list(round_.changes.select_related("by").order_by("pk")),
        }
        return render(request, "rounds/round_detail.html", context | drawn)


def _texts(round_: CommentRound) -> list[dict[str, Any]]:
    """How far each language is: approved, whole, or what lacks."""
    return [
        {
            "language": language,
            "approved_at": getattr(round_, f"approved_{language}_at"),
            "missing": texts_missing(round_, language),
        }
        for language in LANGUAGES
    ]


def grouped(comments: list[Comment]) -> list[tuple[str, list[Comment]]]:
    """The comments under what was asked."""
    groups: dict[str, list[Comment]] = {}
    for comment in comments:
        groups.setdefault(str(comment.question) if comment.question else "", []).append(comment)
    return list(groups.items())


class AnswersView(HouseView):
    """Everything that was said, by what was asked."""

    allowed = staticmethod(policies.can_see_rounds)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        round_ = round_or_404(request.user, pk)
        lines = seat_lines(round_)
        context = {
            **round_context(round_, request.user, "answers"),
            "groups": grouped(comments_of(round_)),
            "standing": standing_of(lines),
            "unnoted": unnoted(round_) if round_.status == CommentRound.Status.CLOSED else 0,
        }
        return render(request, "rounds/answers.html", context)


class RoundHistoryView(HouseView):
    """Who changed what, when and why; ``?before=`` leads further back."""

    allowed = staticmethod(policies.can_see_rounds)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        round_ = round_or_404(request.user, pk)
        text = request.GET.get("before", "")
        before = int(text) if text.isdecimal() and len(text) < 19 else None
        is_editor = policies.can_run_round(request.user, round_)
        page = round_history(round_, request.user, before=before, is_editor=is_editor)
        context = {**round_context(round_, request.user, "history"), "page": page}
        return render(request, "rounds/round_history.html", context)


def outcomes_by_comment(round_: CommentRound) -> dict[tuple[int, int | None], RoundOutcome]:
    rows = RoundOutcome.objects.filter(answer__round_seat__round=round_).select_related("wording")
    return {(row.answer_id, row.question_id): row for row in rows}
