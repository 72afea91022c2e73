"""An operation from its beginning to its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from django.db import models
from django.db.models import Count

from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import History, Operation


@contextmanager
def operating(
    actor: Any, *, kind: str, summary: str = "", reason: str = "", details: dict[str, Any] | None = None
) -> Iterator[Operation]:
    """One recorded operation: what is written inside belongs to it, all or nothing."""
    with recorded(actor, reason=reason):
        operation = Operation.objects.create(
            kind=kind, summary=summary, actor_id=actor.pk, details={"reason": reason, **(details or {})}
        )
        with recorded(actor, operation=operation, reason=reason):
            yield operation
        finish(operation)


def finish(operation: Operation) -> None:
    """Keep how many rows of each table were written: counted once, while they are at hand."""
    rows = History.objects.filter(operation_id=operation.pk).order_by()
    counted = rows.values("tbl").annotate(number=Count("row_id", distinct=True)).values_list("tbl", "number")
    operation.details["tables"] = dict(counted)
    operation.save(update_fields=["summary", "details"])


# An operation about one record whose summary calls it by name.
NAMING: Final = {"names": True}


def forget_names(actor: Any, model: type[models.Model], keys: Sequence[int], columns: Sequence[str]) -> None:
    """Take the names and reasons out of operations that call these rows by name (``core.registries.TextHolder``)."""
    touched = History.objects.filter(tbl=model._meta.db_table, row_id__in=list(keys), operation_id__isnull=False)
    named = Operation.objects.filter(pk__in=touched.values("operation_id"), details__names=True)
    for operation in named.select_for_update().order_by("pk"):
        operation.summary = ""
        operation.details["reason"] = ""
        operation.save(update_fields=["summary", "details"])
