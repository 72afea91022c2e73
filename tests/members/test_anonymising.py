"""Somebody is made anonymous: their words go from every table, history and the search; what is counted stays."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import NotAllowed
from c2m2a_crm.core.anonymising import NO_ADDRESS, Identity
from c2m2a_crm.core.disposal import DisposalRefused
from c2m2a_crm.core.models import (
    AccessibilityFeedback,
    AuditEvent,
    Draft,
    History,
    HistoryRemoval,
    Operation,
    OutboxMessage,
    SavedView,
)
from c2m2a_crm.core.outbox import Mail, queue_mail
from c2m2a_crm.core.registries import DisposalGuard, disposal_guards, reports
from c2m2a_crm.core.removal import AuthorityMissing
from c2m2a_crm.core.searching.service import search
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Interaction, Participant
from c2m2a_crm.engagement.services import correct_interaction
from c2m2a_crm.outreach import selectors
from c2m2a_crm.outreach import services as mailing
from members import services
from members.models import Affiliation, EmailAddress, Person, PhoneNumber
from members.personal_data import held
from members.services import anonymise_person, create_party, create_person, update_person
from members.services.anonymising import preview
from members.services.errors import PersonIsAnonymised
from tests.core.documents.making import document, newest
from tests.engagement.making import circle_of, closed, log
from tests.forums.making import Making
from tests.outreach.making import sent_notice

pytestmark = pytest.mark.django_db

NAME = "Quillfeather"
ADDRESS = "zebulon.quill@basin.example"
AUTHORITY = "Retention schedule 4, PIPEDA principle 4.5.3"


def everything() -> dict[str, int]:
    """How often the person's words stand in each table, as a thief of the database would count them."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_search_flush()")
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT count(*) FROM "{table}" AS each WHERE each::text ~* %s', [rf"{NAME}|zebulon\.quill|555.?0177"]
            )
            if number := cursor.fetchone()[0]:
                found[table] = number
    return found


@pytest.fixture
def person(staff: User, secretariat: User) -> Person:
    """Somebody of whom each room holds something."""
    company = create_party(actor=staff, kind="business", name_en="Basin Lithium")
    person = create_person(
        actor=staff,
        given_name="Zebulon",
        family_name=NAME,
        honorific="Dr.",
        organization=company,
        title_en=f"Office of {NAME}",
        email=ADDRESS,
        phone="613-555-0177",
        language="fr",
        outside_ids={"crm": f"{NAME}-1"},
    )
    person = update_person(actor=staff, person=person, version=person.version, changes={"preferred_name": "Zeb"})
    services.add_postal_address(actor=staff, owner=person, lines=f"{NAME} Lane 1", city="Sudbury")
    log(staff, person, subject=f"Call with Zeb {NAME}", notes=f"Dr. {NAME} will write. Reach him at 613-555-0177.")
    old = closed(staff, person, subject="Brine")
    correct_interaction(
        actor=staff, interaction=old, field="subject", after=f"Zebulon {NAME} was late", reason=f"Asked Zeb {NAME}."
    )
    forum = Making(secretariat)
    forum.term(forum.seat(forum.forum()), person, source=f"Letter of Z. {NAME}")
    sent_notice(staff, person)
    queue_mail(
        Mail(to_address=ADDRESS, to_name=NAME, subject="Hello", body_text=f"Dear Zeb {NAME}"), kind="t", key="t1"
    )
    queue_mail(Mail(to_address=staff.email, subject="FYI", body_text=f"Zebulon {NAME} wrote."), kind="t", key="t2")
    Draft.objects.create(user=staff, form="log_contact", token="0" * 32, data={"notes": [f"Zebulon {NAME} again"]})
    AccessibilityFeedback.objects.create(text=f"Dr. {NAME} cannot read this.", contact=ADDRESS, language="en")
    return person


def go(actor: User, person: Person, **more: str) -> Person:
    return anonymise_person(actor=actor, person=person, **{"authority": AUTHORITY, "reason": "Asked for.", **more})


def test_no_word_of_the_person_is_left_anywhere(person: Person, compliance: User) -> None:
    before = everything()
    assert {"core_history", "members_person", "engagement_participant", "core_search_entry", "core_draft"} <= set(
        before
    )
    go(compliance, person)
    assert everything() == {}


