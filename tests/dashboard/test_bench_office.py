"""The measurement of a small office: what it says, and that it fails where a budget is broken."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import History, Import, ImportRow, Operation, Segment
from c2m2a_crm.dashboard.bench import budgets, circles, floors, imports, pages
from c2m2a_crm.dashboard.bench.budgets import Budget
from c2m2a_crm.dashboard.bench.server import Application
from c2m2a_crm.engagement.models import Interaction
from members.models import Affiliation, NameKey, Party, Person
from members.reference import load_jurisdictions
from tests.dashboard.benching import run


@pytest.fixture
def office(demo_office: None, db: None) -> Iterator[User]:
    """An office inside the test's transaction, which a server would end after each request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield User.objects.get(email="staff@demo.example")
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def _generous(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in budgets.PAGES:
        monkeypatch.setitem(budgets.PAGES, name, Budget(ratio=10_000))


@pytest.mark.usefixtures("office", "_generous")
def test_every_page_is_measured_against_its_floor_and_kept_budgets_pass_the_check() -> None:
    said = run(check=True)
    for name in budgets.PAGES:
        assert f"\n{name} " in said
    assert "scripts" in said
    assert said.rstrip().endswith("Every budget is kept.")


@pytest.mark.usefixtures("office", "_generous")
def test_a_broken_budget_is_named_and_fails_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(budgets.PAGES, "home", Budget(ratio=0.001, statements=1, html=10))
    out = StringIO()
    with pytest.raises(CommandError) as failed:
        call_command("bench", rounds=1, seconds=0, check=True, stdout=out)
    assert failed.value.returncode == 1
    said = out.getvalue()
    assert "home: " in said
    assert "statements, budget 1" in said
    assert "bytes of HTML, budget 10" in said
    assert "OVER" in said


@pytest.mark.usefixtures("office", "_generous")
def test_json_of_one_run_gives_the_growth_of_another(tmp_path: Path) -> None:
    found = json.loads(run(json=True))
    figures = {each["name"]: each for each in found["reports"][0]["findings"]}
    assert set(figures) == set(budgets.PAGES)
    assert {"statements", "median", "p95", "floor", "ratio", "HTML", "gzipped"} <= set(figures["home"])
    tiny = {"reports": [{"findings": [{**each, "median": 0.0001} for each in figures.values()]}]}
    before = tmp_path / "before.json"
    before.write_text(json.dumps(tiny))
    assert "times the smaller office" in run(against=before)
    with pytest.raises(CommandError, match="is not the JSON of a run"):
        run(against=tmp_path / "nothing.json")


@pytest.mark.usefixtures("office", "_generous")
def test_the_sql_of_floors_and_pages_is_printed_and_without_a_check_a_broken_budget_only_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(budgets.PAGES, "home", Budget(ratio=0.001))
    said = run(sql=True)
    assert "OVER" in said
    assert "floor, people.ids: SELECT id FROM members_person" in said
    assert "organizations, first: SELECT" in said


def test_a_contact_is_logged_through_the_real_page_and_by_the_floor(office: User) -> None:
    before = Interaction.objects.count()
    pages.measure(office, rounds=1)
    assert Interaction.objects.count() == before + 6  # looked at, counted, timed: on both sides


def test_floors_answer_nobody_who_is_not_signed_in(office: User) -> None:
    browser = pages.Browser(Application(), office)
    assert browser.ask(f"{floors.PREFIX}home").status == 200
    browser.cookie = ""
    assert {browser.ask(f"{floors.PREFIX}{name}").status for name in floors.VIEWS if name != "log_contact"} == {403}


def test_no_address_of_the_product_leads_to_a_floor(office: User, client_of: Callable[[User], Client]) -> None:
    assert client_of(office).get(f"{floors.PREFIX}home").status_code == 404


@pytest.mark.usefixtures("office")
def test_exports_are_measured_against_copy_of_the_same_query_and_for_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "EXPORT_SHARE", 1000)
    monkeypatch.setattr(budgets, "MEMORY", -1)
    found = json.loads(run("exports", json=True))
    csv_file, workbook, paper = found["reports"][0]["findings"]
    people = Person.objects.count()
    assert people > 50
    assert (csv_file["name"], csv_file["rows"]) == ("people, csv", people)
    assert csv_file["COPY"] > 0
    assert (workbook["name"], workbook["rows"]) == ("people, xlsx", people)
    assert workbook["MB grown"] >= 0
    assert (paper["name"], paper["rows"]) == ("people, pdf", people)
    said = "\n".join(found["over"])
    assert "people, csv: " in said
    assert "of the rate of COPY, budget 1000" in said
    assert "people, xlsx: 0 MB of memory, budget -1" in said or "people, xlsx: 1 MB of memory" in said


