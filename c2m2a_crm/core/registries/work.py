"""What is done to many records at once, and undone: imports, operations, departures, fields put back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.db import models

from c2m2a_crm.core.registries.base import Registry

if TYPE_CHECKING:
    from django.forms import Form
    from django.utils.functional import _StrPromise as LazyText  # only the stubs know it

    from c2m2a_crm.core.imports.mapping import ImportSettings, Target
    from c2m2a_crm.core.imports.planning import Planner


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
class TakenBack:
    """What came of an undo of its own kind: how many records, and what is kept of those that stay, as JSON
    (``core.operations.services.kept_from_json``).
    """

    records: int
    kept: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class OperationKind:
    """A sort of operation (``core.operations``): what it is called, and who may take it back.

    ``may_undo`` is asked beside the rights of the rooms whose tables were written. ``page`` gives the address of what
    the operation came from, or nothing. ``reaches_closed_rows`` is for hand-overs, which see to rows that their actor
    may not read, and are taken back as blindly.

    ``take_back`` is for kinds whose undo is not record by record: it takes (actor, operation, answers) inside the
    recorded undo, with the operation locked, and gives a :class:`TakenBack`; rights are those of ``may_undo`` alone,
    and the undo is final. ``undo_page`` gives the address of the page on which such an operation is taken back;
    ``asks`` takes (actor, operation) and says whether something must be answered there first.
    """

    key: str
    order: int
    label: LazyText | str
    may_undo: Callable[[Any], bool]
    page: Callable[[Any], str] = lambda operation: ""
    reaches_closed_rows: bool = False
    take_back: Callable[[Any, Any, Mapping[str, Any]], TakenBack] | None = None
    undo_page: Callable[[Any], str] = lambda operation: ""
    asks: Callable[[Any, Any], bool] = lambda actor, operation: False


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


class OnMerge(Enum):
    """What becomes of rows that name a record which is merged into another of its kind.

    MOVES: they name the other one afterwards. STAYS: they are about that record as it was, and go on naming it.
    DERIVED: they follow from other rows, and are made anew.
    """

    MOVES = "moves"
    STAYS = "stays"
    DERIVED = "derived"


class Meeting(Enum):
    """What becomes of a row that meets one of the other record's own. It is never deleted.

    STAYS: the other record has the same already; the row stays with the record that is put aside. CHANGES: it moves
    with some columns changed. REFUSES: somebody must end or change one of the two first.
    """

    STAYS = "stays"
    CHANGES = "changes"
    REFUSES = "refuses"


@dataclass(frozen=True, slots=True)
class MergeableRelation:
    """A column by which rows name people or parties, and how it fares when two of these are merged.

    ``column`` is an attribute of ``model`` with the key of a row of ``target``; of generic numbers ``rows`` says which
    are meant. A row *meets* one of the other record's own where they agree in ``same``, their ranges ``overlaps``
    overlap and both satisfy ``among``; where ``other`` (the other end of the row) names the other record; or as
    ``meets`` says, which takes (rows, keys: keep and lose) and gives the rows that meet. Of rows that meet, ``meeting``
    says what happens, with ``changes`` of columns where it is that; ``may_choose`` lets the reader say which of the
    two is changed. ``sentence`` tells it on the preview, or refuses. ``after`` takes (actor, keys of the records) when
    rows have moved, there or back. ``goes_with`` (a column, and the table it points at) is for rows that the database
    ties to another one that moves, too: what was added since goes where that one goes.

    Rows that the actor may not read (``readable``) move with the others and are not told.
    """

    key: str
    order: int
    model: type[models.Model]
    column: str
    target: type[models.Model]
    label: LazyText | str
    on_merge: OnMerge = OnMerge.MOVES
    rows: models.Q = field(default_factory=models.Q)
    same: Sequence[str] = ()
    overlaps: str = ""
    among: models.Q = field(default_factory=models.Q)
    other: str = ""
    meets: Callable[[models.QuerySet[Any], int, int], models.QuerySet[Any]] | None = None
    meeting: Meeting = Meeting.STAYS
    changes: Mapping[str, Any] = field(default_factory=dict)
    may_choose: bool = False
    sentence: LazyText | str = ""
    readable: Callable[[Any], models.QuerySet[Any]] | None = None
    goes_with: tuple[str, type[models.Model]] | None = None
    after: Callable[[Any, Sequence[int]], None] = lambda actor, keys: None


@dataclass(frozen=True, slots=True)
class ReferenceData:
    """Loads an app's reference rows; must be repeatable and must not overwrite what a person edited."""

    key: str
    order: int
    load: Callable[[], str]


importers: Registry[Importer] = Registry("importers")
reference_data: Registry[ReferenceData] = Registry("reference data")
put_backs: Registry[PutBack] = Registry("fields that can be put back")
operation_kinds: Registry[OperationKind] = Registry("kinds of operation")
record_tables: Registry[RecordTables] = Registry("tables of records")
departures: Registry[Departure] = Registry("departures")
mergeable_relations: Registry[MergeableRelation] = Registry("mergeable relations")
