"""What an operation did, row by row and record by record, as history has it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.db import connection, models

from c2m2a_crm.core.models import History, Operation
from c2m2a_crm.core.operations.images import (
    COUNTING_COLUMNS,
    RENAMED_COLUMNS,
    Columns,
    as_named_today,
    columns_of,
)
from c2m2a_crm.core.registries import RecordTables, record_tables

RowKey = tuple[str, int]
"""Table and primary key."""


class Why:
    """Why a record stays as it is; kept with the undo, and said in words by the pages."""

    CHANGED: Final = "changed"
    REMOVED: Final = "removed"
    NEEDED: Final = "needed"
    WITH: Final = "with"
    CLEARED: Final = "cleared"
    RULE: Final = "rule"
    POINTED_AT: Final = "pointed_at"
    PARENT_GONE: Final = "parent_gone"
    CLASH: Final = "clash"
    REFUSED: Final = "refused"
    UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Kept:
    """Why a record is left as it is: who did what since, as far as that is the reason.

    ``subject`` is the other row that matters; ``sentence`` what a rule said.
    """

    why: str
    actor_id: int | None = None
    writer: str = ""
    at: datetime | None = None
    subject: RowKey | None = None
    sentence: str = ""


@dataclass(slots=True)
class Effect:
    """What an operation did to one row, taken together: the image before its first change and that after its last.

    Those of a plan keep no more of the images than what changed and whose the row is: an import writes a million rows.
    ``held`` are the columns of a row that was deleted.
    """

    table: str
    pk: int
    first_id: int
    last_id: int
    is_created: bool
    is_deleted: bool
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    is_cleared: bool = False
    held: frozenset[str] = frozenset()

    @property
    def key(self) -> RowKey:
        return self.table, self.pk

    @property
    def image(self) -> dict[str, Any]:
        return self.after or self.before or {}

    def changed_columns(self) -> frozenset[str]:
        """The columns that this changed, but for those that only count."""
        before, after = self.before or {}, self.after or {}
        return frozenset(
            column
            for column in before.keys() | after.keys()
            if column not in COUNTING_COLUMNS and before.get(column) != after.get(column)
        )


@dataclass(slots=True)
class Group:
    """A record with the rows that the operation wrote of it."""

    key: RowKey
    effects: list[Effect] = field(default_factory=list)
    is_attendant: bool = False
    is_closed: bool = False
    kept: Kept | None = None

    @property
    def is_made(self) -> bool:
        """Whether the operation made the record itself, so that its undo takes it away."""
        return any(effect.is_created and effect.key == self.key for effect in self.effects)

    @property
    def last_id(self) -> int:
        return max(effect.last_id for effect in self.effects)


@cache
def model_of(table: str) -> type[models.Model] | None:
    return next(
        (
            model
            for model in apps.get_models(include_auto_created=True)
            if model._meta.db_table == table and not model._meta.proxy
        ),
        None,
    )


def tables_of(operation: Operation) -> list[str]:
    """The tables that the operation wrote."""
    rows = History.objects.filter(operation_id=operation.pk).order_by().values_list("tbl", flat=True).distinct()
    return sorted(rows)


def entries_of(table: str) -> list[RecordTables]:
    """The rooms' declarations for a table, by order: several where a part may hang on several sorts of record."""
    model = model_of(table)
    return [
        entry
        for entry in record_tables
        if model is not None and model in {entry.model, *entry.parts, *entry.attendants}
    ]


def effects_of(operation: Operation) -> dict[RowKey, Effect]:
    """What the operation did to each row, in the order in which it first wrote them."""
    found: dict[RowKey, Effect] = {}
    cleared = _cleared_rows(operation)
    changes = History.objects.filter(operation_id=operation.pk).order_by("pk")
    for pk, table, row_id, action, before, after in changes.values_list(
        "pk", "tbl", "row_id", "action", "before", "after"
    ).iterator(chunk_size=2000):
        effect = found.get((table, row_id))
        if effect is None:
            is_created = action == History.Action.CREATED
            was = as_named_today(table, before) if before is not None else None
            effect = found[table, row_id] = Effect(table, row_id, pk, pk, is_created, False, was, None)
        effect.last_id = pk
        effect.is_deleted = action == History.Action.DELETED
        effect.held = frozenset(effect.before or ()) if effect.is_deleted else frozenset()
        effect.after = as_named_today(table, after) if after is not None else None
        effect.is_cleared = (table, row_id) in cleared
    # What was made and taken away again by the same operation is as if it had not been.
    return {key: effect for key, effect in found.items() if not (effect.is_created and effect.is_deleted)}


# A text is taken out after it was written; a day is more than the clocks of two machines differ.
_CLEARED = """
    SELECT h.tbl, h.row_id
    FROM core_historyremoval removal
    CROSS JOIN LATERAL jsonb_object_keys(removal.cleared) AS cleared (number)
    JOIN core_history h ON h.id = cleared.number::bigint
    WHERE removal.at >= %s::timestamptz - interval '1 day' AND h.operation_id = %s
"""


def _cleared_rows(operation: Operation) -> frozenset[RowKey]:
    """Rows of which it wrote texts that were lawfully taken out: what they held cannot be put back."""
    with connection.cursor() as cursor:
        cursor.execute(_CLEARED, [operation.created_at, operation.pk])
        return frozenset((table, row_id) for table, row_id in cursor.fetchall())


