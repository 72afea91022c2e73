"""What may be done to a membership, what is refused with a sentence, and what history says of it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import NotAllowed
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.history import history_of, recorded
from c2m2a_crm.core.validity import today
from members import services as directory
from members.memberships import rules, services
from members.memberships.errors import (
    ClockBegins,
    EndsBeforeItStarts,
    MembershipHeld,
    MembershipRefused,
    RateBegins,
)
from members.models import DuesRate, Membership, MembershipClock, MembershipDecision
from tests.members.memberships.making import LONG_AGO, by_board, clocks, member, party, tier

pytestmark = pytest.mark.django_db


def status_on(membership: Membership, day: date) -> str:
    return str(Membership.objects.with_status(day).get(pk=membership.pk).status)


def test_a_membership_that_ends_before_it_starts_is_refused_with_a_sentence(secretariat: User) -> None:
    of_tier, who = tier(), party()
    with pytest.raises(EndsBeforeItStarts) as refused:
        services.admit(
            actor=secretariat,
            party=who,
            tier=of_tier,
            first=date(2026, 5, 1),
            last=date(2026, 4, 30),
            ruling=by_board(date(2026, 4, 1)),
        )
    assert str(refused.value) == "A membership cannot end before it starts."
    assert not Membership.objects.exists()
    assert not MembershipDecision.objects.exists()


def test_the_database_itself_refuses_a_term_without_a_day_and_a_second_membership(secretariat: User) -> None:
    first = member()
    for term in (DateRange(date(2028, 1, 1), date(2028, 1, 1)), DateRange(None, date(2028, 1, 1)), first.term):
        with pytest.raises(IntegrityError), transaction.atomic(), recorded(None, system="tests"):
            Membership.objects.create(party=first.party, tier=first.tier, term=term)


def test_one_membership_at_a_time(secretariat: User) -> None:
    held = member()
    with pytest.raises(MembershipHeld):
        member(party=held.party, tier=held.tier, first=date(2026, 12, 31), last=date(2027, 5, 1))
    after = member(party=held.party, tier=held.tier, first=date(2027, 1, 1), last=None)
    assert after.last_day is None


def test_who_is_in_grace_is_renewed_and_not_admitted_again(secretariat: User) -> None:
    clocks(grace=60)
    held = member(first=date(2025, 1, 1), last=date(2025, 12, 31))
    with pytest.raises(MembershipRefused, match="Renew it instead"):
        member(party=held.party, tier=held.tier, first=date(2026, 3, 1), last=None)
    member(party=held.party, tier=held.tier, first=date(2026, 3, 2), last=None)


def test_only_parties_of_its_kinds_enter_a_tier_and_only_while_it_is_offered(secretariat: User) -> None:
    of_tier = tier(first=date(2026, 1, 1), last=date(2026, 12, 31))
    with pytest.raises(MembershipRefused, match="not open to this kind: Association"):
        member(party=party(kind="association"), tier=of_tier)
    with pytest.raises(MembershipRefused, match="not offered on the first day"):
        member(tier=of_tier, first=date(2027, 1, 1), last=None)


def test_a_renewal_lengthens_the_term_and_may_change_the_tier(secretariat: User) -> None:
    clocks()
    held = member(first=today() - timedelta(days=300), last=today() + timedelta(days=64))
    other = tier(name_en="Founding", name_fr="Fondateur")
    last = today() + timedelta(days=429)
    renewed = services.renew(
        actor=secretariat, membership=held, last=last, tier=other, ruling=by_board(today(), "One more year.")
    )
    assert (renewed.first_day, renewed.last_day, renewed.tier) == (held.first_day, last, other)
    decision = renewed.decisions.get(kind="renewed")
    assert (decision.first_day, decision.last_day) == (today() + timedelta(days=65), last)
    assert (decision.decided_by, decision.recorded_by, decision.reason) == (
        "Board of directors",
        secretariat,
        "One more year.",
    )
    change = history_of(renewed)[0]
    assert (change.actor_id, change.reason) == (secretariat.pk, "One more year.")
    with pytest.raises(MembershipRefused, match="must lie after the present one"):
        services.renew(actor=secretariat, membership=renewed, last=last, ruling=by_board(today()))


def test_what_lapsed_is_not_renewed(secretariat: User) -> None:
    clocks(grace=10)
    held = member(first=date(2024, 1, 1), last=today() - timedelta(days=11))
    with pytest.raises(MembershipRefused, match="Admit the member anew"):
        services.renew(actor=secretariat, membership=held, last=today() + timedelta(days=300), ruling=by_board(today()))
    in_grace = member(
        party=party(name="Ochre Works"), tier=held.tier, last=today() - timedelta(days=10), first=LONG_AGO
    )
    services.renew(actor=secretariat, membership=in_grace, last=today() + timedelta(days=5), ruling=by_board(today()))
    assert status_on(in_grace, today()) == "active"


def test_a_renewal_decided_in_time_may_be_recorded_late(secretariat: User) -> None:
    clocks(grace=0)
    held = member(first=date(2023, 1, 1), last=date(2023, 12, 31))
    services.renew(actor=secretariat, membership=held, last=date(2024, 12, 31), ruling=by_board(date(2023, 11, 1)))
    assert [status_on(held, day) for day in (date(2024, 6, 1), date(2025, 1, 1))] == ["active", "lapsed"]


def test_suspension_and_waiver_are_dated_rows_with_a_reason(secretariat: User) -> None:
    clocks(grace=30)
    held = member(first=today() - timedelta(days=400), last=today() - timedelta(days=5))
    with pytest.raises(MembershipRefused, match="Say why"):
        services.waive(
            actor=secretariat,
            membership=held,
            first=today(),
            last=today() + timedelta(days=90),
            ruling=by_board(today()),
        )
    ruling = by_board(today(), "The mill burnt down.")
    services.waive(actor=secretariat, membership=held, first=today(), last=today() + timedelta(days=90), ruling=ruling)
    services.suspend(
        actor=secretariat,
        membership=held,
        first=today() + timedelta(days=10),
        last=today() + timedelta(days=19),
        ruling=by_board(today(), "Dispute about the code of conduct."),
    )
    days = (-400, -5, -4, 0, 9, 10, 19, 20, 90, 91)
    said = [status_on(held, today() + timedelta(days=number)) for number in days]
    assert said == [
        "active", "active", "grace", "active", "active", "suspended", "suspended", "active", "active", "lapsed"
    ]  # fmt: skip
    with pytest.raises(MembershipRefused, match="last day must not lie before the first"):
        services.suspend(
            actor=secretariat, membership=held, first=today(), last=today() - timedelta(days=1), ruling=ruling
        )


def test_who_resigns_is_a_member_to_the_last_day_and_can_come_back(secretariat: User) -> None:
    held = member(first=date(2026, 1, 1), last=date(2026, 12, 31))
    last = date(2026, 6, 30)
    ruling = by_board(date(2026, 6, 1), "Left the sector.")
    services.end(actor=secretariat, membership=held, kind="resigned", last=last, ruling=ruling)
    assert [status_on(held, day) for day in (last, last + timedelta(days=1))] == ["active", "ended"]
    with pytest.raises(MembershipRefused, match="lapsed or ended already"):
        services.end(actor=secretariat, membership=held, kind="expelled", last=last, ruling=ruling)
    again = member(party=held.party, tier=held.tier, first=date(2026, 7, 1), last=date(2027, 6, 30))
    assert status_on(again, date(2026, 7, 1)) == "active"
    with pytest.raises(MembershipHeld):
        services.reinstate(
            actor=secretariat, membership=held, first=date(2026, 7, 1), ruling=by_board(date(2026, 7, 1), "A mistake.")
        )


def test_an_end_before_the_first_day_is_refused(secretariat: User) -> None:
    held = member(first=date(2026, 1, 1))
    with pytest.raises(EndsBeforeItStarts):
        services.end(
            actor=secretariat,
            membership=held,
            kind="expelled",
            last=date(2025, 12, 31),
            ruling=by_board(date(2026, 2, 1), "Fraud."),
        )
    held.refresh_from_db()
    assert held.last_day == date(2026, 12, 31)


def test_an_end_and_a_suspension_can_be_taken_back(secretariat: User) -> None:
    held = member(first=date(2026, 1, 1), last=date(2026, 12, 31))
    decided = by_board(date(2026, 3, 1), "Dispute.")
    with pytest.raises(MembershipRefused, match="neither suspended nor ended"):
        services.reinstate(actor=secretariat, membership=held, first=date(2026, 3, 1), ruling=decided)
    services.suspend(actor=secretariat, membership=held, first=date(2026, 3, 1), last=None, ruling=decided)
    services.reinstate(actor=secretariat, membership=held, first=date(2026, 4, 1), ruling=decided)
    services.end(actor=secretariat, membership=held, kind="expelled", last=date(2026, 5, 31), ruling=decided)
    services.reinstate(actor=secretariat, membership=held, first=date(2026, 6, 10), ruling=decided)
    days = [date(2026, 3, 31), date(2026, 4, 1), date(2026, 6, 1), date(2026, 6, 10), date(2026, 12, 31)]
    assert [status_on(held, day) for day in days] == ["suspended", "active", "ended", "active", "active"]
    held.refresh_from_db()
    assert held.last_day == date(2026, 12, 31)


def test_only_secretariat_and_administrators_decide_and_only_administrators_set_rules(
    staff: User, secretariat: User, administrator: User
) -> None:
    held = member(secretariat)
    ruling = by_board(date(2026, 2, 1), "As asked.")
    for act in (
        lambda: services.renew(actor=staff, membership=held, last=None, ruling=ruling),
        lambda: services.suspend(actor=staff, membership=held, first=today(), last=None, ruling=ruling),
        lambda: services.waive(actor=staff, membership=held, first=today(), last=today(), ruling=ruling),
        lambda: services.end(actor=staff, membership=held, kind="resigned", last=today(), ruling=ruling),
        lambda: services.reinstate(actor=staff, membership=held, first=today(), ruling=ruling),
        lambda: services.set_contact(actor=staff, membership=held, contact=None),
        lambda: member(staff, party=party(), tier=held.tier),
        lambda: rules.set_clock(actor=secretariat, subject="grace", numbers=[1], first=today()),
        lambda: rules.set_dues(actor=secretariat, tier=held.tier, amount=Decimal(1), first=today()),
        lambda: rules.update_tier(actor=secretariat, tier=held.tier, version=1, changes={"position": 3}),
        lambda: tier(secretariat),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert held.decisions.count() == 1


def test_a_decision_lies_in_the_past_and_somebody_took_it(secretariat: User) -> None:
    held = member(first=date(2026, 1, 1), last=None)
    for ruling, words in (
        (services.Ruling(" ", today(), "Why."), "Say who decided"),
        (services.Ruling("Board", today() + timedelta(days=1), "Why."), "cannot lie in the future"),
    ):
        with pytest.raises(MembershipRefused, match=words):
            services.suspend(actor=secretariat, membership=held, first=today(), last=None, ruling=ruling)


def test_dues_and_clocks_are_dated_one_after_another(administrator: User) -> None:
    of_tier = tier(administrator, amount="500.00")
    rules.set_dues(actor=administrator, tier=of_tier, amount=Decimal("650.00"), first=date(2026, 4, 1))
    rates = DuesRate.objects.filter(tier=of_tier).order_by("valid")
    assert [(rate.amount, rate.valid.lower, rate.valid.upper) for rate in rates] == [
        (Decimal("500.00"), LONG_AGO, date(2026, 4, 1)),
        (Decimal("650.00"), date(2026, 4, 1), None),
    ]
    for day, amount in ((date(2026, 3, 31), "500.00"), (date(2026, 4, 1), "650.00")):
        rate = rules.dues_on(of_tier, day)
        assert rate is not None
        assert rate.amount == Decimal(amount)
    with pytest.raises(RateBegins):
        rules.set_dues(actor=administrator, tier=of_tier, amount=Decimal(1), first=date(2026, 4, 1))
    clocks()
    with pytest.raises(ClockBegins):
        rules.set_clock(actor=administrator, subject="grace", numbers=[5], first=LONG_AGO)
    for subject, numbers in (("grace", [-1]), ("grace", [1, 2]), ("reminders", []), ("reminders", [400])):
        with pytest.raises(MembershipRefused):
            rules.set_clock(actor=administrator, subject=subject, numbers=numbers, first=today())
    reminders = rules.set_clock(actor=administrator, subject="reminders", numbers=[0, 30, 30], first=today())
    assert reminders.numbers == [30, 0]
    assert MembershipClock.objects.filter(subject="reminders").count() == 2


def test_a_tier_is_changed_by_one_of_two_editors(administrator: User) -> None:
    of_tier = tier(administrator)
    version = of_tier.version
    rules.update_tier(actor=administrator, tier=of_tier, version=version, changes={"name_en": "Company"})
    with pytest.raises(EditConflict):
        rules.update_tier(actor=administrator, tier=of_tier, version=version, changes={"name_en": "Firm"})
    with pytest.raises(MembershipRefused, match="name in both languages"):
        rules.update_tier(actor=administrator, tier=of_tier, version=version + 1, changes={"name_fr": " "})
    with pytest.raises(MembershipRefused, match="to whom the tier is open"):
        rules.update_tier(actor=administrator, tier=of_tier, version=version + 1, changes={"kinds": []})


def test_an_archived_party_is_not_admitted(secretariat: User) -> None:
    who = party(secretariat)
    directory.archive_party(actor=secretariat, party=who, reason="Wound up.")
    who.refresh_from_db()
    with pytest.raises(MembershipRefused, match="archived"):
        member(secretariat, party=who)
