"""Views of a list that somebody keeps: services, and who may change them."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core import rights
from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import SavedView
from c2m2a_crm.core.refusals import refusals_of_the_database
from c2m2a_crm.core.text import clean_line

LONGEST_QUERY = 2000
MOST_VIEWS = 50


class ViewRefused(Exception):
    """Why a view cannot be kept so, in words for the person who asked."""


class NameTaken(ViewRefused):
    def __init__(self) -> None:
        super().__init__(_("You have a view of this name. Choose another."))


# Of two that are sent at once, both have asked for the name before either is there.
_once_by_name = partial(refusals_of_the_database, {"saved_view_once_by_name": NameTaken})


def can_change_view(actor: Actor, view: SavedView) -> bool:
    """Its owner; an administrator may change those that the whole office sees."""
    return view.owner_id == actor.pk or (view.is_shared and rights.can_administer(actor))


def save_view(*, actor: Any, list_key: str, name: str, query: str, is_shared: bool = False) -> SavedView:
    """Keep the list of this query under a name. Raises ViewRefused; PermissionDenied where one may not share."""
    with _once_by_name(), recorded(actor):
        mine = SavedView.objects.active().filter(owner_id=actor.pk, list_key=list_key)
        if mine.count() >= MOST_VIEWS:
            raise ViewRefused(_("You keep %(count)d views of this list. Delete one first.") % {"count": MOST_VIEWS})
        view = SavedView(
            owner_id=actor.pk,
            list_key=list_key,
            query=_kept(query),
            position=(mine.aggregate(last=Max("position"))["last"] or 0) + 1,
        )
        _describe(view, actor=actor, name=name, is_shared=is_shared)
        view.save()
        return view


def describe_view(*, actor: Any, view: SavedView, name: str, is_shared: bool) -> SavedView:
    """Another name, shared or not."""
    with _once_by_name(), recorded(actor):
        view = _locked(actor, view)
        _describe(view, actor=actor, name=name, is_shared=is_shared)
        view.save(update_fields=["name", "is_shared"])
        return view


def replace_query(*, actor: Any, view: SavedView, query: str) -> SavedView:
    """The view shows another list from now on."""
    with recorded(actor):
        view = _locked(actor, view)
        view.query = _kept(query)
        view.save(update_fields=["query"])
        return view


def delete_view(*, actor: Any, view: SavedView) -> None:
    """Put aside: history knows who kept and who deleted it."""
    with recorded(actor):
        view = _locked(actor, view)
        view.archived_at = timezone.now()
        view.save(update_fields=["archived_at"])


def _locked(actor: Any, view: SavedView) -> SavedView:
    known = SavedView.objects.visible_to(actor).active().select_for_update().get(pk=view.pk)
    if not can_change_view(actor, known):
        raise PermissionDenied
    return known


def _kept(query: str) -> str:
    query = clean_line(query)
    if len(query) > LONGEST_QUERY:
        raise ViewRefused(_("These filters are too long to be kept."))
    return query


def _describe(view: SavedView, *, actor: Any, name: str, is_shared: bool) -> None:
    view.name = clean_line(name)[:80]
    if is_shared and not view.is_shared and not rights.can_write(actor):
        raise PermissionDenied
    view.is_shared = is_shared
    if not view.name:
        raise ViewRefused(_("Give the view a name."))
    same = SavedView.objects.active().filter(owner_id=view.owner_id, list_key=view.list_key, name=view.name)
    if same.exclude(pk=view.pk).exists():
        raise NameTaken
