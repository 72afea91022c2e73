"""Sourced statements about a record: added, edited, confirmed, removed. One set of services for every table of facts.

Everybody who writes may state something about a record whose content they may use. A statement counts as confirmed only
as it was read by whoever confirmed it: new words or another source make it unconfirmed again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core import editing, rights
from c2m2a_crm.core.history import NothingToPutBack, recorded, removed_row
from c2m2a_crm.core.models import Archivable, Fact, Sealable
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import today

F = TypeVar("F", bound=Fact)

WORDS = ("label_en", "label_fr", "text_en", "text_fr", "source")
# What a confirmation vouches for.
VOUCHED = ("text_en", "text_fr", "source")


class StatementChanged(Exception):
    """Somebody edited the statement after the page was made on which it was to be confirmed or removed."""


def words_of(model: type[Fact]) -> tuple[str, ...]:
    return WORDS if model.is_labelled else VOUCHED


def can_edit_facts(actor: Any, model: type[Fact], record: models.Model) -> bool:
    """State, correct, confirm and remove what is known of a record that is not put aside."""
    if model.policy is not None:
        return model.policy(actor, record)
    return (
        rights.can_write(actor)
        and not (isinstance(record, Archivable) and record.is_archived)
        and not (isinstance(record, Sealable) and not record.is_readable_by(actor))
    )


@cache
def owner_field(model: type[Fact]) -> models.ForeignKey[Any, Any]:
    """The foreign key from a table of facts to the record that they are about."""
    (field,) = (each for each in model._meta.concrete_fields if isinstance(each, models.ForeignKey))
    return field


def record_of(fact: Fact) -> models.Model:
    record: models.Model = getattr(fact, owner_field(type(fact)).name)
    return record


def add_fact(*, actor: Any, model: type[F], record: models.Model, values: Mapping[str, str]) -> F:
    """State something about ``record``; ``values`` are those of :func:`words_of`. It is unconfirmed.

    Raises ``ValidationError`` where its shape is wrong or the record already states that.
    """
    _require(actor, model, record)
    owner = owner_field(model).name
    words = {name: _cleaned(text) for name, text in values.items() if name in words_of(model)}
    fact = model(**{owner: record}, **words)
    with recorded(actor):
        # Two people who add at once: the second one's place and key are reckoned after the first one's are there.
        type(record)._default_manager.select_for_update(of=("self",)).filter(pk=record.pk).order_by().first()
        stated = model._default_manager.filter(**{owner: record})
        fact.key = _free_key(fact, set(stated.values_list("key", flat=True)))
        fact.position = (stated.aggregate(last=models.Max("position"))["last"] or 0) + 1
        _check_words(fact)
        fact.full_clean()
        fact.save(force_insert=True)
    return fact


def edit_fact(*, actor: Any, fact: F, version: int, changes: Mapping[str, Any]) -> F:
    """Write what was changed while looking at ``version``: words, or the ``position`` in the list.

    Raises ``EditConflict`` or ``ValidationError``.

    Words or a source that take the place of others make the statement unconfirmed; a missing language that is filled
    in does not.
    """
    _require(actor, type(fact), record_of(fact))
    with recorded(actor):
        current = editing.lock(fact)
        wanted = {name: _cleaned(value) for name, value in changes.items() if name in words_of(type(fact))}
        if "position" in changes:
            wanted["position"] = changes["position"]
        keep = editing.changes_to_keep(current, wanted, version=version)
        if current.is_confirmed and any(getattr(current, name) for name in VOUCHED if name in keep):
            keep |= {"is_confirmed": False, "checked_on": None}
        _check_words(_with(current, keep))
        editing.apply(current, keep)
    return current


def confirm_fact(*, actor: Any, fact: F, version: int, checked_on: date, source: str) -> F:
    """Vouch that the statement says what its source says, as read on ``checked_on``.

    Raises :class:`StatementChanged` where it is no longer the statement that was read, ``ValidationError`` without a
    source or with a day that has not come.
    """
    _require(actor, type(fact), record_of(fact))
    source = _cleaned(source)
    if not source:
        raise ValidationError({"source": _("Name the source against which you checked it.")})
    if checked_on > today():
        raise ValidationError({"checked_on": _("The day on which you checked it cannot lie in the future.")})
    with recorded(actor):
        current = editing.lock(fact)
        if current.version != version:
            raise StatementChanged
        if not current.text.text:
            raise ValidationError(_("There is no statement to confirm yet. Edit it first."))
        editing.apply(current, {"source": source, "is_confirmed": True, "checked_on": checked_on})
    return current


def unconfirm_fact(*, actor: Any, fact: F, as_source_says: bool = False) -> F:
    """Nobody here vouches for the statement any more; what it says and its source stay.

    ``as_source_says`` leaves it as reference data has it: not doubted, and checked by nobody here. Where nobody vouched
    for it nothing happens.
    """
    _require(actor, type(fact), record_of(fact))
    with recorded(actor):
        current = editing.lock(fact)
        if current.checked_on:
            editing.apply(current, {"is_confirmed": as_source_says, "checked_on": None})
    return current


def remove_fact(*, actor: Any, fact: Fact, version: int) -> None:
    """Take it away; history keeps it, and reference data does not bring it back. Raises :class:`StatementChanged`."""
    _require(actor, type(fact), record_of(fact))
    with recorded(actor):
        current = editing.lock(fact)
        if current.version != version:
            raise StatementChanged
        type(current)._default_manager.filter(pk=current.pk).delete()


def restore_fact(*, actor: Any, model: type[F], record: models.Model, pk: int) -> F:
    """Put back a statement of ``record`` that was removed, as it stood, confirmation and all.

    Raises :class:`~c2m2a_crm.core.history.NothingToPutBack` where it is there or was never one of this record's.
    """
    _require(actor, model, record)
    owner = owner_field(model)
    with recorded(actor):
        type(record)._default_manager.select_for_update(of=("self",)).filter(pk=record.pk).order_by().first()
        fact = removed_row(model, pk)
        if getattr(fact, owner.attname) != record.pk:
            raise NothingToPutBack
        taken = set(model._default_manager.filter(**{owner.name: record}).values_list("key", flat=True))
        if fact.key in taken:
            fact.key = _free_key(fact, taken)
        fact.save(force_insert=True)
    return fact


def _require(actor: Any, model: type[Fact], record: models.Model) -> None:
    if not can_edit_facts(actor, model, record):
        raise PermissionDenied


def _cleaned(text: str) -> str:
    return clean_line(str(text or "").replace("\r\n", "\n"))


def _with(fact: F, values: Mapping[str, Any]) -> F:
    for name, value in values.items():
        setattr(fact, name, value)
    return fact


def _check_words(fact: Fact) -> None:
    if fact.is_labelled and not (fact.label_en or fact.label_fr):
        raise ValidationError({"label_en": _("Say in at least one language what the statement is about.")})
    if not (fact.text_en or fact.text_fr):
        raise ValidationError({"text_en": _("Write the statement in at least one language.")})


def _free_key(fact: Fact, taken: set[str]) -> str:
    """A key made of the label, else the text; numbered where the record has another statement of that name."""
    told = (fact.label_en or fact.label_fr) if fact.is_labelled else (fact.text_en or fact.text_fr)
    stem = slugify(told)[:50].strip("-") or "statement"
    return next(key for key in (stem, *(f"{stem}-{number}" for number in range(2, 10_000))) if key not in taken)
