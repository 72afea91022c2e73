"""Status follows from dates and decisions: the database's answer equals one that knows nothing of the database."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from c2m2a_crm.core.history import recorded
from members.models import Membership, MembershipClock, MembershipDecision, MembershipTier, Party
from tests.members.memberships.making import administrator, tier

pytestmark = pytest.mark.django_db

SINCE = date(2020, 1, 1)
SPAN = 2_400


@dataclass
class Fact:
    kind: str
    first: date
    until: date | None


@dataclass
class Case:
    """What is known of one membership; ``until`` is the first day that no longer belongs to the term."""

    first: date
    until: date | None
    applied_on: date | None
    facts: list[Fact]


# Grace as it was set: the first day of each rule, and its days.
GRACE = [(date(2021, 6, 1), 30), (date(2023, 1, 1), 90)]


def grace_after(until: date) -> int:
    days = 0
    for begins, number in GRACE:
        if begins <= until:
            days = number
    return days


def plainly(case: Case, day: date) -> str:
    """The rule, told once more in plain Python."""
    rulings = [fact for fact in case.facts if fact.kind in {"resigned", "expelled", "lapsed", "reinstated"}]
    begun = [fact for fact in rulings if fact.first <= day]
    if begun:
        latest = max(fact.first for fact in begun)
        last = [fact for fact in begun if fact.first == latest][-1]
        if last.kind in {"resigned", "expelled"}:
            return "ended"
        if last.kind == "lapsed":
            return "lapsed"
    admitted = any(fact.kind == "admitted" and fact.first <= day for fact in case.facts)
    if not admitted or day < case.first:
        return "applicant" if case.applied_on is not None and case.applied_on <= day else "none"
    covers = [fact.kind for fact in case.facts if fact.first <= day and (fact.until is None or day < fact.until)]
    in_term = case.until is None or day < case.until
    waived = "waived" in covers
    in_grace = case.until is not None and day < case.until + timedelta(days=grace_after(case.until))
    suspended = False
    for fact in case.facts:
        if fact.kind == "suspended" and fact.first <= day and (fact.until is None or day < fact.until):
            back = [other for other in rulings if other.kind == "reinstated" and fact.first <= other.first <= day]
            suspended = suspended or not back
    if not (in_term or waived or in_grace):
        return "lapsed"
    if suspended:
        return "suspended"
    return "active" if in_term or waived else "grace"


def some_case(chance: Random) -> Case:
    def day() -> date:
        return SINCE + timedelta(days=chance.randrange(SPAN))

    first = day()
    until = None if chance.random() < 0.08 else first + timedelta(days=chance.choice([1, 30, 200, 365, 730]))
    case = Case(first, until, first - timedelta(days=chance.randrange(90)) if chance.random() < 0.6 else None, [])
    if chance.random() < 0.95:
        case.facts.append(Fact("admitted", first - timedelta(days=chance.choice([0, 0, 20])), until))
    for kind, odds in (("suspended", 0.4), ("waived", 0.3), ("resigned", 0.2), ("expelled", 0.1), ("lapsed", 0.15)):
        if chance.random() < odds:
            begins = first + timedelta(days=chance.randrange(-20, 500))
            length = chance.choice([None, 1, 40, 400])
            is_open = kind in {"resigned", "expelled", "lapsed"} or length is None
            case.facts.append(Fact(kind, begins, None if is_open else begins + timedelta(days=length or 0)))
    if len(case.facts) > 1 and chance.random() < 0.5:
        other = chance.choice(case.facts)
        case.facts.append(Fact("reinstated", other.first + timedelta(days=chance.choice([0, 0, 15, 60])), None))
    return case


def written(cases: list[Case], of_tier: MembershipTier) -> list[int]:
    with recorded(None, system="tests"):
        parties = Party.objects.bulk_create(Party(kind="business", name_en=f"Quarry {n}") for n in range(len(cases)))
        memberships = Membership.objects.bulk_create(
            Membership(party=party, tier=of_tier, term=DateRange(case.first, case.until), applied_on=case.applied_on)
            for party, case in zip(parties, cases, strict=True)
        )
        MembershipDecision.objects.bulk_create(
            MembershipDecision(
                membership=membership,
                kind=fact.kind,
                days=DateRange(fact.first, fact.until),
                decided_on=fact.first,
                decided_by="Board",
                reason="As recorded.",
            )
            for membership, case in zip(memberships, cases, strict=True)
            for fact in case.facts
        )
        for number, (begins, days) in enumerate(GRACE):
            ends = GRACE[number + 1][0] if number + 1 < len(GRACE) else None
            MembershipClock.objects.create(subject="grace", numbers=[days], valid=DateRange(begins, ends))
    return [membership.pk for membership in memberships]


def test_a_thousand_memberships_on_random_days_are_what_plain_dates_say(exhaustive: bool) -> None:
    """A third of them in the usual run."""
    chance = Random(20_261_110)
    cases = [some_case(chance) for _number in range(1_000 if exhaustive else 300)]
    keys = written(cases, tier(administrator()))
    days = [SINCE + timedelta(days=chance.randrange(-30, SPAN + 800)) for _number in range(36 if exhaustive else 12)]
    edges = [case.until + timedelta(days=shift) for case in cases[:4] for shift in (-1, 0, 30, 90) if case.until]
    seen: Counter[str] = Counter()
    for day in [*days, *edges]:
        said = dict(Membership.objects.with_status(day).values_list("pk", "status"))
        told = {key: plainly(case, day) for key, case in zip(keys, cases, strict=True)}
        wrong = {key: (said[key], told[key]) for key in keys if said[key] != told[key]}
        assert wrong == {}, f"on {day}"
        seen.update(said.values())
    assert set(seen) == {"none", "applicant", "active", "grace", "suspended", "lapsed", "ended"}
    assert min(seen.values()) > 15


def test_what_is_over_says_since_when() -> None:
    lapsed = Case(date(2023, 1, 1), date(2024, 1, 1), None, [Fact("admitted", date(2023, 1, 1), None)])
    resigned = Case(
        date(2023, 1, 1),
        date(2024, 1, 1),
        None,
        [Fact("admitted", date(2023, 1, 1), None), Fact("resigned", date(2023, 5, 2), None)],
    )
    waived = Case(
        date(2023, 1, 1),
        date(2024, 1, 1),
        None,
        [Fact("admitted", date(2023, 1, 1), None), Fact("waived", date(2024, 3, 1), date(2024, 9, 1))],
    )
    running = Case(date(2023, 1, 1), None, None, [Fact("admitted", date(2023, 1, 1), None)])
    keys = written([lapsed, resigned, waived, running], tier(administrator()))
    over = dict(Membership.objects.with_status(date(2026, 1, 1)).values_list("pk", "over_since"))
    assert [over[key] for key in keys] == [date(2024, 3, 31), date(2023, 5, 2), date(2024, 9, 1), None]
