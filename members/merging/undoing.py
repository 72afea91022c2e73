"""A merge taken back: both records stand again, and what the merge moved goes back where it was, row by row.

An undo record by record (``core.operations.plan``) would leave everything with the survivor as soon as one telephone
of it had changed. Here each row goes back by itself, and only the columns that the merge wrote: what was edited since
stays edited.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import DatabaseError, OperationalError, connection, models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from c2m2a_crm.core.models import History, Operation
from c2m2a_crm.core.operations import images
from c2m2a_crm.core.operations.effects import Effect, Kept, RowKey, Why, effects_of, model_of
from c2m2a_crm.core.operations.services import UndoRefused, kept_as_json
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.registries import MergeableRelation, TakenBack
from members.merging.errors import SurvivorMerged
from members.merging.moving import after_moving, readable_of, relations_of, repoint, rows_of
from members.merging.services import bring_names_right, lock_both
from members.models import Party, Person
from members.services.errors import PersonIsAnonymised

GO: Final = "go"
STAY: Final = "stay"


@dataclass(frozen=True, slots=True)
class Later:
    """A row that came to the survivor after the merge: whose is it?"""

    relation: MergeableRelation
    pk: int
    name: str
    at: datetime | None
    follows: bool

    @property
    def key(self) -> str:
        """The name of its question."""
        return f"{self.relation.key}:{self.pk}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands to be said before a merge is taken back, as the actor may know it."""

    keep: Any
    lose: Any
    goes_back: int
    later: Sequence[Later]
    kept: Sequence[tuple[RowKey, Kept]]


def pair_of(operation: Operation) -> tuple[type[Any], int, int]:
    """The table of both records, the key of the one that was kept and of the other one."""
    details = operation.details
    model = Person if details["model"] == Person._meta.label else Party
    return model, int(details["keep"]), int(details["lose"])


def page_of(operation: Operation) -> str:
    model, keep, _lose = pair_of(operation)
    record = model._default_manager.filter(pk=keep).first()
    return record.get_absolute_url() if record else ""


def undo_page(operation: Operation) -> str:
    return reverse("merging:undo", args=[operation.pk])


def asks(actor: Any, operation: Operation) -> bool:
    """Whether something came to the survivor since, so that somebody must say whose it is."""
    return any(not each.follows for each in later_rows(actor, operation))


def ask(actor: Any, operation: Operation) -> Asked:
    """What the undo would do now. Nothing is locked. Raises as :func:`take_back`."""
    model, keep_pk, lose_pk = pair_of(operation)
    rows = model._default_manager.in_bulk([keep_pk, lose_pk])
    keep, lose = rows[keep_pk], rows[lose_pk]
    _refuse(keep, lose)
    effects = effects_of(operation)
    back, kept = _what_goes_back(effects)
    own = {(model._meta.db_table, keep_pk), (model._meta.db_table, lose_pk)}
    seen = _seen(actor, {key for key in effects if key not in own})
    return Asked(
        keep,
        lose,
        sum(1 for effect, columns in back if columns and effect.key in seen),
        later_rows(actor, operation, effects),
        [(key, why) for key, why in kept if key in seen or key in own],
    )


def take_back(actor: Any, operation: Operation, answers: Mapping[str, Any]) -> TakenBack:
    """Inside the recorded undo. ``answers`` maps :attr:`Later.key` to ``go`` for what goes to the record that is back.

    Raises ``UndoRefused`` where the two cannot be told apart any more.
    """
    model, keep_pk, lose_pk = pair_of(operation)
    keep, lose = lock_both(model, keep_pk, lose_pk)
    _refuse(keep, lose)
    effects = effects_of(operation)
    going = [each for each in later_rows(actor, operation, effects) if each.follows or answers.get(each.key) == GO]
    back, kept = _what_goes_back(effects)
    kept += _write(back, going, lose_pk)
    keep.refresh_from_db()
    lose.refresh_from_db()
    after_moving(actor, model, [keep_pk, lose_pk])
    bring_names_right(keep, lose)
    seen = _seen(actor, {*effects, *((_table(each), each.pk) for each in going)})
    done = [effect.key for effect, _columns in back] + [(_table(each), each.pk) for each in going]
    return TakenBack(
        sum(1 for key in done if key in seen), [kept_as_json(key, why) for key, why in kept if key in seen]
    )


def _table(row: Later) -> str:
    return row.relation.model._meta.db_table


