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
FEWEST: Final = 5000
"""In a tenth of fewer, what is done once weighs more than what is compared."""


def measure() -> Report:
    """People, and organizations beside them; growth where there are enough to tell."""
    report = Report(f"Hunt for duplicates: everybody against one in {PART}")
    models: tuple[tuple[str, Any], ...] = (("people", Person), ("parties", Party))
    for kind, model in models:
        keys = list(model._default_manager.filter(archived_at=None).order_by("pk").values_list("pk", flat=True))
        if keys:
            report.findings.append(_measured(kind, keys))
    if not report.findings:
        raise BenchError("Nobody is on file. Measure on a folder filled by `demo --size large`.")
    return report


def _measured(kind: str, keys: list[int]) -> Finding:
    part = keys[: len(keys) // PART]
    figures: dict[str, Any] = {"rows": len(keys)}
    over: list[str] = []
    few = _timed(kind, part)[0] if len(part) >= FEWEST else 0.0
    own, seconds, found = _timed(kind, keys)
    figures |= {"pairs": found, "seconds": seconds, "own": own}
    if few:
        growth = own / few
        n_log_n = len(keys) * log2(len(keys)) / (len(part) * log2(len(part)))
        figures |= {"own, a tenth": few, "growth": growth, "n·log n": n_log_n}
        if growth > n_log_n * budgets.HUNT_GROWTH:
            over.append(f"{growth:.1f} × a tenth, n·log n {n_log_n:.1f}, budget {budgets.HUNT_GROWTH} of it")
    peak = memory.peak()
    over += memory.too_much(peak, budgets.HUNT_MEMORY)
    return Finding(kind, figures | {"MB at most": peak / 2**20}, tuple(over))


def _timed(kind: str, keys: list[int]) -> tuple[float, float, int]:
    """Seconds of this process, seconds on the wall, and how many pairs were found."""
    began, own = time.perf_counter(), time.process_time()
    found = sum(1 for _pair in look_for(kind, keys=keys))
    return time.process_time() - own, time.perf_counter() - began, found
