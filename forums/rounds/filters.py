"""What the lists of comment rounds and of the seats that they ask can be narrowed by."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.lists import HouseFilterSet, day_of, one_of, said
from c2m2a_crm.core.text import fold
from c2m2a_crm.core.validity import today
from forums.filters import readable_forums
from forums.models import CommentRound, RoundSeat
from forums.rounds.selectors import open_seats

Rows = QuerySet[Any, Any]

STATES = [("draft", _("Not open yet")), ("open", _("Open")), ("closed", _("Closed"))]
STATE_CLAUSES = {"draft": _("that are not open yet"), "open": _("that are open"), "closed": _("that are closed")}
SEAT_STATES = [
    ("silent", _("Silent, the round is open")),
    ("answered", _("Answered")),
    ("never", _("Never answered, the round is closed")),
]
SEAT_CLAUSES = {
    "silent": _("that are silent in an open round"),
    "answered": _("that answered"),
    "never": _("that never answered"),
}


def _readable_rounds(request: Any) -> Rows:
    rows: Rows = CommentRound.objects.readable_by(request.user).exclude(opened_on__isnull=True)
    return rows


def _worded(rows: Rows, value: str) -> Rows:
    condition = Q()
    for word in fold(value).split():
        condition &= Q(folded__contains=word)
    found: Rows = rows.with_names().filter(condition)  # type: ignore[attr-defined]  # the room's querysets
    return found


class RoundFilterSet(HouseFilterSet):
    q = django_filters.CharFilter(label=_("Title or forum"), method="by_words")
    state = said(one_of(_("State"), STATES, "by_state"), "%(value)s", STATE_CLAUSES)
    forum = said(
        django_filters.ModelChoiceFilter(label=_("Forum"), queryset=readable_forums, empty_label=_("Any")),
        _("of %(value)s"),
    )
    since = said(day_of(_("Closes from"), field_name="closes_on", lookup_expr="gte"), _("that close from %(value)s on"))
    until = said(day_of(_("Closes until"), field_name="closes_on", lookup_expr="lte"), _("that close until %(value)s"))

    class Meta:
        model = CommentRound
        fields: ClassVar[list[str]] = []

    def by_words(self, rows: Rows, name: str, value: str) -> Rows:
        return _worded(rows, value)

    def by_state(self, rows: Rows, name: str, value: str) -> Rows:
        rounds: Any = rows  # RoundQuerySet
        found: Rows
        if value == "draft":
            found = rounds.drafts()
        else:
            found = rounds.open_on(today()) if value == "open" else rounds.closed_on(today())
        return found


class RoundSeatFilterSet(HouseFilterSet):
    q = django_filters.CharFilter(label=_("Seat, organization or round"), method="by_words")
    state = said(one_of(_("Answer"), SEAT_STATES, "by_state"), "%(value)s", SEAT_CLAUSES)
    round = said(
        django_filters.ModelChoiceFilter(label=_("Comment round"), queryset=_readable_rounds, empty_label=_("Any")),
        _("in %(value)s"),
    )
    forum = said(
        django_filters.ModelChoiceFilter(
            label=_("Forum"), queryset=readable_forums, empty_label=_("Any"), field_name="round__forum"
        ),
        _("of %(value)s"),
    )

    class Meta:
        model = RoundSeat
        fields: ClassVar[list[str]] = []

    def by_words(self, rows: Rows, name: str, value: str) -> Rows:
        return _worded(rows, value)

    def by_state(self, rows: Rows, name: str, value: str) -> Rows:
        seats: Any = rows  # RoundSeatQuerySet
        found: Rows
        if value == "answered":
            found = seats.answered()
        elif value == "silent":
            found = seats.silent().filter(open_seats(today()))
        else:
            found = seats.silent().exclude(open_seats(today()))
        return found
