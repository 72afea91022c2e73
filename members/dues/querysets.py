"""Reading invoices and what hangs on them: for whoever keeps dues or answers for the law, and for nobody else."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db.models import F, Model

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.querysets import HouseQuerySet
from c2m2a_crm.core.validity import today
from members.dues import policies
from members.dues import state as states
from members.dues.state import OWING

if TYPE_CHECKING:
    from members.models import DuesPayment, DuesTax, Invoice, InvoiceRelief, InvoiceTax  # noqa: F401  named in strings

M = TypeVar("M", bound=Model, covariant=True)


class _OfDues(HouseQuerySet[M]):
    def visible_to(self, actor: Actor) -> Self:
        rows = super().visible_to(actor)
        return rows if policies.can_see_dues(actor) else rows.none()  # type: ignore[arg-type]  # a user by contract


class DuesTaxQuerySet(HouseQuerySet["DuesTax"]):
    def on(self, day: date) -> Self:
        return self.filter(valid__contains=day)


class InvoiceTaxQuerySet(_OfDues["InvoiceTax"]):
    pass


class InvoiceReliefQuerySet(_OfDues["InvoiceRelief"]):
    pass


class DuesPaymentQuerySet(_OfDues["DuesPayment"]):
    def standing(self) -> Self:
        """Payments that nobody took back: one that was counts on no day."""
        return self.filter(taken_back_on__isnull=True)


class InvoiceQuerySet(_OfDues["Invoice"]):
    def with_sums(self, on: date | None = None) -> Any:  # rows with columns that the model does not declare
        """Adds ``taxes``, ``total``, ``paid``, ``waived``, ``credited`` and ``owed``, as of that day.

        True on that day, as known now.
        """
        from members.models import DuesPayment, InvoiceRelief, InvoiceTax  # models import this module

        day = on or today()
        reliefs = InvoiceRelief.objects.filter(given_on__lte=day)
        return (
            self.annotate(
                taxes=states.sum_of(InvoiceTax.objects.all()),
                paid=states.sum_of(DuesPayment.objects.standing().filter(paid_on__lte=day)),
                waived=states.sum_of(reliefs.filter(kind=InvoiceRelief.Kind.WAIVED)),
                credited=states.sum_of(reliefs.filter(kind=InvoiceRelief.Kind.CREDITED)),
            )
            .annotate(total=F("amount") + F("taxes"))
            .annotate(owed=F("total") - F("paid") - F("waived") - F("credited"))
        )

    def with_state(self, on: date | None = None) -> Any:
        """Adds what :meth:`with_sums` adds, ``state``, and ``left`` (what is still to be paid), as of that day."""
        rows = self.with_sums(on).annotate(state=states.state_on(on or today()))
        return rows.annotate(left=states.owed_now())

    def owing(self, on: date | None = None) -> Any:
        """Those of which something is still to be paid on that day."""
        return self.with_state(on).filter(state__in=OWING)

    def standing(self) -> Self:
        """Those that were not cancelled."""
        return self.filter(cancelled_on__isnull=True)

    def for_list(self) -> Any:
        return self.select_related("membership__party", "membership__tier").with_state()
