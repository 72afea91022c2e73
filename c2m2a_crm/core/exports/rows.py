"""The rows of a list on their way into a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.lists import Column, ListState, Plain

# Rows read at a time: as records, which are large, or as plain values, of which more cost fewer questions.
_RECORDS = 2000
_VALUES = 25_000


class Rows:
    """The rows of a list, read with a server-side cursor; ``count`` tells how many were given.

    They come some thousand at a time and column by column: each question to the database is asked once for all of them,
    and what is done to a value costs no call for each cell. Records are made only where a column needs them.
    """

    def __init__(self, state: ListState, actor: Actor) -> None:
        self.columns: Sequence[Column] = state.file_columns
        self.count = 0
        self._queryset = state.ordered.for_list()  # type: ignore[attr-defined]  # HouseQuerySet
        self.actor = actor

    def records(self) -> Iterator[list[Any]]:
        """The records themselves, some thousand at a time; a chunk counts once the next one is asked for."""
        records = self._queryset.iterator(chunk_size=_RECORDS)
        while chunk := list(islice(records, _RECORDS)):
            yield chunk
            self.count += len(chunk)

    @property
    def labels(self) -> list[str]:
        return [str(column.label) for column in self.columns]

    def chunks(self) -> Iterator[list[Sequence[Any]]]:
        """The values of some thousand rows, a sequence for each column."""
        plains = [column.plain for column in self.columns if column.plain]
        return self._values(plains) if len(plains) == len(self.columns) else self._records()

    def _records(self) -> Iterator[list[Sequence[Any]]]:
        records = self._queryset.iterator(chunk_size=_RECORDS)
        while chunk := list(islice(records, _RECORDS)):
            asked = {column.batch: column.batch(self.actor, chunk) for column in self.columns if column.batch}
            keys = [record.pk for record in chunk]
            columns: list[Sequence[Any]] = [
                list(map(column.value, chunk, map(asked[column.batch].get, keys)))
                if column.batch
                else list(map(column.value, chunk))
                for column in self.columns
            ]
            self.count += len(chunk)
            yield columns

    def _values(self, plains: Sequence[Plain]) -> Iterator[list[Sequence[Any]]]:
        names = list(dict.fromkeys(["pk", *(name for plain in plains for name in plain.fields)]))
        rows = self._queryset.values_list(*names).iterator(chunk_size=_VALUES)
        while some := list(islice(rows, _VALUES)):
            self.count += len(some)
            read: dict[str, Sequence[Any]] = dict(zip(names, zip(*some, strict=True), strict=True))
            del some  # thousands of rows, of which the next are about to be read
            yield self._columns(plains, read)
            del read

    def _columns(self, plains: Sequence[Plain], read: dict[str, Sequence[Any]]) -> list[Sequence[Any]]:
        keys = read["pk"]
        asked = {
            lookup: list(map(lookup(self.actor, self._queryset.model, keys).get, keys))
            for lookup in dict.fromkeys(plain.lookup for plain in plains if plain.lookup)
        }
        columns: list[Sequence[Any]] = []
        for plain in plains:
            values = [read[name] for name in plain.fields]
            if plain.lookup:
                values.append(asked[plain.lookup])
            columns.append(list(map(plain.made, *values)) if plain.made else values[0])
        return columns
