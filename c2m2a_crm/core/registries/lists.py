"""What can be found, listed, carried away and reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.http import HttpRequest

from c2m2a_crm.core.registries.base import Registry

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as LazyText  # only the stubs know it

    from c2m2a_crm.core.pdf import Block


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A record as results show it."""

    title: str
    url: str
    meta: str = ""


@dataclass(frozen=True, slots=True)
class SearchKind:
    """A kind of record that the search finds, under the name by which its room feeds it (``core.searching.feeding``).

    ``hits`` takes (actor, numbers of rows) and gives those that this person may read, through the room's own
    ``readable_by``; ``texts``, asked in the same way, gives the text in which the words are shown. ``words`` are folded
    words of both languages that people add to say what they look for ("forum"). ``model`` is the table whose rows they
    are, or some of them. ``archived`` is what rows put aside are marked with, where that is not "Archived".
    """

    key: str
    order: int
    label: LazyText | str
    icon: str
    model: type[models.Model]
    allowed: Callable[[Any], bool]
    hits: Callable[[Any, Sequence[int]], Mapping[int, SearchHit]]
    texts: Callable[[Any, Sequence[int]], Mapping[int, str]] | None = None
    words: tuple[str, ...] = ()
    archived: LazyText | str = ""


@dataclass(frozen=True, slots=True)
class ListColumns:
    """Columns (``core.lists.Column``) that a higher room adds to the list called ``list_key``."""

    key: str
    order: int
    list_key: str
    columns: Callable[[], Sequence[Any]]


@dataclass(frozen=True, slots=True)
class ListFacets:
    """Filters, by their name in the address, that a higher room adds to the list called ``list_key``.

    The function is called once. It gives filters of django-filter, most often ``core.lists.ChoiceFacet``; chips, the
    sentence, saved views and files see them like the list's own. A name must not be taken by the list.
    """

    key: str
    order: int
    list_key: str
    filters: Callable[[], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ExportableList:
    """A list that can be carried away, under the name it has in its address.

    ``state`` gives the ``core.lists.ListState`` that the page itself would build for this request. ``notes`` gives
    what a file says of itself beside its filter (how it was counted, totals), as labels and texts. ``asks_purpose`` is
    False only of a list that neither names people nor may hold what was confided to a circle. On paper, ``above`` gives
    blocks (``core.pdf``) that stand before the rows, and ``totals`` lines below them, a text for each column. ``cards``
    makes vCards of records, of (actor, records, a key of ``core.exports.CARD_VERSIONS``), where the rows are people.
    """

    key: str
    order: int
    label: LazyText | str
    allowed: Callable[[Any], bool]
    state: Callable[[HttpRequest], Any]
    notes: Callable[[Any], Sequence[tuple[str, str]]] = lambda state: ()
    asks_purpose: bool = True
    above: Callable[[Any], Sequence[Block]] = lambda state: ()
    totals: Callable[[Any], Sequence[Sequence[str]]] = lambda state: ()
    cards: Callable[[Any, Sequence[Any], str], Iterable[str]] | None = None


@dataclass(frozen=True, slots=True)
class SegmentedList:
    """A list that has segments (``core.segments``), under the name it has in its address.

    ``state`` gives the ``core.lists.ListState`` that the page itself would build for this request; ``url_name`` is that
    page, ``words`` are its ``core.lists.ListWords``. ``whole`` is what an address says so that the list leaves nothing
    out by itself ("archived=all"), and ``left_out`` says what a record must be to stand there without it.
    """

    key: str
    order: int
    words: Any
    allowed: Callable[[Any], bool]
    state: Callable[[HttpRequest], Any]
    url_name: str
    whole: str = ""
    left_out: LazyText | str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A named report of the catalogue. ``url_name`` is its page; ``rule`` tells in words what it counts.

    ``group`` is the heading under which the catalogue shows it.
    """

    key: str
    order: int
    label: LazyText | str
    description: LazyText | str
    rule: LazyText | str
    url_name: str
    allowed: Callable[[Any], bool]
    group: LazyText | str = ""
    icon: str = "chart-bar"


search_kinds: Registry[SearchKind] = Registry("kinds of the search")
list_columns: Registry[ListColumns] = Registry("list columns")
list_facets: Registry[ListFacets] = Registry("list facets")
exportable_lists: Registry[ExportableList] = Registry("exportable lists")
segmented_lists: Registry[SegmentedList] = Registry("lists with segments")
reports: Registry[Report] = Registry("reports")
