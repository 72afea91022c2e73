"""Which days a report covers, and with which it is compared."""

from __future__ import annotations

from datetime import date

import pytest

from c2m2a_crm.reports.periods import period_of

TODAY = date(2026, 11, 10)


@pytest.mark.parametrize(
    ("key", "first", "last", "before_first", "before_last"),
    [
        ("quarter", (2026, 10, 1), (2026, 12, 31), (2026, 7, 1), (2026, 8, 10)),
        ("last-quarter", (2026, 7, 1), (2026, 9, 30), (2026, 4, 1), (2026, 6, 30)),
        ("fiscal-year", (2026, 4, 1), (2027, 3, 31), (2025, 4, 1), (2025, 11, 10)),
        ("year", (2026, 1, 1), (2026, 12, 31), (2025, 1, 1), (2025, 11, 10)),
        ("no such period", (2026, 10, 1), (2026, 12, 31), (2026, 7, 1), (2026, 8, 10)),
    ],
)
def test_a_period_and_as_many_days_of_the_one_before(
    key: str,
    first: tuple[int, int, int],
    last: tuple[int, int, int],
    before_first: tuple[int, int, int],
    before_last: tuple[int, int, int],
) -> None:
    period = period_of(key, today=TODAY)
    assert (period.first, period.last) == (date(*first), date(*last))
    assert (period.before_first, period.before_last) == (date(*before_first), date(*before_last))


def test_the_fiscal_year_of_february_began_in_april_of_last_year() -> None:
    period = period_of("fiscal-year", today=date(2026, 2, 28))
    assert (period.first, period.last) == (date(2025, 4, 1), date(2026, 3, 31))


def test_the_quarter_before_the_first_one_lies_in_last_year() -> None:
    period = period_of("last-quarter", today=date(2026, 2, 28))
    assert (period.first, period.last) == (date(2025, 10, 1), date(2025, 12, 31))


def test_a_period_that_is_over_is_compared_with_all_of_the_one_before() -> None:
    assert not period_of("last-quarter", today=TODAY).is_unfinished
    assert period_of("quarter", today=TODAY).is_unfinished
    assert not period_of("quarter", today=date(2026, 12, 31)).is_unfinished
    assert period_of("quarter", today=date(2026, 12, 31)).before_last == date(2026, 9, 30)


def test_other_dates_are_compared_with_as_many_days_before() -> None:
    period = period_of("custom", today=TODAY, since=date(2026, 6, 1), until=date(2026, 6, 30))
    assert (period.first, period.last) == (date(2026, 6, 1), date(2026, 6, 30))
    assert (period.before_first, period.before_last) == (date(2026, 5, 2), date(2026, 5, 31))


def test_other_dates_that_are_not_over_are_compared_with_the_same_days_as_a_quarter_is() -> None:
    quarter = period_of("quarter", today=TODAY)
    period = period_of("custom", today=TODAY, since=quarter.first, until=quarter.last)
    assert period.is_unfinished
    assert (period.before_first, period.before_last) == (date(2026, 7, 1), date(2026, 8, 10))


@pytest.mark.parametrize(
    ("since", "until", "first", "last"),
    [
        (None, None, date(2026, 10, 1), TODAY),
        (date(2026, 2, 1), None, date(2026, 2, 1), TODAY),
        (None, date(2026, 5, 5), date(2026, 4, 1), date(2026, 5, 5)),
        (date(2026, 5, 5), date(2026, 5, 1), date(2026, 5, 5), date(2026, 5, 5)),
        (date.min, date.max, date.min, date.max),
    ],
)
def test_open_ends_and_wrong_orders_of_other_dates_make_a_period(
    since: date | None, until: date | None, first: date, last: date
) -> None:
    period = period_of("custom", today=TODAY, since=since, until=until)
    assert (period.first, period.last) == (first, last)
    assert period.before_first <= period.before_last <= period.first
