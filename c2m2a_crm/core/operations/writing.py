"""The writing of an undo, some hundred records at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, Final

from django.db import DatabaseError, OperationalError, connection, models, transaction
from django.utils.translation import gettext as _

from c2m2a_crm.core.models import History
from c2m2a_crm.core.operations import images
from c2m2a_crm.core.operations.effects import Effect, Group, Kept, Why, followers_of, image_of, model_of
from c2m2a_crm.core.operations.plan import Plan
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.registries import UndoneRow, record_tables

_BATCH: Final = 200
_FOLLOWED: Final = 2000

Telling = Callable[[int, int, str], None]


class Undoing:
    """The writing of an undo. What the database refuses is tried once more after the rest, and listed at last."""

    def __init__(self, plan: Plan, actor: Any, tell: Telling) -> None:
        self.plan = plan
        self.actor = actor
        self.tell = tell
        self.done = 0
        self.followers = {table: followers_of(table) for table in plan.columns}

    def do(self) -> None:
        asked = self.plan.to_undo
        self.total = len(asked)
        records = [group for group in asked if not group.is_attendant]
        attendants = [group for group in asked if group.is_attendant]
        back = [group for group in attendants if not group.effects[0].is_created]
        gone = [group for group in attendants if group.effects[0].is_created]
        for groups in (back, records, gone):  # what records need is there before them, and goes after them
            waiting = groups
            while waiting:
                refused = self._pass(waiting)
                if len(refused) == len(waiting):
                    break
                waiting = refused
        self._follow_up()

    def _pass(self, groups: Sequence[Group]) -> list[Group]:
        refused: list[Group] = []
        queue = iter(groups)
        while batch := list(islice(queue, _BATCH)):
            if self._try(batch) is not None:
                refused += [group for group in batch if len(batch) == 1 or self._try([group]) is not None]
            self.done += len(batch)
            self.tell(min(self.done, self.total), self.total, _("Putting back"))
        return refused

    def _try(self, groups: Sequence[Group]) -> DatabaseError | None:
        try:
            with transaction.atomic():
                self._write([effect for group in groups for effect in group.effects])
                with connection.cursor() as cursor:  # what is checked at the end of the transaction is checked now
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except OperationalError:
            raise  # a lock or a connection, no fault of these rows
        except DatabaseError as error:
            for group in groups:
                group.kept = Kept(_why_refused(error, group))
            return error
        finally:
            with suppress(transaction.TransactionManagementError), connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for group in groups:
            group.kept = None
        return None

    def _write(self, effects: Sequence[Effect]) -> None:
        made: dict[str, list[int]] = defaultdict(list)
        changed: dict[tuple[str, frozenset[str]], list[int]] = defaultdict(list)
        removed: dict[tuple[str, frozenset[str]], list[int]] = defaultdict(list)
        for effect in sorted(effects, key=lambda each: -each.last_id):
            writable = self.plan.columns[effect.table].writable
            if effect.is_created:
                made[effect.table].append(effect.pk)
            elif effect.is_deleted:
                removed[effect.table, effect.held & writable].append(effect.first_id)
            else:
                changed[effect.table, effect.changed_columns() & writable].append(effect.first_id)
        for table, keys in made.items():
            for follower in self.followers[table]:
                images.delete_rows(follower.model, keys, str(follower.column))
            images.delete_rows(_known(table), keys)
        for (table, columns), changes in changed.items():
            images.write_back(_known(table), columns, changes)
        for (table, columns), changes in reversed(removed.items()):
            defaults = images.defaults_for(_known(table), self.plan.columns[table].required - columns)
            images.insert_again(_known(table), columns, defaults, changes)

    def _follow_up(self) -> None:
        """Let the rooms bring right what follows from the rows that were put back, some thousand rows at a time."""
        written = (effect for group in self.plan.to_undo for effect in group.effects)
        while some := list(islice(written, _FOLLOWED)):
            rows = _with_images(some)
            for entry in record_tables:
                own = [row for row in rows if row.model in {entry.model, *entry.parts, *entry.attendants}]
                if own:
                    entry.after_undo(self.actor, own)


def _with_images(effects: Sequence[Effect]) -> list[UndoneRow]:
    """The plan does not keep what the rows held: it is read again from history."""
    ends = {effect.first_id for effect in effects if not effect.is_created}
    ends |= {effect.last_id for effect in effects if not effect.is_deleted}
    found = History.objects.filter(among("id", ends)).values_list("pk", "before", "after")
    images_of = {pk: (before, after) for pk, before, after in found.iterator(chunk_size=_FOLLOWED)}
    return [
        UndoneRow(
            _known(effect.table),
            effect.pk,
            None if effect.is_deleted else image_of(effect.table, images_of[effect.last_id][1]),
            None if effect.is_created else image_of(effect.table, images_of[effect.first_id][0]),
        )
        for effect in effects
    ]


def _known(table: str) -> type[models.Model]:
    model = model_of(table)
    if model is None:
        raise LookupError(table)  # a plan leaves such rows as they are
    return model


def _why_refused(error: DatabaseError, group: Group) -> str:
    state = str(getattr(error.__cause__, "sqlstate", "") or "")
    if state == "23503":
        return Why.POINTED_AT if any(effect.is_created for effect in group.effects) else Why.PARENT_GONE
    return Why.CLASH if state in {"23505", "23P01"} else Why.REFUSED
