"""The lists of meetings and decisions, the page of each meeting, and what all of its pages share. Reads alone."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse

from c2m2a_crm.accounts.policies import can_export, require
from c2m2a_crm.accounts.requests import SignedIn
from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.reads import note_reading
from c2m2a_crm.core.registries import panels_for
from c2m2a_crm.core.views import HouseView, ListView, visible_or_404
from c2m2a_crm.engagement.briefing.subjects import url_of
from forums.meetings import policies
from forums.meetings.filters import DecisionFilterSet, MeetingFilterSet
from forums.meetings.lists import (
    DECISION_COLUMNS,
    DECISION_WORDS,
    MEETING_COLUMNS,
    MEETING_WORDS,
    decision_list,
    meeting_list,
    status_dot,
)
from forums.meetings.record_history import meeting_history
from forums.meetings.selectors import open_promises
from forums.meetings.services.planning import texts_missing
from forums.models import AgendaItem, Forum, Meeting


def meeting_or_404(user: Any, pk: int) -> Meeting:
    """The meeting with everything its head shows. 404 where it does not exist for this person, 403 where its forum is
    restricted to a circle of others."""
    rows = Meeting.objects.select_related("forum__initiative", "series", "interaction", "minutes", "created_by")
    meeting: Meeting = visible_or_404(rows, user, pk=pk)
    if not meeting.forum.is_readable_by(user):
        raise PermissionDenied
    note_reading(user, meeting.forum.initiative)
    return meeting


def meeting_context(meeting: Meeting, user: Any, tab: str = "") -> dict[str, Any]:
    """What the crumbs, the head and the tabs of a meeting's pages need."""
    may_run = policies.can_run_meeting(user, meeting)
    pages = ("edit", "cancel", "restore", "invitations", "roll_call", "approve", "minutes", "paper", "history")
    return {
        "meeting": meeting,
        "forum": meeting.forum,
        "tab": tab,
        "may_run": may_run,
        "may_export": can_export(user),
        "briefing_url": _briefing_url(meeting, user),
        "status": status_dot(meeting),
        "contact": meeting.interaction if meeting.interaction_id and not meeting.interaction.is_archived else None,  # type: ignore[union-attr]  # it is there where its key is
        "urls": {
            "list": reverse("meetings:list"),
            "detail": meeting.get_absolute_url(),
            "forum": meeting.forum.get_absolute_url(),
            **{page: reverse(f"meetings:{page}", args=[meeting.pk]) for page in pages},
        },
    }


def _briefing_url(meeting: Meeting, user: Any) -> str:
    """A briefing holds nothing that was opened to its reader in an emergency, so none is offered of such a forum."""
    return url_of("meeting", meeting.pk) if meeting.forum.initiative.is_workable_by(user) else ""


class RunView(SignedIn, HouseView):
    """A page on which the secretariat works on a meeting."""

    allowed = staticmethod(policies.can_run_meetings)

    def meeting(self, pk: int) -> Meeting:
        """The meeting, if this person may work on it."""
        meeting = meeting_or_404(self.request.user, pk)
        require(policies.can_run_meeting(self.actor(), meeting))
        return meeting

    def item(self, pk: int, item_pk: int) -> AgendaItem:
        meeting = self.meeting(pk)
        item = get_object_or_404(AgendaItem, pk=item_pk, meeting=meeting)
        item.meeting = meeting
        return item


class MeetingListView(ListView):
    allowed = staticmethod(policies.can_see_meetings)
    list_key = "meetings"
    template_name = "meetings/meeting_list.html"
    filterset_class = MeetingFilterSet
    columns = MEETING_COLUMNS
    words = MEETING_WORDS

    def state(self) -> ListState:
        return meeting_list(self.request)

    def context(self, state: ListState) -> dict[str, Any]:
        return {
            "may_create": policies.can_run_meetings(self.request.user),
            "may_export": can_export(self.request.user),
            "create_url": reverse("meetings:create"),
        }


class DecisionListView(ListView):
    allowed = staticmethod(policies.can_see_meetings)
    list_key = "decisions"
    template_name = "meetings/decision_list.html"
    filterset_class = DecisionFilterSet
    columns = DECISION_COLUMNS
    words = DECISION_WORDS

    def state(self) -> ListState:
        return decision_list(self.request)

    def context(self, state: ListState) -> dict[str, Any]:
        return {"may_export": can_export(self.request.user)}


class MeetingView(HouseView):
    """The agenda, what is still open from before, papers, and how far the texts are."""

    allowed = staticmethod(policies.can_see_meetings)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = meeting_or_404(request.user, pk)
        items = list(meeting.items.order_by("position", "pk"))
        drawn: dict[str, list[Any]] = {"panels_next": [], "panels_main": [], "panels_aside": []}
        for panel, panel_context in panels_for(request.user, meeting):
            drawn[f"panels_{panel.place}"].append(render_to_string(panel.template, panel_context, request))
        context = {
            **meeting_context(meeting, request.user, "agenda"),
            "items": [(item, _acts_on(item)) for item in items],
            "planned_minutes": sum(item.minutes or 0 for item in items),
            "promises": open_promises(request.user, meeting),
            "texts": _texts(meeting) if not meeting.is_cancelled else [],
            "asks_approval": Installation.current().legal_kind == Installation.LegalKind.FEDERAL,
            "add_item_url": reverse("meetings:item_create", args=[meeting.pk]),
            "carry_url": reverse("meetings:carry_over", args=[meeting.pk]),
        }
        return render(request, "meetings/meeting_detail.html", context | drawn)


class MeetingHistoryView(HouseView):
    """Who changed what, when and why: the meeting, its agenda, its minutes; ``?before=`` leads further back."""

    allowed = staticmethod(policies.can_see_meetings)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = meeting_or_404(request.user, pk)
        text = request.GET.get("before", "")
        before = int(text) if text.isdecimal() and len(text) < 19 else None
        may_run = policies.can_run_meeting(request.user, meeting)
        page = meeting_history(meeting, request.user, before=before, may_run=may_run)
        context = {**meeting_context(meeting, request.user, "history"), "page": page}
        return render(request, "meetings/meeting_history.html", context)


def _texts(meeting: Meeting) -> list[dict[str, Any]]:
    """How far each language is: approved, whole, or what lacks."""
    return [
        {
            "language": language,
            "approved_at": getattr(meeting, f"approved_{language}_at"),
            "missing": texts_missing(meeting, language),
        }
        for language in LANGUAGES
    ]


def _acts_on(item: AgendaItem) -> dict[str, str]:
    return {
        page: reverse(f"meetings:item_{page}", args=[item.meeting_id, item.pk])
        for page in ("edit", "move", "done", "remove")
    }


def forum_of_address(user: Any, text: str) -> Forum | None:
    """The forum that the address names, where this person may read it."""
    if not text.isdecimal() or len(text) > 18:
        return None
    found: Forum | None = Forum.objects.readable_by(user).active().filter(pk=int(text)).first()
    return found
