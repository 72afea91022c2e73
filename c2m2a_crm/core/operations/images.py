"""Rows put back from the images that history keeps of them, by the database itself.

The images never pass through Python: a number keeps its digits, and a range stays a range.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from psycopg.types.json import Jsonb

# Columns that were renamed, by table: old name to new. Images made before keep the old one.
RENAMED_COLUMNS: Final[dict[str, dict[str, str]]] = {}

VERSION: Final = "version"
# What follows from a write rather than being written: never a reason to call a row changed.
COUNTING_COLUMNS: Final = frozenset({VERSION, "updated_at"})


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table today: those that can be written, and those that must not be empty."""

    writable: frozenset[str]
    required: frozenset[str]


def columns_of(table: str) -> Columns:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname, attgenerated <> '', attnotnull FROM pg_attribute"
            " WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped",
            [connection.ops.quote_name(table)],
        )
        found = cursor.fetchall()
    return Columns(
        writable=frozenset(name for name, is_generated, _required in found if not is_generated),
        required=frozenset(name for name, is_generated, required in found if required and not is_generated),
    )


def as_named_today(table: str, image: Mapping[str, Any]) -> dict[str, Any]:
    """The image under the names that its columns have now."""
    renamed = RENAMED_COLUMNS.get(table)
    if not renamed:
        return dict(image)
    kept = {name: value for name, value in image.items() if name not in renamed}
    return kept | {new: image[old] for old, new in renamed.items() if old in image}


def _renaming(table: str) -> tuple[str, list[str]]:
    """SQL that gives the image ``before`` of a change ``h`` under the names of today, with its parameters."""
    sql = "h.before"
    parameters: list[str] = []
    for old, new in RENAMED_COLUMNS.get(table, {}).items():
        sql = (
            f"(CASE WHEN h.before ? %s::text THEN {sql} - %s::text"
            f" || jsonb_build_object(%s::text, h.before -> %s::text) ELSE {sql} END)"
        )
        parameters = [old, *parameters, old, new, old, *parameters]
    return sql, parameters


def write_back(model: type[models.Model], columns: Collection[str], change_ids: Sequence[int]) -> int:
    """Set these columns to what they held before each of the changes, one change for each row; count the version up."""
    table, key = model._meta.db_table, str(model._meta.pk.column)
    quote = connection.ops.quote_name
    sets = [f"{quote(column)} = r.{quote(column)}" for column in sorted(columns)]
    if any(field.column == VERSION for field in model._meta.concrete_fields):
        sets.append(f"{VERSION} = t.{VERSION} + 1")
    if not sets:
        return len(change_ids)
    image, parameters = _renaming(table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(table)} t SET {', '.join(sets)}"  # noqa: S608  names from the catalogue, quoted
            f" FROM core_history h, jsonb_populate_record(NULL::{quote(table)}, {image}) r"
            f" WHERE h.id = ANY(%s) AND t.{quote(key)} = h.row_id",
            [*parameters, list(change_ids)],
        )
        return int(cursor.rowcount)


def insert_again(
    model: type[models.Model], columns: Collection[str], defaults: Mapping[str, Any], change_ids: Sequence[int]
) -> int:
    """Make the rows that these changes deleted. ``columns`` are those that the images know and the table still has;
    ``defaults`` are the values of columns that they do not know.
    """
    table = model._meta.db_table
    quote = connection.ops.quote_name
    names = sorted({*columns, *defaults})
    image, parameters = _renaming(table)
    overriding: list[Any] = [Jsonb(dict(defaults), dumps=_dumps)]
    image = f"{image} || %s"
    if VERSION in columns:
        image = f"({image}) || jsonb_build_object('{VERSION}', (h.before ->> '{VERSION}')::bigint + 1)"
    written = ", ".join(quote(name) for name in names)
    read = ", ".join(f"r.{quote(name)}" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(table)} ({written}) SELECT {read}"  # noqa: S608  as above
            f" FROM core_history h, jsonb_populate_record(NULL::{quote(table)}, {image}) r"
            " WHERE h.id = ANY(%s) ORDER BY h.id",
            [*parameters, *overriding, list(change_ids)],
        )
        return int(cursor.rowcount)


def delete_rows(model: type[models.Model], keys: Sequence[int], column: str = "") -> int:
    """Delete rows by primary key, or by another column of numbers, asking no model what hangs on them."""
    quote = connection.ops.quote_name
    by = quote(column or str(model._meta.pk.column))
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {quote(model._meta.db_table)} WHERE {by} = ANY(%s)",  # noqa: S608  as above
            [list(keys)],
        )
        return int(cursor.rowcount)


def lock_rows_of(model: type[models.Model], operation: int) -> None:
    """Hold the rows of this table that an operation wrote, those that are still there, to the end of the transaction;
    always in one order.
    """
    quote = connection.ops.quote_name
    table, key = model._meta.db_table, quote(str(model._meta.pk.column))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM {quote(table)}"  # noqa: S608  as above
            f" WHERE {key} IN (SELECT row_id FROM core_history WHERE operation_id = %s AND tbl = %s)"
            f" ORDER BY {key} FOR UPDATE) AS held",
            [operation, table],
        )


def defaults_for(model: type[models.Model], missing: Collection[str]) -> dict[str, Any]:
    """What new rows hold in these columns, for those that must not be empty."""
    found = {}
    for each in model._meta.concrete_fields:
        if each.column in missing and each.has_default():
            found[str(each.column)] = each.get_prep_value(each.get_default())
        elif each.column in missing and not each.null and each.empty_strings_allowed:
            found[str(each.column)] = ""
    return found


def _dumps(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder)
