"""What a list shows: its columns, its rows as drawn, and what it calls them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core import dates

if TYPE_CHECKING:
    from c2m2a_crm.core.lists.state import ListState

COUNT_EXACTLY_TO = 10_000

NO_MATCH = _("Nothing matches these filters")
NOTHING_YET = _("Nothing here yet")

Ordering = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Plain:
    """How a file reads a column without making records: what ``Column.value`` gives, by a shorter way.

    ``fields`` are read from the list's rows, named as ``values_list`` takes them. ``lookup`` is called with (actor,
    model, keys) once for some thousand rows, and once for all columns that share it. ``made`` gets the values of one
    row's fields, then the lookup's answer for its key, None where it has none; without ``made`` the first of them is
    the column's value as it stands. What a row's content closes to the actor, the lookup must keep closed.
    """

    fields: Sequence[str] = ()
    lookup: Callable[[Any, type[Model], Sequence[int]], Mapping[int, Any]] | None = None
    made: Callable[..., Any] | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``value`` is what files carry; ``cell`` is how the screen shows it, by default the value itself.

    ``order`` gives the ascending ordering as field names or expressions; without it the column does not sort.
    ``batch`` is called once a page with (actor, rows) and its answer, by primary key, is handed to ``value`` and
    ``cell``: a column that looks into other tables must use it, or the page's queries grow with its rows. Where every
    column of a file has ``plain``, none of its records is made. What is ``is_whole`` stays on one line where there is
    room for a table; on phones, where rows are cards, what is ``is_subline`` follows the title without its heading.
    What ``is_cut`` takes one short line in compact rows.
    """

    key: str
    label: Any
    value: Callable[..., Any]
    cell: Callable[..., SafeString | str] | None = None
    order: Callable[[], Ordering] | None = None
    batch: Callable[[Any, Sequence[Any]], Mapping[int, Any]] | None = None
    plain: Plain | None = None
    is_default: bool = True
    is_low: bool = False
    is_numeric: bool = False
    is_whole: bool = False
    is_subline: bool = False
    is_row_header: bool = False
    is_cut: bool = False
    export_only: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    column: Column
    sort_url: str
    direction: str


@dataclass(frozen=True, slots=True)
class Cell:
    column: Column
    content: SafeString | str


@dataclass(frozen=True, slots=True)
class Row:
    record: Any
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class ListWords:
    """What a list calls its rows. ``counted`` gives a sentence with ``%(count)s`` for that many of them."""

    label: Any
    counted: Callable[[int], str]
    no_match: Any = NO_MATCH
    empty_title: Any = NOTHING_YET
    empty_text: Any = ""

    def count_sentence(self, state: ListState) -> str:
        shown = dates.number(state.total) if state.is_counted else f"{dates.number(COUNT_EXACTLY_TO)}+"
        return self.counted(state.total) % {"count": shown}

    def sentence(self, state: ListState) -> str:
        return list_sentence(self.label, state)


def list_sentence(label: Any, state: ListState) -> str:
    """What the list holds and in which order, restated in words: “Organizations in Ontario, archived, by name”."""
    first, *others = state.filterset.clauses() or [""]
    return ", ".join(part for part in (f"{label} {first}".strip(), *others, state.order_in_words) if part)


def _counted_rows(total: int) -> str:
    return ngettext("%(count)s row", "%(count)s rows", total)


PLAIN_WORDS = ListWords(label=_("List"), counted=_counted_rows)


def draw_rows(rows: Sequence[Row], bulk: str = "") -> SafeString:
    """The rows of a table as markup; with ``bulk``, the id of a bar of actions, each has a box to tick.

    Written here and not in a template: a page has hundreds of cells, and this is a tenth of what they would cost there.
    Cells end where the next one begins and single words stand without quotes, as HTML has it, here and in the marks
    of ``core.ui`` that cells are made of: a page weighs some kilobytes less.
    """
    if not rows:
        return SafeString("")
    frames = [_frame(cell.column) for cell in rows[0].cells]
    pick, form = gettext("Select %(name)s"), conditional_escape(bulk)
    parts: list[str] = []
    for row in rows:
        parts.append("<tr>")
        if bulk:
            said = conditional_escape(pick % {"name": row.record})
            parts.append(
                f"<td class=pick><label><input type=checkbox name=pk value={row.record.pk}"
                f' form={form}-form aria-label="{said}"></label>'
            )
        for (begin, empty), cell in zip(frames, row.cells, strict=True):
            content = cell.content
            if not content:
                parts.append(empty)
                continue
            parts += (begin, content if isinstance(content, SafeString) else conditional_escape(content))
    return SafeString("".join(parts))


def _frame(column: Column) -> tuple[str, str]:
    """How a cell of the column begins: with something in it, and empty.

    On phones a cell repeats its heading; what they do not show, the empty ones and those of low columns, needs none.
    """
    if column.is_row_header:
        return "<th scope=row>", "<th scope=row>"
    low = " data-low" if column.is_low else ""
    low += " data-cut" if column.is_cut else ""
    style = ' class="r"' if column.is_numeric else " class=nw" if column.is_whole else ""
    if column.is_subline:
        return f"<td data-s{style}>", f"<td data-s{style}>"
    label = "" if low else f' data-l="{conditional_escape(column.label)}"'
    return f"<td{label}{low}{style}>", f"<td{low}{style}>"


def draw(column: Column, record: Any, batches: Mapping[str, Mapping[int, Any]]) -> SafeString | str:
    arguments = (record, batches[column.key].get(record.pk)) if column.batch else (record,)
    if column.cell is not None:
        return column.cell(*arguments)
    value = column.value(*arguments)
    return "" if value is None else str(value)
