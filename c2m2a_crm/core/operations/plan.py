"""What the undo of an operation would do, found by reading alone: record by record, each with what hangs on it.

A record of which any row was changed since by another act stays as it is, with everything that the operation gave it.
So does a record that something outside needs (:mod:`staying`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.operations import staying
from c2m2a_crm.core.operations.effects import Group, writing_of
from c2m2a_crm.core.operations.images import Columns


@dataclass(slots=True)
class Plan:
    """Groups in the order in which they are taken back, and columns that the tables no longer have."""

    groups: list[Group]
    lost_columns: Mapping[str, set[str]]
    columns: Mapping[str, Columns]

    @property
    def records(self) -> list[Group]:
        """What the actor may know of, records only."""
        return [group for group in self.groups if not group.is_attendant and not group.is_closed]

    @property
    def to_undo(self) -> list[Group]:
        return [group for group in self.groups if group.kept is None]

    @property
    def undone_count(self) -> int:
        return sum(1 for group in self.records if group.kept is None)

    @property
    def removed_count(self) -> int:
        return sum(1 for group in self.records if group.kept is None and group.is_made)

    @property
    def kept(self) -> list[Group]:
        return [group for group in self.records if group.kept is not None]


def make_plan(operation: Operation, actor: Any, *, reaches_closed_rows: bool = False) -> Plan:
    """What the undo would do now. Nothing is locked: a caller who means to write locks the rows first."""
    writing = writing_of(operation)
    groups = writing.groups
    staying.mark_closed(groups, operation, actor, reaches_closed_rows=reaches_closed_rows)
    staying.keep_unknown(groups)
    staying.keep_changed(groups, operation)
    staying.keep_ruled(groups, actor)
    staying.keep_needed(groups, actor)
    ordered = sorted(groups.values(), key=lambda group: (group.is_attendant, -group.last_id))
    return Plan(ordered, writing.lost_columns, writing.columns)
