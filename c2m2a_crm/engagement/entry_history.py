"""An entry's history in words: its own changes and those of everything born with it; and its corrections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.actor import circle_ids_of
from c2m2a_crm.core.history import FieldChange, Names, changes_in_words, history_of, names_in, writer_in_words
from c2m2a_crm.core.models import History
from c2m2a_crm.engagement.models import (
    Commitment,
    CommitmentEvent,
    Correction,
    FollowUp,
    Interaction,
    Participant,
    Point,
)

CHANGES_SHOWN = 50

# What is born with an entry and told on its page. Rows of the first two may be taken away again.
_REMOVABLE: tuple[type[models.Model], ...] = (Participant, Point)
_CHILDREN: tuple[type[models.Model], ...] = (*_REMOVABLE, Commitment, FollowUp)
_ALL: tuple[type[models.Model], ...] = (Interaction, *_CHILDREN, CommitmentEvent)
_MODELS = {model._meta.db_table: model for model in _ALL}
# The rest follows from the change itself.
_CIRCLES = ("sealed_circle_id", "restricted_circle_id")
_QUIET = frozenset(
    {
        "token",
        "archived_reason",
        "interaction_id",
        "commitment_id",
        "position",
    }
)


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """A correction as it is read: the field's name and both values in words."""

    label: str
    before: str
    after: str
    correction: Correction


def corrections_in_words(interaction: Interaction) -> list[CorrectionLine]:
    lines = []
    for correction in interaction.corrections.select_related("made_by"):
        column: Any = Interaction._meta.get_field(correction.field)
        words = {str(value): str(label) for value, label in column.flatchoices}
        before, after = (words.get(value, value) for value in (correction.before, correction.after))
        lines.append(CorrectionLine(str(column.verbose_name), before, after, correction))
    return lines


@dataclass(frozen=True, slots=True)
class Change:
    """What one act changed."""

    at: datetime
    who: str
    reason: str
    is_creation: bool
    fields: list[FieldChange]


def history_in_words(actor: User, interaction: Interaction) -> list[Change]:
    """What was changed after the entry was logged, newest first; the number of queries does not grow with it.

    The caller has checked that the entry is readable.
    """
    rows = list(_changes(interaction).order_by("-pk")[:CHANGES_SHOWN])
    hidden = set(_QUIET)
    if interaction.initiative_id is None or not interaction.initiative.is_readable_by(actor):  # type: ignore[union-attr]  # not None here
        hidden.add("initiative_id")
    for row in rows:
        for image in (row.before or {}, row.after or {}):
            for column in hidden.intersection(image):
                image.pop(column)
        _hide_circles(row, actor)
    names = names_in(((_MODELS[row.tbl], row) for row in rows), actor)
    who = User.objects.in_bulk({row.actor_id for row in rows if row.actor_id})
    promises = dict(interaction.commitments.values_list("pk", "text"))
    promise_of = dict(CommitmentEvent.objects.filter(commitment__in=promises).values_list("pk", "commitment_id"))
    changes = []
    for (_tick, _author, is_creation), same_act in groupby(rows, key=_act_of):
        act = list(same_act)
        fields = [] if is_creation else _said(act, names, {pk: promises[owner] for pk, owner in promise_of.items()})
        if is_creation or fields:
            author = who.get(act[0].actor_id or 0)
            changes.append(
                Change(
                    act[0].at,
                    author.name if author else writer_in_words(act[0].writer),
                    act[0].reason,
                    is_creation,
                    fields,
                )
            )
    return changes


def _hide_circles(row: History, actor: User) -> None:
    """A circle is named to those in it alone, and once: by the entry, whose circles its parts share."""
    images = [image for image in (row.before, row.after) if image]
    for column in _CIRCLES:
        held = {image[column] for image in images if image.get(column)}
        if row.tbl != Interaction._meta.db_table or not held <= set(circle_ids_of(actor)):
            for image in images:
                image.pop(column, None)


def _act_of(row: History) -> tuple[int, int | None, bool]:
    is_creation = row.tbl == Interaction._meta.db_table and row.action == History.Action.CREATED
    return row.tick, row.actor_id, is_creation


def _changes(interaction: Interaction) -> QuerySet[History, History]:
    """The entry's own changes, those of what hangs on it, and what was taken away by the same acts.

    What was born with the entry is told by the entry itself.
    """
    own = history_of(interaction).order_by()
    branches: list[QuerySet[Any, Any]] = []
    for model in _CHILDREN:
        keys = model._default_manager.filter(interaction=interaction).values("pk")
        branches.append(History.objects.filter(tbl=model._meta.db_table, row_id__in=keys))
    events = CommitmentEvent.objects.filter(commitment__interaction=interaction).values("pk")
    branches.append(History.objects.filter(tbl=CommitmentEvent._meta.db_table, row_id__in=events))
    ticks = own.values("tick").union(*(branch.order_by().values("tick") for branch in branches))
    for model in _REMOVABLE:
        gone = History.objects.filter(tbl=model._meta.db_table, action=History.Action.DELETED, tick__in=ticks)
        branches.append(gone.filter(before__interaction_id=interaction.pk))
    pks = own.values("pk").union(*(branch.order_by().values("pk") for branch in branches))
    found = History.objects.filter(Q(pk__in=pks))
    born = own.filter(action=History.Action.CREATED).values("tick")
    with_it = ~Q(tbl=Interaction._meta.db_table) & Q(tick__in=born, action=History.Action.CREATED)
    changed = found.exclude(action=History.Action.CREATED).order_by("pk").values_list("pk", flat=True).first()
    return found.exclude(with_it & Q(pk__lt=changed) if changed else with_it)


def _said(act: Sequence[History], names: Names, promised: dict[int, str]) -> list[FieldChange]:
    fields = []
    for row in reversed(act):
        model = _MODELS[row.tbl]
        if model is Interaction:
            fields += changes_in_words(Interaction, row, names)
        elif model is CommitmentEvent:
            image = row.after or {}
            kind = dict(CommitmentEvent.Kind.choices).get(str(image.get("kind")), "")
            said = ". ".join(str(part) for part in (kind, image.get("note")) if part)
            fields.append(FieldChange(_labelled(_("Commitment"), promised.get(row.row_id, "")), "", said))
        else:
            fields += _of_child(model, row, names)
    return list(_netted(fields))


def _of_child(model: type[models.Model], row: History, names: Names) -> Iterable[FieldChange]:
    noun = capfirst(str(model._meta.verbose_name))
    image = row.after or row.before or {}
    text = str(image.get("name") or image.get("text") or "")
    if row.action == History.Action.CREATED:
        return [FieldChange(noun, "", text)]
    if row.action == History.Action.DELETED:
        return [FieldChange(noun, text, "")]
    label = _labelled(noun, text)
    return [
        FieldChange(f"{label} · {word.label}", word.before, word.after) for word in changes_in_words(model, row, names)
    ]


def _labelled(noun: str, text: str) -> str:
    return _("%(label)s: %(value)s") % {"label": noun, "value": text}


def _netted(fields: Sequence[FieldChange]) -> Iterable[FieldChange]:
    """Without what the same act took away and put back: people of an entry are replaced as a whole."""
    for field in fields:
        if FieldChange(field.label, field.after, field.before) not in fields:
            yield field
