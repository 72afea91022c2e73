"""What strangers told of barriers: found for whoever asks what is held about them, and not kept for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.disposal import DisposalRefused
from c2m2a_crm.core.jobs import run as run_job
from c2m2a_crm.core.models import AccessibilityFeedback
from c2m2a_crm.core.registries import Disposal
from c2m2a_crm.privacy.models import RetentionPeriod, RetentionRow, RetentionRun
from c2m2a_crm.privacy.reference.keeping import load_retention_periods
from c2m2a_crm.privacy.rules import FEEDBACK
from c2m2a_crm.privacy.services import requests, retention
from members.models import Person
from members.services import add_email, create_person
from tests.privacy.making import BASE, about, information, search

pytestmark = pytest.mark.django_db


def wrote(text: str, contact: str = "", *, days_ago: int = 0, answered_ago: int | None = None) -> AccessibilityFeedback:
    now = timezone.now()
    row = AccessibilityFeedback.objects.create(text=text, contact=contact, language="en", page="/forums/")
    answered = None if answered_ago is None else now - timedelta(days=answered_ago)
    AccessibilityFeedback.objects.filter(pk=row.pk).update(
        received_at=now - timedelta(days=days_ago), answered_at=answered
    )
    return row


@pytest.fixture
def person(staff: User) -> Person:
    made = create_person(actor=staff, given_name="Amara", family_name="Tamarack")
    add_email(actor=staff, owner=made, address="amara@northline.example")
    return made


def test_a_person_gets_what_they_wrote_about_barriers(
    staff: User, compliance: User, administrator: User, person: Person
) -> None:
    by_address = wrote("The menu has no focus ring.", "Amara@Northline.example")
    by_name = wrote("Amara Tamarack here: I cannot read grey on grey.")
    wrote("Tamarack trees are grey.", "somebody@else.example")
    for actor in (compliance, administrator):
        asked = about(actor, person)
        search(actor, asked)
        items = asked.items.filter(table="core_accessibilityfeedback").order_by("row_id")
        assert [item.row_id for item in items] == [by_address.pk, by_name.pk]
        assert "no focus ring" in items[0].text
        assert items[0].source
    assert not AccessibilityFeedback.objects.readable_by(staff).exists()


def test_information_is_found_by_words_people_and_days(compliance: User, person: Person) -> None:
    old = wrote("Grey text on grey.", days_ago=30)
    wrote("The grey menu.", "amara@northline.example")

    def found(words: str, **facts: object) -> int:
        asked = information(compliance, words, **facts)
        search(compliance, asked)
        return asked.items.filter(table="core_accessibilityfeedback").count()

    assert found("GREY") == 2
    assert found("grey text") == 1
    assert found("grey", people=[person]) == 1
    assert found("grey", until=timezone.localdate() - timedelta(days=29)) == 1
    asked = information(compliance, "grey text")
    search(compliance, asked)
    # Kept for whoever asked, until they have their answer; then the copy goes with the words.
    with pytest.raises(DisposalRefused, match="which found this, is open"):
        FEEDBACK.dispose(old.pk, Disposal(compliance, "Schedule 4", "Due", BASE))


def test_words_and_contact_go_when_they_are_due_and_the_day_stays(compliance: User, person: Person) -> None:
    load_retention_periods()
    assert set(RetentionPeriod.objects.filter(rule="feedback").values_list("legal_kind", "months", "is_confirmed")) == {
        ("nonprofit", 24, False),
        ("federal_institution", 84, False),
    }
    due = wrote("Too small.", "amara@northline.example", days_ago=800)
    wrote("Too large.", days_ago=800, answered_ago=10)  # counts from the answer
    wrote("Too new.")
    asked = about(compliance, person)
    search(compliance, asked)
    requests.close_request(actor=compliance, request=asked, note="Answered.")
    retention.make_previews()
    run = RetentionRun.objects.get(rule="feedback")
    assert list(run.rows.values_list("row_id", flat=True)) == [due.pk]
    job = retention.approve(
        actor=compliance, run=run, version=run.version, authority="Schedule 4", reason="Due", base_url=BASE
    )
    run_job(job.pk)
    assert run.rows.get().outcome == RetentionRow.Outcome.DISPOSED
    received = due.received_at
    due.refresh_from_db()
    assert (due.text, due.page, due.contact) == ("[…]", "", "")
    assert (received - due.received_at).days == 800
    assert asked.items.get(table="core_accessibilityfeedback").text == ""
    assert not FEEDBACK.rows(timezone.localdate() - timedelta(days=700)).exists()
