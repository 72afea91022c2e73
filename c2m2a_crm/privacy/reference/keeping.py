"""Retention periods and duties to inform that every installation has from the start. What people edited stays."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.db.backends.postgresql.psycopg_any import DateRange

from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.reference import read_rows, settle
from c2m2a_crm.privacy.models import NoticeDuty, RetentionPeriod

_FOLDER = Path(__file__).parent
_PERIOD: Final = ("authority_en", "authority_fr", "months", "is_confirmed")
_WORDS: Final = ("whom_en", "whom_fr", "when_en", "when_fr", "citation_en", "citation_fr")
_DUTY: Final = (*_WORDS, "kind", "days", "months", "only_at_real_risk", "is_confirmed")


def load_retention_periods() -> str:
    """One period for each rule and legal form, without dates; where people dated rows, none is added."""
    present = {(row.rule, row.legal_kind): row for row in RetentionPeriod.objects.order_by("pk")}
    wanted = {
        (row["rule"], row["legal_kind"]): RetentionPeriod(
            rule=row["rule"],
            legal_kind=row["legal_kind"],
            months=int(row["months"]),
            authority_en=row["authority_en"],
            authority_fr=row["authority_fr"],
            is_confirmed=row["confirmed"] == "1",
            valid=DateRange(None, None),
        )
        for row in read_rows(_FOLDER / "retention_periods.csv")
    }
    with recorded(None, system="reference data"):
        return f"retention periods: {settle(RetentionPeriod, present, wanted, _PERIOD)}"


def load_notice_duties() -> str:
    """Whom to inform, for each legal form, without dates; where people dated rows, none is added."""
    present = {(row.key, row.legal_kind): row for row in NoticeDuty.objects.order_by("pk")}
    wanted = {
        (row["key"], row["legal_kind"]): NoticeDuty(
            key=row["key"],
            legal_kind=row["legal_kind"],
            kind=row["kind"],
            **{name: row[name] for name in _WORDS},
            days=int(row["days"]) if row["days"] else None,
            months=int(row["months"]) if row["months"] else None,
            only_at_real_risk=row["only_at_real_risk"] == "1",
            is_confirmed=row["confirmed"] == "1",
            valid=DateRange(None, None),
        )
        for row in read_rows(_FOLDER / "notice_duties.csv")
    }
    with recorded(None, system="reference data"):
        return f"duties to inform: {settle(NoticeDuty, present, wanted, _DUTY)}"
