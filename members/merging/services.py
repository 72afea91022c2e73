"""Two records made one, as an operation that can be undone for 90 days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_noop

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.operations.acting import NAMING, operating
from c2m2a_crm.core.sentences import Sentence
from c2m2a_crm.core.text import clean_line
from members.merging.errors import AlreadyMerged, ChangedMeanwhile, DifferentKinds, OneIsArchived, SameRecord
from members.merging.fields import Difference, differences, taken
from members.merging.moving import Line, after_moving, move_all, preview_lines
from members.models import NameKey, Party, PartyName, Person
from members.policies import can_edit_directory
from members.services.errors import PersonIsAnonymised, refusals
from members.services.names import check, party_rules, person_rules, refresh_name_keys
from members.services.parties import refuse_circle

MERGE_KIND: Final = "merge"
_NAME: Final = ("given_name", "family_name")
# The columns that hold a name of a party, with the kind of other name that it becomes and its language.
_PARTY_NAMES: Final = (
    ("name_en", PartyName.Kind.ALIAS, "en"),
    ("name_fr", PartyName.Kind.ALIAS, "fr"),
    ("autonym", PartyName.Kind.ALIAS, ""),
    ("legal_name", PartyName.Kind.ALIAS, ""),
    ("acronym_en", PartyName.Kind.SHORT, "en"),
    ("acronym_fr", PartyName.Kind.SHORT, "fr"),
)

R = TypeVar("R", Person, Party)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a merge would do, as the actor may know it. ``refused`` are sentences that stand in its way."""

    fields: list[Difference]
    lines: list[Line]
    refused: list[str]


def preview(*, actor: User, keep: Person | Party, lose: Person | Party) -> Preview:
    """Raises as :func:`merge_people` does, but for rows that meet: those are told with the others."""
    require(can_edit_directory(actor))
    refuse_pair(keep, lose)
    lines = preview_lines(actor, type(keep), keep.pk, lose.pk)
    return Preview(differences(keep, lose), lines, [line.sentence for line in lines if line.is_refused])


def merge_people(
    *,
    actor: User,
    keep: Person,
    lose: Person,
    choices: Mapping[str, str] | None = None,
    versions: tuple[int, int] | None = None,
    reason: str = "",
) -> Operation:
    """Make ``lose`` a part of ``keep``: everything that names it names ``keep`` afterwards, and it is put aside.

    ``choices`` maps fields (``fields.PERSON_CHOICES``) and relations (their keys) to ``keep``, ``lose`` or ``both``;
    where it is silent the record that is kept stays as it is, and blanks are filled. ``versions`` are those of both
    records as they were looked at. Rows that the actor may not read move with the others.

    Raises a :class:`~members.merging.errors.MergeRefused` or ``PersonIsAnonymised``; then nothing was changed.
    """
    return _merge(actor, keep, lose, choices or {}, versions, reason)


def merge_parties(
    *,
    actor: User,
    keep: Party,
    lose: Party,
    choices: Mapping[str, str] | None = None,
    versions: tuple[int, int] | None = None,
    reason: str = "",
) -> Operation:
    """As :func:`merge_people`, for two organizations or two Nations. Names that are not kept become other names."""
    return _merge(actor, keep, lose, choices or {}, versions, reason)


def refuse_pair(keep: Person | Party, lose: Person | Party) -> None:
    """Raise where these two cannot be merged, whoever asks."""
    if type(keep)._meta.concrete_model is not type(lose)._meta.concrete_model:
        raise DifferentKinds
    if keep.pk == lose.pk:
        raise SameRecord
    if keep.merged_into_id or lose.merged_into_id:
        raise AlreadyMerged
    if keep.is_archived or lose.is_archived:
        raise OneIsArchived
    if isinstance(keep, Person) and isinstance(lose, Person):
        if keep.anonymised_on or lose.anonymised_on:
            raise PersonIsAnonymised
    elif isinstance(keep, Party) and isinstance(lose, Party) and keep.is_nation != lose.is_nation:
        raise DifferentKinds


