"""What the undo of an operation would do, found by reading alone: record by record, each with what hangs on it.

A record of which any row was changed since by another act stays as it is, with everything that the operation gave it.
So does a record that something outside needs.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.db import connection, models

from c2m2a_crm.core.models import History, Operation
from c2m2a_crm.core.operations.images import COUNTING_COLUMNS, Columns, as_named_today, columns_of
from c2m2a_crm.core.querysets import closes_with_circles
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
    """What an operation did to one row, taken together: the image before its first change and that after its last."""

    table: str
    pk: int
    first_id: int
    last_id: int
    is_created: bool
    is_deleted: bool
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    is_cleared: bool = False

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


@dataclass(slots=True)
class Plan:
    """Groups in the order in which they are taken back, and columns that the tables no longer have."""

    groups: list[Group]
    lost_columns: dict[str, set[str]]
    columns: dict[str, Columns]

    @property
    def records(self) -> list[Group]:
        """What the actor may know of, records only."""
        return [group for group in self.groups if not group.is_attendant and not group.is_closed]

    @property
    def to_undo(self) -> list[Group]:
        return [group for group in self.groups if group.kept is None]

    @property
    def undone_count(self) -> int:
        return sum(1 for group in self.records if group.kept is None)

    @property
    def removed_count(self) -> int:
        return sum(1 for group in self.records if group.kept is None and group.is_made)

    @property
    def kept(self) -> list[Group]:
        return [group for group in self.records if group.kept is not None]


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


def make_plan(operation: Operation, actor: Any, *, reaches_closed_rows: bool = False) -> Plan:
    """What the undo would do now. Nothing is locked: a caller who means to write locks the rows first."""
    effects = effects_of(operation)
    groups = _grouped(effects)
    _mark_closed(groups, operation, actor, reaches_closed_rows=reaches_closed_rows)
    columns, lost = _look_at_columns(effects)
    _keep_unknown(groups)
    _keep_changed(groups, operation)
    _keep_ruled(groups, actor)
    _keep_needed(groups, actor)
    ordered = sorted(groups.values(), key=lambda group: (group.is_attendant, -group.last_id))
    return Plan(ordered, lost, columns)


# --- What was done --------------------------------------------------------------------------------------------------


def effects_of(operation: Operation) -> dict[RowKey, Effect]:
    """What the operation did to each row, in the order in which it first wrote them."""
    found: dict[RowKey, Effect] = {}
    cleared = _cleared_changes(operation)
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
        effect.after = as_named_today(table, after) if after is not None else None
        effect.is_cleared = effect.is_cleared or pk in cleared
    # What was made and taken away again by the same operation is as if it had not been.
    return {key: effect for key, effect in found.items() if not (effect.is_created and effect.is_deleted)}


# A text is taken out after it was written; a day is more than the clocks of two machines differ.
_CLEARED = """
    SELECT h.id
    FROM core_historyremoval removal
    CROSS JOIN LATERAL jsonb_object_keys(removal.cleared) AS cleared (number)
    JOIN core_history h ON h.id = cleared.number::bigint
    WHERE removal.at >= %s::timestamptz - interval '1 day' AND h.operation_id = %s
