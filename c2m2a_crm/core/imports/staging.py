"""Rows between the file and the records: kept in a table, so that a check can be looked at page by page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, TypeVar

from django.db import connection

from c2m2a_crm.core.imports.verdicts import Judgement, StagedRow, Verdict
from c2m2a_crm.core.models import Import, ImportRow

T = TypeVar("T")

CHUNK: Final = 1000
_REJECTED: Final = Verdict.REJECTED.value


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    source = iter(items)
    while chunk := list(islice(source, size)):
        yield chunk


def keep_rows(imported: Import, rows: Sequence[ImportRow]) -> None:
    """Write many rows at once, by COPY."""
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY core_importrow (batch_id, line, cells, data, names, verdict, sentences, faults, target, question)"
            " FROM STDIN"
        ) as copy,
    ):
        for row in rows:
            copy.write_row(
                (
                    imported.pk,
                    row.line,
                    _json(row.cells),
                    None if row.data is None else _json(row.data),
                    row.names,
                    row.verdict,
                    _json(row.sentences),
                    _json(row.faults),
                    row.target,
                    row.question,
                )
            )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def usable_rows(imported: Import) -> Iterator[StagedRow]:
    """The rows that may be judged, in the order of the file, by a cursor of the database."""
    rows = imported.rows.exclude(verdict=_REJECTED).order_by("line")
    for line, data, sentences in rows.values_list("line", "data", "sentences").iterator(chunk_size=CHUNK):
        yield StagedRow(line, data, sentences)


def fates_of(imported: Import, lines: Sequence[int]) -> dict[int, tuple[str, int, str]]:
    """Verdict, target and question of each line, as the last check left them."""
    rows = imported.rows.filter(line__in=lines).values_list("line", "verdict", "target", "question")
    return {line: (verdict, target, question) for line, verdict, target, question in rows}


def note_judgements(imported: Import, judgements: Sequence[Judgement]) -> None:
    """Keep what was judged with the rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE core_importrow AS row
            SET verdict = told.verdict, names = told.names, sentences = told.sentences::jsonb,
                target = told.target, question = told.question
            FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[])
                AS told (line, verdict, names, sentences, target, question)
            WHERE row.batch_id = %s AND row.line = told.line
            """,
            [
                [told.line for told in judgements],
                [told.verdict.value for told in judgements],
                [told.names for told in judgements],
                [_json(told.sentences) for told in judgements],
                [told.target for told in judgements],
                [told.question for told in judgements],
                imported.pk,
            ],
        )


def row_counts(imported: Import) -> dict[str, int]:
    """Rows by verdict, as the last check or the import left them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT verdict, count(*) FROM core_importrow WHERE batch_id = %s GROUP BY verdict", [imported.pk]
        )
        found = dict(cursor.fetchall())
    return {verdict.value: found.get(verdict.value, 0) for verdict in Verdict}
