"""Forums: made and changed, together with the initiative that each of them is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Operation
from c2m2a_crm.engagement.models import Initiative
from c2m2a_crm.engagement.services.of_initiative import divided, edit_with_initiative, leads_back, lock_all
from forums.models import Forum
from forums.policies import can_manage_forum, can_manage_forums
from forums.services.errors import ReportsInACircle, SuccessionInACircle, refusals
from members.services.names import cleaned


def create_forum(
    *,
    actor: User,
    kind: str,
    name_en: str = "",
    name_fr: str = "",
    operation: Operation | None = None,
    **fields: Any,
) -> Forum:
    """Make a forum and its initiative. ``fields`` are those of :class:`Forum` and of its initiative.

    Raises ``ValidationError`` for the shape of a value, :class:`AcronymTaken`.
    """
    require(can_manage_forums(actor))
    own, shared = divided(cleaned({"name_en": name_en, "name_fr": name_fr, "kind": kind, **fields}))
    initiative = Initiative(kind=Initiative.Kind.FORUM, **shared)
    initiative.full_clean(validate_unique=False)
    forum = Forum(initiative=initiative, **own)
    _validate(forum)
    with recorded(actor, operation=operation), refusals():
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

    Raises :class:`InitiativeConflict`, ``ValidationError``, :class:`AcronymTaken`, :class:`ReportsInACircle`,
    :class:`SuccessionInACircle`.
    """
    require(can_manage_forum(actor, forum))
    wanted = cleaned(changes)
    with recorded(actor, operation=operation), refusals():
        if wanted.keys() & {"parent", "successor"}:
            lock_all(Forum)
        return edit_with_initiative(
            forum,
            wanted,
            version=version,
            initiative_version=initiative_version,
            check=_refuse_circles,
            validate=_validate,
        )


def _validate(forum: Forum) -> None:
    """What the constraints say is asked of the database alone, once."""
    forum.clean_fields(exclude={"initiative", "parent", "successor"})


def _refuse_circles(forum: Forum, keep: Mapping[str, Any]) -> None:
    for link, error in (("parent", ReportsInACircle), ("successor", SuccessionInACircle)):
        if keep.get(link) and leads_back(forum, link, keep[link]):
            raise error
