"""Whom the mail goes to, in which language, at which address; and what follows the person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import history_of
from c2m2a_crm.core.models import OutboxMessage, PublicLink
from c2m2a_crm.core.outbox import deliver
from c2m2a_crm.outreach.services import EVERYTHING, note_stop
from members import services
from members.details.asking import ask
from members.merging.services import merge_people
from members.models import DetailsDifference, DetailsRequest, Party, Person
from members.personal_data import held
from members.services.anonymising import anonymise_person
from tests.members.details.making import BASE, asked, send, visitor
from tests.members.memberships.making import member
from tests.members.reading import read, texts, values_of_form

pytestmark = pytest.mark.django_db


def test_the_mail_is_in_the_language_of_the_person_and_in_both_where_it_is_not_known(
    staff: User, viewer: User, amara: Person
) -> None:
    marc = services.create_person(actor=staff, given_name="Marc", email="marc@ochre.example", language="fr")
    with pytest.raises(PermissionDenied):
        ask(actor=viewer, people=[marc], base_url=BASE)
    sent = ask(actor=staff, people=[marc, amara], base_url=BASE)
    mails = {message.to_address: message for message in OutboxMessage.objects.filter(kind="details.ask")}
    assert len(sent) == len(mails) == 2
    assert mails["marc@ochre.example"].language == "fr"
    assert "Hello" in mails["amara@northline.example"].body_text
    assert "\n--\n" in mails["amara@northline.example"].body_text
    assert "\n--\n" not in mails["marc@ochre.example"].body_text
    link = PublicLink.objects.filter(purpose="details").order_by("pk")[0]
    assert timedelta(days=29) < link.expires_at - timezone.now() < timedelta(days=30, minutes=1)
    for message in mails.values():
        assert message.sensitive_until is not None


def test_whoever_cannot_be_asked_is_told_with_the_reason(
    staff: User, as_staff: Client, amara: Person, northline: Party
) -> None:
    mute = services.create_person(actor=staff, given_name="Mute")
    twin = services.create_person(actor=staff, given_name="Twin", email="desk@ochre.example")
    services.create_person(actor=staff, given_name="Other", email="desk@ochre.example")
    gone = services.create_person(actor=staff, given_name="Gone", email="gone@ochre.example")
    services.archive_person(actor=staff, person=gone, reason="Left.")
    people = [mute, twin, gone, amara]
    url = reverse("details:ask")
    page = read(as_staff.post(url, {"pk": [person.pk for person in people]}))
    assert texts(page, "tbody th") == ["Amara Tamarack"]
    assert texts(page, "section[aria-labelledby=left-h] li") == [
        "Gone Archived",
        "Mute No e-mail address that is theirs alone",
        "Twin No e-mail address that is theirs alone",
    ]
    assert not DetailsRequest.objects.exists()
    fields = {**values_of_form(page), "pk": [person.pk for person in people], "stage": "apply"}
    assert as_staff.post(url, fields).status_code == 302
    assert [request.person for request in DetailsRequest.objects.all()] == [amara]
    # Sent twice, it is one mail.
    assert as_staff.post(url, fields).status_code == 409
    assert OutboxMessage.objects.filter(kind="details.ask").count() == 1


def test_who_is_asked_again_has_one_link_that_works(staff: User, as_staff: Client, amara: Person) -> None:
    _request, first = asked(staff, amara)
    page = read(as_staff.get(f"{reverse('details:ask')}?person={amara.pk}"))
    assert "not answered yet" in texts(page, "section[aria-labelledby=left-h] li")[0]
    assert not page.cssselect("button[value=apply]")
    page = read(as_staff.post(reverse("details:ask"), {"pk": amara.pk, "again": "on"}))
    fields = {**values_of_form(page), "stage": "apply"}
    assert as_staff.post(reverse("details:ask"), fields).status_code == 302
    assert visitor().get(first).status_code == 404
    assert PublicLink.objects.working().filter(purpose="details").count() == 1
    waiting = read(as_staff.get(f"{reverse('details:list')}?show=asked"))
    assert texts(waiting, ".list li .t") == ["Amara Tamarack"]


def test_the_people_of_a_member_are_asked_from_its_membership(staff: User, as_staff: Client) -> None:
    membership = member()
    person = services.create_person(
        actor=staff, given_name="Ines", organization=membership.party, email="ines@ochre.example"
    )
    page = read(as_staff.get(f"{reverse('details:ask')}?membership={membership.pk}"))
    assert texts(page, "tbody th") == [str(person)]
    both = read(as_staff.get(f"{reverse('details:ask')}?person=&membership={membership.pk}"))
    assert texts(both, "tbody th") == [str(person)]
    assert as_staff.get(reverse("details:ask")).status_code == 404


def test_the_list_of_people_offers_it_for_ticked_rows(as_staff: Client, as_viewer: Client, amara: Person) -> None:
    page = read(as_staff.get(reverse("people:list")))
    assert page.cssselect(f"button[formaction='{reverse('details:ask')}']")
    assert not read(as_staff.get(reverse("organizations:list"))).cssselect("button[formaction]")
    assert as_viewer.post(reverse("details:ask"), {"pk": amara.pk}).status_code == 403


def test_answers_go_with_the_person_and_are_in_the_package_of_what_is_held(
    staff: User, compliance: User, amara: Person
) -> None:
    request, path = asked(staff, amara)
    send(path, given_name="Amarah", city_0="Sudbury")
    [record] = [each for each in held(compliance, amara, None) if each.row == request]
    assert "Amarah Tamarack" in record.text
    assert "Sudbury" in record.text
    keep = services.create_person(actor=staff, given_name="Amara", family_name="Tamarak")
    merge_people(actor=staff, keep=keep, lose=amara, reason="The same")
    request.refresh_from_db()
    assert request.person == keep
    changes = [history_of(each).first() for each in request.differences.all()]
    anonymise_person(actor=compliance, person=keep, authority="The person asked", reason="A request", base_url=BASE)
    assert not DetailsDifference.objects.exists()
    assert DetailsRequest.objects.get().answered_at is not None
    for change in changes:
        assert change is not None
        change.refresh_from_db()
        assert "Sudbury" not in f"{change.before} {change.after}"
    assert visitor().get(path).status_code == 404


def test_statements_of_the_queue_do_not_grow(as_staff: Client, staff: User) -> None:
    counts = []
    for at in range(5):
        person = services.create_person(
            actor=staff, given_name=f"Person {at}", email=f"p{at}@ochre.example", phone="613-555-0143"
        )
        _request, path = asked(staff, person)
        send(path, given_name=f"Other {at}", phone_0="613-555-0144", city_0="Sudbury")
        if at in (0, 1, 4):
            with CaptureQueriesContext(connection) as captured:
                assert as_staff.get(reverse("details:list")).status_code == 200
            counts.append(len(captured))
    assert counts[1] == counts[2]


def test_the_mail_stays_here_once_its_reader_stopped_all_mail(staff: User, secretariat: User, amara: Person) -> None:
    asked(staff, amara)
    message = OutboxMessage.objects.get(kind="details.ask")
    note_stop(actor=secretariat, address=message.to_address, scope=EVERYTHING, reason="Answered with the word.")
    OutboxMessage.objects.filter(pk=message.pk).update(state="sending")
    deliver(OutboxMessage.objects.get(pk=message.pk))
    message.refresh_from_db()
    assert (message.state, message.body_text) == ("failed", "")
    assert "Unsubscribed" in message.last_error
