"""Rows that name one record made to name another, relation by relation as the rooms have declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.lookups import IsNull

from c2m2a_crm.core.history import nameable
from c2m2a_crm.core.models import Versioned
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.registries import Meeting, MergeableRelation, OnMerge, mergeable_relations
from members.merging.errors import MergeRefused
from members.merging.fields import LOSE

# Of rows that meet, so many are named on the preview.
NAMED = 5


def relations_of(model: type[models.Model]) -> list[MergeableRelation]:
    """Those whose rows move with a record of this table."""
    return [
        relation
        for relation in mergeable_relations
        if relation.target is model._meta.concrete_model and relation.on_merge is OnMerge.MOVES
    ]


def rows_of(relation: MergeableRelation, key: int) -> models.QuerySet[Any]:
    """The rows that name the record, also those that nobody who asks may read."""
    return relation.model._base_manager.filter(relation.rows, **{relation.column: key})


def readable_of(relation: MergeableRelation, actor: Any) -> models.QuerySet[Any]:
    return relation.readable(actor) if relation.readable else nameable(relation.model, actor)


def rows_that_meet(relation: MergeableRelation, keep: int, lose: int) -> models.QuerySet[Any]:
    """Rows of ``lose`` that meet one of ``keep``."""
    rows = rows_of(relation, lose)
    if relation.meets is not None:
        return relation.meets(rows, keep, lose)
    condition = Q(pk__in=[])
    if relation.same or relation.overlaps:
        own = relation.model._base_manager.filter(relation.rows, relation.among, **{relation.column: keep})
        for name in relation.same:
            own = own.filter(_alike(relation.model, name))
        if relation.overlaps:
            own = own.filter(**{f"{relation.overlaps}__overlap": OuterRef(relation.overlaps)})
        condition |= relation.among & Q(Exists(own))
    if relation.other:
        condition |= Q(**{relation.other: keep})
    return rows.filter(condition)


def _alike(model: type[models.Model], name: str) -> Q:
    equal = Q(**{name: OuterRef(name)})
    if not getattr(model._meta.get_field(name), "null", False):
        return equal
    return equal | Q(**{f"{name}__isnull": True}) & Q(IsNull(OuterRef(name), True))


@dataclass(frozen=True, slots=True)
class Line:
    """One relation on the preview: counts of what the reader may see, and rows that meet, by name."""

    relation: MergeableRelation
    moves: int
    meets: int
    named: Sequence[str]

    @property
    def key(self) -> str:
        return self.relation.key

    @property
    def label(self) -> str:
        return str(self.relation.label)

    @property
    def sentence(self) -> str:
        return str(self.relation.sentence) if self.meets else ""

    @property
    def is_refused(self) -> bool:
        return bool(self.meets) and self.relation.meeting is Meeting.REFUSES

    @property
    def may_choose(self) -> bool:
        return bool(self.meets) and self.relation.may_choose


def preview_lines(actor: Any, model: type[models.Model], keep: int, lose: int) -> list[Line]:
    """What would move, as far as the actor may read it."""
    lines = []
    for relation in relations_of(model):
        readable = readable_of(relation, actor).values("pk")
        count = rows_of(relation, lose).filter(pk__in=readable).count()
        if not count:
            continue
        meeting = rows_that_meet(relation, keep, lose).filter(pk__in=readable)
        met = meeting.count()
        stays = met if relation.meeting is Meeting.STAYS else 0
        named = [str(row) for row in meeting.order_by("pk")[:NAMED]] if met else []
        lines.append(Line(relation, count - stays, met, named))
    return lines


def move_all(actor: Any, model: type[models.Model], keep: int, lose: int, chosen: Mapping[str, str]) -> None:
    """Raises :class:`MergeRefused` where a row meets one that must be ended first. Inside the caller's operation."""
    for relation in relations_of(model):
        _move(actor, relation, keep, lose, chosen.get(relation.key, ""))


def _move(actor: Any, relation: MergeableRelation, keep: int, lose: int, chosen: str) -> None:
    meeting: list[int] = []
    if relation.same or relation.overlaps or relation.other or relation.meets:
        meeting = list(rows_that_meet(relation, keep, lose).order_by().values_list("pk", flat=True))
    rows = rows_of(relation, lose)
    if not meeting:
        repoint(relation, rows, keep)
        return
    if relation.meeting is Meeting.REFUSES and readable_of(relation, actor).filter(pk__in=meeting).exists():
        raise MergeRefused(relation.sentence)
    repoint(relation, rows.exclude(among("pk", meeting)), keep)
    if relation.meeting is not Meeting.CHANGES:
        return
    changes = dict(relation.changes)
    if chosen == LOSE and relation.may_choose:
        theirs = list(rows_that_meet(relation, lose, keep).order_by().values_list("pk", flat=True))
        relation.model._base_manager.filter(among("pk", theirs)).update(**_counted(relation.model, changes))
        changes = {}
    repoint(relation, rows.filter(among("pk", meeting)), keep, changes)


def repoint(
    relation: MergeableRelation, rows: models.QuerySet[Any], to: int, changes: Mapping[str, Any] | None = None
) -> int:
    """Make the rows name ``to``, and count them up."""
    return int(rows.update(**_counted(relation.model, {relation.column: to, **(changes or {})})))


def _counted(model: type[models.Model], changes: Mapping[str, Any]) -> dict[str, Any]:
    return {**changes, "version": F("version") + 1} if issubclass(model, Versioned) else dict(changes)


def after_moving(actor: Any, model: type[models.Model], keys: Sequence[int]) -> None:
    """Let the rooms bring right what follows from the rows that have moved."""
    for relation in relations_of(model):
        relation.after(actor, keys)
