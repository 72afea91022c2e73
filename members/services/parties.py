"""Organizations and Nations: made, changed, put aside, brought back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import fields as fields_of
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core import editing
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import valid_dates
from members.models import AddressUse, Jurisdiction, OutsideIdentifier, Party, PartyName, PhoneNumber
from members.policies import can_edit_directory
from members.services.addresses import email_rows, normalise_email, normalise_phone
from members.services.errors import NameListed, RecordIsArchived, RecordIsMerged, RecordIsNotArchived, refusals
from members.services.names import BATCH, check, cleaned, party_rules, refresh_name_keys, write_keys_of_new

OtherName = tuple[str, str, str]
"""Kind (``PartyName.Kind``), text, language."""

DEEPEST = 6
"""Levels of parts and wholes, the topmost included."""

NAME_FIELDS = frozenset({"name_en", "name_fr", "autonym", "legal_name", "acronym_en", "acronym_fr"})


class PartyFields(TypedDict, total=False):
    government_level: str
    distinction: str
    name_en: str
    name_fr: str
    autonym: str
    autonym_language: str
    legal_name: str
    acronym_en: str
    acronym_fr: str
    jurisdiction: Jurisdiction | None
    country: str
    website: str
    parent: Party | None
    owner: User | None
    backup_owner: User | None
    about: str
    other_names: Sequence[OtherName]
    outside_ids: Mapping[str, str]
    emails: Sequence[str]
    phones: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyInput:
    """One organization or Nation to be made. The fields are the model's; texts are cleaned by the service."""

    kind: str
    government_level: str = ""
    distinction: str = ""
    name_en: str = ""
    name_fr: str = ""
    autonym: str = ""
    autonym_language: str = ""
    legal_name: str = ""
    acronym_en: str = ""
    acronym_fr: str = ""
    jurisdiction: Jurisdiction | None = None
    country: str = "CA"
    website: str = ""
    parent: Party | None = None
    owner: User | None = None
    backup_owner: User | None = None
    about: str = ""
    other_names: Sequence[OtherName] = ()
    outside_ids: Mapping[str, str] = field(default_factory=dict)
    emails: Sequence[str] = ()
    phones: Sequence[str] = ()


_BESIDE = frozenset({"other_names", "outside_ids", "emails", "phones"})
_COLUMNS = [each.name for each in fields_of(PartyInput) if each.name not in _BESIDE]


def create_party(*, actor: User, kind: str, operation: Operation | None = None, **fields: Unpack[PartyFields]) -> Party:
    """Make one organization or Nation with its other names, identifiers, addresses and telephones."""
    return create_parties(actor=actor, rows=[PartyInput(kind=kind, **fields)], operation=operation)[0]


def named_party(name: str, language: str) -> PartyInput:
    """An organization of which only the name is known, in the language of whoever typed it (``fr``, else English).

    Its kind is a guess, a business; the page on which it was typed says so.
    """
    kind, name = Party.Kind.BUSINESS, clean_line(name)
    return PartyInput(kind=kind, name_fr=name) if language == "fr" else PartyInput(kind=kind, name_en=name)


def create_named_party(*, actor: User, name: str, language: str) -> Party:
    """See :func:`named_party`. Raises ``ValidationError``."""
    (party,) = create_parties(actor=actor, rows=[named_party(name, language)])
    return party


def create_parties(*, actor: User, rows: Sequence[PartyInput], operation: Operation | None = None) -> list[Party]:
    """Make many at once, in the order given; all or none. The number of statements does not grow with the rows.

    Raises ``ValidationError`` for the first row whose shape is wrong.
    """
    require(can_edit_directory(actor))
    prepared = [_prepared(row) for row in rows]
    parties = [party for party, _names in prepared]
    with recorded(actor, operation=operation), refusals():
        parents = {row.parent.pk: row.parent for row in rows if row.parent is not None}
        for parent in parents.values():
            refuse_circle(None, parent)
        Party.objects.bulk_create(parties, batch_size=BATCH)
        PartyName.objects.bulk_create([name for _party, names in prepared for name in names], batch_size=BATCH)
        write_keys_of_new(parties=prepared)
        _write_addresses(list(zip(parties, rows, strict=True)))
    return parties


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """Texts as they are kept; a website may be written without its scheme."""
    kept = cleaned(values)
    if kept.get("website") and "://" not in kept["website"]:
        kept["website"] = f"https://{kept['website']}"
    return kept


def _prepared(row: PartyInput) -> tuple[Party, list[PartyName]]:
    party = Party(**_cleaned({name: getattr(row, name) for name in _COLUMNS}))
    check(party, rules=party_rules(party))
    names: dict[tuple[str, str], PartyName] = {}
    for kind, text, language in row.other_names:
        name = PartyName(party=party, kind=kind, text=clean_line(text), language=clean_line(language))
        if name.text:
            name.clean_fields(exclude={"party"})
            names.setdefault((kind, name.text), name)
    return party, list(names.values())


