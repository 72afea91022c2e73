"""What a request finds: open records by the search, what is sealed or restricted by the owners of its circle."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.accounts.policies import NotAllowed
from c2m2a_crm.core.disposal import DisposalRefused
from c2m2a_crm.core.held import confided_keys
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.jobs import run
from c2m2a_crm.core.models import Circle, Document, DocumentVersion, History, OutboxMessage
from c2m2a_crm.core.removal import Texts, remove_from_history
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Initiative, Interaction
from c2m2a_crm.engagement.services import NextStep, Promise, Raised, change_access
from c2m2a_crm.privacy import selectors
from c2m2a_crm.privacy.models import AccessItem, AccessRequest, OwnerAsk
from c2m2a_crm.privacy.services import gathering
from c2m2a_crm.privacy.services.requests import RequestRefused, close_request
from c2m2a_crm.privacy.services.reviewing import review_item
from forums.models import SeatTerm
from members.models import Person
from members.services import add_email, create_party, create_person
from tests.engagement.making import circle_of, initiative, log
from tests.factories import UserFactory
from tests.forums.making import Making
from tests.outreach.making import sent_notice
from tests.privacy.making import BASE, about, ask_of, information, owned_circle, search

MARK = "Quicksilver"


@pytest.fixture
def person(staff: User) -> Person:
    party = create_party(actor=staff, kind="business", name_en="Northline Nickel", owner=staff)
    made = create_person(actor=staff, given_name="Amara", family_name="Tamarack", organization=party)
    add_email(actor=staff, owner=made, address="amara@northline.example")
    return made


@pytest.fixture
def other_owner(db: None) -> User:
    return UserFactory(roles=[Role.STAFF])


def titles(items: list[AccessItem]) -> set[tuple[str, str]]:
    return {(item.source_key, item.title) for item in items}


def confided(actor: User, person: Person, circle: Circle, **facts: Any) -> Interaction:
    return log(actor, person, subject=f"{MARK} subject", notes=f"{MARK} notes", sealed_circle=circle, **facts)


def test_a_person_gets_everything_that_is_held_openly(
    staff: User, administrator: User, compliance: User, person: Person
) -> None:
    someone = create_person(actor=staff, given_name="Ines", family_name="Flint")
    log(
        staff,
        person,
        subject="Offtake",
        notes="Met at the port",
        raised=[Raised("issue", "Power is dear")],
        promises=[Promise("Send the study")],
        next_steps=[NextStep("Call back", staff, today())],
    )
    log(staff, someone, subject="About somebody", notes="Amara Tamarack spoke against it")
    log(staff, someone, subject="Unrelated", notes="Nothing of her")
    sent_notice(staff, person, subject="Plenary")
    making = Making(administrator)
    making.term(making.seat(making.forum()), person)
    items = search(compliance, about(compliance, person))
    found = titles(items)
    assert {("contact-log", "Offtake"), ("contact-log", "About somebody"), ("contact-log", "Follow-up")} <= found
    assert ("contact-log", "Unrelated") not in found
    assert {item.source_key for item in items} == {"directory", "mail", "contact-log", "forums", "privacy"}
    texts = "\n".join(item.text for item in items)
    for words in ("Power is dear", "Send the study", "Met at the port", "amara@northline.example", "Northline Nickel"):
        assert words in texts, words
    assert all(item.source and item.uses and item.recipients for item in items)


def test_a_sealed_record_is_not_found_even_by_a_member(staff: User, compliance: User, person: Person) -> None:
    for part in ("sealed_circle", "restricted_circle"):
        circle = circle_of(staff, compliance, name=part)
        log(staff, person, subject=f"{MARK} subject", notes=f"{MARK} notes", **{part: circle})
        file = initiative(f"{MARK} file", **{part: circle})
        log(staff, person, subject=f"{MARK} filed", initiative=file)
        sent_notice(staff, person, subject=f"{MARK} notice", audience_name_en=f"{MARK} table", **{part: circle})
    log(staff, person, subject="Open words")
    items = [*search(compliance, about(compliance, person)), *search(compliance, information(compliance, MARK))]
    assert ("contact-log", "Open words") in titles(items)
    assert not [item for item in items if MARK in f"{item.title}{item.text}{item.source}{item.recipients}"]


def test_owners_see_what_matches_in_their_circle_and_put_it_in(
    staff: User, other_owner: User, compliance: User, person: Person
) -> None:
    circle = owned_circle(staff, other_owner)
    first = confided(staff, person, circle)
    confided(staff, person, circle, occurred_on=today() - timedelta(days=3))
    other = owned_circle(staff, other_owner, name="Other")
    confided(staff, person, other)
    asked = about(compliance, person)
    before = len(search(compliance, asked))
    ask = ask_of(asked, circle)
    matches = gathering.matches_in_circle(owner=staff, ask=ask)
    assert {record.row for _key, record in matches if isinstance(record.row, Interaction)} == set(
        Interaction.objects.filter(sealed_circle=circle)
    )
    assert gathering.answer_ask(owner=staff, ask=ask, chosen=[f"engagement_interaction:{first.pk}"]) == 1
    items = list(asked.items.order_by("number"))
    assert len(items) == before + 1
    assert items[-1].is_from_owners
    assert MARK in items[-1].text
    ask.refresh_from_db()
    assert ask.answered_by == staff


def test_an_owner_puts_in_nothing_of_another_circle_or_another_person(
    staff: User, other_owner: User, compliance: User, person: Person
) -> None:
    circle, foreign = owned_circle(staff, other_owner), owned_circle(other_owner, name="Foreign")
    someone = create_person(actor=staff, given_name="Ines", family_name="Flint")
    beside = [confided(other_owner, person, foreign), log(staff, someone, subject="Hers", sealed_circle=circle)]
    asked = about(compliance, person)
    search(compliance, asked)
    count = asked.items.count()
    names = [f"engagement_interaction:{entry.pk}" for entry in beside]
    assert gathering.answer_ask(owner=staff, ask=ask_of(asked, circle), chosen=names) == 0
    assert asked.items.count() == count


def test_every_circle_is_asked_whatever_it_holds(
    staff: User, other_owner: User, compliance: User, person: Person
) -> None:
    full, empty = owned_circle(staff, other_owner, name="Full"), owned_circle(staff, other_owner, name="Empty")
    confided(staff, person, full)
    asked = about(compliance, person)
    search(compliance, asked)
    assert set(asked.asks.values_list("circle", flat=True)) == {full.pk, empty.pk}
    mails = OutboxMessage.objects.filter(kind__startswith="privacy.asked")
    assert {mail.to_address for mail in mails} == {staff.email, other_owner.email}
    assert not [mail for mail in mails if MARK in mail.body_text or "Full" in mail.body_text + mail.subject]
    assert not OutboxMessage.objects.visible_to(compliance).filter(kind__startswith="privacy.asked").exists()
    search(compliance, asked)
    assert asked.asks.count() == 2
    assert mails.count() == 2


@pytest.mark.parametrize("part", ["compliance", "administrator", "viewer", "stranger"])
def test_nobody_but_an_owner_answers(
    part: str, request: pytest.FixtureRequest, staff: User, other_owner: User, compliance: User, person: Person
) -> None:
    circle = owned_circle(staff, UserFactory(roles=[Role.STAFF]), other_owner)
    with recorded(None, system="tests"):
        circle.memberships.filter(user=other_owner).update(is_owner=False)
    asked = about(compliance, person)
    search(compliance, asked)
    ask = ask_of(asked, circle)
    for outsider in (request.getfixturevalue(part), other_owner):
        assert not OwnerAsk.objects.visible_to(outsider).exists()
        with pytest.raises(NotAllowed):
            gathering.matches_in_circle(owner=outsider, ask=ask)
        with pytest.raises(NotAllowed):
            gathering.answer_ask(owner=outsider, ask=ask, chosen=[])
    assert OwnerAsk.objects.visible_to(staff).count() == 1


def test_history_tells_others_nothing_of_who_was_asked(
    staff: User, other_owner: User, compliance: User, person: Person
) -> None:
    circle = owned_circle(staff, other_owner)
    asked = about(compliance, person)
    search(compliance, asked)
    gathering.answer_ask(owner=staff, ask=ask_of(asked, circle), chosen=[])
    assert History.objects.filter(tbl="privacy_ownerask").count() == 2
    assert not History.objects.visible_to(compliance).filter(tbl="privacy_ownerask").exists()


def test_it_is_never_called_complete(
    staff: User, other_owner: User, compliance: User, administrator: User, person: Person
) -> None:
    circles = [owned_circle(staff, other_owner, name=name) for name in ("One", "Two")]
    asked = about(compliance, person)

    def said() -> list[str]:
        asked.refresh_from_db()
        return selectors.progress_of(asked).sentences()

    assert said()[:2] == [
        "Not complete: the records have not been searched.",
        "Not complete: not every circle has answered.",
    ]
    search(compliance, asked)
    assert said()[0].startswith("Not complete: papers of the secretariat have not been searched.")
    search(administrator, asked)
    assert said()[0] == "Not complete: not every circle has answered."
    gathering.answer_ask(owner=staff, ask=ask_of(asked, circles[0]), chosen=[])
    assert said()[0] == "Not complete: not every circle has answered."
    asked.owners_until = today() - timedelta(days=1)
    asked.save()
    assert "that day has passed" in said()[1]
    gathering.answer_ask(owner=other_owner, ask=ask_of(asked, circles[1]), chosen=[])
    with recorded(compliance):
        asked.items.update(mark="release")
    final = said()
    assert final[0] == "The owners of every circle have answered."
    assert final[-1] == "Paper, mailboxes and other systems were not searched by this product."
    assert not [sentence for sentence in final if "complete" in sentence.lower()]
    # A circle that was made since has not answered, though nobody asked it yet.
    owned_circle(staff, other_owner, name="Three")
    assert said()[0] == "Not complete: not every circle has answered."


def test_numbers_stay_when_more_is_found(staff: User, other_owner: User, compliance: User, person: Person) -> None:
    circle = owned_circle(staff, other_owner)
    hidden = confided(staff, person, circle)
    log(staff, person, subject="First")
    asked = about(compliance, person)
    before = {(item.table, item.row_id): item.number for item in search(compliance, asked)}
    assert sorted(before.values()) == list(range(1, len(before) + 1))
    gathering.answer_ask(owner=staff, ask=ask_of(asked, circle), chosen=[f"engagement_interaction:{hidden.pk}"])
    log(staff, person, subject="Older", occurred_on=today() - timedelta(days=400))
    after = {(item.table, item.row_id): item.number for item in search(compliance, asked)}
    assert before.items() <= after.items()
    assert sorted(after.values()) == list(range(1, len(before) + 3))


def test_information_is_found_by_words_people_and_days(staff: User, compliance: User, person: Person) -> None:
    someone = create_person(actor=staff, given_name="Ines", family_name="Flint")
    log(staff, person, subject="Graphite offtake", occurred_on=today() - timedelta(days=10))
    log(staff, someone, subject="Graphite prices", occurred_on=today() - timedelta(days=400))
    log(staff, someone, subject="Lithium brine", occurred_on=today() - timedelta(days=10))

    def subjects(words: str = "", **facts: Any) -> set[str]:
        items = search(compliance, information(compliance, words, **facts))
        return {item.title for item in items if item.table == "engagement_interaction"}

    assert subjects("graphite") == {"Graphite offtake", "Graphite prices"}
    assert subjects("graphite; lithium") == {"Graphite offtake", "Graphite prices", "Lithium brine"}
    assert subjects("graphite", people=[someone]) == {"Graphite prices"}
    assert subjects("graphite", since=today() - timedelta(days=30)) == {"Graphite offtake"}
    assert subjects("", people=[someone], until=today() - timedelta(days=30)) == {"Graphite prices"}


def test_documents_are_found_by_whoever_may_read_them(
    staff: User, compliance: User, administrator: User, person: Person
) -> None:
    circle = circle_of(staff, compliance)

    def paper(title: str, **facts: Any) -> None:
        with recorded(staff):
            document = Document.objects.create(title_en=title, added_by=staff, **facts)
            DocumentVersion.objects.create(
                document=document, language="en", number=1, size=1, uploaded_by=staff, text=f"{title} by Amara Tamarack"
            )

    paper("Open")
    paper("Hidden", audience="secretariat")
    paper("Confided", third_party_confidential=True, received_from="Northline Nickel")
    paper(MARK, sealed_circle=circle)
    asked = about(compliance, person)

    def found(actor: User) -> set[str]:
        return {item.title for item in search(actor, asked) if item.source_key == "documents"}

    assert found(compliance) == {"Document: Open", "Document: Confided"}
    assert found(administrator) == {"Document: Open", "Document: Confided", "Document: Hidden"}
    confidential = asked.items.get(title="Document: Confided")
    assert "Third-party confidential: Yes" in confidential.text
    version = DocumentVersion.objects.get(document__title_en="Confided")
    texts = [Texts(DocumentVersion, [version.pk], ["text"])]
    with pytest.raises(DisposalRefused, match="which found this, is open"):
        remove_from_history(actor=compliance, texts=texts, authority="Test rule 1")
    close_request(actor=compliance, request=asked, note="Answered.")
    remove_from_history(actor=compliance, texts=texts, authority="Test rule 1")
    confidential.refresh_from_db()
    assert (confidential.text, confidential.title) == ("", "")
    words = information(administrator, "Open")
    assert {item.title for item in search(administrator, words) if item.source_key == "documents"} == {"Document: Open"}


def test_what_is_lawfully_removed_leaves_the_request_too(staff: User, compliance: User, person: Person) -> None:
    entry = log(staff, person, subject="Offtake", notes=f"{MARK} notes")
    asked = about(compliance, person)
    number = next(
        item.number for item in search(compliance, asked) if item.row_id == entry.pk and item.title == "Offtake"
    )
    with recorded(compliance):
        Interaction.objects.filter(pk=entry.pk).update(subject="-", notes="")
    texts = [Texts(Interaction, [entry.pk])]
    with pytest.raises(DisposalRefused, match="which found this, is open"):
        remove_from_history(actor=compliance, texts=texts, authority="Test rule 1")
    close_request(actor=compliance, request=asked, note="Answered.")
    remove_from_history(actor=compliance, texts=texts, authority="Test rule 1")
    item = asked.items.get(number=number)
    assert (item.title, item.text, item.recipients) == ("", "", "")
    changes = History.objects.filter(tbl="privacy_accessitem")
    assert changes.exists()
    assert not changes.filter(after__has_any_keys=["text", "title", "recipients"]).exists()


def test_the_job_searches_with_the_rights_of_its_person(staff: User, compliance: User, person: Person) -> None:
    log(staff, person, subject="Offtake")
    asked = about(compliance, person)
    job = gathering.begin_search(actor=compliance, request=asked, base_url=BASE)
    compliance.role_grants.update(revoked_at=timezone.now())
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, asked.items.count()) == ("failed", 0)
    assert "may no longer" in job.error
    compliance.role_grants.update(revoked_at=None)
    again = gathering.begin_search(actor=User.objects.get(pk=compliance.pk), request=asked, base_url=BASE)
    run(again.pk)
    again.refresh_from_db()
    assert again.result == {"found": asked.items.count()}
    assert AccessRequest.objects.get(pk=asked.pk).gathered_at is not None


def test_what_is_confided_after_it_was_found_is_shut_until_its_owners_put_it_in(
    compliance: User, staff: User, other_owner: User, person: Person, as_compliance: Client, as_staff: Client
) -> None:
    entry = log(staff, person, subject="Zanzibar talks", notes="Nobody else may know.")
    circle = owned_circle(staff, other_owner)
    request = about(compliance, person)
    search(compliance, request)
    item = request.items.get(table="engagement_interaction")
    review = reverse("privacy:review", args=[request.pk, item.number])
    review_item(actor=compliance, item=item, mark=AccessItem.Mark.RELEASE)
    assert "Zanzibar" in as_compliance.get(request.get_absolute_url()).content.decode()
    gathering.answer_ask(owner=staff, ask=ask_of(request, circle), chosen=[])
    change_access(actor=staff, interaction=entry, sealed_circle=circle)
    gathering.begin_search(actor=compliance, request=request, base_url=BASE)

    for client in (as_compliance, as_staff):
        assert "Zanzibar" not in client.get(request.get_absolute_url()).content.decode()
    assert as_compliance.get(review).status_code == 403
    with pytest.raises(RequestRefused):
        review_item(actor=compliance, item=item, mark=AccessItem.Mark.RELEASE)
    assert not [each for each in selectors.released(request) if "Zanzibar" in f"{each.title} {each.text}"]
    assert selectors.progress_of(request).is_waiting
    page = as_compliance.get(request.get_absolute_url(), {"mark": AccessItem.Mark.RELEASE})
    assert [each for each, *_marks in page.context["items"]] == []

    ask = ask_of(request, circle)
    assert not ask.answered_at  # they said that nothing goes in before they had it
    name = f"engagement_interaction:{entry.pk}"
    assert name in as_staff.get(reverse("privacy:ask", args=[ask.pk])).content.decode()
    assert gathering.answer_ask(owner=staff, ask=ask, chosen=[name]) == 1
    item.refresh_from_db()
    assert (item.mark, item.is_from_owners) == (AccessItem.Mark.PENDING, True)
    assert request.items.filter(table=item.table, row_id=entry.pk).count() == 1
    assert "Zanzibar" in as_compliance.get(review).content.decode()
    assert gathering.answer_ask(owner=staff, ask=ask, chosen=[name]) == 0


def test_owners_who_keep_back_what_was_confided_since_have_decided(
    compliance: User, staff: User, other_owner: User, person: Person
) -> None:
    entry = log(staff, person, subject="Zanzibar talks")
    circle = owned_circle(staff, other_owner)
    request = about(compliance, person)
    search(compliance, request)
    item = request.items.get(table="engagement_interaction")
    change_access(actor=staff, interaction=entry, sealed_circle=circle)
    assert selectors.progress_of(request).confided == 1
    gathering.answer_ask(owner=staff, ask=ask_of(request, circle), chosen=[])
    item.refresh_from_db()
    assert (item.title, item.text) == ("", "")
    assert selectors.progress_of(request).confided == 0
    gathering.begin_search(actor=compliance, request=request, base_url=BASE)
    assert ask_of(request, circle).answered_at  # they are not asked again
    assert [each.withheld for each in selectors.released(request) if each.number == item.number] == ["Withheld"]


def test_what_owners_kept_back_and_open_again_is_found_anew(
    compliance: User, staff: User, other_owner: User, person: Person
) -> None:
    entry = log(staff, person, subject="Zanzibar talks", notes="Before")
    circle = owned_circle(staff, other_owner)
    request = about(compliance, person)
    search(compliance, request)
    item = request.items.get(table="engagement_interaction")
    review_item(actor=compliance, item=item, mark=AccessItem.Mark.RELEASE)
    change_access(actor=staff, interaction=entry, sealed_circle=circle)
    gathering.answer_ask(owner=staff, ask=ask_of(request, circle), chosen=[])
    assert gathering.gather(actor=compliance, request=request) == 0
    change_access(actor=staff, interaction=entry, reason="It is public now.")
    assert gathering.gather(actor=compliance, request=request) == 1
    found = request.items.get(table="engagement_interaction")
    assert (found.pk, found.number, found.title) == (item.pk, item.number, "Zanzibar talks")
    assert (found.mark, found.reviewed_by, found.is_from_owners) == (AccessItem.Mark.PENDING, None, False)
    # What has its words keeps them as they read when it was found.
    with recorded(staff):
        Interaction.objects.filter(pk=entry.pk).update(notes="After")
    assert gathering.gather(actor=compliance, request=request) == 0
    found.refresh_from_db()
    assert "Before" in found.text


def test_what_hangs_on_a_record_is_confided_with_it(staff: User, secretariat: User) -> None:
    making = Making(secretariat)
    term = making.term(making.seat(making.forum()), create_person(actor=staff, family_name="Tamarack"))
    assert confided_keys(SeatTerm, [term.pk]) == set()
    with recorded(None, system="tests"):
        Initiative.objects.update(sealed_circle=circle_of(staff))
    assert confided_keys(SeatTerm, [term.pk]) == {term.pk}
