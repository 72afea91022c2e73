"""What a browser loads once: our own scripts and styles, as they travel."""

from __future__ import annotations

import gzip
from pathlib import Path

from django.conf import settings

from c2m2a_crm.dashboard.bench import budgets
from c2m2a_crm.dashboard.bench.report import Finding, Report

VENDORED = "vendor"


def measure() -> Report:
    report = Report("Own scripts and styles, bytes")
    for name, suffix, budget in (
        ("scripts", ".js", budgets.OWN_SCRIPTS),
        ("styles", ".css", budgets.STYLES),
    ):
        files = [path for path in sorted(Path(settings.STATICFILES_DIRS[0]).rglob(f"*{suffix}")) if _is_ours(path)]
        sizes = [(path.stat().st_size, len(gzip.compress(path.read_bytes(), 9))) for path in files]
        plain, packed = (sum(pair[place] for pair in sizes) for place in (0, 1))
        over = (f"{packed} bytes gzipped, budget {budget}",) if packed > budget else ()
        figures = {"files": len(files), "bytes": plain, "gzipped": packed, "budget": budget}
        report.findings.append(Finding(name, figures, over))
    return report


def _is_ours(path: Path) -> bool:
    return VENDORED not in path.parts
