"""People: made, changed, put aside, brought back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import fields as fields_of
from datetime import date
from typing import Any, Final, TypedDict, Unpack

from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core import editing
from c2m2a_crm.core.bulk import copy_rows, next_keys
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import valid_dates
from members.models import (
    AddressUse,
    Affiliation,
    Jurisdiction,
    OutsideIdentifier,
    Party,
    Person,
    PhoneNumber,
    PostalAddress,
)
from members.policies import can_edit_directory
from members.services.addresses import email_keys, normalise_email, normalise_phone
from members.services.errors import DatesReversed, PersonIsAnonymised, RecordIsArchived, refusals
from members.services.names import check, cleaned, person_rules, refresh_name_keys, write_keys_of_new
from members.services.parties import set_archived, set_restored

NAME_FIELDS = frozenset({"given_name", "family_name", "preferred_name"})


class PersonFields(TypedDict, total=False):
    honorific: str
    preferred_name: str
    post_nominals: str
    pronunciation: str
    language: str
    owner: User | None
    organization: Party | None
    title_en: str
    title_fr: str
    unit: str
    since: date | None
    until: date | None
    email: str
    phone: str
    emails: Sequence[str]
    phones: Sequence[str]
    place: PlaceInput | None
    outside_ids: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceInput:
    """Where somebody is, as far as it is known; a province alone is enough."""

    lines: str = ""
    city: str = ""
    jurisdiction: Jurisdiction | None = None
    postal_code: str = ""
    country: str = "CA"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonInput:
    """One person to be made, with the main affiliation (an organization or a Nation) from ``since`` to ``until``.

    Without ``since`` its beginning is unknown, without ``until`` it holds. ``email`` and ``phone`` are for callers who
    know one only.
    """

    given_name: str = ""
    family_name: str = ""
    honorific: str = ""
    preferred_name: str = ""
    post_nominals: str = ""
    pronunciation: str = ""
    language: str = ""
    owner: User | None = None
    organization: Party | None = None
    title_en: str = ""
    title_fr: str = ""
    unit: str = ""
    since: date | None = None
    until: date | None = None
    email: str = ""
    phone: str = ""
    emails: Sequence[str] = ()
    phones: Sequence[str] = ()
    place: PlaceInput | None = None
    outside_ids: Mapping[str, str] = field(default_factory=dict)


_BESIDE = frozenset(
    {
        "organization",
        "title_en",
        "title_fr",
        "unit",
        "since",
        "until",
        "email",
        "phone",
        "emails",
        "phones",
        "place",
        "outside_ids",
    }
)
_COLUMNS = [each.name for each in fields_of(PersonInput) if each.name not in _BESIDE]


def create_person(
    *,
    actor: User,
    given_name: str = "",
    family_name: str = "",
    operation: Operation | None = None,
    **fields: Unpack[PersonFields],
) -> Person:
    """Make one person with a first affiliation, e-mail address and telephone, where they are known."""
    row = PersonInput(given_name=given_name, family_name=family_name, **fields)
    return create_people(actor=actor, rows=[row], operation=operation)[0]


def create_people(*, actor: User, rows: Sequence[PersonInput], operation: Operation | None = None) -> list[Person]:
    """Make many at once, in the order given; all or none. The number of statements does not grow with the rows.

    Raises ``ValidationError`` for the first row whose shape is wrong.
    """
    require(can_edit_directory(actor))
    people = []
    for row in rows:
        person = Person(**cleaned({name: getattr(row, name) for name in _COLUMNS}))
        if not _fits(person):
            check(person, rules=person_rules(person))
        people.append(person)
    attached = [_attached(row) for row in rows]
    now = timezone.now()
    with recorded(actor, operation=operation), refusals():
        for person, key in zip(people, next_keys(Person, len(people)), strict=True):
            person.pk, person.created_at = key, now
        copy_rows(
            Person, ["id", *_ATTNAMES], ([getattr(person, name) for name in ("pk", *_ATTNAMES)] for person in people)
        )
        for person in people:
            person._state.adding, person._state.db = False, DEFAULT_DB_ALIAS
        write_keys_of_new(people=people)
        _write_what_hangs_on(list(zip(people, attached, strict=True)))
    return people


# What the columns take; a row that keeps to it needs no closer look.
_LIMITS: Final = {
    field.attname: field.max_length or 0 for field in Person._meta.concrete_fields if field.attname in _COLUMNS
}
_ATTNAMES: Final = [*(name for name in _COLUMNS if name != "owner"), "owner_id", "created_at"]


def _fits(person: Person) -> bool:
    """Whether :func:`check` could find nothing: it costs as much as everything else that is done for a person."""
    return (
        all(len(getattr(person, name)) <= limit for name, limit in _LIMITS.items())
        and person.language in Person.Language.values
        and bool(person.given_name or person.family_name)
    )


@dataclass(frozen=True, slots=True)
class _Attached:
    """What hangs on a person to be made, checked."""

    affiliation: Affiliation | None
    addresses: list[str]
    numbers: list[tuple[str, str]]
    place: PostalAddress | None
    identifiers: list[tuple[str, str]]


def _attached(row: PersonInput) -> _Attached:
    identifiers = [(scheme, clean_line(value)) for scheme, value in row.outside_ids.items() if clean_line(value)]
    for scheme, value in identifiers:
        if len(value) > 250 or not _SCHEME.match(scheme):
            OutsideIdentifier(scheme=scheme, value=value).clean_fields(exclude={"person", "party"})
    return _Attached(
        new_affiliation(None, row) if row.organization is not None else None,
        addresses_of(row),
        numbers_of(row),
        new_place(None, row.place) if row.place is not None else None,
        identifiers,
    )


_SCHEME: Final = re.compile(r"^[a-z0-9_-]{1,60}$")


def _write_what_hangs_on(pairs: Sequence[tuple[Person, _Attached]]) -> None:
    copy_rows(
        Affiliation,
        ("person_id", "party_id", "title_en", "title_fr", "unit", "valid"),
        (
            (person.pk, place.party_id, place.title_en, place.title_fr, place.unit, place.valid)
            for person, row in pairs
            if (place := row.affiliation) is not None
        ),
    )
    write_uses([(person, address) for person, row in pairs for address in row.addresses])
    write_numbers([(person, number) for person, row in pairs for number in row.numbers])
    copy_rows(
        PostalAddress,
        ("person_id", "lines", "city", "jurisdiction_id", "postal_code", "country", "valid"),
        (
            (
                person.pk,
                postal.lines,
                postal.city,
                postal.jurisdiction_id,
                postal.postal_code,
                str(postal.country),
                postal.valid,
            )
            for person, row in pairs
            if (postal := row.place) is not None
        ),
    )
    copy_rows(
        OutsideIdentifier,
        ("person_id", "scheme", "value"),
        ((person.pk, scheme, value) for person, row in pairs for scheme, value in row.identifiers),
    )


def new_affiliation(person: Person | None, row: PersonInput) -> Affiliation:
    """The person's main place in the organization of the row, checked and not yet written."""
    titles = cleaned({"title_en": row.title_en, "title_fr": row.title_fr, "unit": row.unit})
    valid = valid_dates(row.since, row.until, refusal=DatesReversed)
    affiliation = Affiliation(person=person, party=row.organization, valid=valid, **titles)
    if any(len(text) > 250 for text in titles.values()):
        affiliation.clean_fields(exclude={"person", "party", "valid"})
    return affiliation


