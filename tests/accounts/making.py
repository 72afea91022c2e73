"""Circles for tests, made through the services."""

from __future__ import annotations

from c2m2a_crm.accounts.circles import create_circle
from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import Circle


def kept_circle(*owners: User, members: tuple[User, ...] = (), name: str = "Permits", purpose: str = "") -> Circle:
    """A circle whose owners are these, the first of whom makes it."""
    first, *others = owners
    circle = create_circle(actor=first, name=name, purpose=purpose, owners=others, members=members)
    for user in (*owners, *members):
        user.__dict__.pop("_circle_ids", None)
    return circle
