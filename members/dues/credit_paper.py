"""A credit note on paper, in both languages: the member's first where it is known, the other below it.

It says which invoice it takes money off, how much and why. What is left to pay stands on the invoice, not here: the
same note gives the same paper for ever.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from c2m2a_crm.core import dates
from c2m2a_crm.core.bilingual import LANGUAGES, localized
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.pdf import Block, Facts, Heading, InLanguage, Paper, Table, TableColumn, make_pdf
from members.dues.paper import language_of
from members.models import InvoiceRelief


def make_credit_pdf(note: InvoiceRelief) -> bytes:
    """The paper of a credit note. Raises ``core.pdf.PdfError`` where it cannot be made."""
    return make_pdf(credit_paper(note))


def credit_paper(note: InvoiceRelief) -> Paper:
    office = Installation.current()
    chosen = language_of(note.invoice)
    other = next(each for each in LANGUAGES if each != chosen)
    with translation.override(other):
        below: list[Block] = [Heading(_title(note)), *_side(note, office, other)]
    with translation.override(chosen):
        name = localized(office, "name", chosen).text
        return Paper(
            title=_title(note),
            subtitle=name,
            language=chosen,
            office=name,
            made_by="",
            at=timezone.make_aware(datetime.combine(note.given_on, time.min)),
            blocks=[*_side(note, office, chosen), InLanguage(other, below)],
        )


def _title(note: InvoiceRelief) -> str:
    return _("Credit note %(number)s") % {"number": note.number}


def _side(note: Any, office: Installation, language: str) -> list[Block]:
    invoice = note.invoice
    name = localized(office, "name", language).text
    facts: list[tuple[str, str]] = [
        (pgettext("an invoice", "From"), "\n".join(filter(None, (name, office.postal_address, office.contact_email)))),
        (pgettext("an invoice", "To"), "\n".join(filter(None, (invoice.billed_to, invoice.billed_address)))),
        (_("Issued on"), dates.long_date(note.given_on)),
        (_("Reason"), note.reason),
    ]
    what = _("Taken off invoice %(number)s of %(day)s") % {
        "number": invoice.number,
        "day": dates.short_date(invoice.issued_on),
    }
    columns = [TableColumn(_("What for"), weight=4), TableColumn(_("Amount"), is_numeric=True, weight=1)]
    total = [[_("Total in Canadian dollars"), dates.money(-note.amount)]]
    rows = [[what, dates.money(-note.amount)]]
    return [Facts([(label, text) for label, text in facts if text]), Table(columns, rows, total)]
