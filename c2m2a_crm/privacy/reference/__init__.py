"""The periods that every installation has from the start. What a person edited stays as it was left."""

from __future__ import annotations

from pathlib import Path

from django.db.backends.postgresql.psycopg_any import DateRange

from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.reference import read_rows, settle
from c2m2a_crm.privacy.models import LegalPeriod

_FOLDER = Path(__file__).parent
_WORDS = (
    "law_en",
    "law_fr",
    "citation_en",
    "citation_fr",
    "extension_citation_en",
    "extension_citation_fr",
)
_FIELDS = (*_WORDS, "days", "longest_extension", "is_confirmed")


def load_periods() -> str:
    """One period for each legal form and subject, without dates; where people dated rows, none is added."""
    present = {(row.legal_kind, row.subject): row for row in LegalPeriod.objects.order_by("pk")}
    wanted = {
        (row["legal_kind"], row["subject"]): LegalPeriod(
            legal_kind=row["legal_kind"],
            subject=row["subject"],
            **{name: row[name] for name in _WORDS},
            days=int(row["days"]),
            longest_extension=int(row["longest_extension"]) if row["longest_extension"] else None,
            is_confirmed=row["confirmed"] == "1",
            valid=DateRange(None, None),
        )
        for row in read_rows(_FOLDER / "periods.csv")
    }
    with recorded(None, system="reference data"):
        return f"legal periods: {settle(LegalPeriod, present, wanted, _FIELDS)}"
