"""The clocks of membership that every installation has from the start. What a person edited stays as it was left."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.db.backends.postgresql.psycopg_any import DateRange

from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.reference import read_rows, settle
from members.models import MembershipClock

_FOLDER = Path(__file__).parent
_FIELDS: Final = ("numbers", "source_en", "source_fr", "is_confirmed")


def load_clocks() -> str:
    """One rule for each subject, without dates; where people dated rows, none is added."""
    present = {row.subject: row for row in MembershipClock.objects.order_by("pk")}
    wanted = {
        row["subject"]: MembershipClock(
            subject=row["subject"],
            numbers=[int(number) for number in row["numbers"].split()],
            source_en=row["source_en"],
            source_fr=row["source_fr"],
            is_confirmed=row["confirmed"] == "1",
            valid=DateRange(None, None),
        )
        for row in read_rows(_FOLDER / "clocks.csv")
    }
    with recorded(None, system="reference data"):
        return f"clocks of membership: {settle(MembershipClock, present, wanted, _FIELDS)}"
