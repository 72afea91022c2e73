"""Merging two records and taking it back: for everybody who edits the directory."""

from __future__ import annotations

from typing import Any

from c2m2a_crm.accounts.models import Role, User
from members import services
from members.merging.services import merge_people
from members.models import Person
from tests.factories import UserFactory
from tests.system.role_matrix import Row, form, writers


def _two() -> tuple[User, Person, Person]:
    author = UserFactory(roles=[Role.STAFF])
    amara, ama = (
        services.create_person(actor=author, given_name=name, family_name="Tamarack") for name in ("Amara", "Ama")
    )
    return author, amara, ama


def _one() -> dict[str, Any]:
    _author, amara, _ama = _two()
    return {"kind": "people", "pk": amara.pk}


def _pair() -> dict[str, Any]:
    _author, amara, ama = _two()
    return {"kind": "people", "left": amara.pk, "right": ama.pk}


def _merged() -> dict[str, Any]:
    author, amara, ama = _two()
    return {"pk": merge_people(actor=author, keep=amara, lose=ama).pk}


MAKERS: dict[str, Any] = {"one of two": _one, "two alike": _pair, "a merge": _merged}
ROWS: dict[str, Row] = {
    "merging:pick": form(writers(), maker="one of two"),
    "merging:merge": form(writers(), maker="two alike"),
    # Somebody else's merge does not exist for others; administrators see it and may take it back.
    "merging:undo": form(writers(404) | {"administrator": 200}, maker="a merge"),
}
