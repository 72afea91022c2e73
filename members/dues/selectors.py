"""Questions about dues that pages ask."""

from __future__ import annotations

from typing import Any

from c2m2a_crm.core.actor import Actor
from members.dues import periods
from members.dues.periods import DuesPeriod
from members.memberships.status import HELD, Status
from members.models import Invoice, Membership

# Memberships whose owed years one page shows; of more it says so.
SHOWN = 500


def invoices_of(actor: Actor, membership: Membership) -> list[Any]:
    """The invoices of a membership with what they are today, newest first."""
    rows = Invoice.objects.readable_by(actor).with_state().filter(membership=membership)
    return list(rows.order_by("-issued_on", "-pk"))


def to_invoice(actor: Actor) -> tuple[list[DuesPeriod], bool]:
    """The years that owe dues and have no invoice, and whether memberships were left out of the question.

    Of memberships that go on, or that were applied for; what one that is over still owes stands on its own page.
    """
    going_on = (*HELD, Status.APPLICANT, Status.NONE)
    rows = Membership.objects.readable_by(actor).with_status().filter(status__in=going_on)
    some = list(rows.select_related("party", "tier").order_by("pk")[: SHOWN + 1])
    return periods.owing(some[:SHOWN]), len(some) > SHOWN
