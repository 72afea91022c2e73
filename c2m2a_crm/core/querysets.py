"""Access as vocabulary: every read of the product begins with ``visible_to`` or ``readable_by``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.sql.compiler import SQLCompiler

from c2m2a_crm.core.actor import Actor, circle_ids_of

M = TypeVar("M", bound=models.Model, covariant=True)


class EqualsAny(Func):
    """``column = ANY(array)`` with the array as one parameter: 150 circles cost one bind instead of 150."""

    arity = 2
    output_field = models.BooleanField()

    def __init__(self, column: str, ids: Sequence[int]) -> None:
        super().__init__(F(column), Value(list(ids), output_field=ArrayField(models.BigIntegerField())))

    def as_sql(self, compiler: SQLCompiler, connection: Any, **extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # Django's own stubs return a looser tuple
        column, array = self.get_source_expressions()
        column_sql, column_params = compiler.compile(column)
        array_sql, array_params = compiler.compile(array)
        return f"{column_sql} = ANY({array_sql})", [*column_params, *array_params]


def within_circles(column: str, actor: Actor) -> Q:
    """Rows whose circle column is empty or names one of the actor's circles."""
    return Q(**{f"{column}__isnull": True}) | Q(EqualsAny(column, circle_ids_of(actor)))


class HouseQuerySet(models.QuerySet[M]):
    """Rows open to everyone who may sign in. Rooms with secrets use :class:`SealableQuerySet`."""

    def visible_to(self, actor: Actor) -> Self:
        """Rows that exist for this person."""
        return self if actor.is_authenticated and actor.is_active else self.none()

    def readable_by(self, actor: Actor) -> Self:
        """Rows whose content this person may use: filters, sorts, search, exports, last touch."""
        return self.visible_to(actor)

    def active(self) -> Self:
        """Rows that are not archived."""
        return self.filter(archived_at__isnull=True)

    def archived(self) -> Self:
        return self.filter(archived_at__isnull=False)


class SealableQuerySet(HouseQuerySet[M]):
    """Rows that may be sealed in a circle (they do not exist for others) or restricted (their content is hidden)."""

    def visible_to(self, actor: Actor) -> Self:
        return super().visible_to(actor).filter(within_circles("sealed_circle_id", actor))

    def readable_by(self, actor: Actor) -> Self:
        return self.visible_to(actor).filter(within_circles("restricted_circle_id", actor))
