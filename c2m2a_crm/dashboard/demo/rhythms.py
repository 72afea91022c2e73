"""How often the fictional office means to be in touch, with whom quiet is agreed, and who is no prospect."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from c2m2a_crm.core.validity import today
from c2m2a_crm.dashboard.demo.office import Office
from c2m2a_crm.engagement.prospects import prospects
from c2m2a_crm.engagement.rhythm import State, measured, with_rhythm, with_state
from c2m2a_crm.engagement.services import agree_quiet, rule_out, set_own_rhythm, set_tier_rhythm
from members.models import MembershipTier, Party, Person

_SINCE: Final = date(2020, 1, 1)
_SOURCE: Final = "Annual general meeting of 2019"
# By the position of the tier: days, and whether somebody read them in the minutes.
_DAYS: Final = ((60, True), (120, True), (180, False))


def add_rhythms(office: Office) -> None:
    """Tiers of the memberships that are there, two rhythms of one's own, quiet with one of those overdue."""
    keeper, colleague = office.colleagues["eloise"], office.colleagues["omar"]
    for tier, (days, is_confirmed) in zip(MembershipTier.objects.order_by("position", "pk"), _DAYS, strict=False):
        set_tier_rhythm(actor=keeper, tier=tier, days=days, first=_SINCE, source=_SOURCE, is_confirmed=is_confirmed)
    places = measured(Party.objects.organizations())
    overdue = with_state(with_rhythm(places), colleague).filter(state=State.OVERDUE).order_by("due_on", "pk")
    for party in overdue[:1]:
        agree_quiet(
            actor=colleague,
            record=party,
            until=today() + timedelta(days=45),
            agreed_by="Their director of public affairs",
            reason="They are closing the books of a takeover and asked us to wait for the announcement.",
        )
    owned = places.filter(memberships=None, owner__isnull=False, last_open_contact_on__isnull=False)
    for party in owned.order_by("pk")[:1]:
        set_own_rhythm(actor=colleague, record=party, days=30, reason="We prepare a pilot plant together.")
    met = measured(Person.objects.filter(last_open_contact_on__isnull=False, owner__isnull=False))
    for person in met.order_by("pk")[:2]:
        set_own_rhythm(actor=colleague, record=person, days=21, reason="Chairs the group on permits with us.")
    for party in prospects(colleague).order_by("-pk")[:1]:
        rule_out(actor=colleague, party=party, reason="Their parent company is a member and speaks for them.")
