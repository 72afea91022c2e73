"""Applications from outside: what the public form takes, refuses and never tells; the queue; what becomes of them."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import NotAllowed
from c2m2a_crm.core.models import History, OutboxMessage
from c2m2a_crm.core.validity import today
from members import services as directory
from members.memberships import admission, intake
from members.memberships.errors import MembershipRefused
from members.models import Application, ApplicationCheck, Membership, MembershipTier, Party, Person
from tests.factories import UserFactory
from tests.members.memberships.making import by_board, clocks, tier

pytestmark = pytest.mark.django_db

APPLY = "/p/membership/"
BASE = "https://crm.example/"


@pytest.fixture
def client() -> Client:
    """Somebody at a network address of their own: how often it sends is counted across tests."""
    return Client(REMOTE_ADDR=f"fd00::{secrets.token_hex(2)}:{secrets.token_hex(2)}")


def sent(of_tier: MembershipTier, **changes: Any) -> dict[str, Any]:
    return {
        "organization_name": "Ochre Works",
        "party_kind": "business",
        "website": "https://ochre.example",
        "given_name": "Ines",
        "family_name": "Quarry",
        "title": "Directrice",
        "email": "ines@ochre.example",
        "tier": of_tier.pk,
        "statement": "We separate rare earths.",
        "form_token": str(uuid.uuid4()),
        **changes,
    }


def applied(of_tier: MembershipTier | None = None, language: str = "fr", **changes: Any) -> Application:
    chosen = of_tier or tier()
    fields = {name: value for name, value in sent(chosen, **changes).items() if name != "form_token"}
    fields["tier"] = chosen
    return intake.receive(form_token=uuid.uuid4(), language=language, base_url=BASE, fields=fields)


def checked(actor: User, application: Application) -> Application:
    for point in ApplicationCheck.Point.values:
        intake.check_point(actor=actor, application=application, point=point, note="As it should be.")
    return application


def admitted(actor: User, application: Application, **changes: Any) -> Membership:
    assert application.tier is not None
    wanted: dict[str, Any] = {"tier": application.tier, "first": today(), "last": None, **changes}
    ruling = by_board(today(), "Meets the terms.")
    return admission.admit_applicant(actor=actor, application=application, ruling=ruling, base_url=BASE, **wanted)


def test_an_application_arrives_without_an_account_in_either_language(client: Client) -> None:
    of_tier = tier()
    for language, words in (("en", "Apply for membership"), ("fr", "")):
        page = client.get(APPLY, headers={"Accept-Language": f"{language}-CA"})
        assert page.status_code == 200
        assert words in page.content.decode()
    done = client.post(APPLY, sent(of_tier), headers={"Accept-Language": "fr-CA"})
    assert done.headers["Location"] == f"{APPLY}?sent=1"
    application = Application.objects.get()
    assert (application.organization_name, application.language, application.tier) == ("Ochre Works", "fr", of_tier)
    message = OutboxMessage.objects.get(kind="memberships.received")
    assert (message.to_address, message.language) == ("ines@ochre.example", "fr")
    assert intake.state_path(application) in message.body_text
    assert History.objects.get(tbl="members_application").writer == "public form"


def test_the_answer_does_not_tell_what_is_on_file(client: Client, staff: User) -> None:
    of_tier = tier()
    unknown = client.post(APPLY, sent(of_tier))
    party = directory.create_party(actor=staff, kind="business", name_en="Known Kaolin", website="known.example")
    directory.create_person(
        actor=staff, given_name="Ines", family_name="Quarry", organization=party, email="ines@known.example"
    )
    known = client.post(APPLY, sent(of_tier, organization_name="Known Kaolin", email="ines@known.example"))
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    bodies = (
        OutboxMessage.objects.filter(kind="memberships.received").order_by("pk").values_list("body_text", flat=True)
    )
    assert len({body.replace("Known Kaolin", "Ochre Works").split("/p/")[0] for body in bodies}) == 1
    assert (Application.objects.filter(party=None, person=None).count(), Party.objects.count()) == (2, 1)


def test_spam_is_refused_and_nothing_is_kept(client: Client) -> None:
    of_tier = tier()
    # A program fills in what people do not see: it is thanked, and nothing is kept.
    trapped = client.post(APPLY, sent(of_tier, homepage="https://spam.example"))
    assert trapped.headers["Location"] == f"{APPLY}?sent=1"
    too_large = client.post(APPLY, sent(of_tier, statement="x" * (intake.LARGEST_FORM + 1)))
    assert too_large.status_code == 413
    assert "Shorten what you wrote" in too_large.content.decode()
    for name, value in (
        ("statement", "x" * 5_001),
        ("organization_name", "x" * 251),
        ("email", "nobody"),
        ("tier", "0"),
        ("party_kind", "association"),
        ("form_token", "1"),
    ):
        assert client.post(APPLY, sent(of_tier, **{name: value})).status_code == 422, name
    assert not Application.objects.exists()
    for number in range(5):
        assert client.post(APPLY, sent(of_tier)).status_code == 302, number
    assert client.post(APPLY, sent(of_tier)).status_code == 429
    assert Application.objects.count() == 5
    assert OutboxMessage.objects.count() == 5


def test_the_form_says_what_a_tier_costs_and_asks_only_for_kinds_that_a_tier_is_open_to(client: Client) -> None:
    tier(kinds=["business", "academic"], amount="2500.00")
    page = html.fromstring(client.get(APPLY, headers={"Accept-Language": "en-CA"}).content)
    offered = {name: page.cssselect(f"select[name={name}] option") for name in ("tier", "party_kind")}
    assert [option.text for option in offered["tier"]] == ["Choose a tier", "Corporate ($2,500.00 a year)"]
    assert {option.get("value") for option in offered["party_kind"]} == {"", "business", "academic"}
    assert not page.cssselect("select option[selected]:not([value=''])"), "Nothing is chosen for anybody."
    assert page.cssselect("input[name=email]")[0].get("autocomplete") == "email"


def test_a_form_that_is_sent_twice_makes_one_application(client: Client) -> None:
    twice = sent(tier())
    assert [client.post(APPLY, twice).status_code for _time in range(2)] == [302, 302]
    assert Application.objects.count() == OutboxMessage.objects.count() == 1


def test_the_applicant_sees_the_state_by_the_link_and_nothing_of_what_we_noted(
    client: Client, secretariat: User
) -> None:
    application = applied(language="en")
    link = intake.state_path(application)
    assert "Nobody has begun to look at it." in client.get(link).content.decode()
    checked(secretariat, application)
    assert "We are looking at it." in client.get(link).content.decode()
    ruling = by_board(today(), "Secret reason of ours.")
    admission.decline_applicant(actor=secretariat, application=application, ruling=ruling, base_url=BASE)
    page = client.get(link).content.decode()
    assert "Not accepted." in page
    assert "Secret reason" not in page
    assert "As it should be" not in page
    assert "Secret reason" not in OutboxMessage.objects.get(kind="memberships.declined").body_text
    assert client.get(link[:-2] + "x/").status_code == 404
    assert client.get(f"/p/application/{application.token.hex}/").status_code == 404


def test_the_queue_shows_who_may_be_meant(as_secretariat: Client, staff: User) -> None:
    party = directory.create_party(actor=staff, kind="business", name_en="Ochre Works Ltd.")
    application = applied()
    assert "Ochre Works" in as_secretariat.get(reverse("memberships:applications")).content.decode()
    assert "Ochre Works" not in as_secretariat.get(
        reverse("memberships:applications"), {"state": "declined"}
    ).content.decode().partition("<main")[2].replace("state=", "")
    page = as_secretariat.get(application.get_absolute_url()).content.decode()
    assert party.get_absolute_url() in page


def test_admission_makes_the_member_and_welcomes_in_the_applicants_language(secretariat: User) -> None:
    clocks()
    application = applied()
    with pytest.raises(MembershipRefused, match="every point of the checklist"):
        admitted(secretariat, application)
    membership = admitted(secretariat, checked(secretariat, application))
    party = membership.party
    assert (party.name_fr, party.kind) == ("Ochre Works", "business")
    assert membership.contact is not None
    assert (membership.contact.full_name, membership.contact.language) == ("Ines Quarry", "fr")
    assert membership.contact.affiliations.get().party == party
    assert membership.applied_on == today()
    application.refresh_from_db()
    assert (application.decision, application.membership, application.person) == (
        "admitted",
        membership,
        membership.contact,
    )
    assert Membership.objects.with_status().get().status == "active"
    welcome = OutboxMessage.objects.get(kind="memberships.welcome")
    assert (welcome.to_address, welcome.language) == ("ines@ochre.example", "fr")
    with pytest.raises(MembershipRefused, match="decided already"):
        admitted(secretariat, application)


def test_admission_takes_the_records_on_file(as_secretariat: Client, staff: User, secretariat: User) -> None:
    party = directory.create_party(actor=staff, kind="business", name_en="Ochre Works")
    person = directory.create_person(
        actor=staff, given_name="Inés", family_name="Quarry", organization=party, email="ines@ochre.example"
    )
    application = checked(secretariat, applied())
    sent_form = {
        "who": party.pk,
        "tier": application.tier_id,
        "first": today().isoformat(),
        "decided_by": "Board",
        "decided_on": today().isoformat(),
        "reason": "Meets the terms.",
    }
    address = reverse("memberships:admit_applicant", args=[application.pk])
    assert as_secretariat.get(address).status_code == 200
    assert as_secretariat.post(address, {**sent_form, "who": "999999"}).status_code == 422
    assert as_secretariat.post(address, sent_form).status_code == 302
    membership = Membership.objects.get()
    assert (membership.party, membership.contact) == (party, person)
    assert (Party.objects.count(), Person.objects.count()) == (1, 1)


def test_who_declares_an_interest_does_not_decide(as_secretariat: Client, secretariat: User) -> None:
    application = checked(secretariat, applied())
    address = reverse("memberships:conflict", args=[application.pk])
    assert 'name="text"' in as_secretariat.get(address).content.decode()
    assert as_secretariat.post(address, {"text": ""}).status_code == 422
    assert as_secretariat.post(address, {"text": "My brother works there."}).status_code == 302
    page = as_secretariat.get(application.get_absolute_url()).content.decode()
    assert "My brother works there." in page
    assert reverse("memberships:decline", args=[application.pk]) not in page
    with pytest.raises(MembershipRefused, match="Somebody else decides"):
        admitted(secretariat, application)
    decline = {"decided_by": "Board", "decided_on": today().isoformat(), "reason": "No."}
    assert as_secretariat.post(reverse("memberships:decline", args=[application.pk]), decline).status_code == 422
    colleague = UserFactory(roles=["secretariat"])
    assert str(admitted(colleague, application).party) == "Ochre Works"


def test_staff_neither_see_nor_decide_applications(staff: User, as_staff: Client) -> None:
    application = applied()
    assert as_staff.get(application.get_absolute_url()).status_code == 403
    assert not Application.objects.visible_to(staff).exists()
    for act in (
        lambda: intake.check_point(actor=staff, application=application, point="dues"),
        lambda: intake.declare_conflict(actor=staff, application=application, text="Mine."),
        lambda: admitted(staff, application),
        lambda: admission.decline_applicant(
            actor=staff, application=application, ruling=by_board(today(), "No."), base_url=BASE
        ),
    ):
        with pytest.raises(NotAllowed):
            act()
