"""A registry: entries by key, filled once when Django starts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

from django.core.exceptions import ImproperlyConfigured


class _Entry(Protocol):
    @property
    def key(self) -> str: ...

    @property
    def order(self) -> int: ...


E = TypeVar("E", bound=_Entry)


class Registry(Generic[E]):
    """Entries by key, read back by (order, key): never by the order of INSTALLED_APPS."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries: dict[str, E] = {}

    def register(self, entry: E) -> None:
        if entry.key in self._entries:
            raise ImproperlyConfigured(f"{self.name} already has an entry “{entry.key}”.")
        self._entries[entry.key] = entry

    def __iter__(self) -> Iterator[E]:
        return iter(sorted(self._entries.values(), key=lambda entry: (entry.order, entry.key)))

    def __getitem__(self, key: str) -> E:
        return self._entries[key]

    def get(self, key: str) -> E | None:
        return self._entries.get(key)
