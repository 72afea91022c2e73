"""What is asked when a membership is over: what the party's people hold because it was a member, room by room.

Nothing ends by itself: the membership of a forum and that of the alliance are two things. Somebody is asked when an end
is recorded, and can be asked again on the page of a membership that lapsed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.registries import DepartureRow, MembershipEffect, MembershipEnd, membership_effects
from c2m2a_crm.core.registries.moving import KEEP
from c2m2a_crm.core.validity import today
from members.memberships import policies
from members.memberships.errors import MembershipRefused
from members.memberships.status import Status
from members.models import Membership

OVER = (Status.LAPSED, Status.ENDED)


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing to be decided on, with the room that asks."""

    effect: MembershipEffect
    row: DepartureRow

    @property
    def key(self) -> str:
        return f"{self.effect.key}-{self.row.key}"


def what_is_asked(actor: User, membership: Membership, last_day: date) -> list[Asked]:
    """What the member's people hold beyond that day, as far as the actor may know of it."""
    end = MembershipEnd(membership.party, last_day)
    return [Asked(effect, row) for effect in membership_effects for row in effect.rows(actor, end)]


def see_to(*, actor: User, membership: Membership, last_day: date, choices: Mapping[str, str]) -> int:
    """Do what was chosen, by the key of each thing, and nothing else. Returns how many things ended.

    Raises what the rooms refuse; then nothing at all is written.
    """
    end = MembershipEnd(membership.party, last_day)
    done = 0
    with recorded(actor):
        for each in what_is_asked(actor, membership, last_day):
            choice = choices.get(each.key, KEEP)
            if choice != KEEP and choice in {value for value, _label in each.row.choices}:
                each.effect.apply(actor, end, each.row.key, choice)
                done += 1
    return done


def see_to_what_is_left(*, actor: User, membership: Membership, last_day: date, choices: Mapping[str, str]) -> int:
    """As :func:`see_to`, of a membership that is over. Raises :class:`MembershipRefused` where it goes on."""
    require(policies.can_keep_memberships(actor))
    with recorded(actor):
        current = Membership.objects.with_status().select_related("party").get(pk=membership.pk)
        if current.status not in OVER:
            raise MembershipRefused(_("This membership is not over."))
        if last_day > today():
            raise MembershipRefused(_("This day lies in the future."), field="last")
        return see_to(actor=actor, membership=current, last_day=last_day, choices=choices)
