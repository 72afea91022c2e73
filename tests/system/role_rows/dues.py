"""Addresses of dues: the secretariat keeps them, compliance reads them, administrators set taxes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from c2m2a_crm.core.validity import today
from members.dues import services
from members.models import DuesPayment, Invoice, InvoiceRelief, Membership
from tests.members.dues.making import invoice, pay, running
from tests.members.memberships.making import administrator
from tests.system.role_matrix import ROLES, SIGN_IN, Expected, administrators, form, page


def readers(status: int = 200) -> Expected:
    """Whoever keeps dues, and whoever answers for the law (``policies.can_see_dues``)."""
    expected = {**dict.fromkeys(ROLES, 403), "anonymous": SIGN_IN}
    return {**expected, "secretariat": status, "administrator": status, "compliance": status}


def keepers() -> Expected:
    return {**readers(), "compliance": 403}


def _invoice() -> dict[str, Any]:
    made = Invoice.objects.first() or invoice(name="Invoiced Indium")
    return {"pk": made.pk}


def _membership() -> dict[str, Any]:
    made = Membership.objects.filter(party__name_en="Owing Osmium").first() or running(name="Owing Osmium")
    return {"pk": made.pk}


def _payment() -> dict[str, Any]:
    made = DuesPayment.objects.first()
    if made is None:
        made = pay(administrator(), Invoice.objects.get(**_invoice()), "1.00")
    return {"pk": made.pk}


def _credit_note() -> dict[str, Any]:
    made = InvoiceRelief.objects.filter(kind=InvoiceRelief.Kind.CREDITED).first()
    if made is None:
        ruling = {"given_on": today(), "decided_by": "Board", "reason": "As decided."}
        of = Invoice.objects.get(**_invoice())
        made = services.credit(actor=administrator(), invoice=of, amount=Decimal("1.00"), **ruling)
    return {"pk": made.pk}


def _tax() -> dict[str, Any]:
    name = f"Tax {uuid4().hex[:8]}"
    made = services.set_tax(
        actor=administrator(), name_en=name, name_fr=name, percent=Decimal(5), first=date(2026, 1, 1)
    )
    return {"pk": made.pk}


MAKERS = {
    "invoice": _invoice,
    "owing_membership": _membership,
    "dues_payment": _payment,
    "credit_note": _credit_note,
    "dues_tax": _tax,
}

ROWS = {
    "dues:list": page(readers()),
    "dues:detail": page(readers(), "invoice"),
    "dues:paper": page(readers(), "invoice"),
    "dues:credit_paper": page(readers(), "credit_note"),
    "dues:to_invoice": form(keepers()),
    "dues:issue": form(keepers(), "owing_membership"),
    "dues:pay": form(keepers(), "invoice"),
    "dues:waive": form(keepers(), "invoice"),
    "dues:credit": form(keepers(), "invoice"),
    "dues:cancel": form(keepers(), "invoice"),
    "dues:send": form(keepers(), "invoice"),
    "dues:take_back": form(keepers(), "dues_payment"),
    "dues:tax_create": form(administrators()),
    "dues:tax_end": form(administrators(), "dues_tax"),
}
