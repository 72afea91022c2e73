"""An operation from its beginning to its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

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
