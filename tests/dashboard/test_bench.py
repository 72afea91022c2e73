"""The measurement runs on a small office, says what it found, and fails where a budget is broken."""

from __future__ import annotations

import inspect
from contextlib import nullcontext

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from pytest_django.live_server_helper import LiveServer

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import History
from c2m2a_crm.dashboard.bench import budgets, floors, history, imports, merging, pages, web
from c2m2a_crm.dashboard.bench.report import Finding, Report
from members.models import Person
from tests.dashboard.benching import run


def test_floors_are_at_most_twenty_lines() -> None:
    assert all(len(inspect.getsource(view).splitlines()) <= 20 for view in floors.VIEWS.values())


@pytest.mark.django_db
def test_an_empty_folder_is_not_measured(staff: User) -> None:
    with pytest.raises(CommandError, match="too little to measure"):
        call_command("bench", user=staff.email, rounds=1, seconds=0)
    with pytest.raises(CommandError, match="Nobody has an account"):
        call_command("bench", user="nobody@cast.example")


def test_requests_are_counted_over_http(live_server: LiveServer) -> None:
    port = int(live_server.url.rpartition(":")[2])
    count, took = web._ask(port, "/accounts/login/", ["", ""], 0.3)
    assert count >= 2
    assert took >= 0.3
    with pytest.raises(pages.BenchError, match="answered 404"):
        web._ask(port, "/nothing-here", [""], 0.1)


def test_words_of_the_measured_file_differ() -> None:
    assert len({imports._word(number) for number in range(3000)}) == 3000


def test_a_table_lines_up() -> None:
    report = Report("Title", [Finding("a", {"n": 1000, "x": 1.5}), Finding("long name", {"n": 2}, ("over",))])
    title, head, one, two, end = report.lines()
    assert (title, end) == ("Title", "")
    assert len(one) == len(head) or head.rstrip() == head
    assert one.split() == ["a", "1", "000", "1.50", "ok"]
    assert two.split() == ["long", "name", "2", "OVER"]


@pytest.mark.django_db(transaction=True)
def test_history_is_measured_on_and_off_and_leaves_nothing(staff: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PEOPLE", 30)
    for name in ("HISTORY_CREATE", "HISTORY_UPDATE", "HISTORY_EDIT"):
        monkeypatch.setattr(budgets, name, 10_000.0)
    before = History.objects.count()
    said = run("history", check=True, user=staff.email)
    for name in ("bulk create", "bulk update after 300 single edits", "single edit", "30 people"):
        assert name in said
    assert (Person.objects.count(), History.objects.count()) == (0, before)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname = 'members_person_history' AND tgenabled = 'O'")
        assert cursor.fetchone() == (1,)


def test_broken_budgets_of_history_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "_as_owner", nullcontext)
    slow = {"create": 1.5, "update": 6.0, "single": 0.003}
    quick = {"create": 1.0, "update": 1.0, "single": 0.001}
    monkeypatch.setattr(history, "_write", lambda people, *, is_on: slow if is_on else quick)
    over = history.measure(rounds=2).over
    assert over == [
        "bulk create: 1.50 times, budget 1.4",
        "bulk update after 300 single edits: 6.00 times, budget 5.0",
        "single edit: 2.00 ms more, budget 1.0",
    ]


def test_a_merge_is_measured_and_leaves_nothing(staff: User) -> None:
    report = merging.measure(staff, rounds=1, children=50)
    assert [each.name for each in report.findings] == ["merge", "undo of the merge"]
    assert all(each.figures["ratio"] > 0 for each in report.findings)
    assert not Person.objects.filter(given_name="Bench").exists()
