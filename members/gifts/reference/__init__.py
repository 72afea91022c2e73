"""The rules on gifts that every installation has from the start. What a person edited stays as it was left."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Final

from django.db.backends.postgresql.psycopg_any import DateRange

from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.reference import read_rows, settle
from members.models import GiftRule

_FOLDER = Path(__file__).parent
_FIELDS: Final = ("number", "source_en", "source_fr", "is_confirmed")


def load_gift_rules() -> str:
    """One number for each subject, without dates; where people dated rows, none is added."""
    present = {row.subject: row for row in GiftRule.objects.order_by("pk")}
    wanted = {
        row["subject"]: GiftRule(
            subject=row["subject"],
            number=Decimal(row["number"]),
            source_en=row["source_en"],
            source_fr=row["source_fr"],
            is_confirmed=row["confirmed"] == "1",
            valid=DateRange(None, None),
        )
        for row in read_rows(_FOLDER / "rules.csv")
    }
    with recorded(None, system="reference data"):
        return f"rules on gifts: {settle(GiftRule, present, wanted, _FIELDS)}"
