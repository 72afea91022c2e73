"""A record's history in words: its own changes and those of everything that hangs on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.history import FieldChange, Names, changes_in_words
from c2m2a_crm.core.models import History
from c2m2a_crm.core.record_changes import HistoryPage, days_told, history_lines, in_either_language, without
from members.models import (
    AddressUse,
    Affiliation,
    Expertise,
    Office,
    OutsideIdentifier,
    Party,
    PartyFact,
    PartyName,
    Person,
    PhoneNumber,
    PostalAddress,
    ProfileLine,
    Relationship,
)
from members.services.addresses import Owner

# What hangs on a person or a party and is told on its page.
_PARTS: tuple[type[models.Model], ...] = (Affiliation, AddressUse, PhoneNumber, PostalAddress, OutsideIdentifier)
_OTHERS = (PartyName, PartyFact, ProfileLine, Expertise, Office, Relationship)
_ALL: tuple[type[models.Model], ...] = (Party, Person, *_OTHERS, *_PARTS)
_MODELS = {model._meta.db_table: model for model in _ALL}
# The document of a mandate is not for every reader of the record.
_OF_RELATIONS = {"from_person_id", "from_party_id", "to_person_id", "to_party_id", "mandate_id"}
_QUIET = frozenset(
    {"valid", "party_id", "person_id", "archived_at", "archived_reason", "key", "position", *_OF_RELATIONS}
)


def history_page(record: Owner, actor: Actor, *, before: int | None = None, is_editor: bool = False) -> HistoryPage:
    """The newest changes, older than the change numbered ``before``. The caller has checked that it is readable, and
    says whether the actor may edit it.
    """

    def words(change: History, names: Names) -> list[FieldChange]:
        return _words(record, change, names)

    return history_lines(_changes(record), _MODELS, words, actor, before=before, is_editor=is_editor)


def _changes(record: Owner) -> QuerySet[History, History]:
    """Each part is a narrow query; names since removed are found by the transactions that counted the record up.

    What was written of a record before it was merged into this one belongs to this one's history.
    """
    key = "person_id" if isinstance(record, Person) else "party_id"
    # As numbers: below another query the database would read whole tables.
    merged = type(record)._default_manager.filter(merged_into=record.pk).order_by("pk").values_list("pk", flat=True)
    owners = [record.pk, *merged]
    own = History.objects.filter(tbl=record._meta.db_table, row_id__in=owners)
    branches: list[QuerySet[Any, Any]] = [own.values("pk")]
    profile: type[models.Model] = Expertise if isinstance(record, Person) else ProfileLine
    parts: tuple[type[models.Model], ...] = (*_PARTS, profile)
    if not isinstance(record, Person):
        parts = (*parts, PartyName, Office)
    for model in parts:
        rows = model._default_manager.filter(**{f"{key}__in": owners}).order_by().values("pk")
        branches.append(History.objects.filter(tbl=model._meta.db_table, row_id__in=rows).values("pk"))
    relations = Relationship.objects.of(record).values("pk")
    branches.append(History.objects.filter(tbl=Relationship._meta.db_table, row_id__in=relations).values("pk"))
    taken_away = History.objects.filter(tick__in=own.values("tick"), tbl=profile._meta.db_table)
    branches.append(_naming(taken_away, "before", key, owners))
    if not isinstance(record, Person):
        named = History.objects.filter(tick__in=own.values("tick"), tbl=PartyName._meta.db_table)
        stated = History.objects.filter(tbl=PartyFact._meta.db_table)
        for rows_of in (named, stated):
            branches += [_naming(rows_of, image, key, owners) for image in ("before", "after")]
    return History.objects.filter(Q(pk__in=branches[0].union(*branches[1:])))


def _naming(changes: QuerySet[History, History], image: str, column: str, owners: Sequence[int]) -> QuerySet[Any, Any]:
    """Those whose row named one of the owners before or after."""
    return changes.filter(Q(*((f"{image}__{column}", owner) for owner in owners), _connector=Q.OR)).values("pk")


def _words(record: Owner, change: History, names: Names) -> list[FieldChange]:
    """What is of a record that was merged into this one says so, and is not put back from here."""
    words = _plain_words(record, change, names)
    merged = _merged_name(record, change, names)
    if not merged:
        return words
    return [
        FieldChange(
            _("%(label)s (%(name)s, merged into this record)") % {"label": capfirst(word.label), "name": merged},
            word.before,
            word.after,
        )
        for word in words
    ]


def _merged_name(record: Owner, change: History, names: Names) -> str:
    """The record that the row was of when it was written; nothing where it was this one."""
    model = _MODELS[change.tbl]
    image = change.after or change.before or {}
    own: int | None
    if model in (Party, Person):
        own = change.row_id
    elif model is Relationship:
        return ""
    else:
        own = image.get("person_id" if isinstance(record, Person) else "party_id")
    if own is None or own == record.pk:
        return ""
    if model is Person:
        return " ".join(filter(None, (image.get("given_name"), image.get("family_name"))))
    if model is Party:
        return in_either_language(image, "name") or str(image.get("autonym") or "")
    return names.get((record._meta.label, own), "") or _("another record")


def _plain_words(record: Owner, change: History, names: Names) -> list[FieldChange]:
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
    said = in_either_language(after, "label") if model is PartyFact else _said(model, after, names, record)
    label = _("%(label)s: %(value)s") % {"label": noun, "value": said}
    words = [
        FieldChange(f"{label} · {word.label}", word.before, word.after)
        for word in changes_in_words(model, without(change, _QUIET), names)
    ]
    if before.get("valid") != after.get("valid"):
        words.append(
            FieldChange(f"{label} · {_('dates')}", days_told(before.get("valid")), days_told(after.get("valid")))
        )
    return words


def _own_words(model: type[models.Model], change: History, names: Names) -> list[FieldChange]:
    if change.action == History.Action.CREATED:
        filled = [word for word in changes_in_words(model, change, names) if word.after]
        summary = "\n".join(
            _("%(label)s: %(value)s") % {"label": capfirst(word.label), "value": word.after} for word in filled
        )
        return [FieldChange(_("Record added"), "", summary)]
    before, after = change.before or {}, change.after or {}
    words = changes_in_words(model, without(change, _QUIET), names)
    if before.get("archived_at") != after.get("archived_at"):
        label = _("Archived") if after.get("archived_at") else _("Restored")
        reason = after.get("archived_reason") or ""
        words.insert(0, FieldChange(label, "" if reason else before.get("archived_reason") or "", reason))
    return words


def _noun(model: type[models.Model], record: Owner) -> str:
    if model is Affiliation:
        return _("Affiliation") if isinstance(record, Person) else _("Person")
    nouns = {
        AddressUse: _("E-mail address"),
        PhoneNumber: _("Telephone"),
        PostalAddress: _("Postal address"),
        OutsideIdentifier: _("Outside identifier"),
        PartyName: _("Other name"),
        PartyFact: _("Statement"),
        ProfileLine: _("Profile"),
        Expertise: _("Expertise"),
        Office: pgettext("post", "Office"),
        Relationship: _("Relationship"),
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
    if model is Office:
        return in_either_language(image, "title")
    if model is Relationship:
        ends = [_end(image, side, names) for side in ("from", "to")]
        kinds = dict(Relationship.Kind.choices)
        return " · ".join(filter(None, (ends[0], str(kinds.get(image.get("kind", ""), "")), ends[1])))
    if model is ProfileLine:
        columns = ("mineral_id", "stage_id", "sector_id")
        words = [names.get(("members.Concept", image.get(column)), "") for column in columns]
        words.insert(2, names.get(("members.Jurisdiction", image.get("jurisdiction_id")), ""))
        return " · ".join(filter(None, words))
    if model is Expertise:
        return names.get(("members.Concept", image.get("field_id")), "")
    if model is AddressUse:
        return names.get(("members.EmailAddress", image.get("email_id")), "")
    if model is PhoneNumber:
        extension = image.get("extension") or ""
        return f"{image.get('number', '')}{f' · {extension}' if extension else ''}"
    if model is PostalAddress:
        return ", ".join(str(image[key]) for key in ("lines", "city", "postal_code") if image.get(key))
    if model is OutsideIdentifier:
        return f"{image.get('scheme', '')} {image.get('value', '')}"
    if model is PartyFact:
        told = (in_either_language(image, "text"), str(image.get("source") or ""))
        return "\n".join([in_either_language(image, "label"), *filter(None, told)])
    return str(image.get("text", ""))


def _end(image: dict[str, Any], side: str, names: Names) -> str:
    person = names.get(("members.Person", image.get(f"{side}_person_id")), "")
    return person or names.get(("members.Party", image.get(f"{side}_party_id")), "")
