"""The outbox on the screen, and the one address that may be framed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from c2m2a_crm.core.models import OutboxMessage
from c2m2a_crm.core.outbox import Mail, queue_mail

State = OutboxMessage.State
EVIL = "<p>Hello</p><script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture
def message(db: None) -> OutboxMessage:
    mail = Mail("guest@office.example", "Welcome", "See https://crm.example/p/1", body_html=EVIL)
    return queue_mail(mail, kind="test", key="invitation:1")


def test_every_message_stands_in_the_list_and_is_found_by_address(
    message: OutboxMessage, as_administrator: Client
) -> None:
    url = reverse("core:outbox")
    assert "Welcome" in as_administrator.get(url).content.decode()
    assert "Welcome" in as_administrator.get(url, {"q": "guest@"}).content.decode()
    assert "Welcome" not in as_administrator.get(url, {"q": "somebody@"}).content.decode()


def test_the_page_shows_the_text_and_frames_the_html_in_a_sandbox(
    message: OutboxMessage, as_administrator: Client
) -> None:
    answer = as_administrator.get(reverse("core:message", args=[message.pk]))
    page = html.fromstring(answer.content)
    (frame,) = page.cssselect("iframe")
    assert frame.get("sandbox") == ""
    assert frame.get("src") == reverse("core:message_html", args=[message.pk])
    assert page.cssselect('a[href="https://crm.example/p/1"]')
    assert b"alert(1)" not in answer.content
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_the_html_alone_may_be_framed_by_us_and_can_do_nothing(
    message: OutboxMessage, as_administrator: Client
) -> None:
    answer = as_administrator.get(reverse("core:message_html", args=[message.pk]))
    policy = answer["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "default-src 'none'" in policy
    assert policy.endswith("sandbox")
    assert "script-src" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.content.decode() == EVIL


def test_a_text_that_was_taken_away_is_said_to_be_and_is_not_sent_again(
    message: OutboxMessage, as_administrator: Client
) -> None:
    OutboxMessage.objects.update(state=State.FAILED, body_text="", body_html="")
    seen = as_administrator.get(reverse("core:message", args=[message.pk])).content.decode()
    assert "It was taken away" in seen
    assert "Send again" not in seen
    assert as_administrator.get(reverse("core:message_html", args=[message.pk])).status_code == 404
    answer = as_administrator.post(reverse("core:send_again", args=[message.pk]), follow=True)
    assert "Only a message that failed and still has its text" in answer.content.decode()


def test_where_mail_leaves_no_text_is_shown(message: OutboxMessage, as_administrator: Client, settings: Any) -> None:
    settings.SHOW_OUTBOX = False
    assert "crm.example" not in as_administrator.get(reverse("core:message", args=[message.pk])).content.decode()
    assert as_administrator.get(reverse("core:message_html", args=[message.pk])).status_code == 404


def test_a_message_without_html_has_no_preview(as_administrator: Client) -> None:
    message = queue_mail(Mail("guest@office.example", "Welcome", "Hello."), kind="test", key="one")
    assert as_administrator.get(reverse("core:message_html", args=[message.pk])).status_code == 404


def test_only_a_failed_message_is_sent_again_and_only_by_a_person(
    message: OutboxMessage, as_administrator: Client, settings: Any
) -> None:
    url = reverse("core:send_again", args=[message.pk])
    assert "Only a message that failed" in as_administrator.post(url, follow=True).content.decode()
    OutboxMessage.objects.update(state=State.FAILED, attempts=5, last_error="refused")
    settings.OUTBOX_KEEPS_MAIL = False
    as_administrator.post(url)
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.QUEUED, 0)
