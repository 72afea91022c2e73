"""Who should be a member: by gap and by warmth, in words; and who is no prospect."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.operations.services import undo
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement import services
from c2m2a_crm.engagement.models import Interaction, NoProspect
from c2m2a_crm.engagement.prospects import prospects, reasons_of
from members.models import Concept, Jurisdiction, Party, Person
from members.reference import load_jurisdictions
from members.services import create_party
from members.services.profiles import Line, add_profile_lines
from tests.engagement.making import circle_of, log
from tests.engagement.rhythms.making import member_of, rhythm_of_tier
from tests.members.memberships.making import member, tier
from tests.members.reading import read

pytestmark = pytest.mark.django_db

PROSPECTS = reverse("prospects:list")


@pytest.fixture
def words(db: None) -> dict[str, Any]:
    load_jurisdictions()
    made: dict[str, Any] = {
        code: Concept.objects.create(vocabulary=vocabulary, code=code, label_en=code.title(), label_fr=code.title())
        for vocabulary, code in (("mineral", "lithium"), ("mineral", "nickel"), ("stage", "refining"))
    }
    return {**made, "QC": Jurisdiction.objects.get(code="QC"), "ON": Jurisdiction.objects.get(code="ON")}


def named(client: Client, url: str) -> list[str]:
    return [link.text_content() for link in read(client.get(url)).cssselect("tbody th a.t")]


def works(actor: User, party: Party, words: dict[str, Any], mineral: str, place: str = "QC") -> Party:
    line = Line(mineral=words[mineral], stage=words["refining"], jurisdiction=words[place])
    add_profile_lines(actor=actor, rows=[(party, line)], source="Their site")
    return party


def business(actor: User, name: str) -> Party:
    return create_party(actor=actor, kind="business", name_en=name)


def test_gaps_are_fields_without_a_member_or_with_few(
    staff: User, as_viewer: Client, words: dict[str, Any], nation: Party
) -> None:
    of_tier = tier(kinds=["business", "nation"])
    empty = works(staff, business(staff, "Empty"), words, "lithium")
    thin = works(staff, business(staff, "Thin"), words, "nickel")
    works(staff, business(staff, "Crowded"), words, "nickel", "ON")
    create_party(actor=staff, kind="government", government_level="federal", name_en="No tier for it")
    # A Nation that works in the field, and is a member, fills no gap and is no prospect.
    member_of(of_tier, works(staff, nation, words, "lithium"))
    for number in range(2):
        member_of(of_tier, works(staff, business(staff, f"Few {number}"), words, "nickel"))
    for number in range(3):
        member_of(of_tier, works(staff, business(staff, f"Many {number}"), words, "nickel", "ON"))
    # An applicant, and one that was a member: the first is no prospect, the second fills no gap.
    soon = today() + timedelta(days=30)
    applicant = works(staff, business(staff, "Applicant"), words, "lithium")
    member(party=applicant, tier=of_tier, first=soon, last=None, applied_on=today(), decided_on=today())
    assert named(as_viewer, PROSPECTS) == ["Empty", "Thin"]
    assert named(as_viewer, f"{PROSPECTS}?gap=none") == ["Empty"]
    assert named(as_viewer, f"{PROSPECTS}?gap=few") == ["Thin"]
    assert named(as_viewer, f"{PROSPECTS}?mineral=nickel&stage=refining") == ["Thin"]
    found = reasons_of(staff, [empty.pk, thin.pk])
    assert found[empty.pk].fields == [("Lithium · Refining · Quebec", 0)]
    assert found[thin.pk].fields == [("Nickel · Refining · Quebec", 2)]
    page = read(as_viewer.get(PROSPECTS)).cssselect("tbody")[0].text_content()
    assert "No member in Lithium · Refining · Quebec" in page
    assert "2 members in Nickel · Refining · Quebec" in page
    assert "Spruce" not in page
    organizations = reverse("organizations:list")
    assert named(as_viewer, f"{organizations}?prospect=gap") == ["Empty", "Thin"]


def test_warmth_counts_two_way_touches_that_the_reader_may_read(
    staff: User, secretariat: User, as_viewer: Client, northline: Party, fundy: Party, amara: Person
) -> None:
    rhythm_of_tier()
    log(staff, amara)
    log(staff, northline, kind=Interaction.Kind.MEETING)
    log(staff, northline, kind=Interaction.Kind.EMAIL, direction="outgoing")
    log(staff, northline, occurred_on=today() - timedelta(days=400))
    log(staff, fundy, sealed_circle=circle_of(staff, owner=staff))
    for actor, warm in ((staff, {northline, fundy}), (secretariat, {northline})):
        assert set(prospects(actor)) == warm
    reasons = reasons_of(staff, [northline.pk])[northline.pk]
    assert (reasons.touches, reasons.people) == (2, 1)
    assert named(as_viewer, f"{PROSPECTS}?warm=yes") == ["Northline Nickel Refining"]
    assert "2 contacts in 12 months, 1 person known" in as_viewer.get(PROSPECTS).content.decode()
    assert named(as_viewer, f"{PROSPECTS}?step=yes") == []
    services.add_follow_up(actor=staff, text="Invite them", assignee=staff, party=northline)
    assert named(as_viewer, f"{PROSPECTS}?step=yes") == ["Northline Nickel Refining"]


def test_who_is_no_prospect_says_why_and_since_when_and_comes_back(
    staff: User, as_staff: Client, as_viewer: Client, northline: Party, amara: Person
) -> None:
    rhythm_of_tier()
    log(staff, amara)
    url = reverse("prospects:rule_out", args=[northline.pk])
    assert as_staff.post(url, {"reason": " "}).status_code == 422
    assert as_viewer.post(url, {"reason": "No"}).status_code == 403
    as_staff.post(url, {"reason": "Their board decided against it."})
    assert named(as_staff, PROSPECTS) == []
    out = read(as_staff.get(f"{PROSPECTS}?tab=out")).cssselect("tbody")[0].text_content()
    assert "Their board decided against it." in out
    assert named(as_staff, f"{reverse('organizations:list')}?prospect=out") == ["Northline Nickel Refining"]
    with pytest.raises(ValidationError, match="already"):
        services.rule_out(actor=staff, party=northline, reason="Again")
    row = NoProspect.objects.get()
    assert (row.since, row.said_by) == (today(), staff)
    again = services.consider_again(actor=staff, party=northline)
    assert named(as_staff, PROSPECTS) == ["Northline Nickel Refining"]
    assert "Their board decided" in as_viewer.get(reverse("prospects:detail", args=[northline.pk])).content.decode()
    assert again is not None
    undo(actor=staff, operation=again)
    assert named(as_staff, PROSPECTS) == []
    with pytest.raises(IntegrityError, match="no_prospect_once"), transaction.atomic():
        NoProspect.objects.create(party=northline, reason="Twice", since=today(), said_by=staff)


def test_who_speaks_for_rights_holders_is_never_a_prospect(
    staff: User, as_viewer: Client, words: dict[str, Any]
) -> None:
    tier(kinds=["business", "representative_body", "nation"])
    body = create_party(actor=staff, kind="representative_body", name_en="Tribal Council")
    works(staff, body, words, "lithium")
    works(staff, business(staff, "Plain"), words, "lithium")
    log(staff, body)
    assert named(as_viewer, PROSPECTS) == ["Plain"]
    NoProspect.objects.create(party=body, reason="Too far.", since=today(), said_by=staff)
    ruled = named(as_viewer, f"{PROSPECTS}?tab=out")
    assert "Tribal Council" not in ruled
    assert not prospects(staff).filter(pk=body.pk).exists()
    choices = read(as_viewer.get(PROSPECTS)).text_content()
    assert "Indigenous representative organization" not in choices
