"""Rows that every installation has from the start. What a person edited is never overwritten."""

from __future__ import annotations

import csv
from pathlib import Path

from c2m2a_crm.core.history import recorded
from members.models import Jurisdiction

_FOLDER = Path(__file__).parent


def load_jurisdictions() -> str:
    """Make the jurisdictions that are missing, by code; return what was done as a line for the log of the start."""
    with (_FOLDER / "jurisdictions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = set(Jurisdiction.objects.values_list("code", flat=True))
    missing = [Jurisdiction(**row) for row in rows if row["code"] not in known]
    if missing:
        with recorded(None, system="reference data"):
            Jurisdiction.objects.bulk_create(missing, ignore_conflicts=True)
    return f"{len(missing)} of {len(rows)} jurisdictions added"
