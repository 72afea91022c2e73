"""The pages of requests for access: open, search, review by keys, answer as an owner, challenge."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core.models import AuditEvent, Job
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Interaction
from c2m2a_crm.privacy.models import AccessItem, AccessRequest, UnresolvedChallenge
from c2m2a_crm.privacy.reference import load_periods
from members.models import Person
from members.services import create_person
from tests.engagement.making import log
from tests.factories import UserFactory
from tests.privacy.making import about, ask_of, owned_circle, search

MARK = "Quicksilver"
ClientOf = Callable[[User], Client]


@pytest.fixture
def person(staff: User) -> Person:
    return create_person(actor=staff, given_name="Amara", family_name="Tamarack")


@pytest.fixture
def asked(compliance: User, staff: User, person: Person) -> AccessRequest:
    log(staff, person, subject="Offtake")
    request = about(compliance, person)
    search(compliance, request)
    return request


def test_a_request_about_a_person_is_opened_and_searched(
    as_compliance: Client, compliance: User, person: Person
) -> None:
    load_periods()
    response = as_compliance.post(
        reverse("privacy:create_request", args=["person"]),
        {
            "person": person.pk,
            "requester": "Amara Tamarack",
            "received_on": today().isoformat(),
            "language": "fr",
            "words": "Everything",
            "token": str(uuid4()),
        },
    )
    made = AccessRequest.objects.get()
    assert (response.status_code, response["Location"]) == (302, made.get_absolute_url())
    assert (made.person, made.language, made.created_by) == (person, "fr", compliance)
    page = as_compliance.get(made.get_absolute_url()).content.decode()
    assert "Not complete: the records have not been searched." in page
    response = as_compliance.post(reverse("privacy:search", args=[made.pk]))
    assert response["Location"] == reverse("core:job", args=[Job.objects.get(kind="privacy.gather").pk])


def test_a_request_for_information_takes_several_people(as_compliance: Client, staff: User, person: Person) -> None:
    load_periods()
    other = create_person(actor=staff, given_name="Ines", family_name="Flint")
    data = {
        "requester": "Quarry Weekly",
        "received_on": today().isoformat(),
        "language": "en",
        "subject_words": "graphite",
        "people": [str(person.pk)],
        "people_text": "Ines Flint",
        "token": str(uuid4()),
    }
    assert as_compliance.post(reverse("privacy:create_request", args=["information"]), data).status_code == 302
    assert {each.person for each in AccessRequest.objects.get().people.all()} == {person, other}


@pytest.mark.parametrize("kind", ["person", "information"])
def test_bad_input_keeps_what_was_typed(kind: str, as_compliance: Client) -> None:
    load_periods()
    response = as_compliance.post(reverse("privacy:create_request", args=[kind]), {"requester": "", "words": MARK})
    assert response.status_code == 422
    assert MARK in response.content.decode()
    assert not AccessRequest.objects.exists()


def test_an_unknown_kind_has_no_page(as_compliance: Client) -> None:
    assert as_compliance.get(reverse("privacy:create_request", args=["other"])).status_code == 404


def test_review_goes_from_record_to_record_by_keys(as_compliance: Client, asked: AccessRequest) -> None:
    numbers = list(asked.items.order_by("number").values_list("number", flat=True))
    first = reverse("privacy:review", args=[asked.pk, numbers[0]])
    page = as_compliance.get(first).content.decode()
    for key in "rpent":
        assert f'data-key="{key}"' in page
    response = as_compliance.post(first, {"mark": "release"})
    assert response["Location"] == reverse("privacy:review", args=[asked.pk, numbers[1]])
    response = as_compliance.post(reverse("privacy:review", args=[asked.pk, numbers[1]]), {"mark": "exempt"})
    assert response.status_code == 422
    for number in numbers[1:]:
        address = reverse("privacy:review", args=[asked.pk, number])
        last = as_compliance.post(address, {"mark": "exempt", "section": "s. 26"})
    assert last["Location"] == asked.get_absolute_url()
    assert not asked.items.filter(mark="").exists()
    # The section is offered again at the next one.
    assert 'value="s. 26"' in as_compliance.get(first).content.decode()


def test_the_page_narrows_to_a_mark(as_compliance: Client, asked: AccessRequest) -> None:
    item = asked.items.order_by("number").last()
    assert item is not None
    AccessItem.objects.filter(pk=item.pk).update(mark="release", title="Only this one")
    page = as_compliance.get(f"{asked.get_absolute_url()}?mark=release").content.decode()
    assert page.count("data-row-list") == 1
    assert "Only this one" in page
    assert "Offtake" not in page
    assert as_compliance.get(f"{asked.get_absolute_url()}?mark=nonsense&page=zz").status_code == 200


def test_an_owner_answers_and_the_reading_is_noted(
    client_of: ClientOf, staff: User, compliance: User, person: Person, as_compliance: Client
) -> None:
    owner = UserFactory(roles=[Role.STAFF])
    circle = owned_circle(staff, owner)
    entry = log(staff, person, subject=f"{MARK} subject", sealed_circle=circle)
    asked = about(compliance, person)
    search(compliance, asked)
    ask = ask_of(asked, circle)
    client = client_of(owner)
    assert asked.reference in client.get(reverse("privacy:asks")).content.decode()
    address = reverse("privacy:ask", args=[ask.pk])
    page = client.get(address).content.decode()
    assert f"{MARK} subject" in page
    event = AuditEvent.objects.get(verb="record.opened", subject_id=entry.pk)
    assert (event.actor, event.subject_table) == (owner, Interaction._meta.db_table)
    # Ticked by mistake: the button says that nothing goes in.
    client.post(address, {"record": f"engagement_interaction:{entry.pk}", "nothing": "1"})
    assert MARK not in as_compliance.get(asked.get_absolute_url()).content.decode()
    assert "The owners of every circle have answered." in as_compliance.get(asked.get_absolute_url()).content.decode()
    client.post(address, {"record": f"engagement_interaction:{entry.pk}"})
    shown = as_compliance.get(asked.get_absolute_url()).content.decode()
    assert f"{MARK} subject" in shown
    assert circle.name not in shown


@pytest.mark.parametrize("part", ["compliance", "administrator"])
def test_a_sealed_word_reaches_no_page_of_the_searcher(
    part: str, request: pytest.FixtureRequest, client_of: ClientOf, staff: User, person: Person
) -> None:
    searcher = request.getfixturevalue(part)
    circle = owned_circle(staff, UserFactory(roles=[Role.STAFF]), name="Amalgam circle")
    log(staff, person, subject="Open words")
    asked = about(searcher, person)
    before = len(search(searcher, asked))
    log(staff, person, subject=f"{MARK} subject", notes=MARK, sealed_circle=circle)
    log(staff, person, subject=f"{MARK} subject", notes=MARK, restricted_circle=circle)
    assert len(search(searcher, asked)) == before
    client = client_of(searcher)
    pages = [asked.get_absolute_url(), reverse("privacy:requests"), reverse("privacy:asks"), person.get_absolute_url()]
    pages += [reverse("privacy:review", args=[asked.pk, item.number]) for item in asked.items.all()]
    said = [client.get(page).content.decode() for page in pages]
    assert any("Open words" in text for text in said)
    assert not [page for page, text in zip(pages, said, strict=True) if MARK in text]
    assert "Amalgam" not in said[0]


def test_a_challenge_stands_on_the_page_of_the_person(as_compliance: Client, as_staff: Client, person: Person) -> None:
    address = reverse("privacy:note_challenge", args=[person.pk])
    assert as_compliance.post(address, {"challenge": "I never said so.", "answer": ""}).status_code == 422
    assert not UnresolvedChallenge.objects.exists()
    said = {"challenge": "I never said so.", "answer": "The minutes say it.", "token": str(uuid4())}
    as_compliance.post(address, said)
    page = as_staff.get(person.get_absolute_url()).content.decode()
    assert "I never said so." in page
    assert "Resolved" not in page
    as_compliance.post(reverse("privacy:resolve_challenge", args=[UnresolvedChallenge.objects.get().pk]))
    assert "I never said so." not in as_staff.get(person.get_absolute_url()).content.decode()


def token_in(page: bytes) -> str:
    (field,) = html.fromstring(page).cssselect("form input[name=token]")
    return str(field.get("value"))


def test_a_form_that_is_sent_twice_opens_one_request_and_notes_one_challenge(
    as_compliance: Client, as_administrator: Client, person: Person
) -> None:
    load_periods()
    for kind, data in (
        ("person", {"person": person.pk, "requester": "Amara"}),
        ("information", {"requester": "Quarry Weekly", "subject_words": "graphite"}),
    ):
        address = reverse("privacy:create_request", args=[kind])
        sent = {"received_on": today().isoformat(), "language": "en", **data}
        sent["token"] = token_in(as_compliance.get(address).content)
        first, second = as_compliance.post(address, sent), as_compliance.post(address, sent)
        assert first["Location"] == second["Location"] == AccessRequest.objects.get(kind=kind).get_absolute_url()
        # A token of somebody else gives nothing of theirs away.
        refused = as_administrator.post(address, sent)
        assert (refused.status_code, "sent by somebody else" in refused.content.decode()) == (422, True)
    address = reverse("privacy:note_challenge", args=[person.pk])
    token = token_in(as_compliance.get(address).content)
    for _time in range(2):
        said = {"challenge": "I never said so.", "answer": "The minutes say it.", "token": token}
        assert as_compliance.post(address, said).status_code == 302
    assert as_administrator.post(address, said).status_code == 422
    assert UnresolvedChallenge.objects.count() == 1


def test_extending_and_closing_by_their_pages(as_compliance: Client, asked: AccessRequest) -> None:
    address = reverse("privacy:extend", args=[asked.pk])
    assert as_compliance.post(address, {"days": "31", "reason": "Long"}).status_code == 422
    assert as_compliance.post(address, {"days": "30", "reason": "Consultation"}).status_code == 302
    close = reverse("privacy:close", args=[asked.pk])
    assert as_compliance.post(close, {"note": ""}).status_code == 422
    assert as_compliance.post(close, {"note": "Answered."}).status_code == 302
    asked.refresh_from_db()
    assert (asked.extended_by_days, asked.closed_on) == (30, today())
    page = as_compliance.get(asked.get_absolute_url()).content.decode()
    assert reverse("privacy:search", args=[asked.pk]) not in page
