"""What somebody who moves on leaves behind in the directory: addresses, numbers, relations of the old place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core.dates import days_of
from c2m2a_crm.core.registries import DepartureEffect, DepartureRow, Move
from c2m2a_crm.core.registries.moving import END, HAND_OVER, KEEP
from members.models import AddressUse, Party, PhoneNumber, Relationship
from members.services.addresses import close_email, close_phone
from members.services.relationships import add_relationship, end_relationship

_IN_USE = ((END, gettext_lazy("No longer in use")), (KEEP, gettext_lazy("Still in use")))


def _addresses(actor: Any, move: Move) -> Sequence[DepartureRow]:
    uses = AddressUse.objects.filter(person=move.person, valid__endswith__isnull=True).select_related("email")
    return [
        DepartureRow(
            use.pk,
            use.email.address,
            str(use.get_kind_display()),
            "",
            _IN_USE,
            KEEP if use.kind == AddressUse.Kind.PERSONAL or move.stays_with_the_party else END,
        )
        for use in uses
    ]


def _close_address(actor: Any, move: Move, key: int, choice: str) -> None:
    close_email(actor=actor, use=AddressUse.objects.get(pk=key), last_day=move.last_day)


def _phones(actor: Any, move: Move) -> Sequence[DepartureRow]:
    return [
        DepartureRow(
            phone.pk,
            str(phone),
            str(phone.get_kind_display()),
            "",
            _IN_USE,
            END if phone.kind == PhoneNumber.Kind.WORK and not move.stays_with_the_party else KEEP,
        )
        for phone in PhoneNumber.objects.filter(person=move.person, valid__endswith__isnull=True)
    ]


def _close_phone(actor: Any, move: Move, key: int, choice: str) -> None:
    close_phone(actor=actor, phone=PhoneNumber.objects.get(pk=key), last_day=move.last_day)


def _relations(actor: Any, move: Move) -> Sequence[DepartureRow]:
    """Relations with the party that is left, and for whom the person speaks, whoever that is."""
    with_left = Q(from_person=move.person, to_party=move.left) | Q(from_party=move.left, to_person=move.person)
    spoken = Q(from_person=move.person, kind=Relationship.Kind.SPEAKS_FOR)
    rows = Relationship.objects.filter(with_left | spoken, valid__endswith__isnull=True).for_list()
    return [_relation(row, move) for row in rows]


def _relation(row: Relationship, move: Move) -> DepartureRow:
    other = row.end if row.beginning == move.person else row.beginning
    label = Relationship.Kind(row.kind).label if row.end == other else Relationship.CONVERSE[row.kind]
    choices = [(END, _("It ends")), (KEEP, _("It stays"))]
    if move.successor is not None and move.successor != other:
        choices.append((HAND_OVER, _("Passes to %(name)s") % {"name": move.successor}))
    ends = isinstance(other, Party) and other == move.left and not move.stays_with_the_party
    note = " · ".join(filter(None, (row.scope, days_of(row))))
    return DepartureRow(row.pk, f"{label} {other}", note, other.get_absolute_url(), choices, END if ends else KEEP)


def _end_relation(actor: Any, move: Move, key: int, choice: str) -> None:
    row = Relationship.objects.for_list().get(pk=key)
    end_relationship(actor=actor, relationship=row, last=move.last_day)
    if choice == HAND_OVER:
        is_from = row.beginning == move.person
        add_relationship(
            actor=actor,
            kind=row.kind,
            beginning=move.successor if is_from else row.beginning,
            end=row.end if is_from else move.successor,
            first=move.last_day + timedelta(days=1),
            scope=row.scope,
            mandate=row.mandate,
            mandate_reference=row.mandate_reference,
            source=row.source,
        )


DEPARTURE_EFFECTS = (
    DepartureEffect("addresses", 10, gettext_lazy("E-mail addresses"), _addresses, _close_address),
    DepartureEffect("phones", 20, gettext_lazy("Telephones"), _phones, _close_phone),
    DepartureEffect("relations", 30, gettext_lazy("Relationships"), _relations, _end_relation),
)
