"""What a hold covers is not disposed of by any service; a federal institution disposes of nothing without authority."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import NotAllowed
from c2m2a_crm.core.disposal import DisposalRefused, objections
from c2m2a_crm.core.documents.services import remove_document
from c2m2a_crm.core.history import history_of, recorded
from c2m2a_crm.core.imports import services as imports
from c2m2a_crm.core.models import Document, DocumentVersion, Draft, Import, ImportRow, Installation
from c2m2a_crm.core.removal import RemovalNotAllowed, Texts, remove_from_history
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Interaction
from c2m2a_crm.privacy.models import DispositionAuthority, LegalHold
from c2m2a_crm.privacy.services import holds
from members.models import Person
from members.services import anonymise_person, create_party, create_person
from tests.core.documents.making import document, newest
from tests.engagement.making import initiative, log
from tests.members.reading import one, read

pytestmark = pytest.mark.django_db

AUTHORITY = "Schedule 4"


def held(hold_actor: User, **what: object) -> LegalHold:
    return holds.place_hold(actor=hold_actor, name="Trial", reason="Court file 12", **what)  # type: ignore[arg-type]  # facts of the test


def federal() -> None:
    with recorded(None, system="tests"):
        Installation.objects.update_or_create(pk=1, defaults={"legal_kind": Installation.LegalKind.FEDERAL})


@pytest.fixture
def person(staff: User) -> Person:
    company = create_party(actor=staff, kind="business", name_en="Basin Lithium")
    return create_person(actor=staff, given_name="Amara", family_name="Tamarack", organization=company)


def test_what_hangs_on_a_held_record_is_held(person: Person, staff: User, compliance: User) -> None:
    """A person is held by themselves, by their organization, and by what a contact with them is filed under."""
    file = initiative()
    entry = log(staff, person, initiative=file)
    other = create_person(actor=staff, given_name="Otto", family_name="Birch")
    rows = [(Person, [person.pk])]
    for subject in (person, person.affiliations.get().party, file):
        hold = held(compliance, subjects=[subject])
        assert objections(rows, authority=AUTHORITY) == [
            "The legal hold “Trial” keeps it. It can go once the hold is released."
        ]
        assert objections([(Interaction, [entry.pk])], authority=AUTHORITY)
        assert not objections([(Person, [other.pk])], authority=AUTHORITY)
        holds.release_hold(actor=compliance, hold=hold, reason="Settled")
        assert not objections(rows, authority=AUTHORITY)


def test_words_hold_what_says_them_now_and_what_history_knows(staff: User, compliance: User) -> None:
    entry = log(
        staff, create_person(actor=staff, given_name="Otto", family_name="Birch"), subject="Tailings at Ear Falls"
    )
    other = log(staff, create_person(actor=staff, given_name="Ada", family_name="Moss"), subject="Lunch")
    held(compliance, words="brine, EAR falls")
    assert objections([(Interaction, [entry.pk])], authority=AUTHORITY)
    assert not objections([(Interaction, [other.pk])], authority=AUTHORITY)
    with recorded(staff):
        Interaction.objects.filter(pk=entry.pk).update(subject="Tailings")
    assert objections([(Interaction, [entry.pk])], authority=AUTHORITY)


def test_words_in_quotation_marks_hold_what_history_alone_knows(staff: User, compliance: User) -> None:
    """History keeps rows as JSON, where such a mark has a backslash before it, and a backslash has another."""
    otto = create_person(actor=staff, given_name="Otto", family_name="Birch")
    said = [log(staff, otto, subject=subject) for subject in ('The "Quartz" offer', r"Share N:\Quartz", "Quartz")]
    with recorded(staff):
        Interaction.objects.update(subject="Offer")
    for words, held_one in (('the "quartz" offer', said[0]), (r"n:\quartz", said[1])):
        hold = held(compliance, words=words)
        assert [entry for entry in said if objections([(Interaction, [entry.pk])], authority=AUTHORITY)] == [held_one]
        holds.release_hold(actor=compliance, hold=hold, reason="Settled")


def test_days_hold_what_was_written_then_and_narrow_the_rest(person: Person, compliance: User) -> None:
    rows = [(Person, [person.pk])]
    old = held(compliance, since=today() - timedelta(days=9), until=today() - timedelta(days=8))
    assert not objections(rows, authority=AUTHORITY)
    held(compliance, since=today() - timedelta(days=1))
    assert objections(rows, authority=AUTHORITY)
    holds.hold_also(actor=compliance, hold=old, subject=person)
    assert len(objections(rows, authority=AUTHORITY)) == 1


def test_a_hold_says_what_it_holds_and_why(compliance: User, staff: User) -> None:
    with pytest.raises(holds.HoldRefused, match="Say what is held"):
        held(compliance)
    with pytest.raises(holds.HoldRefused, match="Say why"):
        holds.place_hold(actor=compliance, name="Trial", reason=" ", words="brine")
    with pytest.raises(NotAllowed):
        held(staff, words="brine")
    hold = held(compliance, words="brine")
    with pytest.raises(holds.HoldRefused, match="Say why the hold ends"):
        holds.release_hold(actor=compliance, hold=hold, reason="")
    holds.release_hold(actor=compliance, hold=hold, reason="Settled")
    with pytest.raises(holds.HoldRefused, match="was released"):
        holds.release_hold(actor=compliance, hold=hold, reason="Again")
    assert [change.actor_id for change in history_of(hold)] == [compliance.pk, compliance.pk]


def test_every_way_to_dispose_asks_the_holds(person: Person, staff: User, compliance: User) -> None:
    held(compliance, subjects=[person])
    with pytest.raises(DisposalRefused):
        anonymise_person(actor=compliance, person=person, authority=AUTHORITY, reason="Asked for")
    with pytest.raises(DisposalRefused):
        remove_from_history(actor=compliance, texts=[Texts(Person, [person.pk])], authority=AUTHORITY)
    person.refresh_from_db()
    assert person.family_name == "Tamarack"


def test_history_is_emptied_in_one_place_alone() -> None:
    """Whoever calls the database's functions by another way would not be asked."""
    root = Path(__file__).parents[2]
    callers = {
        str(path.relative_to(root))
        for folder in ("c2m2a_crm", "members", "forums", "partnerships")
        for path in (root / folder).rglob("*.py")
        if "migrations" not in path.parts
        and any(name in path.read_text() for name in ("core_remove_from_history", "_lose_words("))
    }
    assert callers == {"c2m2a_crm/core/removal.py", "c2m2a_crm/core/tracking.py"}


