"""What is edited as one with its initiative: a forum, a partnership. Two rows with a version each, one form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, TypeVar

from django.db import models

from c2m2a_crm.core import editing
from c2m2a_crm.core.editing import Collision, EditConflict
from c2m2a_crm.engagement.models import Initiative

INITIATIVE_FIELDS: Final = frozenset({"name_en", "name_fr", "pillar", "lead", "team", "starts_on", "ends_on"})
"""The fields that the initiative keeps."""


class OfInitiative(Protocol):
    pk: Any
    version: int
    initiative: Any

    def save(self, *, update_fields: list[str]) -> None: ...


R = TypeVar("R", bound=OfInitiative)


class InitiativeConflict(EditConflict):
    """As :class:`EditConflict`, with the version of the initiative, too."""

    def __init__(self, collisions: list[Collision], row: OfInitiative, initiative: Initiative) -> None:
        super().__init__(collisions, row.version)
        self.initiative_version = initiative.version


def divided(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The row's own values, and those that its initiative keeps."""
    own = {name: value for name, value in values.items() if name not in INITIATIVE_FIELDS}
    return own, {name: value for name, value in values.items() if name in INITIATIVE_FIELDS}


def edit_with_initiative(
    row: R,
    changes: Mapping[str, Any],
    *,
    version: int,
    initiative_version: int | None,
    check: Callable[[R, Mapping[str, Any]], None],
    validate: Callable[[R], None],
) -> R:
    """Write what was changed while looking at ``version`` and ``initiative_version`` (by default as it is now).

    ``check`` takes the locked row and what will be written on it, ``validate`` the row as it will be. A change of the
    initiative alone counts as one of the row, too: who edited it last is asked of its own history. Raises
    :class:`InitiativeConflict`, ``ValidationError``, and what ``check`` and ``validate`` raise. Call it inside
    ``recorded``.
    """
    own, shared = divided(changes)
    current: Any = editing.lock(row)  # type: ignore[type-var]  # a model, which a protocol cannot say
    initiative = editing.lock(row.initiative)
    collisions: list[Collision] = []
    keep = _kept(current, own, version, collisions)
    seen = initiative.version if initiative_version is None else initiative_version
    keep_shared = _kept(initiative, shared, seen, collisions)
    if collisions:
        raise InitiativeConflict(collisions, current, initiative)
    check(current, keep)
    editing.apply(initiative, keep_shared)
    if keep or keep_shared:
        for name, value in keep.items():
            setattr(current, name, value)
        current.version += 1
        validate(current)
        current.save(update_fields=[*keep, "version"])
    current.initiative = initiative
    written: R = current
    return written


def lock_all(model: type[models.Model]) -> None:
    """Lock every row of the table, so that no two circles of its links are closed at once."""
    list(model._default_manager.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def leads_back(row: models.Model, link: str, following: models.Model) -> bool:
    """Whether ``link``, followed from ``following`` on, comes back to the row. Call :func:`lock_all` before."""
    links = dict(type(row)._default_manager.values_list("pk", f"{link}_id"))
    place, seen = following.pk, {None}
    while place not in seen:
        if place == row.pk:
            return True
        seen.add(place)
        place = links.get(place)
    return False


def _kept(row: Any, changes: Mapping[str, Any], version: int, collisions: list[Collision]) -> dict[str, Any]:
    try:
        return editing.changes_to_keep(row, changes, version=version)
    except EditConflict as conflict:
        collisions.extend(conflict.collisions)
        return {}
