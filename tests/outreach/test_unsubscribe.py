"""The link under a message: robots cannot press it, one button stops the mail, and it can be taken back."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Circle, CircleMembership, History, OutboxMessage
from c2m2a_crm.core.public_links import limits
from c2m2a_crm.outreach import selectors, services
from c2m2a_crm.outreach.models import Campaign, Delivery, Suppression
from c2m2a_crm.outreach.querysets import Outcome
from tests.outreach.conftest import Table
from tests.outreach.making import notice, send, table
from tests.own_cache import forget_all

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
STOP = {**ONE_CLICK, "from": "page", "scope": "audience"}
STOP_ALL = {**ONE_CLICK, "from": "page", "scope": "everything"}
RESUME = {"act": "resume", "scope": "audience"}


@pytest.fixture
def sent(secretariat: User, draft: Campaign, settings: Any) -> Campaign:
    settings.OUTBOX_KEEPS_MAIL = False
    send(secretariat, draft)
    draft.refresh_from_db()
    return draft


def copy_of(campaign: Campaign, name: str) -> Delivery:
    return campaign.deliveries.select_related("email", "campaign").get(name=name)


def link_of(campaign: Campaign, name: str) -> str:
    token = copy_of(campaign, name).token
    assert token is not None
    return selectors.unsubscribe_path(token)


def page_of(client: Client, link: str) -> Any:
    return html.fromstring(client.get(link).content)


def page_key(link: str) -> str:
    """What the page gives to its forms in the place of a cookie; it is there once something can be taken back."""
    key: str = page_of(Client(), link).cssselect("input[name=form_key]")[0].get("value")
    return key


def words(page: Any) -> str:
    return " ".join(page.cssselect("main")[0].text_content().split())


@pytest.mark.parametrize("verb", ["get", "head", "options"])
def test_looking_changes_nothing(sent: Campaign, verb: str) -> None:
    link = link_of(sent, "Ines Flint")
    before = History.objects.count()
    assert getattr(Client(), verb)(link, {"List-Unsubscribe": "One-Click", "act": "stop"}).status_code == 200
    assert not Suppression.objects.exists()
    assert History.objects.count() == before


def test_the_page_speaks_the_recipients_language_unless_another_was_chosen(sent: Campaign) -> None:
    french = page_of(Client(headers={"Accept-Language": "en-CA"}), link_of(sent, "Ines Silex"))
    assert french.get("lang").startswith("fr")
    visitor = Client()
    visitor.post(reverse("core:set_language"), {"language": "en"})
    assert page_of(visitor, link_of(sent, "Ines Silex")).get("lang").startswith("en")


def test_the_page_says_which_address_without_telling_it_to_whom_it_was_forwarded(sent: Campaign) -> None:
    client = Client()
    said = words(page_of(client, link_of(sent, "Ines Flint")))
    assert "f…@quarry.example" in said
    assert "Quarry Table" in said
    text = client.get(link_of(sent, "Ines Flint")).content.decode()
    for secret in ("flint@quarry", "Ines", "Silex", "basalt"):
        assert secret not in text


def test_the_page_works_without_cookies_and_says_what_holds(sent: Campaign) -> None:
    link = link_of(sent, "Ines Flint")
    visitor = Client(enforce_csrf_checks=True)
    answer = visitor.post(link, STOP)
    assert (answer.status_code, answer["Location"]) == (302, f"{link}?done=stop")
    stop = Suppression.objects.get()
    assert (stop.how, stop.audience_key, stop.by) == ("page", sent.audience_key, None)
    assert stop.evidence["audience"] == "Quarry Table"
    assert "You are unsubscribed." in words(html.fromstring(visitor.get(answer["Location"]).content))


def test_a_second_press_adds_no_row(sent: Campaign) -> None:
    link = link_of(sent, "Ines Flint")
    for _time in range(3):
        Client().post(link, STOP)
        Client().post(link, ONE_CLICK)
    assert Suppression.objects.count() == 1


def test_all_mail_of_the_office_can_be_stopped_and_then_every_audience_passes_by(
    secretariat: User, staff: User, sent: Campaign, quarry: Table
) -> None:
    link = link_of(sent, "Ines Flint")
    Client().post(link, STOP_ALL)
    assert Suppression.objects.get().is_of_everything
    assert "We send nothing to this address." in words(page_of(Client(), link))
    other = notice(secretariat, table(staff, "Other Table"))
    send(secretariat, other)
    assert copy_of(other, "Ines Flint").held_back == Delivery.HeldBack.UNSUBSCRIBED
    assert copy_of(other, "Ines Silex").held_back == ""


def test_one_audience_stopped_leaves_the_others(secretariat: User, staff: User, sent: Campaign) -> None:
    Client().post(link_of(sent, "Ines Flint"), STOP)
    other = notice(secretariat, table(staff, "Other Table"))
    send(secretariat, other)
    assert copy_of(other, "Ines Flint").held_back == ""


def test_it_can_be_taken_back_on_the_same_page_with_the_protection_of_forms(
    secretariat: User, sent: Campaign, quarry: Table
) -> None:
    link = link_of(sent, "Ines Flint")
    Client().post(link, STOP)
    visitor = Client(enforce_csrf_checks=True)
    assert visitor.post(link, RESUME).status_code == 403
    assert visitor.post(link, {**RESUME, "form_key": "page:1:made-up"}).status_code == 403
    assert Suppression.objects.in_force().count() == 1
    assert visitor.post(link, {**RESUME, "form_key": page_key(link)}).status_code == 302
    assert [row.act for row in Suppression.objects.order_by("pk")] == ["stop", "resume"]
    assert not Suppression.objects.in_force().exists()
    again = notice(secretariat, quarry.record)
    send(secretariat, again)
    assert copy_of(again, "Ines Flint").held_back == ""


def test_stopping_again_after_taking_it_back_holds(sent: Campaign) -> None:
    link, visitor = link_of(sent, "Ines Flint"), Client()
    visitor.post(link, STOP)
    visitor.post(link, {**RESUME, "form_key": page_key(link)})
    visitor.post(link, STOP)
    assert [row.act for row in Suppression.objects.order_by("pk")] == ["stop", "resume", "stop"]
    assert Suppression.objects.in_force().count() == 1


def test_another_post_is_refused(sent: Campaign) -> None:
    link = link_of(sent, "Ines Flint")
    assert Client().post(link, {"act": "erase"}).status_code == 403
    Client().post(link, STOP)
    assert Client().post(link, {"act": "erase", "form_key": page_key(link)}).status_code == 422
    assert Suppression.objects.in_force().count() == 1


@pytest.mark.parametrize("change", ["", "x", "{}x", "0.{}", "{}.{}", "%00", "'; --"])
def test_a_link_that_is_not_ours_says_so_and_nothing_else(sent: Campaign, change: str) -> None:
    signed = link_of(sent, "Ines Flint").split("/")[-2]
    wrong = change.replace("{}", signed) or signed[:-1]
    url = f"/p/unsubscribe/{wrong}/"
    answer = Client().get(url)
    assert answer.status_code == 404
    assert b"This link does not work" in answer.content
    assert Client().post(url, ONE_CLICK).status_code == 404
    assert not Suppression.objects.exists()


def test_guessing_is_slowed_and_a_true_link_works_all_the_same(sent: Campaign) -> None:
    forget_all()
    guesser = Client(REMOTE_ADDR="192.0.2.77")
    statuses = [guesser.get(f"/p/unsubscribe/guess{number}/").status_code for number in range(limits.GUESSES + 2)]
    assert (statuses[0], statuses[-1]) == (404, 429)
    assert guesser.post(link_of(sent, "Ines Flint"), ONE_CLICK).status_code == 200
    assert Suppression.objects.count() == 1


def test_a_cache_that_is_away_does_not_keep_anybody_subscribed(sent: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "add", lambda *a, **k: 1 / 0)
    monkeypatch.setattr(cache, "incr", lambda *a, **k: 1 / 0)
    assert Client().post(link_of(sent, "Ines Flint"), ONE_CLICK).status_code == 200
    assert Suppression.objects.count() == 1


def test_search_engines_are_told_to_leave_it_alone(sent: Campaign) -> None:
    assert "noindex" in Client().get(link_of(sent, "Ines Flint"))["X-Robots-Tag"]


def test_a_copy_that_still_waits_is_taken_back_at_once(sent: Campaign) -> None:
    Client().post(link_of(sent, "Ines Flint"), ONE_CLICK)
    found = dict(sent.deliveries.with_outcome().values_list("name", "outcome"))
    assert found["Ines Flint"] == Outcome.HELD_BACK
    assert found["Ines Silex"] == Outcome.WAITING
    message = OutboxMessage.objects.get(to_address="flint@quarry.example")
    assert (message.state, message.body_text) == (OutboxMessage.State.FAILED, "")


def test_a_copy_that_left_stays_accepted(sent: Campaign) -> None:
    OutboxMessage.objects.update(state=OutboxMessage.State.SENT, sent_at=timezone.now())
    Client().post(link_of(sent, "Ines Flint"), STOP_ALL)
    assert sent.deliveries.with_outcome().get(name="Ines Flint").outcome == Outcome.ACCEPTED


def test_what_was_said_is_only_ever_added(sent: Campaign) -> None:
    Client().post(link_of(sent, "Ines Flint"), ONE_CLICK)
    for change in (lambda: Suppression.objects.update(act="resume"), lambda: Suppression.objects.all().delete()):
        with pytest.raises(DatabaseError, match="rows are only added"), transaction.atomic():
            change()


def test_history_knows_that_the_link_wrote_it(sent: Campaign) -> None:
    Client().post(link_of(sent, "Ines Flint"), ONE_CLICK)
    change = History.objects.filter(tbl="outreach_suppression").get()
    assert (change.actor_id, change.writer) == (None, "unsubscribe link")


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_make_one_row(sent: Campaign) -> None:
    link, start = link_of(sent, "Ines Flint"), threading.Barrier(4)

    def press() -> None:
        start.wait()
        try:
            Client().post(link, ONE_CLICK)
        finally:
            connection.close()

    pressing = [threading.Thread(target=press) for _ in range(4)]
    for each in pressing:
        each.start()
    for each in pressing:
        each.join()
    assert Suppression.objects.count() == 1


# --- Noted by staff ---------------------------------------------------------------------------------------------------


def test_staff_note_what_they_were_told_and_it_holds_at_once(as_staff: Client, staff: User, sent: Campaign) -> None:
    url = reverse("consent:create_stop")
    refused = as_staff.post(url, {"address": "silex@carriere.example", "scope": "", "reason": " "})
    assert refused.status_code == 422
    assert not Suppression.objects.exists()
    answer = as_staff.post(url, {"address": "Silex@Carriere.example", "scope": str(sent.pk), "reason": "by telephone"})
    assert answer.status_code == 302
    stop = Suppression.objects.get()
    assert (stop.email.address, stop.how, stop.by, stop.reason) == (
        "silex@carriere.example",
        "staff",
        staff,
        "by telephone",
    )
    assert stop.audience_id == sent.audience_id


def test_staff_may_note_an_address_that_nobody_knew(as_staff: Client, db: None) -> None:
    as_staff.post(reverse("consent:create_stop"), {"address": "new@works.example", "scope": "", "reason": "a letter"})
    assert Suppression.objects.get().is_of_everything


def test_a_stop_is_lifted_by_the_secretariat_with_a_reason(
    as_staff: Client, as_secretariat: Client, staff: User, sent: Campaign
) -> None:
    stop = services.note_stop(
        actor=staff, address="silex@carriere.example", scope=services.Scope(sent), reason="by telephone"
    )
    url = reverse("consent:lift_stop", args=[stop.pk])
    assert as_staff.post(url, {"reason": "asked"}).status_code == 403
    assert as_secretariat.post(url, {"reason": ""}).status_code == 422
    assert Suppression.objects.in_force().exists()
    assert as_secretariat.post(url, {"reason": "asked by letter"}).status_code == 302
    assert not Suppression.objects.in_force().exists()
    assert Suppression.objects.count() == 2
    rows = as_secretariat.get(reverse("consent:stops"), {"tab": "all"}).content.decode()
    assert "Subscribed again" in rows
    assert "asked by letter" in rows
    assert "Subscribed again" not in as_secretariat.get(reverse("consent:stops")).content.decode()


def test_a_stop_of_a_sealed_audience_is_noted_and_lifted_by_those_who_may_read_it(
    staff: User, secretariat: User, sent: Campaign
) -> None:
    with recorded(None, system="tests"):
        circle = Circle.objects.create(name="Permits")
        CircleMembership.objects.create(circle=circle, user=staff)
        Campaign.objects.filter(pk=sent.pk).update(sealed_circle=circle)
    sent.refresh_from_db()
    staff, secretariat = User.objects.get(pk=staff.pk), User.objects.get(pk=secretariat.pk)
    told: dict[str, Any] = {
        "address": "silex@carriere.example",
        "scope": services.Scope(sent),
        "reason": "by telephone",
    }
    with pytest.raises(PermissionDenied):
        services.note_stop(actor=secretariat, **told)
    assert not Suppression.objects.exists()
    stop = services.note_stop(actor=staff, **told)
    with pytest.raises(PermissionDenied):
        services.lift_stop(actor=secretariat, suppression=stop, reason="asked")
    assert Suppression.objects.in_force().get() == stop
