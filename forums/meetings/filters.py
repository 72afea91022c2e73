"""What the lists of meetings and decisions can be narrowed by."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.lists import HouseFilterSet, day_of, one_of, said, several_of
from c2m2a_crm.core.text import fold
from forums.models import Decision, Forum, Meeting

Rows = QuerySet[Any, Any]

WHEN = [
    ("coming", _("To come")),
    ("held", _("Held")),
    ("cancelled", _("Cancelled")),
    ("no-minutes", _("Held, minutes not adopted")),
]
WHEN_CLAUSES = {
    "coming": _("to come"),
    "held": _("that took place"),
    "cancelled": _("that were cancelled"),
    "no-minutes": _("whose minutes are not adopted"),
}


def _readable_forums(request: Any) -> Rows:
    rows: Rows = Forum.objects.readable_by(request.user).for_list().in_reading_order()
    return rows


def _named(rows: Rows, value: str) -> Rows:
    condition = Q()
    for word in fold(value).split():
        condition &= Q(folded__contains=word)
    found: Rows = rows.with_names().filter(condition)  # type: ignore[attr-defined]  # the room's querysets
    return found


class MeetingFilterSet(HouseFilterSet):
    q = django_filters.CharFilter(label=_("Title, place or forum"), method="by_words")
    when = said(one_of(_("When"), WHEN, "by_when"), "%(value)s", WHEN_CLAUSES)
    forum = said(
        django_filters.ModelChoiceFilter(label=_("Forum"), queryset=_readable_forums, empty_label=_("Any")),
        _("of %(value)s"),
    )
    form = said(several_of(_("Form"), Meeting.Form.choices), _("in the form %(value)s"))
    since = said(day_of(_("From"), field_name="starts_at", lookup_expr="date__gte"), _("from %(value)s on"))
    until = said(day_of(_("Until"), field_name="starts_at", lookup_expr="date__lte"), _("until %(value)s"))

    class Meta:
        model = Meeting
        fields: ClassVar[list[str]] = []

    def by_words(self, rows: Rows, name: str, value: str) -> Rows:
        return _named(rows, value)

    def by_when(self, rows: Rows, name: str, value: str) -> Rows:
        meetings: Any = rows  # MeetingQuerySet
        now = timezone.now()
        found: Rows
        if value == "coming":
            found = meetings.to_come(now)
        elif value == "cancelled":
            found = meetings.called_off()
        else:
            found = meetings.held_before(now)
            if value == "no-minutes":
                found = found.filter(minutes__adopted_at__isnull=True)
        return found


class DecisionFilterSet(HouseFilterSet):
    q = django_filters.CharFilter(label=_("Words or forum"), method="by_words")
    forum = said(
        django_filters.ModelChoiceFilter(
            label=_("Forum"), queryset=_readable_forums, empty_label=_("Any"), field_name="meeting__forum"
        ),
        _("of %(value)s"),
    )
    since = said(day_of(_("From"), field_name="meeting__starts_at", lookup_expr="date__gte"), _("from %(value)s on"))
    until = said(day_of(_("Until"), field_name="meeting__starts_at", lookup_expr="date__lte"), _("until %(value)s"))

    class Meta:
        model = Decision
        fields: ClassVar[list[str]] = []

    def by_words(self, rows: Rows, name: str, value: str) -> Rows:
        return _named(rows, value)
