"""Statements that every page asks: Django builds them once, later pages only fill in who asks and about which rows.

A page of a list spends more time on having its SQL built than on having it answered. The statement is kept as Django
built it, for each day, language and set of roles, with *places* where the reader's key, the reader's circles and the
keys of the rows come in. Rights stay where they are: the builder calls ``visible_to`` and ``readable_by`` as always,
with a reader who has places for a key and for circles and no other property, so that nothing else of one person can
stand in a statement that is asked for the next. See ADR 21.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, Final, Never, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models.expressions import Expression
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

from c2m2a_crm.core.actor import Actor, circle_ids_of, pair_behind
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.validity import today

Rows = models.QuerySet[Any, Any]
T = TypeVar("T")
Shape = tuple[date, str, frozenset[str], tuple[Any, ...]]

READER, CIRCLES, KEYS = "reader", "circles", "keys"
# A statement has a few shapes a day; those of the days before go when there are more.
_SHAPES_KEPT: Final = 64


# All there are, for the test that compares each with its builder.
STATEMENTS: list[Statement] = []


class Place(Expression):
    """Where a value comes in when the statement is asked."""

    def __init__(self, name: str, output_field: models.Field[Any, Any] | None = None) -> None:
        super().__init__(output_field=output_field or models.BigIntegerField())
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # Django's own stubs return a looser tuple
        return "%s", [self]


class _AnyReader:
    """Who asks, as far as a statement for everybody with these roles may know them."""

    is_authenticated = True
    is_active = True

    def __init__(self, roles: frozenset[str]) -> None:
        self.pk: Any = Place(READER)
        self.roles = roles
        self._circle_ids: Any = Place(CIRCLES)  # as core.actor keeps them


class _Kept(Query):
    """A query with its SQL at hand. It is asked as it is: what was built cannot be narrowed any more."""

    kept: SQLCompiler
    sql: str
    parameters: tuple[Any, ...]

    def get_compiler(self, using: str | None = None, connection: Any = None, elide_empty: bool = True) -> SQLCompiler:
        compiler = _copied(self.kept)
        compiler.connection = connections[using] if using else connection
        compiler.as_sql = lambda *args, **kwargs: (self.sql, self.parameters)  # type: ignore[method-assign]  # this copy alone: its SQL is at hand
        return compiler

    def clone(self) -> Never:
        raise TypeError("A prepared statement is asked as it is; narrow it where it is built.")

    chain = clone  # type: ignore[assignment]  # takes nothing, for it never answers


class Statement:
    """Rows of one statement, for whoever asks. ``build(reader, keys, *shape)`` gives the queryset with its order.

    What is the same for everybody is asked by, and built for, None.

    ``keys`` goes into :func:`core.querysets.among`. What else the SQL depends on, as the columns of a language or a
    table, is ``shape``: values that can be hashed, never one person's. Days may be compared with ``today()``, moments
    with nothing: a shape is kept for a day.
    """

    def __init__(self, build: Callable[..., Rows]) -> None:
        self.build = build
        STATEMENTS.append(self)
        self._kept: dict[Shape, tuple[Rows, _Kept | None]] = {}

    def __call__(self, actor: Actor | None, keys: Iterable[int] = (), *shape: Any) -> Rows:
        """The rows as this actor may see them. The queryset can be read, not narrowed."""
        keys = list(keys)
        roles: frozenset[str] | None = frozenset() if actor is None else getattr(actor, "roles", None)
        if roles is None or (actor is not None and (not actor.is_active or pair_behind(actor) is not None)):
            return self.build(actor, keys, *shape)  # somebody's own case
        now: Shape = (today(), reader_language(), roles, shape)
        if now not in self._kept:
            if len(self._kept) >= _SHAPES_KEPT:
                self._kept.clear()
            self._kept[now] = _prepared(self.build(actor and _AnyReader(roles), Place(KEYS), *shape))
        rows, query = self._kept[now]
        if query is None:
            return rows.all()
        values: dict[str, Any] = {KEYS: array(keys)}
        if actor is not None:
            values |= {READER: actor.pk, CIRCLES: array(circle_ids_of(actor))}
        asked = _copied(query)
        asked.parameters = tuple(values[part.name] if type(part) is Place else part for part in query.parameters)
        return _asking(rows, asked)


def array(keys: Sequence[int]) -> str:
    """Keys in the database's own spelling of an array: a field, and the driver, would look at each of them."""
    return f"{{{','.join(map(str, keys))}}}"


def _prepared(rows: Rows) -> tuple[Rows, _Kept | None]:
    """The queryset and its built query; an empty one and None where no row can be."""
    compiler = rows.query.get_compiler(rows.db)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return rows.none(), None
    query: Any = rows.query.chain(klass=_Kept)
    query.kept, query.sql, query.parameters = compiler, sql, tuple(parameters)
    return rows, query


def _asking(rows: Any, query: Query) -> Rows:
    """An equal queryset that asks the query."""
    asked: Any = type(rows)(model=rows.model, query=query, using=rows._db)
    for name in ("_iterable_class", "_fields", "_prefetch_related_lookups"):
        setattr(asked, name, getattr(rows, name))
    return asked  # type: ignore[no-any-return]  # of the class of ``rows``, which is Any to reach its private parts


def _copied(made: T) -> T:
    """A copy that shares what it holds: ``copy.copy`` asks every class how, which took longer than the copy."""
    copied: T = type(made).__new__(type(made))
    vars(copied).update(vars(made))
    return copied
