"""Positions that rest on what was confided, for the sweep that looks for leaks.

Everything is taken back, for the sweep writes its word into every column, also into that of the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Interaction
from forums.models import Adoption, Dissent, Forum, Position, PositionUse, Stance
from members.models import Party
from tests.engagement.making import log
from tests.positions.making import PositionMaking


def plant_position(actor: Any, forum: Forum, party: Party) -> dict[str, int]:
    """A whole position of a forum. Written before the forum is closed, as positions of years are."""
    position = PositionMaking(actor).position(forum)
    return _filled(actor, position, log(actor, party, initiative=forum.initiative), party)


def plant_sources(actor: Any, contacts: Sequence[Interaction], party: Party) -> list[dict[str, int]]:
    """A position that is open to all, with what a party said in contacts that are not."""
    position = PositionMaking(actor).position()
    return [_filled(actor, position, contact, party) for contact in contacts]


def _filled(actor: Any, position: Position, contact: Interaction, party: Party) -> dict[str, int]:
    back = {"withdrawn_reason": "x"}
    now = {**back, "withdrawn_at": timezone.now()}
    wording = PositionMaking(actor).wording(position)
    whose = {"position": position, "wording": wording, "recorded_by": actor}
    with recorded(actor):
        stance = Stance.objects.create(
            kind="opposes", party=party, interaction=contact, said_on=today(), **whose, **now
        )
        adoption = Adoption.objects.create(adopted_on=today(), withdrawn_on=today(), rule="consensus", **whose, **back)
        Dissent.objects.create(adoption=adoption, position=position, stance=stance, reason="x")
        use = PositionUse.objects.create(
            kind="other", used_on=today(), citation="x", party=party, interaction=contact, **whose, **now
        )
    return {
        "pk": position.pk,
        "wording_pk": wording.pk,
        "stance_pk": stance.pk,
        "adoption_pk": adoption.pk,
        "use_pk": use.pk,
    }
