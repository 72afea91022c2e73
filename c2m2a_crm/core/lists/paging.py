"""Pages of a list that cost the same at any depth and survive rows that come and go.

The next page begins after the last row of this one, in the list's own order: a comparison of rows, which an index
answers wherever the page lies. A number of rows to skip would grow with the depth and show rows twice, or never, when
others are added meanwhile. The place is carried in the address as a cursor: the sorted values of the boundary row.
"""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import connection, models
from django.db.models import F, Func, Q, Value
from django.db.models.expressions import OrderBy
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from c2m2a_crm.core.querysets import CountedRows

LONGEST_CURSOR = 4000
_ALIAS = "place_{}"
_COUNT = "counted_rows"

Rows = models.QuerySet[Any, Any]
Values = tuple[Any, ...]


class BadCursor(ValueError):
    """The text is no place in a list of this order."""


class _RowComparison(Func):
    """``(a, b) > (1, 2)``: one range of an index on (a, b)."""

    conditional = True
    output_field = models.BooleanField()

    def __init__(self, sign: str, columns: Sequence[Any], values: Sequence[Any]) -> None:
        super().__init__(*columns, *values)
        self.sign = sign

    def as_sql(self, compiler: SQLCompiler, connection: Any, **extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # Django's own stubs return a looser tuple
        compiled = [compiler.compile(each) for each in self.get_source_expressions()]
        half = len(compiled) // 2
        sides = (", ".join(sql for sql, _params in part) for part in (compiled[:half], compiled[half:]))
        params = [param for _sql, params in compiled for param in params]
        return f" {self.sign} ".join(f"({side})" for side in sides), params


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an order. Where values may be missing they come last, whichever way the order runs."""

    expression: Any
    descending: bool
    nullable: bool

    def order_by(self, *, backwards: bool) -> OrderBy:
        descending = self.descending != backwards
        if not self.nullable:
            return OrderBy(self.expression, descending=descending)
        return OrderBy(
            self.expression, descending=descending, nulls_first=backwards or None, nulls_last=not backwards or None
        )


class Order:
    """A total order of rows: some parts, the primary key last, which runs the way of the part before it."""

    def __init__(self, rows: Rows, ordering: Sequence[Any]) -> None:
        self._rows = rows
        self.parts: list[Part] = []
        for given in ordering:
            part = _part(rows, given)
            if _is_primary_key(rows, part.expression):
                self.parts.append(Part(F("pk"), part.descending, False))
                break
            self.parts.append(part)
        else:
            self.parts.append(Part(F("pk"), bool(self.parts) and self.parts[-1].descending, False))
        aliases = {_ALIAS.format(place): part.expression for place, part in enumerate(self.parts)}
        self._placed: Rows = rows.annotate(**aliases)
        self._fields = [self._placed.query.annotations[alias].output_field for alias in aliases]
        self._names = list(aliases)

    @property
    def queryset(self) -> Rows:
        """The rows in this order."""
        return self._rows.order_by(*self._order_by(backwards=False))

    @property
    def signature(self) -> int:
        """Tells apart the places of different orders, also of the same column in another language."""
        words = [f"{part.expression!r} {part.descending}" for part in self.parts]
        return zlib.crc32("|".join([self._rows.model._meta.label, *words]).encode())

    def first(self, limit: int, offset: int = 0) -> list[Values]:
        """The values of the order's parts, the key last, for that many rows."""
        return self._read(self._placed, backwards=False, start=offset, limit=limit)

    def first_and_count(self, limit: int, rows: Rows) -> tuple[list[Values], int]:
        """The first rows as :meth:`first` gives them, and how many ``rows`` there are, in one statement."""
        counted = self._placed.annotate(**{_COUNT: CountedRows(rows)}).order_by(*self._order_by(backwards=False))
        found = list(counted.values_list(*self._names, _COUNT)[:limit])
        return [row[:-1] for row in found], found[0][-1] if found else 0

    def last(self, limit: int) -> list[Values]:
        """The last rows, in the order of the list."""
        return self._read(self._placed, backwards=True, start=0, limit=limit)[::-1]

    def after(self, place: Values, limit: int) -> list[Values]:
        """The rows that follow that place, which need not be held by a row any more."""
        return self._beyond(place, limit, backwards=False)

    def before(self, place: Values, limit: int) -> list[Values]:
        """The rows that lead to that place, the nearest ones, in the order of the list."""
        return self._beyond(place, limit, backwards=True)[::-1]

    def cursor(self, place: Values) -> str:
        text = json.dumps([self.signature, *map(_plain, place)], separators=(",", ":"))
        return urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def place(self, cursor: str) -> Values:
        """The place that :meth:`cursor` wrote down. Raises BadCursor for anything else."""
        if len(cursor) > LONGEST_CURSOR:
            raise BadCursor
        try:
            read = json.loads(urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
        except (ValueError, RecursionError):
            raise BadCursor from None
        if not isinstance(read, list) or len(read) != len(self.parts) + 1 or read[0] != self.signature:
            raise BadCursor
        found = []
        for part, field, value in zip(self.parts, self._fields, read[1:], strict=True):
            if value is None and not part.nullable:
                raise BadCursor
            found.append(_typed(field, value))
        return tuple(found)

    def _order_by(self, *, backwards: bool) -> list[OrderBy]:
        return [part.order_by(backwards=backwards) for part in self.parts]

    def _read(self, rows: Rows, *, backwards: bool, start: int, limit: int) -> list[Values]:
        ordered = rows.order_by(*self._order_by(backwards=backwards))
        return list(ordered.values_list(*self._names)[start : start + limit])

    def _beyond(self, place: Values, limit: int, *, backwards: bool) -> list[Values]:
        found: list[Values] = []
        for condition in self._ranges(place, backwards=backwards):
            if len(found) < limit:
                rows = self._placed.filter(condition)
                found += self._read(rows, backwards=backwards, start=0, limit=limit - len(found))
        return found

    def _ranges(self, place: Values, *, backwards: bool) -> Iterator[Q]:
        """What lies beyond the place, as one condition or two that follow each other: rows with a value and those
        without. Each is one range of an index where the parts run the same way.
        """
        first, *others = self.parts
        if len({part.descending for part in self.parts}) > 1 or any(part.nullable for part in others):
            yield self._spelled_out(place, backwards=backwards)
            return
        sign: Literal["<", ">"] = "<" if first.descending != backwards else ">"
        valued, empty = Q(**{f"{self._names[0]}__isnull": False}), Q(**{f"{self._names[0]}__isnull": True})
        if not first.nullable:
            yield self._compared(sign, place, 0)
        elif place[0] is not None:
            yield valued & self._compared(sign, place, 0)
            if not backwards:
                yield empty
        else:
            yield empty & self._compared(sign, place, 1)
            if backwards:
                yield valued

    def _compared(self, sign: str, place: Values, start: int) -> Q:
        columns = [F(name) for name in self._names[start:]]
        values = [
            Value(value, output_field=field) for value, field in zip(place[start:], self._fields[start:], strict=True)
        ]
        return Q(_RowComparison(sign, columns, values))

    def _spelled_out(self, place: Values, *, backwards: bool) -> Q:
        """The same as alternatives, for orders whose parts run both ways: right, but not a range of an index."""
        beyond, equal = Q(pk__in=[]), Q()
        for part, name, value in zip(self.parts, self._names, place, strict=True):
            lookup = "lt" if part.descending != backwards else "gt"
            if value is None:
                further = Q(**{f"{name}__isnull": False}) if backwards else Q(pk__in=[])
                same = Q(**{f"{name}__isnull": True})
            else:
                further = Q(**{f"{name}__{lookup}": value})
                if part.nullable and not backwards:
                    further |= Q(**{f"{name}__isnull": True})
                same = Q(**{name: value})
            beyond |= equal & further
            equal &= same
        return beyond


def _part(rows: Rows, given: Any) -> Part:
    if isinstance(given, str):
        expression: Any = F(given.removeprefix("-"))
        return Part(expression, given.startswith("-"), _may_be_missing(rows, expression))
    if isinstance(given, OrderBy):
        said = bool(given.nulls_first or given.nulls_last)
        return Part(given.expression, given.descending, said or _may_be_missing(rows, given.expression))
    return Part(given, False, _may_be_missing(rows, given))


def _is_primary_key(rows: Rows, expression: Any) -> bool:
    return isinstance(expression, F) and _name(expression) in {"pk", rows.model._meta.pk.name}


def _name(expression: F) -> str:
    return str(expression.name)  # type: ignore[attr-defined]  # the stubs do not know it


def _may_be_missing(rows: Rows, expression: Any) -> bool:
    """Whether a column on the way can be empty. What is computed counts as always there unless its order says more."""
    if not isinstance(expression, F) or _name(expression) in rows.query.annotations:
        return False
    model: Any = rows.model
    for step in _name(expression).split("__"):
        try:
            field = model._meta.pk if step == "pk" else model._meta.get_field(step)
        except FieldDoesNotExist:
            return True
        if getattr(field, "null", False):
            return True
        model = field.related_model
        if model is None:
            return False
    return False


def _plain(value: Any) -> Any:
    """A value as JSON holds it, exactly."""
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _typed(field: Any, value: Any) -> Any:
    """The value as the column has it, within what the database can compare it to."""
    if value is None:
        return None
    try:
        typed = field.to_python(value)
    except (ValidationError, ValueError, TypeError, OverflowError, ArithmeticError):
        raise BadCursor from None
    match typed:
        case bool():
            is_fit = True
        case int():
            low, high = connection.ops.integer_field_range(field.get_internal_type())
            is_fit = low <= typed <= high
        case str():
            is_fit = "\x00" not in typed and not any("\ud800" <= letter <= "\udfff" for letter in typed)
        case datetime():
            is_fit = timezone.is_aware(typed)
        case _:
            is_fit = True
    if not is_fit:
        raise BadCursor
    return typed
