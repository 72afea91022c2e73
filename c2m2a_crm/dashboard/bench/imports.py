"""An import of many people against COPY of the rows that it makes, triggers on, and what it costs in memory.

Everything happens in one transaction that is undone: people, organizations, history and the import itself. The file is
deleted. What remains are numbers that sequences gave away and space that the database reuses.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.apps import apps
from django.core.files import File
from django.db import connection, models, transaction

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.imports import services
from c2m2a_crm.core.jobs import be_patient
from c2m2a_crm.dashboard.bench import budgets, memory
from c2m2a_crm.dashboard.bench.pages import BenchError
from c2m2a_crm.dashboard.bench.report import Finding, Report

KIND = "people"
PEOPLE = 100_000
_OF_AN_ORGANIZATION = 50
_HEADINGS = "Given name,Family name,Job title,Organization,E-mail,Telephone"
_BEGINS = ("ba", "ce", "do", "fi", "gu", "ha", "ju", "ke", "lo", "mi", "nu", "pa", "re", "so", "ti", "vu")
_ENDS = ("bel", "cin", "dar", "fos", "gul", "han", "kem", "lip", "mor", "nus", "pax", "rit", "sol", "tev", "vin", "zak")


def measure(actor: User, *, rows: int = PEOPLE) -> Report:
    """The import: the file is brought, checked and written. The floor: the same rows into the same tables."""
    with TemporaryDirectory() as name, transaction.atomic():
        be_patient()
        folder = Path(name)
        _write_file(folder / "people.csv", rows)
        before = _last_keys()
        at_first = memory.peak()
        with transaction.atomic():
            times = _import(actor, folder / "people.csv", rows)
            grown = memory.peak() - at_first
            carried = _carry_out(folder, before)
            transaction.set_rollback(True)
        floor = _copy_in(actor, carried)
        transaction.set_rollback(True)
    took = sum(times.values())
    ratio = took / floor
    over = memory.too_much(grown, budgets.MEMORY)
    if ratio > budgets.IMPORT_TIMES:
        over.append(f"{ratio:.1f} × COPY, budget {budgets.IMPORT_TIMES}")
    figures = {
        "rows": rows,
        **times,
        "seconds": took,
        "COPY": floor,
        "ratio": ratio,
        "budget": budgets.IMPORT_TIMES,
        "MB grown": grown / 2**20,
    }
    report = Report(f"Import of {KIND} from CSV")
    report.findings.append(Finding(KIND, figures, tuple(over)))
    return report


def _word(number: int) -> str:
    """A word for each number, unlike the others."""
    word = ""
    while number or not word:
        number, place = divmod(number, len(_BEGINS) * len(_ENDS))
        word += _BEGINS[place % len(_BEGINS)] + _ENDS[place // len(_BEGINS)]
    return word.capitalize()


def _write_file(target: Path, rows: int) -> None:
    with target.open("w", encoding="utf-8") as file:
        file.write(f"{_HEADINGS}\n")
        file.writelines(
            f"{_word(number % 400)},{_word(number // 400)},Adviser {number % 90},{_word(number // _OF_AN_ORGANIZATION)}"
            f" Alloys,person{number}@import.example,+1613555{number % 10000:04}\n"
            for number in range(rows)
        )


def _import(actor: User, source: Path, rows: int) -> dict[str, float]:
    """Seconds of each part. Raises ``BenchError`` where not every row makes a person."""
    began = time.perf_counter()
    with source.open("rb") as file:
        imported = services.begin_import(actor=actor, kind=KIND, file=File(file, source.name))
    try:
        settings = services.settings_of(imported)
        imported.settings = {**settings.to_json(), "options": {**settings.options, "unknown": "add"}}
        imported.save()
        services.check(imported, actor=actor)
        checked = time.perf_counter()
        services.apply(imported, actor=actor)
        _check_constraints()
        ended = time.perf_counter()
    finally:
        imported.file.delete(save=False)
    if imported.counts["records"].get("new") != rows:
        raise BenchError(f"Of {rows} rows not all came in as new people: {imported.counts['records']}.")
    return {"check": checked - began, "write": ended - checked}


def _check_constraints() -> None:
    """What a commit would look at."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _tables() -> Iterator[type[models.Model]]:
    """Of records: what the ground floor keeps of an import besides (its rows, history, the operation) is no record."""
    for model in apps.get_models():
        if model._meta.managed and not model._meta.proxy and model.__module__.partition(".")[0] == "members":
            yield model


def _last_keys() -> dict[type[models.Model], int]:
    return {
        model: model._base_manager.aggregate(last=models.Max("pk"))["last"] or 0
        for model in _tables()
        if isinstance(model._meta.pk, models.AutoField | models.BigAutoField)
    }


def _carry_out(folder: Path, before: dict[type[models.Model], int]) -> list[tuple[str, Path]]:
    """New rows of each table in a file, with the beginning of the COPY that takes it."""
    carried = []
    for model, last in before.items():
        target = folder / model._meta.db_table
        columns = ", ".join(
            connection.ops.quote_name(str(field.column)) for field in model._meta.concrete_fields if not field.generated
        )
        table = connection.ops.quote_name(model._meta.db_table)
        key = connection.ops.quote_name(str(model._meta.pk.column))
        rows = f"COPY (SELECT {columns} FROM {table} WHERE {key} > {last:d} ORDER BY {key}) TO STDOUT"  # noqa: S608  names of our own tables
        with connection.cursor() as cursor, target.open("wb") as file, cursor.copy(rows) as pieces:
            for piece in pieces:
                file.write(piece)
        if target.stat().st_size:
            carried.append((f"COPY {table} ({columns}) FROM STDIN", target))
    return carried


def _copy_in(actor: Any, carried: list[tuple[str, Path]]) -> float:
    began = time.perf_counter()
    with recorded(actor), connection.cursor() as cursor:
        for command, source in carried:
            with source.open("rb") as file, cursor.copy(command) as copy:
                while piece := file.read(2**16):
                    copy.write(piece)
        _check_constraints()
        ended = time.perf_counter()
        transaction.set_rollback(True)
    return ended - began
