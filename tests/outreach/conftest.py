"""A table with an English reader, a French reader, one whose language nobody knows, and one without an address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.registries import audiences
from c2m2a_crm.outreach.models import Campaign
from members.models import Party, Person
from tests.mail_server import mail_server
from tests.outreach.making import KEY, TableAudience, notice, open_office, somebody, table


@dataclass
class Table:
    record: Party
    audience: TableAudience
    english: Person
    french: Person
    unknown: Person
    unreachable: Person


@pytest.fixture
def audience(monkeypatch: pytest.MonkeyPatch) -> TableAudience:
    """Registered for this test only."""
    table_audience = TableAudience()
    monkeypatch.setitem(audiences._entries, KEY, table_audience.entry())
    return table_audience


@pytest.fixture
def office(db: None) -> Installation:
    return open_office()


@pytest.fixture
def quarry(staff: User, audience: TableAudience, office: Installation) -> Table:
    found = Table(
        record=table(staff),
        audience=audience,
        english=somebody(staff, "Flint", language="en", address="flint@quarry.example"),
        french=somebody(staff, "Silex", language="fr", address="silex@carriere.example"),
        unknown=somebody(staff, "Basalt", address="basalt@quarry.example"),
        unreachable=somebody(staff, "Gravel", language="en"),
    )
    audience.people = [found.english, found.french, found.unknown, found.unreachable]
    return found


@pytest.fixture
def draft(secretariat: User, quarry: Table) -> Campaign:
    return notice(secretariat, quarry.record)


@pytest.fixture
def smtp(settings: Any) -> Iterator[list[Any]]:
    """A real mail server; gives what it received."""
    settings.OUTBOX_KEEPS_MAIL = False
    settings.DEFAULT_FROM_EMAIL = "desk@alliance.example"
    with mail_server(settings) as received:
        yield received
