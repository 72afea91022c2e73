"""What an invoice is on a day: a function of its dates and of what was paid, waived, credited or cancelled.

Nothing of it is stored. ``state_on`` says it to the database; the order of its cases is the rule, and a test compares
it with an account of the same rule that knows nothing of the database.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import models
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import pgettext_lazy

MONEY: Final = models.DecimalField(max_digits=12, decimal_places=2)


class State(models.TextChoices):
    NONE = "none", pgettext_lazy("state of an invoice", "Not issued")
    OPEN = "open", pgettext_lazy("state of an invoice", "Open")
    PART = "part", pgettext_lazy("state of an invoice", "Part paid")
    OVERDUE = "overdue", pgettext_lazy("state of an invoice", "Overdue")
    PAID = "paid", pgettext_lazy("state of an invoice", "Paid")
    WAIVED = "waived", pgettext_lazy("state of an invoice", "Waived")
    CANCELLED = "cancelled", pgettext_lazy("state of an invoice", "Cancelled")


# Where something is still owed.
OWING: Final = (State.OPEN, State.PART, State.OVERDUE)
TONES: Final[dict[str, str]] = {
    State.NONE: "",
    State.OPEN: "info",
    State.PART: "warn",
    State.OVERDUE: "bad",
    State.PAID: "ok",
    State.WAIVED: "line",
    State.CANCELLED: "line",
}


def sum_of(rows: QuerySet[Any, Any]) -> Coalesce:
    """The sum of the amounts of these rows of the invoice; nothing is 0."""
    sums = rows.filter(invoice=OuterRef("pk")).order_by().values("invoice").annotate(sum=Sum("amount")).values("sum")
    return Coalesce(Subquery(sums, output_field=MONEY), Value(Decimal(0), output_field=MONEY), output_field=MONEY)


def state_on(day: date) -> Case:
    """Reads the annotations ``paid``, ``waived`` and ``owed``, as of that day.

    An invoice of which nothing is left to pay and nothing was paid is waived where somebody waived any of it; else
    credit notes took all of it back, which cancels it.
    """
    return Case(
        When(issued_on__gt=day, then=Value(State.NONE)),
        When(cancelled_on__lte=day, then=Value(State.CANCELLED)),
        When(owed__lte=0, paid__gt=0, then=Value(State.PAID)),
        When(owed__lte=0, waived__gt=0, then=Value(State.WAIVED)),
        When(owed__lte=0, then=Value(State.CANCELLED)),
        When(due_on__lt=day, then=Value(State.OVERDUE)),
        When(paid__gt=0, then=Value(State.PART)),
        default=Value(State.OPEN),
        output_field=models.CharField(),
    )


def owed_now() -> Case:
    """What is left to pay; nothing of an invoice that was cancelled."""
    return Case(
        When(Q(state=State.CANCELLED) | Q(state=State.NONE), then=Value(Decimal(0), output_field=MONEY)),
        default=F("owed"),
        output_field=MONEY,
    )
