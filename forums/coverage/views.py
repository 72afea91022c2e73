"""The coverage matrix of a forum, and the list of presences that its numbers open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import HouseView, ListView
from forums import policies
from forums.coverage.lists import (
    ATTENDANCE,
    ATTENDANCE_COLUMNS,
    ATTENDANCE_WORDS,
    COVERAGE,
    AttendanceFilterSet,
    attendance_list,
    coverage_asked,
)
from forums.coverage.selectors import Coverage, places
from forums.views.pages import chosen_day, forum_context, forum_or_404
from members.models import Concept, Party


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell as a page shows it: each number with its list, and what a screen reader says of the link."""

    seats: int
    seats_url: str
    seats_label: str
    attendance: int
    attendance_url: str
    attendance_label: str
    candidates: int = 0
    candidates_url: str = ""
    candidates_label: str = ""


class CoverageView(HouseView):
    """Minerals by stages: who sits on a day (``?on=``), who came in twelve months, who could fill an empty cell."""

    allowed = staticmethod(policies.can_see_forums)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        forum = forum_or_404(request.user, pk)
        found = coverage_asked(request, forum)
        if found is None:  # a forum was given
            raise ValueError(pk)
        asked = request.GET.get("on", "")
        kept: dict[str, Any] = {"forum": forum.pk, "on": found.day.isoformat()}
        if found.cell.place is not None:
            kept["place"] = found.cell.place.code
        if found.cell.kinds:
            kept["party_kind"] = found.cell.kinds
        rows = [(mineral, shown_row(found, mineral)) for mineral in found.minerals]
        # What is sat for or could be filled stands first: most of the list is neither.
        rows.sort(key=lambda row: not any(cell.seats or cell.candidates for cell in row[1]))
        context = {
            **forum_context(forum, request.user, "coverage"),
            "coverage": found,
            "finding": finding(found),
            "stages": found.stages,
            "rows": rows,
            "day_wrong": bool(asked) and chosen_day(asked) is None,
            "is_other_day": found.day != today(),
            "places": places(),
            "kinds": Party.Kind.choices,
            "chosen_place": found.cell.place.code if found.cell.place else "",
            "chosen_kind": found.cell.kinds[0] if found.cell.kinds else "",
            "export_url": f"{reverse('core:export', args=[COVERAGE, 'csv'])}?{urlencode(kept, doseq=True)}"
            if can_export(request.user)
            else "",
        }
        return render(request, "forums/coverage/matrix.html", context)


def finding(found: Coverage) -> str:
    words = ngettext(
        "Nobody sits in %(empty)d of %(total)d cell.", "Nobody sits in %(empty)d of %(total)d cells.", found.total
    )
    return words % {"empty": found.empty, "total": found.total}


def shown_row(found: Coverage, mineral: Concept) -> list[Shown]:
    return [shown(found, mineral, stage) for _key, stage in found.columns]


def shown(found: Coverage, mineral: Concept, stage: Concept | None) -> Shown:
    """Most cells are empty, so addresses and words are made for the numbers that stand there."""
    key = (mineral.pk, stage.pk if stage else 0)
    where = {"mineral": mineral, "stage": stage or _("any stage")}
    seats, attendance = found.seats.get(key, 0), found.attendance.get(key, 0)
    seats_words = ngettext("%(mineral)s, %(stage)s: %(count)d seat", "%(mineral)s, %(stage)s: %(count)d seats", seats)
    candidates = found.candidates.get(key, 0) if stage and not seats else 0
    came_words = (
        ""
        if not attendance
        else ngettext(
            "%(mineral)s, %(stage)s: %(count)d presence in 12 months",
            "%(mineral)s, %(stage)s: %(count)d presences in 12 months",
            attendance,
        )
    )
    fill_words = (
        ""
        if not candidates
        else ngettext(
            "%(mineral)s, %(stage)s: %(count)d organization of the directory could fill it",
            "%(mineral)s, %(stage)s: %(count)d organizations of the directory could fill it",
            candidates,
        )
    )
    return Shown(
        seats,
        found.address("forums:seats", mineral, stage) if seats else "",
        seats_words % {**where, "count": seats},
        attendance,
        found.address("forums:attendance", mineral, stage) if attendance else "",
        came_words and came_words % {**where, "count": attendance},
        candidates,
        found.candidates_address(mineral, stage) if stage and candidates else "",
        fill_words and fill_words % {**where, "count": candidates},
    )


class AttendanceListView(ListView):
    allowed = staticmethod(policies.can_see_forums)
    list_key = ATTENDANCE
    template_name = "forums/coverage/attendance.html"
    filterset_class = AttendanceFilterSet
    columns = ATTENDANCE_COLUMNS
    words = ATTENDANCE_WORDS

    def state(self) -> ListState:
        return attendance_list(self.request)

    def context(self, state: ListState) -> dict[str, Any]:
        return {"may_export": can_export(self.request.user)}
