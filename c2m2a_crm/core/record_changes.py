"""The history of a record in words: its own changes and those of what hangs on it. Rooms say how each table is told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.dates import days_in_words
from c2m2a_crm.core.history import FieldChange, Names, changes_in_words, names_in, writer_in_words
from c2m2a_crm.core.models import Fact, History, Operation
from c2m2a_crm.core.put_back import put_back_url

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that changed. ``why`` is the reason given, or the operation (an import) it was part of.

    ``put_back`` is where it can be put back, for those who may.
    """

    at: datetime
    who: str
    why: str
    what: str
    before: str
    after: str
    put_back: str = ""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    lines: list[Line]
    older_than: int | None


def history_lines(
    rows: QuerySet[History, History],
    tables: Mapping[str, type[models.Model]],
    words: Callable[[History, Names], Iterable[FieldChange]],
    actor: Actor,
    *,
    before: int | None = None,
    is_editor: bool = False,
) -> HistoryPage:
    """The newest of these changes, older than the one numbered ``before``; ``older_than`` leads to the next page.

    ``tables`` are the models by table, ``words`` tells one change. ``is_editor`` says that the actor may edit the
    record, and so put single fields of it back. The number of queries does not depend on the number
    of changes. The caller has checked that the record is readable.
    """
    if before is not None:
        rows = rows.filter(pk__lt=before)
    changes = list(rows.order_by("-pk")[: PAGE + 1])
    shown = changes[:PAGE]
    names = names_in(((tables[change.tbl], change) for change in shown), actor)
    users = get_user_model()._default_manager
    authors: Mapping[Any, Any] = users.in_bulk({change.actor_id for change in shown if change.actor_id})
    operations = Operation.objects.in_bulk({change.operation_id for change in shown if change.operation_id})
    lines = []
    for change in shown:
        author = authors.get(change.actor_id or 0)
        operation = operations.get(change.operation_id or 0)
        for word in words(change, names):
            lines.append(
                Line(
                    at=change.at,
                    who=author.name if author else writer_in_words(change.writer),
                    why=change.reason or (str(operation) if operation else ""),
                    what=capfirst(word.label),
                    before=word.before,
                    after=word.after,
                    put_back=put_back_url(change, tables[change.tbl], word.column) if is_editor else "",
                )
            )
    return HistoryPage(lines, shown[-1].pk if len(changes) > PAGE else None)


@dataclass(frozen=True, slots=True)
class Told:
    """A table that hangs on a record: the column that points to it, what a row is called, and how one is named.

    ``name`` takes the row as history keeps it, and the names of what it points to. Columns in ``quiet`` are not told.
    ``owners`` are the keys that the column has, where it does not point to the record itself but to a part of it.
    """

    model: type[models.Model]
    column: str
    noun: str | Promise
    name: Callable[[Mapping[str, Any], Names], str]
    quiet: frozenset[str] = frozenset()
    owners: Collection[int] | None = None


def told_facts(model: type[Fact], column: str, noun: str | Promise = "") -> Told:
    field = "label" if model.is_labelled else "text"

    def name(image: Mapping[str, Any], names: Names) -> str:
        return in_either_language(image, field)

    return Told(model, column, noun or gettext_lazy("Statement"), name, frozenset({column, "key", "position"}))


def in_either_language(image: Mapping[str, Any], field: str) -> str:
    """The text of a row of history in the reader's language, else in the other one."""
    own = image.get(f"{field}_{reader_language()}")
    return str(own or image.get(f"{field}_en") or image.get(f"{field}_fr") or "")


def days_told(text: str | None) -> str:
    """A range of days as history keeps it (as PostgreSQL writes it), in words: the first and the last day, included."""
    if not text or "," not in text:
        return ""
    lower, _comma, upper = text.strip("[]()").partition(",")
    first = date.fromisoformat(lower) if lower else None
    last = date.fromisoformat(upper) - timedelta(days=1) if upper else None
    return days_in_words(first, last) or _("no dates")


def record_page(
    own: Sequence[models.Model],
    parts: Sequence[Told],
    actor: Actor,
    *,
    before: int | None = None,
    quiet: frozenset[str] = frozenset(),
    is_editor: bool = False,
) -> HistoryPage:
    """The history of a record that stands in the rows ``own`` and has ``parts``, those since removed included.

    Columns of its own rows that are in ``quiet`` are not told.
    """
    asked = Q()
    for row in own:
        asked |= Q(tbl=row._meta.db_table, row_id=row.pk)
    for part in parts:
        keys = [own[0].pk] if part.owners is None else list(part.owners)
        of_record = Q(**{f"after__{part.column}__in": keys}) | Q(**{f"before__{part.column}__in": keys})
        asked |= Q(tbl=part.model._meta.db_table) & of_record
    told = {part.model._meta.db_table: part for part in parts}
    tables = {row._meta.db_table: type(row) for row in own} | {name: part.model for name, part in told.items()}

    def words(change: History, names: Names) -> list[FieldChange]:
        part = told.get(change.tbl)
        if part is not None:
            return _part_words(part, change, names)
        return _own_words(tables[change.tbl], change, names, quiet)

    return history_lines(History.objects.filter(asked), tables, words, actor, before=before, is_editor=is_editor)


def _own_words(model: type[models.Model], change: History, names: Names, quiet: frozenset[str]) -> list[FieldChange]:
    words = changes_in_words(model, without(change, quiet), names)
    if change.action != History.Action.CREATED:
        return words
    return [FieldChange(_("Record added"), "", _summary(words))]


def _part_words(part: Told, change: History, names: Names) -> list[FieldChange]:
    before, after = change.before or {}, change.after or {}
    words = changes_in_words(part.model, without(change, part.quiet | {"valid"}), names)
    if before.get("valid") != after.get("valid"):
        words.append(FieldChange(_("dates"), days_told(before.get("valid")), days_told(after.get("valid"))))
    match change.action:
        case History.Action.CREATED:
            return [FieldChange(_("%(part)s added") % {"part": part.noun}, "", _summary(words))]
        case History.Action.DELETED:
            told = "\n".join(
                _("%(label)s: %(value)s") % {"label": capfirst(word.label), "value": word.before}
                for word in words
                if word.before
            )
            return [FieldChange(_("%(part)s removed") % {"part": part.noun}, told, "")]
    label = _("%(label)s: %(value)s") % {
        "label": part.noun,
        "value": part.name(after, names) or part.name(before, names),
    }
    return [FieldChange(f"{label} · {word.label}", word.before, word.after) for word in words]


def _summary(words: Iterable[FieldChange]) -> str:
    return "\n".join(
        _("%(label)s: %(value)s") % {"label": capfirst(word.label), "value": word.after} for word in words if word.after
    )


def without(change: History, columns: Iterable[str]) -> History:
    """The change without some columns, never saved."""
    left_out = set(columns)

    def kept(image: dict[str, Any] | None) -> dict[str, Any] | None:
        return {key: value for key, value in image.items() if key not in left_out} if image else image

    return History(
        tbl=change.tbl,
        row_id=change.row_id,
        action=change.action,
        before=kept(change.before),
        after=kept(change.after),
    )
