"""Accepting and refusing what somebody answered, field by field, through the services that any edit goes through.

A field that is a third thing by now is accepted only by whoever saw what it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.operations.acting import NAMING, operating, summarize
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.sentences import Sentence, ngettext_noop
from members.details import shown
from members.details.answering import note_check
from members.details.errors import NothingWaits
from members.models import (
    AddressUse,
    DetailsDifference,
    DetailsRequest,
    Jurisdiction,
    Person,
    PhoneNumber,
    PostalAddress,
)
from members.policies import can_edit_directory
from members.services.addresses import (
    add_email,
    add_phone,
    add_postal_address,
    close_email,
    close_phone,
    close_postal_address,
)
from members.services.affiliations import change_affiliation
from members.services.errors import PersonIsAnonymised, RecordIsArchived
from members.services.people import update_person

ACCEPT_KIND: Final = "details"
Field = DetailsDifference.Field
State = DetailsDifference.State
# What follows from these is asked on pages of their own; accepting them notes that it was done.
BY_HAND: Final = frozenset({Field.LEFT, Field.ORGANIZATION})


@dataclass(slots=True)
class Decided:
    """What became of an answer. ``left`` are fields that wait on, each with why."""

    operation: Operation
    accepted: int = 0
    refused: int = 0
    left: list[tuple[DetailsDifference, str]] = field(default_factory=list)


def seen_mark(present: shown.Values | None) -> str:
    """What a field is on file, in short: the page carries it, and a field is not written over another."""
    return hashlib.sha256(json.dumps(present, sort_keys=True).encode()).hexdigest()[:16]


def decide(*, actor: User, asked: DetailsRequest, accept: Mapping[int, str], refuse: Collection[int] = ()) -> Decided:
    """Accept some fields (by their keys, with :func:`seen_mark` of what was shown as on file) and refuse others.

    One operation that can be undone. A field that cannot be written stays waiting and is told. When none waits any
    more and one was accepted, the person counts as having checked the record on the day of the answer.
    Raises :class:`NothingWaits`, :class:`RecordIsArchived`, :class:`PersonIsAnonymised`.
    """
    require(can_edit_directory(actor))
    said = Sentence(gettext_noop("Details as %(name)s has them"), {"name": str(asked.person)})
    with operating(actor, kind=ACCEPT_KIND, summary=said, details=NAMING | {"request": asked.pk}) as operation:
        person = _locked(actor, asked)
        waiting = asked.differences.select_for_update(of=("self",)).filter(state=State.WAITING).order_by("pk")
        rows = {row.pk: row for row in waiting}
        if not rows:
            raise NothingWaits
        decided = Decided(operation)
        for pk, row in rows.items():
            if pk in refuse:
                _settle(row, actor, State.REFUSED)
                decided.refused += 1
            elif pk in accept:
                if why := _accept(actor, person, row, accept[pk]):
                    decided.left.append((row, why))
                else:
                    _settle(row, actor, State.ACCEPTED)
                    decided.accepted += 1
        is_done = not asked.differences.filter(state=State.WAITING).exists()
        if is_done and asked.answered_at and asked.differences.filter(state=State.ACCEPTED).exists():
            note_check(person, timezone.localdate(asked.answered_at))
        summarize(operation, _summary(person, decided))
    return decided


def _summary(person: Person, decided: Decided) -> Sentence:
    text, many = ngettext_noop(
        "Details as %(name)s has them: %(count)s field accepted",
        "Details as %(name)s has them: %(count)s fields accepted",
    )
    return Sentence(text, {"name": str(person), "count": decided.accepted}, many)


def _locked(actor: User, asked: DetailsRequest) -> Person:
    person = Person.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=asked.person_id)
    if person.archived_at is not None:
        raise RecordIsArchived
    if person.anonymised_on is not None:
        raise PersonIsAnonymised
    return person


def _settle(row: DetailsDifference, actor: User, state: str) -> None:
    row.state, row.decided_by, row.decided_at = state, actor, timezone.now()
    row.save(update_fields=["state", "decided_by", "decided_at"])


def _accept(actor: User, person: Person, row: DetailsDifference, mark: str) -> str:
    """Write the field; why it cannot be written, else nothing."""
    person.refresh_from_db()
    file = shown.OnFile([person.pk])
    standing = file.stands(row, person)
    if standing == shown.AS_SAID:
        return ""
    if row.field == Field.LEFT:
        return _("The affiliation goes on. End it first.")
    if standing == shown.CHANGED and mark != seen_mark(file.now(row, person)):
        return _("It was changed meanwhile. Look at what is on file now.")
    try:
        with recorded(actor):  # a part of it is not written where the rest is refused
            _write(actor, person, row, file.row(row, person))
    except ValidationError as refused:
        return " ".join(refused.messages)
    except ActRefused as refused:
        return str(refused)
    return ""


def _write(actor: User, person: Person, row: DetailsDifference, on_file: Any) -> None:
    if row.field in shown.OWN:
        changes: dict[str, Any] = dict(row.new)
        update_person(actor=actor, person=person, version=person.version, changes=changes)
    elif row.field in shown.OF_PLACE:
        if on_file is None:
            raise ActRefused(_("This affiliation is over. Enter the title by hand, or refuse it."))
        change_affiliation(actor=actor, affiliation=on_file, version=on_file.version, changes=dict(row.new))
    elif row.field == Field.EMAIL:
        _write_email(actor, person, row, on_file)
    elif row.field == Field.PHONE:
        _write_phone(actor, person, row, on_file)
    elif row.field == Field.POSTAL:
        _write_postal(actor, person, row, on_file)


def _source(row: DetailsDifference) -> str:
    return _("%(name)s, by the check of their details") % {"name": row.request.person}


def _write_email(actor: User, person: Person, row: DetailsDifference, use: AddressUse | None) -> None:
    if use is not None:
        close_email(actor=actor, use=use)
    if address := row.new.get("address"):
        kind = use.kind if use else AddressUse.Kind.WORK
        add_email(actor=actor, owner=person, address=address, kind=kind, source=_source(row)[:250])


def _write_phone(actor: User, person: Person, row: DetailsDifference, phone: PhoneNumber | None) -> None:
    if phone is not None:
        close_phone(actor=actor, phone=phone)
    if number := row.new.get("number"):
        add_phone(actor=actor, owner=person, number=number, kind=phone.kind if phone else PhoneNumber.Kind.WORK)


def _write_postal(actor: User, person: Person, row: DetailsDifference, address: PostalAddress | None) -> None:
    if address is not None:
        close_postal_address(actor=actor, address=address)
    if any(row.new.values()):
        new = dict(row.new)
        code = new.pop("jurisdiction", "")
        add_postal_address(
            actor=actor,
            owner=person,
            jurisdiction=Jurisdiction.objects.filter(code=code).first() if code else None,
            country=str(address.country) if address else "CA",
            **new,
        )
