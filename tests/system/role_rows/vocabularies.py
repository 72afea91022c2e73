"""Addresses of vocabularies and of the rules of checking: everybody looks at words, administrators keep both."""

from __future__ import annotations

from datetime import date
from typing import Any

from c2m2a_crm.accounts.models import Role, User
from members.models import Concept, Jurisdiction
from members.reference import load_jurisdictions
from members.services import vocabularies
from tests.factories import UserFactory
from tests.system.role_matrix import Row, act, administrators, form, lookers, page


def _keeper() -> User:
    return UserFactory(roles=[Role.ADMINISTRATOR])


def _mineral() -> Concept:
    known = Concept.objects.filter(label_en="Unobtainium").first()
    return known or vocabularies.add_concept(
        actor=_keeper(), vocabulary="mineral", values={"label_en": "Unobtainium", "label_fr": "Introuvable"}
    )


def _listed() -> dict[str, Any]:
    load_jurisdictions()
    mineral = _mineral()
    listing = vocabularies.add_listing(
        actor=_keeper(),
        concept=mineral,
        jurisdiction=Jurisdiction.objects.get(code="QC"),
        standing="critical",
        first=date(2024, 1, 1),
    )
    return {"pk": mineral.pk, "part_pk": listing.pk}


MAKERS: dict[str, Any] = {
    "sort of record": lambda: {"subject": "other"},
    "vocabulary": lambda: {"vocabulary": "sector"},
    "mineral": lambda: {"pk": _mineral().pk},
    "listed mineral": _listed,
}

ROWS: dict[str, Row] = {
    "freshness:list": page(administrators()),
    "freshness:set": form(administrators(), maker="sort of record"),
    "vocabularies:list": page(lookers()),
    "vocabularies:create": form(administrators(), maker="vocabulary"),
    "vocabularies:detail": page(lookers(), maker="mineral"),
    "vocabularies:history": page(lookers(), maker="mineral"),
    "vocabularies:edit": form(administrators(), maker="mineral"),
    "vocabularies:replace": form(administrators(), maker="mineral"),
    "vocabularies:listing_create": form(administrators(), maker="mineral"),
    "vocabularies:listing_edit": form(administrators(), maker="listed mineral"),
    "vocabularies:listing_remove": act(administrators(302), maker="listed mineral"),
}
