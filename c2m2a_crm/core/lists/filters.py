"""What narrows a list: its own filters, those that higher rooms contribute, and how they are shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import django_filters
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core import dates
from c2m2a_crm.core.registries import list_facets

Rows = models.QuerySet[Any, Any]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force: its name, its value in words, and the address without it."""

    name: str
    label: str
    value: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class Removal:
    """What the list would find without one of its filters."""

    value: str
    url: str
    total: int


class ChoiceFacet(django_filters.ChoiceFilter):  # type: ignore[misc]  # django-filter has no types
    """A filter with choices for another room's list (``core.registries.ListFacets``).

    ``narrow`` takes (rows, actor, value) and gives fewer rows. It may look only at what the actor may read: begin each
    look into another table with ``readable_by(actor)``.
    """

    def __init__(self, *, label: Any, choices: Any, narrow: Callable[[Rows, Any, str], Rows], **options: Any) -> None:
        super().__init__(label=label, choices=choices, empty_label=_("Any"), **options)
        self.narrow = narrow

    def filter(self, rows: Rows, value: str) -> Rows:
        return self.narrow(rows, self.parent.request.user, value) if value else rows


@cache
def _filters_of(filterset: type[HouseFilterSet], list_key: str) -> dict[str, Any]:
    """The filters of such a list, its own first. Nothing is contributed after Django has started."""
    found = dict(filterset.base_filters)
    for entry in list_facets:
        if entry.list_key == list_key:
            for name, facet in entry.filters().items():
                if name in found:
                    raise ImproperlyConfigured(f"The list “{list_key}” already has a filter “{name}”.")
                found[name] = facet
    ranks = {name: rank for rank, name in enumerate(filterset.panel_order)}
    return dict(sorted(found.items(), key=lambda item: ranks.get(item[0], len(ranks) - 1.5)))


class HouseFilterSet(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """A filter set whose filters in force can be shown as chips. ``search`` names the box that stands apart.

    ``standing`` names what says which list this is (its tab) rather than what narrows it: no chip, and kept when all
    filters are cleared. ``panel_order`` names the filters as they stand in the panel, the last name last: what it
    does not name stands before that.
    """

    search = "q"
    standing: frozenset[str] = frozenset()
    panel_order: tuple[str, ...] = ()

    def __init__(self, *args: Any, list_key: str = "", **options: Any) -> None:
        self.base_filters = _filters_of(type(self), list_key)
        super().__init__(*args, **options)

    def chips(self, parameters: QueryDict, path: str) -> list[Chip]:
        """One chip for each filter that narrows the list; the search box shows itself."""
        if not self.form.is_bound:
            return []
        self.form.is_valid()
        found = []
        for name, bound in (
            (name, self.form[name]) for name in self.form.fields if name != self.search and name not in self.standing
        ):
            value = self.form.cleaned_data.get(name)
            if value in (None, "", [], ()) or (isinstance(value, models.QuerySet) and not value):
                continue
            without = parameters.copy()
            for key in [key for key in without if key == name or key.startswith(f"{name}_")]:
                without.pop(key)
            for key in [key for key, values in without.lists() if key == "page" or not any(values)]:
                without.pop(key)
            query = without.urlencode()
            url = f"{path}?{query}" if query else path
            found.append(Chip(name, str(bound.label), _in_words(bound.field, value), url))
        return found


def _in_words(form_field: Any, value: Any) -> str:
    if isinstance(value, date):
        return dates.short_date(value)
    # Never ask for the length of choices: those that are read when needed have none.
    choices = {} if isinstance(value, models.Model) else dict(getattr(form_field, "choices", ()))
    if isinstance(value, slice):
        return " – ".join(str(end) for end in (value.start, value.stop) if end)
    if isinstance(value, (list, tuple, models.QuerySet)):
        return ", ".join(str(choices.get(item, item)) for item in value)
    return str(choices.get(value, choices.get(str(value), value)))
