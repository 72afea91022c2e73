"""Rhythms, quiet and members for tests, made through the services."""

from __future__ import annotations

from datetime import date

from c2m2a_crm.engagement.services import set_tier_rhythm
from members.models import MembershipTier, Party, Person
from tests.members.memberships.making import administrator, clocks, member, tier

SINCE = date(2016, 1, 1)


def rhythm_of_tier(days: int = 90) -> MembershipTier:
    """A tier whose members are overdue after so many days, since 2016."""
    keeper = administrator()
    made = tier(keeper)
    set_tier_rhythm(actor=keeper, tier=made, days=days, first=SINCE, source="Board of 2015", is_confirmed=True)
    return made


def member_of(of_tier: MembershipTier, party: Party, contact: Person | None = None) -> None:
    """A membership without an end, since 2018."""
    member(party=party, tier=of_tier, first=date(2018, 1, 1), last=None, contact=contact)


__all__ = ["administrator", "clocks", "member_of", "rhythm_of_tier"]