def test_the_row_stays_under_a_wording_in_the_readers_language(person: Person, compliance: User) -> None:
    month = today().strftime("%Y-%m")
    now = Person.objects.get(pk=go(compliance, person).pk)
    assert now.full_name == f"Anonymized person {month}"
    assert (now.anonymised_on, now.language, now.is_archived) == (today(), "fr", False)
    assert Affiliation.objects.filter(person=now, party__name_en="Basin Lithium").count() == 1
    assert set(Participant.objects.filter(person=now).values_list("name", flat=True)) == {now.family_name}


def test_every_figure_of_the_reports_is_what_it_was(person: Person, compliance: User, as_compliance: Client) -> None:
    def figures() -> dict[str, list[str]]:
        found = {}
        for report in reports:
            if report.allowed(compliance):
                page = html.fromstring(as_compliance.get(reverse(report.url_name)).content)
                texts = " ".join(page.xpath("//main//text()[not(ancestor::script)]"))
                found[report.key] = re.findall(r"\b\d+\b", re.sub(r"Anonymized person \d{4}-\d\d", "", texts))
        return found

    before = figures()
    assert any("2" in numbers for numbers in before.values())
    go(compliance, person)
    assert figures() == before


def test_the_act_leaves_a_tombstone_and_a_line_in_the_audit(person: Person, compliance: User) -> None:
    go(compliance, person)
    assert set(HistoryRemoval.objects.values_list("authority", flat=True)) == {AUTHORITY}
    event = AuditEvent.objects.get(verb="person.anonymised")
    assert (event.actor, event.subject_id, event.details) == (compliance, person.pk, {"authority": AUTHORITY})


def test_compliance_alone_may(person: Person, staff: User, administrator: User) -> None:
    for actor in (staff, administrator):
        with pytest.raises(NotAllowed):
            go(actor, person)
    assert Person.objects.get(pk=person.pk).family_name == NAME


def test_an_authority_is_named_and_once_is_enough(person: Person, compliance: User, staff: User) -> None:
    with pytest.raises(AuthorityMissing):
        go(compliance, person, authority=" ")
    now = go(compliance, person)
    with pytest.raises(PersonIsAnonymised):
        go(compliance, now)
    with pytest.raises(PersonIsAnonymised):
        update_person(actor=staff, person=now, version=now.version, changes={"given_name": "Zeb"})
    with pytest.raises(PersonIsAnonymised):
        services.add_email(actor=staff, owner=now, address="new@basin.example")


def test_what_is_held_stays_whole(person: Person, compliance: User) -> None:
    said: list[str] = ["Held for the trial."]
    disposal_guards.register(DisposalGuard("test", 1, lambda rows, authority: said))
    try:
        before = everything()
        assert preview(actor=compliance, person=person).objections == said
        with pytest.raises(DisposalRefused, match="Held for the trial"):
            go(compliance, person)
        assert everything() == before
    finally:
        del disposal_guards._entries["test"]


def test_a_preview_tells_what_goes_and_what_stays_and_changes_nothing(person: Person, compliance: User) -> None:
    before = everything()
    seen = preview(actor=compliance, person=person)
    assert everything() == before
    assert dict(seen.goes)["Telephone numbers"] == 1
    assert dict(seen.goes)["Names and titles on the day of a contact"] == 2
    assert dict(seen.stays)["Contacts, with their day, kind and organization"] == 2
    assert dict(seen.stays)["Terms in a seat"] == 1


def test_a_preview_reads_and_nothing_else_and_says_what_the_act_does(person: Person, compliance: User) -> None:
    with CaptureQueriesContext(connection) as asked:
        seen = preview(actor=compliance, person=person)
    for query in asked:
        assert re.match(r"(?:--.*\n)*SELECT", query["sql"]), query["sql"]
        assert " FOR " not in query["sql"].replace("SUBSTRING(", ""), query["sql"]
    last = History.objects.latest("pk").pk
    go(compliance, person)
    changed = {
        label: History.objects.filter(pk__gt=last, tbl=model._meta.db_table).values("row_id").distinct().count()
        for label, model in (
            ("Name of the person", Person),
            ("Contacts", Interaction),
            ("Names and titles on the day of a contact", Participant),
            ("Telephone numbers", PhoneNumber),
        )
    }
    assert changed == {label: dict(seen.goes)[label] for label in changed}


