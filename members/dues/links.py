"""An invoice for the member, without an account: its signed link shows what is owed and gives the paper."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy

from c2m2a_crm.core.pdf import PdfError
from c2m2a_crm.core.public_links import pages
from c2m2a_crm.core.public_links.limits import is_over
from c2m2a_crm.core.public_links.opening import OpenedLink
from c2m2a_crm.core.registries import LinkPurpose, SignedLinks
from c2m2a_crm.core.validity import today
from members.dues.paper import language_of, make_invoice_pdf
from members.dues.state import State
from members.models import Invoice

INVOICE: Final = "invoice"
# Days after its issue for which the link of an invoice works: a year of books, and some weeks to close them.
WORKS_FOR: Final = 400
PAPERS: Final = 20
_signer: Final = Signer(salt="members.invoice", sep=".")


def invoice_path(invoice: Invoice) -> str:
    return reverse("core:public_link", args=[INVOICE, _signer.sign(invoice.token.hex)])


def invoice_of_link(signed: str) -> Any | None:
    """The invoice whose link this is; None where the signature is wrong, or it was cancelled, or is long past."""
    try:
        token = UUID(hex=_signer.unsign(signed))
    except (BadSignature, ValueError):
        return None
    rows = Invoice.objects.with_state().select_related("membership__tier", "membership__contact")
    since = today() - timedelta(days=WORKS_FOR)
    return rows.exclude(state=State.CANCELLED).filter(token=token, issued_on__gte=since).first()


def answer(request: HttpRequest, opened: OpenedLink) -> HttpResponseBase:
    """The page tells what it is; the button gives the paper, so that whoever only looks ahead fetches nothing."""
    invoice = opened.subject
    refused = ""
    if request.method == "POST":
        if is_over("invoice", str(invoice.token), PAPERS):
            return pages.busy(request)
        try:
            return paper_response(invoice)
        except PdfError as error:
            refused = str(error)
    context = {"invoice": invoice, "is_owing": invoice.left > 0, "refused": refused}
    return pages.show(request, "dues/link_invoice.html", opened, context, status=503 if refused else 200)


def paper_response(invoice: Any) -> HttpResponse:
    """The paper as a file to keep. Raises ``core.pdf.PdfError``."""
    response = HttpResponse(make_invoice_pdf(invoice), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="invoice-{invoice.number}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


PURPOSE: Final = LinkPurpose(
    key=INVOICE,
    order=16,
    label=gettext_lazy("Invoice"),
    offers=gettext_lazy("Shows the member what is owed, and gives the invoice as a PDF."),
    links=SignedLinks(find=invoice_of_link, language=language_of),
    answer=answer,
)
