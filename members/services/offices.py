"""Offices of a party: made, changed, put aside. Who holds one is an affiliation (``services.affiliations``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core import editing
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.validity import today
from members.models import Affiliation, Office, Party
from members.policies import can_edit_directory
from members.services.errors import OfficeHeld, RecordIsArchived, RecordIsNotArchived, refusals
from members.services.names import check, cleaned
from members.services.parties import set_archived


def create_office(
    *,
    actor: User,
    party: Party,
    kind: str = Office.Kind.POST,
    title_en: str = "",
    title_fr: str = "",
    unit: str = "",
    operation: Operation | None = None,
) -> Office:
    """A post or a role mailbox, vacant until somebody takes it.

    Raises ``ValidationError`` without a title, :class:`RecordIsArchived` for a party put aside.
    """
    require(can_edit_directory(actor))
    texts = cleaned({"title_en": title_en, "title_fr": title_fr, "unit": unit})
    office = Office(party=party, kind=kind, **texts)
    check(office, rules=_rules(office))
    with recorded(actor, operation=operation), refusals():
        if Party.objects.select_for_update(of=("self",)).get(pk=party.pk).is_archived:
            raise RecordIsArchived
        office.save(force_insert=True)
    return office


def update_office(
    *, actor: User, office: Office, version: int, changes: Mapping[str, Any], operation: Operation | None = None
) -> Office:
    """Change kind, titles or unit, made while looking at ``version``. Holders keep the title under which they came.

    Raises :class:`c2m2a_crm.core.editing.EditConflict`, ``ValidationError``, :class:`RecordIsArchived`.
    """
    require(can_edit_directory(actor))
    with recorded(actor, operation=operation), refusals():
        current = editing.lock(office)
        if current.is_archived:
            raise RecordIsArchived
        keep = editing.changes_to_keep(current, cleaned(changes), version=version)
        for name, value in keep.items():
            setattr(current, name, value)
        check(current, rules=_rules(current))
        editing.apply(current, keep)
    return current


def archive_office(*, actor: User, office: Office, reason: str, operation: Operation | None = None) -> Office:
    """Put an office aside that is no more; its past holders stay. Raises :class:`OfficeHeld` while one is there."""
    require(can_edit_directory(actor))
    with recorded(actor, operation=operation):
        editing.lock(office)
        still = Q(valid__endswith__isnull=True) | Q(valid__endswith__gt=today())
        holder = Affiliation.objects.filter(still, office=office).select_related("person").order_by("pk").first()
        if holder is not None:
            raise OfficeHeld(_("%(name)s holds this office. End that term first.") % {"name": holder.person})
        archived: Office = set_archived(actor=actor, row=office, reason=reason, operation=operation)
    return archived


def restore_office(*, actor: User, office: Office, operation: Operation | None = None) -> Office:
    require(can_edit_directory(actor))
    with recorded(actor, operation=operation):
        current = editing.lock(office)
        if not current.is_archived:
            raise RecordIsNotArchived(_("This office is not archived."))
        editing.apply(current, {"archived_at": None, "archived_reason": ""})
    return current


def _rules(office: Office) -> dict[str, bool]:
    return {"office_has_a_title": bool(office.title_en or office.title_fr)}