def test_texts_in_a_circle_are_left_to_its_owners_who_are_asked(
    person: Person, staff: User, secretariat: User, compliance: User
) -> None:
    circle = circle_of(staff, secretariat, owner=secretariat)
    entry = log(staff, person, subject=f"Zebulon {NAME} confides", sealed_circle=circle)
    before = preview(actor=compliance, person=person)
    assert dict(before.goes)["Names and titles on the day of a contact"] == 2  # the third is none of theirs
    go(compliance, person, base_url="https://crm.example/")
    entry.refresh_from_db()
    assert entry.subject == f"Zebulon {NAME} confides"
    assert Participant.objects.filter(interaction=entry, person=person).get().name.startswith("Anonymized person")
    mail = OutboxMessage.objects.get(kind__startswith="members.anonymised")
    assert mail.to_address == secretariat.email
    assert f"https://crm.example{entry.get_absolute_url()}" in mail.body_text
    assert NAME not in mail.body_text + mail.subject


def test_who_said_stop_is_not_written_to_again(
    person: Person, staff: User, secretariat: User, compliance: User
) -> None:
    mailing.note_stop(actor=staff, address=ADDRESS, scope=mailing.EVERYTHING, reason=f"{NAME} rang.")
    go(compliance, person)
    assert everything() == {}
    again = create_person(actor=staff, given_name="Somebody", family_name="New", email=ADDRESS)
    email = EmailAddress.objects.get(uses__person=again)
    other = create_person(actor=staff, given_name="Other", family_name="New", email="other@basin.example")
    asked = [email.pk, EmailAddress.objects.get(uses__person=other).pk]
    assert selectors.stopped_addresses(asked, "gone", 1) == {email.pk}
    # What is said anew of the address holds from then on.
    stop = mailing.note_stop(actor=staff, address=ADDRESS, scope=mailing.EVERYTHING, reason="Rang again.")
    mailing.lift_stop(actor=secretariat, suppression=stop, reason="Wants mail.")
    assert selectors.stopped_addresses(asked, "gone", 1) == set()


def test_a_shared_mailbox_stays_with_the_others(person: Person, staff: User, compliance: User) -> None:
    other = create_person(actor=staff, given_name="Ada", family_name="Moss", email="desk@basin.example")
    services.add_email(actor=staff, owner=person, address="desk@basin.example")
    go(compliance, person)
    assert other.address_uses.get().email.address == "desk@basin.example"
    assert not person.address_uses.exists()


def test_a_waiting_message_does_not_leave(person: Person, compliance: User) -> None:
    OutboxMessage.objects.filter(key="t1").update(state=OutboxMessage.State.QUEUED)
    go(compliance, person)
    mine = OutboxMessage.objects.get(key="t1")
    assert (mine.body_text, mine.to_name, mine.to_address) == ("", "", NO_ADDRESS)
    assert mine.state == OutboxMessage.State.FAILED
    assert "Anonymized person" in OutboxMessage.objects.get(key="t2").body_text


def test_the_search_finds_neither_the_person_nor_the_entries_by_the_name(
    person: Person, staff: User, compliance: User
) -> None:
    assert search(staff, NAME).groups
    go(compliance, person)
    assert not search(staff, NAME).groups


def test_names_are_masked_as_people_write_them_and_other_words_are_not() -> None:
    who = Identity("X", given_name="Éric", family_name="Côté-Roy", preferred_name="Rick", numbers=["+16135550177"])
    for text in (
        "Éric Côté-Roy",
        "eric cote roy",
        "RICK CÔTÉ-ROY",
        "Côté-Roy, Éric",
        "M. Côté-Roy",
        "É. Côté-Roy",
        "(613) 555-0177",
        "+1 613 555 0177",
        "Mme R. Côté-Roy",
    ):
        assert who.mask(f"From {text}.") == "From X.", text
    for text in ("Éric Roy", "Côté-Royal", "613-555-01770", "Rickety Côté-Roys"):
        assert who.mask(text) == text
    single = Identity("X", given_name="May")
    assert single.mask("It may be May.") == "It may be May."


def test_interaction_counts_by_party_and_day_are_equal(person: Person, staff: User, compliance: User) -> None:
    def counted() -> list[tuple[object, ...]]:
        rows = Interaction.objects.order_by("pk", "participants__pk")
        return list(rows.values_list("occurred_on", "kind", "participants__party", "participants__person"))

    log(staff, person, subject="Later", occurred_on=today() - timedelta(days=3))
    before = counted()
    go(compliance, person)
    assert counted() == before


