"""Addresses of what people answered about their details: everybody with a role looks, everybody but viewers decides."""

from __future__ import annotations

from typing import Any

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core.history import recorded
from members import services
from members.details.answering import receive
from members.details.asking import ask
from members.details.forms import Difference
from tests.factories import UserFactory
from tests.system.role_matrix import Row, form, lookers, page, writers


def _author() -> User:
    return UserFactory(roles=[Role.STAFF])


def _answer() -> dict[str, Any]:
    author = _author()
    person = services.create_person(actor=author, given_name="Amara", email=f"amara-{author.pk}@tamarack.example")
    [asked] = ask(actor=author, people=[person], base_url="https://crm.example/")
    with recorded(None, system="tests"):
        receive(asked, [Difference("honorific", None, {"honorific": ""}, {"honorific": "Dr."})])
    return {"pk": asked.pk}


MAKERS: dict[str, Any] = {"answer about details": _answer}

ROWS: dict[str, Row] = {
    "details:list": page(lookers()),
    # Without people to ask it leads back to the list of people.
    "details:ask": Row(writers(302), asks="post", verbs=("get", "post")),
    "details:detail": form(lookers(), maker="answer about details"),
}
