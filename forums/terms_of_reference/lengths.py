"""How long a term lasts by the terms of reference, and how often it was renewed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from c2m2a_crm.core.calendar_months import months_after
from forums.models import SeatTerm, TermsOfReference


def end_of_term(terms: TermsOfReference | None, first: date) -> date | None:
    """The last day of a term that begins on ``first``; None where its length is not settled."""
    if terms is None or not terms.term_length_months:
        return None
    return months_after(first, terms.term_length_months) - timedelta(days=1)


def terms_running(terms: Sequence[SeatTerm]) -> list[SeatTerm]:
    """The terms of one person in one seat and role that follow each other without a gap up to the last, that one first.

    ``terms`` are theirs, in any order.
    """
    running: list[SeatTerm] = []
    for term in sorted(terms, key=lambda each: each.first_day or date.min, reverse=True):
        begin, last = running[-1].first_day if running else None, term.last_day
        if running and (last is None or begin is None or last + timedelta(days=1) != begin):
            break
        running.append(term)
    return running


def terms_served(terms: Sequence[SeatTerm]) -> int:
    """How many terms running somebody served. One row that was prolonged counts once."""
    return len(terms_running(terms))
