"""The hunt for duplicates among everybody against the same among a tenth: how it grows, and what it costs in memory.

Blocks make comparisons that grow with the records, and sorting makes n·log n of it: a ratio above that of n·log n would
say that some block is compared as a square. Growth is that of this process's own time: what neighbours take would be
counted otherwise, and the database reads each table once, in one statement. Nothing is written.
"""

from __future__ import annotations

import time
from math import log2
from typing import Any, Final

from c2m2a_crm.dashboard.bench import budgets, memory
from c2m2a_crm.dashboard.bench.pages import BenchError
from c2m2a_crm.dashboard.bench.report import Finding, Report
from members.duplicates.hunt import look_for
from members.models import Party, Person

PART: Final = 10
FEWEST: Final = 2000


def measure() -> Report:
    """People, then organizations where there are enough of both sizes to tell."""
    report = Report(f"Hunt for duplicates: everybody against one in {PART}")
    models: tuple[tuple[str, Any], ...] = (("people", Person), ("parties", Party))
    for kind, model in models:
        keys = list(model._default_manager.filter(archived_at=None).order_by("pk").values_list("pk", flat=True))
        if len(keys) >= FEWEST:
            report.findings.append(_measured(kind, keys))
    if not report.findings:
        raise BenchError(f"There are fewer than {FEWEST} people. Measure on a folder filled by `demo --size medium`.")
    return report


def _measured(kind: str, keys: list[int]) -> Finding:
    part = keys[: len(keys) // PART]
    few, _seconds, _found = _timed(kind, part)
    all_of_them, seconds, found = _timed(kind, keys)
    growth = all_of_them / few
    n_log_n = len(keys) * log2(len(keys)) / (len(part) * log2(len(part)))
    peak = memory.peak()
    over = memory.too_much(peak, budgets.HUNT_MEMORY)
    if growth > n_log_n * budgets.HUNT_GROWTH:
        over.append(f"{growth:.1f} × the time of a tenth, n·log n {n_log_n:.1f}, budget {budgets.HUNT_GROWTH} of it")
    figures = {
        "rows": len(keys),
        "pairs": found,
        "seconds": seconds,
        "own, a tenth": few,
        "own": all_of_them,
        "growth": growth,
        "n·log n": n_log_n,
        "MB at most": peak / 2**20,
    }
    return Finding(kind, figures, tuple(over))


def _timed(kind: str, keys: list[int]) -> tuple[float, float, int]:
    """Seconds of this process, seconds on the wall, and how many pairs were found."""
    began, own = time.perf_counter(), time.process_time()
    found = sum(1 for _pair in look_for(kind, keys=keys))
    return time.process_time() - own, time.perf_counter() - began, found
