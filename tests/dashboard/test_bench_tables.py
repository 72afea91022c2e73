"""A table is measured against its floors: made once, each page within the transaction of the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from c2m2a_crm.accounts.models import User
from c2m2a_crm.dashboard.bench import budgets, tables
from c2m2a_crm.dashboard.bench.budgets import Budget
from c2m2a_crm.dashboard.bench.pages import BenchError
from forums.models import Attendance, Forum, Meeting
from tests.forums.making import Making

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_transaction() -> Iterator[None]:
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_a_table_is_made_once_and_measured(secretariat: User, viewer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "SEATS", 4)
    monkeypatch.setattr(tables, "CATEGORIES", 2)
    for name in list(budgets.TABLES):
        monkeypatch.setitem(budgets.TABLES, name, Budget(ratio=10_000))
    with pytest.raises(BenchError, match="too few people"):
        tables.measure(secretariat, rounds=1)
    making = Making(secretariat)
    for number in range(4):
        making.person(f"Ann Feldspar{number}", organization=making.party(f"Works {number}"))
    for _each in range(2):
        report = tables.measure(secretariat, rounds=1)
        assert [each.name for each in report.findings] == list(budgets.TABLES)
        assert not report.over
    assert (Forum.objects.count(), Meeting.objects.count(), Attendance.objects.count()) == (1, 1, 4)
    marks = set(Attendance.objects.values_list("mark", flat=True))
    assert marks & {Attendance.Mark.ONLINE, Attendance.Mark.PRESENT}
    # Whoever cannot call the roll is stood in for by the secretariat.
    assert len(tables.measure(viewer, rounds=1).findings) == 3
