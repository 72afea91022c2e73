"""Terms that end soon with nobody to follow, with what may be done about each. Four statements a page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from c2m2a_crm.core.validity import today
from forums.models import Forum, SeatTerm, TermsOfReference
from forums.policies import can_manage_forum
from forums.terms_of_reference.lengths import end_of_term, terms_served

WITHIN: Final = (30, 90, 180)


@dataclass(frozen=True, slots=True)
class EndingTerm:
    """A holder's term that ends. ``served`` counts it; ``is_last`` says that the rules allow no further renewal."""

    term: SeatTerm
    last: date
    days_left: int
    first_alternate: SeatTerm | None
    served: int
    allowed: int | None
    renewed_until: date | None
    may_manage: bool

    @property
    def is_last(self) -> bool:
        return self.allowed is not None and self.served >= self.allowed


def ending_rows(actor: Any, days: int, forum: Forum | None = None) -> QuerySet[SeatTerm]:
    """Terms of holders that end within so many days, the first to end first."""
    day = today()
    follows = SeatTerm.objects.filter(seat=OuterRef("seat"), role="holder", valid__startswith__gt=day)
    rows = SeatTerm.objects.readable_by(actor).active().on(day).holders()
    rows = rows.filter(valid__endswith__lte=day + timedelta(days=days + 1)).filter(~Exists(follows))
    # Where the seat goes with the term, that is settled.
    goes_on = Q(seat__valid__endswith__isnull=True) | Q(seat__valid__endswith__gt=F("valid__endswith"))
    rows = rows.filter(goes_on)
    if forum is not None:
        rows = rows.filter(seat__forum=forum)
    return rows.for_list().order_by("valid__endswith", "pk")


def ending_terms(actor: Any, terms: list[SeatTerm]) -> list[EndingTerm]:
    """The rows of a page with what they show. Three statements, however many."""
    day = today()
    seats = [term.seat_id for term in terms]
    alternates = SeatTerm.objects.on(day).filter(seat__in=seats, role="first_alternate").select_related("person")
    heirs = {term.seat_id: term for term in alternates}
    served: dict[tuple[int, int], list[SeatTerm]] = defaultdict(list)
    for each in SeatTerm.objects.holders().filter(seat__in=seats, valid__startswith__lte=day):
        served[each.seat_id, each.person_id].append(each)
    forums = {term.seat.forum_id for term in terms}
    rules = {each.forum_id: each for each in TermsOfReference.objects.filter(forum__in=forums).on(day)}
    return [_ending(actor, term, heirs, served, rules) for term in terms]


def _ending(actor: Any, term: SeatTerm, heirs: Any, served: Any, rules: Any) -> EndingTerm:
    last = term.last_day or date.max
    terms = rules.get(term.seat.forum_id)
    allowed = terms.renewals_allowed + 1 if terms is not None and terms.renewals_allowed is not None else None
    return EndingTerm(
        term,
        last,
        (last - today()).days,
        heirs.get(term.seat_id),
        terms_served(served[term.seat_id, term.person_id]),
        allowed,
        end_of_term(terms, last + timedelta(days=1)),
        can_manage_forum(actor, term.seat.forum),
    )
