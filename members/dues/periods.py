"""Which years of a membership owe dues: they follow from the terms that were given, the rates, and the invoices.

Dues are for a year of membership, counted from the first day of each term that an admission or a renewal gave. A year
that was begun owes the whole rate of its first day; who is to pay less has the rest waived, with a reason. Years that
were waived by decision owe nothing. The tier is the present one: what an earlier tier cost was invoiced then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from c2m2a_crm.core.calendar_months import months_after
from c2m2a_crm.core.dates import days_in_words
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.validity import today
from members.memberships.status import IN_GOOD_STANDING
from members.models import DuesRate, Invoice, Membership, MembershipDecision

# Days before a year begins from which its invoice may go.
AHEAD: Final = 90
# Days after a year is over in which it is still shown as owing: what is older was settled before, or elsewhere.
BEHIND: Final = 365
_A_DAY: Final = timedelta(days=1)
_GIVES: Final = (MembershipDecision.Kind.ADMITTED, MembershipDecision.Kind.RENEWED)
_RULES: Final = (
    MembershipDecision.Kind.RESIGNED,
    MembershipDecision.Kind.EXPELLED,
    MembershipDecision.Kind.LAPSED,
    MembershipDecision.Kind.REINSTATED,
)


@dataclass(frozen=True, slots=True)
class DuesPeriod:
    """A year of a membership that owes ``amount``. ``is_next`` is the one that a renewal would give: none did yet."""

    membership: Membership
    first: date
    last: date
    amount: Decimal
    is_next: bool = False

    @property
    def key(self) -> str:
        return self.first.isoformat()

    @property
    def in_words(self) -> str:
        return days_in_words(self.first, self.last)


def owing(memberships: Iterable[Any], day: date | None = None) -> list[DuesPeriod]:
    """The years of these memberships (``with_status``) that owe dues and have no invoice, by party and day.

    Four statements, however many memberships.
    """
    on = day or today()
    rows = list(memberships)
    keys = [row.pk for row in rows]
    decided: dict[int, list[MembershipDecision]] = defaultdict(list)
    for decision in MembershipDecision.objects.filter(among("membership_id", keys)).order_by("days", "pk"):
        decided[decision.membership_id].append(decision)
    invoiced: dict[int, list[Invoice]] = defaultdict(list)
    for invoice in Invoice.objects.standing().filter(among("membership_id", keys)):
        invoiced[invoice.membership_id].append(invoice)
    rates: dict[int, list[DuesRate]] = defaultdict(list)
    for rate in DuesRate.objects.filter(tier__in={row.tier_id for row in rows}):
        rates[rate.tier_id].append(rate)
    found = []
    for row in rows:
        waivers = [each for each in decided[row.pk] if each.kind == MembershipDecision.Kind.WAIVED]
        for first, last, is_next in _years(row, decided[row.pk], on):
            amount = _rate_on(rates[row.tier_id], first)
            is_waived = any(first in waiver.days for waiver in waivers)
            is_invoiced = any(_meet(invoice, first, last) for invoice in invoiced[row.pk])
            if amount and not is_waived and not is_invoiced:
                found.append(DuesPeriod(row, first, last, amount, is_next))
    return sorted(found, key=lambda each: (str(each.membership.party), each.first))


def owing_of(membership: Membership, day: date | None = None) -> list[DuesPeriod]:
    """As :func:`owing`, of one membership."""
    return owing(Membership.objects.with_status(day).select_related("party", "tier").filter(pk=membership.pk), day)


def _years(row: Any, decisions: Sequence[MembershipDecision], day: date) -> Iterator[tuple[date, date, bool]]:
    """First and last days of the years that began, or begin soon, and are not long over."""
    ends: date | None = row.last_day
    begun: date | None = None
    for decision in decisions:
        if decision.kind not in _GIVES or decision.first_day is None:
            continue
        lasts = [last for last in (decision.last_day, ends) if last is not None]
        begun = decision.first_day
        for first, last in _cut(begun, min(lasts) if lasts else None, day + timedelta(days=AHEAD)):
            if last >= day - timedelta(days=BEHIND):
                yield first, last, False
    # Whoever is a member, or in grace, is asked for the next year before somebody records its renewal; not whoever
    # leaves on a day that is still to come.
    goes_on = row.status in IN_GOOD_STANDING and not _leaves(decisions)
    if begun and ends and goes_on and ends <= day + timedelta(days=AHEAD):
        yield ends + _A_DAY, months_after(ends + _A_DAY, 12) - _A_DAY, True


def _leaves(decisions: Sequence[MembershipDecision]) -> bool:
    """Whether the last ruling, by its first day, is an end."""
    rulings = [each.kind for each in decisions if each.kind in _RULES]
    return bool(rulings) and rulings[-1] != MembershipDecision.Kind.REINSTATED


def _cut(first: date, last: date | None, until: date) -> Iterator[tuple[date, date]]:
    """The years of a term, counted from its first day, that begin by ``until``; the last may be a part of one."""
    number = 0
    while (begins := months_after(first, 12 * number)) <= min(until, last or until):
        number += 1
        ends = months_after(first, 12 * number) - _A_DAY
        yield begins, min(ends, last) if last else ends


def _rate_on(rates: Sequence[DuesRate], day: date) -> Decimal:
    return next((rate.amount for rate in rates if day in rate.valid), Decimal(0))


def _meet(invoice: Invoice, first: date, last: date) -> bool:
    begins, ends = invoice.first_day, invoice.last_day
    return begins is not None and ends is not None and begins <= last and first <= ends