def _refuse(keep: Person | Party, lose: Person | Party) -> None:
    if isinstance(keep, Person) and keep.anonymised_on:
        raise UndoRefused(str(PersonIsAnonymised.sentence))
    if keep.merged_into_id or lose.merged_into_id != keep.pk:
        raise UndoRefused(str(SurvivorMerged.sentence))


# --- What goes back ---------------------------------------------------------------------------------------------------

Back = list[tuple[Effect, frozenset[str]]]


def _what_goes_back(effects: Mapping[RowKey, Effect]) -> tuple[Back, list[tuple[RowKey, Kept]]]:
    """Each row with the columns that hold what the merge left there, and what has changed since.

    A row that the merge made is given with no columns: it goes where nobody has changed it.
    """
    by_table: dict[str, list[int]] = defaultdict(list)
    for table, pk in effects:
        by_table[table].append(pk)
    now = {(table, pk): image for table, keys in by_table.items() for pk, image in _images(table, keys)}
    changed = _changed_by(effects, now)
    back: Back = []
    kept: list[tuple[RowKey, Kept]] = []
    for key, effect in effects.items():
        row = now.get(key)
        if row is None:
            kept.append((key, _since(changed, key, Why.REMOVED)))
            continue
        after = effect.after or {}
        columns = effect.changed_columns()
        same = frozenset(column for column in columns if row.get(column) == after.get(column))
        if effect.is_created:
            if same == columns:
                back.append((effect, frozenset()))
            else:
                kept.append((key, _since(changed, key, Why.CHANGED)))
            continue
        if same:
            back.append((effect, same))
        if same != columns:
            kept.append((key, _since(changed, key, Why.CHANGED)))
    return back, kept


def _images(table: str, keys: Sequence[int]) -> Iterable[tuple[int, dict[str, Any]]]:
    """The rows as they stand, written as history writes them."""
    model = model_of(table)
    if model is None:
        return
    quote = connection.ops.quote_name
    key = quote(str(model._meta.pk.column))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, to_jsonb(t)::text FROM {quote(table)} t WHERE {key} = ANY(%s)",  # noqa: S608  names from the catalogue, quoted
            [list(keys)],
        )
        for pk, image in cursor.fetchall():
            yield pk, json.loads(image)


def _changed_by(effects: Mapping[RowKey, Effect], now: Mapping[RowKey, Any]) -> dict[RowKey, Kept]:
    """The last change of each row that stands otherwise than the merge left it, or is gone."""
    found: dict[RowKey, Kept] = {}
    other: dict[str, list[int]] = defaultdict(list)
    for key, effect in effects.items():
        row, after = now.get(key), effect.after or {}
        if row is None or any(row.get(column) != after.get(column) for column in effect.changed_columns()):
            other[key[0]].append(key[1])
    for table, keys in other.items():
        for change in History.objects.filter(tbl=table, row_id__in=keys).order_by("pk"):
            found[table, change.row_id] = Kept(Why.CHANGED, change.actor_id, change.writer, change.at)
    return found


def _since(changed: Mapping[RowKey, Kept], key: RowKey, why: str) -> Kept:
    told = changed.get(key)
    return Kept(why, told.actor_id, told.writer, told.at, key) if told else Kept(why)


def _seen(actor: Any, keys: Collection[RowKey]) -> set[RowKey]:
    """Those of these rows that the actor may read."""
    by_table: dict[str, list[int]] = defaultdict(list)
    for table, pk in keys:
        by_table[table].append(pk)
    readable: dict[str, models.QuerySet[Any]] = {}
    for target in (Person, Party):
        for relation in relations_of(target):
            readable.setdefault(relation.model._meta.db_table, readable_of(relation, actor))
    found: set[RowKey] = set()
    for table, pks in by_table.items():
        rows = readable.get(table)
        if rows is not None:
            found |= {(table, pk) for pk in rows.filter(pk__in=pks).values_list("pk", flat=True)}
    return found


# --- What came since --------------------------------------------------------------------------------------------------


def later_rows(actor: Any, operation: Operation, effects: Mapping[RowKey, Effect] | None = None) -> list[Later]:
    """Rows that came to name the survivor after the merge. Those that the actor may not read stay, and are not told;
    those that the database ties to a row that goes back go with it, whoever asks.
    """
    model, keep, _lose = pair_of(operation)
    if effects is None:
        effects = effects_of(operation)
    first = min((effect.first_id for effect in effects.values()), default=0)
    found: list[Later] = []
    for relation in relations_of(model):
        came = _came_since(relation, keep, operation, first)
        came = {pk: at for pk, at in came.items() if (relation.model._meta.db_table, pk) not in effects}
        if not came:
            continue
        tied = _tied(relation, came, effects)
        readable = readable_of(relation, actor).filter(pk__in=came)
        named = {row.pk: str(row) for row in readable}
        found += [
            Later(relation, pk, named.get(pk, ""), at, pk in tied)
            for pk, at in came.items()
            if pk in named or pk in tied
        ]
    return found


