"""Addresses of history on the records themselves."""

from __future__ import annotations

from typing import Any

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core.history import history_of
from members.models import Party
from members.services import create_party, update_party
from tests.factories import UserFactory
from tests.system.role_matrix import Row, form, writers


def a_renamed_party() -> dict[str, Any]:
    actor: User = UserFactory(roles=[Role.STAFF])
    party = create_party(actor=actor, kind=Party.Kind.BUSINESS, name_en="Northline Nickel")
    update_party(actor=actor, party=party, version=party.version, changes={"name_en": "Southline Nickel"})
    change = history_of(party).filter(action="U").latest("pk")
    return {"pk": change.pk, "name": "name_en"}


MAKERS = {"renamed_party": a_renamed_party}

ROWS: dict[str, Row] = {"core:put_back": form(writers(), "renamed_party")}