@pytest.mark.usefixtures("office")
def test_an_import_is_measured_against_copy_of_its_rows_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "IMPORT_TIMES", 0.001)
    tables = (Person, Party, NameKey, Affiliation, History, Operation, Import, ImportRow)
    before = [model._base_manager.count() for model in tables]
    kept: list[str] = []
    floor = imports._copy_in

    def watched(actor: User, carried: list[tuple[str, Path]]) -> float:
        kept.extend(source.name for _command, source in carried if source.stat().st_size)
        assert [model._base_manager.count() for model in tables] == before
        return floor(actor, carried)

    monkeypatch.setattr(imports, "_copy_in", watched)
    found = json.loads(run("imports", rows=60, json=True))
    figures = found["reports"][0]["findings"][0]
    assert figures["rows"] == 60
    assert min(figures["check"], figures["write"], figures["COPY"]) > 0
    assert "× COPY, budget 0.001" in found["over"][0]
    assert {"members_person", "members_party", "members_affiliation", "members_addressuse", "members_namekey"} <= {
        *kept
    }
    assert [model._base_manager.count() for model in tables] == before


@pytest.mark.usefixtures("office")
def test_an_import_that_does_not_make_every_person_is_no_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "_word", lambda number: "Same")
    with pytest.raises(CommandError, match="not all came in as new people"):
        run("imports", rows=3)


@pytest.mark.usefixtures("office")
def test_segments_are_measured_against_the_same_question_in_sql(monkeypatch: pytest.MonkeyPatch) -> None:
    load_jurisdictions()
    monkeypatch.setattr(budgets, "SEGMENT_RATIO", 10_000)
    kept = Segment.objects.count()
    findings = json.loads(run("segments", check=True, json=True))["reports"][0]["findings"]
    assert [(each["name"].partition(",")[0], each["rows"]) for each in findings] == [
        (name, bare)
        for name, bare in zip(
            ("people", "people", "organizations", "organizations"),
            (each["bare rows"] for each in findings),
            strict=True,
        )
    ]
    assert findings[0]["rows"] > 0
    assert kept == Segment.objects.count() > 0
    monkeypatch.setattr(budgets, "SEGMENT_RATIO", 0.001)
    with pytest.raises(CommandError, match="over budget"):
        run("segments", check=True)


@pytest.mark.usefixtures("office")
def test_lists_are_measured_with_circles_in_force_and_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "CIRCLES_RATIO", 10_000)
    findings = json.loads(run("circles", check=True, json=True))["reports"][0]["findings"]
    assert {each["name"].partition(",")[0] for each in findings} == {"organizations", "people", "contact-log"}
    assert all(each["with"] > 0 and each["without"] > 0 for each in findings)
    monkeypatch.setattr(budgets, "CIRCLES_RATIO", 0.001)
    with pytest.raises(CommandError, match="6 over budget"):
        run("circles", check=True)


@pytest.mark.usefixtures("office")
def test_the_lists_without_circles_hold_more_than_anybody_outside_them_sees(viewer: User) -> None:
    def total(user: User, *, is_with: bool) -> int:
        return circles._state(user.pk, "contact-log", "", is_with=is_with).total

    assert total(viewer, is_with=True) < total(viewer, is_with=False) == Interaction.objects.active().count()


@pytest.mark.usefixtures("office")
def test_somebody_in_no_circle_measures_nothing(viewer: User) -> None:
    with pytest.raises(CommandError, match="is in no circle"):
        run("circles", user=viewer.email)
