"""Addresses of the queue of duplicates: everybody with a role looks, everybody but viewers settles."""

from __future__ import annotations

from typing import Any

from c2m2a_crm.accounts.models import Role, User
from members import services
from members.duplicates.services import say_not_the_same
from members.models import Person
from tests.factories import UserFactory
from tests.system.role_matrix import Row, act, form, lookers, page, writers


def _author() -> User:
    return UserFactory(roles=[Role.STAFF])


def _people() -> tuple[Person, Person]:
    left, right = services.create_people(
        actor=_author(), rows=[services.PersonInput(given_name="Amara", family_name="Tamarack") for _side in range(2)]
    )
    return left, right


def _pair() -> dict[str, Any]:
    left, right = _people()
    return {"kind": "people", "left": left.pk, "right": right.pk}


def _said() -> dict[str, Any]:
    left, right = _people()
    return {"pk": say_not_the_same(actor=_author(), left=left, right=right).pk}


MAKERS: dict[str, Any] = {"pair of duplicates": _pair, "pair that is not the same": _said}

ROWS: dict[str, Row] = {
    "duplicates:list": page(lookers()),
    "duplicates:look": act(writers(302)),
    "duplicates:settle": form(writers(), maker="pair of duplicates"),
    "duplicates:take_back": act(writers(302), maker="pair that is not the same"),
}
