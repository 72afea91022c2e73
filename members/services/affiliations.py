"""Who works where: begun, changed, ended. Only one main affiliation holds on any day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core import dates, editing
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.validity import first_day, last_day, valid_dates
from members.models import Affiliation, Office, Party, Person
from members.policies import can_edit_directory
from members.services.errors import (
    ActingInNoOffice,
    DatesReversed,
    MainAffiliationHeld,
    OfficeHeld,
    OfficeIsArchived,
    OfficeOfAnotherParty,
    refusals,
)
from members.services.names import cleaned


def add_affiliation(
    *,
    actor: User,
    person: Person,
    party: Party,
    office: Office | None = None,
    is_acting: bool = False,
    title_en: str = "",
    title_fr: str = "",
    unit: str = "",
    first: date | None = None,
    last: date | None = None,
    is_primary: bool = True,
    end_present_main: bool = False,
    source: str = "",
    operation: Operation | None = None,
) -> Affiliation:
    """Place a person in an organization or a Nation; both days are included, None leaves that side open.

    With an ``office`` they hold it, or are acting in it, and bear its titles where none are given. With
    ``end_present_main`` the main affiliation that holds on ``first`` is shortened to the day before, and only then is
    the new one written. Raises :class:`MainAffiliationHeld` where two would overlap, :class:`DatesReversed`, and of an
    office :class:`OfficeHeld` (its sentence says by whom and until when), :class:`OfficeIsArchived`,
    :class:`OfficeOfAnotherParty`.
    """
    require(can_edit_directory(actor))
    if office is not None and not (title_en or title_fr):
        title_en, title_fr, unit = office.title_en, office.title_fr, unit or office.unit
    texts = cleaned({"title_en": title_en, "title_fr": title_fr, "unit": unit, "source": source})
    valid = valid_dates(first, last, refusal=DatesReversed)
    new = Affiliation(
        person=person, party=party, office=office, is_acting=is_acting, is_primary=is_primary, valid=valid, **texts
    )
    new.clean_fields(exclude={"person", "party", "office"})
    with recorded(actor, operation=operation), refusals():
        Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        refuse_office(new)
        if is_primary and end_present_main and first is not None:
            _end_main_before(person, first)
        _refuse_second_main(new)
        new.save(force_insert=True)
    return new


def change_affiliation(
    *,
    actor: User,
    affiliation: Affiliation,
    version: int,
    changes: Mapping[str, Any],
    operation: Operation | None = None,
) -> Affiliation:
    """Change titles, unit, dates (``first``, ``last``), ``is_primary`` or ``is_acting``, made looking at ``version``.

    Raises :class:`c2m2a_crm.core.editing.EditConflict`, :class:`MainAffiliationHeld`, :class:`DatesReversed`,
    :class:`OfficeHeld`.
    """
    require(can_edit_directory(actor))
    with recorded(actor, operation=operation), refusals():
        Person.objects.select_for_update(of=("self",)).get(pk=affiliation.person_id)
        current = editing.lock(affiliation)
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
        current.clean_fields(exclude={"person", "party", "office"})
        refuse_office(current)
        _refuse_second_main(current)
        current.version += 1
        current.save(update_fields=[*keep, "version"])
    return current


def end_affiliation(
    *, actor: User, affiliation: Affiliation, last: date, operation: Operation | None = None
) -> Affiliation:
    """Its last day; it stays in the person's past."""
    require(can_edit_directory(actor))
    with recorded(actor, operation=operation), refusals():
        current = editing.lock(affiliation)
        current.valid = valid_dates(first_day(current.valid), last, refusal=DatesReversed)
        refuse_office(current)
        _refuse_second_main(current)
        current.version += 1
        current.save(update_fields=["valid", "version"])
    return current


def _end_main_before(person: Person, first: date) -> None:
    eve = first - timedelta(days=1)
    held = Affiliation.objects.select_for_update(of=("self",)).filter(
        person=person, is_primary=True, valid__contains=first
    )
    for present in held:
        began = first_day(present.valid)
        if began is not None and began > eve:
            raise MainAffiliationHeld
        present.valid = valid_dates(began, eve)
        present.version += 1
        present.save(update_fields=["valid", "version"])


def _refuse_second_main(row: Affiliation) -> None:
    """Asked before the write, so that no error breaks the transaction; the constraint has the last word."""
    if not row.is_primary:
        return
    others = Affiliation.objects.filter(person_id=row.person_id, is_primary=True, valid__overlap=row.valid)
    if others.exclude(pk=row.pk).exists():
        raise MainAffiliationHeld


def refuse_office(row: Affiliation) -> None:
    """Asked before the write, with the office locked: the refusal names names. The constraints have the last word."""
    if row.office_id is None:
        if row.is_acting:
            raise ActingInNoOffice
        return
    office = Office.objects.select_for_update(of=("self",)).get(pk=row.office_id)
    if office.party_id != row.party_id:
        raise OfficeOfAnotherParty
    if office.is_archived and row.pk is None:
        raise OfficeIsArchived
    others = Affiliation.objects.filter(office=office, is_acting=row.is_acting, valid__overlap=row.valid)
    other = others.exclude(pk=row.pk).select_related("person").order_by("valid", "pk").first()
    if other is not None:
        raise OfficeHeld(_held_by(other))


def _held_by(other: Affiliation) -> str:
    until = last_day(other.valid)
    words = {"name": other.person, "day": dates.short_date(until) if until else ""}
    if other.is_acting:
        if until:
            return _("%(name)s is acting in this office until %(day)s. Choose other dates.") % words
        return _("%(name)s is acting in this office, with no last day. End that first.") % words
    if until:
        return _("%(name)s holds this office until %(day)s. Choose other dates, or change the holder.") % words
    return _("%(name)s holds this office, with no last day. Change the holder, or end that term first.") % words
