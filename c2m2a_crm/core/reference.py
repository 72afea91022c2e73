"""Reference rows: what every installation has from the start, and how it stays right without overwriting anybody.

A row that a person edited counts its edits (``Versioned``); only rows that nobody has edited follow a newer release.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from django.db.models.fields.json import KT

from c2m2a_crm.core.models import History, Versioned

K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=Versioned)

# How the reference files mark what their authors did not check, as a remark in brackets or after a semicolon.
_REMARK: Final = re.compile(r"\s*\[[^\]]*\b(?:from memory|not verified|unknown|unverified)\b[^\]]*\]", re.IGNORECASE)
_DOUBT: Final = re.compile(r"\b(?:from memory|not verified|unverified|unknown|not found)\b|\?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """A cell of a reference file: its text without the remark, and whether its author had checked it."""

    text: str
    is_confirmed: bool


def read_statement(cell: str, source: str = "") -> Statement:
    """Take the author's doubts off a cell. A source that is only memory makes every statement unconfirmed."""
    text = _REMARK.sub("", cell).strip()
    only_memory = bool(source) and not _REMARK.sub("", source).strip(" ;")
    return Statement(text, is_confirmed=not (_DOUBT.search(cell) or only_memory or not source.strip()))


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a reference CSV: UTF-8, headed."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def removed(model: type[Versioned], *columns: str) -> set[tuple[str, ...]]:
    """The values of ``columns``, as text, in rows that people took away: reference data does not bring those back.

    A row that was put there again since counts as removed, too; whoever added it keeps it up to date.
    """
    gone = History.objects.filter(tbl=model._meta.db_table, action=History.Action.DELETED, actor_id__isnull=False)
    return set(gone.values_list(*(KT(f"before__{column}") for column in columns)))


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did; as a sentence for the log of the start."""

    added: int
    updated: int
    kept: int

    def __str__(self) -> str:
        return f"{self.added} added, {self.updated} brought up to date, {self.kept} edited by people and left alone"


def settle(model: type[V], known: Mapping[K, V], wanted: Mapping[K, V], fields: tuple[str, ...]) -> Loaded:
    """Add the wanted rows that are missing; bring ``fields`` of the known ones up to date where nobody edited them.

    ``known`` and ``wanted`` go by the same keys. Call it inside ``recorded(None, system="reference data")``.
    """
    missing = [row for key, row in wanted.items() if key not in known]
    model._default_manager.bulk_create(missing)
    stale, kept = [], 0
    for key, row in wanted.items():
        old = known.get(key)
        changes: dict[str, Any] = (
            {name: getattr(row, name) for name in fields if getattr(row, name) != getattr(old, name)} if old else {}
        )
        if old is None or not changes:
            continue
        if old.version > 1:
            kept += 1
            continue
        for name, value in changes.items():
            setattr(old, name, value)
        stale.append(old)
    if stale:
        model._default_manager.bulk_update(stale, fields)
    return Loaded(len(missing), len(stale), kept)
