"""A forum's history in words: what changed of it and its initiative, its facts, categories, seats and terms."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from c2m2a_crm.core import dates
from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.history import FieldChange, Names, changes_in_words
from c2m2a_crm.core.models import History
from c2m2a_crm.core.record_changes import HistoryPage, history_lines, in_either_language, without
from c2m2a_crm.engagement.models import Initiative, InitiativeFact
from forums.models import Forum, Seat, SeatCategory, SeatTerm

_MODELS: dict[str, type[models.Model]] = {
    model._meta.db_table: model for model in (Forum, Initiative, InitiativeFact, SeatCategory, Seat, SeatTerm)
}
_QUIET = frozenset({"valid", "initiative_id", "forum_id", "seat_id", "person_id", "key", "reference_key"})


def forum_history(forum: Forum, actor: Actor, *, before: int | None = None) -> HistoryPage:
    """The newest changes, older than the change numbered ``before``. The caller has checked that it is readable.

    Seats are never deleted, so the terms of a forum, also those taken back, are found by its seats.
    """

    def of(model: type[models.Model], column: str, values: Any) -> Q:
        table = Q(tbl=model._meta.db_table)
        return table & (Q(**{f"after__{column}__in": values}) | Q(**{f"before__{column}__in": values}))

    labels = {seat.pk: str(seat) for seat in Seat.objects.filter(forum=forum)}
    asked = Q(tbl=Forum._meta.db_table, row_id=forum.pk) | Q(tbl=Initiative._meta.db_table, row_id=forum.pk)
    asked |= of(InitiativeFact, "initiative_id", [forum.pk])
    asked |= of(SeatCategory, "forum_id", [forum.pk]) | of(Seat, "forum_id", [forum.pk])
    if labels:
        asked |= of(SeatTerm, "seat_id", list(labels))

    def words(change: History, names: Names) -> list[FieldChange]:
        return _words(change, names, labels)

    return history_lines(History.objects.filter(asked), _MODELS, words, actor, before=before)


def _words(change: History, names: Names, seats: dict[int, str]) -> list[FieldChange]:
    model = _MODELS[change.tbl]
    before, after = change.before or {}, change.after or {}
    words = changes_in_words(model, without(change, _QUIET), names)
    if before.get("valid") != after.get("valid"):
        words.append(FieldChange(_("dates"), days_in_words(before.get("valid")), days_in_words(after.get("valid"))))
    if model in (Forum, Initiative):
        if change.action != History.Action.CREATED:
            return words
        noun = _("Forum") if model is Forum else _("Name and lead")
        return [FieldChange(_("%(part)s added") % {"part": noun}, "", _summary(words, "after"))]
    noun = _noun(model)
    match change.action:
        case History.Action.CREATED:
            said = "\n".join(filter(None, (_said(model, after, names, seats), _summary(words, "after"))))
            return [FieldChange(_("%(part)s added") % {"part": noun}, "", said)]
        case History.Action.DELETED:
            said = "\n".join(filter(None, (_said(model, before, names, seats), _summary(words, "before"))))
            return [FieldChange(_("%(part)s removed") % {"part": noun}, said, "")]
    label = _("%(label)s: %(value)s") % {"label": noun, "value": _said(model, after, names, seats)}
    return [FieldChange(f"{label} · {word.label}", word.before, word.after) for word in words]


def _summary(words: list[FieldChange], side: str) -> str:
    filled = [(capfirst(word.label), getattr(word, side)) for word in words]
    return "\n".join(_("%(label)s: %(value)s") % {"label": label, "value": value} for label, value in filled if value)


def _noun(model: type[models.Model]) -> str:
    nouns: dict[type[models.Model], str] = {
        InitiativeFact: _("Statement"),
        SeatCategory: _("Category of seats"),
        Seat: _("Seat"),
        SeatTerm: _("Term"),
    }
    return nouns[model]


def _said(model: type[models.Model], image: dict[str, Any], names: Names, seats: dict[int, str]) -> str:
    """One part of the forum as its history names it."""
    if model is InitiativeFact:
        return in_either_language(image, "label")
    if model is SeatCategory:
        return in_either_language(image, "name")
    if model is Seat:
        return seats.get(image.get("id", 0), "") or in_either_language(image, "title")
    person = names.get(("members.Person", image.get("person_id")), "")
    return " · ".join(filter(None, (person, seats.get(image.get("seat_id", 0), ""))))


def days_in_words(text: str | None) -> str:
    """A range of days as PostgreSQL writes it, in words: the first and the last day, both included."""
    if not text or "," not in text:
        return ""
    lower, _comma, upper = text.strip("[]()").partition(",")
    first = dates.short_date(date.fromisoformat(lower)) if lower else ""
    last = dates.short_date(date.fromisoformat(upper) - timedelta(days=1)) if upper else ""
    if first and last:
        return _("%(first)s to %(last)s") % {"first": first, "last": last}
    if first:
        return _("since %(day)s") % {"day": first}
    return _("until %(day)s") % {"day": last} if last else _("no dates")
