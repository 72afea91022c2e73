"""What the address says of a list, read once per request.

A list page reads in three steps, which keep it quick at any depth: the identifiers of one page in order (a narrow
query), the rows of that page with everything a row shows, and one batch for each column that looks further.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext

from c2m2a_crm.core.lists.columns import COUNT_EXACTLY_TO, Cell, Column, Heading, Ordering, Row, draw
from c2m2a_crm.core.lists.filters import PLACE, Chip, HouseFilterSet, Removal, names_of
from c2m2a_crm.core.lists.paging import BadCursor, Order, Values
from c2m2a_crm.core.lists.saved import can_change_view
from c2m2a_crm.core.models import SavedView
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.registries import list_columns, segmented_lists

PAGE_SIZES = (15, 50, 100)
# What an address says of a list beside its filters.
LIST_PARAMETERS = ("sort", "column", "rows")
# In an address: the saved view that it began with.
VIEW = "view"
COMPACT = "compact"
# In an address: the panel of all filters is open.
ALL_FILTERS = "filters"
CHOOSE_COLUMNS = "choose"
CARRY_AWAY = "carry"
# The place in an address that means the last page, whatever its rows.
LAST = "end"


@dataclass(frozen=True, slots=True)
class Window:
    """The rows of one page by the values of the list's order, the key last in each."""

    rows: Sequence[Values]
    first_row: int | None
    has_previous: bool
    has_next: bool


def _number(text: str | None) -> int | None:
    """A row or page as an address names it, from 1."""
    return int(text) or None if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


def _records(actor: Any, keys: Any, model: Any) -> models.QuerySet[Any]:
    """Rows that the reader was shown to have: their keys come from the filtered rows."""
    return model._default_manager.filter(among("pk", keys)).for_list()  # type: ignore[no-any-return]  # a manager without types


_RECORDS = Statement(_records)
_SAVED_VIEWS = Statement(lambda actor, keys, list_key: SavedView.objects.visible_to(actor).of_list(list_key))


