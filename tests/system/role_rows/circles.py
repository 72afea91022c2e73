"""Addresses of circles: for members, for owners, and by name for compliance. Nobody in the matrix belongs to one."""

from __future__ import annotations

from typing import Any

from c2m2a_crm.accounts.circles import open_in_emergency
from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core.models import Circle
from tests.accounts.making import kept_circle
from tests.factories import UserFactory
from tests.system.role_matrix import ROLES, SIGN_IN, act, form, lookers, page, writers


def _circle() -> tuple[Circle, User]:
    owner: User = UserFactory(roles=[Role.STAFF])
    return kept_circle(owner, UserFactory(roles=[Role.STAFF])), owner


def a_circle_of_others() -> dict[str, Any]:
    return {"pk": _circle()[0].pk}


def a_member_of_a_circle_of_others() -> dict[str, Any]:
    circle, owner = _circle()
    return {"pk": circle.pk, "user": owner.pk}


def an_access_of_somebody_else() -> dict[str, Any]:
    circle, _owner = _circle()
    officer: User = UserFactory(roles=[Role.COMPLIANCE])
    access = open_in_emergency(actor=officer, circle=circle, reason="A complaint", base_url="https://crm.example/")
    return {"pk": circle.pk, "access": access.pk}


MAKERS = {
    "circle": a_circle_of_others,
    "circle_member": a_member_of_a_circle_of_others,
    "circle_access": an_access_of_somebody_else,
}


def by_name(compliance: int, others: int = 404, viewer: int = 404, stranger: int = 403) -> dict[str, int]:
    """Compliance knows that it exists; to everybody else outside it does not."""
    known = {"anonymous": SIGN_IN, "stranger": stranger, "viewer": viewer, "compliance": compliance}
    return {role: known.get(role, others) for role in ROLES}


ROWS = {
    "accounts:circles": page(lookers()),
    "accounts:create_circle": form(writers()),
    "accounts:circle": page(by_name(200), maker="circle"),
    "accounts:edit_circle": form(by_name(403, viewer=403), maker="circle"),
    "accounts:add_to_circle": act(by_name(403, viewer=403), maker="circle"),
    "accounts:circle_member": act(by_name(404), maker="circle_member", data={"act": "remove"}),
    "accounts:open_circle": act(by_name(302), maker="circle", data={"reason": "A complaint"}),
    "accounts:end_access": act(by_name(403), maker="circle_access"),
}
