"""Where the facts of the directory are shown and edited: of organizations, Nations and jurisdictions."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.pages.facts import FactRoom
from c2m2a_crm.core.views import visible_or_404
from members.models import Jurisdiction, JurisdictionFact, Party, PartyFact
from members.rooms import NATIONS, ORGANIZATIONS, Room


def _party_facts(room: Room) -> FactRoom:
    def find(user: Any, pk: int) -> Party:
        party: Party = visible_or_404(room.rows(), user, pk=pk)
        return party

    return FactRoom(room.key, PartyFact, find, title=room.title, list_url_name=f"{room.key}:list")


def _jurisdiction(user: Any, pk: int) -> Jurisdiction:
    return get_object_or_404(Jurisdiction, pk=pk)  # open to everybody who may sign in


ORGANIZATION_FACTS = _party_facts(ORGANIZATIONS)
NATION_FACTS = _party_facts(NATIONS)
JURISDICTION_FACTS = FactRoom(
    "jurisdictions", JurisdictionFact, _jurisdiction, title=_("Jurisdictions"), list_url_name="jurisdictions:list"
)


def fact_room_of(party: Party) -> FactRoom:
    return NATION_FACTS if party.is_nation else ORGANIZATION_FACTS
