"""Which lists have segments: a room declares each of its own in its ``contributions.py``."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.lists.filters import said
from c2m2a_crm.core.models import Segment
from c2m2a_crm.core.registries import ListFacets, SegmentedList, list_facets, segmented_lists

IN = "in_segment"
NOT_IN = "not_in_segment"


def take_part(entry: SegmentedList) -> None:
    """Give the list segments, and the two filters that ask for them."""
    segmented_lists.register(entry)
    list_facets.register(ListFacets(f"segments-{entry.key}", 90, entry.key, lambda: _facets(entry.key)))


class SegmentFacet(django_filters.ModelChoiceFilter):  # type: ignore[misc]  # django-filter has no types
    """Rows that belong to a segment of their list, or do not; offered are those the reader may know of.

    A segment whose rule cannot be asked any more takes nothing away, so "not in it" finds nothing.
    """

    def __init__(self, *, list_key: str, label: Any, inside: bool) -> None:
        def known(request: HttpRequest) -> models.QuerySet[Segment]:
            return Segment.objects.visible_to(request.user).of_list(list_key)

        super().__init__(queryset=known, label=label, empty_label=_("Any"))
        self.inside = inside

    def filter(self, rows: models.QuerySet[Any, Any], value: Segment | None) -> models.QuerySet[Any, Any]:
        from c2m2a_crm.core.segments.rules import answer  # rules ask lists, whose filters these are

        if value is None:
            return rows
        request = self.parent.request
        rule, members = answer(value, request.user, within=getattr(request, "segments_asked", ()))
        if self.inside:
            return rows.filter(pk__in=members.order_by().values("pk"))
        return rows.none() if rule.lost else rows.exclude(pk__in=members.order_by().values("pk"))


def _facets(list_key: str) -> dict[str, Any]:
    inside = SegmentFacet(list_key=list_key, label=_("In the segment"), inside=True)
    outside = SegmentFacet(list_key=list_key, label=_("Not in the segment"), inside=False)
    return {
        IN: said(inside, _("in the segment “%(value)s”")),
        NOT_IN: said(outside, _("not in the segment “%(value)s”")),
    }
