"""The words of vocabularies and the days on which they stand on lists. Nothing that is used is ever deleted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core import editing
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.operations.acting import operating
from c2m2a_crm.core.refusals import refusals_of_the_database
from c2m2a_crm.core.sentences import Sentence
from c2m2a_crm.core.validity import first_day, last_day, valid_dates
from members.models import Concept, Expertise, Jurisdiction, Listing, ProfileLine
from members.policies import can_keep_vocabularies
from members.services.errors import CannotBeReplaced, DatesReversed, ListedAlready
from members.services.names import cleaned

REPLACE_KIND: Final = "vocabulary"

refusals = partial(
    refusals_of_the_database, {"on_a_list_once_at_a_time": ListedAlready, "listing_lasts_a_day": DatesReversed}
)

_WORDS = ("label_en", "label_fr", "symbol", "also", "note_en", "note_fr", "source")
# The columns of profiles in which the words of each vocabulary stand.
_COLUMNS: Final = {
    Concept.Vocabulary.MINERAL.value: "mineral",
    Concept.Vocabulary.STAGE.value: "stage",
    Concept.Vocabulary.SECTOR.value: "sector",
}


def add_concept(*, actor: User, vocabulary: str, values: Mapping[str, Any]) -> Concept:
    """A new word, offered from now on. Its code is made of the English label, if none is given.

    Raises ``ValidationError``.
    """
    require(can_keep_vocabularies(actor))
    concept = Concept(vocabulary=vocabulary, **cleaned({name: values.get(name, "") for name in _WORDS}))
    concept.code = values.get("code") or slugify(concept.label_en)[:60].strip("-")
    concept.position = values.get("position") or 0
    concept.is_confirmed = bool(values.get("is_confirmed"))
    concept.full_clean()
    with recorded(actor):
        concept.save(force_insert=True)
    return concept


def edit_concept(*, actor: User, concept: Concept, version: int, changes: Mapping[str, Any]) -> Concept:
    """Change labels, names, notes, source, place in the list, or the day since which it is no longer offered.

    Rows that have the word keep it. Raises :class:`c2m2a_crm.core.editing.EditConflict`, ``ValidationError``.
    """
    require(can_keep_vocabularies(actor))
    with recorded(actor):
        current = editing.lock(concept)
        keep = editing.changes_to_keep(current, cleaned(changes), version=version)
        editing.apply(current, keep)
    return current


def replace_concept(*, actor: User, concept: Concept, by: Concept) -> Operation:
    """Put another word of the vocabulary in the place of this one, wherever it stands; an operation, can be undone.

    A line that would then be said twice is said once. Raises :class:`CannotBeReplaced`.
    """
    require(can_keep_vocabularies(actor))
    with recorded(actor):
        locked = {
            row.pk: row
            for row in Concept.objects.select_for_update(of=("self",)).filter(pk__in=[concept.pk, by.pk]).order_by("pk")
        }
        old, new = locked[concept.pk], locked[by.pk]
        if old.pk == new.pk or old.vocabulary != new.vocabulary or old.replaced_by_id or not new.is_offered:
            raise CannotBeReplaced
        summary = Sentence(gettext_noop("“%(old)s” replaced by “%(new)s”"), {"old": str(old), "new": str(new)})
        with operating(actor, kind=REPLACE_KIND, summary=summary) as operation:
            _move_lines(old, new)
            _move_listings(old, new)
            for earlier in Concept.objects.select_for_update(of=("self",)).filter(replaced_by=old):
                editing.apply(earlier, {"replaced_by": new})
            editing.apply(old, {"replaced_by": new})
    return operation


def _move_lines(old: Concept, new: Concept) -> None:
    column = _COLUMNS.get(old.vocabulary)
    if column is not None:
        rows = ProfileLine.objects.filter(**{column: old})
        rows.filter(Exists(_same_line(column, new))).delete()
        rows.update(**{column: new, "version": F("version") + 1})
    known = Expertise.objects.filter(field=old)
    known.filter(Exists(Expertise.objects.filter(person=OuterRef("person"), field=new))).delete()
    known.update(field=new, version=F("version") + 1)


def _same_line(column: str, new: Concept) -> QuerySet[ProfileLine, ProfileLine]:
    """The line of the same party that says with ``new`` what the outer one says with another word."""
    found = ProfileLine.objects.filter(party=OuterRef("party"), **{column: new})
    for name in ("mineral", "stage", "jurisdiction", "sector"):
        if name != column:
            found = found.alias(**{f"or_no_{name}": Coalesce(f"{name}_id", 0)}).filter(
                **{f"or_no_{name}": Coalesce(OuterRef(f"{name}_id"), 0)}
            )
    return found


def _move_listings(old: Concept, new: Concept) -> None:
    """The list keeps its days; where the other word stood on it on one of them, its own row says so already."""
    for listing in Listing.objects.select_for_update(of=("self",)).filter(concept=old):
        taken = Listing.objects.filter(
            concept=new, jurisdiction=listing.jurisdiction_id, standing=listing.standing, valid__overlap=listing.valid
        )
        if taken.exists():
            listing.delete()
        else:
            editing.apply(listing, {"concept": new})


# --- Lists ------------------------------------------------------------------------------------------------------------


def add_listing(
    *,
    actor: User,
    concept: Concept,
    jurisdiction: Jurisdiction,
    standing: str,
    first: date | None = None,
    last: date | None = None,
    source: str = "",
    is_confirmed: bool = False,
) -> Listing:
    """Put a mineral on the list of a jurisdiction; both days are included, None leaves that side open.

    Raises :class:`ListedAlready`, :class:`DatesReversed`, ``ValidationError``.
    """
    require(can_keep_vocabularies(actor))
    if concept.vocabulary != Concept.Vocabulary.MINERAL or concept.replaced_by_id:
        raise ValidationError(_("Only minerals and materials stand on lists of governments."))
    row = Listing(
        concept=concept,
        jurisdiction=jurisdiction,
        standing=standing,
        valid=valid_dates(first, last, refusal=DatesReversed),
        is_confirmed=is_confirmed,
        **cleaned({"source": source}),
    )
    row.clean_fields(exclude={"concept", "jurisdiction"})
    with recorded(actor), refusals():
        Concept.objects.select_for_update(of=("self",)).get(pk=concept.pk)
        _refuse_overlap(row)
        row.save(force_insert=True)
    return row


def change_listing(*, actor: User, listing: Listing, version: int, changes: Mapping[str, Any]) -> Listing:
    """Change days (``first``, ``last``), standing, source or confirmation, made while looking at ``version``.

    Raises :class:`c2m2a_crm.core.editing.EditConflict`, :class:`ListedAlready`, :class:`DatesReversed`.
    """
    require(can_keep_vocabularies(actor))
    with recorded(actor), refusals():
        Concept.objects.select_for_update(of=("self",)).get(pk=listing.concept_id)
        current = editing.lock(listing)
        wanted = cleaned(changes)
        if "first" in wanted or "last" in wanted:
            first = wanted.pop("first", first_day(current.valid))
            last = wanted.pop("last", last_day(current.valid))
            wanted["valid"] = valid_dates(first, last, refusal=DatesReversed)
        keep = editing.changes_to_keep(current, wanted, version=version)
        if not keep:
            return current
        for name, value in keep.items():
            setattr(current, name, value)
        current.clean_fields(exclude={"concept", "jurisdiction"})
        _refuse_overlap(current)
        current.version += 1
        current.save(update_fields=[*keep, "version"])
    return current


def remove_listing(*, actor: User, listing: Listing) -> None:
    """Take away what was entered by mistake; history keeps it. A mineral that leaves a list has a last day instead."""
    require(can_keep_vocabularies(actor))
    with recorded(actor):
        Listing.objects.filter(pk=listing.pk).delete()


def _refuse_overlap(row: Listing) -> None:
    """Asked before the write, so that no error breaks the transaction; the constraint has the last word."""
    others = Listing.objects.filter(
        concept=row.concept_id, jurisdiction=row.jurisdiction_id, standing=row.standing, valid__overlap=row.valid
    )
    if others.exclude(pk=row.pk).exists():
        raise ListedAlready
