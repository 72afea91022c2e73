"""Sending an invoice to the member: to whom reminders of its membership go."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import OutboxMessage
from members.dues import emails, policies
from members.dues.errors import DuesRefused
from members.memberships.reminders import Recipient, recipients_of
from members.models import Invoice, Membership


def recipient_of(membership: Membership) -> Recipient | None:
    """The contact person at an address in use today, else the first of the member's own addresses."""
    return recipients_of([membership]).get(membership.pk)


def send(*, actor: User, invoice: Invoice, base_url: str, form_token: UUID) -> OutboxMessage:
    """Put the invoice into the outbox, in the language of whoever gets it. A form that is sent twice sends one.

    Raises :class:`DuesRefused` where it was cancelled, or nobody has an address.
    """
    require(policies.can_keep_dues(actor))
    with recorded(actor):
        rows: Any = Invoice.objects.with_state().select_related("membership__party", "membership__tier")
        current = rows.select_related("membership__contact").get(pk=invoice.pk)
        if current.cancelled_on is not None:
            raise DuesRefused(_("This invoice was cancelled."))
        recipient = recipient_of(current.membership)
        if recipient is None:
            raise DuesRefused(_("Nobody to write to. Name a contact person with an e-mail address."))
        return emails.send_invoice(current, recipient, form_token=form_token, base_url=base_url)
