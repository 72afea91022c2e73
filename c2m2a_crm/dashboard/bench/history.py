"""What history costs its writers: the same writes with its triggers on and off, in turn, taken back each time.

Each turn is one transaction of the owner, who alone may switch triggers off, and ends in a rollback: nothing stays.
Meanwhile the tables of people are locked for everybody else's writes.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Final, TypeVar

import environ
from django.db import connection, models, transaction

from c2m2a_crm.core.validity import valid_dates
from c2m2a_crm.dashboard.bench import budgets
from c2m2a_crm.dashboard.bench.pages import BenchError
from c2m2a_crm.dashboard.bench.report import Finding, Report
from members.models import AddressUse, Affiliation, EmailAddress, Party, Person, PhoneNumber

PEOPLE: Final = 20_000
SINGLE: Final = 300
_BATCH: Final = 2_000
_TABLES: Final = (EmailAddress, Person, AddressUse, PhoneNumber, Affiliation)

M = TypeVar("M", bound=models.Model)


def measure(*, rounds: int = 3) -> Report:
    """Create people with all that hangs on them, edit single ones, then change all in the same session."""
    people = PEOPLE
    on: list[dict[str, float]] = []
    off: list[dict[str, float]] = []
    with _as_owner():
        for turn in range(rounds):
            for is_on in (True, False) if turn % 2 else (False, True):
                (on if is_on else off).append(_write(people, is_on=is_on))
    report = Report(f"History on against off, {people} people, {rounds} rounds")
    report.findings.append(_in_bulk("bulk create", "create", on, off, budgets.HISTORY_CREATE))
    report.findings.append(
        _in_bulk(f"bulk update after {SINGLE} single edits", "update", on, off, budgets.HISTORY_UPDATE)
    )
    single_on, single_off = _median(on, "single"), _median(off, "single")
    more = (single_on - single_off) * 1000
    over = (f"{more:.2f} ms more, budget {budgets.HISTORY_EDIT}",) if more > budgets.HISTORY_EDIT else ()
    figures = {"off ms": single_off * 1000, "on ms": single_on * 1000, "more ms": more, "budget": budgets.HISTORY_EDIT}
    report.findings.append(Finding("single edit", figures, over))
    return report


def _in_bulk(name: str, key: str, on: list[dict[str, float]], off: list[dict[str, float]], budget: float) -> Finding:
    ratio = statistics.median(mine[key] / bare[key] for mine, bare in zip(on, off, strict=True))
    figures = {
        "off ms": _median(off, key) * 1000,
        "on ms": _median(on, key) * 1000,
        "ratio": ratio,
        "budget": budget,
    }
    return Finding(name, figures, (f"{ratio:.2f} times, budget {budget}",) if ratio > budget else ())


def _median(rounds: list[dict[str, float]], key: str) -> float:
    return statistics.median(each[key] for each in rounds)


@contextmanager
def _as_owner() -> Iterator[None]:
    """This process signs in to the same database as the owner of the tables, and as itself again afterwards."""
    own = connection.settings_dict
    url = os.environ.get("DATABASE_OWNER_URL")
    try:
        if url:
            owner = environ.Env.db_url_config(url)
            roles = {name: owner.get(name, "") for name in ("USER", "PASSWORD", "HOST", "PORT")}
            connection.close()
            connection.settings_dict = {**own, **roles, "OPTIONS": {**own["OPTIONS"], **owner.get("OPTIONS", {})}}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = 'core_history'::regclass"
            )
            if not cursor.fetchone()[0]:
                raise BenchError("Only the owner may switch history off: set DATABASE_OWNER_URL.")
        yield
    finally:
        if url:
            connection.close()
            connection.settings_dict = own


def _write(people: int, *, is_on: bool) -> dict[str, float]:
    """Seconds of one turn: all creates together, one single edit (median), the bulk update."""
    took: dict[str, float] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('crm.writer', 'bench', true)")
        if not is_on:
            for model in _TABLES:
                table = model._meta.db_table
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_history")
        began = time.perf_counter()
        made = _create(people)
        took["create"] = time.perf_counter() - began
        single = []
        for number, person in enumerate(made[:SINGLE]):
            began = time.perf_counter()
            Person.objects.filter(pk=person.pk).update(pronunciation=f"so {number}")
            single.append(time.perf_counter() - began)
        took["single"] = statistics.median(single)
        everybody = Person.objects.filter(pk__gte=made[0].pk)
        began = time.perf_counter()
        everybody.update(pronunciation="as written")
        took["update"] = time.perf_counter() - began
        transaction.set_rollback(True)
    return took


def _create(people: int) -> list[Person]:
    party = Party.objects.create(kind=Party.Kind.BUSINESS, name_en="Bench")
    always = valid_dates(date(2020, 1, 1), None)
    made: list[Person] = []
    for start in range(0, people, _BATCH):
        numbers = range(start, min(start + _BATCH, people))
        emails = _store([EmailAddress(address=f"bench{number}@bench.invalid") for number in numbers])
        persons = _store([Person(given_name=f"Given {number}", family_name=f"Family {number}") for number in numbers])
        _store([AddressUse(email=email, person=one, valid=always) for email, one in zip(emails, persons, strict=True)])
        _store([PhoneNumber(person=one, number="+16135550143", valid=always) for one in persons])
        _store([Affiliation(person=one, party=party, title_en="Engineer", valid=always) for one in persons])
        made += persons
    return made


def _store(rows: list[M]) -> list[M]:
    return type(rows[0])._default_manager.bulk_create(rows)
