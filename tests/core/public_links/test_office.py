"""Public links as staff see them: the list, making one, its openings, revoking it and taking that back."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.documents.sharing import PURPOSE
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import AuditEvent, Circle, CircleMembership, Document, DocumentVersion, History, PublicLink
from c2m2a_crm.core.public_links import selectors, services
from tests.core.public_links.making import BROWSER, make, path_of, secret_of, version

LIST = reverse("public_links:list")


def words(answer: Any) -> str:
    return " ".join(html.fromstring(answer.content).cssselect("main")[0].text_content().split())


def create_url(subject: DocumentVersion) -> str:
    return reverse("public_links:create", args=["document", subject.pk])


def typed(client: Client, url: str, **others: Any) -> dict[str, Any]:
    page = html.fromstring(client.get(url).content)
    (token,) = page.cssselect("input[name=form_token]")
    return {"recipient": "Ministry of Mines", "language": "fr", "days": "7", "form_token": token.get("value"), **others}


def url_on(answer: Any) -> str:
    url: str = html.fromstring(answer.content).cssselect("#made-url")[0].get("value")
    return url


# --- Making -----------------------------------------------------------------------------------------------------------


def test_a_link_is_made_shown_once_and_works(as_staff: Client, staff: User) -> None:
    subject = version()
    answer = as_staff.post(create_url(subject), typed(as_staff, create_url(subject)))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    url = url_on(answer)
    link = PublicLink.objects.get()
    assert (link.recipient, link.language, link.created_by, link.object_id) == (
        "Ministry of Mines",
        "fr",
        staff,
        subject.pk,
    )
    assert 6.9 < (link.expires_at - timezone.now()).total_seconds() / 86400 <= 7
    assert Client(headers=BROWSER).get(urlsplit(url).path).status_code == 200
    secret = urlsplit(url).path.split("/")[-2]
    for page in (LIST, link.get_absolute_url(), reverse("core:audit"), create_url(subject)):
        assert secret not in as_staff.get(page).content.decode()
    change = History.objects.get(tbl="core_publiclink", row_id=link.pk)
    assert (change.actor_id, change.action) == (staff.pk, "I")
    assert AuditEvent.objects.get(verb="link.made").subject_id == link.pk


def test_a_form_that_is_sent_twice_makes_one_link(as_staff: Client) -> None:
    url = create_url(version())
    data = typed(as_staff, url)
    assert as_staff.post(url, data).status_code == 200
    again = as_staff.post(url, data)
    assert again.status_code == 422
    assert "This form made its link already" in words(again)
    assert PublicLink.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"recipient": " "}, "Fill in “For”."),
        ({"recipient": "x" * 121}, "at most 120 characters"),
        ({"days": "0"}, "at least 1 and at most 90 days"),
        ({"days": "91"}, "at least 1 and at most 90 days"),
        ({"days": "soon"}, "Enter a whole number."),
        ({"language": "de"}, "de is not one of the available choices."),
    ],
)
def test_bad_input_is_refused_and_nothing_written(as_staff: Client, wrong: dict[str, str], sentence: str) -> None:
    url = create_url(version())
    answer = as_staff.post(url, typed(as_staff, url, **wrong))
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert not PublicLink.objects.exists()
    assert not AuditEvent.objects.filter(verb="link.made").exists()


def test_what_is_closed_to_outsiders_gets_no_link(as_staff: Client, staff: User) -> None:
    subject = version(marking=10)
    page = as_staff.get(create_url(subject))
    assert "No link can be made to this" in words(page)
    data = {"recipient": "A", "language": "en", "days": "7", "form_token": str(uuid.uuid4())}
    assert as_staff.post(create_url(subject), data).status_code == 422
    with pytest.raises(services.RecordClosed):
        make(staff, subject)
    assert not PublicLink.objects.exists()


def test_what_one_may_not_read_one_cannot_share(as_staff: Client, staff: User, viewer: User) -> None:
    with recorded(None, system="tests"):
        circle = Circle.objects.create(name="Permits")
    sealed, papers = version(sealed_circle=circle), version(audience="secretariat")
    data = {"recipient": "A", "language": "en", "days": "7", "form_token": str(uuid.uuid4())}
    for subject in (sealed, papers):
        assert as_staff.get(create_url(subject)).status_code == 404
        assert as_staff.post(create_url(subject), data).status_code == 404
        with pytest.raises(PermissionDenied):
            make(staff, subject)
    with pytest.raises(PermissionDenied):
        make(viewer, version())
    assert as_staff.get(reverse("public_links:create", args=["unsubscribe", 1])).status_code == 404
    assert as_staff.get(reverse("public_links:create", args=["papers", 1])).status_code == 404
    assert not PublicLink.objects.exists()


# --- Seeing -----------------------------------------------------------------------------------------------------------


def test_the_list_says_for_whom_to_what_and_how_often(as_staff: Client) -> None:
    made = make(subject=version("Alpha paper"))
    assert "Not yet" in words(as_staff.get(made.link.get_absolute_url()))
    visitor = Client(headers=BROWSER)
    for _time in range(3):
        visitor.get(path_of(made))
    row = words(as_staff.get(LIST))
    for part in ("Ministry of Mines", "Alpha paper, version 1", "Document", "Works", "3"):
        assert part in row
    page = words(as_staff.get(made.link.get_absolute_url()))
    assert "3 times" in page
    assert "Who opened it is not known" in page


def test_filters_narrow_the_list(as_staff: Client, staff: User) -> None:
    make(recipient="Ministry of Mines")
    gone = make(recipient="Quarry Works")
    services.revoke_link(actor=staff, link=gone.link, reason="lost")
    by_word = words(as_staff.get(LIST, {"q": "quarry"}))
    assert "Quarry Works" in by_word
    assert "Ministry of Mines" not in by_word
    assert "Quarry Works" not in words(as_staff.get(LIST, {"state": "working"}))
    assert "Ministry of Mines" not in words(as_staff.get(LIST, {"state": "ended"}))
    assert "Quarry Works" in words(as_staff.get(LIST, {"purpose": "document", "record": gone.link.object_id}))


def test_a_link_is_as_far_away_as_its_record(
    as_staff: Client, as_compliance: Client, staff: User, compliance: User
) -> None:
    made = make(staff, recipient="Quiet recipient")
    with recorded(None, system="tests"):
        circle = Circle.objects.create(name="Permits")
        Document.objects.update(sealed_circle=circle)
    for address in (LIST, reverse("core:audit"), reverse("core:audit_events")):
        assert "Quiet recipient" not in as_compliance.get(address).content.decode()
    event = AuditEvent.objects.get(verb="link.made")
    assert event not in AuditEvent.objects.visible_to(compliance)
    assert not History.objects.visible_to(compliance).filter(tbl="core_publiclink").exists()
    for name, verb in (("detail", "get"), ("revoke", "post"), ("restore", "post")):
        assert getattr(as_staff, verb)(reverse(f"public_links:{name}", args=[made.link.pk])).status_code == 404
    assert "Quiet recipient" not in words(as_staff.get(LIST))
    with pytest.raises(PermissionDenied):
        services.revoke_link(actor=staff, link=made.link, reason="lost")
    CircleMembership.objects.create(circle=circle, user=staff)
    inside = words(as_staff.get(LIST))
    assert "Quiet recipient" in inside
    assert "Stopped: the record is closed" in inside


def test_the_audit_tells_that_a_link_was_made_and_used(as_compliance: Client) -> None:
    made = make()
    client = Client(headers=BROWSER)
    key = html.fromstring(client.get(path_of(made)).content).cssselect("input[name=form_key]")[0].get("value")
    client.post(path_of(made), {"form_key": key})
    said = words(as_compliance.get(reverse("core:audit_events")))
    for part in ("Public link made", "Public link used", "Ministry of Mines"):
        assert part in said


def test_the_card_of_a_record_offers_what_can_be_shared(staff: User, viewer: User) -> None:
    subject = version()
    rows = {subject.pk: "Share it"}
    card = selectors.panel(staff, PURPOSE, rows, [subject])
    assert card is not None
    assert (card["rows"], [share.url for share in card["shares"]]) == ([], [create_url(subject)])
    assert selectors.panel(viewer, PURPOSE, rows, [subject]) is None
    for _number in range(selectors.PANEL_ROWS + 1):
        make(staff, subject)
    with recorded(None, system="tests"):
        Document.objects.update(marking=10)
    card = selectors.panel(staff, PURPOSE, rows, [subject])
    assert card is not None
    assert (len(card["rows"]), card["has_more"], card["shares"]) == (selectors.PANEL_ROWS, True, [])
    assert {standing.state for _link, standing in card["rows"]} == {selectors.CLOSED}


def test_the_page_of_a_document_shows_its_links_and_makes_new_ones(as_staff: Client, as_viewer: Client) -> None:
    subject = version()
    page = as_staff.get(subject.document.get_absolute_url())
    assert "Nobody without an account has a link to this." in words(page)
    assert "Share version 1 (English)" in words(page)
    assert create_url(subject) in page.content.decode()
    made = make(subject=subject)
    Client(headers=BROWSER).get(path_of(made))
    card = words(as_staff.get(subject.document.get_absolute_url()))
    assert "Ministry of Mines" in card
    assert "Opened once" in card
    assert "Shared by link" not in words(as_viewer.get(subject.document.get_absolute_url()))


# --- Revoking ---------------------------------------------------------------------------------------------------------


def test_a_link_is_revoked_with_a_reason_and_that_is_taken_back(as_staff: Client, staff: User) -> None:
    made = make()
    visitor = Client(headers=BROWSER)
    url = reverse("public_links:revoke", args=[made.link.pk])
    assert as_staff.post(url, {"reason": " "}).status_code == 422
    assert visitor.get(path_of(made)).status_code == 200
    answer = as_staff.post(url, {"reason": "sent to the wrong place"}, follow=True)
    assert reverse("public_links:restore", args=[made.link.pk]) in answer.content.decode()  # the toast's undo
    assert "sent to the wrong place" in words(answer)
    assert visitor.get(path_of(made)).status_code == 404
    change = History.objects.filter(tbl="core_publiclink", row_id=made.link.pk).latest("pk")
    assert (change.actor_id, change.reason) == (staff.pk, "sent to the wrong place")
    until = made.link.expires_at
    assert as_staff.post(reverse("public_links:restore", args=[made.link.pk])).status_code == 302
    assert visitor.get(path_of(made)).status_code == 200
    made.link.refresh_from_db()
    assert (made.link.revoked_at, made.link.revoked_reason, made.link.expires_at) == (None, "", until)
    assert History.objects.filter(tbl="core_publiclink", row_id=made.link.pk).latest("pk").actor_id == staff.pk


def test_a_second_revocation_leaves_the_first_as_it_was(staff: User, secretariat: User) -> None:
    made = make()
    services.revoke_link(actor=staff, link=made.link, reason="lost")
    services.revoke_link(actor=secretariat, link=made.link, reason="found again")
    made.link.refresh_from_db()
    assert (made.link.revoked_by, made.link.revoked_reason) == (staff, "lost")


def test_a_link_whose_record_is_closed_can_be_revoked(as_staff: Client) -> None:
    made = make()
    with recorded(None, system="tests"):
        Document.objects.update(archived_at=timezone.now(), archived_reason="replaced")
    assert "Stopped: the record is closed" in words(as_staff.get(made.link.get_absolute_url()))
    as_staff.post(reverse("public_links:revoke", args=[made.link.pk]), {"reason": "lost"})
    made.link.refresh_from_db()
    assert made.link.state == PublicLink.State.REVOKED


def test_the_database_refuses_a_revocation_without_its_facts(db: None, staff: User) -> None:
    made = make()
    for columns in ({"revoked_at": timezone.now()}, {"revoked_reason": "lost"}, {"recipient": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PublicLink.objects.filter(pk=made.link.pk).update(**columns)


def test_links_that_were_opened_are_kept_when_they_end(as_staff: Client) -> None:
    made = make()
    Client(headers=BROWSER).get(path_of(made))
    PublicLink.objects.update(created_at=timezone.now() - timedelta(days=9), expires_at=timezone.now())
    row = words(as_staff.get(LIST))
    assert "Ministry of Mines" in row
    assert "Expired" in row
    assert PublicLink.objects.get().openings == 1
    assert secret_of(made) not in row