def test_what_a_mail_server_holds_at_this_moment_is_waited_for(person: Person, compliance: User) -> None:
    OutboxMessage.objects.filter(key="t1").update(state=OutboxMessage.State.SENDING)
    assert "with the mail server" in preview(actor=compliance, person=person).objections[0]
    with pytest.raises(DisposalRefused, match="with the mail server"):
        go(compliance, person)
    assert Person.objects.get(pk=person.pk).family_name == NAME


def test_names_of_papers_links_and_lists_are_masked_and_fit(person: Person, staff: User, compliance: User) -> None:
    SavedView.objects.create(owner=staff, list_key="people", name=f"{'x' * 60} Zeb {NAME}", query=f"q=Zeb {NAME}")
    go(compliance, person)
    assert everything() == {}
    view = SavedView.objects.get()
    assert view.query.startswith("q=Anonymized person")
    assert len(view.name) == 80


def test_documents_are_left_whole_and_counted_for_somebody_to_look_at(
    person: Person, secretariat: User, compliance: User
) -> None:
    """A removal of a document's title takes its files: it is never done by the way."""
    paper = document(secretariat, title=f"Letter of Zeb {NAME}", words=f"Dear Zebulon {NAME}")
    document(secretariat, title="Graphite brief")
    label = "Documents that name the person: look at each"
    assert dict(preview(actor=compliance, person=person).stays)[label] == 1
    go(compliance, person)
    paper.refresh_from_db()
    assert NAME in paper.title_en
    assert newest(paper).file


# --- The page ---------------------------------------------------------------------------------------------------------


def test_the_page_shows_what_goes_and_asks_for_the_name(
    as_compliance: Client, as_administrator: Client, person: Person
) -> None:
    url = reverse("people:anonymise", args=[person.pk])
    assert as_administrator.get(url).status_code == 403
    assert f'href="{url}"' in as_compliance.get(person.get_absolute_url()).content.decode()
    page = as_compliance.get(url).content.decode()
    assert "Telephone numbers" in page
    assert "Terms in a seat" in page
    facts = {"authority": AUTHORITY, "reason": "Asked for"}
    for wrong in (
        {"typed": "Somebody else"},
        {"typed": f"Zeb {NAME}", "reason": f"Zeb {NAME} asked"},
        {"authority": ""},
    ):
        assert as_compliance.post(url, {**facts, "typed": f"Zeb {NAME}", **wrong}).status_code == 422, wrong
    assert Person.objects.get(pk=person.pk).family_name == NAME
    response = as_compliance.post(url, {**facts, "typed": f"zeb {NAME.lower()}"})
    assert (response.status_code, response["Location"]) == (302, person.get_absolute_url())
    seen = as_compliance.get(person.get_absolute_url()).content.decode()
    assert "Anonymized person" in seen
    assert NAME not in seen
    assert reverse("people:edit", args=[person.pk]) not in seen
    assert as_compliance.get(url).status_code == 302


def test_the_page_says_what_stands_in_the_way(as_compliance: Client, person: Person) -> None:
    disposal_guards.register(DisposalGuard("test", 1, lambda rows, authority: ["Held for the trial."]))
    try:
        url = reverse("people:anonymise", args=[person.pk])
        page = as_compliance.get(url).content.decode()
        assert "Held for the trial." in page
        assert 'name="typed"' not in page
        facts = {"authority": AUTHORITY, "reason": "Asked for", "typed": f"Zeb {NAME}"}
        assert as_compliance.post(url, facts).status_code == 422
    finally:
        del disposal_guards._entries["test"]
    assert Person.objects.get(pk=person.pk).family_name == NAME


def test_no_office_and_no_words_of_a_relation_tell_who_it_was(person: Person, compliance: User, staff: User) -> None:
    party = create_party(actor=staff, kind="business", name_en="Quarry Board")
    office = services.create_office(actor=staff, party=party, title_en="Chair of the board")
    services.change_holder(actor=staff, office=office, successor=person, first=today())
    relation = services.add_relationship(
        actor=staff, kind="speaks_for", beginning=person, end=party, scope="Told by Amara", source="Her letter"
    )
    found = [each.text for each in held(compliance, person, None)]
    assert any("Chair of the board" in text for text in found)
    assert any("Told by Amara" in text for text in found)
    anonymise_person(actor=compliance, person=person, authority=AUTHORITY, reason="Asked for.")
    relation.refresh_from_db()
    assert (relation.scope, relation.source, relation.from_person) == ("", "", person)
    assert not Affiliation.objects.filter(person=person, office__isnull=False).exists()
    assert Operation.objects.get(kind="moved_on").summary == ""
