"""What other people's tables add to people on file, for many of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.validity import first_day
from members.models import Affiliation, Person, PostalAddress
from members.policies import can_edit_directory
from members.services.affiliations import end_affiliation
from members.services.errors import refusals
from members.services.names import BATCH, check, cleaned, person_rules
from members.services.people import (
    NAME_FIELDS,
    PersonInput,
    addresses_of,
    new_affiliation,
    new_place,
    numbers_of,
    write_numbers,
    write_uses,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What is added to one person: own fields that are empty, and what hangs on the person, taken from ``row``.

    ``titles`` fill an affiliation on file; ``ends`` is one that the new affiliation succeeds, on its last day.
    """

    person: Person
    row: PersonInput
    changes: Mapping[str, str] = field(default_factory=dict)
    is_primary: bool = True
    titles: tuple[Affiliation, Mapping[str, str]] | None = None
    ends: tuple[Affiliation, date] | None = None


def complete_people(*, actor: User, rows: Sequence[Completion], operation: Operation | None = None) -> None:
    """Add to many people at once; all or none. Names are not changed here, so nobody is found by another name after.

    Raises ``ValidationError`` for a wrong shape and the errors of :mod:`members.services.errors`.
    """
    require(can_edit_directory(actor))
    for row in rows:
        if NAME_FIELDS.intersection(row.changes):
            raise ValueError("Names are changed by update_person.")
    with recorded(actor, operation=operation), refusals():
        list(
            Person.objects.select_for_update(of=("self",))
            .filter(pk__in=[row.person.pk for row in rows])
            .order_by("pk")
            .values_list("pk")
        )
        _change_fields([row for row in rows if row.changes])
        _fill_titles([row.titles for row in rows if row.titles])
        for row in rows:
            if row.ends:
                end_affiliation(actor=actor, affiliation=row.ends[0], last=row.ends[1], operation=operation)
        affiliations = []
        for row in rows:
            if row.row.organization is not None:
                affiliation = new_affiliation(row.person, row.row)
                affiliation.is_primary = row.is_primary
                affiliations.append(affiliation)
        Affiliation.objects.bulk_create(affiliations, batch_size=BATCH)
        write_uses([(row.person, address) for row in rows for address in addresses_of(row.row)])
        write_numbers([(row.person, number) for row in rows for number in numbers_of(row.row)])
        PostalAddress.objects.bulk_create(
            [new_place(row.person, row.row.place) for row in rows if row.row.place is not None], batch_size=BATCH
        )


def _change_fields(rows: Sequence[Completion]) -> None:
    names: set[str] = set()
    for row in rows:
        for name, value in cleaned(row.changes).items():
            setattr(row.person, name, value)
            names.add(name)
        check(row.person, rules=person_rules(row.person))
        row.person.version += 1
    if rows:
        Person.objects.bulk_update([row.person for row in rows], [*sorted(names), "version"], batch_size=BATCH)


def _fill_titles(pairs: Sequence[tuple[Affiliation, Mapping[str, str]]]) -> None:
    for affiliation, titles in pairs:
        for name, value in cleaned(titles).items():
            setattr(affiliation, name, value)
        affiliation.clean_fields(exclude={"person", "party", "valid"})
        affiliation.version += 1
    if pairs:
        rows = [affiliation for affiliation, _titles in pairs]
        Affiliation.objects.bulk_update(rows, ["title_en", "title_fr", "unit", "version"], batch_size=BATCH)


def day_before(affiliation: Affiliation, day: date) -> date:
    """The last day of what another affiliation succeeds on ``day``: not before its own first day."""
    began = first_day(affiliation.valid)
    eve = date.fromordinal(day.toordinal() - 1)
    return max(eve, began) if began else eve
