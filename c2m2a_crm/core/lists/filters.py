"""What narrows a list: its own filters, those that higher rooms contribute, and how they are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, TypeVar

import django_filters
from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core import dates
from c2m2a_crm.core.registries import list_facets

Rows = models.QuerySet[Any, Any]
Filter = TypeVar("Filter", bound=django_filters.Filter)

# What the address says of the place in a list: another filter begins at the first page, its panels closed.
PLACE = frozenset({"page", "after", "before", "row", "filters", "choose", "print"})


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


@dataclass(frozen=True, slots=True)
class Clause:
    """How a filter is said in the sentence that restates a list.

    ``text`` has ``%(value)s`` for the value in words; ``by_value`` has whole clauses of single values. ``shown`` tells
    what a record has where the filter looks: the key of a column, by default the filter's own name, or a function of
    (actor, record) that says it in words.
    """

    text: Any
    by_value: Mapping[str, Any]
    shown: str | Callable[[Any, Any], Any] = ""

    def said(self, values: Sequence[Any], words: Sequence[str]) -> str:
        """The clause of these values; several are joined by “or”."""
        if all(str(value) in self.by_value for value in values):
            return either([str(self.by_value[str(value)]) for value in values])
        return str(self.text) % {"value": either(words)}


def said(
    facet: Filter,
    text: Any,
    by_value: Mapping[str, Any] | None = None,
    *,
    shown: str | Callable[[Any, Any], Any] = "",
) -> Filter:
    """The filter with its :class:`Clause`; without one a sentence says its label and its value."""
    facet.clause = Clause(text, by_value or {}, shown)
    return facet


def either(words: Sequence[str]) -> str:
    """“a”, “a or b”, “a, b or c”."""
    if len(words) < 2:
        return "".join(words)
    return gettext("%(several)s or %(last)s") % {"several": ", ".join(words[:-1]), "last": words[-1]}


class ChoiceFacet(django_filters.ChoiceFilter):  # type: ignore[misc]  # django-filter has no types
    """A filter with choices for another room's list (``core.registries.ListFacets``).

    ``narrow`` takes (rows, actor, value) and gives fewer rows. It may look only at what the actor may read: begin each
    look into another table with ``readable_by(actor)``.
    """

    def __init__(self, *, label: Any, choices: Any, narrow: Callable[[Rows, Any, str], Rows]) -> None:
        super().__init__(label=label, choices=choices, empty_label=_("Any"))
        self.narrow = narrow

    def filter(self, rows: Rows, value: str) -> Rows:
        return self.narrow(rows, self.parent.request.user, value) if value else rows


class _Filters(dict[str, Any]):
    """The filters of a list. A filter set takes copies of them for its request, and not of all their parts."""

    def __deepcopy__(self, memo: Any) -> dict[str, Any]:
        return {name: _own(each) for name, each in self.items()}


def _own(facet: Any) -> Any:
    """The filter for one request. Choices that are read from the database are read once."""
    own = copy(facet)
    own.extra = dict(facet.extra)
    if callable(own.extra.get("choices")):
        own.extra["choices"] = cache(own.extra["choices"])
    own.method = facet.method  # which also binds it to this one
    return own


@cache
def _filters_of(filterset: Any, list_key: str) -> _Filters:
    """The filters of such a list, its own first. Nothing is contributed after Django has started."""
    found = dict(filterset.base_filters)
    for entry in list_facets:
        if entry.list_key == list_key:
            for name, facet in entry.filters().items():
                if name in found:
                    raise ImproperlyConfigured(f"The list “{list_key}” already has a filter “{name}”.")
                found[name] = facet
    ranks = {name: rank for rank, name in enumerate(filterset.panel_order)}
    return _Filters(sorted(found.items(), key=lambda item: ranks.get(item[0], len(ranks) - 1.5)))


class HouseFilterSet(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """A filter set whose filters in force can be shown as chips. ``search`` names the box that stands apart.

    ``standing`` names what says which list this is (its tab) rather than what narrows it: no chip, and kept when all
    filters are cleared. ``panel_order`` names the filters as they stand in the panel, the last name last: what it
    does not name stands before that. A filter that narrows by what stands in others says so with ``reads_others``.
    """

    base_filters: dict[str, Any]
    search = "q"
    standing: frozenset[str] = frozenset()
    panel_order: tuple[str, ...] = ()

    def __init__(self, *args: Any, list_key: str = "", **options: Any) -> None:
        own: Any = type(self)
        self.base_filters = _filters_of(own, list_key)
        super().__init__(*args, **options)

    @property
    def form(self) -> Any:
        """The fields that the address says something of: most pages are read with few filters or none.

        All of them stand in :attr:`panel_form`; a form that compares its fields is always whole.
        """
        if not hasattr(self, "_form"):
            is_plain = self._meta.form is forms.Form
            self._form = self._form_of([name for name in self.filters if not is_plain or self._is_asked(name)])
        return self._form

    @cached_property
    def panel_form(self) -> Any:
        """The form with every filter, as the panel shows it."""
        return self._form_of(self.filters)

    def _is_asked(self, name: str) -> bool:
        if getattr(self.filters[name], "reads_others", False):
            return bool(self.data)
        return any(key == name or key.startswith(f"{name}_") for key in self.data)

    def _form_of(self, names: Iterable[str]) -> Any:
        form = self._meta.form(self.data if self.is_bound else None, prefix=self.form_prefix)
        form.fields.update({name: self.filters[name].field for name in names})
        return form

    def in_force(self) -> list[tuple[str, Any]]:
        """Names and cleaned values of the filters that narrow the list, the search box among them."""
        if not self.form.is_bound:
            return []
        self.form.is_valid()
        found = []
        for name in self.form.fields:
            value = self.form.cleaned_data.get(name)
            if value not in (None, "", [], ()) and (not isinstance(value, models.QuerySet) or value):
                found.append((name, value))
        return found

    def chips(self, parameters: QueryDict, path: str) -> list[Chip]:
        """One chip for each filter that narrows the list; the search box shows itself."""
        found = []
        for name, value in self.in_force():
            if name == self.search or name in self.standing:
                continue
            without = parameters.copy()
            for key in [key for key, values in without.lists() if key in names_of(name) | PLACE or not any(values)]:
                without.pop(key)
            query = without.urlencode()
            url = f"{path}?{query}" if query else path
            bound = self.form[name]
            found.append(Chip(name, str(bound.label), ", ".join(_in_words(bound.field, value)), url))
        return found

    def labels_by_name(self) -> dict[str, str]:
        """Each filter in force as its label and value, by the filter's name."""
        return {
            name: gettext("%(label)s: %(value)s")
            % {"label": self.form[name].label, "value": either(_in_words(self.form.fields[name], value))}
            for name, value in self.in_force()
            if name not in self.standing
        }

    def clauses(self) -> list[str]:
        """Each filter in force as a part of the list's sentence, what was searched for first."""
        found = []
        for name, value in self.in_force():
            clause: Clause | None = getattr(self.filters[name], "clause", None)
            values = _several(value)
            words = _in_words(self.form.fields[name], value)
            if clause is not None:
                found.append(clause.said(values, words))
            elif name == self.search:
                found.append(gettext("with “%(text)s”") % {"text": value})
            elif name not in self.standing:
                label = self.form[name].label
                found.append(gettext("where “%(label)s” is %(value)s") % {"label": label, "value": either(words)})
        return found


def names_of(name: str) -> frozenset[str]:
    """The names in an address that belong to that filter: ranges have two."""
    return frozenset({name, *(f"{name}_{part}" for part in ("min", "max", "before", "after"))})


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple, models.QuerySet)) else [value]


def _in_words(form_field: Any, value: Any) -> list[str]:
    """The value as a reader says it; of several values one each."""
    if isinstance(value, date):
        return [dates.short_date(value)]
    if isinstance(value, slice):
        return [" – ".join(str(end) for end in (value.start, value.stop) if end)]
    values = _several(value)
    # Never ask for the length of choices: those that are read when needed have none.
    choices = {} if isinstance(values[0], models.Model) else dict(getattr(form_field, "choices", ()))
    return [str(choices.get(each, choices.get(str(each), each))) for each in values]
