"""Invoices for tests, made through the services."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.validity import today
from members.dues import services
from members.models import DuesPayment, Invoice, Membership
from tests.members.memberships.making import administrator, member, party, tier

A_DAY = timedelta(days=1)


def running(actor: User | None = None, *, name: str = "Tamarack Graphite", days: int = 200, **facts: Any) -> Membership:
    """A membership of a year that began so many days ago."""
    first = today() - timedelta(days=days)
    keeper = actor or administrator()
    of = facts.pop("party", None) or party(keeper, name)
    wanted = {"last": first + timedelta(days=364), "decided_on": min(first, today()), **facts}
    return member(keeper, party=of, first=first, **wanted)


def invoice(actor: User | None = None, *, issued_on: date | None = None, due_in: int = 30, **facts: Any) -> Any:
    """The invoice of the present year of a membership, with its state of today."""
    keeper = actor or administrator()
    membership = facts.pop("membership", None) or running(keeper, **facts)
    issued = issued_on or today()
    made = services.issue(
        actor=keeper,
        membership=membership,
        first=membership.first_day,
        issued_on=issued,
        due_on=issued + timedelta(days=due_in),
    )
    return again(made)


def again(made: Invoice, day: date | None = None) -> Any:
    return Invoice.objects.with_state(day).select_related("membership__party").get(pk=made.pk)


def pay(actor: User, made: Invoice, amount: str, paid_on: date | None = None) -> DuesPayment:
    return services.pay(
        actor=actor, invoice=made, amount=Decimal(amount), paid_on=paid_on or today(), how="cheque", reference="No. 17"
    )


def many_invoices(actor: User, of: Membership, more: int, size: int) -> Any:
    """So many invoices of other members, and one on which so many payments and waivers stand."""
    of_tier = tier(name_en=f"Tier of {of.pk} and {size}")
    for number in range(more):
        name = f"Invoiced {of.pk} {number}"
        invoice(actor, membership=running(actor, name=name, tier=of_tier))
    made = invoice(actor, name=f"Payer of {size}", tier=of_tier)
    for _number in range(size):
        pay(actor, made, "1.00")
        ruling = {"given_on": today(), "decided_by": "Board", "reason": "As decided."}
        services.waive(actor=actor, invoice=made, amount=Decimal("1.00"), **ruling)
    return made
