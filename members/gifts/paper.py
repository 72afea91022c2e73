"""An official receipt on paper, in both languages: the donor's first where it is known, the other below it.

What it must say is in the Income Tax Regulations (C.R.C., c. 945), s. 3501. A receipt that was cancelled or replaced
keeps its paper, which says so.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, Final

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from c2m2a_crm.core import dates
from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.pdf import Block, Facts, Heading, InLanguage, Note, Paper, Table, TableColumn, Words, make_pdf
from members.gifts.state import ReceiptState
from members.models import Gift, GiftReceipt

# The name and website of the agency, which s. 3501(1)(j) asks for.
AGENCY_EN: Final = "Canada Revenue Agency, canada.ca/charities-giving"
AGENCY_FR: Final = "Agence du revenu du Canada, canada.ca/organismes-bienfaisance-dons"


def make_receipt_pdf(receipt: Any) -> bytes:
    """The paper of a receipt (``with_state``). Raises ``core.pdf.PdfError`` where it cannot be made."""
    return make_pdf(receipt_paper(receipt))


def receipt_paper(receipt: Any) -> Paper:
    chosen = language_of(receipt.gift)
    other = next(each for each in LANGUAGES if each != chosen)
    with translation.override(other):
        below: list[Block] = [Heading(_title(receipt)), *_side(receipt, other)]
    with translation.override(chosen):
        marks = {ReceiptState.CANCELLED: _("Cancelled"), ReceiptState.REPLACED: _("Replaced")}
        return Paper(
            title=_title(receipt),
            subtitle=receipt.registration.name,
            language=chosen,
            office=receipt.registration.name,
            made_by="",
            at=timezone.make_aware(datetime.combine(receipt.issued_on, time.min)),
            blocks=[*_side(receipt, chosen), InLanguage(other, below)],
            marks=[marks[receipt.state]] if receipt.state in marks else (),
        )


def language_of(gift: Gift) -> str:
    """The donor's, else English."""
    spoken = gift.donor_person.language if gift.donor_person is not None else ""
    return spoken if spoken in LANGUAGES else LANGUAGES[0]


def _title(receipt: GiftReceipt) -> str:
    return _("Official receipt for income tax purposes %(number)s") % {"number": receipt.number}


def _side(receipt: Any, language: str) -> list[Block]:
    gift, registration = receipt.gift, receipt.registration
    in_kind = (
        [
            (_("What was given"), gift.description),
            (_("Appraiser"), "\n".join(filter(None, (gift.appraiser, gift.appraiser_address)))),
        ]
        if gift.is_in_kind
        else []
    )
    facts: list[tuple[str, str]] = [
        (_("Registered charity"), f"{registration.name}\n{registration.address}"),
        (_("Registration number"), registration.number),
        (_("Receipt number"), receipt.number),
        (_("Replaces receipt"), receipt.replaces.number if receipt.replaces else ""),
        (_("Donor"), f"{receipt.donor_name}\n{receipt.donor_address}"),
        (_("Gift received on"), dates.long_date(gift.received_on)),
        *in_kind,
        (_("What the donor got for it"), gift.advantage_for),
        (pgettext("a receipt", "Issued on"), dates.long_date(receipt.issued_on)),
        (_("Issued at"), registration.place),
    ]
    worth = _("Fair market value of the gift") if gift.is_in_kind else _("Amount of the gift")
    rows = [[worth, dates.money(gift.amount)], [_("Advantage"), dates.money(gift.advantage)]]
    columns = [
        TableColumn(pgettext("a receipt", "What"), weight=4),
        TableColumn(_("Amount"), is_numeric=True, weight=1),
    ]
    total = [[_("Eligible amount of the gift for tax purposes"), dates.money(gift.eligible)]]
    blocks: list[Block] = [Facts([(label, text) for label, text in facts if text]), Table(columns, rows, total)]
    if receipt.state == ReceiptState.REPLACED:
        words = _("Another receipt replaces this one: %(number)s.") % {"number": receipt.replaced_by.number}
        blocks.append(Note(Words(words, is_strong=True)))
    elif receipt.state == ReceiptState.CANCELLED:
        blocks.append(Note(Words(_("This receipt was cancelled. It cannot be used."), is_strong=True)))
    signed = f"________________________________\n{receipt.signed_by}"
    agency = AGENCY_FR if language == "fr" else AGENCY_EN
    blocks.append(Facts([(_("Signature"), signed), (pgettext("a receipt", "Tax authority"), agency)]))
    return blocks