@dataclass
class ListState:
    """What the address says of a list: filters, order, columns, page. Built once per request.

    Unknown sort keys, columns or places fall back to the list's own; a bad filter value shows its error beside the
    filter and narrows nothing.
    """

    list_key: str
    request: HttpRequest
    base: models.QuerySet[Any]
    filterset_class: type[HouseFilterSet]
    columns: Sequence[Column]
    default_order: Ordering
    page_size: int = PAGE_SIZES[1]
    order_words: Any = ""
    search_label: Any = ""
    extra: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def all_columns(self) -> list[Column]:
        contributed = [
            column for entry in list_columns if entry.list_key == self.list_key for column in entry.columns()
        ]
        return [*self.columns, *contributed]

    @cached_property
    def remembered(self) -> dict[str, Any]:
        """How this person reads the list: ``columns`` and ``density``, as far as they were chosen."""
        known = getattr(self.request.user, "list_settings", None)
        kept = known.get(self.list_key) if isinstance(known, dict) else None
        return kept if isinstance(kept, dict) else {}

    @property
    def density(self) -> str:
        return COMPACT if self.remembered.get("density") == COMPACT else ""

    @property
    def settings_url(self) -> str:
        return reverse("core:list_settings", args=[self.list_key])

    @cached_property
    def saved(self) -> list[SavedView]:
        """The reader's own views of this list and the office's."""
        return list(_SAVED_VIEWS(self.request.user, (), self.list_key))

    @cached_property
    def view(self) -> SavedView | None:
        """The saved view that the address names."""
        named = self.request.GET.get(VIEW, "")
        return next((view for view in self.saved if str(view.pk) == named), None) if named else None

    @property
    def here(self) -> str:
        """Where a form about this list leads back to."""
        return self.request.get_full_path()

    @property
    def view_is_mine(self) -> bool:
        """Whether the reader may change the view in force."""
        return self.view is not None and can_change_view(self.request.user, self.view)

    @property
    def view_is_changed(self) -> bool:
        return self.view is not None and self.view.query != self.canonical_query

    def view_url(self, view: SavedView) -> str:
        return f"{self.request.path}?{urlencode({VIEW: view.pk})}{'&' if view.query else ''}{view.query}"

    @property
    def view_links(self) -> list[dict[str, Any]]:
        """The list itself and its saved views, for ``components/tabs.html``."""
        everything = {"label": pgettext("of a list", "All"), "url": self.request.path, "current": self.view is None}
        return [everything] + [
            {"label": view.name, "url": self.view_url(view), "current": view == self.view} for view in self.saved
        ]

    @cached_property
    def canonical_query(self) -> str:
        """What the address says of the list and not of the place in it, in one spelling: what a saved view keeps."""
        given = self.request.GET
        names = [*self.filterset.filters, *(name for name in LIST_PARAMETERS if name in given)]
        pairs = [(name, value) for name in names for value in given.getlist(name) if value]
        return urlencode(pairs)

    @property
    def segment_url(self) -> str:
        """Where the filters in force become the rule of a segment; empty where there are none, or no segments."""
        if segmented_lists.get(self.list_key) is None or not self.filterset.in_force():
            return ""
        known = {key for name in self.filterset.filters for key in names_of(name)}
        query = [(key, value) for key, values in self.request.GET.lists() if key in known for value in values if value]
        return f"{reverse('segments:create', args=[self.list_key])}?{urlencode(query)}"

    @cached_property
    def lost(self) -> list[str]:
        """What the saved view asks for and the list does not know any more, each in a sentence."""
        if VIEW not in self.request.GET:
            return []
        view = self.view
        if view is None:
            return [gettext("The saved view of this address was deleted, or is not shared any more.")]
        asked = QueryDict(view.query)
        columns = {column.key for column in self.all_columns}
        sortable = {column.key for column in self.all_columns if column.order}
        found = [
            gettext("“%(view)s” asks for the filter “%(name)s”, which is gone. The list is shown without it.")
            % {"view": view, "name": name}
            for name in asked
            if not self._knows(name)
        ]
        gone = [key for key in asked.getlist("column") if key not in columns]
        gone += [key for key in asked.getlist("sort") if key.removeprefix("-") not in sortable]
        found += [
            gettext("“%(view)s” asks for the column “%(name)s”, which is gone. The list is shown without it.")
            % {"view": view, "name": name.removeprefix("-")}
            for name in gone
        ]
        found += [
            gettext("“%(view)s” asks for a value of “%(name)s” that is gone. The list is shown without that filter.")
            % {"view": view, "name": self.filterset.form[name].label}
            for name in self.filterset.errors
            if name in asked
        ]
        return found

    def _knows(self, name: str) -> bool:
        return name in LIST_PARAMETERS or any(name in names_of(each) for each in self.filterset.filters)

    @cached_property
    def shown_columns(self) -> list[Column]:
        on_screen = [column for column in self.all_columns if not column.export_only]
        for keys in (self.request.GET.getlist("column"), self.remembered.get("columns", [])):
            if any(column.key in keys for column in on_screen):
                return [column for column in on_screen if column.key in keys or column.is_row_header]
        return [column for column in on_screen if column.is_default]

    @cached_property
    def file_columns(self) -> list[Column]:
        """The columns of an export: those on the screen, in their order, then what only files carry."""
        return [*self.shown_columns, *(column for column in self.all_columns if column.export_only)]

    @cached_property
    def filterset(self) -> HouseFilterSet:
        return self._filtered_by(self.request.GET)

    def _filtered_by(self, parameters: QueryDict) -> HouseFilterSet:
        return self.filterset_class(parameters, queryset=self.base, request=self.request, list_key=self.list_key)

    def matching(self, query: str) -> models.QuerySet[Any]:
        """The rows that this list finds under a :attr:`query_string` sent earlier; none if a value of it is refused.

        On the screen a refused value narrows nothing; what acts on all rows found must not take that for everything.
        """
        filterset = self._filtered_by(QueryDict(query))
        return self.base.none() if filterset.errors else filterset.qs

    @cached_property
    def is_filtered(self) -> bool:
        return bool(self.chips or self.search_text)

    @property
    def search_name(self) -> str:
        """The search box's name in the address. Templates ask here: they would call the class of the filter set."""
        return self.filterset_class.search

    @cached_property
    def search_text(self) -> str:
        return self.request.GET.get(self.filterset_class.search, "").strip()

    @cached_property
    def chips(self) -> list[Chip]:
        return self.filterset.chips(self.request.GET, self.request.path)

    @cached_property
    def removals(self) -> list[Removal]:
        """For a list that found nothing: each filter in force, and how many rows there would be without it."""
        quoted = pgettext("what was searched for", "“%(text)s”") % {"text": self.search_text}
        searched = [(quoted, self.url(page=None, **{self.filterset_class.search: None}))]
        without = (searched if self.search_text else []) + [(chip.value, chip.remove_url) for chip in self.chips]
        found = []
        for value, url in without:
            parameters = QueryDict(url.partition("?")[2])
            rows = self._filtered_by(parameters).qs.order_by()
            found.append(Removal(value, url, rows[: COUNT_EXACTLY_TO + 1].count()))
        return found

    @property
    def kept_parameters(self) -> list[tuple[str, str]]:
        """Order, columns and size, as hidden fields beside the filters: a new filter begins at the first page."""
        return [(key, value) for key in (*LIST_PARAMETERS, VIEW) for value in self.request.GET.getlist(key)]

    @cached_property
    def asks_for_filters(self) -> bool:
        """Whether the panel of all filters is to be drawn: it was opened, or one of its values is refused."""
        return ALL_FILTERS in self.request.GET or bool(self.filterset.errors)

    @property
    def filters_url(self) -> str:
        return self.url(page=None, **{ALL_FILTERS: 1})

    @property
    def asks_for_columns(self) -> bool:
        """Whether the choice of columns is to be drawn: without script it was opened by its link."""
        return CHOOSE_COLUMNS in self.request.GET

    @property
    def columns_url(self) -> str:
        return self.url(page=None, **{CHOOSE_COLUMNS: 1})

    @property
    def asks_for_ways(self) -> bool:
        """Whether the ways by which the list leaves are to be drawn: without script they were opened by their link."""
        return CARRY_AWAY in self.request.GET

    @property
    def ways_url(self) -> str:
        """This very page, for it may be printed."""
        query = self.request.GET.copy()
        query[CARRY_AWAY] = "1"
        return f"{self.request.path}?{query.urlencode()}"

    @property
    def filter_parameters(self) -> list[tuple[str, str]]:
        """The filters in force, as hidden fields while the panel is not drawn."""
        names = [name for name in self.filterset.filters if name != self.search_name]
        return [(name, value) for name in names for value in self.request.GET.getlist(name) if value]

    @property
    def url_without_columns(self) -> str:
        """Where the form that chooses columns leads back to: the columns of an address win over those remembered."""
        return self.url(page=None, column=None)

    @property
    def hidden_columns(self) -> list[Column]:
        """Columns that may be shown and are not."""
        return [column for column in self.all_columns if not column.export_only and column not in self.shown_columns]

    @cached_property
    def sort(self) -> tuple[Column | None, bool]:
        """The sorting column and whether it descends; (None, False) for the list's own order."""
        wanted = self.request.GET.get("sort", "")
        for column in self.all_columns:
            if column.order and column.key == wanted.removeprefix("-"):
                return column, wanted.startswith("-")
        return None, False

    @property
    def order_in_words(self) -> str:
        """How the list is sorted, to be said beside its count."""
        column, descending = self.sort
        if column is None:
            return str(self.order_words)
        if descending:
            return gettext("by “%(column)s”, descending") % {"column": column.label}
        return gettext("by “%(column)s”, ascending") % {"column": column.label}

    @cached_property
    def order(self) -> Order:
        """The order of the filtered rows, which always ends in the primary key."""
        column, descending = self.sort
        if column is None or column.order is None:
            return Order(self.filterset.qs, self.default_order)
        return Order(self.filterset.qs, [_reversed(part) if descending else part for part in column.order()])

    @property
    def ordered(self) -> models.QuerySet[Any]:
        return self.order.queryset

    @cached_property
    def total(self) -> int:
        """How many rows there are, exactly up to :data:`COUNT_EXACTLY_TO` and one more beyond, unless asked for."""
        if self._is_first_page:
            return self._first_page[1]
        return self._to_count.count()

    @property
    def _to_count(self) -> models.QuerySet[Any]:
        rows: models.QuerySet[Any] = self.filterset.qs.order_by()
        return rows if self.request.GET.get("count") == "exact" else rows[: COUNT_EXACTLY_TO + 1]

    @property
    def _is_first_page(self) -> bool:
        given = self.request.GET
        return not (given.get("after") or given.get("before")) and (_number(given.get("page")) or 1) <= 1

    @cached_property
    def _first_page(self) -> tuple[list[Values], int]:
        """Most lists are opened at their beginning: rows and number come in one statement."""
        return self.order.first_and_count(self.size + 1, self._to_count)

    @property
    def is_counted(self) -> bool:
        return self.total <= COUNT_EXACTLY_TO or self.request.GET.get("count") == "exact"

    @cached_property
    def size(self) -> int:
        wanted = self.request.GET.get("rows", "")
        return int(wanted) if wanted.isdecimal() and int(wanted) in PAGE_SIZES else self.page_size

    @property
    def is_numbered(self) -> bool:
        """Whether pages have numbers: rows are skipped by number only where there are few."""
        return self.total <= COUNT_EXACTLY_TO

    @property
    def last_number(self) -> int:
        return max(1, -(-self.total // self.size))

    @cached_property
    def window(self) -> Window:
        """The rows of this page as the address names it: after a row, before one, or by number.

        A place that is none in this order begins the list.
        """
        given, order, size = self.request.GET, self.order, self.size
        if self._is_first_page:
            found = self._first_page[0]
            return Window(found[:size], 1, False, len(found) > size)
        try:
            if given.get("after"):
                found = order.after(order.place(given["after"]), size + 1)
                return Window(found[:size], self._first_row(found[:size]), True, len(found) > size)
            if given.get("before") == LAST:
                found = order.last(size + 1)
                shown = found[-size:]
                first_row = self.total - len(shown) + 1 if self.is_counted else None
                return Window(shown, first_row, len(found) > size, False)
            if given.get("before"):
                found = order.before(order.place(given["before"]), size + 1)
                shown = found[-size:]
                if len(found) >= size:  # fewer would leave the first page half empty
                    begins = len(found) == size
                    return Window(shown, 1 if begins else self._first_row(shown), not begins, True)
        except BadCursor:
            pass
        wanted = _number(given.get("page")) or 1
        number = max(1, min(wanted, self.last_number, COUNT_EXACTLY_TO // size)) if wanted > 1 else 1
        found = order.first(size + 1, offset=(number - 1) * size)
        return Window(found[:size], (number - 1) * size + 1, number > 1, len(found) > size)

    def _first_row(self, shown: Sequence[Values]) -> int | None:
        """Which row the page begins with, as the address says; never beyond the end, where that is known."""
        said = _number(self.request.GET.get("row"))
        return min(said, max(1, self.total - len(shown) + 1)) if said and self.is_counted else said

    @property
    def number(self) -> int | None:
        """The number of this page, where it is known."""
        return (self.window.first_row - 1) // self.size + 1 if self.window.first_row else None

    @property
    def is_beyond(self) -> bool:
        """Whether the address names a page that has no rows any more."""
        return not self.window.rows and self.window.has_previous

    @cached_property
    def records(self) -> list[Any]:
        ids = [row[-1] for row in self.window.rows]
        by_id = {row.pk: row for row in _RECORDS(self.request.user, ids, self.base.model)}
        return [by_id[pk] for pk in ids if pk in by_id]

    @property
    def first_row(self) -> int | None:
        """Which row of the list stands first, as counted when the reader came here; None where nobody counted."""
        return self.window.first_row

    @property
    def last_row(self) -> int | None:
        return self.first_row + len(self.window.rows) - 1 if self.first_row else None

    @cached_property
    def rows(self) -> list[Row]:
        """The page as it is drawn: each record with the cells of the shown columns."""
        asked: dict[Any, Mapping[int, Any]] = {}  # several columns may look at the same batch
        for column in self.shown_columns:
            if column.batch and column.batch not in asked:
                asked[column.batch] = column.batch(self.request.user, self.records)
        batches = {column.key: asked[column.batch] for column in self.shown_columns if column.batch}
        return [
            Row(record, [Cell(column, draw(column, record, batches)) for column in self.shown_columns])
            for record in self.records
        ]

    @property
    def headings(self) -> list[Heading]:
        column, descending = self.sort
        headings = []
        for shown in self.shown_columns:
            is_current = column is not None and shown.key == column.key
            direction = ("descending" if descending else "ascending") if is_current else ""
            next_sort = f"-{shown.key}" if is_current and not descending else shown.key
            url = self.url(sort=next_sort, page=None) if shown.order else ""
            headings.append(Heading(shown, url, direction))
        return headings

    @property
    def _numbers(self) -> list[int | None]:
        """Numbers to offer: first, last, the present one with its neighbours; None stands for a gap."""
        if not self.is_numbered:
            return []
        last, here = self.last_number, self.number or 1
        near = {1, last, *range(max(1, here - 1), min(last, here + 1) + 1)}
        numbers: list[int | None] = []
        for number in sorted(near):
            if numbers and numbers[-1] is not None and number - numbers[-1] > 1:
                numbers.append(None)
            numbers.append(number)
        return numbers

    @property
    def pages(self) -> list[tuple[int | None, str]]:
        return [(number, self._at(page=number if number > 1 else None) if number else "") for number in self._numbers]

    @property
    def previous_url(self) -> str:
        window = self.window
        if not window.has_previous or not window.rows:
            return ""
        row = max(1, window.first_row - self.size) if window.first_row else None
        return self._at(before=self.order.cursor(window.rows[0]), row=row)

    @property
    def next_url(self) -> str:
        window = self.window
        if not window.has_next:
            return ""
        return self._at(after=self.order.cursor(window.rows[-1]), row=self.last_row + 1 if self.last_row else None)

    @property
    def first_url(self) -> str:
        return self._at()

    @property
    def last_url(self) -> str:
        return self._at(before=LAST)

    def _at(self, **place: Any) -> str:
        """This list's address at another place."""
        return self.url(**{**dict.fromkeys(PLACE), **place})

    @property
    def exact_url(self) -> str:
        return self.url(count="exact")

    @property
    def sizes(self) -> list[tuple[int, str]]:
        return [(size, self.url(rows=size, page=None)) for size in PAGE_SIZES]

    @property
    def clear_url(self) -> str:
        names = (*LIST_PARAMETERS, *sorted(self.filterset_class.standing))
        keep = {key: self.request.GET.getlist(key) for key in names if key in self.request.GET}
        return f"{self.request.path}?{urlencode(keep, doseq=True)}" if keep else self.request.path

    @property
    def query_string(self) -> str:
        """The present filters, order and columns, for exports: everything but the page and the panels that are open."""
        parameters = self.request.GET.copy()
        for key in {*PLACE, ALL_FILTERS, CHOOSE_COLUMNS, CARRY_AWAY} & parameters.keys():
            parameters.pop(key)
        return parameters.urlencode()

    def url(self, **changes: Any) -> str:
        """This list's address with some parameters changed; None takes one away, ``page=None`` the whole place."""
        parameters = dict(self.request.GET.lists())
        if changes.get("page", ...) is None:
            changes = {**dict.fromkeys(PLACE), **changes}
        for key, value in changes.items():
            if value is None:
                parameters.pop(key, None)
            else:
                parameters[key] = [str(value)]
        # A form sends its empty fields, too.
        query = urlencode({key: values for key, values in parameters.items() if any(values)}, doseq=True)
        return f"{self.request.path}?{query}" if query else self.request.path


def _reversed(part: Any) -> Any:
    """The other direction of one ordering part; empty values stay last both ways."""
    if isinstance(part, str):
        return part.removeprefix("-") if part.startswith("-") else f"-{part}"
    reverse = part.copy()
    reverse.reverse_ordering()
    reverse.nulls_first, reverse.nulls_last = None, True if (part.nulls_last or part.nulls_first) else None
    return reverse
