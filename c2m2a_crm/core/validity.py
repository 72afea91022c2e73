"""Dated truth: one way to make, ask and read validity ranges. Ranges are ``[from, until)`` in the database."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

FIRST_YEAR = 1800
LAST_YEAR = 2200
OUT_OF_REACH = _("Enter a date between the years 1800 and 2200.")


class DayOutOfReach(ValueError):
    """A day outside the years that are kept: mistyped, or one whose neighbour the calendar does not have."""


class ReversedDates(ValueError):
    """The first day lies after the last one."""


def valid_dates(
    first: date | None = None, last: date | None = None, *, refusal: type[Exception] = ReversedDates
) -> DateRange:
    """The range from ``first`` to ``last``, both included; None leaves that side open.

    Raises ``refusal`` where they are reversed, before the database would raise an error that no form can show.
    """
    if first and last and first > last:
        raise refusal
    return DateRange(first, last + timedelta(days=1) if last else None, "[)")


def first_day(valid: DateRange) -> date | None:
    lower: date | None = valid.lower
    return lower


def last_day(valid: DateRange) -> date | None:
    """The last day that belongs to the range; the stored upper bound is the day after."""
    upper: date | None = valid.upper
    return upper if upper is None or valid.upper_inc else upper - timedelta(days=1)


class Dated:
    """A row with a range of days: its first and last one, both included; None where that side is open.

    ``DATES`` names the column of the range.
    """

    DATES: ClassVar[str] = "valid"

    @property
    def first_day(self) -> date | None:
        return first_day(getattr(self, self.DATES))

    @property
    def last_day(self) -> date | None:
        return last_day(getattr(self, self.DATES))


def within_reach(day: date) -> date:
    """The day itself. Raises :class:`DayOutOfReach`."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise DayOutOfReach(day)
    return day


def validate_day(day: date) -> None:
    """For the fields of forms. Raises ``ValidationError``."""
    try:
        within_reach(day)
    except DayOutOfReach:
        raise ValidationError(OUT_OF_REACH) from None


def today() -> date:
    """Today in the office's time zone."""
    return timezone.localdate()
