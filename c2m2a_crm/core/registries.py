"""Where a higher room adds to a lower room's page without being imported by it.

Each registry is a dict of dataclasses, filled by the apps' ``contributions.py`` when Django starts and never changed
afterwards. Contributions must not touch the database while they register.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from c2m2a_crm.core.actor import Actor

if TYPE_CHECKING:
    from django.forms import Form
    from django.utils.functional import _StrPromise as LazyText  # only the stubs know it

    from c2m2a_crm.core.imports.mapping import ImportSettings, Target
    from c2m2a_crm.core.imports.planning import Planner
    from c2m2a_crm.core.pdf import Block


class _Entry(Protocol):
    @property
    def key(self) -> str: ...

    @property
    def order(self) -> int: ...


E = TypeVar("E", bound=_Entry)


class Registry(Generic[E]):
    """Entries by key, read back by (order, key): never by the order of INSTALLED_APPS."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries: dict[str, E] = {}

    def register(self, entry: E) -> None:
        if entry.key in self._entries:
            raise ImproperlyConfigured(f"{self.name} already has an entry “{entry.key}”.")
        self._entries[entry.key] = entry

    def __iter__(self) -> Iterator[E]:
        return iter(sorted(self._entries.values(), key=lambda entry: (entry.order, entry.key)))

    def __getitem__(self, key: str) -> E:
        return self._entries[key]

    def get(self, key: str) -> E | None:
        return self._entries.get(key)


@dataclass(frozen=True, slots=True)
class NavItem:
    """A line of the navigation. ``group`` is the key of a :class:`NavGroup` or empty for the top level.

    ``waiting`` gives the rows that wait for this reader; their number stands beside the label. The frame of a page
    counts those of all lines in one statement.
    """

    key: str
    label: LazyText | str
    url_name: str
    icon: str
    order: int
    allowed: Callable[[Any], bool]
    group: str = ""
    go_key: str = ""
    waiting: Callable[[Any], models.QuerySet[Any, Any]] | None = None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of a record's timeline, already reduced to what this reader may see."""

    at: datetime
    key: str
    title: str
    url: str
    icon: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TimelineSource:
    """Entries about ``record`` for ``actor``, newest first, at most ``limit``, older than ``before``.

    The function must begin with ``visible_to(actor)``.
    """

    key: str
    order: int
    model: type[models.Model]
    entries: Callable[[Any, Any, datetime | None, int], Sequence[TimelineEntry]]


@dataclass(frozen=True, slots=True)
class RecordPanel:
    """A card on another room's record page: a template and a function that gives its context, or None for no card.

    ``place`` says where: ``next`` (what to do, top right), ``main`` (above the timeline) or ``aside``.
    """

    key: str
    order: int
    model: type[models.Model]
    template: str
    context: Callable[[Any, Any], dict[str, Any] | None]
    place: Literal["next", "main", "aside"] = "aside"


@dataclass(frozen=True, slots=True)
class RecordMarks:
    """Tags beside the name of a record, in one to three words each: what must be known at first sight."""

    key: str
    order: int
    model: type[models.Model]
    marks: Callable[[Any, Any], Sequence[str]]


@dataclass(frozen=True, slots=True)
class DayLine:
    title: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class DayCard:
    """What another room knows of a record on a day; ``empty`` says so where there was nothing."""

    key: str
    title: LazyText | str
    empty: LazyText | str
    lines: Sequence[DayLine]


@dataclass(frozen=True, slots=True)
class DaySource:
    """What was true of ``record`` on a day, as known now; the function takes (actor, record, day).

    It must begin with ``readable_by(actor)``.
    """

    key: str
    order: int
    model: type[models.Model]
    title: LazyText | str
    empty: LazyText | str
    lines: Callable[[Any, Any, date], Sequence[DayLine]]


@dataclass(frozen=True, slots=True)
class HomeBlock:
    """A card on the home page; the function gives its context, or None for no card.

    What somebody must do stands in the first row (``is_work``), above the figures. ``is_side`` is the narrow column,
    whose cards give their lines as ``rows``. ``room`` tells a card how many lines level it with the narrow column of
    the second row; 0 where there is none.
    """

    key: str
    order: int
    template: str
    context: Callable[[Any], dict[str, Any] | None]
    is_work: bool = False
    is_side: bool = False


