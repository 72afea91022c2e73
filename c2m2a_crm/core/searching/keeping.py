"""Is the index what the records say? Compared each night, repaired and reported: a difference is a trigger's fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import structlog
from django.db import connection, models, transaction

from c2m2a_crm.core.models import AuditEvent, SearchEntry
from c2m2a_crm.core.registries import SearchKind, search_kinds

log = structlog.get_logger(__name__)

CHUNK = 2_000
REPORTED = 20
"""So many numbers of repaired rows stand in the report; more would tell no more of the cause."""


def compare(*, repair: bool = True, only: str = "", tell: Callable[[str, int], None] | None = None) -> dict[str, int]:
    """How many rows of each kind differ from their records, with those repaired unless ``repair`` is False.

    Kinds in which nothing differs are left out. Rows are read in chunks, each in a transaction of its own, so that
    nobody waits; what is found is written into the audit.
    """
    differing: dict[str, int] = {}
    examples: dict[str, list[int]] = {}
    for kind in search_kinds:
        if only not in {"", kind.key}:
            continue
        found: list[int] = []
        last = 0
        while ids := _next_ids(kind, last):
            last = ids[-1]
            found += _differing(kind.key, ids, repair=repair)
        if found:
            differing[kind.key] = len(found)
            examples[kind.key] = found[:REPORTED]
        if tell:
            tell(kind.key, len(found))
    if differing:
        # Numbers of records only here: whoever reads the audit may not know of what is sealed from him.
        log.warning("search.differed", repaired=repair, first=examples, **differing)
        AuditEvent.objects.create(verb="search.repaired" if repair else "search.differs", details={"rows": differing})
    return differing


def _next_ids(kind: SearchKind, after: int) -> list[int]:
    """Numbers of the kind's table and of its rows in the index, in one order: what is missing and what is too much."""
    rows = kind.model._base_manager.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:CHUNK]
    entries = SearchEntry.objects.filter(kind=kind.key, object_id__gt=after).order_by("object_id")
    indexed = entries.values_list("object_id", flat=True)[:CHUNK]
    return sorted({*rows, *indexed})[:CHUNK]


def _differing(kind: str, ids: Sequence[int], *, repair: bool) -> list[int]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT core_search_differing(%s, %s::bigint[])", [kind, list(ids)])
        found = sorted(key for (key,) in cursor.fetchall())
        if found and repair:
            cursor.execute("SELECT core_search_refresh(%s, %s::bigint[])", [kind, found])
        return found


def forget(actor: Any, model: type[models.Model], keys: Sequence[int], columns: Sequence[str]) -> None:
    """Inside a lawful removal: what the rows lost leaves the index at once, not at the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_search_flush()")
