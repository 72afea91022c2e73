"""The days to which a follow-up is put off with one press."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from c2m2a_crm.core.validity import today


@dataclass(frozen=True, slots=True)
class Day:
    label: str
    day: date


def snooze_days(now: date | None = None) -> list[Day]:
    """Tomorrow, Friday, next week: each once, none of them today."""
    now = now or today()
    tomorrow = now + timedelta(days=1)
    friday = now + timedelta(days=(4 - now.weekday()) % 7 or 7)
    monday = now + timedelta(days=7 - now.weekday())
    days = {tomorrow: _("Tomorrow")}
    days.setdefault(friday, _("Friday"))
    days.setdefault(monday, _("Next week"))
    return [Day(days[day], day) for day in sorted(days)]
