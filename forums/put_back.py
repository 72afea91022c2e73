"""Fields of forums that one press puts back: the forum's own, and those that its initiative keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.urls import reverse

from c2m2a_crm.core.registries import PutBack
from c2m2a_crm.engagement.models import Initiative
from c2m2a_crm.engagement.services.of_initiative import INITIATIVE_FIELDS
from forums.models import Forum
from forums.policies import can_manage_forum
from forums.services import edit_forum

_FIELDS: Final = frozenset(
    {
        "code",
        "code_fr",
        "kind",
        "level",
        "status",
        "is_run_by_us",
        "purpose_en",
        "purpose_fr",
        "parent",
        "successor",
    }
)


def _forum(actor: Any, key: int) -> Forum | None:
    forum: Forum | None = Forum.objects.visible_to(actor).select_related("initiative").filter(pk=key).first()
    if forum is not None and not can_manage_forum(actor, forum):
        raise PermissionDenied
    return forum


def _initiative(actor: Any, key: int) -> Initiative | None:
    forum = _forum(actor, key)
    return forum.initiative if forum else None


def _save(actor: Any, row: Any, version: int, changes: Mapping[str, Any]) -> Forum:
    return edit_forum(actor=actor, forum=row, version=version, changes=changes)


def _save_initiative(actor: Any, row: Any, version: int, changes: Mapping[str, Any]) -> Forum:
    forum = Forum.objects.select_related("initiative").get(pk=row.pk)
    return edit_forum(actor=actor, forum=forum, version=forum.version, initiative_version=version, changes=changes)


def _page(row: Any) -> str:
    return reverse("forums:history", args=[row.pk])


FORUM: Final = PutBack("forums", 30, Forum, _FIELDS, _forum, _save, _page)
INITIATIVE: Final = PutBack(
    "forums.initiatives", 31, Initiative, INITIATIVE_FIELDS, _initiative, _save_initiative, _page
)
