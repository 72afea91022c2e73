"""What stays as it is when an operation is taken back, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from c2m2a_crm.core.models import History, Operation
from c2m2a_crm.core.operations.effects import (
    Effect,
    Group,
    Kept,
    RowKey,
    Why,
    followers_of,
    image_of,
    model_of,
    references_of,
)
from c2m2a_crm.core.operations.images import COUNTING_COLUMNS
from c2m2a_crm.core.querysets import among, closes_with_circles
from c2m2a_crm.core.registries import record_tables


def mark_closed(groups: Mapping[RowKey, Group], operation: Operation, actor: Any, *, reaches_closed_rows: bool) -> None:
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


def keep_unknown(groups: Mapping[RowKey, Group]) -> None:
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
            was, now = image_of(table, before), image_of(table, after)
            known = later.setdefault((table, row_id), _Later(was, now, False, actor_id, writer, at))
            known.last, known.is_removed = now, action == History.Action.DELETED
            known.actor_id, known.writer, known.at = actor_id, writer, at
    return {key: change for key, change in later.items() if change.is_a_change()}


def keep_changed(groups: Mapping[RowKey, Group], operation: Operation) -> None:
    later = _later_changes(operation)
    for group in groups.values():
        if group.kept is not None:
            continue
        found = [(effect, later[effect.key]) for effect in group.effects if effect.key in later]
        if found:
            effect, change = max(found, key=lambda pair: pair[1].at)
            why = Why.REMOVED if change.is_removed and effect.key == group.key else Why.CHANGED
            group.kept = Kept(why, change.actor_id, change.writer, change.at, effect.key)


def keep_ruled(groups: Mapping[RowKey, Group], actor: Any) -> None:
    for entry in record_tables:
        own = [group for group in groups.values() if group.kept is None and group.key[0] == entry.model._meta.db_table]
        if own:
            sentences = entry.refused(actor, [group.key[1] for group in own])
            for group in own:
                if sentence := sentences.get(group.key[1]):
                    group.kept = Kept(Why.RULE, sentence=str(sentence))


@dataclass(frozen=True, slots=True)
class _Pointer:
    """A row that points at a row which the operation made."""

    target: Group
    row: RowKey
    column: str


_Rows = Mapping[str, Mapping[int, tuple[Effect, Group]]]


def _pointers(rows: _Rows) -> Iterator[_Pointer]:
    """Those from elsewhere: what the operation made of the same record goes with it."""
    for table, of_table in rows.items():
        keys = [pk for pk, (effect, group) in of_table.items() if effect.is_created and group.kept is None]
        followers = followers_of(table) if keys else ()
        for each in references_of(table) if keys else ():
            if each in followers:
                continue
            source = each.model._meta.db_table
            pointing = each.model._base_manager.filter(among(each.attname, keys)).values_list("pk", each.attname)
            for pk, key in pointing.iterator(chunk_size=2000):
                target = of_table[key][1]
                effect, group = rows.get(source, {}).get(pk, (None, None))
                if effect is None or group is not target or not effect.is_created:
                    yield _Pointer(target, (source, pk), str(each.column))


def keep_needed(groups: Mapping[RowKey, Group], actor: Any) -> None:
    """Leave what something outside points at, and then what the records so left need, until nothing more is found."""
    rows: dict[str, dict[int, tuple[Effect, Group]]] = defaultdict(dict)
    for each in groups.values():
        for written in each.effects:
            rows[written.table][written.pk] = (written, each)
    pointers = list(_pointers(rows))
    outside: list[tuple[Group, RowKey]] = []
    is_settled = False
    while not is_settled:
        is_settled = True
        for pointer in pointers:
            target = pointer.target
            if target.kept is not None:
                continue
            table, pk = pointer.row
            effect, group = rows.get(table, {}).get(pk, (None, None))
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
