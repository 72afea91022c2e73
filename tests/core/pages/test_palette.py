"""The palette finds what the reader may see, in both languages."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse
from lxml import html

from c2m2a_crm.accounts.models import User
from members.models import Party
from members.services import create_party, create_person


def found(client: Client, typed: str) -> list[str]:
    page = client.get(reverse("core:palette"), {"q": typed}).content.decode()
    return [option.get("data-href", "") for option in html.fromstring(f"<div>{page}</div>").cssselect("[role=option]")]


def test_organizations_and_people_are_found_by_either_language(staff: User, as_viewer: Client) -> None:
    party = create_party(
        actor=staff, kind=Party.Kind.BUSINESS, name_en="Alder Copper Works", name_fr="Cuivre des aulnes"
    )
    person = create_person(actor=staff, given_name="Mylène", family_name="Alder", organization=party)
    here = reverse("organizations:detail", args=[party.pk])
    assert here in found(as_viewer, "alder")
    assert reverse("people:detail", args=[person.pk]) in found(as_viewer, "alder")
    assert here in found(as_viewer, "cuivre")


def test_nothing_typed_finds_nothing(staff: User, as_viewer: Client) -> None:
    create_party(actor=staff, kind=Party.Kind.BUSINESS, name_en="Alder Copper Works")
    assert found(as_viewer, " \x00 ") == []


def test_without_a_role_nothing_is_searched(as_stranger: Client) -> None:
    assert as_stranger.get(reverse("core:palette"), {"q": "alder"}).status_code == 403
