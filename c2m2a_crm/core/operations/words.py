"""Operations in the reader's words: what was done, and why something stays as it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Count
from django.urls import NoReverseMatch
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from c2m2a_crm.core import dates
from c2m2a_crm.core.history import called, nameable
from c2m2a_crm.core.models import History, Operation
from c2m2a_crm.core.operations.effects import Kept, RowKey, Why, model_of
from c2m2a_crm.core.pages.audit import kind_of, name_of


@dataclass(frozen=True, slots=True)
class Written:
    """The rows of one table that an operation wrote."""

    kind: str
    created: int
    changed: int
    deleted: int


@dataclass(frozen=True, slots=True)
class Stays:
    """A record that an undo leaves as it is."""

    name: str
    kind: str
    url: str
    why: str


def written_by(operation: Operation, actor: Any) -> list[Written]:
    """Rows by table, each counted once, by what was done to it first; of those that the actor may read."""
    changes = History.objects.open_to(actor).filter(operation_id=operation.pk)
    first = changes.order_by("tbl", "row_id", "pk").distinct("tbl", "row_id").values("pk")
    each_once = History.objects.filter(pk__in=first).order_by().values_list("tbl", "action").annotate(Count("pk"))
    counted: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for table, action, number in each_once:
        counted[table][action] = number
    created, changed, deleted = History.Action.CREATED, History.Action.CHANGED, History.Action.DELETED
    rows = [
        Written(kind_of(table), numbers[created], numbers[changed], numbers[deleted])
        for table, numbers in counted.items()
    ]
    return sorted(rows, key=lambda row: row.kind)


def stays(kept: Sequence[tuple[RowKey, Kept]], actor: Any) -> list[Stays]:
    """These records by name, as far as the actor may read them, each with its reason; a query for each table."""
    wanted = {key for key, _kept in kept}
    others = {told.subject for _key, told in kept if told.subject is not None and told.why == Why.WITH}
    rows = _rows(wanted | others, actor)
    gone = _gone_names({key for key in wanted | others if key not in rows}, actor)
    people = get_user_model()._default_manager.in_bulk({told.actor_id for _key, told in kept if told.actor_id})
    found = []
    for key, told in kept:
        row = rows.get(key)
        name = str(row) if row is not None else gone.get(key, "")
        if name:
            why = _why(key, told, people, rows, gone)
            found.append(Stays(name, kind_of(key[0]), url_of(row), why))
    return found


def _rows(keys: Iterable[RowKey], actor: Any) -> dict[RowKey, models.Model]:
    by_table: dict[str, set[int]] = defaultdict(set)
    for table, pk in keys:
        by_table[table].add(pk)
    return {
        (table, row.pk): row
        for table, numbers in by_table.items()
        if (model := model_of(table)) is not None
        for row in nameable(model, actor).filter(pk__in=numbers)
    }


def _gone_names(keys: Iterable[RowKey], actor: Any) -> dict[RowKey, str]:
    """What records were called that are not there any more."""
    by_table: dict[str, set[int]] = defaultdict(set)
    for table, pk in keys:
        by_table[table].add(pk)
    return {
        (change.tbl, change.row_id): name_of(change)
        for table, numbers in by_table.items()
        for change in History.objects.open_to(actor).filter(tbl=table, row_id__in=numbers).order_by("pk")
    }


def url_of(row: models.Model | None) -> str:
    """The page of the record, where it has one."""
    give = getattr(row, "get_absolute_url", None)
    if give is None:
        return ""
    try:
        return str(give())
    except NoReverseMatch:
        return ""


def _why(
    key: RowKey,
    told: Kept,
    people: Mapping[Any, Any],
    rows: Mapping[RowKey, models.Model],
    gone: Mapping[RowKey, str],
) -> str:
    author = people.get(told.actor_id)
    said = {
        "who": author.name if author else told.writer or _("Somebody"),
        "when": dates.relative_date(told.at) if told.at else "",
        "kind": _kind(told.subject),
    }
    match told.why:
        case Why.CHANGED if told.subject in (None, key):
            return _("Changed since by %(who)s, %(when)s.") % said
        case Why.CHANGED:
            return _("%(kind)s: changed since by %(who)s, %(when)s.") % said
        case Why.REMOVED:
            return _("Removed since by %(who)s, %(when)s.") % said
        case Why.NEEDED if told.subject is not None and told.at is not None:
            return _("%(kind)s: added since by %(who)s, %(when)s.") % said
        case Why.WITH:
            other = rows.get(told.subject) if told.subject else None
            name = str(other) if other is not None else gone.get(told.subject or ("", 0), "")
            if name:
                return _("Needed by “%(name)s”, which stays.") % {"name": name}
            return _("Needed by something that stays.")
        case Why.CLEARED:
            return _("Texts were lawfully removed from its history.")
        case Why.RULE if told.sentence:
            return told.sentence
        case Why.PARENT_GONE:
            return _("What it belonged to is not there any more.")
        case Why.CLASH:
            return _("What it held before is taken by another record now.")
        case Why.REFUSED | Why.UNKNOWN | Why.RULE:
            return _("The rules of today refuse what it held before.")
    return _("Needed by something added since.")


def _kind(subject: RowKey | None) -> str:
    model = model_of(subject[0]) if subject else None
    return capfirst(called(model._meta.verbose_name)) if model else ""


def lost_in_words(lost: Mapping[str, Iterable[str]]) -> list[str]:
    """Sentences on columns that the tables no longer have, so that what they held is not put back."""
    return [
        _("%(kind)s: the field “%(field)s” is not there any more. What it held is not put back.")
        % {"kind": kind_of(table), "field": column}
        for table, columns in sorted(lost.items())
        for column in sorted(columns)
    ]
