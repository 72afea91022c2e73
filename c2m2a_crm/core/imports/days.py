"""Days as tables write them. What may be two different days is told as both, so that a person is asked."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Final

from django.utils.translation import gettext as _

from c2m2a_crm.core.text import fold
from c2m2a_crm.core.validity import OUT_OF_REACH, DayOutOfReach, within_reach

_ISO: Final = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$")
_COMPACT: Final = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_NUMBERS: Final = re.compile(r"^(\d{1,2})[-/.\s](\d{1,2})[-/.\s](\d{4})(?:[T ,].*)?$")
_DAY_FIRST: Final = re.compile(r"^(\d{1,2})(?:er|st|nd|rd|th)?[\s.-]+([a-z]+)\.?,?[\s-]+(\d{4})$")
_MONTH_FIRST: Final = re.compile(r"^([a-z]+)\.?[\s-]+(\d{1,2})(?:st|nd|rd|th)?,?[\s-]+(\d{4})$")
_TIME: Final = re.compile(r"(\d{1,2})\s*[:h]\s*(\d{2})?(?::\d{2})?\s*([ap])?\.?m?\.?$")
_MONTHS: Final = {
    word: number
    for number, words in enumerate(
        (
            "january jan janvier janv",
            "february feb fevrier fevr fev",
            "march mar mars",
            "april apr avril avr",
            "may mai",
            "june jun juin",
            "july jul juillet juil",
            "august aug aout",
            "september sept sep septembre",
            "october oct octobre",
            "november nov novembre",
            "december dec decembre",
        ),
        start=1,
    )
    for word in words.split()
}


def read_day(text: str) -> tuple[date | None, date | None, str]:
    """(the day if the day comes first, the day if the month does, which of the two only is possible).

    Both are equal where nothing is in doubt; the word is ``day``, ``month`` or empty. Raises ``ValueError`` for what is
    no day, and for a day out of reach; :func:`why_no_day` says which.
    """
    day_first, month_first, told = _read(text)
    return day_first and within_reach(day_first), month_first and within_reach(month_first), told


def why_no_day(text: str, refused: ValueError) -> str:
    """What :func:`read_day` refused, as a sentence."""
    if isinstance(refused, DayOutOfReach):
        return str(OUT_OF_REACH)
    return _("“%(text)s” is no date. Write it like 2026-11-03.") % {"text": text}


def _read(text: str) -> tuple[date | None, date | None, str]:
    plain = fold(text)
    if found := _ISO.match(plain) or _COMPACT.match(plain):
        day = date(*map(int, found.groups()))
        return day, day, ""
    if found := _DAY_FIRST.match(plain):
        number, word, year = found.groups()
    elif found := _MONTH_FIRST.match(plain):
        word, number, year = found.groups()
    elif found := _NUMBERS.match(plain):
        first, second, year = map(int, found.groups())
        day_first, month_first = _day(year, second, first), _day(year, first, second)
        if day_first is None and month_first is None:
            raise ValueError(text)
        if day_first and month_first:
            return day_first, month_first, ""
        return (day_first, day_first, "day") if day_first else (month_first, month_first, "month")
    else:
        raise ValueError(text)
    if word not in _MONTHS:
        raise ValueError(text)
    day = date(int(year), _MONTHS[word], int(number))
    return day, day, ""


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_time(text: str) -> time:
    """Half past two as tables write it: 14:30, 2:30 pm, 14 h 30. Raises ``ValueError``."""
    found = _TIME.search(fold(text))
    if not found:
        raise ValueError(text)
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            raise ValueError(text)
        hour = hour % 12 + (12 if found[3] == "p" else 0)
    return time(hour, minute)


class DayOrder:
    """Which comes first in the days of a file: said by a person, told by the file's own clear days, or asked.

    A file keeps days as [day first, month first]; both are the same where nothing is in doubt.
    """

    QUESTION: Final = "day-order"

    def __init__(self, chosen: str) -> None:
        self.chosen = chosen
        self._told: set[str] = set()

    def note(self, told: str) -> None:
        """A day of the file that is possible in one order only."""
        if told:
            self._told.add(told)

    @property
    def order(self) -> str:
        """``day``, ``month``, or nothing where it must be asked."""
        return self.chosen or (next(iter(self._told)) if len(self._told) == 1 else "")

    def settle(self, pair: tuple[str, str]) -> date | None:
        """The day, or None where it must be asked."""
        day_first, month_first = pair
        if day_first == month_first or self.order == "day":
            return date.fromisoformat(day_first)
        return date.fromisoformat(month_first) if self.order == "month" else None
