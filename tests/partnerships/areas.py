"""Areas of cooperation of the tests."""

from __future__ import annotations

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import facts
from c2m2a_crm.core.validity import today
from partnerships.models import CooperationArea, Partnership


def add_area(*, actor: User, partnership: Partnership, **words: str) -> CooperationArea:
    return facts.add_fact(actor=actor, model=CooperationArea, record=partnership, values=words)


def checked_area(*, actor: User, partnership: Partnership, **words: str) -> CooperationArea:
    """One that was read in its source today; it stands at version 2."""
    area = add_area(actor=actor, partnership=partnership, **words)
    return facts.confirm_fact(actor=actor, fact=area, version=1, checked_on=today(), source=area.source or "Text")
