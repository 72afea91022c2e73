"""Relations between people and parties: begun, changed, ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core import editing
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Document, Operation
from c2m2a_crm.core.validity import first_day, last_day, valid_dates
from members.models import Party, Person, Relationship
from members.policies import can_edit_directory
from members.services.addresses import Owner, refuse_anonymised
from members.services.errors import (
    DatesReversed,
    MandateOfNobody,
    RecordIsArchived,
    RelatedToItself,
    RelationDoesNotFit,
    RelationListed,
    refusals,
)
from members.services.names import cleaned

Kind = Relationship.Kind
# Which ends a relation may have: (from, to), each a model. Said again by a constraint of the table.
ENDS: Final[Mapping[str, tuple[tuple[type, ...], tuple[type, ...]]]] = {
    Kind.SPEAKS_FOR: ((Person, Party), (Person, Party)),
    Kind.ADVISES: ((Person, Party), (Person, Party)),
    Kind.SITS_ON: ((Person, Party), (Party,)),
    Kind.MEMBER_OF: ((Person, Party), (Party,)),
    Kind.SISTER_OF: ((Party,), (Party,)),
    Kind.KNOWS: ((Person,), (Person,)),
}


def add_relationship(
    *,
    actor: User,
    kind: str,
    beginning: Owner,
    end: Owner,
    first: date | None = None,
    last: date | None = None,
    scope: str = "",
    mandate: Document | None = None,
    mandate_reference: str = "",
    source: str = "",
    operation: Operation | None = None,
) -> Relationship:
    """``beginning`` stands in this relation to ``end`` from ``first`` to ``last``; None leaves that side open.

    Raises :class:`RelatedToItself`, :class:`RelationDoesNotFit`, :class:`MandateOfNobody`, :class:`RelationListed`,
    :class:`DatesReversed`, :class:`RecordIsArchived`.
    """
    require(can_edit_directory(actor))
    for record in (beginning, end):
        refuse_anonymised(record)
        if record.is_archived:
            raise RecordIsArchived(_("%(name)s is archived. Restore the record first.") % {"name": record})
    texts = cleaned({"scope": scope, "mandate_reference": mandate_reference, "source": source})
    row = Relationship(
        kind=kind,
        mandate=mandate,
        valid=valid_dates(first, last, refusal=DatesReversed),
        **{f"from_{_column(beginning)}": beginning, f"to_{_column(end)}": end},
        **texts,
    )
    _check(row)
    with recorded(actor, operation=operation), refusals():
        _refuse_twice(row)
        row.save(force_insert=True)
    return row


def change_relationship(
    *, actor: User, relationship: Relationship, version: int, changes: Mapping[str, Any]
) -> Relationship:
    """Change dates (``first``, ``last``), scope, mandate or source, made while looking at ``version``.

    Raises :class:`c2m2a_crm.core.editing.EditConflict` and what :func:`add_relationship` raises.
    """
    require(can_edit_directory(actor))
    with recorded(actor), refusals():
        current = editing.lock(relationship)
        wanted = cleaned(changes)
        if wanted.keys() & {"first", "last"}:
            first = wanted.pop("first", first_day(current.valid))
            last = wanted.pop("last", last_day(current.valid))
            wanted["valid"] = valid_dates(first, last, refusal=DatesReversed)
        keep = editing.changes_to_keep(current, wanted, version=version)
        for name, value in keep.items():
            setattr(current, name, value)
        _check(current)
        _refuse_twice(current)
        editing.apply(current, keep)
    return current


def end_relationship(
    *, actor: User, relationship: Relationship, last: date, operation: Operation | None = None
) -> Relationship:
    """Its last day; it stays in the past of both ends. Raises :class:`DatesReversed`."""
    require(can_edit_directory(actor))
    with recorded(actor, operation=operation), refusals():
        current = editing.lock(relationship)
        current.valid = valid_dates(first_day(current.valid), last, refusal=DatesReversed)
        _refuse_twice(current)
        current.version += 1
        current.save(update_fields=["valid", "version"])
    return current


def remove_relationship(*, actor: User, relationship: Relationship) -> None:
    """Take away a relation that was entered by mistake; history keeps it. One that was true is ended instead."""
    require(can_edit_directory(actor))
    with recorded(actor):
        editing.lock(relationship).delete()


def _column(record: Owner) -> str:
    return "person" if isinstance(record, Person) else "party"


def _check(row: Relationship) -> None:
    row.clean_fields(exclude={"from_person", "from_party", "to_person", "to_party", "mandate"})
    if row.beginning == row.end:
        raise RelatedToItself
    beginnings, ends = ENDS[row.kind]
    if not (isinstance(row.beginning, beginnings) and isinstance(row.end, ends)):
        raise RelationDoesNotFit
    if row.kind != Kind.SPEAKS_FOR and (row.scope or row.mandate_id or row.mandate_reference):
        raise MandateOfNobody


def _refuse_twice(row: Relationship) -> None:
    """Asked before the write, so that no error breaks the transaction; the constraints have the last word."""
    same = Relationship.objects.filter(kind=row.kind, valid__overlap=row.valid).exclude(pk=row.pk)
    ways = [(row.beginning, row.end)]
    if row.kind in Relationship.MUTUAL:
        ways.append((row.end, row.beginning))
    for beginning, end in ways:
        if same.filter(**{f"from_{_column(beginning)}": beginning, f"to_{_column(end)}": end}).exists():
            raise RelationListed
