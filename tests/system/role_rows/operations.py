"""Addresses of operations."""

from __future__ import annotations

from typing import Any

from c2m2a_crm.accounts.models import Role
from members.models import Party
from members.services import create_party
from members.services.bulk import OwnerChange, change_in_bulk
from tests.factories import UserFactory
from tests.system.role_matrix import act, page, writers


def somebody_elses_operation() -> dict[str, Any]:
    owner = UserFactory(roles=[Role.STAFF])
    party = create_party(actor=owner, kind="business", name_en="Alder Copper")
    change = OwnerChange(owner)
    return {"pk": change_in_bulk(actor=owner, model=Party, keys=[party.pk], change=change).pk}


MAKERS = {"operation": somebody_elses_operation}

ROWS = {
    "operations:list": page(writers()),
    # Somebody else's operation does not exist for others; administrators see it and may undo it.
    "operations:detail": page(writers(404) | {"administrator": 200}, "operation"),
    "operations:undo": act(writers(404) | {"administrator": 302}, "operation"),
}