@dataclass(frozen=True, slots=True)
class HomeFigures:
    """Figures of one room on the home page, read together. Each opens the list whose count it is.

    A figure has label, value and url, and may have unit, trend, trend_tone and note (``components/kpi_strip.html``).
    """

    key: str
    order: int
    figures: Callable[[Any], Sequence[dict[str, Any]]]


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
    blocks (``core.pdf``) that stand before the rows, and ``totals`` lines below them, a text for each column.
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
class InitiativePage:
    """The page of initiatives of one kind (``key``): the address takes the initiative's key."""

    key: str
    order: int
    url_name: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody a message goes to, in the person's own language (``en``, ``fr``; empty where it is not known)."""

    person_id: int
    email_id: int
    address: str
    name: str
    language: str
    why: LazyText | str


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Somebody who belongs to an audience and cannot be written to, with the reason and where to mend it."""

    name: str
    why: LazyText | str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a message may be addressed to, as one record of a higher room gives it (a forum's seat holders).

    ``find`` takes (actor, key of the record) and gives that record or None; ``people`` takes (actor, record) and gives
    everybody who belongs to it, each either reachable or held back, one row for each e-mail address.
    """

    key: str
    order: int
    label: LazyText | str
    find: Callable[[Any, int], models.Model | None]
    people: Callable[[Any, Any], tuple[Sequence[Recipient], Sequence[HeldBack]]]
    allowed: Callable[[Any, Any], bool]


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


@dataclass(frozen=True, slots=True)
class Importer:
    """A sort of records that can be brought from other people's files.

    ``guess`` suggests settings from the headings of a file; ``options`` is the form of what holds for all its rows;
    ``problems`` gives (field of that form, or nothing, sentence) for what a choice of columns lacks; ``named_by`` are
    the targets whose cells name a row that cannot be used. ``planner`` is made anew for each check and each import, of
    (actor, settings, headings).
    """

    key: str
    order: int
    label: LazyText | str
    lede: LazyText | str
    icon: str
    allowed: Callable[[Any], bool]
    targets: Sequence[Target]
    guess: Callable[[Sequence[str]], ImportSettings]
    options: type[Form]
    problems: Callable[[ImportSettings], Sequence[tuple[str, str]]]
    planner: Callable[[Any, ImportSettings, Sequence[str]], Planner]
    named_by: Sequence[str]
    list_url: str


@dataclass(frozen=True, slots=True)
class OperationKind:
    """A sort of operation (``core.operations``): what it is called, and who may take it back.

    ``may_undo`` is asked beside the rights of the rooms whose tables were written. ``page`` gives the address of what
    the operation came from, or nothing. ``reaches_closed_rows`` is for hand-overs, which see to rows that their actor
    may not read, and are taken back as blindly.
    """

    key: str
    order: int
    label: LazyText | str
    may_undo: Callable[[Any], bool]
    page: Callable[[Any], str] = lambda operation: ""
    reaches_closed_rows: bool = False


@dataclass(frozen=True, slots=True)
class UndoneRow:
    """A row that an undo wrote: as it stood until then (None: it was not there), and as it was put back."""

    model: type[models.Model]
    pk: int
    until_now: Mapping[str, Any] | None
    put_back: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class RecordTables:
    """A record, with the tables that hang on it: an undo takes all of it back or leaves all of it.

    ``parts`` names the column by which a row hangs on the record; a row that hangs on several sorts of record belongs
    to the first of them, by order, whose column is filled. Rows of ``attendants`` serve several records (an e-mail
    address): they are no record themselves, and go when nothing needs them any more. ``refused`` gives a sentence for
    each record that a rule holds fast. ``after_undo`` brings right what follows from the rows put back.
    """

    key: str
    order: int
    model: type[models.Model]
    allowed: Callable[[Any], bool]
    parts: Mapping[type[models.Model], str] = field(default_factory=dict)
    attendants: Sequence[type[models.Model]] = ()
    refused: Callable[[Any, Sequence[int]], Mapping[int, str]] = lambda actor, keys: {}
    after_undo: Callable[[Any, Sequence[UndoneRow]], None] = lambda actor, rows: None