"""


def _cleared_changes(operation: Operation) -> frozenset[int]:
    """Changes of it of which texts were lawfully taken out: what they held cannot be put back."""
    with connection.cursor() as cursor:
        cursor.execute(_CLEARED, [operation.created_at, operation.pk])
        return frozenset(number for (number,) in cursor.fetchall())


def _grouped(effects: Mapping[RowKey, Effect]) -> dict[RowKey, Group]:
    groups: dict[RowKey, Group] = {}
    entries = {table: entries_of(table) for table in {table for table, _pk in effects}}
    for effect in effects.values():
        key, is_attendant = _record_of(effect, entries[effect.table])
        group = groups.setdefault(key, Group(key, is_attendant=is_attendant))
        group.effects.append(effect)
    return groups


def _record_of(effect: Effect, entries: Sequence[RecordTables]) -> tuple[RowKey, bool]:
    model = model_of(effect.table)
    for entry in entries:
        column = entry.parts.get(model) if model is not None else None
        if column and (owner := effect.image.get(column)):
            return (entry.model._meta.db_table, int(owner)), False
    return effect.key, any(model in entry.attendants for entry in entries)


def _mark_closed(
    groups: Mapping[RowKey, Group], operation: Operation, actor: Any, *, reaches_closed_rows: bool
) -> None:
    """What the actor may not read is not counted, and left alone but by operations that reached it blindly."""
    closing = {table for group in groups.values() for table in {effect.table for effect in group.effects}}
    closing = {table for table in closing if (model := model_of(table)) is not None and closes_with_circles(model)}
    if not closing:
        return
    changes = History.objects.open_to(actor).filter(operation_id=operation.pk, tbl__in=closing)
    open_rows = set(changes.order_by().values_list("tbl", "row_id").distinct())
    for group in groups.values():
        if any(effect.table in closing and effect.key not in open_rows for effect in group.effects):
            group.is_closed = True
            if not reaches_closed_rows:
                group.kept = Kept(Why.RULE)


def _look_at_columns(effects: Mapping[RowKey, Effect]) -> tuple[dict[str, Columns], dict[str, set[str]]]:
    columns: dict[str, Columns] = {}
    lost: dict[str, set[str]] = defaultdict(set)
    for effect in effects.values():
        if effect.table not in columns:
            columns[effect.table] = columns_of(effect.table)
        if effect.is_created:
            continue
        held = (effect.before or {}).keys() if effect.is_deleted else effect.changed_columns()
        gone = held - columns[effect.table].writable
        if gone:
            lost[effect.table] |= {column for column in gone if (effect.before or {}).get(column) not in (None, "")}
    return columns, {table: names for table, names in lost.items() if names}


# --- What stays as it is --------------------------------------------------------------------------------------------


def _keep_unknown(groups: Mapping[RowKey, Group]) -> None:
    for group in groups.values():
        if group.kept is not None:
            continue
        if any(model_of(effect.table) is None for effect in group.effects):
            group.kept = Kept(Why.UNKNOWN)
        elif any(effect.is_cleared and not effect.is_created for effect in group.effects):
            group.kept = Kept(Why.CLEARED)


_LATER = """
    WITH touched AS (
        SELECT tbl, row_id, max(id) AS last FROM core_history WHERE operation_id = %s GROUP BY tbl, row_id
    )
    SELECT h.tbl, h.row_id, h.action, h.before, h.after, h.actor_id, h.writer, h.at
    FROM touched JOIN core_history h ON h.tbl = touched.tbl AND h.row_id = touched.row_id AND h.id > touched.last
    WHERE h.operation_id IS DISTINCT FROM %s
    ORDER BY h.id
