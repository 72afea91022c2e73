"""How long a look at a record counts, as the product proposes it."""

from __future__ import annotations

from datetime import date
from typing import Final

from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.reference import settle
from c2m2a_crm.core.validity import valid_dates
from members.models import Cadence

_PROPOSED: Final = "C2M2A CRM"
_DAYS: Final = {
    Cadence.Subject.OFFICE_HOLDER: 90,
    Cadence.Subject.MEMBER: 365,
    Cadence.Subject.NATION: 365,
    Cadence.Subject.OTHER: 730,
}


def load_cadences() -> str:
    """A rule for each sort that has none yet; whatever the office set stays."""
    wanted = {
        str(subject): Cadence(subject=subject, days=days, source=_PROPOSED, valid=valid_dates(date(2020, 1, 1), None))
        for subject, days in _DAYS.items()
    }
    present: dict[str, Cadence] = {}
    for row in Cadence.objects.order_by("valid", "pk"):
        present.setdefault(row.subject, row)
    with recorded(None, system="reference data"):
        return f"cadences of checking: {settle(Cadence, present, wanted, ('days', 'source'))}"
