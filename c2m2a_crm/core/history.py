"""Who writes, and why: told to the database before each write, and read back in words afterwards.

Rows of history are made by triggers (``core.tracking``). A service opens :func:`recorded` around its writes; without it
the row says that the writer is unknown, which a test forbids for every page and service.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from c2m2a_crm.core import dates
from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.models import History, Operation, Versioned
from c2m2a_crm.core.querysets import HouseQuerySet, SealableQuerySet


@dataclass(frozen=True, slots=True)
class Writer:
    actor_id: int | None
    label: str
    reason: str
    operation_id: int | None


# Parts of the product that write without a person; commands of the terminal are called by their own names.
_SYSTEMS = {
    "first start": gettext_lazy("First start"),
    "invitation": gettext_lazy("Invitation"),
    "sign-in provider": gettext_lazy("Sign-in provider"),
    "demonstration": gettext_lazy("Demonstration data"),
    "reference data": gettext_lazy("Reference data"),
    "retention": gettext_lazy("Retention rules"),
    "public form": gettext_lazy("Public form"),
    "membership reminders": gettext_lazy("Membership reminders"),
    "comment rounds": gettext_lazy("Comment rounds"),
}


def writer_in_words(label: str) -> str:
    """What wrote a change that has no person; “Unknown” where nothing said so."""
    return str(_SYSTEMS.get(label, label)) or gettext("Unknown")


_NOBODY = Writer(None, "", "", None)
_writer: ContextVar[Writer | None] = ContextVar("writer", default=None)


def _announce(writer: Writer) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('crm.actor', %s, true), set_config('crm.writer', %s, true),"
            " set_config('crm.operation', %s, true), set_config('crm.reason', %s, true)",
            [
                str(writer.actor_id or ""),
                writer.label,
                str(writer.operation_id or ""),
                writer.reason,
            ],
        )


@contextmanager
def recorded(
    actor: Actor | None, *, reason: str = "", operation: Operation | None = None, system: str = ""
) -> Iterator[None]:
    """One transaction whose changes are recorded under ``actor``, or under ``system`` where no person acts.

    Inside another block the operation and the reason of the outer one hold unless given anew. A failed block leaves
    neither rows nor attribution behind: the settings are local to the transaction and fall with its savepoint.
    An actor without a number (a command in a terminal, see ``core.rights``) is recorded by name.
    """
    if actor is None and not system:
        raise ValueError("Name the actor, or the part of the system that writes.")
    outer = _writer.get()
    writer = Writer(
        actor_id=actor.pk if actor is not None else None,
        label=system or (str(actor) if actor is not None and actor.pk is None else ""),
        reason=reason or (outer.reason if outer else ""),
        operation_id=operation.pk if operation else (outer.operation_id if outer else None),
    )
    with transaction.atomic():
        _announce(writer)
        token = _writer.set(writer)
        try:
            yield
        finally:
            _writer.reset(token)
        if outer:
            _announce(outer)
    if not outer and connection.in_atomic_block:  # later writes of the caller's transaction are not this writer's
        _announce(_NOBODY)


def history_of(row: models.Model) -> models.QuerySet[History]:
    """Every recorded change of one row, newest first. The caller has checked that the row is readable."""
    return History.objects.filter(tbl=row._meta.db_table, row_id=row.pk).order_by("-id")


def image_at_version(row: models.Model, version: int) -> dict[str, Any] | None:
    """The row's columns as they stood when it reached ``version``, or None if history does not know."""
    change = history_of(row).filter(after__version=version).first()
    return change.after if change else None


class NothingToPutBack(Exception):
    """The row is there again, or was never taken away."""


V = TypeVar("V", bound=Versioned)