def _came_since(relation: MergeableRelation, keep: int, operation: Operation, first: int) -> dict[int, datetime]:
    column = str(relation.model._meta.get_field(relation.column).column)  # type: ignore[union-attr]  # a concrete field
    changes = (
        History.objects.filter(
            tbl=relation.model._meta.db_table, row_id__in=rows_of(relation, keep).values("pk"), pk__gt=first
        )
        .exclude(operation_id=operation.pk)
        .order_by("pk")
        .values_list("row_id", "at", f"before__{column}", f"after__{column}")
    )
    return {pk: at for pk, at, before, after in changes if after == keep and before != keep}


def _tied(relation: MergeableRelation, came: Mapping[int, Any], effects: Mapping[RowKey, Effect]) -> set[int]:
    if relation.goes_with is None:
        return set()
    column, table = relation.goes_with[0], relation.goes_with[1]._meta.db_table
    going = [pk for (tbl, pk), effect in effects.items() if tbl == table and not effect.is_created]
    rows = relation.model._base_manager.filter(among("pk", came), **{f"{column}__in": going})
    return set(rows.values_list("pk", flat=True))


# --- Writing ----------------------------------------------------------------------------------------------------------


def _write(back: Back, going: Sequence[Later], lose: int) -> list[tuple[RowKey, Kept]]:
    """All at once; where the database refuses something, each row by itself, and what it refuses stays and is told."""
    try:
        with transaction.atomic():
            _write_all(back, going, lose)
            _check_now()
    except OperationalError:
        raise  # a lock or a connection, no fault of these rows
    except DatabaseError:
        kept = _write_one_by_one(back, going, lose)
        try:
            with transaction.atomic():
                _check_now()
        except OperationalError:
            raise
        except DatabaseError as refused:
            sentence = _("The two cannot be told apart any more: what was added since ties them together.")
            raise UndoRefused(sentence) from refused
        return kept
    return []


def _check_now() -> None:
    """What is checked at the end of the transaction is checked now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _write_all(back: Back, going: Sequence[Later], lose: int) -> None:
    """Last written first, many rows of one sort together."""
    batches: dict[tuple[str, bool, frozenset[str]], list[Effect]] = defaultdict(list)
    for effect, columns in sorted(back, key=lambda pair: -pair[0].last_id):
        batches[effect.table, effect.is_created, columns].append(effect)
    for (table, is_created, columns), effects in batches.items():
        _write_batch(table, columns, effects, is_created=is_created)
    by_relation: dict[str, list[Later]] = defaultdict(list)
    for each in going:
        by_relation[each.relation.key].append(each)
    for rows in by_relation.values():
        relation = rows[0].relation
        repoint(relation, relation.model._base_manager.filter(among("pk", [row.pk for row in rows])), lose)


def _write_batch(table: str, columns: frozenset[str], effects: Sequence[Effect], *, is_created: bool) -> None:
    model = model_of(table)
    if model is None:
        raise UndoRefused(_("The table “%(table)s” is not there any more.") % {"table": table})
    if is_created:
        images.delete_rows(model, [effect.pk for effect in effects])
    else:
        writable = images.columns_of(table).writable
        images.write_back(model, columns & writable, [effect.first_id for effect in effects])


def _write_one_by_one(back: Back, going: Sequence[Later], lose: int) -> list[tuple[RowKey, Kept]]:
    kept: list[tuple[RowKey, Kept]] = []
    for effect, columns in sorted(back, key=lambda pair: -pair[0].last_id):
        try:
            with transaction.atomic():
                _write_batch(effect.table, columns, [effect], is_created=effect.is_created)
        except OperationalError:
            raise
        except DatabaseError:
            kept.append((effect.key, Kept(Why.CLASH)))
    for each in going:
        rows = each.relation.model._base_manager.filter(pk=each.pk)
        try:
            with transaction.atomic():
                repoint(each.relation, rows, lose)
        except OperationalError:
            raise
        except DatabaseError:
            kept.append(((_table(each), each.pk), Kept(Why.CLASH)))
    return kept
