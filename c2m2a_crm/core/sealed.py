"""Are rows that are sealed still what history says of them? Part of ``verify_history`` (``registries.SealedRows``).

Blocks prove that history was not changed; whoever owns the database may still change a row with the triggers switched
off, or with them on. The first leaves a row that history does not know, the second a change that nobody made through
the program. What is sealed is asked of history alone, so that a row which denies it is found, too.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import connection, models

from c2m2a_crm.core.models import History
from c2m2a_crm.core.registries import SealedRows, sealed_rows

_HISTORY = History._meta.db_table


def broken_seal(removed: Collection[int] = ()) -> str:
    """The first sealed row that is not as it should be, as a sentence for whoever verifies; empty where all are.

    ``removed`` are the numbers of changes that lost a text lawfully: of these rows the columns are not compared.
    """
    for entry in sealed_rows:
        sealed_at = _sealed(entry)
        if not sealed_at:
            continue
        found = _first_broken(entry.record, _key(entry.record), sealed_at, removed)
        for model, column in entry.parts.items():
            found = found or _first_broken(model, column, sealed_at, removed)
        if found:
            return found
    return ""


def _sealed(entry: SealedRows) -> dict[int, int]:
    """By the key of each record that was ever sealed, the number of the change that sealed it."""
    return dict(
        _ask(
            f"SELECT row_id, min(id) FROM {_HISTORY} WHERE tbl = %s AND after ->> %s IS NOT NULL GROUP BY row_id",  # noqa: S608  our own table
            entry.record._meta.db_table,
            entry.column,
        )
    )


def _first_broken(
    model: type[models.Model], column: str, sealed_at: Mapping[int, int], removed: Collection[int]
) -> str:
    """``column`` names the record: the row itself, or the one on which it hangs."""
    table, key = model._meta.db_table, _key(model)
    records = list(sealed_at)
    told = _ask(
        f"""
        SELECT DISTINCT ON (h.row_id) h.row_id, h.id, h.action, (coalesce(h.after, h.before) ->> %s)::bigint, h.after,
            to_jsonb(jsonb_populate_record(NULL::{table}, h.after)), to_jsonb(t)
        FROM {_HISTORY} h LEFT JOIN {table} t ON t.{key} = h.row_id
        WHERE h.tbl = %s AND h.row_id IN (
            SELECT row_id FROM {_HISTORY} WHERE tbl = %s AND (coalesce(after, before) ->> %s)::bigint = ANY(%s)
        )
        ORDER BY h.row_id, h.id DESC
        """,  # noqa: S608  names of our own tables
        column,
        table,
        table,
        column,
        records,
    )
    owner = {}
    for row, number, action, record, after, image, live in told:
        owner[row] = record
        what = f"{table} {row}"
        if action == History.Action.DELETED:
            if live is not None:
                return f"Row {what} is there, though history tells that it was taken away."
            continue
        if live is None:
            return f"Row {what} is gone, though history does not tell of it: it was sealed."
        # Only what was known at that time: columns that came later stand in no image.
        if number not in removed and any(image[name] != live.get(name) for name in after if name in live):
            return f"Row {what} is not what history says of it: it was sealed."
    stray = _ask(
        f"SELECT {key} FROM {table} WHERE {column} = ANY(%s) AND NOT {key} = ANY(%s) ORDER BY 1",  # noqa: S608  as above
        records,
        list(owner),
    )
    if stray:
        return f"Row {table} {stray[0][0]} is unknown to history, and belongs to what was sealed."
    nobody = _ask(
        f"""
        SELECT id, row_id FROM {_HISTORY}
        WHERE tbl = %s AND row_id = ANY(%s) AND actor_id IS NULL AND writer = '' ORDER BY id
        """,  # noqa: S608  as above
        table,
        list(owner),
    )
    for number, row in nobody:
        if number > sealed_at.get(owner[row], number):
            return f"Change {number} ({table} {row}) was made past the program after the row had been sealed."
    return ""


def _key(model: type[models.Model]) -> str:
    return model._meta.pk.column or ""


def _ask(statement: str, *parameters: Any) -> Sequence[tuple[Any, ...]]:
    """Documents of the database come as text of its own: they are read here."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [tuple(_read(value) for value in row) for row in cursor.fetchall()]


def _read(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) and value[:1] == "{" else value