def lock_both(model: type[R], *keys: int) -> list[R]:
    """The rows as they are now, held; always in the order of their keys, so that two merges never wait in a circle.

    They are given in the order asked for.
    """
    rows = model._default_manager.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    found = {row.pk: row for row in rows}
    return [found[key] for key in keys]


def _merge(
    actor: User, keep: R, lose: R, choices: Mapping[str, str], versions: tuple[int, int] | None, reason: str
) -> Operation:
    require(can_edit_directory(actor))
    refuse_pair(keep, lose)
    model: type[R] = type(keep)._meta.concrete_model  # type: ignore[assignment]  # the stubs lose the type
    seen = model.objects.visible_to(actor).filter(pk__in=[keep.pk, lose.pk]).count()
    require(seen == 2)
    reason = clean_line(reason)
    summary = Sentence(gettext_noop("Merged: %(lose)s into %(keep)s"), {"lose": str(lose), "keep": str(keep)})
    details = {**NAMING, "model": model._meta.label, "keep": keep.pk, "lose": lose.pk}
    with operating(actor, kind=MERGE_KIND, summary=summary, reason=reason, details=details) as operation, refusals():
        survivor, other = lock_both(model, keep.pk, lose.pk)
        refuse_pair(survivor, other)
        if versions is not None and versions != (survivor.version, other.version):
            raise ChangedMeanwhile
        values = taken(survivor, other, choices)
        move_all(actor, model, survivor.pk, other.pk, choices)
        if isinstance(survivor, Person) and isinstance(other, Person):
            _settle_people(survivor, other, values)
        elif isinstance(survivor, Party) and isinstance(other, Party):
            _settle_parties(survivor, other, values)
        _put_aside(survivor, other, reason)
        after_moving(actor, model, [survivor.pk, other.pk])
        survivor.refresh_from_db()
        bring_names_right(survivor, other)
    return operation


def _settle_people(keep: Person, lose: Person, values: Mapping[str, Any]) -> None:
    """The name that is not kept stays with the record that is put aside: the other one is found by it."""
    if "given_name" in values or "family_name" in values:
        names = {column: getattr(keep, column) for column in _NAME}
        for column, value in names.items():
            setattr(lose, column, value)
        lose.save(update_fields=list(_NAME))
    _write(keep, values, person_rules)


def _settle_parties(keep: Party, lose: Party, values: Mapping[str, Any]) -> None:
    names = _names_of(keep) + _names_of(lose)
    if values.get("parent") is not None:
        refuse_circle(keep, values["parent"])
    keep.refresh_from_db(fields=["parent"])  # it may have moved up
    _write(keep, values, party_rules)
    present = {text for text, _kind, _language in _names_of(keep)}
    present |= set(PartyName.objects.filter(party=keep).values_list("text", flat=True))
    for text, kind, language in names:
        if text not in present:
            present.add(text)
            PartyName.objects.create(party=keep, kind=kind, text=text, language=language)


def _names_of(party: Party) -> list[tuple[str, str, str]]:
    return [
        (text, kind, language or (party.autonym_language if column == "autonym" else ""))
        for column, kind, language in _PARTY_NAMES
        if (text := getattr(party, column))
    ]


def _write(keep: R, values: Mapping[str, Any], rules: Any) -> None:
    for column, value in values.items():
        setattr(keep, column, value)
    try:
        check(keep, rules=rules(keep))
    except ValidationError as refused:
        raise ValidationError(refused.messages) from refused
    keep.version += 1
    keep.save(update_fields=[*values, "version"])


def _put_aside(keep: models.Model, lose: Any, reason: str) -> None:
    lose.archived_at, lose.archived_reason, lose.merged_into = timezone.now(), reason, keep
    lose.version += 1
    lose.save(update_fields=["archived_at", "archived_reason", "merged_into", "version"])


def bring_names_right(keep: Person | Party, lose: Person | Party) -> None:
    """Who is kept is found by every name of both; a record that was put aside by none."""
    kind = "person" if isinstance(keep, Person) else "party"
    NameKey.objects.filter(**{f"{kind}_id": lose.pk}).delete()
    if lose.merged_into_id is None:
        refresh_name_keys(lose)
    refresh_name_keys(keep)
