"""Many new rows by COPY. History's triggers see them as they see any other; the caller has checked their shape.

``bulk_create`` makes a model instance and a parameter for each value, which takes longer than the database's own work.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from django.utils import timezone


def next_keys(model: type[models.Model], count: int) -> list[int]:
    """Primary keys for rows that are about to be copied in."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, count],
        )
        return [key for (key,) in cursor.fetchall()]


def copy_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows of values for the fields ``names`` (``attname``); every other field gets its default."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    others = [
        field for name, field in fields.items() if name not in names and not field.primary_key and not field.generated
    ]
    filled = tuple(
        timezone.now()
        if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False)
        else field.get_default()
        for field in others
    )
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(
        connection.ops.quote_name(str(field.column)) for field in (*(fields[name] for name in names), *others)
    )
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row((*row, *filled))
