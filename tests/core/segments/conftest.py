"""Five people, of whom three work in firms and two are looked after by the staff; a list whose rows can be sealed."""

from __future__ import annotations

from typing import Any

import pytest

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import rights
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.registries import SegmentedList, segmented_lists
from c2m2a_crm.engagement.filters import InteractionFilterSet
from c2m2a_crm.engagement.lists import INTERACTION_COLUMNS, LOG_WORDS
from c2m2a_crm.engagement.models import Interaction
from members import services
from members.models import Party, Person


@pytest.fixture
def firm(staff: User) -> Party:
    return services.create_party(actor=staff, kind="business", name_en="Northline Nickel", owner=staff)


@pytest.fixture
def people(staff: User, secretariat: User, firm: Party) -> dict[str, Person]:
    def made(name: str, **facts: object) -> Person:
        return services.create_person(actor=staff, given_name=name, family_name="Tamarack", **facts)  # type: ignore[arg-type]  # each fact as the service takes it

    return {
        "amara": made("Amara", organization=firm, owner=staff, language="en"),
        "bruno": made("Bruno", organization=firm, owner=staff, language="fr"),
        "chloe": made("Chloé", organization=firm, owner=secretariat, language="fr"),
        "dov": made("Dov", owner=secretariat, language="fr"),
        "elsie": made("Elsie", language="en"),
    }


def _contacts(request: Any) -> ListState:
    return ListState(
        list_key="log-of-segments",
        request=request,
        base=Interaction.objects.visible_to(request.user),
        filterset_class=InteractionFilterSet,
        columns=INTERACTION_COLUMNS,
        default_order=["-occurred_on"],
    )


@pytest.fixture
def log_has_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list whose rows can be sealed and restricted, as a room with secrets would declare it."""
    entry = SegmentedList("log-of-segments", 1, LOG_WORDS, rights.can_look, _contacts, "contact_log:list")
    monkeypatch.setitem(segmented_lists._entries, entry.key, entry)
