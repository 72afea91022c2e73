"""Fields of people and parties that one press puts back: those of their edit pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.urls import reverse

from c2m2a_crm.core.registries import PutBack
from members.models import Party, Person
from members.policies import can_edit_directory
from members.services import update_party, update_person

_PERSON_FIELDS: Final = frozenset(
    {
        "given_name",
        "family_name",
        "preferred_name",
        "honorific",
        "post_nominals",
        "pronunciation",
        "language",
        "owner",
    }
)
_PARTY_FIELDS: Final = frozenset(
    {
        "name_en",
        "name_fr",
        "autonym",
        "autonym_language",
        "acronym_en",
        "acronym_fr",
        "legal_name",
        "kind",
        "government_level",
        "parent",
        "jurisdiction",
        "website",
        "country",
        "owner",
        "backup_owner",
        "about",
    }
)


def _person(actor: Any, key: int) -> Person | None:
    person: Person | None = _editable(actor, Person.objects.visible_to(actor).filter(pk=key).first())
    return person


def _party(actor: Any, key: int) -> Party | None:
    party: Party | None = _editable(actor, Party.objects.visible_to(actor).filter(pk=key).first())
    return party


def _editable(actor: Any, record: Any) -> Any:
    if record is not None and not can_edit_directory(actor):
        raise PermissionDenied
    return record


def _save_person(actor: Any, row: Any, version: int, changes: Mapping[str, Any]) -> Person:
    return update_person(actor=actor, person=row, version=version, changes=changes)


def _save_party(actor: Any, row: Any, version: int, changes: Mapping[str, Any]) -> Party:
    return update_party(actor=actor, party=row, version=version, changes=changes)


def _person_page(row: Any) -> str:
    return reverse("people:history", args=[row.pk])


def _party_page(row: Any) -> str:
    room = "nations" if row.kind == Party.Kind.NATION else "organizations"
    return reverse(f"{room}:history", args=[row.pk])


PERSON: Final = PutBack("people", 10, Person, _PERSON_FIELDS, _person, _save_person, _person_page)
PARTY: Final = PutBack("parties", 20, Party, _PARTY_FIELDS, _party, _save_party, _party_page)
