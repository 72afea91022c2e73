"""An export of everybody against COPY of the same query, and what it costs in memory."""

from __future__ import annotations

import resource
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import connection

from c2m2a_crm.core import exports
from c2m2a_crm.dashboard.bench import budgets
from c2m2a_crm.dashboard.bench.floors import SQL
from c2m2a_crm.dashboard.bench.report import Finding, Report

LIST = "people"


def measure(actor: Any, *, rounds: int = 3) -> Report:
    entry = exports.list_entry(LIST)
    floor, mine, grown, rows = [], [], 0, 0
    with TemporaryDirectory() as folder:
        for number in range(rounds):
            target = Path(folder) / f"{number}.csv"
            floor.append(_copy(target))
            before = _memory()
            began = time.perf_counter()
            rows = exports.write_file(entry, actor, query="", file_format="csv", target=target)
            mine.append(time.perf_counter() - began)
            grown = max(grown, _memory() - before)
            size = target.stat().st_size
    took, bare = statistics.median(mine), statistics.median(floor)
    share = statistics.median(one / other for one, other in zip(floor, mine, strict=True))
    over = []
    if share < budgets.EXPORT_SHARE:
        over.append(f"{share:.2f} of the rate of COPY, budget {budgets.EXPORT_SHARE}")
    if took > budgets.EXPORT_SECONDS:
        over.append(f"{took:.1f} s, budget {budgets.EXPORT_SECONDS:.0f}")
    if grown > budgets.MEMORY:
        over.append(f"{grown // 2**20} MB of memory, budget {budgets.MEMORY // 2**20}")
    figures = {
        "rows": rows,
        "bytes": size,
        "seconds": took,
        "COPY": bare,
        "share of its rate": share,
        "budget": budgets.EXPORT_SHARE,
        "MB grown": grown / 2**20,
    }
    report = Report(f"Export of {LIST} as CSV, {rounds} rounds")
    report.findings.append(Finding(LIST, figures, tuple(over)))
    return report


def _copy(target: Path) -> float:
    began = time.perf_counter()
    command = f"COPY ({SQL['people.export']}) TO STDOUT (FORMAT csv, HEADER)"
    with connection.cursor() as cursor, target.open("wb") as file, cursor.copy(command) as pieces:
        for piece in pieces:
            file.write(piece)
    return time.perf_counter() - began


def _memory() -> int:
    """The highest resident size of this process so far, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
