"""Questions about memberships that pages ask: of a party, of its people, of a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, Model, OuterRef, QuerySet, Subquery

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.calendar_months import months_after
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.validity import today
from members.memberships.rules import clock_on
from members.memberships.status import Status
from members.models import Affiliation, Membership, MembershipClock, Party, Person

NEVER = "never"


def foremost_of(actor: Actor, parties: Iterable[int], day: date | None = None) -> dict[int, Any]:
    """Of each party that has or had one, the membership that says what it is on that day, with its ``status``."""
    rows = Membership.objects.readable_by(actor).select_related("tier").with_status(day)
    found: dict[int, Any] = {}
    for row in rows.exclude(status=Status.NONE).filter(among("party_id", parties)).foremost_first():
        found.setdefault(row.party_id, row)
    return found


def statuses_of(actor: Actor, model: type[Model], keys: Sequence[int]) -> Mapping[int, str]:
    """The status of each party today, as lists look it up; nothing of those that never had a membership."""
    return {key: row.status for key, row in foremost_of(actor, keys).items()}


def with_foremost_status(rows: QuerySet[Any, Any], actor: Actor, status: str) -> QuerySet[Any, Any]:
    """Parties of that status today; :data:`NEVER` is none at all."""
    known = Membership.objects.readable_by(actor).with_status().exclude(status=Status.NONE)
    own = known.filter(party=OuterRef("pk"))
    if status == NEVER:
        return rows.filter(~Exists(own))
    # Few parties have one of that status: only of those is it asked whether another one says more.
    foremost = Subquery(own.foremost_first().values("status")[:1])
    have_one = rows.filter(Exists(own.filter(status=status)))
    found: QuerySet[Any, Any] = have_one.annotate(membership_status=foremost).filter(membership_status=status)
    return found


def memberships_of(actor: Actor, party: Party, day: date | None = None) -> list[Membership]:
    """All memberships of a party, the latest term first, each with its status on that day."""
    return list(_memberships(actor, [party.pk], day) if day else _MEMBERSHIPS_TODAY(actor, [party.pk]))


def _memberships(actor: Actor, parties: Any, day: date | None = None) -> Any:
    rows: Any = Membership.objects.readable_by(actor).filter(among("party_id", parties)).select_related("tier")
    return rows.with_status(day).order_by("-term__startswith", "-pk")


_MEMBERSHIPS_TODAY = Statement(_memberships)


# --- Organizations cover their people -------------------------------------------------------------------------------


def covering(actor: Actor, day: date | None = None) -> QuerySet[Membership, Membership]:
    """Memberships through which people have the benefits of members on that day."""
    return Membership.objects.readable_by(actor).in_good_standing(day)


def covered(rows: QuerySet[Any, Any], actor: Actor, day: date | None = None) -> QuerySet[Any, Any]:
    """People who work that day for a member. It follows from their affiliations: the day after one ends they are not.

    For benefits alone: consent to mail belongs to whoever was accepted as a member, never to its employees
    (SOR/2013-221, s. 7).
    """
    return rows.filter(Exists(_places(actor, day)))


def not_covered(rows: QuerySet[Any, Any], actor: Actor, day: date | None = None) -> QuerySet[Any, Any]:
    return rows.filter(~Exists(_places(actor, day)))


def _places(actor: Actor, day: date | None) -> QuerySet[Affiliation, Affiliation]:
    members = covering(actor, day).order_by().values("party")
    return Affiliation.objects.on(day or today()).filter(person=OuterRef("pk"), party__in=members)


def covering_places(actor: Actor, person: Person, day: date | None = None) -> list[Affiliation]:
    """Where the person works that day for a member."""
    members = covering(actor, day).order_by().values("party")
    held = Affiliation.objects.on(day or today()).filter(person=person, party__in=members)
    return list(held.select_related("party").order_by("-is_primary", "-pk"))


def covered_count(party: Party, day: date | None = None) -> int:
    """How many people work that day for the party."""
    held = Affiliation.objects.on(day or today()).filter(party=party)
    return held.order_by().values("person").distinct().count()


# --- The clock that the law starts ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ImpliedConsent:
    """Until when the law implies the consent of the member itself to commercial e-mail, and by which rule."""

    until: date | None
    clock: MembershipClock


def implied_consent(membership: Any) -> ImpliedConsent | None:
    """While the membership goes on, and for the months of the rule in force on the day it was over.

    Needs ``with_status``. None for applicants, and where no rule was set.
    """
    status, over = membership.status, membership.over_since
    if status in (Status.NONE, Status.APPLICANT):
        return None
    clock = clock_on(MembershipClock.Subject.CONSENT, over or today())
    if clock is None:
        return None
    return ImpliedConsent(months_after(over, clock.numbers[0]) if over else None, clock)
