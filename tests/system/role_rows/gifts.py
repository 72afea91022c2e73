"""Addresses of gifts: the secretariat keeps them, compliance reads them, administrators set the rules."""

from __future__ import annotations

from typing import Any

from members.models import CharityRegistration, Gift, GiftReceipt
from tests.members.gifts.making import charity, gift, receipt
from tests.members.memberships.making import administrator
from tests.system.role_matrix import administrators, form, page
from tests.system.role_rows.dues import keepers, readers


def _gift() -> dict[str, Any]:
    charity()
    return {"pk": (Gift.objects.first() or gift()).pk}


def _receipt() -> dict[str, Any]:
    made = GiftReceipt.objects.first()
    if made is None:
        made = receipt(administrator(), Gift.objects.get(**_gift()))
    return {"pk": made.pk}


def _registration() -> dict[str, Any]:
    charity()
    return {"pk": CharityRegistration.objects.get().pk}


def _rule() -> dict[str, Any]:
    return {"subject": "appraisal"}


MAKERS = {
    "gift": _gift,
    "gift_receipt": _receipt,
    "charity_registration": _registration,
    "gift_rule": _rule,
}

ROWS = {
    "gifts:list": page(readers()),
    "gifts:record": form(keepers()),
    "gifts:rules": page(readers()),
    "gifts:registration": form(administrators()),
    "gifts:registration_end": form(administrators(), "charity_registration"),
    "gifts:rule": form(administrators(), "gift_rule"),
    "gifts:paper": page(readers(), "gift_receipt"),
    "gifts:cancel": form(keepers(), "gift_receipt"),
    "gifts:detail": page(readers(), "gift"),
    "gifts:receipt": form(keepers(), "gift"),
    "gifts:take_back": form(keepers(), "gift"),
}
