"""Statements about a record: everybody looks at them on the record's page, everybody but viewers edits them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core import facts
from members import services
from members.models import Jurisdiction, JurisdictionFact, Party, PartyFact
from members.reference import load_jurisdictions
from tests.factories import UserFactory
from tests.system.role_matrix import Row, act, form, lookers, page, writers

WORDS = {"label_en": "Role", "text_en": "Leads the strategy.", "source": "Annual report"}


def _author() -> User:
    return UserFactory(roles=[Role.STAFF])


def _party(kind: str) -> dict[str, Any]:
    distinction = "first_nations" if kind == "nation" else ""
    party: Party = services.create_party(actor=_author(), kind=kind, distinction=distinction, name_en="Spruce Narrows")
    fact = facts.add_fact(actor=_author(), model=PartyFact, record=party, values=WORDS)
    return {"pk": party.pk, "fact_pk": fact.pk}


def _jurisdiction() -> dict[str, Any]:
    load_jurisdictions()
    record = Jurisdiction.objects.get(code="ON")
    fact = facts.add_fact(actor=_author(), model=JurisdictionFact, record=record, values=WORDS)
    return {"pk": record.pk, "fact_pk": fact.pk}


def _record(made: dict[str, Any]) -> dict[str, Any]:
    return {"pk": made["pk"]}


def _removed(make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    made = make()
    model: Any = JurisdictionFact if make is _jurisdiction else PartyFact
    facts.remove_fact(actor=_author(), fact=model.objects.get(pk=made["fact_pk"]), version=1)
    return made


_MAKE: dict[str, Any] = {
    "organizations": lambda: _party("government"),
    "nations": lambda: _party("nation"),
    "jurisdictions": _jurisdiction,
}

MAKERS: dict[str, Any] = {}
ROWS: dict[str, Row] = {
    "jurisdictions:list": page(lookers()),
    "jurisdictions:detail": page(lookers(), maker="record with facts in jurisdictions"),
    "jurisdictions:history": page(lookers(), maker="record with facts in jurisdictions"),
}
for _key, _make in _MAKE.items():
    MAKERS |= {
        f"fact of {_key}": _make,
        f"removed fact of {_key}": lambda make=_make: _removed(make),
        f"record with facts in {_key}": lambda make=_make: _record(make()),
    }
    ROWS |= {
        f"{_key}:fact_create": form(writers(), maker=f"record with facts in {_key}"),
        f"{_key}:fact_edit": form(writers(), maker=f"fact of {_key}"),
        f"{_key}:fact_confirm": form(writers(), maker=f"fact of {_key}"),
        f"{_key}:fact_unconfirm": act(writers(302), maker=f"fact of {_key}"),
        f"{_key}:fact_remove": form(writers(), maker=f"fact of {_key}"),
        f"{_key}:fact_restore": act(writers(302), maker=f"removed fact of {_key}"),
    }
