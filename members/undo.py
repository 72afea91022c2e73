"""What an undo in the directory takes back together, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.registries import RecordTables, UndoneRow
from members.models import (
    AddressUse,
    Affiliation,
    EmailAddress,
    Expertise,
    Jurisdiction,
    JurisdictionFact,
    NameKey,
    Office,
    OutsideIdentifier,
    Party,
    PartyFact,
    PartyName,
    Person,
    PhoneNumber,
    PostalAddress,
    ProfileLine,
    Relationship,
)
from members.policies import can_edit_directory
from members.services.names import refresh_name_keys, write_keys_of_new

_NAMES = {
    Person: ("given_name", "family_name", "preferred_name"),
    Party: ("name_en", "name_fr", "autonym", "legal_name", "acronym_en", "acronym_fr"),
}


def _renamed(model: type[Person] | type[Party], rows: Sequence[UndoneRow]) -> set[int]:
    """Records of which a name is another now, or that are here again."""
    found = set()
    for row in rows:
        if row.model is not model or row.put_back is None:
            continue
        until_now = row.until_now or {}
        if any(row.put_back.get(name) != until_now.get(name) for name in _NAMES[model]):
            found.add(row.pk)
    return found


def bring_name_keys_right(actor: Any, rows: Sequence[UndoneRow]) -> None:
    """Everybody is found by the names they have now."""
    people = _renamed(Person, rows)
    parties = _renamed(Party, rows)
    parties |= {
        int(image["party_id"])
        for row in rows
        if row.model is PartyName
        for image in (row.until_now, row.put_back)
        if image
    }
    if not people and not parties:
        return
    with recorded(actor):
        NameKey.objects.filter(among("person_id", people)).delete()
        NameKey.objects.filter(among("party_id", parties)).delete()
        other_names: dict[int, list[PartyName]] = {}
        for name in PartyName.objects.filter(among("party_id", parties)):
            other_names.setdefault(name.party_id, []).append(name)
        standing = Person.objects.filter(among("id", people), merged_into__isnull=True)
        write_keys_of_new(
            people=list(standing.filter(merged__isnull=True)),
            parties=[(party, other_names.get(party.pk, [])) for party in Party.objects.filter(among("id", parties))],
        )
        for person in standing.filter(merged__isnull=False).distinct():
            refresh_name_keys(person)


def page_of_move(operation: Any) -> str:
    """Where somebody moved on from: the person's page, or that of the office that has a new holder."""
    for key, model in (("person", Person), ("office", Office)):
        if (found := model._default_manager.filter(pk=operation.details.get(key)).first()) is not None:
            return str(found.get_absolute_url())
    return ""


PERSON = RecordTables(
    key="members.person",
    order=10,
    model=Person,
    allowed=can_edit_directory,
    parts={
        Affiliation: "person_id",
        AddressUse: "person_id",
        PhoneNumber: "person_id",
        PostalAddress: "person_id",
        OutsideIdentifier: "person_id",
        Expertise: "person_id",
    },
    attendants=(EmailAddress,),
    after_undo=bring_name_keys_right,
)
PARTY = RecordTables(
    key="members.party",
    order=20,
    model=Party,
    allowed=can_edit_directory,
    parts={
        PartyName: "party_id",
        PartyFact: "party_id",
        AddressUse: "party_id",
        PhoneNumber: "party_id",
        PostalAddress: "party_id",
        OutsideIdentifier: "party_id",
        ProfileLine: "party_id",
    },
    after_undo=bring_name_keys_right,
)
OFFICE = RecordTables(
    key="members.office",
    order=22,
    model=Office,
    allowed=can_edit_directory,
    parts={AddressUse: "office_id", PhoneNumber: "office_id"},
    attendants=(EmailAddress,),
)
RELATIONSHIP = RecordTables(key="members.relationship", order=24, model=Relationship, allowed=can_edit_directory)
JURISDICTION = RecordTables(
    key="members.jurisdiction",
    order=30,
    model=Jurisdiction,
    allowed=can_edit_directory,
    parts={JurisdictionFact: "jurisdiction_id"},
)
