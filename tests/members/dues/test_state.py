"""The state of an invoice follows from dates and rows: the database's answer equals one that knows no database."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from c2m2a_crm.core.history import recorded
from members.models import DuesPayment, DuesTax, Invoice, InvoiceRelief, InvoiceTax
from tests.members.memberships.making import administrator, member

pytestmark = pytest.mark.django_db

SINCE = date(2024, 1, 1)
CASES, DAYS = 250, 4


@dataclass
class Case:
    issued: date
    due: date
    amount: Decimal
    tax: Decimal
    cancelled: date | None = None
    # Kind (paid, waived, credited), day, amount; a payment that was taken back is no fact of any day.
    facts: list[tuple[str, date, Decimal]] = field(default_factory=list)
    taken_back: list[tuple[date, Decimal]] = field(default_factory=list)


def plainly(case: Case, day: date) -> tuple[str, Decimal]:
    """The rule, told once more in plain Python: the state and what is left to pay."""
    if day < case.issued:
        return "none", Decimal(0)
    if case.cancelled and case.cancelled <= day:
        return "cancelled", Decimal(0)
    sums = {"paid": Decimal(0), "waived": Decimal(0), "credited": Decimal(0)}
    for kind, on, amount in case.facts:
        if on <= day:
            sums[kind] += amount
    left = case.amount + case.tax - sum(sums.values())
    if left > 0:
        if day > case.due:
            return "overdue", left
        return ("part" if sums["paid"] else "open"), left
    if sums["paid"]:
        return "paid", left
    return ("waived", left) if sums["waived"] else ("cancelled", Decimal(0))


def drawn(random: Random) -> Case:
    issued = SINCE + timedelta(days=random.randrange(700))
    amount = Decimal(random.randrange(10_000, 300_000)) / 100
    tax = random.choice([Decimal(0), (amount * 5 / 100).quantize(Decimal("0.01"))])
    case = Case(issued, issued + timedelta(days=random.randrange(250)), amount, tax)
    left = amount + tax
    while left and random.random() < 0.75:
        part = left if random.random() < 0.5 else (left / 3).quantize(Decimal("0.01"))
        kind = random.choice(["paid", "paid", "waived", "credited"])
        case.facts.append((kind, issued + timedelta(days=random.randrange(150)), part))
        left -= part
    if random.random() < 0.2:
        case.taken_back.append((issued + timedelta(days=random.randrange(60)), left or Decimal(1)))
    if not case.facts and random.random() < 0.3:
        case.cancelled = issued + timedelta(days=random.randrange(90))
    return case


def kept(cases: list[Case]) -> list[Invoice]:
    actor = administrator()
    with recorded(actor):
        membership = member(actor)
        tax = DuesTax.objects.create(
            name_en="Tax", name_fr="Taxe", percent=Decimal(5), valid=DateRange(SINCE, None, "[)")
        )
        numbers: Counter[int] = Counter()
        credited: Counter[int] = Counter()
        made = []
        for place, case in enumerate(cases):
            numbers[case.issued.year] += 1
            first = date(1900, 1, 1) + timedelta(days=place)
            row = Invoice.objects.create(
                membership=membership,
                year=case.issued.year,
                serial=numbers[case.issued.year],
                period=DateRange(first, first + timedelta(days=1)),
                billed_to="Tamarack Graphite",
                issued_on=case.issued,
                due_on=case.due,
                amount=case.amount,
                cancelled_on=case.cancelled,
                cancelled_reason="Wrong." if case.cancelled else "",
            )
            made.append(row)
            if case.tax:
                InvoiceTax.objects.create(invoice=row, tax=tax, amount=case.tax)
            for kind, on, amount in case.facts:
                if kind == "paid":
                    DuesPayment.objects.create(invoice=row, amount=amount, paid_on=on, how="cheque")
                    continue
                number: dict[str, int] = {}
                if kind == "credited":
                    credited[on.year] += 1
                    number = {"year": on.year, "serial": credited[on.year]}
                InvoiceRelief.objects.create(
                    invoice=row, kind=kind, amount=amount, given_on=on, decided_by="Board", reason="Why.", **number
                )
            for on, amount in case.taken_back:
                back = {"taken_back_on": on, "taken_back_reason": "Returned by the bank."}
                DuesPayment.objects.create(invoice=row, amount=amount, paid_on=on, how="cheque", **back)
    return made


def test_the_state_of_random_invoices_on_random_days_equals_an_independent_account() -> None:
    random = Random(20_261_122)
    cases = [drawn(random) for _number in range(CASES)]
    rows = kept(cases)
    seen: Counter[str] = Counter()
    for _look in range(DAYS):
        day = SINCE + timedelta(days=random.randrange(900))
        found = {row.pk: row for row in Invoice.objects.with_state(day)}
        for row, case in zip(rows, cases, strict=True):
            told = found[row.pk]
            assert (told.state, told.left) == plainly(case, day), (case, day)
            seen[told.state] += 1
    for row, case in zip(rows[:40], cases, strict=False):  # the edges: the days of the facts themselves
        for on in {case.issued, case.due, case.due + timedelta(days=1), *(fact[1] for fact in case.facts)}:
            told = Invoice.objects.with_state(on).get(pk=row.pk)
            assert (told.state, told.left) == plainly(case, on), (case, on)
    assert set(seen) == {"none", "open", "part", "overdue", "paid", "waived", "cancelled"}, seen
