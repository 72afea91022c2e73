"""The invoice on paper, in both languages: the member's first where it is known, the other below it.

Each side is tagged in its language. An invoice keeps its number, whatever became of it, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from c2m2a_crm.core import dates
from c2m2a_crm.core.bilingual import LANGUAGES, localized
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.pdf import Block, Facts, Heading, InLanguage, Note, Paper, Table, TableColumn, Words, make_pdf
from members.dues.state import State
from members.models import Invoice, InvoiceTax


def make_invoice_pdf(invoice: Any) -> bytes:
    """The paper of an invoice (``with_state``). Raises ``core.pdf.PdfError`` where it cannot be made."""
    return make_pdf(invoice_paper(invoice))


def invoice_paper(invoice: Any) -> Paper:
    office = Installation.current()
    chosen = language_of(invoice)
    other = next(each for each in LANGUAGES if each != chosen)
    lines = list(InvoiceTax.objects.filter(invoice=invoice).select_related("tax").order_by("pk"))
    with translation.override(other):
        below: list[Block] = [Heading(_title(invoice)), *_side(invoice, office, lines, other)]
    with translation.override(chosen):
        return Paper(
            title=_title(invoice),
            subtitle=localized(office, "name", chosen).text,
            language=chosen,
            office=localized(office, "name", chosen).text,
            made_by="",
            at=_at(invoice),
            blocks=[*_side(invoice, office, lines, chosen), InLanguage(other, below)],
            marks=[_("Cancelled")] if invoice.state == State.CANCELLED else (),
        )


def language_of(invoice: Invoice) -> str:
    """That of the membership's contact person, else English."""
    contact = invoice.membership.contact
    spoken = contact.language if contact is not None else ""
    return spoken if spoken in LANGUAGES else LANGUAGES[0]


def _title(invoice: Invoice) -> str:
    return _("Invoice %(number)s") % {"number": invoice.number}


def _at(invoice: Invoice) -> datetime:
    """The day of issue: the same invoice gives the same bytes until something is paid or waived."""
    return timezone.make_aware(datetime.combine(invoice.issued_on, time.min))


def _side(invoice: Any, office: Installation, lines: Sequence[InvoiceTax], language: str) -> list[Block]:
    name = localized(office, "name", language).text
    facts: list[tuple[str, str]] = [
        (pgettext("an invoice", "From"), "\n".join(filter(None, (name, office.postal_address, office.contact_email)))),
        (pgettext("an invoice", "To"), "\n".join(filter(None, (invoice.billed_to, invoice.billed_address)))),
        (_("Issued on"), dates.long_date(invoice.issued_on)),
        (_("Due on"), dates.long_date(invoice.due_on)),
        *((_registered(line, language), line.tax.registration) for line in lines if line.tax.registration),
        (_("Note"), invoice.note),
    ]
    what = _("Membership dues, tier “%(tier)s”, %(days)s") % {
        "tier": localized(invoice.membership.tier, "name", language).text,
        "days": invoice.period_in_words,
    }
    rows = [
        [what, dates.money(invoice.amount)],
        *([_tax_words(line, language), dates.money(line.amount)] for line in lines),
    ]
    columns = [TableColumn(_("What for"), weight=4), TableColumn(_("Amount"), is_numeric=True, weight=1)]
    blocks: list[Block] = [
        Facts([(label, text) for label, text in facts if text]),
        Table(columns, rows, _totals(invoice)),
    ]
    if invoice.state == State.CANCELLED:
        blocks.append(Note(Words(_("This invoice was cancelled. Nothing is to be paid on it."), is_strong=True)))
    if any(not line.tax.is_confirmed for line in lines):
        blocks.append(Note(_("A tax on this invoice is unconfirmed: the office has not checked it against the law.")))
    return blocks


def _totals(invoice: Any) -> list[list[str]]:
    rows = [[_("Total in Canadian dollars"), dates.money(invoice.total)]]
    for label, amount in (
        (_("Waived"), invoice.waived),
        (_("Credit notes"), invoice.credited),
        (_("Paid"), invoice.paid),
    ):
        if amount:
            rows.append([label, dates.money(-amount)])
    if len(rows) > 1:
        rows.append([_("Left to pay"), dates.money(invoice.left)])
    return rows


def _tax_words(line: InvoiceTax, language: str) -> str:
    name = localized(line.tax, "name", language).text
    return f"{name} ({percent_words(line.tax.percent)})"


def percent_words(rate: Decimal) -> str:
    """5%, 9.975%: with the decimals that it has."""
    exponent = rate.normalize().as_tuple().exponent
    return dates.percent(rate, max(0, -exponent) if isinstance(exponent, int) else 0)


def _registered(line: InvoiceTax, language: str) -> str:
    return _("%(tax)s registration number") % {"tax": localized(line.tax, "name", language).text}
