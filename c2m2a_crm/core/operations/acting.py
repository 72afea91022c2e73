"""An operation from its beginning to its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from django.db import models
from django.db.models import Count, QuerySet
from django.utils.translation import override, pgettext

from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import History, Job, Operation
from c2m2a_crm.core.sentences import Sentence


@contextmanager
def operating(
    actor: Any, *, kind: str, summary: Sentence | str = "", reason: str = "", details: dict[str, Any] | None = None
) -> Iterator[Operation]:
    """One recorded operation: what is written inside belongs to it, all or nothing.

    Give the summary as a :class:`Sentence`, so that each reader has it in their language; a text stays as it is.
    """
    with recorded(actor, reason=reason):
        operation = Operation(kind=kind, actor_id=actor.pk, details={"reason": reason, **(details or {})})
        summarize(operation, summary)
        operation.save()
        with recorded(actor, operation=operation, reason=reason):
            yield operation
        finish(operation)


def summarize(operation: Operation, summary: Sentence | str) -> None:
    """Say what the operation does; the caller saves it. The words of today are found by whoever searches for them."""
    operation.summary = str(summary)
    if isinstance(summary, Sentence):
        operation.details["said"] = summary.kept()


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
    for operation in _naming(model, keys).select_for_update().order_by("pk"):
        operation.summary = ""
        operation.details.pop("said", None)
        operation.details["reason"] = ""
        operation.save(update_fields=["summary", "details"])


def forget_names_of_jobs(actor: Any, model: type[models.Model], keys: Sequence[int], columns: Sequence[str]) -> None:
    """The same words in the jobs that undid such operations, or mean to (``core.registries.TextHolder``)."""
    operations = _naming(model, keys).values_list("pk", flat=True)
    jobs = Job.objects.filter(parameters__operation__in=list(operations))
    for job in jobs.select_for_update(of=("self",)).order_by("pk"):
        with override(job.parameters.get("language", "en")):
            job.title = pgettext("kind of operation", "Undo")
        job.parameters["reason"] = ""
        job.save(update_fields=["title", "parameters"])


def _naming(model: type[models.Model], keys: Sequence[int]) -> QuerySet[Operation]:
    touched = History.objects.filter(tbl=model._meta.db_table, row_id__in=list(keys), operation_id__isnull=False)
    return Operation.objects.filter(pk__in=touched.values("operation_id"), details__names=True)
