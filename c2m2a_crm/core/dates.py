"""Dates, times, numbers and money in words, as the two languages of Canada write them. Validity: ``validity.py``.

Django's formats cannot say all of it (the article in “le mardi 10 novembre”, an hour without minutes, abbreviations of
the months as the Government of Canada writes them), so the words stand here, once.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.validity import first_day, last_day

NBSP = "\u00a0"
RELATIVE_DAYS = 120

_MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
}
_MONTHS_SHORT = {
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "fr": ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juill.", "août", "sept.", "oct.", "nov.", "déc."],
}
_DAYS = {
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "fr": ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
}


def as_day(value: date | datetime) -> date:
    """The day on the office's wall calendar."""
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).date()
    return value


def month_short(value: date | datetime) -> str:
    return _MONTHS_SHORT[reader_language()][as_day(value).month - 1]


def month_name(value: date | datetime) -> str:
    """November · novembre"""
    return _MONTHS[reader_language()][as_day(value).month - 1]


def day_of_month(value: date | datetime) -> str:
    """December 15 · 15 décembre"""
    day = as_day(value)
    if reader_language() == "fr":
        return f"{_ordinal(day)}{NBSP}{month_name(day)}"
    return f"{month_name(day)}{NBSP}{day.day}"


def month_and_year(value: date | datetime) -> str:
    """November 2026 · novembre 2026"""
    day = as_day(value)
    return f"{_MONTHS[reader_language()][day.month - 1]} {day.year}"


def short_date(value: date | datetime) -> str:
    """Nov 10, 2026 · 10 nov. 2026"""
    day, month = as_day(value), month_short(value)
    if reader_language() == "fr":
        return f"{_ordinal(day)}{NBSP}{month} {day.year}"
    return f"{month}{NBSP}{day.day}, {day.year}"


def day_and_month(value: date | datetime) -> str:
    """Nov 10 · 10 nov."""
    day, month = as_day(value), month_short(value)
    return f"{_ordinal(day)}{NBSP}{month}" if reader_language() == "fr" else f"{month}{NBSP}{day.day}"


def days_of_a_month(first: date, last: date) -> str:
    """Oct 1 – 22 · du 1er au 22 oct.; both days are of one month."""
    month = month_short(last)
    if reader_language() == "fr":
        return f"du {_ordinal(first)} au {last.day}{NBSP}{month}"
    return f"{month}{NBSP}{first.day} – {last.day}"


def near_date(value: date | datetime, today: date | None = None) -> str:
    """Without the year where it is this one."""
    return day_and_month(value) if as_day(value).year == (today or timezone.localdate()).year else short_date(value)


def long_date(value: date | datetime) -> str:
    """Tuesday, November 10, 2026 · le mardi 10 novembre 2026"""
    day, language = as_day(value), reader_language()
    name, month = _DAYS[language][day.weekday()], _MONTHS[language][day.month - 1]
    if language == "fr":
        return f"le {name} {_ordinal(day)} {month} {day.year}"
    return f"{name}, {month} {day.day}, {day.year}"


def days_in_words(first: date | None, last: date | None) -> str:
    """Since when, until when, both days included; nothing where neither is known."""
    if first and last:
        return _("%(first)s to %(last)s") % {"first": short_date(first), "last": short_date(last)}
    if first:
        return _("since %(day)s") % {"day": short_date(first)}
    return _("until %(day)s") % {"day": short_date(last)} if last else ""


def days_of(row: Any) -> str:
    """The days on which a row holds (its ``valid``), in words."""
    return days_in_words(first_day(row.valid), last_day(row.valid))


def weekday(value: date | datetime) -> str:
    return _DAYS[reader_language()][as_day(value).weekday()]


def time_of_day(value: datetime | time) -> str:
    """9:30, 13:00 · 9 h 30, 13 h (24 hours)"""
    moment = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    if reader_language() == "fr":
        minutes = f"{NBSP}{moment.minute:02d}" if moment.minute else ""
        return f"{moment.hour}{NBSP}h{minutes}"
    return f"{moment.hour}:{moment.minute:02d}"


def relative_date(value: date | datetime, today: date | None = None) -> str:
    """“4 days ago” up to 120 days, then the date. The full date belongs in the ``title`` beside it."""
    days = ((today or timezone.localdate()) - as_day(value)).days
    if abs(days) > RELATIVE_DAYS:
        return short_date(value)
    match days:
        case 0:
            return _("today")
        case 1:
            return _("yesterday")
        case -1:
            return _("tomorrow")
    if days > 0:
        return ngettext("%(count)d day ago", "%(count)d days ago", days) % {"count": days}
    return ngettext("in %(count)d day", "in %(count)d days", -days) % {"count": -days}


def due_date(value: date | datetime, today: date | None = None) -> tuple[str, str]:
    """What a due date says, and its tone: late, today, a weekday within the week, else the date."""
    now = today or timezone.localdate()
    days = (as_day(value) - now).days
    if days < 0:
        return ngettext("%(count)d day late", "%(count)d days late", -days) % {"count": -days}, "bad"
    if days == 0:
        return _("Due today"), "warn"
    if days == 1:
        return _("Due tomorrow"), ""
    if days < 7:
        return _("Due %(day)s") % {"day": weekday(value)}, ""
    return pgettext("a date", "Due %(day)s") % {"day": near_date(value, now)}, ""


def number(value: int | float | Decimal, decimals: int | None = None) -> str:
    """1,284.5 · 1 284,5"""
    return number_format(value, decimal_pos=decimals, use_l10n=True, force_grouping=True)


def percent(value: int | float | Decimal, decimals: int = 0) -> str:
    """91% · 91 %, of a value that is already out of a hundred."""
    space = NBSP if reader_language() == "fr" else ""
    return f"{number(value, decimals)}{space}%"


def money(value: int | float | Decimal, currency: str = "CAD") -> str:
    """$1,284.50 · 1 284,50 $; other currencies keep their code: 1,284.50 EUR."""
    text = number(value, 2)
    if currency != "CAD":
        return f"{text}{NBSP}{currency}"
    if reader_language() == "fr":
        return f"{text}{NBSP}$"
    return f"-${text[1:]}" if text.startswith("-") else f"${text}"


def _ordinal(day: date) -> str:
    """French says “premier” of the first day of a month only."""
    return "1er" if day.day == 1 else str(day.day)
