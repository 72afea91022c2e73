"""Exports of everybody, CSV against COPY of the same query, and what each format costs in memory."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import django
from django.db import connection

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import exports
from c2m2a_crm.dashboard.bench import budgets, memory
from c2m2a_crm.dashboard.bench.floors import SQL
from c2m2a_crm.dashboard.bench.report import Finding, Report

LIST = "people"


def measure(actor: User, *, rounds: int = 3) -> Report:
    """Each format in a process of its own, so that the peak of one does not hide that of the other.

    Inside a transaction, whose rows no other process sees, they are measured here.
    """
    report = Report(f"Export of {LIST}, {rounds} rounds")
    for file_format in exports.FORMATS:
        if connection.in_atomic_block:
            finding = measure_format(actor.pk, file_format, rounds)
        else:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=django.setup) as apart:
                finding = apart.submit(measure_format, actor.pk, file_format, rounds).result()
        report.findings.append(finding)
    return report


def measure_format(actor_id: int, file_format: str, rounds: int) -> Finding:
    actor = User.objects.get(pk=actor_id)
    entry = exports.list_entry(LIST)
    floor, mine, grown, rows, size = [], [], 0, 0, 0
    with TemporaryDirectory() as folder:
        for number in range(rounds):
            target = Path(folder) / f"{number}.{file_format}"
            if file_format == "csv":
                floor.append(_copy(target))
            before = memory.peak()
            began = time.perf_counter()
            rows = exports.write_file(entry, actor, query="", file_format=file_format, target=target)
            mine.append(time.perf_counter() - began)
            grown = max(grown, memory.peak() - before)
            size = target.stat().st_size
            target.unlink()
    took = statistics.median(mine)
    figures: dict[str, float | int] = {"rows": rows, "bytes": size, "seconds": took, "MB grown": grown / 2**20}
    over = memory.too_much(grown, budgets.MEMORY)
    if took > budgets.EXPORT_SECONDS:
        over.append(f"{took:.1f} s, budget {budgets.EXPORT_SECONDS:.0f}")
    if floor:
        share = statistics.median(one / other for one, other in zip(floor, mine, strict=True))
        figures |= {"COPY": statistics.median(floor), "share of its rate": share, "budget": budgets.EXPORT_SHARE}
        if share < budgets.EXPORT_SHARE:
            over.append(f"{share:.2f} of the rate of COPY, budget {budgets.EXPORT_SHARE}")
    return Finding(f"{LIST}, {file_format}", figures, tuple(over))


def _copy(target: Path) -> float:
    began = time.perf_counter()
    command = f"COPY ({SQL['people.export']}) TO STDOUT (FORMAT csv, HEADER)"
    with connection.cursor() as cursor, target.open("wb") as file, cursor.copy(command) as pieces:
        for piece in pieces:
            file.write(piece)
    return time.perf_counter() - began