@dataclass(frozen=True, slots=True)
class Departure:
    """What somebody who leaves the office holds, and how it passes to a successor.

    ``count`` takes (actor, who leaves) and counts no more than the actor may know of. ``hand_over`` takes (actor, who
    leaves, successor) inside one recorded operation, and returns how many rows passed on. ``refused`` gives a sentence
    where this cannot be handed over to this successor, or nothing; without a successor (None) it tells what no
    successor at all could mend.
    """

    key: str
    order: int
    label: LazyText | str
    count: Callable[[Any, Any], int]
    hand_over: Callable[[Any, Any, Any], int]
    refused: Callable[[Any, Any, Any], str] = lambda actor, leaving, successor: ""


@dataclass(frozen=True, slots=True)
class CircleRule:
    """What a room that keeps sealed rows asks of the circles' keepers.

    ``needs_compliance_officer`` takes a circle and says whether it holds something that the law counts.
    ``objection_to_leaving`` takes (circle, user) and gives a sentence that says what to do first, or nothing.
    """

    key: str
    order: int
    needs_compliance_officer: Callable[[Any], bool]
    objection_to_leaving: Callable[[Any, Any], str]


@dataclass(frozen=True, slots=True)
class PutBack:
    """Fields of a table that one press puts back to a former value, by the edit service of the room that keeps them.

    ``find`` takes (actor, key of a row) and gives the row, or None where it does not exist for the actor or is another
    room's; it raises ``PermissionDenied`` where the actor may not edit it. ``save`` takes (actor, row, version,
    changes) as the room's edit service does. ``page`` gives the address of the record's history.
    """

    key: str
    order: int
    model: type[models.Model]
    fields: frozenset[str]
    find: Callable[[Any, int], Any | None]
    save: Callable[[Any, Any, int, Mapping[str, Any]], Any]
    page: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class TextHolder:
    """A place beside rows and history where their text stands (search, drafts, files), and how it is forgotten there.

    ``forget`` takes (actor, model, keys of rows, names of columns) inside the transaction of a lawful removal
    (``core.removal``), when the rows themselves have lost the text already. It must leave nothing of those columns.
    """

    key: str
    order: int
    forget: Callable[[Any, type[models.Model], Sequence[int], Sequence[str]], None]


@dataclass(frozen=True, slots=True)
class KeptLinks:
    """Links that are rows (``core.models.PublicLink``): each for one recipient, counted, and revocable.

    ``readable`` gives the rows of the purpose's table that an actor may read, and with them their links; ``open_rows``
    those to which links work now, whoever made them: it is asked at each opening. ``may_share`` takes (actor, row).
    ``called`` and ``page`` give the name of a row and the address of its page for staff.
    """

    readable: Callable[[Any], models.QuerySet[Any, Any]]
    open_rows: Callable[[], models.QuerySet[Any, Any]]
    may_share: Callable[[Any, Any], bool]
    called: Callable[[Any], str]
    page: Callable[[Any], str]
    days: int = 14
    most_days: int = 90
    is_single_use: bool = False


@dataclass(frozen=True, slots=True)
class SignedLinks:
    """Links without rows, for mail in bulk: what is behind each is found by its signature.

    ``find`` takes what stands in the address and gives the subject, or None; it says when a link ends, if ever.
    ``language`` takes the subject. ``may_press_unseen`` tells presses that come without our page (RFC 8058).
    """

    find: Callable[[str], Any | None]
    language: Callable[[Any], str]
    may_press_unseen: Callable[[HttpRequest], bool] = lambda request: False


