"""One field of one change put back to what it was before, through the edit service of the room that keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.history import (
    FieldChange,
    changes_in_words,
    history_of,
    lost_columns,
    nameable,
    names_in,
    recorded,
)
from c2m2a_crm.core.models import History
from c2m2a_crm.core.operations.images import VERSION
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.registries import PutBack, put_backs

# Changes of a row among which its newest one is sought: an edit may write a row more than once.
_LOOKED_AT: Final = 5


class NothingThere(ActRefused):
    """What the field pointed to is gone, or is not the actor's to know."""

    sentence = gettext_lazy("What stood there before is no longer on file.")


@dataclass(frozen=True, slots=True)
class Former:
    """A field of a row, its value before a change and what stands there now. ``told`` is None where they are equal."""

    entry: PutBack
    row: Any
    field: models.Field[Any, Any]
    change: History
    told: FieldChange | None

    @property
    def page(self) -> str:
        return self.entry.page(self.row)


def put_back_url(change: History, model: type[models.Model], column: str) -> str:
    """Where this field of the change can be put back; empty where it cannot: no room offers it, or its text is gone."""
    if change.action != History.Action.CHANGED or column in lost_columns(change.before):
        return ""
    field = next((each for each in model._meta.concrete_fields if each.column == column), None)
    if field is None or not any(each.model is model and field.name in each.fields for each in put_backs):
        return ""
    return reverse("core:put_back", args=[change.pk, field.name])


def undo_url(former: Former) -> str:
    """Where the change that :func:`put_back` has just made is put back in its turn, as long as nobody wrote since."""
    column = str(former.field.column)
    for change in history_of(former.row).filter(action=History.Action.CHANGED)[:_LOOKED_AT]:
        before, after = change.before or {}, change.after or {}
        if before.get(column) != after.get(column):
            url = put_back_url(change, former.entry.model, column)
            return f"{url}?version={after[VERSION]}" if url else ""
    return ""


def former_value(actor: Actor, number: int, name: str) -> Former | None:
    """What the field was before this change, for somebody who may edit the row; None where there is nothing to ask.

    Raises ``PermissionDenied`` where the actor sees the row and may not edit it.
    """
    change = History.objects.filter(pk=number, action=History.Action.CHANGED).first()
    if change is None or change.before is None:
        return None
    for entry in put_backs:
        if entry.model._meta.db_table != change.tbl or name not in entry.fields:
            continue
        field = entry.model._meta.get_field(name)
        if not isinstance(field, models.Field) or field.column not in change.before:
            return None
        row = None if field.column in lost_columns(change.before) else entry.find(actor, change.row_id)
        if row is not None:
            return Former(entry, row, field, change, _told(actor, entry.model, row, field, change))
    return None


def _told(
    actor: Actor, model: type[models.Model], row: models.Model, field: models.Field[Any, Any], change: History
) -> FieldChange | None:
    """From what stands there now to what stood there before, in words."""
    newest = history_of(row).first()
    now = (newest.after or {}) if newest else {}
    both = History(
        tbl=change.tbl,
        row_id=change.row_id,
        action=History.Action.CHANGED,
        before={field.column: now.get(str(field.column))},
        after={field.column: (change.before or {})[str(field.column)]},
    )
    words = changes_in_words(model, both, names_in([(model, both)], actor))
    return words[0] if words else None


def put_back(*, actor: Actor, former: Former, version: int, reason: str = "") -> Any:
    """Write the former value as a change of one's own, made while looking at ``version`` of the row.

    Raises what the room's edit service raises: ``EditConflict`` where somebody changed the field since, a
    ``ValidationError`` or an :class:`ActRefused` where the value is none any more.
    """
    with recorded(actor, reason=reason.strip() or _("Put back from history")):
        value = _as_python(actor, former.field, (former.change.before or {})[str(former.field.column)])
        return former.entry.save(actor, former.row, version, {former.field.name: value})


def _as_python(actor: Actor, field: models.Field[Any, Any], value: Any) -> Any:
    if isinstance(field, models.ForeignKey):
        if value is None:
            return None
        row = nameable(field.related_model, actor).filter(pk=value).first()
        if row is None:
            raise NothingThere
        return row
    return field.to_python(str(value) if isinstance(field, models.DecimalField) and value is not None else value)