"""


@dataclass(slots=True)
class _Later:
    first: dict[str, Any] | None
    last: dict[str, Any] | None
    is_removed: bool
    actor_id: int | None
    writer: str
    at: datetime

    def is_a_change(self) -> bool:
        """Whether the row stands otherwise than the operation left it: there and back again is none."""
        before, after = self.first or {}, self.last or {}
        return self.is_removed or any(
            before.get(column) != after.get(column)
            for column in before.keys() | after.keys()
            if column not in COUNTING_COLUMNS
        )


def _later_changes(operation: Operation) -> dict[RowKey, _Later]:
    later: dict[RowKey, _Later] = {}
    with connection.cursor() as cursor:
        cursor.execute(_LATER, [operation.pk, operation.pk])
        for table, row_id, action, before, after, actor_id, writer, at in cursor.fetchall():
            was, now = _image(table, before), _image(table, after)
            known = later.setdefault((table, row_id), _Later(was, now, False, actor_id, writer, at))
            known.last, known.is_removed = now, action == History.Action.DELETED
            known.actor_id, known.writer, known.at = actor_id, writer, at
    return {key: change for key, change in later.items() if change.is_a_change()}


def _image(table: str, text: Any) -> dict[str, Any] | None:
    if text is None:
        return None
    return as_named_today(table, json.loads(text) if isinstance(text, str) else text)


def _keep_changed(groups: Mapping[RowKey, Group], operation: Operation) -> None:
    later = _later_changes(operation)
    for group in groups.values():
        if group.kept is not None:
            continue
        found = [(effect, later[effect.key]) for effect in group.effects if effect.key in later]
        if found:
            effect, change = max(found, key=lambda pair: pair[1].at)
            why = Why.REMOVED if change.is_removed and effect.key == group.key else Why.CHANGED
            group.kept = Kept(why, change.actor_id, change.writer, change.at, effect.key)


def _keep_ruled(groups: Mapping[RowKey, Group], actor: Any) -> None:
    for entry in record_tables:
        own = [group for group in groups.values() if group.kept is None and group.key[0] == entry.model._meta.db_table]
        if own:
            sentences = entry.refused(actor, [group.key[1] for group in own])
            for group in own:
                if sentence := sentences.get(group.key[1]):
                    group.kept = Kept(Why.RULE, sentence=str(sentence))


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


def followers_of(table: str) -> list[models.ForeignKey[Any, Any]]:
    """Foreign keys of tables without history that go with a row of this table: keys of names and the like."""
    tracked = tables_with_history()
    return [
        each
        for each in _references().get(table, ())
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


@dataclass(frozen=True, slots=True)
class _Pointer:
    """A row that points at a row which the operation made."""

    target: RowKey
    row: RowKey
    column: str


def _pointers(created: Collection[RowKey]) -> Iterator[_Pointer]:
    by_table: dict[str, list[int]] = defaultdict(list)
    for table, pk in created:
        by_table[table].append(pk)
    for table, keys in by_table.items():
        followers = followers_of(table)
        for each in _references().get(table, ()):
            if each in followers:
                continue
            rows = each.model._base_manager.filter(**{f"{each.attname}__in": keys})
            for pk, target in rows.values_list("pk", each.attname):
                yield _Pointer((table, target), (each.model._meta.db_table, pk), str(each.column))


def _keep_needed(groups: Mapping[RowKey, Group], actor: Any) -> None:
    """Leave what something outside points at, and then what the records so left need, until nothing more is found."""
    effects = {effect.key: (effect, group) for group in groups.values() for effect in group.effects}
    created = [key for key, (effect, group) in effects.items() if effect.is_created and group.kept is None]
    pointers = list(_pointers(created))
    outside: list[tuple[Group, RowKey]] = []
    is_settled = False
    while not is_settled:
        is_settled = True
        for pointer in pointers:
            target = effects[pointer.target][1]
            if target.kept is not None:
                continue
            effect, group = effects.get(pointer.row, (None, None))
            if effect is None or group is None:
                target.kept = Kept(Why.NEEDED, subject=pointer.row)
                outside.append((target, pointer.row))
            elif group.kept is not None:
                target.kept = Kept(Why.WITH, subject=group.key)
            elif effect.is_created or pointer.column in effect.changed_columns():
                continue  # it goes, or points elsewhere again
            else:
                target.kept = Kept(Why.NEEDED, subject=pointer.row)
                outside.append((target, pointer.row))
            is_settled = False
    _tell_who_added(outside, actor)


def _tell_who_added(outside: Sequence[tuple[Group, RowKey]], actor: Any) -> None:
    """Who made the rows that hold records fast, and when; nothing of rows that the actor may not read."""
    by_table: dict[str, list[int]] = defaultdict(list)
    for _group, (table, pk) in outside:
        by_table[table].append(pk)
    makers = {
        (change.tbl, change.row_id): change
        for table, keys in by_table.items()
        for change in History.objects.open_to(actor).filter(tbl=table, row_id__in=keys).order_by("-pk")
    }
    for group, row in outside:
        change = makers.get(row)
        group.kept = Kept(Why.NEEDED, change.actor_id, change.writer, change.at, row) if change else Kept(Why.NEEDED)