@dataclass(frozen=True, slots=True)
class LinkPurpose:
    """What a public link is for (``core.public_links``); ``key`` stands in its address.

    ``answer`` takes (request, ``core.public_links.opening.OpenedLink``): a GET shows, a POST does. ``offers`` tells
    whoever makes a link what its recipient can do.
    """

    key: str
    order: int
    label: LazyText | str
    offers: LazyText | str
    links: KeptLinks | SignedLinks
    answer: Callable[[HttpRequest, Any], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class DocumentHome:
    """Records on whose pages documents stand, and the table (a ``DocumentLink``) that files them there.

    ``link`` names the document in ``document`` and the record in ``column``; ``record`` has ``visible_to`` and
    ``readable_by``. ``parameter`` names the record in the address of the page that adds a document. ``circles`` gives
    the circles (sealed, restricted) that close the record, or nothing twice: what is filed there carries them.
    """

    key: str
    order: int
    record: type[models.Model]
    link: type[models.Model]
    column: str
    parameter: str
    label: LazyText | str
    allowed: Callable[[Any, Any], bool]
    circles: Callable[[Any], tuple[int | None, int | None]] = lambda record: (None, None)


@dataclass(frozen=True, slots=True)
class DisposalGuard:
    """Something that may keep rows from being disposed of (``core.disposal``): a legal hold, the law of the office.

    ``objections`` takes ([(model, keys of rows)], authority) and gives sentences that say what stands in the way and
    what to do first. The authority is None while nobody has named one. ``is_of_law`` says that it asks for the
    authority alone, whatever the rows are.
    """

    key: str
    order: int
    objections: Callable[[Sequence[tuple[type[models.Model], Sequence[int]]], str | None], Sequence[str]]
    is_of_law: bool = False


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """What goes when it was not used for some months, and how. The months are dated rows of the privacy room.

    ``rows`` takes a day and gives rows of ``model`` that were last used before it; ``last_used`` the day of one of
    them. ``names`` takes (actor, keys) and gives what to call those that the actor may know by name. ``dispose`` takes
    (actor, key, authority, reason), in a transaction of its own, when guards were asked already. ``what`` and ``how``
    are sentences: what is meant, and what happens to it.
    """

    key: str
    order: int
    label: LazyText | str
    what: LazyText | str
    how: LazyText | str
    model: type[models.Model]
    rows: Callable[[date], models.QuerySet[Any]]
    last_used: Callable[[Any], date | None]
    names: Callable[[Any, Sequence[int]], Mapping[int, str]]
    dispose: Callable[[Any, int, str, str], None]
    url: Callable[[int], str] = lambda key: ""


@dataclass(frozen=True, slots=True)
class RetentionUse:
    """Rows of ``model`` that a room still uses, or used on or after a day: a queryset of their keys."""

    key: str
    order: int
    model: type[models.Model]
    used_since: Callable[[date], models.QuerySet[Any, Any]]


@dataclass(frozen=True, slots=True)
class HoldableKind:
    """Records of a room above privacy on which a legal hold can be placed: ``rows`` gives those the actor may read.

    ``matching`` takes (rows, words). Whatever points at such a record, or at a row that does, is held with it.
    """

    key: str
    order: int
    label: LazyText | str
    model: type[models.Model]
    rows: Callable[[Any], models.QuerySet[Any]]
    matching: Callable[[Any, str], models.QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class AnonymisedTexts:
    """What a room holds of somebody in words, and how it goes when that person is made anonymous.

    ``wipe`` takes (actor, person, ``core.anonymising.Identity``), takes the words out of its rows inside the caller's
    transaction, and gives what was wiped (``core.anonymising.Wiped``); the texts then leave history, too. Rows stay,
    so that counts do. ``for_owners`` gives (key of a circle, address of a page) for texts that only the circle's
    owners may judge: they are asked. ``stays`` gives labels and numbers of what remains, as the actor may know them.
    """

    key: str
    order: int
    wipe: Callable[[Any, Any, Any], Sequence[Any]]
    for_owners: Callable[[Any, Any], Sequence[tuple[int, str]]] = lambda person, identity: ()
    stays: Callable[[Any, Any], Sequence[tuple[str, int]]] = lambda actor, person: ()


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """A record as a request for access shows it: its text, where it came from, what it is used for, who was told."""

    row: models.Model
    title: str
    text: str
    on: date | None = None
    source: str = ""
    uses: str = ""
    recipients: str = ""


@dataclass(frozen=True, slots=True)
class Sought:
    """What a request for information looks for. Records answer that have all the words and name one of the people."""

    words: str = ""
    people: Sequence[Any] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What a room holds about people, and how its records are found by a request for information.

    ``held`` takes (actor, person, circle) and ``find`` (actor, :class:`Sought`, circle). Both begin with
    ``readable_by(actor)``. Without a circle they give open records alone, also to members of circles; with one (its
    number) the records that are sealed in it or restricted to it (``core.querysets.confided_to``).
    """

    key: str
    order: int
    label: LazyText | str
    held: Callable[[Any, Any, int | None], Iterable[HeldRecord]]
    find: Callable[[Any, Sought, int | None], Iterable[HeldRecord]] = lambda actor, sought, circle: ()


@dataclass(frozen=True, slots=True)
class ReferenceData:
    """Loads an app's reference rows; must be repeatable and must not overwrite what a person edited."""

    key: str
    order: int
    load: Callable[[], str]


navigation: Registry[NavItem] = Registry("navigation")
timeline_sources: Registry[TimelineSource] = Registry("timeline sources")
record_panels: Registry[RecordPanel] = Registry("record panels")
day_sources: Registry[DaySource] = Registry("sources of a day")
record_marks: Registry[RecordMarks] = Registry("record marks")
home_blocks: Registry[HomeBlock] = Registry("home blocks")
home_figures: Registry[HomeFigures] = Registry("home figures")
search_kinds: Registry[SearchKind] = Registry("kinds of the search")
list_columns: Registry[ListColumns] = Registry("list columns")
list_facets: Registry[ListFacets] = Registry("list facets")
exportable_lists: Registry[ExportableList] = Registry("exportable lists")
importers: Registry[Importer] = Registry("importers")
segmented_lists: Registry[SegmentedList] = Registry("lists with segments")
initiative_pages: Registry[InitiativePage] = Registry("pages of initiatives")
audiences: Registry[Audience] = Registry("audiences")
reports: Registry[Report] = Registry("reports")
circle_rules: Registry[CircleRule] = Registry("rules of circles")
document_homes: Registry[DocumentHome] = Registry("homes of documents")
reference_data: Registry[ReferenceData] = Registry("reference data")
text_holders: Registry[TextHolder] = Registry("holders of texts")
personal_data: Registry[PersonalData] = Registry("personal data")
disposal_guards: Registry[DisposalGuard] = Registry("guards of disposal")
retention_rules: Registry[RetentionRule] = Registry("retention rules")
retention_uses: Registry[RetentionUse] = Registry("uses that keep a record")
holdable_kinds: Registry[HoldableKind] = Registry("kinds of record that can be held")
anonymised_texts: Registry[AnonymisedTexts] = Registry("texts that go with a name")
put_backs: Registry[PutBack] = Registry("fields that can be put back")
operation_kinds: Registry[OperationKind] = Registry("kinds of operation")
record_tables: Registry[RecordTables] = Registry("tables of records")
departures: Registry[Departure] = Registry("departures")
link_purposes: Registry[LinkPurpose] = Registry("purposes of public links")


def kept_links() -> Iterator[tuple[LinkPurpose, KeptLinks]]:
    """The purposes whose links are rows."""
    for purpose in link_purposes:
        if isinstance(purpose.links, KeptLinks):
            yield purpose, purpose.links


def panels_for(actor: Actor, record: models.Model) -> list[tuple[RecordPanel, dict[str, Any]]]:
    """The cards that higher rooms put on this record's page, with their context."""
    found = []
    for panel in record_panels:
        if isinstance(record, panel.model):
            context = panel.context(actor, record)
            if context is not None:
                found.append((panel, context))
    return found


def marks_of(actor: Actor, record: models.Model) -> list[str]:
    """The tags that rooms put beside this record's name."""
    return [mark for entry in record_marks if isinstance(record, entry.model) for mark in entry.marks(actor, record)]


def day_cards_of(actor: Actor, record: models.Model, day: date) -> list[DayCard]:
    """What the rooms above know of a record on a day."""
    return [
        DayCard(source.key, source.title, source.empty, source.lines(actor, record, day))
        for source in day_sources
        if isinstance(record, source.model)
    ]


def timeline_of(
    actor: Actor, record: models.Model, *, before: datetime | None = None, limit: int = 20
) -> list[TimelineEntry]:
    """The newest entries of all sources about this record, newest first."""
    entries = [
        entry
        for source in timeline_sources
        if isinstance(record, source.model)
        for entry in source.entries(actor, record, before, limit)
    ]
    entries.sort(key=lambda entry: (entry.at, entry.key), reverse=True)
    return entries[:limit]
