"""Operations from their beginning to their undo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from c2m2a_crm.core import dates, jobs, rights
from c2m2a_crm.core.history import called
from c2m2a_crm.core.models import History, Import, Job, Operation
from c2m2a_crm.core.operations import images
from c2m2a_crm.core.operations.acting import operating
from c2m2a_crm.core.operations.effects import Group, Kept, RowKey, Why, entries_of, model_of, tables_of
from c2m2a_crm.core.operations.plan import make_plan
from c2m2a_crm.core.operations.writing import Telling, Undoing
from c2m2a_crm.core.querysets import closes_with_circles
from c2m2a_crm.core.registries import OperationKind, importers, operation_kinds
from c2m2a_crm.core.sentences import Sentence
from c2m2a_crm.core.text import clean_line

UNDO_KIND: Final = "undo"
JOB_KIND: Final = "operation.undo"
UNDO_FOR: Final = timedelta(days=90)
# Operations that wrote so many rows are undone while the page is waited for; beyond, a job does it.
AT_ONCE: Final = 300
KEPT_LISTED: Final = 1000


def say_nothing(_done: int, _total: int, _step: str) -> None:
    """For callers who show no progress."""


class UndoRefused(Exception):
    """The operation cannot be undone as asked; ``str()`` is a sentence for the person who tried."""

    sentence: str | Promise = ""

    def __init__(self, sentence: str | Promise = "") -> None:
        super().__init__(sentence or self.sentence)


class AlreadyUndone(UndoRefused):
    sentence = gettext_lazy("This was undone already.")


class BeingUndone(UndoRefused):
    sentence = gettext_lazy("Somebody undoes this at this moment.")


class TooLate(UndoRefused):
    sentence = gettext_lazy("An operation can be undone for 90 days. These have passed.")


class NotToBeUndone(UndoRefused):
    sentence = gettext_lazy("Operations of this kind cannot be undone here.")


class DoneAgainInstead(UndoRefused):
    sentence = gettext_lazy("This undo is final. Do what it undid once more instead.")


class NothingToUndo(UndoRefused):
    sentence = gettext_lazy(
        "Nothing can be undone: all of it has changed since, or is needed by something added since."
    )


# --- Kinds ----------------------------------------------------------------------------------------------------------


def kind_called(key: str) -> OperationKind | None:
    """The declaration of a kind. Each sort of import is one without further words."""
    if entry := operation_kinds.get(key):
        return entry
    importer = importers.get(key.removeprefix("import.")) if key.startswith("import.") else None
    if importer is None:
        return None
    label = _("Import: %(what)s") % {"what": importer.label}
    return OperationKind(key, 100 + importer.order, label, importer.allowed, _import_page)


def kind_of(operation: Operation) -> OperationKind | None:
    return kind_called(operation.kind)


def label_of_kind(key: str) -> str:
    entry = kind_called(key)
    return str(entry.label) if entry else key


def title_of_undo(operation: Operation) -> Sentence:
    said = operation.details.get("said")
    what = Sentence.read(said) if said else operation.summary or label_of_kind(operation.kind)
    return Sentence(gettext_noop("Undo of: %(what)s"), {"what": what})


def _import_page(operation: Operation) -> str:
    imported = Import.objects.filter(operation=operation).values_list("pk", flat=True).first()
    return reverse("imports:detail", args=[imported]) if imported else ""


# --- May it be undone -----------------------------------------------------------------------------------------------


def row_count(operation: Operation, actor: Any) -> int | None:
    """How many rows it wrote, or None where that is not known.

    Who administers the office learns nothing from it of rows that may be closed to them; nor does who did it, where it
    reached such rows blindly.
    """
    counted: dict[str, int] | None = operation.details.get("tables")
    if counted is None:
        return None
    kind = kind_of(operation)
    own = operation.actor_id == actor.pk and not (kind is not None and kind.reaches_closed_rows)
    return sum(
        number
        for table, number in counted.items()
        if own or (model := model_of(table)) is None or not closes_with_circles(model)
    )


def undoable_until(operation: Operation) -> datetime:
    return operation.created_at + UNDO_FOR


def is_undone(operation: Operation) -> bool:
    return operation.undone_by_id is not None


def why_not(actor: Any, operation: Operation, *, now: datetime | None = None) -> UndoRefused | None:
    """Why this person cannot undo it, or None. The caller has found the operation through ``visible_to``."""
    if is_undone(operation):
        return AlreadyUndone()
    if operation.details.get("is_final"):
        return DoneAgainInstead()
    if (now or timezone.now()) >= undoable_until(operation):
        return TooLate()
    kind = kind_of(operation)
    if kind is None:
        return NotToBeUndone()
    if operation.actor_id != actor.pk and not rights.can_administer(actor):
        return UndoRefused(_("Only who did this, or an administrator, can undo it."))
    if not kind.may_undo(actor):
        return UndoRefused(_("You may not undo operations of this kind."))
    for table in () if kind.take_back else tables_of(operation):
        if not _may_write(actor, table):
            model = model_of(table)
            name = called(model._meta.verbose_name_plural) if model else table
            return UndoRefused(_("You may not change what this changed: %(what)s.") % {"what": name})
    return None


def _may_write(actor: Any, table: str) -> bool:
    """By the rooms' own policies; a table that no room has declared is for administrators."""
    entries = entries_of(table)
    return all(entry.allowed(actor) for entry in entries) if entries else rights.can_administer(actor)


# --- Undo -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Undone:
    """What came of an undo. Counts are of records that the actor may know of."""

    operation: Operation
    records: int
    kept: int


def is_large(operation: Operation) -> bool:
    return History.objects.filter(operation_id=operation.pk)[AT_ONCE : AT_ONCE + 1].exists()


