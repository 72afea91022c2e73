"""The list of positions, the page of each on a day, and its history. Reads alone."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from c2m2a_crm.accounts.policies import can_export, require
from c2m2a_crm.accounts.requests import SignedIn
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.reads import note_reading
from c2m2a_crm.core.registries import panels_for
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import HouseView, ListView, visible_or_404
from forums.models import Position, PositionTopic, Stance, TermsOfReference
from forums.positions import policies
from forums.positions.filters import PositionFilterSet
from forums.positions.lists import POSITION_COLUMNS, POSITION_WORDS, position_list, state_dot, whose
from forums.positions.record_history import position_history
from forums.positions.selectors import adoptions_of, source_of, uses_of, wordings_of
from forums.positions.services.adopting import rule_on
from forums.positions.standing import Table, Voice, table_on
from forums.views.pages import chosen_day


def position_or_404(user: Any, pk: int, day: date | None = None) -> Position:
    """The position with its state of that day. 404 where it does not exist for this person, 403 where what it is filed
    under is restricted to a circle of others."""
    rows = Position.objects.select_related("initiative", "owner").with_state(day)
    position: Position = visible_or_404(rows, user, pk=pk)
    if position.initiative is not None:
        if not position.initiative.is_readable_by(user):
            raise PermissionDenied
        note_reading(user, position.initiative)
    return position


def position_context(position: Position, user: Any, tab: str = "") -> dict[str, Any]:
    """What the crumbs, the head and the tabs of a position's pages need."""
    pages = (
        "edit",
        "topics",
        "wording_create",
        "stance_create",
        "adopt",
        "use_create",
        "set_aside",
        "take_up",
        "history",
    )
    return {
        "position": position,
        "tab": tab,
        "status": state_dot(position),
        "whose": whose(position),
        "may_run": policies.can_run_position(user, position),
        "may_note": policies.can_note_on(user, position),
        "urls": {
            "list": reverse("positions:list"),
            "detail": position.get_absolute_url(),
            "filed": position.initiative.get_absolute_url() if position.initiative else "",
            **{page: reverse(f"positions:{page}", args=[position.pk]) for page in pages},
        },
    }


class RunView(SignedIn, HouseView):
    """A page on which the secretariat works on a position."""

    allowed = staticmethod(policies.can_run_positions)
    may = staticmethod(policies.can_run_position)

    def position(self, pk: int) -> Position:
        """The position, if this person may work on it."""
        position = position_or_404(self.request.user, pk)
        require(self.may(self.actor(), position))
        return position


class PositionListView(ListView):
    allowed = staticmethod(policies.can_see_positions)
    list_key = "positions"
    template_name = "positions/position_list.html"
    filterset_class = PositionFilterSet
    columns = POSITION_COLUMNS
    words = POSITION_WORDS

    def state(self) -> ListState:
        return position_list(self.request)

    def context(self, state: ListState) -> dict[str, Any]:
        return {
            "may_create": policies.can_run_positions(self.request.user),
            "may_export": can_export(self.request.user),
            "create_url": reverse("positions:create"),
        }


class PositionView(HouseView):
    """The question, its wording, who stands where, the adoption and the uses; on the day that ``?on=`` names."""

    allowed = staticmethod(policies.can_see_positions)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        asked = request.GET.get("on", "")
        day = (chosen_day(asked) if asked else today()) or today()
        position = position_or_404(request.user, pk, day)
        table = table_on(request.user, position, day)
        wordings = wordings_of(position, day)
        context = position_context(position, request.user, "overview")
        state: str = position.state  # type: ignore[attr-defined]  # annotated by with_state
        adoptions = adoptions_of(request.user, position, day)
        topics = PositionTopic.objects.filter(position=position).select_related("concept__replaced_by", "jurisdiction")
        context |= {
            "day": day,
            "is_other_day": day != today(),
            "day_wrong": bool(asked) and chosen_day(asked) is None,
            "newest": wordings[0] if wordings else None,
            "missing": _missing_language(wordings[0]) if wordings else "",
            "wordings": wordings,
            "topics": topics,
            "groups": _shown_groups(table),
            "others": [_shown_voice(voice) for voice in table.others],
            "table": table,
            "rule": _rule_words(position, day),
            "adoptions": [(row, [_shown_dissent(each) for each in dissents]) for row, dissents in adoptions],
            "uses": uses_of(request.user, position, day),
            "is_adopted": state in (Position.State.ADOPTED, Position.State.REVISED),
            "may_adopt": context["may_run"] and state in (Position.State.DISCUSSED, Position.State.REVISED),
        }
        drawn: dict[str, list[Any]] = {"panels_next": [], "panels_main": [], "panels_aside": []}
        for panel, panel_context in panels_for(request.user, position):
            drawn[f"panels_{panel.place}"].append(render_to_string(panel.template, panel_context, request))
        return render(request, "positions/position_detail.html", context | drawn)


def _missing_language(wording: Any) -> str:
    """The language whose side is still empty."""
    return "" if wording.is_bilingual else ("fr" if wording.text_en else "en")


def _rule_words(position: Position, day: date) -> str:
    rule = rule_on(position, day)[0]
    return str(TermsOfReference.DecisionRule(rule).label) if rule else ""


def _shown_groups(table: Table) -> list[dict[str, Any]]:
    return [
        {
            "group": group,
            "number": len(group.voices),
            "anchor": f"#stand-{group.kind}",
            "voices": [_shown_voice(voice) for voice in group.voices if voice.stance],
            "quiet": [_shown_voice(voice) for voice in group.voices if not voice.stance],
        }
        for group in table.groups
    ]


def _shown_voice(voice: Voice) -> dict[str, Any]:
    return {
        "voice": voice,
        "url": _address(voice),
        "stance": voice.stance,
        "source": source_of(voice.stance) if voice.stance else None,
        "take_back": _take_back(voice.stance) if voice.stance else "",
        "earlier": [(each, source_of(each)) for each in voice.earlier],
    }


def _address(voice: Voice) -> str:
    if voice.party is not None:
        return voice.party.get_absolute_url()
    return voice.seat.get_absolute_url() if voice.seat is not None else ""


def _take_back(stance: Stance) -> str:
    return reverse("positions:stance_take_back", args=[stance.position_id, stance.pk])


def _shown_dissent(dissent: Any) -> dict[str, Any]:
    return {"row": dissent, "speaker": dissent.stance.speaker, "source": source_of(dissent.stance)}


class PositionHistoryView(HouseView):
    """Who changed what, when and why; ``?before=`` leads further back."""

    allowed = staticmethod(policies.can_see_positions)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        position = position_or_404(request.user, pk)
        text = request.GET.get("before", "")
        before = int(text) if text.isdecimal() and len(text) < 19 else None
        is_editor = policies.can_run_position(request.user, position)
        page = position_history(position, request.user, before=before, is_editor=is_editor)
        context = position_context(position, request.user, "history")
        return render(request, "positions/position_history.html", {**context, "page": page})
