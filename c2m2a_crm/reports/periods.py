"""The periods a report may cover, and the one before each that it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from c2m2a_crm.core import dates

_APRIL = 4
_DAY = timedelta(days=1)


class PeriodKey(StrEnum):
    """The value in the address. The fiscal year is that of governments in Canada, April to March."""

    QUARTER = "quarter"
    LAST_QUARTER = "last-quarter"
    FISCAL_YEAR = "fiscal-year"
    YEAR = "year"
    CUSTOM = "custom"


PERIODS = (
    (PeriodKey.QUARTER.value, gettext_lazy("This quarter")),
    (PeriodKey.LAST_QUARTER.value, gettext_lazy("Last quarter")),
    (PeriodKey.FISCAL_YEAR.value, gettext_lazy("This fiscal year (April to March)")),
    (PeriodKey.YEAR.value, gettext_lazy("This calendar year")),
    (PeriodKey.CUSTOM.value, pgettext_lazy("period", "Other dates")),
)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``first`` to ``last``, both included. ``before`` are the days it is compared with.

    Of a period that is not over, only as many days of the one before are compared as have passed of this one.
    """

    first: date
    last: date
    before_first: date
    before_last: date
    is_unfinished: bool

    @property
    def words(self) -> str:
        return _span(self.first, self.last)

    @property
    def words_before(self) -> str:
        return _span(self.before_first, self.before_last)


def period_of(key: str, *, today: date, since: date | None = None, until: date | None = None) -> Period:
    """The period that the address names; what it does not name is this quarter.

    Other dates: an open beginning is the first day of the present quarter, an open end is today. Dates given in the
    wrong order are an empty period of one day, ``since``.
    """
    match key:
        case PeriodKey.CUSTOM:
            first = since or _quarter_start(min(until or today, today))
            last = max(first, until or max(today, first))
            before_last = _back(first)
            before = _earliest(before_last, (last - first).days)
            is_unfinished = first <= today < last
            if is_unfinished:
                before_last = min(before_last, before + (today - first))
            return Period(first, last, before, before_last, is_unfinished)
        case PeriodKey.LAST_QUARTER:
            last = _back(_quarter_start(today))
            first = _quarter_start(last)
            before = _quarter_start(_back(first))
        case PeriodKey.FISCAL_YEAR:
            year = today.year if today.month >= _APRIL else today.year - 1
            first, last = date(year, _APRIL, 1), date(year + 1, _APRIL, 1) - _DAY
            before = date(year - 1, _APRIL, 1)
        case PeriodKey.YEAR:
            first, last, before = date(today.year, 1, 1), date(today.year, 12, 31), date(today.year - 1, 1, 1)
        case _:
            first = _quarter_start(today)
            last = _quarter_start(first + timedelta(days=95)) - _DAY
            before = _quarter_start(_back(first))
    is_unfinished = today < last
    before_last = _back(first)
    if is_unfinished:
        before_last = min(before_last, before + (today - first))
    return Period(first, last, before, before_last, is_unfinished)


def _quarter_start(day: date) -> date:
    """Quarters of the calendar year are those of the fiscal year, too."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def _back(day: date) -> date:
    return day - _DAY if day > date.min else day


def _earliest(last: date, days: int) -> date:
    return last - timedelta(days=days) if last.toordinal() > days else date.min


def _span(first: date, last: date) -> str:
    if first == last:
        return dates.short_date(first)
    return _("%(first)s to %(last)s") % {"first": dates.short_date(first), "last": dates.short_date(last)}
