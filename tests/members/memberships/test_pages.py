"""The pages of memberships: what they show, what they record, what they refuse."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.validity import today
from members import services as directory
from members.memberships import rules, services
from members.memberships.reference import load_clocks
from members.models import DuesRate, Membership, MembershipClock, MembershipTier, Person
from tests.members.memberships.making import LONG_AGO, by_board, clocks, member, party, tier

pytestmark = pytest.mark.django_db

A_DAY = timedelta(days=1)


def every_state(keeper: User) -> dict[str, Membership]:
    """One member of each status today."""
    clocks(grace=60)
    of_tier = tier()
    now = today()
    year = timedelta(days=365)

    def made(name: str, first: date, last: date | None, **facts: object) -> Membership:
        who = party(keeper, name)
        return member(keeper, party=who, tier=of_tier, first=first, last=last, decided_on=min(first, now), **facts)

    found = {
        "active": made("Active Alloys", now - year, now + year),
        "grace": made("Grace Graphite", now - year, now - 10 * A_DAY),
        "lapsed": made("Lapsed Lithium", now - 2 * year, now - year),
        "suspended": made("Suspended Silica", now - year, now + year),
        "ended": made("Ended Elements", now - year, now + year),
        "applicant": made("Applying Antimony", now + 10 * A_DAY, now + year, applied_on=now - 3 * A_DAY),
    }
    why = by_board(now, "As decided.")
    services.suspend(actor=keeper, membership=found["suspended"], first=now, last=None, ruling=why)
    services.end(actor=keeper, membership=found["ended"], kind="resigned", last=now - A_DAY, ruling=why)
    return found


def names(client: Client, address: str, **query: object) -> set[str]:
    response = client.get(reverse(address), query)
    assert response.status_code == 200
    return {str(getattr(row.record, "party", row.record)) for row in response.context["list"].rows}


def test_the_list_is_narrowed_by_status_tier_name_and_end(as_viewer: Client, secretariat: User) -> None:
    found = every_state(secretariat)
    for status, membership in found.items():
        assert names(as_viewer, "memberships:list", status=status) == {str(membership.party)}
    assert len(names(as_viewer, "memberships:list")) == 6
    assert names(as_viewer, "memberships:list", q="graphite") == {"Grace Graphite"}
    assert names(as_viewer, "memberships:list", ends="past") == {"Grace Graphite", "Lapsed Lithium", "Ended Elements"}
    last = today() + 30 * A_DAY
    member(secretariat, party=party(name="Soon Ended"), tier=found["active"].tier, last=last)
    assert names(as_viewer, "memberships:list", ends="30") == {"Soon Ended"}
    open_ended = member(secretariat, party=party(name="For Good"), tier=tier(name_en="Honorary"), last=None)
    assert names(as_viewer, "memberships:list", ends="never") == {"For Good"}
    assert names(as_viewer, "memberships:list", tier=open_ended.tier_id) == {"For Good"}


def test_organizations_are_narrowed_by_their_membership_and_show_it(as_viewer: Client, secretariat: User) -> None:
    found = every_state(secretariat)
    party(name="Stranger Stones")
    for status, membership in found.items():
        assert names(as_viewer, "organizations:list", membership=status) == {str(membership.party)}
    assert names(as_viewer, "organizations:list", membership="never") == {"Stranger Stones"}
    # Whoever came back counts as what it is now, not as what it was.
    back = found["lapsed"]
    member(secretariat, party=back.party, tier=back.tier, first=today(), last=None, decided_on=today())
    assert names(as_viewer, "organizations:list", membership="lapsed") == set()
    assert names(as_viewer, "organizations:list", membership="active") == {"Active Alloys", "Lapsed Lithium"}
    page = as_viewer.get(reverse("organizations:list"), {"column": ["name", "membership"], "q": "Grace"})
    assert "In grace" in page.content.decode()


def test_people_are_covered_until_the_day_on_which_their_place_ends(as_staff: Client, secretariat: User) -> None:
    held = member(secretariat, first=LONG_AGO, last=None)
    person = directory.create_person(actor=secretariat, given_name="Ines", family_name="Quarry")
    place = directory.add_affiliation(
        actor=secretariat, person=person, party=held.party, first=date(2020, 1, 1), last=today()
    )
    other = directory.create_person(actor=secretariat, given_name="Otto", family_name="Elsewhere")
    assert names(as_staff, "people:list", covered="yes") == {str(person)}
    assert names(as_staff, "people:list", covered="no") == {str(other)}
    assert "Covered by the membership of" in as_staff.get(person.get_absolute_url()).content.decode()
    directory.end_affiliation(actor=secretariat, affiliation=place, last=today() - A_DAY)
    assert names(as_staff, "people:list", covered="yes") == set()
    assert "panel-covered" not in as_staff.get(person.get_absolute_url()).content.decode()
    then = as_staff.get(reverse("people:on_a_day", args=[person.pk]), {"on": (today() - A_DAY).isoformat()})
    assert str(held.party) in then.content.decode()


def test_who_is_suspended_covers_nobody(as_staff: Client, secretariat: User) -> None:
    held = member(secretariat, first=LONG_AGO, last=None)
    person = directory.create_person(
        actor=secretariat, given_name="Ines", family_name="Quarry", organization=held.party
    )
    assert names(as_staff, "people:list", covered="yes") == {str(person)}
    services.suspend(actor=secretariat, membership=held, first=today(), last=None, ruling=by_board(today(), "Dispute."))
    assert names(as_staff, "people:list", covered="yes") == set()


def test_a_member_is_admitted_by_the_form(as_secretariat: Client, secretariat: User) -> None:
    of_tier, who = tier(), party()
    address = reverse("memberships:admit")
    assert str(who) in as_secretariat.get(address, {"party": who.pk}).content.decode()
    sent = {
        "party": who.pk,
        "tier": of_tier.pk,
        "first": "2026-05-01",
        "last": "2026-04-30",
        "decided_by": "Board",
        "decided_on": "2026-04-15",
    }
    refused = as_secretariat.post(address, sent)
    assert refused.status_code == 422
    assert "A membership cannot end before it starts." in refused.content.decode()
    assert not Membership.objects.exists()
    done = as_secretariat.post(address, {**sent, "last": "2027-04-30"})
    membership = Membership.objects.get()
    assert done.headers["Location"] == membership.get_absolute_url()
    assert (membership.party, membership.first_day, membership.last_day) == (who, date(2026, 5, 1), date(2027, 4, 30))
    panel = as_secretariat.get(who.get_absolute_url()).content.decode()
    assert membership.get_absolute_url() in panel
    assert reverse("memberships:admit") not in panel


def test_each_decision_is_recorded_by_its_form(as_secretariat: Client, secretariat: User) -> None:
    clocks()
    held = member(secretariat, first=today() - 300 * A_DAY, last=today() + 65 * A_DAY)
    ruling = {"decided_by": "Board", "decided_on": today().isoformat(), "reason": "As decided."}
    day, later = today().isoformat(), (today() + 500 * A_DAY).isoformat()
    for act, sent, status in (
        ("renew", {"last": later}, "active"),
        ("waive", {"first": day, "last": later}, "active"),
        ("suspend", {"first": day}, "suspended"),
        ("reinstate", {"first": day}, "active"),
        ("end", {"kind": "resigned", "last": (today() - A_DAY).isoformat()}, "ended"),
        ("reinstate", {"first": day}, "active"),
    ):
        address = reverse(f"memberships:{act}", args=[held.pk])
        assert as_secretariat.get(address).status_code == 200
        without = as_secretariat.post(address, {**sent, **ruling, "decided_by": ""})
        assert without.status_code == 422, act
        assert as_secretariat.post(address, {**sent, **ruling}).status_code == 302, act
        assert Membership.objects.with_status().get(pk=held.pk).status == status, act
    page = as_secretariat.get(held.get_absolute_url()).content.decode()
    for words in ("Admitted", "Renewed", "Dues waived", "Suspended", "Reinstated", "Resigned"):
        assert words in page


def test_whom_mail_goes_to_is_set_by_the_form(as_secretariat: Client, secretariat: User) -> None:
    held = member(secretariat)
    person = directory.create_person(actor=secretariat, given_name="Ines", family_name="Quarry")
    address = reverse("memberships:contact", args=[held.pk])
    assert as_secretariat.post(address, {"contact": person.pk}).status_code == 302
    held.refresh_from_db()
    assert held.contact == person
    assert Person.objects.get(pk=person.pk).memberships_answered_for.get() == held


def test_the_page_tells_the_consent_that_the_law_implies_and_its_source(as_viewer: Client, secretariat: User) -> None:
    clocks(grace=60)
    held = member(secretariat, first=date(2023, 1, 1), last=date(2023, 12, 31))
    page = as_viewer.get(held.get_absolute_url()).content.decode()
    assert "Mar\u00a01, 2024" in page  # January 1 and 60 days of grace
    assert "Mar\u00a01, 2026" in page
    assert "Employees of an organization are not covered." in page


def test_administrators_set_tiers_dues_and_clocks(as_administrator: Client, as_secretariat: Client) -> None:
    new = reverse("memberships:tier_create")
    sent = {
        "name_en": "Academic",
        "name_fr": "Milieu universitaire",
        "kinds": ["academic"],
        "first": "2026-01-01",
        "position": "2",
    }
    assert as_secretariat.post(new, sent).status_code == 403
    assert as_administrator.post(new, {**sent, "name_fr": ""}).status_code == 422
    assert as_administrator.post(new, sent).status_code == 302
    made = MembershipTier.objects.get()
    edit = reverse("memberships:tier_edit", args=[made.pk])
    changed = {**sent, "name_en": "University", "version": made.version}
    assert as_administrator.post(edit, changed).status_code == 302
    assert as_administrator.post(edit, {**changed, "name_en": "College"}).status_code == 409
    dues = reverse("memberships:dues", args=[made.pk])
    assert as_administrator.post(dues, {"amount": "250.50", "first": "2026-01-01"}).status_code == 302
    assert as_administrator.post(dues, {"amount": "1", "first": "2026-01-01"}).status_code == 422
    assert DuesRate.objects.get().amount == 250.5
    clock = reverse("memberships:clock", args=["reminders"])
    assert as_administrator.post(clock, {"numbers": "60, 0, \u221215", "first": "2026-01-01"}).status_code == 302
    assert MembershipClock.objects.get(subject="reminders").numbers == [60, 0, -15]
    assert as_administrator.post(clock, {"numbers": "soon", "first": "2026-02-01"}).status_code == 422
    assert as_administrator.get(reverse("memberships:clock", args=["nothing"])).status_code == 404
    page = as_secretariat.get(reverse("memberships:rules")).content.decode()
    assert "University" in page
    assert "$250.50" in page
    assert new not in page


def test_the_clocks_of_a_new_installation_name_the_law(as_viewer: Client) -> None:
    load_clocks()
    assert "0 added" in load_clocks()
    found = {row.subject: row for row in MembershipClock.objects.all()}
    assert {subject: row.numbers for subject, row in found.items()} == {
        "grace": [60],
        "reminders": [90, 30, 0, -30],
        "consent": [24],
    }
    assert "s. 10(13)(c)" in found["consent"].source.text
    assert (found["consent"].is_confirmed, found["grace"].is_confirmed) == (True, False)
    assert rules.clock_on("grace", LONG_AGO) == found["grace"]