def undo(
    *,
    actor: Any,
    operation: Operation,
    reason: str = "",
    tell: Telling = say_nothing,
    answers: Mapping[str, Any] | None = None,
) -> Undone:
    """Take back what has not changed since, as an operation of its own, and keep a list of what stays and why.

    ``answers`` are for kinds with an undo of their own (``OperationKind.take_back``). Raises :class:`UndoRefused` where
    nothing is undone.
    """
    reason = clean_line(reason)
    with transaction.atomic():
        locked = _lock(operation)
        if refused := why_not(actor, locked):
            raise refused
        kind = kind_of(locked)
        summary = title_of_undo(locked)
        said = f"{summary}. {reason}" if reason else str(summary)
        with operating(
            actor,
            kind=UNDO_KIND,
            summary=summary,
            reason=said,
            details={"undoes": locked.pk, "names": bool(locked.details.get("names"))},
        ) as undoing:
            tell(0, 0, _("Comparing with what is on file"))
            _lock_rows(locked)
            if kind is not None and kind.take_back is not None:
                taken = kind.take_back(actor, locked, answers or {})
                undoing.details |= {
                    "is_final": True,
                    "reason": reason,
                    "records": taken.records,
                    "kept_count": len(taken.kept),
                    "kept": list(taken.kept[:KEPT_LISTED]),
                }
                return _undone(operation, undoing, taken.records, len(taken.kept))
            plan = make_plan(locked, actor, reaches_closed_rows=kind is not None and kind.reaches_closed_rows)
            Undoing(plan, actor, tell).do()
            if all(group.is_attendant for group in plan.to_undo):
                raise NothingToUndo
            undoing.details |= {
                "reason": reason,
                "records": plan.undone_count,
                "kept_count": len(plan.kept),
                "kept": [_kept_json(group) for group in plan.kept[:KEPT_LISTED]],
                "lost_columns": {table: sorted(names) for table, names in plan.lost_columns.items()},
            }
        return _undone(operation, undoing, plan.undone_count, len(plan.kept))


def _undone(operation: Operation, undoing: Operation, records: int, kept: int) -> Undone:
    Operation.objects.filter(pk=operation.pk).update(undone_by=undoing)
    operation.refresh_from_db()
    return Undone(undoing, records, kept)


def _lock(operation: Operation) -> Operation:
    """The operation, held: a second undo at the same time gets a sentence rather than a place in the queue."""
    try:
        with transaction.atomic():
            return Operation.objects.select_for_update(of=("self",), nowait=True).get(pk=operation.pk)
    except OperationalError as busy:
        raise BeingUndone from busy


def _lock_rows(operation: Operation) -> None:
    """Every row that it wrote and that is still there, so that nothing changes under the comparison."""
    for table in tables_of(operation):
        if model := model_of(table):
            images.lock_rows_of(model, operation.pk)


def _kept_json(group: Group) -> dict[str, Any]:
    return kept_as_json(group.key, group.kept or Kept(Why.UNKNOWN))


def kept_as_json(key: RowKey, kept: Kept) -> dict[str, Any]:
    return {
        "row": list(key),
        "why": kept.why,
        "actor": kept.actor_id,
        "writer": kept.writer,
        "at": kept.at.isoformat() if kept.at else None,
        "subject": list(kept.subject) if kept.subject else None,
        "sentence": kept.sentence,
    }


def kept_from_json(told: dict[str, Any]) -> tuple[RowKey, Kept]:
    subject = told.get("subject")
    return (told["row"][0], told["row"][1]), Kept(
        told["why"],
        told.get("actor"),
        told.get("writer", ""),
        datetime.fromisoformat(told["at"]) if told.get("at") else None,
        (subject[0], subject[1]) if subject else None,
        told.get("sentence", ""),
    )


# --- As a job -------------------------------------------------------------------------------------------------------


def start_undo(*, actor: Any, operation: Operation, reason: str = "") -> Job:
    """Hand the undo of a large operation to a worker; one that waits or runs already is not started again."""
    if refused := why_not(actor, operation):
        raise refused
    open_jobs = Job.objects.filter(kind=JOB_KIND, state__in=[Job.State.WAITING, Job.State.RUNNING])
    running = open_jobs.filter(parameters__operation=operation.pk).first()
    if running is not None:
        raise BeingUndone
    return jobs.start_job(
        actor=actor,
        kind=JOB_KIND,
        title=str(title_of_undo(operation)),
        parameters={
            "operation": operation.pk,
            "reason": reason,
            "page": reverse("operations:detail", args=[operation.pk]),
        },
    )


@jobs.runner(JOB_KIND)
def run_undo(job: Job) -> dict[str, Any]:
    operation = Operation.objects.visible_to(job.actor).filter(pk=job.parameters["operation"]).first()
    if operation is None:
        raise jobs.JobError(_("This operation is not there any more."))
    try:
        undone = undo(
            actor=job.actor,
            operation=operation,
            reason=job.parameters.get("reason", ""),
            tell=lambda done, total, step: jobs.progress(job, done=done, total=total, step=step),
        )
    except (UndoRefused, PermissionDenied) as refused:
        raise jobs.JobError(str(refused)) from refused
    job.operation = undone.operation
    return {"operation": undone.operation.pk, "undone": undone.records, "kept": undone.kept}


# --- In words -------------------------------------------------------------------------------------------------------


def result_sentence(undone: Undone) -> str:
    said = _("Undone.") if not undone.kept else ""
    if undone.kept:
        said = _("Undone: %(undone)s. Left as they are: %(kept)s.") % {
            "undone": dates.number(undone.records),
            "kept": dates.number(undone.kept),
        }
    return said
