"""Whom a typed name means, asked of the database."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.name_keys import name_key
from c2m2a_crm.engagement import selectors
from c2m2a_crm.engagement.selectors import DatabaseDirectory
from members.models import Party
from members.services import PersonInput, archive_person, create_people, create_person

pytestmark = pytest.mark.django_db


def test_a_name_that_many_bear_does_not_crowd_out_another(staff: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "MOST_BEARERS", 3)
    namesakes = [PersonInput(given_name="Amy", family_name=f"Quarry{letter}") for letter in "abcdef"]
    create_people(actor=staff, rows=namesakes)
    create_person(actor=staff, given_name="Zed", family_name="Zircon")
    found = DatabaseDirectory(staff).match([name_key("Amy"), name_key("Zircon")])
    assert len(found[name_key("Amy")].people) == 3
    assert [match.person.name for match in found[name_key("Zircon")].people] == ["Zed Zircon"]


def test_an_archived_person_is_not_meant(staff: User) -> None:
    person = create_person(actor=staff, given_name="Zed", family_name="Zircon")
    archive_person(actor=staff, person=person, reason="Left the field")
    assert DatabaseDirectory(staff).match([name_key("Zircon")]) == {}


def test_a_handle_means_a_colleague(staff: User) -> None:
    found = DatabaseDirectory(staff).match([f"@{name_key(staff.handle)}"])
    assert [colleague.name for colleague in found[f"@{name_key(staff.handle)}"].colleagues] == [staff.name]


def test_a_whole_line_costs_three_statements(
    staff: User, northline: Party, django_assert_num_queries: Callable[..., object]
) -> None:
    for letter in "abc":
        create_person(actor=staff, given_name="Kim", family_name=f"Quarry{letter}", organization=northline)
    names = [name_key(name) for name in ("Kim", "Quarrya", "Quarryb", "Northline", "Nobody")]
    with django_assert_num_queries(3):  # type: ignore[attr-defined]  # a context manager
        DatabaseDirectory(staff).match([*names, "@dana"])
