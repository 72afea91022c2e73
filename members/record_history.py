"""A record's history in words: its own changes and those of everything that hangs on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import dates
from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.history import FieldChange, Names, changes_in_words, names_in
from c2m2a_crm.core.models import History, Operation
from members.models import (
    AddressUse,
    Affiliation,
    OutsideIdentifier,
    Party,
    PartyName,
    Person,
    PhoneNumber,
    PostalAddress,
)
from members.services.addresses import Owner

PAGE = 50

# What hangs on a person or a party and is told on its page.
_PARTS: tuple[type[models.Model], ...] = (Affiliation, AddressUse, PhoneNumber, PostalAddress, OutsideIdentifier)
_ALL: tuple[type[models.Model], ...] = (Party, Person, PartyName, *_PARTS)
_MODELS = {model._meta.db_table: model for model in _ALL}
_QUIET = frozenset({"valid", "party_id", "person_id", "archived_at", "archived_reason"})


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that changed. ``why`` is the reason given, or the operation (an import) it was part of."""

    at: datetime
    who: str
    why: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class HistoryPage:
    lines: list[Line]
    older_than: int | None


def history_page(record: Owner, actor: Actor, *, before: int | None = None) -> HistoryPage:
    """The newest changes, older than the change numbered ``before``; ``older_than`` leads to the next page.

    The number of queries does not depend on the number of changes. The caller has checked that the record is readable.
    """
    rows = _changes(record)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    changes = list(rows.order_by("-pk")[: PAGE + 1])
    shown = changes[:PAGE]
    names = names_in(((_MODELS[change.tbl], change) for change in shown), actor)
    who = User.objects.in_bulk({change.actor_id for change in shown if change.actor_id})
    operations = Operation.objects.in_bulk({change.operation_id for change in shown if change.operation_id})
    lines = []
    for change in shown:
        author = who.get(change.actor_id or 0)
        operation = operations.get(change.operation_id or 0)
        for word in _words(record, change, names):
            lines.append(
                Line(
                    at=change.at,
                    who=author.name if author else change.writer or _("Unknown"),
                    why=change.reason or (str(operation) if operation else ""),
                    what=capfirst(word.label),
                    before=word.before,
                    after=word.after,
                )
            )
    return HistoryPage(lines, shown[-1].pk if len(changes) > PAGE else None)


def _changes(record: Owner) -> QuerySet[History, History]:
    """Each part is a narrow query; names since removed are found by the transactions that counted the record up."""
    key = "person_id" if isinstance(record, Person) else "party_id"
    own = History.objects.filter(tbl=record._meta.db_table, row_id=record.pk)
    branches: list[QuerySet[Any, Any]] = [own.values("pk")]
    parts: tuple[type[models.Model], ...] = _PARTS if isinstance(record, Person) else (*_PARTS, PartyName)
    for model in parts:
        rows = model._default_manager.filter(**{key: record.pk}).values("pk")
        branches.append(History.objects.filter(tbl=model._meta.db_table, row_id__in=rows).values("pk"))
    if not isinstance(record, Person):
        named = History.objects.filter(tick__in=own.values("tick"), tbl=PartyName._meta.db_table)
        branches.append(named.filter(before__party_id=record.pk).values("pk"))
        branches.append(named.filter(after__party_id=record.pk).values("pk"))
    return History.objects.filter(Q(pk__in=branches[0].union(*branches[1:])))


def _words(record: Owner, change: History, names: Names) -> list[FieldChange]:
    model = _MODELS[change.tbl]
    if model in (Party, Person):
        return _own_words(model, change, names)
    noun = _noun(model, record)
    before, after = change.before or {}, change.after or {}
    match change.action:
        case History.Action.CREATED:
            return [FieldChange(_("%(part)s added") % {"part": noun}, "", _said(model, after, names, record))]
        case History.Action.DELETED:
            return [FieldChange(_("%(part)s removed") % {"part": noun}, _said(model, before, names, record), "")]
    label = _("%(label)s: %(value)s") % {"label": noun, "value": _said(model, after, names, record)}
    words = [
        FieldChange(f"{label} · {word.label}", word.before, word.after)
        for word in changes_in_words(model, _without(change, _QUIET), names)
    ]
    if before.get("valid") != after.get("valid"):
        words.append(FieldChange(f"{label} · {_('dates')}", _days(before.get("valid")), _days(after.get("valid"))))
    return words


def _own_words(model: type[models.Model], change: History, names: Names) -> list[FieldChange]:
    if change.action == History.Action.CREATED:
        filled = [word for word in changes_in_words(model, change, names) if word.after]
        summary = "\n".join(
            _("%(label)s: %(value)s") % {"label": capfirst(word.label), "value": word.after} for word in filled
        )
        return [FieldChange(_("Record added"), "", summary)]
    before, after = change.before or {}, change.after or {}
    words = changes_in_words(model, _without(change, _QUIET), names)
    if before.get("archived_at") != after.get("archived_at"):
        label = _("Archived") if after.get("archived_at") else _("Restored")
        reason = after.get("archived_reason") or ""
        words.insert(0, FieldChange(label, "" if reason else before.get("archived_reason") or "", reason))
    return words


def _without(change: History, columns: Iterable[str]) -> History:
    """The change without some columns, never saved."""
    left_out = set(columns)

    def kept(image: dict[str, Any] | None) -> dict[str, Any] | None:
        return {key: value for key, value in image.items() if key not in left_out} if image else image

    return History(tbl=change.tbl, row_id=change.row_id, before=kept(change.before), after=kept(change.after))


def _noun(model: type[models.Model], record: Owner) -> str:
    if model is Affiliation:
        return _("Affiliation") if isinstance(record, Person) else _("Person")
    nouns = {
        AddressUse: _("E-mail address"),
        PhoneNumber: _("Telephone"),
        PostalAddress: _("Postal address"),
        OutsideIdentifier: _("Outside identifier"),
        PartyName: _("Other name"),
    }
    return nouns[model]


def _said(model: type[models.Model], image: dict[str, Any], names: Names, record: Owner) -> str:
    """One part of a record as its history names it."""
    if model is Affiliation:
        other = (
            ("members.Party", image.get("party_id"))
            if isinstance(record, Person)
            else (
                "members.Person",
                image.get("person_id"),
            )
        )
        title = image.get(f"title_{reader_language()}") or image.get("title_en") or image.get("title_fr") or ""
        return ", ".join(part for part in (names.get(other, ""), title) if part)
    if model is AddressUse:
        return names.get(("members.EmailAddress", image.get("email_id")), "")
    if model is PhoneNumber:
        extension = image.get("extension") or ""
        return f"{image.get('number', '')}{f' · {extension}' if extension else ''}"
    if model is PostalAddress:
        return ", ".join(str(image[key]) for key in ("lines", "city", "postal_code") if image.get(key))
    if model is OutsideIdentifier:
        return f"{image.get('scheme', '')} {image.get('value', '')}"
    return str(image.get("text", ""))


def _days(text: str | None) -> str:
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
