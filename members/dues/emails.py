"""The invoice by mail: what is owed, until when, and a link to the paper. The outbox carries no files.

It completes what the member agreed to and states facts of its membership, for which the law asks no consent, but
who writes and how to reach the office (S.C. 2010, c. 23, ss. 6(2) and 6(6)). It offers nothing else.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import translation

from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.models import Installation, OutboxMessage
from c2m2a_crm.core.outbox import Mail, queue_mail
from members.dues.links import invoice_path
from members.memberships.reminders import Recipient

INVOICE: Final = "dues.invoice"


def send_invoice(invoice: Any, recipient: Recipient, *, form_token: UUID, base_url: str) -> OutboxMessage:
    """One message for each press of the button. Where nobody knows the recipient's language it is in both."""
    languages = [recipient.language] if recipient.language in LANGUAGES else list(LANGUAGES)
    link = base_url.rstrip("/") + invoice_path(invoice)
    sides = [_side(invoice, recipient, link, language) for language in languages]
    mail = Mail(
        to_address=recipient.address,
        to_name=recipient.name,
        language=languages[0],
        subject=" / ".join(subject for subject, _text in sides),
        body_text="\n\n— — —\n\n".join(text for _subject, text in sides),
    )
    return queue_mail(mail, kind=INVOICE, key=f"{_prefix(invoice)}{form_token.hex}")


def sent_of(invoice: Any) -> list[OutboxMessage]:
    """The messages with this invoice, newest first; asked for by pages of whoever may read the invoice."""
    return list(OutboxMessage.objects.filter(kind=INVOICE, key__startswith=_prefix(invoice)).order_by("-pk"))


def _prefix(invoice: Any) -> str:
    return f"{INVOICE}:{invoice.pk}:"


def _side(invoice: Any, recipient: Recipient, link: str, language: str) -> tuple[str, str]:
    with translation.override(language):
        context = {
            "invoice": invoice,
            "recipient": recipient,
            "link": link,
            "installation": Installation.current(),
        }
        subject = render_to_string("dues/email/invoice_subject.txt", context).strip()
        return " ".join(subject.split()), render_to_string("dues/email/invoice_message.txt", context).strip()
