"""The lists of whom we let drift: what we owe first, then who is overdue; filters, files, others' lists, home."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement import services
from c2m2a_crm.engagement.services import Promise, Raised
from members.models import Party, Person
from members.services import create_party, create_person
from tests.engagement.making import circle_of, log
from tests.engagement.rhythms.making import member_of, rhythm_of_tier
from tests.members.reading import read

pytestmark = pytest.mark.django_db

PULSE = reverse("pulse:list")


def named(client: Client, url: str) -> list[str]:
    return [link.text_content() for link in read(client.get(url)).cssselect("tbody th a.t")]


def carried(client: Client, name: str, **said: str) -> str:
    """The file of that list."""
    response: Any = client.post(reverse("core:export", args=[name, "csv"]), said)
    return b"".join(response.streaming_content).decode()


def days_ago(days: int) -> date:
    return today() - timedelta(days=days)


@pytest.fixture
def drifting(staff: User, nation: Party) -> dict[str, Party]:
    """A member that is overdue, one that is on, one that is soon due, one we owe an answer, one a late promise; and a
    Nation that we owe both."""
    tier = rhythm_of_tier(60)
    made = {
        name: create_party(actor=staff, kind="business", name_en=name, owner=staff if name == "Overdue" else None)
        for name in ("On", "Soon", "Overdue", "Question", "Promise", "Nothing")
    }
    for name, days in (("On", 3), ("Soon", 50), ("Overdue", 100)):
        member_of(tier, made[name])
        log(staff, made[name], occurred_on=days_ago(days))
    log(staff, made["Question"], nation, occurred_on=days_ago(20), raised=[Raised("question", "When?")])
    late = [Promise("the criteria", due_on=days_ago(30))]
    log(staff, made["Promise"], occurred_on=days_ago(95), promises=late)
    log(staff, nation, occurred_on=days_ago(90), promises=late, raised=[Raised("question", "And when?")])
    return made


def test_what_we_owe_comes_first_then_whom_we_let_drift_and_never_a_nation(
    as_viewer: Client, drifting: dict[str, Party]
) -> None:
    assert named(as_viewer, PULSE) == ["Promise", "Question", "Overdue", "Soon", "On"]
    for query, found in (
        ("?state=overdue&state=soon", ["Overdue", "Soon"]),
        ("?owed=promises", ["Promise"]),
        ("?owed=questions", ["Question"]),
        ("?owed=nothing", ["Overdue", "Soon", "On"]),
        ("?owner=nobody", ["Promise", "Question", "Soon", "On"]),
        ("?q=over", ["Overdue"]),
        ("?sort=-name", ["Soon", "Question", "Promise", "Overdue", "On"]),
    ):
        assert named(as_viewer, PULSE + query) == found, query
    of_tier = drifting["On"].memberships.get().tier_id
    page = read(as_viewer.get(f"{PULSE}?tier={of_tier}"))
    assert [link.text_content() for link in page.cssselect("tbody th a.t")] == ["Overdue", "Soon", "On"]
    mark = page.cssselect("tbody details.why")[0].text_content()
    for words in ("every 60 days", "Corporate", "Graphite offtake", "Due on"):
        assert words in mark


def test_people_stand_in_a_list_of_their_own(
    staff: User, as_viewer: Client, northline: Party, amara: Person, nation: Party
) -> None:
    speaker = create_person(actor=staff, given_name="Joan", family_name="Narrows", organization=nation)
    member_of(rhythm_of_tier(30), northline, amara)
    log(staff, amara, speaker, occurred_on=days_ago(40), raised=[Raised("question", "When?")])
    assert named(as_viewer, reverse("pulse:people")) == ["Amara Tamarack"]
    assert named(as_viewer, PULSE) == ["Northline Nickel Refining"]
    services.agree_quiet(actor=staff, record=northline, until=today(), agreed_by="Amara", reason="Elections")
    people = f"{reverse('people:list')}?rhythm=quiet&column=name&column=rhythm"
    assert named(as_viewer, people) == ["Amara Tamarack"]
    assert "Agreed quiet" in read(as_viewer.get(people)).cssselect("tbody")[0].text_content()


def test_the_directory_is_narrowed_by_state_and_files_carry_it(
    as_staff: Client, drifting: dict[str, Party], staff: User
) -> None:
    organizations = reverse("organizations:list")
    assert named(as_staff, f"{organizations}?rhythm=overdue") == ["Overdue"]
    plain = carried(as_staff, "organizations", query="column=name&column=rhythm&q=over")
    assert "Overdue,Overdue" in plain.replace('"', "")
    told = carried(as_staff, "pulse", query="owed=promises", purpose="Board")
    assert "1 promise of ours late" in told
    assert "Spruce" not in told


def test_nobody_outside_a_circle_sees_what_is_owed_in_it(
    staff: User, as_staff: Client, as_viewer: Client, northline: Party
) -> None:
    circle = circle_of(staff, owner=staff)
    late = [Promise("the criteria", due_on=days_ago(3))]
    for access in ("sealed_circle", "restricted_circle"):
        confided: dict[str, Any] = {access: circle}
        log(staff, northline, promises=late, raised=[Raised("question", "When?")], **confided)
    assert named(as_staff, PULSE) == ["Northline Nickel Refining"]
    assert named(as_viewer, PULSE) == []
    assert named(as_viewer, f"{PULSE}?owed=any") == []


def test_home_names_who_drifts_by_our_rhythm_and_nobody_with_whom_quiet_is_agreed(
    staff: User, as_staff: Client, drifting: dict[str, Party]
) -> None:
    def quiet() -> list[str]:
        return [link.text_content() for link in read(as_staff.get("/")).cssselect("[aria-labelledby='quiet-h'] a.t")]

    Party.objects.update(owner=staff)
    assert quiet() == ["Overdue", "Promise"]  # the second has no rhythm, and was silent for three months
    services.set_own_rhythm(actor=staff, record=drifting["Promise"], days=365, reason="Yearly")
    assert quiet() == ["Overdue"]
    services.agree_quiet(actor=staff, record=drifting["Overdue"], until=today(), agreed_by="Ines", reason="Strike")
    assert quiet() == []