def _write_addresses(pairs: Iterable[tuple[Party, PartyInput]]) -> None:
    uses, phones, identifiers = [], [], []
    for party, row in pairs:
        uses += [(party, address) for address in dict.fromkeys(map(normalise_email, row.emails))]
        phones += [
            PhoneNumber(party=party, number=number, extension=extension, valid=valid_dates())
            for number, extension in dict.fromkeys(map(normalise_phone, row.phones))
        ]
        identifiers += [
            OutsideIdentifier(party=party, scheme=scheme, value=clean_line(value))
            for scheme, value in row.outside_ids.items()
            if clean_line(value)
        ]
    for identifier in identifiers:
        identifier.clean_fields(exclude={"party", "person"})
    if uses:
        emails = email_rows(address for _party, address in uses)
        AddressUse.objects.bulk_create(
            [AddressUse(party=party, email=emails[address], valid=valid_dates()) for party, address in uses],
            batch_size=BATCH,
        )
    PhoneNumber.objects.bulk_create(phones, batch_size=BATCH)
    OutsideIdentifier.objects.bulk_create(identifiers, batch_size=BATCH)


def refuse_circle(party: Party | None, parent: Party) -> None:
    """Parts and wholes make a tree of at most :data:`DEEPEST` levels."""
    above: Party | None = parent
    for _level in range(DEEPEST - 1):
        if above is None:
            return
        if party is not None and above.pk == party.pk:
            raise ValidationError({"parent": _("An organization cannot be a part of itself.")})
        above = above.parent
    if above is not None:
        raise ValidationError({"parent": _("Parts go no deeper than six levels.")})


def update_party(
    *, actor: User, party: Party, version: int, changes: Mapping[str, Any], operation: Operation | None = None
) -> Party:
    """Write what ``actor`` changed while looking at ``version``; what others changed elsewhere stays.

    Raises :class:`c2m2a_crm.core.editing.EditConflict` where both changed the same field, ``ValidationError`` for a
    wrong shape, :class:`RecordIsArchived` for a record put aside.
    """
    require(can_edit_directory(actor))
    with recorded(actor, operation=operation), refusals():
        current = editing.lock(party)
        if current.is_archived:
            raise RecordIsArchived
        keep = editing.changes_to_keep(current, _cleaned(changes), version=version)
        if keep.get("parent"):
            refuse_circle(current, keep["parent"])
        for name, value in keep.items():
            setattr(current, name, value)
        check(current, rules=party_rules(current))
        editing.apply(current, keep)
        if NAME_FIELDS.intersection(keep):
            refresh_name_keys(current)
    return current


def archive_party(*, actor: User, party: Party, reason: str, operation: Operation | None = None) -> Party:
    """Put it aside with a reason. Nothing is deleted; lists leave it out unless asked."""
    require(can_edit_directory(actor))
    archived: Party = set_archived(actor=actor, row=party, reason=reason, operation=operation)
    return archived


def restore_party(*, actor: User, party: Party, operation: Operation | None = None) -> Party:
    require(can_edit_directory(actor))
    restored: Party = set_restored(actor=actor, row=party, operation=operation)
    return restored


def set_archived(*, actor: User, row: Any, reason: str, operation: Operation | None) -> Any:
    """What archiving means for a party and a person alike; rights are the caller's."""
    reason = clean_line(reason)
    if not reason:
        raise ValidationError({"reason": _("Say why this is archived, so that the next person knows.")})
    with recorded(actor, reason=reason, operation=operation):
        current = editing.lock(row)
        if current.is_archived:
            raise RecordIsArchived(_("This record is already archived."))
        current.archived_at = timezone.now()
        current.archived_reason = reason
        current.version += 1
        current.save(update_fields=["archived_at", "archived_reason", "version"])
    return current


def set_restored(*, actor: User, row: Any, operation: Operation | None) -> Any:
    with recorded(actor, operation=operation):
        current = editing.lock(row)
        if not current.is_archived:
            raise RecordIsNotArchived
        if current.merged_into_id is not None:
            raise RecordIsMerged
        current.archived_at = None
        current.archived_reason = ""
        current.version += 1
        current.save(update_fields=["archived_at", "archived_reason", "version"])
    return current


def add_party_name(
    *, actor: User, party: Party, kind: str, text: str, language: str = "", operation: Operation | None = None
) -> PartyName:
    """Another name by which it is or was known; from now on it is found by it. Raises :class:`NameListed`."""
    require(can_edit_directory(actor))
    name = PartyName(party=party, kind=kind, text=clean_line(text), language=clean_line(language))
    name.clean_fields(exclude={"party"})
    with recorded(actor, operation=operation), refusals():
        current = _next_version(party)
        if PartyName.objects.filter(party=current, kind=kind, text=name.text).exists():
            raise NameListed
        name.save(force_insert=True)
        refresh_name_keys(current)
    return name


def remove_party_name(*, actor: User, name: PartyName, operation: Operation | None = None) -> None:
    """Take away a name that was entered by mistake; history keeps it. A name given up is a former name instead."""
    require(can_edit_directory(actor))
    with recorded(actor, operation=operation):
        current = _next_version(name.party)
        PartyName.objects.filter(pk=name.pk).delete()
        refresh_name_keys(current)


def _next_version(party: Party) -> Party:
    """The party, locked, counted up: a change of its names is a change of it, and its history finds removed names."""
    current = editing.lock(party)
    if current.is_archived:
        raise RecordIsArchived
    current.version += 1
    current.save(update_fields=["version"])
    return current