def removed_row(model: type[V], pk: int) -> V:
    """The row as it stood when it was taken away, with its number and its next version; not saved.

    Raises :class:`NothingToPutBack` where the last that history knows of it is not that it was taken away.
    """
    change = History.objects.filter(tbl=model._meta.db_table, row_id=pk).order_by("-id").first()
    if change is None or change.action != History.Action.DELETED:
        raise NothingToPutBack
    image = change.before or {}
    row = model(
        **{
            field.attname: field.to_python(image[field.column])
            for field in model._meta.concrete_fields
            if field.column in image and not field.generated
        }
    )
    row.version += 1
    return row


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of one change, ready to be read: the label and both values as text; ``column`` where it is one."""

    label: str
    before: str
    after: str
    column: str = ""


# Columns that changes need not mention: they follow from the change itself.
SILENT_COLUMNS = frozenset(
    {"id", "version", "updated_at", "created_at", "sort_en", "sort_fr", "sort_key", "search_key"}
)


# The key under which an image names the columns whose text was lawfully removed (``core.removal``).
REMOVED = "removed_from_history"


def lost_columns(image: Mapping[str, Any] | None) -> frozenset[str]:
    """The columns of an image of history whose text was lawfully removed; null stands there, whatever it was."""
    return frozenset((image or {}).get(REMOVED, ()))


Names = Mapping[tuple[str, Any], str]
"""The name of what a foreign key points at, by (label of the model, primary key)."""


def names_in(changes: Iterable[tuple[type[models.Model], History]], actor: Actor | None = None) -> Names:
    """The names of everything that these changes point at, with one query for each table pointed at.

    What the actor may not read has no name here, though the change tells that something was pointed at; without an
    actor nothing that may be sealed has one.
    """
    wanted: dict[type[models.Model], set[Any]] = {}
    for model, change in changes:
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey):
                values = {(image or {}).get(field.column) for image in (change.before, change.after)}
                wanted.setdefault(field.related_model, set()).update(values - {None})
    return {
        (related._meta.label, row.pk): str(row)
        for related, keys in wanted.items()
        if keys
        for row in nameable(related, actor).filter(pk__in=keys)
    }


def nameable(model: type[models.Model], actor: Actor | None) -> models.QuerySet[Any]:
    """The rows that the actor may know by name; without an actor, the rows of models that are never sealed."""
    rows = model._default_manager.all()
    if actor is not None and isinstance(rows, HouseQuerySet):
        return rows.readable_by(actor)
    return rows.none() if isinstance(rows, SealableQuerySet) else rows


def called(name: str | Promise | None) -> str:
    """The ``verbose_name`` of a model or field in the reader's language.

    Where nobody wrote one, Django made it from the code ("given by", "party name"); the catalogue holds those, too,
    as far as history shows them (``core.translations``).
    """
    return gettext(name) if isinstance(name, str) else str(name)


def changes_in_words(model: type[models.Model], change: History, names: Names | None = None) -> list[FieldChange]:
    """The fields that a change touched, with labels and choices in the reader's language.

    Give ``names`` (:func:`names_in`) for a page of changes, or each asks the database by itself and names nothing
    that may be sealed.
    """
    known = names if names is not None else names_in([(model, change)])
    before, after = change.before or {}, change.after or {}
    columns = {field.column: field for field in model._meta.concrete_fields}
    gone = lost_columns(before) | lost_columns(after)
    words, lost = [], []
    for column in sorted((set(before) | set(after)) - SILENT_COLUMNS - {REMOVED}):
        field = columns.get(column)
        label = called(field.verbose_name) if field else column
        if column in gone:
            was, became = (
                gettext("Removed from history") if column in lost_columns(image) else "" for image in (before, after)
            )
            lost.append(FieldChange(label, was, became, column))
        elif before.get(column) != after.get(column):
            was, became = (_in_words(field, image.get(column), known) for image in (before, after))
            words.append(FieldChange(label, was, became, column))
    # Whether a text that is gone had changed here is not known any more: it is told where nothing else is.
    is_change = change.action == History.Action.CHANGED
    return words if is_change and words else [*words, *lost]


def _in_words(field: models.Field[Any, Any] | None, value: Any, names: Names) -> str:
    if value is None or value == "":
        return ""
    if field is not None:
        if isinstance(field, models.ForeignKey):
            return names.get((field.related_model._meta.label, value), f"#{value}")
        if field.flatchoices:
            return str(dict(field.flatchoices).get(value, value))
        if isinstance(field, models.DateField):
            return _day_in_words(str(value))
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value)


def _day_in_words(kept: str) -> str:
    """A day, or a moment on the office's clock, that JSON keeps as ISO 8601; what is none of them stays as it is."""
    moment = parse_datetime(kept) if "T" in kept else None
    day = moment or parse_date(kept[:10])
    if day is None:
        return kept
    if moment is None:
        return dates.short_date(day)
    return f"{dates.short_date(day)}, {dates.time_of_day(timezone.localtime(moment))}"
