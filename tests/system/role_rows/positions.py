"""Addresses of policy positions: everybody with a role looks, who writes notes stances, the secretariat adopts."""

from __future__ import annotations

from typing import Any

from c2m2a_crm.accounts.models import Role
from forums.models import Position
from members.models import Concept
from tests.factories import UserFactory
from tests.positions.making import PositionMaking
from tests.system.role_matrix import act, form, lookers, page, writers
from tests.system.role_rows.forums import managers


def _whole() -> Position:
    return PositionMaking(UserFactory(roles=[Role.SECRETARIAT])).whole()


def a_position() -> dict[str, Any]:
    return {"pk": _whole().pk}


def a_position_with_words() -> dict[str, Any]:
    """There is something to choose among."""
    Concept.objects.get_or_create(vocabulary="mineral", code="anortho", label_en="Anortho", label_fr="Anortho")
    return a_position()


def a_stance() -> dict[str, Any]:
    position = _whole()
    return {"pk": position.pk, "stance_pk": position.stances.get().pk}


def an_adoption() -> dict[str, Any]:
    position = _whole()
    return {"pk": position.pk, "adoption_pk": position.adoptions.get().pk}


def a_use() -> dict[str, Any]:
    position = _whole()
    return {"pk": position.pk, "use_pk": position.uses.get().pk}


def a_wording() -> dict[str, Any]:
    position = _whole()
    return {"pk": position.pk, "wording_pk": position.wordings.get().pk}


MAKERS = {
    "position": a_position,
    "position with words": a_position_with_words,
    "stance": a_stance,
    "adoption": an_adoption,
    "use of a position": a_use,
    "wording of a position": a_wording,
}

ROWS = {
    "positions:list": page(lookers()),
    "positions:create": form(managers()),
    "positions:detail": page(lookers(), "position"),
    "positions:history": page(lookers(), "position"),
    "positions:edit": form(managers(), "position"),
    "positions:topics": form(managers(), "position with words"),
    "positions:wording_create": form(managers(), "position"),
    "positions:translate": form(managers(), "wording of a position"),
    "positions:stance_create": form(writers(), "position"),
    "positions:stance_take_back": form(writers(), "stance"),
    "positions:adopt": form(managers(), "position"),
    "positions:withdraw": form(managers(), "adoption"),
    "positions:use_create": form(writers(), "position"),
    "positions:use_take_back": form(writers(), "use of a position"),
    "positions:set_aside": form(managers(), "position"),
    "positions:take_up": act(managers(302), "position"),
}
