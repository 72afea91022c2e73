"""Forums: made and changed, together with the initiative that each of them is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core import editing
from c2m2a_crm.core.editing import Collision, EditConflict
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Operation
from c2m2a_crm.engagement.models import Initiative
from forums.models import Forum
from forums.policies import can_manage_forum, can_manage_forums
from forums.services.errors import ForumError, ReportsInACircle, SuccessionInACircle, refusals_of_the_database
from members.services.names import cleaned

INITIATIVE_FIELDS: Final = frozenset({"name_en", "name_fr", "pillar", "lead", "team", "starts_on", "ends_on"})
"""The fields of a forum that its initiative keeps."""


class ForumConflict(EditConflict):
    """As :class:`EditConflict`, with the version of the initiative, too: a forum is edited as one."""

    def __init__(self, collisions: list[Collision], forum: Forum, initiative: Initiative) -> None:
        super().__init__(collisions, forum.version)
        self.initiative_version = initiative.version


def create_forum(
    *,
    actor: User,
    kind: str,
    name_en: str = "",
    name_fr: str = "",
    operation: Operation | None = None,
    **fields: Any,
) -> Forum:
    """Make a forum and its initiative. ``fields`` are those of :class:`Forum` and :data:`INITIATIVE_FIELDS`.

    Raises ``ValidationError`` for the shape of a value, :class:`AcronymTaken`.
    """
    require(can_manage_forums(actor))
    values = cleaned({"name_en": name_en, "name_fr": name_fr, "kind": kind, **fields})
    initiative = Initiative(
        kind=Initiative.Kind.FORUM, **{name: values.pop(name) for name in INITIATIVE_FIELDS & set(values)}
    )
    initiative.full_clean(validate_unique=False)
    forum = Forum(initiative=initiative, **values)
    forum.clean_fields(exclude={"initiative", "parent", "successor"})
    with recorded(actor, operation=operation), refusals_of_the_database():
        initiative.save(force_insert=True)
        forum.initiative = initiative
        forum.save(force_insert=True)
    return forum


def edit_forum(
    *,
    actor: User,
    forum: Forum,
    version: int,
    changes: Mapping[str, Any],
    initiative_version: int | None = None,
    operation: Operation | None = None,
) -> Forum:
    """Change a forum and its initiative, seen at ``version`` and ``initiative_version`` (by default as it is now).

    Raises :class:`ForumConflict`, ``ValidationError``, :class:`AcronymTaken`, :class:`ReportsInACircle`,
    :class:`SuccessionInACircle`.
    """
    require(can_manage_forum(actor, forum))
    wanted = cleaned(changes)
    of_initiative = {name: wanted.pop(name) for name in INITIATIVE_FIELDS & set(wanted)}
    with recorded(actor, operation=operation), refusals_of_the_database():
        if wanted.keys() & {"parent", "successor"}:
            list(Forum.objects.select_for_update(of=("self",)).order_by("pk"))  # two circles are never closed at once
        current = editing.lock(forum)
        initiative = editing.lock(forum.initiative)
        seen = initiative.version if initiative_version is None else initiative_version
        collisions: list[Collision] = []
        keep = _kept(current, wanted, version, collisions)
        keep_initiative = _kept(initiative, of_initiative, seen, collisions)
        if collisions:
            raise ForumConflict(collisions, current, initiative)
        _refuse_circle(current, "parent", keep, ReportsInACircle)
        _refuse_circle(current, "successor", keep, SuccessionInACircle)
        editing.apply(initiative, keep_initiative)
        if keep or keep_initiative:
            _apply(current, keep)
        current.initiative = initiative
    return current


def _kept(row: Any, changes: Mapping[str, Any], version: int, collisions: list[Collision]) -> dict[str, Any]:
    try:
        return editing.changes_to_keep(row, changes, version=version)
    except EditConflict as conflict:
        collisions.extend(conflict.collisions)
        return {}


def _apply(forum: Forum, keep: Mapping[str, Any]) -> None:
    """As :func:`editing.apply`; what the constraints say is asked of the database alone, once.

    A change of the initiative alone counts, too: who edited the forum last is asked of its own history.
    """
    for name, value in keep.items():
        setattr(forum, name, value)
    forum.version += 1
    forum.clean_fields(exclude={"initiative", "parent", "successor"})
    forum.save(update_fields=[*keep, "version"])


def _refuse_circle(forum: Forum, link: str, keep: Mapping[str, Any], error: type[ForumError]) -> None:
    """Follow ``link`` from its new end; every forum is locked by now."""
    if not keep.get(link):
        return
    links = dict(Forum.objects.values_list("pk", f"{link}_id"))
    following, seen = keep[link].pk, {None}
    while following not in seen:
        if following == forum.pk:
            raise error
        seen.add(following)
        following = links.get(following)
