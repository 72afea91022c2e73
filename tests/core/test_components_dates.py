"""Dates, times and numbers as written in Canada, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.template import Context, Template
from django.utils import translation

from c2m2a_crm.core import dates

DAY = date(2026, 11, 10)
NB = "\u00a0"


@pytest.mark.parametrize(
    ("say", "english", "french"),
    [
        (lambda: dates.short_date(DAY), f"Nov{NB}10, 2026", f"10{NB}nov. 2026"),
        (lambda: dates.short_date(date(2026, 7, 1)), f"Jul{NB}1, 2026", f"1er{NB}juill. 2026"),
        (lambda: dates.long_date(DAY), "Tuesday, November 10, 2026", "le mardi 10 novembre 2026"),
        (lambda: dates.month_and_year(DAY), "November 2026", "novembre 2026"),
        (lambda: dates.near_date(DAY, DAY), f"Nov{NB}10", f"10{NB}nov."),
        (lambda: dates.near_date(date(2025, 2, 3), DAY), f"Feb{NB}3, 2025", f"3{NB}févr. 2025"),
        (lambda: dates.time_of_day(time(9, 30)), "9:30", f"9{NB}h{NB}30"),
        (lambda: dates.time_of_day(time(13)), "13:00", f"13{NB}h"),
        (lambda: dates.time_of_day(datetime(2026, 11, 10, 14, 5, tzinfo=UTC)), "9:05", f"9{NB}h{NB}05"),
        (lambda: dates.number(Decimal("1284.5"), 1), "1,284.5", f"1{NB}284,5"),
        (lambda: dates.percent(91), "91%", f"91{NB}%"),
        (lambda: dates.money(Decimal("1284.5")), "$1,284.50", f"1{NB}284,50{NB}$"),
        (lambda: dates.money(Decimal("-1284.5")), "-$1,284.50", f"-1{NB}284,50{NB}$"),
        (lambda: dates.money(1284, "EUR"), f"1,284.00{NB}EUR", f"1{NB}284,00{NB}EUR"),
    ],
)
def test_both_languages_have_their_own_form(say: Callable[[], str], english: str, french: str) -> None:
    with translation.override("en"):
        assert say() == english
    with translation.override("fr"):
        assert say() == french


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (DAY, "today"),
        (date(2026, 11, 9), "yesterday"),
        (date(2026, 11, 11), "tomorrow"),
        (date(2026, 11, 6), "4 days ago"),
        (date(2026, 11, 14), "in 4 days"),
        (date(2026, 7, 13), "120 days ago"),
        (date(2026, 7, 12), f"Jul{NB}12, 2026"),
    ],
)
def test_a_date_is_relative_up_to_120_days(value: date, text: str) -> None:
    assert dates.relative_date(value, DAY) == text


def test_the_day_is_that_of_the_office_not_of_greenwich() -> None:
    assert dates.as_day(datetime(2026, 11, 11, 3, 0, tzinfo=UTC)) == DAY


def show(source: str, **values: object) -> str:
    return Template(source).render(Context(values))


def test_a_range_ends_on_its_last_day() -> None:
    assert show("{{ span|range_end|short_date }}", span=DateRange(DAY, date(2026, 12, 1))) == f"Nov{NB}30, 2026"
    assert show("{{ span|range_end|short_date }}", span=DateRange(DAY, None)) == ""


def test_an_unknown_value_shows_nothing() -> None:
    assert show("{{ x|short_date }}{{ x|percent }}{{ x|range_end }}", x=None) == ""


def test_an_identifier_has_no_thousands_separator() -> None:
    assert show("{{ x|raw }} {{ x|number }}", x=1284) == "1284 1,284"
