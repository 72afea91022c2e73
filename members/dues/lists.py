"""Columns of the list of dues."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from django.db.models import Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.lists import Column, ListState, ListWords
from members.dues import policies
from members.dues.filters import InvoiceFilterSet
from members.dues.marks import state_tag, state_words
from members.dues.state import OWING
from members.models import Invoice

DUES: Final = "dues"


def _by_name() -> list[str]:
    return ["membership__party__sort_fr" if reader_language() == "fr" else "membership__party__sort_en"]


def _number_cell(invoice: Invoice) -> SafeString:
    return ui.markup('<a class="t num" href="{}">{}</a>', invoice.get_absolute_url(), invoice.number)


def _member_cell(invoice: Invoice) -> SafeString:
    party = invoice.membership.party
    return ui.markup('<a href="{}">{}</a>', party.get_absolute_url(), ui.in_language(party.name))


def _day_cell(name: str) -> Callable[[Invoice], SafeString]:
    return lambda invoice: ui.when(getattr(invoice, name), style="short")


def _money(
    key: str, label: Any, value: Callable[[Any], Decimal], order: str, *, is_default: bool = True, is_low: bool = False
) -> Column:
    return Column(
        key,
        label,
        value,
        cell=lambda invoice: ui.markup("<span class=num>{}</span>", dates.money(value(invoice))),
        order=lambda: [order],
        is_numeric=True,
        is_default=is_default,
        is_low=is_low,
    )


def _may_be_paid(actor: Any, invoices: Sequence[Any]) -> Mapping[int, Any]:
    if not policies.can_keep_dues(actor):
        return {}
    return {invoice.pk: True for invoice in invoices if invoice.state in OWING}


def _left_cell(invoice: Any, may_pay: bool | None) -> SafeString:
    """With the way to the payment for whoever may record one: the second press records it."""
    left = ui.markup("<span class=num>{}</span>", dates.money(invoice.left))
    if not may_pay:
        return left
    words = _("Record a payment on invoice %(number)s") % {"number": invoice.number}
    address = reverse("dues:pay", args=[invoice.pk])
    link = '<span class=nw>{} <a class="btn small no-print" href="{}" aria-label="{}">{}</a></span>'
    return ui.markup(link, left, address, words, pgettext("dues", "Pay"))


INVOICE_COLUMNS = (
    Column(
        "number",
        gettext_lazy("Invoice"),
        lambda invoice: invoice.number,
        cell=_number_cell,
        order=lambda: ["year", "serial"],
        is_row_header=True,
        is_whole=True,
    ),
    Column(
        "member",
        gettext_lazy("Member"),
        lambda invoice: str(invoice.membership.party),
        cell=_member_cell,
        order=_by_name,
    ),
    Column(
        "state",
        gettext_lazy("State"),
        lambda invoice: state_words(invoice.state),
        cell=lambda invoice: state_tag(invoice.state),
        order=lambda: ["state"],
    ),
    Column(
        "issued",
        gettext_lazy("Issued"),
        lambda invoice: invoice.issued_on,
        cell=_day_cell("issued_on"),
        order=lambda: ["issued_on"],
        is_low=True,
    ),
    Column(
        "due",
        gettext_lazy("Due"),
        lambda invoice: invoice.due_on,
        cell=_day_cell("due_on"),
        order=lambda: ["due_on"],
    ),
    _money("total", gettext_lazy("Total (CAD)"), lambda invoice: invoice.total, "total"),
    _money("paid", gettext_lazy("Paid (CAD)"), lambda invoice: invoice.paid, "paid", is_low=True),
    Column(
        "left",
        gettext_lazy("Left to pay (CAD)"),
        lambda invoice, may_pay: invoice.left,
        cell=_left_cell,
        order=lambda: ["left"],
        batch=_may_be_paid,
        is_numeric=True,
    ),
    Column(
        "tier",
        gettext_lazy("Tier"),
        lambda invoice: str(invoice.membership.tier),
        cell=lambda invoice: ui.in_language(invoice.membership.tier.name),
        order=lambda: ["membership__tier__position", "membership__tier_id"],
        is_default=False,
    ),
    Column(
        "first",
        gettext_lazy("Period from"),
        lambda invoice: invoice.first_day,
        cell=_day_cell("first_day"),
        order=lambda: ["period"],
        is_default=False,
    ),
    Column(
        "last",
        gettext_lazy("Period until"),
        lambda invoice: invoice.last_day,
        cell=_day_cell("last_day"),
        is_default=False,
    ),
    _money("dues", gettext_lazy("Dues (CAD)"), lambda invoice: invoice.amount, "amount", is_default=False),
    _money("taxes", gettext_lazy("Taxes (CAD)"), lambda invoice: invoice.taxes, "taxes", is_default=False),
    _money("waived", gettext_lazy("Waived (CAD)"), lambda invoice: invoice.waived, "waived", is_default=False),
    _money("credited", gettext_lazy("Credited (CAD)"), lambda invoice: invoice.credited, "credited", is_default=False),
)

INVOICE_WORDS = ListWords(
    label=gettext_lazy("Dues"),
    counted=lambda total: ngettext("%(count)s invoice", "%(count)s invoices", total),
    no_match=gettext_lazy("No invoice matches these filters"),
    empty_title=gettext_lazy("No invoices yet"),
    empty_text=gettext_lazy("What a member owes for a year stands here once it is invoiced, and what was paid of it."),
)


def invoice_list(request: HttpRequest) -> ListState:
    """The state of the page, which the export of the same name carries away."""
    return ListState(
        list_key=DUES,
        request=request,
        base=Invoice.objects.visible_to(request.user).for_list(),
        filterset_class=InvoiceFilterSet,
        columns=INVOICE_COLUMNS,
        default_order=["-year", "-serial", "-pk"],
        order_words=gettext_lazy("newest number first"),
        search_label=gettext_lazy("Filter by member or number"),
    )


def sums_of(state: ListState) -> dict[str, Decimal]:
    """Total, paid and left to pay of all rows of the list, whatever page is shown: one statement."""
    rows: Any = state.ordered.order_by()
    found = rows.aggregate(sum_total=Sum("total"), sum_paid=Sum("paid"), sum_left=Sum("left"))
    return {name.removeprefix("sum_"): amount or Decimal(0) for name, amount in found.items()}


def notes(state: ListState) -> list[tuple[str, str]]:
    """What a file of the list says of its sums."""
    sums = sums_of(state)
    return [
        (_("Total"), dates.money(sums["total"])),
        (_("Paid"), dates.money(sums["paid"])),
        (_("Left to pay"), dates.money(sums["left"])),
    ]


def may_export(actor: Any) -> bool:
    return policies.can_export_dues(actor)
