"""The list of gifts, the page of one with its receipts, and a receipt's paper."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.pdf import PdfError
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import HouseView, ListView
from members.gifts import policies, services
from members.gifts.filters import GiftFilterSet
from members.gifts.lists import GIFT_COLUMNS, GIFT_WORDS, GIFTS, donor_words, gift_list, may_export
from members.gifts.marks import receipt_tag, state_tag
from members.gifts.paper import make_receipt_pdf
from members.gifts.state import State
from members.gifts.views.base import gift_or_404, receipt_or_404
from members.models import GiftReceipt


class GiftListView(ListView):
    allowed = staticmethod(policies.can_see_gifts)
    list_key = GIFTS
    template_name = "gifts/list.html"
    filterset_class = GiftFilterSet
    columns = GIFT_COLUMNS
    words = GIFT_WORDS

    def state(self) -> ListState:
        return gift_list(self.request)

    def context(self, state: ListState) -> dict[str, Any]:
        return {
            "may_keep": policies.can_keep_gifts(self.request.user),
            "may_export": may_export(self.request.user),
            "is_charity": Installation.current().is_registered_charity,
        }


class GiftView(HouseView):
    allowed = staticmethod(policies.can_see_gifts)
    http_method_names = ("get", "head", "options")

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return gift_page(request, gift_or_404(request.user, pk))


def gift_page(request: SignedInRequest, gift: Any, *, refused: str = "", status: int = 200) -> HttpResponse:
    may_keep = policies.can_keep_gifts(request.user)
    receipts = GiftReceipt.objects.readable_by(request.user).with_state().filter(gift=gift.pk)
    receipts = receipts.select_related("replaces", "replaced_by", "issued_by", "cancelled_by").order_by("-pk")
    is_taken_back = gift.state == State.TAKEN_BACK
    why_none = "" if is_taken_back else services.why_no_receipt(gift, today())
    may_issue = may_keep and not is_taken_back and not why_none
    context = {
        "gift": gift,
        "donor": donor_words(gift),
        "state": state_tag(gift.state),
        "receipts": [{"receipt": row, "state": receipt_tag(row.state)} for row in receipts],
        "why_none": why_none,
        "is_receipted": gift.state == State.RECEIPTED,
        "may_keep": may_keep,
        "may_issue": may_issue,
        "may_take_back": may_keep and gift.state == State.PLAIN,
        "refused": refused,
    }
    return render(request, "gifts/detail.html", context, status=status)


class ReceiptPaperView(HouseView):
    """A receipt as a PDF in both languages, whatever became of it."""

    allowed = staticmethod(policies.can_see_gifts)
    http_method_names = ("get", "head", "options")

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        receipt = receipt_or_404(request.user, pk)
        try:
            data = make_receipt_pdf(receipt)
        except PdfError as error:
            return gift_page(request, gift_or_404(request.user, receipt.gift_id), refused=str(error), status=503)
        response = HttpResponse(data, content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="receipt-{receipt.number}.pdf"'
        response["Cache-Control"] = "no-store"
        return response
