"""Partnerships: everybody with a role looks, the secretariat and administrators manage, writers edit what is known."""

from __future__ import annotations

from typing import Any

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core import facts
from c2m2a_crm.engagement.models import InitiativeFact
from partnerships import services
from partnerships.models import CooperationArea
from tests.factories import UserFactory
from tests.system.role_matrix import ROLES, SIGN_IN, Expected, Row, act, form, lookers, page, writers


def _author() -> User:
    return UserFactory(roles=[Role.SECRETARIAT])


def _partnership() -> dict[str, Any]:
    return {"pk": services.create_partnership(actor=_author(), kind="bilateral", name_en="Compact").pk}


def _area() -> dict[str, Any]:
    partnership = services.create_partnership(actor=_author(), kind="bilateral", name_en="Compact")
    words = {"text_en": "Magnets", "source": "Text of the compact"}
    area = facts.add_fact(actor=_author(), model=CooperationArea, record=partnership, values=words)
    return {"pk": partnership.pk, "fact_pk": area.pk}


def _fact() -> dict[str, Any]:
    partnership = services.create_partnership(actor=_author(), kind="bilateral", name_en="Compact")
    words = {"label_en": "Status", "text_en": "Active.", "source": "Text of the compact"}
    fact = facts.add_fact(actor=_author(), model=InitiativeFact, record=partnership.initiative, values=words)
    return {"pk": partnership.pk, "fact_pk": fact.pk}


def _removed_area() -> dict[str, Any]:
    made = _area()
    facts.remove_fact(actor=_author(), fact=CooperationArea.objects.get(pk=made["fact_pk"]), version=1)
    return made


def _removed_fact() -> dict[str, Any]:
    made = _fact()
    facts.remove_fact(actor=_author(), fact=InitiativeFact.objects.get(pk=made["fact_pk"]), version=1)
    return made


def managers(status: int = 200) -> Expected:
    """The secretariat and administrators (``partnerships.policies.can_manage_partnerships``)."""
    others = dict.fromkeys(ROLES, 403)
    return {**others, "anonymous": SIGN_IN, "secretariat": status, "administrator": status}


MAKERS: dict[str, Any] = {
    "partnership": _partnership,
    "area of a partnership": _area,
    "removed area of a partnership": _removed_area,
    "fact of a partnership": _fact,
    "removed fact of a partnership": _removed_fact,
}

ROWS: dict[str, Row] = {
    "partnerships:list": page(lookers()),
    "partnerships:create": form(managers()),
    "partnerships:detail": page(lookers(), maker="partnership"),
    "partnerships:history": page(lookers(), maker="partnership"),
    "partnerships:edit": form(managers(), maker="partnership"),
    "partnerships:fact_create": form(managers(), maker="partnership"),
    "partnerships:fact_edit": form(managers(), maker="area of a partnership"),
    "partnerships:fact_confirm": form(managers(), maker="area of a partnership"),
    "partnerships:fact_unconfirm": act(managers(302), maker="area of a partnership"),
    "partnerships:fact_remove": form(managers(), maker="area of a partnership"),
    "partnerships:fact_restore": act(managers(302), maker="removed area of a partnership"),
    "initiatives:fact_create": form(writers(), maker="partnership"),
    "initiatives:fact_edit": form(writers(), maker="fact of a partnership"),
    "initiatives:fact_confirm": form(writers(), maker="fact of a partnership"),
    "initiatives:fact_unconfirm": act(writers(302), maker="fact of a partnership"),
    "initiatives:fact_remove": form(writers(), maker="fact of a partnership"),
    "initiatives:fact_restore": act(writers(302), maker="removed fact of a partnership"),
}