def test_removal_from_history_is_for_compliance_or_whom_the_room_lets(person: Person, staff: User) -> None:
    texts = [Texts(Person, [person.pk], ["family_name"])]
    with pytest.raises(RemovalNotAllowed):
        remove_from_history(actor=staff, texts=texts, authority=AUTHORITY)
    assert remove_from_history(actor=staff, texts=texts, authority=AUTHORITY, allowed=True)


def test_a_federal_institution_needs_a_recorded_authority(person: Person, compliance: User) -> None:
    federal()
    with pytest.raises(DisposalRefused, match="section 12"):
        anonymise_person(actor=compliance, person=person, authority=AUTHORITY, reason="Asked for")
    holds.note_authority(actor=compliance, number="2021/004", institution="The office", covers="Contacts")
    for other in ("Schedule 4", "DA 2021/0045", "DA 12021/004"):
        with pytest.raises(DisposalRefused, match="On record: 2021/004"):
            anonymise_person(actor=compliance, person=person, authority=other, reason="Asked for")
    anonymise_person(actor=compliance, person=person, authority="DA 2021/004, class 3", reason="Asked for")
    person.refresh_from_db()
    assert person.anonymised_on == today()


def test_an_authority_that_is_over_or_yet_to_come_is_none(person: Person, compliance: User) -> None:
    federal()
    day = today() - timedelta(days=1)
    holds.note_authority(actor=compliance, number="2001/001", institution="The office", covers="All", last=day)
    assert "section 12" in objections([(Person, [person.pk])], authority="2001/001")[0]
    with pytest.raises(holds.DaysReversed):
        holds.note_authority(
            actor=compliance, number="2", institution="The office", covers="All", first=today(), last=day
        )


def test_an_office_that_is_no_federal_institution_needs_none(person: Person) -> None:
    assert objections([(Person, [person.pk])], authority=AUTHORITY) == []


