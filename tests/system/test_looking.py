"""Every page, looked at as a colleague: it opens as it does for them, and writes nothing while it is made."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import AuditEvent
from tests.system.role_matrix import Row
from tests.system.test_role_matrix import ADDRESSES, ROWS, ask, subject_of

A_FILE = {"core:export"}


def looked_at() -> dict[str, Row]:
    """Pages that staff may open, and administrators as well; the pages of the own account are nobody else's."""
    return {
        name: row
        for name, row in ROWS.items()
        if name in ADDRESSES
        and row.asks == "get"
        and row.expected["staff"] == row.expected["administrator"] == 200
        and not name.startswith(("account_", "mfa_", "accounts:profile", "accounts:sessions"))
    }


@pytest.mark.django_db
def test_every_page_of_a_colleague_opens_and_writes_nothing(as_administrator: Client, staff: User) -> None:
    as_administrator.post(reverse("accounts:look_as", args=[staff.pk]), {"look-reason": "A question"})
    found = {}
    for name, row in looked_at().items():
        answer = ask(as_administrator, name, row, "get", subject_of(row))
        if answer.status_code != (403 if name in A_FILE else 200):
            found[name] = answer.status_code
    assert not found
    assert not AuditEvent.objects.filter(actor=staff).exists()
