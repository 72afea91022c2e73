"""Texts as they are kept, and the keys by which names are found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django_countries import countries

from c2m2a_crm.core.bulk import copy_rows
from c2m2a_crm.core.name_keys import name_keys_for_organization, name_keys_for_person
from c2m2a_crm.core.text import clean_line
from members.models import NameKey, Party, PartyName, Person

M = TypeVar("M", bound=models.Model)

# A longer key fits no row of an index when every letter takes four bytes; longer names are found by their beginning.
LONGEST_KEY = 500
BATCH = 2000


def cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """Texts without NUL and outer white space; everything else as it came."""
    return {name: clean_line(value) if isinstance(value, str) else value for name, value in values.items()}


def check(row: models.Model, *, rules: Mapping[str, bool]) -> None:
    """Raise ``ValidationError`` where a field's shape is wrong or one of the row's own constraints would refuse it.

    Asks the database nothing, so that a hundred thousand rows are checked like one: ``rules`` says, for each check
    constraint that matters, whether it holds; the sentence is the constraint's own. Foreign keys are given as objects.
    """
    settled = {field.name for field in row._meta.concrete_fields if field.is_relation}
    # Django compares a country with a list of 250 that it makes anew each time: a row would cost five times as much.
    if str(getattr(row, "country", "")) in countries.countries:
        settled.add("country")
    errors: dict[str, Any] = {}
    try:
        row.clean_fields(exclude=settled)
    except ValidationError as refused:
        errors = dict(refused.error_dict)
    sentences = {constraint.name: constraint.violation_error_message for constraint in row._meta.constraints}
    broken = [sentences[name] or name for name, holds in rules.items() if not holds]
    if broken:
        errors["__all__"] = [ValidationError(sentence) for sentence in broken]
    if errors:
        raise ValidationError(errors)


def party_rules(party: Party) -> dict[str, bool]:
    return {
        "party_has_a_name": bool(party.name_en or party.name_fr or party.autonym),
        "nation_has_a_distinction": party.kind != Party.Kind.NATION or bool(party.distinction),
        "backup_is_somebody_else": party.owner_id is None or party.owner_id != party.backup_owner_id,
    }


def person_rules(person: Person) -> dict[str, bool]:
    return {"person_has_a_name": bool(person.given_name or person.family_name)}


def _keys_of_person(person: Person) -> list[tuple[str, str]]:
    found = name_keys_for_person(person.given_name, person.family_name, person.preferred_name)
    return sorted({(each.key[:LONGEST_KEY], each.kind.value) for each in found})


def keys_of_party(party: Party, other_names: Iterable[PartyName]) -> list[NameKey]:
    found = name_keys_for_organization(
        [name for name in (party.name_en, party.name_fr, party.autonym, party.legal_name) if name],
        [acronym for acronym in (party.acronym_en, party.acronym_fr) if acronym],
        [other.text for other in other_names],
    )
    return [
        NameKey(party=party, key=key, form=form)
        for key, form in sorted({(each.key[:LONGEST_KEY], str(each.kind)) for each in found})
    ]


def refresh_name_keys(record: Person | Party) -> None:
    """Write the keys of the record's present names in place of the old ones. Inside the caller's transaction.

    Somebody is found by the names of the records that were merged into theirs, too.
    """
    if isinstance(record, Person):
        NameKey.objects.filter(person=record).delete()
        named = [record, *Person.objects.filter(merged_into=record, anonymised_on__isnull=True)]
        keys = sorted({key for person in named for key in _keys_of_person(person)})
        NameKey.objects.bulk_create([NameKey(person=record, key=key, form=form) for key, form in keys])
    else:
        NameKey.objects.filter(party=record).delete()
        NameKey.objects.bulk_create(keys_of_party(record, PartyName.objects.filter(party=record)))


def write_keys_of_new(people: Sequence[Person] = (), parties: Iterable[tuple[Party, Sequence[PartyName]]] = ()) -> None:
    """The keys of rows that have just been made, in bulk."""
    copy_rows(
        NameKey,
        ("person_id", "key", "form"),
        ((person.pk, key, form) for person in people for key, form in _keys_of_person(person)),
    )
    keys = [key for party, other_names in parties for key in keys_of_party(party, other_names)]
    NameKey.objects.bulk_create(keys, batch_size=BATCH)
