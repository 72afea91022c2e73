"""Columns of the list of gifts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from django.db.models import Q, Sum
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.lists import Column, ListState, ListWords
from members.gifts import policies
from members.gifts.filters import GiftFilterSet
from members.gifts.marks import state_tag, state_words
from members.gifts.state import State
from members.models import Gift, Party
from members.models.gifts import receipt_number

GIFTS: Final = "gifts"


def donor_words(gift: Gift) -> SafeString:
    """The donor's name, a party's in the reader's language."""
    donor = gift.donor
    if isinstance(donor, Party):
        return ui.in_language(donor.name)
    return ui.markup("{}", donor)


def _donor_cell(gift: Gift) -> SafeString:
    return ui.markup('<a href="{}">{}</a>', gift.donor.get_absolute_url(), donor_words(gift))


def _received_cell(gift: Gift) -> SafeString:
    return ui.markup('<a class="t" href="{}">{}</a>', gift.get_absolute_url(), ui.when(gift.received_on, style="short"))


def receipt_words(gift: Any) -> str:
    """The number of its standing receipt; empty without one."""
    return receipt_number(gift.receipt_year, gift.receipt_serial) if gift.receipt_serial else ""


def _money(key: str, label: Any, name: str, *, is_default: bool = True, is_low: bool = False) -> Column:
    return Column(
        key,
        label,
        lambda gift: getattr(gift, name),
        cell=lambda gift: ui.markup("<span class=num>{}</span>", dates.money(getattr(gift, name))),
        order=lambda: [name],
        is_numeric=True,
        is_default=is_default,
        is_low=is_low,
    )


GIFT_COLUMNS = (
    Column(
        "received",
        pgettext_lazy("a gift", "Received"),
        lambda gift: gift.received_on,
        cell=_received_cell,
        order=lambda: ["received_on"],
        is_row_header=True,
        is_whole=True,
    ),
    Column(
        "donor",
        gettext_lazy("Donor"),
        lambda gift: str(gift.donor),
        cell=_donor_cell,
        order=lambda: ["donor_sort"],
    ),
    Column(
        "state",
        gettext_lazy("State"),
        lambda gift: state_words(gift.state),
        cell=lambda gift: state_tag(gift.state),
        order=lambda: ["state"],
    ),
    Column(
        "kind",
        gettext_lazy("Kind"),
        lambda gift: str(gift.get_kind_display()),
        order=lambda: ["kind"],
        is_low=True,
    ),
    _money("amount", gettext_lazy("Amount (CAD)"), "amount"),
    _money("eligible", gettext_lazy("Eligible (CAD)"), "eligible_amount", is_low=True),
    Column(
        "receipt",
        gettext_lazy("Receipt"),
        receipt_words,
        cell=lambda gift: ui.markup("<span class=num>{}</span>", receipt_words(gift)),
        order=lambda: ["receipt_year", "receipt_serial"],
    ),
    Column(
        "purpose",
        pgettext_lazy("a gift", "Purpose"),
        lambda gift: gift.purpose,
        order=lambda: ["purpose"],
        is_low=True,
    ),
    _money("advantage", gettext_lazy("Advantage (CAD)"), "advantage", is_default=False),
    Column(
        "description",
        gettext_lazy("What was given"),
        lambda gift: gift.description,
        is_default=False,
    ),
    Column(
        "how",
        gettext_lazy("How"),
        lambda gift: str(gift.get_how_display()) if gift.how else "",
        order=lambda: ["how"],
        is_default=False,
    ),
)

GIFT_WORDS = ListWords(
    label=gettext_lazy("Gifts"),
    counted=lambda total: ngettext("%(count)s gift", "%(count)s gifts", total),
    no_match=gettext_lazy("No gift matches these filters"),
    empty_title=gettext_lazy("No gifts yet"),
    empty_text=gettext_lazy("What donors gave stands here once it is recorded, with the receipts for it."),
)


def gift_list(request: HttpRequest) -> ListState:
    """The state of the page, which the export of the same name carries away."""
    return ListState(
        list_key=GIFTS,
        request=request,
        base=Gift.objects.visible_to(request.user).for_list(),
        filterset_class=GiftFilterSet,
        columns=GIFT_COLUMNS,
        default_order=["-received_on", "-pk"],
        order_words=gettext_lazy("newest first"),
        search_label=gettext_lazy("Filter by donor or receipt"),
    )


def sums_of(state: ListState) -> dict[str, Decimal]:
    """What all rows of the list come to, without gifts that were taken back, whatever page is shown: one statement."""
    rows: Any = state.ordered.order_by()
    counts = ~Q(state=State.TAKEN_BACK)
    found = rows.aggregate(
        sum_amount=Sum("amount", filter=counts),
        sum_eligible=Sum("eligible_amount", filter=counts),
        sum_receipted=Sum("eligible_amount", filter=Q(state=State.RECEIPTED)),
    )
    return {name.removeprefix("sum_"): amount or Decimal(0) for name, amount in found.items()}


def notes(state: ListState) -> list[tuple[str, str]]:
    """What a file of the list says of its sums."""
    sums = sums_of(state)
    return [
        (_("Given"), dates.money(sums["amount"])),
        (_("Eligible"), dates.money(sums["eligible"])),
        (_("Of which with a receipt"), dates.money(sums["receipted"])),
    ]


def may_export(actor: Any) -> bool:
    return policies.can_export_gifts(actor)