def new_place(person: Person | None, place: PlaceInput) -> PostalAddress:
    texts = cleaned({"lines": place.lines, "city": place.city, "postal_code": place.postal_code})
    address = PostalAddress(
        person=person, jurisdiction=place.jurisdiction, country=place.country, valid=valid_dates(), **texts
    )
    if any(len(text) > 250 for text in texts.values()):
        address.clean_fields(exclude={"person", "party", "jurisdiction", "country", "valid"})
    return address


def addresses_of(row: PersonInput) -> list[str]:
    """The row's e-mail addresses as they are kept, each once."""
    return list(dict.fromkeys(normalise_email(text) for text in (row.email, *row.emails) if clean_line(text)))


def numbers_of(row: PersonInput) -> list[tuple[str, str]]:
    return list(dict.fromkeys(normalise_phone(text) for text in (row.phone, *row.phones) if clean_line(text)))


def write_uses(uses: Sequence[tuple[Person, str]]) -> None:
    """That these people use these normalised addresses from now on."""
    if uses:
        emails = email_keys(address for _person, address in uses)
        valid = valid_dates()
        copy_rows(
            AddressUse,
            ("person_id", "email_id", "valid"),
            ((person.pk, emails[address], valid) for person, address in uses),
        )


def write_numbers(numbers: Sequence[tuple[Person, tuple[str, str]]]) -> None:
    """That these people have these normalised telephone numbers from now on."""
    valid = valid_dates()
    copy_rows(
        PhoneNumber,
        ("person_id", "number", "extension", "valid"),
        ((person.pk, number, extension, valid) for person, (number, extension) in numbers),
    )


def update_person(
    *, actor: User, person: Person, version: int, changes: Mapping[str, Any], operation: Operation | None = None
) -> Person:
    """As :func:`members.services.update_party`, for a person's own fields."""
    require(can_edit_directory(actor))
    with recorded(actor, operation=operation), refusals():
        current = editing.lock(person)
        if current.is_archived:
            raise RecordIsArchived
        if current.anonymised_on is not None:
            raise PersonIsAnonymised
        keep = editing.changes_to_keep(current, cleaned(changes), version=version)
        for name, value in keep.items():
            setattr(current, name, value)
        check(current, rules=person_rules(current))
        editing.apply(current, keep)
        if NAME_FIELDS.intersection(keep):
            refresh_name_keys(current)
    return current


def archive_person(*, actor: User, person: Person, reason: str, operation: Operation | None = None) -> Person:
    """Put somebody aside with a reason. Past contacts keep them; lists leave them out unless asked."""
    require(can_edit_directory(actor))
    archived: Person = set_archived(actor=actor, row=person, reason=reason, operation=operation)
    return archived


def restore_person(*, actor: User, person: Person, operation: Operation | None = None) -> Person:
    require(can_edit_directory(actor))
    restored: Person = set_restored(actor=actor, row=person, operation=operation)
    return restored