def test_documents_that_are_filed_with_a_held_record_are_held(secretariat: User, compliance: User) -> None:
    file = initiative()
    paper, other = document(secretariat, record=file), document(secretariat, title="Another")
    held(compliance, subjects=[file])
    for rows in ([(Document, [paper.pk])], [(DocumentVersion, [newest(paper).pk])]):
        assert objections(rows, authority=AUTHORITY)
    assert not objections([(Document, [other.pk]), (DocumentVersion, [newest(other).pk])], authority=AUTHORITY)
    with pytest.raises(DisposalRefused):
        remove_document(actor=compliance, document=paper, authority=AUTHORITY)


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_a_hold_is_placed_widened_and_released_on_pages(
    as_compliance: Client, as_administrator: Client, person: Person, compliance: User
) -> None:
    file = initiative("Rare earth separation")
    response = as_compliance.post(
        reverse("privacy:place_hold"),
        {"name": "Trial", "reason": "Court file 12", "person": person.pk, "record": f"initiatives:{file.pk}"},
    )
    hold = LegalHold.objects.get()
    assert (response.status_code, response["Location"]) == (302, hold.get_absolute_url())
    page = as_administrator.get(hold.get_absolute_url()).content.decode()
    assert "Amara Tamarack" in page
    assert "Rare earth separation" in page
    assert "Release the hold" not in page  # compliance alone
    other = create_person(actor=compliance, given_name="Otto", family_name="Birch")
    as_compliance.post(reverse("privacy:hold_more", args=[hold.pk]), {"person": other.pk})
    assert "Otto Birch" in as_compliance.get(hold.get_absolute_url()).content.decode()
    released = as_compliance.post(reverse("privacy:release_hold", args=[hold.pk]), {"reason": "Settled"}, follow=True)
    assert not LegalHold.objects.in_force().exists()
    undo = one(read(released), ".toast form").get("action")
    again = as_compliance.post(undo, {"next": hold.get_absolute_url()}, follow=True)
    assert "The hold is in force again." in again.content.decode()
    hold = LegalHold.objects.in_force().get()
    assert (hold.released_by, hold.release_reason) == (None, "")
    assert [change.reason for change in history_of(hold)[:2]] == ["Release taken back", "Settled"]
    as_compliance.post(undo)
    assert LegalHold.objects.in_force().get().version == hold.version, "what holds already stays as it is"
    as_compliance.post(reverse("privacy:release_hold", args=[hold.pk]), {"reason": "Settled"})
    assert "Trial" in as_compliance.get(reverse("privacy:holds")).content.decode()


def test_a_form_that_is_refused_says_why_and_writes_nothing(as_compliance: Client) -> None:
    response = as_compliance.post(reverse("privacy:place_hold"), {"name": "Trial", "reason": "Court file 12"})
    assert response.status_code == 422
    assert "Say what is held" in response.content.decode()
    response = as_compliance.post(
        reverse("privacy:place_hold"),
        {"name": "Trial", "reason": "x", "words": "brine", "since": "2026-02-01", "until": "2026-01-01"},
    )
    assert response.status_code == 422
    assert "must not lie before" in response.content.decode()
    assert not LegalHold.objects.exists()


def test_an_authority_that_another_recorded_meanwhile_is_refused_in_words(
    compliance: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a form that is sent twice the second finds the first only when the database does."""
    facts = {"number": "2021/004", "institution": "Office", "covers": "All of it"}
    holds.note_authority(actor=compliance, **facts)
    monkeypatch.setattr(DispositionAuthority, "full_clean", lambda _self, exclude: None)
    with pytest.raises(holds.AuthorityRecorded):
        holds.note_authority(actor=compliance, **facts)


def test_an_authority_is_recorded_once(as_compliance: Client) -> None:
    url = reverse("privacy:note_authority")
    facts = {"number": "2021/004", "institution": "The office", "covers": "Contacts"}
    assert as_compliance.post(url, facts).status_code == 302
    again = as_compliance.post(url, facts)
    assert again.status_code == 422
    assert "recorded already" in again.content.decode()
    assert DispositionAuthority.objects.count() == 1
    assert "2021/004" in as_compliance.get(reverse("privacy:holds")).content.decode()


def test_the_page_of_a_federal_institution_says_what_is_missing(as_compliance: Client) -> None:
    federal()
    assert "Nothing may be disposed of yet" in as_compliance.get(reverse("privacy:holds")).content.decode()


def test_drafts_are_held_by_words(staff: User, compliance: User) -> None:
    draft = Draft.objects.create(user=staff, form="log_contact", token="0" * 32, data={"notes": ["About brine"]})
    held(compliance, words="brine")
    assert objections([(Draft, [draft.pk])], authority=AUTHORITY)


def test_copies_of_imports_are_held_too_and_need_no_authority(staff: User, compliance: User) -> None:
    """Files that were brought are copies, not records: by themselves they go, also in a federal institution."""
    federal()
    long_ago = timezone.now() - imports.KEPT_FOR - timedelta(days=1)
    batches = []
    for words in ("Brine", "Nickel"):
        batch = Import.objects.create(kind="organizations", file_name="x.csv", actor=staff, file_format="csv", file="x")
        Import.objects.filter(pk=batch.pk).update(created_at=long_ago)
        ImportRow.objects.create(batch=batch, line=2, cells=[words], names=words, verdict="new")
        batches.append(batch)
    hold = held(compliance, words="brine")
    assert imports.forget_old() == 1
    assert [batch.rows.count() for batch in batches] == [1, 0]
    holds.release_hold(actor=compliance, hold=hold, reason="Settled")
    assert imports.forget_old() == 1
    assert not ImportRow.objects.exists()
