"""The list of dues, the page of an invoice, its paper, and what is to be invoiced."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext

from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.core import ui
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.pdf import PdfError
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import HouseView, ListView, see_other, visible_or_404
from members.dues import emails, policies, selectors, services
from members.dues.credit_paper import make_credit_pdf
from members.dues.filters import InvoiceFilterSet
from members.dues.forms import DUE_AFTER
from members.dues.links import paper_response
from members.dues.lists import DUES, INVOICE_COLUMNS, INVOICE_WORDS, invoice_list, may_export
from members.dues.marks import state_tag
from members.dues.paper import percent_words
from members.dues.state import OWING, State
from members.dues.views.base import invoice_or_404
from members.models import InvoiceRelief


class InvoiceListView(ListView):
    allowed = staticmethod(policies.can_see_dues)
    list_key = DUES
    template_name = "dues/list.html"
    filterset_class = InvoiceFilterSet
    columns = INVOICE_COLUMNS
    words = INVOICE_WORDS

    def state(self) -> ListState:
        return invoice_list(self.request)

    def context(self, state: ListState) -> dict[str, Any]:
        return {
            "may_keep": policies.can_keep_dues(self.request.user),
            "may_export": may_export(self.request.user),
        }


class InvoiceView(HouseView):
    allowed = staticmethod(policies.can_see_dues)
    http_method_names = ("get", "head", "options")

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return invoice_page(request, invoice_or_404(request.user, pk))


def invoice_page(request: SignedInRequest, invoice: Any, *, refused: str = "", status: int = 200) -> HttpResponse:
    may_keep = policies.can_keep_dues(request.user)
    is_standing = invoice.cancelled_on is None
    taxes = invoice.tax_lines.select_related("tax").order_by("pk")
    context = {
        "invoice": invoice,
        "state": state_tag(invoice.state),
        "taxes": [{"line": line, "rate": percent_words(line.tax.percent)} for line in taxes],
        "payments": list(invoice.payments.select_related("recorded_by", "taken_back_by").order_by("-paid_on", "-pk")),
        "reliefs": list(invoice.reliefs.select_related("recorded_by").order_by("-given_on", "-pk")),
        "messages_sent": emails.sent_of(invoice),
        "is_owing": invoice.state in OWING,
        "is_cancelled": invoice.state == State.CANCELLED,
        "may_keep": may_keep,
        "may_pay": may_keep and invoice.state in OWING,
        "may_cancel": may_keep and is_standing and not invoice.paid,
        "may_send": may_keep and is_standing,
        "refused": refused,
    }
    return render(request, "dues/detail.html", context, status=status)


class InvoicePaperView(HouseView):
    """The invoice as a PDF in both languages."""

    allowed = staticmethod(policies.can_see_dues)
    http_method_names = ("get", "head", "options")

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        invoice = invoice_or_404(request.user, pk)
        try:
            return paper_response(invoice)
        except PdfError as error:
            return invoice_page(request, invoice, refused=str(error), status=503)


class CreditPaperView(HouseView):
    """A credit note as a PDF in both languages."""

    allowed = staticmethod(policies.can_see_dues)
    http_method_names = ("get", "head", "options")

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        rows = InvoiceRelief.objects.filter(kind=InvoiceRelief.Kind.CREDITED)
        note = visible_or_404(rows.select_related("invoice__membership__contact"), request.user, pk=pk)
        try:
            data = make_credit_pdf(note)
        except PdfError as error:
            return invoice_page(request, invoice_or_404(request.user, note.invoice_id), refused=str(error), status=503)
        response = HttpResponse(data, content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="credit-note-{note.number}.pdf"'
        response["Cache-Control"] = "no-store"
        return response


class ToInvoiceView(HouseView):
    """The years that owe dues and have no invoice; those that are chosen get one at once."""

    allowed = staticmethod(policies.can_keep_dues)

    def get(self, request: SignedInRequest) -> HttpResponse:
        owed, is_cut = selectors.to_invoice(request.user)
        return render(request, "dues/to_invoice.html", {"owed": owed, "is_cut": is_cut, "days": DUE_AFTER})

    def post(self, request: SignedInRequest) -> HttpResponse:
        """Each by itself: what one of them refuses does not hold the others up."""
        chosen = set(request.POST.getlist("period"))
        owed, _is_cut = selectors.to_invoice(request.user)
        issued = 0
        for each in owed:
            if f"{each.membership.pk}:{each.key}" not in chosen:
                continue
            due_on = today() + timedelta(days=DUE_AFTER)
            try:
                services.issue(actor=request.user, membership=each.membership, first=each.first, due_on=due_on)
            except ActRefused as refused:
                ui.warn(request, f"{each.membership.party}: {refused}")
            else:
                issued += 1
        words = ngettext("%(count)d invoice issued.", "%(count)d invoices issued.", issued)
        ui.toast(request, words % {"count": issued})
        return see_other(request, request.path if not issued else f"{reverse('dues:list')}?state=open")
