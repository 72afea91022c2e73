"""What changed in a segment since a day: who came in, and who left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core import dates, rights
from c2m2a_crm.core.calendar_months import months_after
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.models import Segment
from c2m2a_crm.core.pages.segment_members import WHY_IN, list_of, open_entry
from c2m2a_crm.core.pages.segments import segment_or_404
from c2m2a_crm.core.registries import SegmentedList
from c2m2a_crm.core.segments import rule_of
from c2m2a_crm.core.segments.days import NotAsked
from c2m2a_crm.core.segments.difference import Difference, difference
from c2m2a_crm.core.segments.rules import Rows
from c2m2a_crm.core.validity import FIRST_YEAR, today
from c2m2a_crm.core.views import HouseView

# Beyond, a list of its own has pages, columns and an order.
SHOWN = 25
CAME, LEFT = "came", "left"
_TITLES: dict[str, Promise] = {
    CAME: gettext_lazy("Came in since %(day)s: %(count)s"),
    LEFT: gettext_lazy("Left since %(day)s: %(count)s"),
}
_WHY: dict[str, Promise] = {CAME: WHY_IN, LEFT: gettext_lazy("Why is this one out?")}


@dataclass(frozen=True, slots=True)
class Moved:
    """A record that came in or left: its name, its page, and the answer to why."""

    name: str
    url: str
    why_url: str


@dataclass(frozen=True, slots=True)
class Side:
    """Those who came in, or those who left: how many, and the first of them. ``all_url`` where there are more."""

    key: str
    title: str
    asked_why: str
    rows: list[Moved]
    all_url: str


def chosen_day(text: str) -> date | None:
    """The day in the address; None where it is none, or lies ahead."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day is not None and day.year >= FIRST_YEAR and day <= today() else None


class SegmentChangesView(HouseView):
    """Who came in and who left since a day (``?since=``); ``?side=`` shows all of one side as the list does."""

    allowed = staticmethod(rights.can_look)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        segment = segment_or_404(request, pk)
        asked = request.GET.get("since", "")
        day = chosen_day(asked)
        since = day or today() - timedelta(days=1)
        context: dict[str, Any] = {
            "segment": segment,
            "since": since,
            "day_wrong": bool(asked) and day is None,
            "latest": today(),
            "choices": self.choices(since),
        }
        entry = open_entry(segment, request.user)
        lost = [_("The list of this segment is gone, or closed to you.")]
        if entry is not None:
            lost = list(rule_of(segment, request.user).lost)
        if entry is None or lost:
            return self.page({**context, "lost": lost})
        try:
            found = difference(entry, segment, request.user, since)
        except NotAsked as silence:
            return self.page({**context, "silence": str(silence)})
        return self.page({**context, "found": found, **self.told(entry, segment, found, since)})

    def told(self, entry: SegmentedList, segment: Segment, found: Difference, since: date) -> dict[str, Any]:
        """Both sides in short, or one of them as a list."""
        sides = {CAME: found.came, LEFT: found.left}
        side = self.request.GET.get("side", "")
        carried = {"since": since.isoformat()}
        if side in sides:
            state = list_of(
                self.request,
                entry,
                segment,
                sides[side],
                query=urlencode({**carried, "side": side}),
                asked_why=_WHY[side],
            )
            title = self.title(side, found.day, sides[side].count())
            return {
                "title": title,
                "list": state,
                "words": entry.words,
                "count_sentence": entry.words.count_sentence(state),
                "both_url": f"{self.request.path}?{urlencode(carried)}",
            }
        order = entry.state(self.request)
        return {
            "sides": [
                self.side(segment, key, rows, order, found.day, f"?{urlencode({**carried, 'side': key})}")
                for key, rows in sides.items()
            ]
        }

    def side(self, segment: Segment, key: str, rows: Rows, order: ListState, day: date, all_url: str) -> Side:
        total = rows.order_by().count()
        moved = [
            Moved(str(each), each.get_absolute_url(), reverse("segments:why", args=[segment.pk, each.pk]))
            for each in rows.order_by(*order.default_order, "pk")[:SHOWN]
        ]
        return Side(key, self.title(key, day, total), str(_WHY[key]), moved, all_url if total > SHOWN else "")

    def title(self, key: str, day: date, count: int) -> str:
        return str(_TITLES[key]) % {"day": dates.short_date(day), "count": dates.number(count)}

    def choices(self, since: date) -> list[dict[str, Any]]:
        """For ``components/segments.html``."""
        days = [
            (_("Yesterday"), today() - timedelta(days=1)),
            (_("A week ago"), today() - timedelta(days=7)),
            (_("A month ago"), months_after(today(), -1)),
        ]
        return [{"label": label, "url": f"?since={day.isoformat()}", "current": day == since} for label, day in days]

    def page(self, context: dict[str, Any]) -> HttpResponse:
        return render(self.request, "core/segment_changes.html", context)
