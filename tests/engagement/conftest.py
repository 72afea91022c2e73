"""Whom the office meets in the tests of the engagement record."""

from __future__ import annotations

from datetime import date

import pytest

from c2m2a_crm.accounts.models import User
from members.models import Party, Person
from members.services import create_party, create_person


@pytest.fixture
def northline(staff: User) -> Party:
    return create_party(
        actor=staff,
        kind=Party.Kind.BUSINESS,
        name_en="Northline Nickel Refining",
        name_fr="Affinage de nickel Northline",
    )


@pytest.fixture
def fundy(staff: User) -> Party:
    return create_party(actor=staff, kind=Party.Kind.BUSINESS, name_en="Fundy Magnet Works")


@pytest.fixture
def department(staff: User) -> Party:
    return create_party(
        actor=staff,
        kind=Party.Kind.GOVERNMENT,
        government_level=Party.GovernmentLevel.FEDERAL,
        name_en="Department of Quarries",
        name_fr="Ministère des Carrières",
    )


@pytest.fixture
def nation(staff: User) -> Party:
    return create_party(
        actor=staff,
        kind=Party.Kind.NATION,
        distinction=Party.Distinction.FIRST_NATIONS,
        name_en="Spruce Narrows First Nation",
    )


@pytest.fixture
def amara(staff: User, northline: Party) -> Person:
    return create_person(
        actor=staff,
        given_name="Amara",
        family_name="Tamarack",
        organization=northline,
        title_en="Vice-President, Processing",
        title_fr="Vice-présidente, Traitement",
        since=date(2020, 1, 1),
    )


@pytest.fixture
def marisol(staff: User, department: Party) -> Person:
    """A public office holder."""
    return create_person(
        actor=staff,
        given_name="Marisol",
        family_name="Quartz",
        organization=department,
        title_en="Director General",
        title_fr="Directrice générale",
        since=date(2020, 1, 1),
    )
