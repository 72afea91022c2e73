"""First and last day of a range, said in one place."""

from __future__ import annotations

from datetime import date

from django.apps import apps
from django.db.backends.postgresql.psycopg_any import DateRange

from c2m2a_crm.core.validity import Dated, valid_dates


class Term(Dated):
    DATES = "term"

    def __init__(self, term: DateRange) -> None:
        self.term = term


def test_both_days_belong_to_the_range_and_an_open_side_has_none() -> None:
    first, last = date(2026, 2, 1), date(2026, 2, 28)
    term = Term(valid_dates(first, last))
    assert (term.first_day, term.last_day) == (first, last)
    always = Term(valid_dates())
    assert (always.first_day, always.last_day) == (None, None)


def test_no_model_says_it_again() -> None:
    for model in apps.get_models():
        assert not {"first_day", "last_day"} & vars(model).keys(), model
