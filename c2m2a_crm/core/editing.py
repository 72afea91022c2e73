"""Two people edit one record: what each changed is kept, and only true collisions are asked about."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.backends.postgresql.psycopg_any import Range

from c2m2a_crm.core.history import image_at_version

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Collision:
    """A field that both changed, differently. ``mine`` and ``theirs`` are Python values."""

    field: str
    label: str
    mine: Any
    theirs: Any


class EditConflict(Exception):
    """Somebody saved first and touched the same fields; nothing was written."""

    def __init__(self, collisions: Iterable[Collision], current_version: int) -> None:
        self.collisions = list(collisions)
        self.current_version = current_version
        super().__init__(", ".join(collision.field for collision in self.collisions))


def _plain(value: Any) -> Any:
    """The value as history stores it: what ``to_jsonb`` makes of a column."""
    if isinstance(value, models.Model):
        value = value.pk
    if isinstance(value, Range):  # as PostgreSQL writes dates from the first to before the last
        lower = f"[{value.lower}" if value.lower is not None else "("
        return f"{lower},{value.upper if value.upper is not None else ''})"
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder, default=str)) if value is not None else None


def lock(row: M) -> M:
    """The row as it is now, locked for this transaction."""
    return type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)


def changes_to_keep(
    current: models.Model,
    changes: Mapping[str, Any],
    *,
    version: int,
    mine: Collection[str] = (),
    theirs: Collection[str] = (),
) -> dict[str, Any]:
    """Which of ``changes`` (made while looking at ``version``) to write onto ``current``, already locked.

    Raises :class:`EditConflict` where the same field was changed otherwise in the meantime, unless the editor has seen
    the collision and named the field in ``mine`` or ``theirs``. A version that history does not know is treated as if
    every field had been changed by both.
    """
    if version == current.version:  # type: ignore[attr-defined]  # Versioned, which mypy cannot say of any model
        return {name: value for name, value in changes.items() if _plain(getattr(current, name)) != _plain(value)}
    base = image_at_version(current, version) or {}
    keep: dict[str, Any] = {}
    collisions = []
    for name, mine_value in changes.items():
        field = current._meta.get_field(name)
        their_value = getattr(current, name)
        before = base.get(str(field.column), object()) if isinstance(field, models.Field) else object()
        if _plain(mine_value) in (before, _plain(their_value)):
            continue
        if _plain(their_value) == before or name in mine:
            keep[name] = mine_value
        elif name not in theirs:
            label = str(getattr(field, "verbose_name", name))
            collisions.append(Collision(name, label, mine=mine_value, theirs=their_value))
    if collisions:
        raise EditConflict(collisions, current.version)  # type: ignore[attr-defined]  # as above
    return keep


def changed_since(row: models.Model, values: Mapping[str, Any], *, version: int) -> dict[str, Any]:
    """Those of ``values`` that differ from the row as it stood at ``version``: what an editor of that version changed.

    A form sends all its fields. After a conflict it is sent again, and must not carry back, beside the fields that were
    asked about, what nobody here had touched.
    """
    base = image_at_version(row, version)
    if base is None:
        return dict(values)
    columns = {field.name: field.column for field in row._meta.concrete_fields}
    return {name: value for name, value in values.items() if _plain(value) != base.get(str(columns[name]), object())}


def apply(current: models.Model, keep: Mapping[str, Any]) -> None:
    """Validate and write the kept changes as the next version. No change, no version."""
    if not keep:
        return
    for name, value in keep.items():
        setattr(current, name, value)
    current.version += 1  # type: ignore[attr-defined]  # Versioned, as above
    current.full_clean()
    current.save(update_fields=[*keep, "version"])
