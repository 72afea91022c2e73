"""Tiers, clocks and memberships for tests, made through the services."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db.backends.postgresql.psycopg_any import DateRange

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.validity import today
from members.memberships import admission, intake, rules, services
from members.memberships.services import Ruling
from members.models import Application, Membership, MembershipDecision, MembershipTier, Party
from members.services import create_party
from tests.factories import UserFactory

LONG_AGO = date(2015, 1, 1)


def administrator() -> User:
    return UserFactory(roles=[Role.ADMINISTRATOR])


def tier(actor: User | None = None, *, amount: str = "500.00", **facts: Any) -> MembershipTier:
    """A tier for businesses with dues, offered from 2015 on."""
    keeper = actor or administrator()
    wanted = {"name_en": "Corporate", "name_fr": "Entreprise", "kinds": ["business"], "first": LONG_AGO, **facts}
    made = rules.add_tier(actor=keeper, **wanted)
    rules.set_dues(actor=keeper, tier=made, amount=Decimal(amount), first=LONG_AGO, source="Board minutes")
    return made


def clocks(grace: int = 60) -> None:
    keeper = administrator()
    rules.set_clock(actor=keeper, subject="grace", numbers=[grace], first=LONG_AGO)
    rules.set_clock(actor=keeper, subject="reminders", numbers=[90, 30, 0, -30], first=LONG_AGO)
    rules.set_clock(actor=keeper, subject="consent", numbers=[24], first=LONG_AGO)


def party(actor: User | None = None, name: str = "Tamarack Graphite", kind: str = "business") -> Party:
    return create_party(actor=actor or administrator(), kind=kind, name_en=name)


def by_board(day: date, reason: str = "") -> Ruling:
    return Ruling("Board of directors", day, reason)


def member(
    actor: User | None = None,
    *,
    first: date = date(2026, 1, 1),
    last: date | None = date(2026, 12, 31),
    decided_on: date | None = None,
    **facts: Any,
) -> Membership:
    keeper = actor or administrator()
    wanted = {"party": None, "tier": None, **facts}
    wanted["party"] = wanted["party"] or party(keeper)
    wanted["tier"] = wanted["tier"] or tier()
    ruling = by_board(decided_on or min(first, date(2026, 1, 1)))
    return services.admit(actor=keeper, first=first, last=last, ruling=ruling, **wanted)


def decided_application(actor: User, family_name: str = "Quarry") -> Application:
    """An application that somebody looked at and declined today."""
    fields = {
        "organization_name": f"{family_name} Ochre Works",
        "party_kind": "business",
        "given_name": "Ines",
        "family_name": family_name,
        "email": f"{family_name.lower()}@ochre.example",
        "statement": f"I, Ines {family_name}, separate rare earths.",
    }
    made = intake.receive(form_token=uuid4(), language="en", base_url="https://crm.example/", fields=fields)
    intake.check_point(actor=actor, application=made, point="identity", note=f"Ines {family_name} is in the registry.")
    ruling = by_board(today(), f"Ines {family_name} withdrew.")
    return admission.decline_applicant(actor=actor, application=made, ruling=ruling, base_url="https://crm.example/")


def many_memberships(actor: User, party: Party, members: int, size: int) -> Membership:
    """So many more members, and one about whom ``size`` things were decided, after it was a member as often before."""
    of_tier = MembershipTier.objects.first() or tier()
    for other in Party.objects.filter(kind="business", memberships=None).exclude(pk=party.pk).order_by("pk")[:members]:
        member(actor, party=other, tier=of_tier)
    with recorded(actor):
        for number in range(size):
            first = date(1970 + number, 1, 1)
            term = DateRange(first, first + timedelta(days=300))
            before = Membership.objects.create(party=party, tier=of_tier, term=term)
            MembershipDecision.objects.create(
                membership=before, kind="admitted", days=term, decided_on=first, decided_by="Board"
            )
    fields = {"party_kind": "business", "given_name": "Ines", "family_name": "Quarry", "email": "ines@ochre.example"}
    for number in range(members):
        fields |= {"organization_name": f"Ochre Works {number}", "statement": "We separate rare earths."}
        intake.receive(
            form_token=uuid4(), language="en", base_url="https://crm.example/", fields={**fields, "tier": of_tier}
        )
    running = member(actor, party=party, tier=of_tier, first=date(2025, 1, 1), last=None)
    for _number in range(size):
        ruling = by_board(today(), "The mill burnt down.")
        services.waive(actor=actor, membership=running, first=today(), last=today(), ruling=ruling)
    return running