# Of a row that was made, only whose it is; what it held in full, the database alone knows.
_WRITTEN = """
    WITH written AS (
        SELECT tbl, row_id, min(id) AS first, max(id) AS last FROM core_history
        WHERE operation_id = %s GROUP BY tbl, row_id
    )
    SELECT written.tbl, written.row_id, written.first, written.last, first.action, last.action, first.before,
        CASE WHEN first.action <> 'I' THEN last.after ELSE (
            SELECT jsonb_object_agg(name, last.after -> name) FROM unnest(%s::text[]) AS name WHERE last.after ? name
        ) END
    FROM written
    JOIN core_history first ON first.id = written.first
    JOIN core_history last ON last.id = written.last
    -- What was made and taken away again by the same operation is as if it had not been.
    WHERE NOT (first.action = 'I' AND last.action = 'D')
"""
_AT_A_TIME: Final = 2000


@dataclass(slots=True)
class Writing:
    """What an operation wrote: records with their rows, and the columns of its tables, those of today and lost ones."""

    groups: dict[RowKey, Group] = field(default_factory=dict)
    columns: dict[str, Columns] = field(default_factory=dict)
    lost_columns: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def writing_of(operation: Operation) -> Writing:
    """Read once through the operation; in memory stays what an undo has to know of each row."""
    found = Writing()
    cleared = _cleared_rows(operation)
    entries = {table: entries_of(table) for table in tables_of(operation)}
    owners = {column for each in entries.values() for entry in each for column in entry.parts.values()}
    owners |= {old for renamed in RENAMED_COLUMNS.values() for old, new in renamed.items() if new in owners}
    same: dict[frozenset[str], frozenset[str]] = {}
    for table, row_id, first, last, began, ended, before, after in _read(_WRITTEN, [operation.pk, sorted(owners)]):
        if table not in found.columns:
            found.columns[table] = columns_of(table)
        effect = Effect(
            table,
            row_id,
            first,
            last,
            is_created=began == History.Action.CREATED,
            is_deleted=ended == History.Action.DELETED,
            before=image_of(table, before),
            after=image_of(table, after),
            is_cleared=(table, row_id) in cleared,
        )
        key, is_attendant = _record_of(effect, entries[table])
        _leave_out(effect, found, same)
        found.groups.setdefault(key, Group(key, is_attendant=is_attendant)).effects.append(effect)
    return found


def _read(sql: str, parameters: list[Any]) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(_AT_A_TIME):
            yield from rows


def _leave_out(effect: Effect, found: Writing, same: dict[frozenset[str], frozenset[str]]) -> None:
    """Of the images stays what changed; columns that are gone are noted where they held something."""
    if effect.is_created:
        effect.after = None
        return
    before = effect.before or {}
    changed = frozenset(before) if effect.is_deleted else effect.changed_columns()
    gone = changed - found.columns[effect.table].writable
    if lost := {column for column in gone if before.get(column) not in (None, "")}:
        found.lost_columns[effect.table] |= lost
    if effect.is_deleted:
        effect.held = same.setdefault(changed, changed)
        effect.before = None
    else:
        after = effect.after or {}
        effect.before = {column: before[column] for column in changed if column in before}
        effect.after = {column: after[column] for column in changed if column in after}


def image_of(table: str, text: Any) -> dict[str, Any] | None:
    """An image as a cursor gives it, under the names of today."""
    if text is None:
        return None
    return as_named_today(table, json.loads(text) if isinstance(text, str) else text)


def _record_of(effect: Effect, entries: Sequence[RecordTables]) -> tuple[RowKey, bool]:
    model = model_of(effect.table)
    for entry in entries:
        column = entry.parts.get(model) if model is not None else None
        if column and (owner := effect.image.get(column)):
            return (entry.model._meta.db_table, int(owner)), False
    return effect.key, any(model in entry.attendants for entry in entries)


# --- What points at it ----------------------------------------------------------------------------------------------


@cache
def _references() -> dict[str, list[models.ForeignKey[Any, Any]]]:
    """The foreign keys that point at each table by its primary key."""
    found: dict[str, list[models.ForeignKey[Any, Any]]] = defaultdict(list)
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:
            continue
        for each in model._meta.local_concrete_fields:
            if isinstance(each, models.ForeignKey):
                found[each.related_model._meta.db_table].append(each)
    return found


def references_of(table: str) -> Sequence[models.ForeignKey[Any, Any]]:
    """The foreign keys that point at this table by its primary key."""
    return _references().get(table, ())


def followers_of(table: str) -> list[models.ForeignKey[Any, Any]]:
    """Foreign keys of tables without history that go with a row of this table: keys of names and the like."""
    tracked = tables_with_history()
    return [
        each
        for each in references_of(table)
        if each.remote_field.on_delete is models.CASCADE and each.model._meta.db_table not in tracked
    ]


def tables_with_history() -> frozenset[str]:
    """The tables that the database records. Asked of its catalogue: history itself has millions of rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE p.proname = 'core_record_history' AND pg_table_is_visible(c.oid)"
        )
        return frozenset(table for (table,) in cursor.fetchall())
