"""The office of these tests: three organizations, a Nation and an Indigenous representative organization."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine

from c2m2a_crm.accounts.models import User
from members.models import Party, Person
from members.services import create_party, create_person

# A Tuesday in the middle of a quarter, so that periods that are over and one that is not are at hand.
NOW = datetime(2026, 11, 10, 15, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _mid_november() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def northline(staff: User) -> Party:
    return create_party(actor=staff, kind=Party.Kind.BUSINESS, name_en="Northline Nickel Refining", owner=staff)


@pytest.fixture
def fundy(staff: User) -> Party:
    return create_party(actor=staff, kind=Party.Kind.BUSINESS, name_en="Fundy Magnet Works")


@pytest.fixture
def university(staff: User) -> Party:
    return create_party(actor=staff, kind=Party.Kind.ACADEMIC, name_en="Shield University")


@pytest.fixture
def nation(staff: User) -> Party:
    return create_party(
        actor=staff,
        kind=Party.Kind.NATION,
        distinction=Party.Distinction.FIRST_NATIONS,
        name_en="Spruce Narrows First Nation",
    )


@pytest.fixture
def council(staff: User) -> Party:
    return create_party(actor=staff, kind=Party.Kind.REPRESENTATIVE_BODY, name_en="Northern Lakes Council")


@pytest.fixture
def amara(staff: User, northline: Party) -> Person:
    return _person(staff, "Amara", northline)


@pytest.fixture
def bruno(staff: User, northline: Party) -> Person:
    return _person(staff, "Bruno", northline)


def _person(staff: User, name: str, organization: Party) -> Person:
    return create_person(
        actor=staff,
        given_name=name,
        family_name="Tamarack",
        organization=organization,
        title_en="Director",
        since=date(2020, 1, 1),
    )
