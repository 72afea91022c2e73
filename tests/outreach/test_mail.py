"""The notice as a real mail server gets it, and the way back: who unsubscribes is passed by the next time."""

from __future__ import annotations

import email
import email.policy
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from lxml import html

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import tasks
from c2m2a_crm.core.models import Installation, OutboxMessage
from c2m2a_crm.outreach import emails, selectors
from c2m2a_crm.outreach.models import Campaign, Delivery, Suppression
from c2m2a_crm.outreach.querysets import Outcome
from c2m2a_crm.outreach.selectors import Copy
from tests.outreach.conftest import Table
from tests.outreach.making import BASE, notice, send

LINK = re.compile(r"<(https://crm\.example(/p/unsubscribe/[^>]+))>")


def received(smtp: list[Any]) -> dict[str, Any]:
    """What the server got, by address."""
    parsed = {}
    for envelope in smtp:
        (to,) = envelope.rcpt_tos
        assert to not in parsed
        parsed[to] = email.message_from_bytes(envelope.content, policy=email.policy.default)
    return parsed


def part(message: Any, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_two_readers_get_it_each_in_the_own_language_and_one_who_unsubscribed_is_passed_by(
    secretariat: User, quarry: Table, draft: Campaign, smtp: list[Any]
) -> None:
    quarry.audience.people = [quarry.english, quarry.french]
    assert send(secretariat, draft)
    tasks.deliver_due_mail()
    mails = received(smtp)
    assert set(mails) == {"flint@quarry.example", "silex@carriere.example"}
    english, french = mails["flint@quarry.example"], mails["silex@carriere.example"]

    assert (english["Subject"], french["Subject"]) == ("Plenary on Tuesday", "Plénière mardi")
    assert english["From"] == "North Desk <desk@alliance.example>"
    assert french["From"] == "Bureau du Nord <desk@alliance.example>"
    assert english["To"] == "Ines Flint <flint@quarry.example>"
    assert (english["Content-Language"], french["Content-Language"]) == ("en", "fr")
    for message in (english, french):
        assert message["Reply-To"] == "desk@alliance.example"
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert message["Auto-Submitted"] is None
        assert [each.get_content_type() for each in message.walk()] == [
            "multipart/alternative",
            "text/plain",
            "text/html",
        ]
        copy = Delivery.objects.get(email__address=message["To"].addresses[0].addr_spec)
        assert copy.token is not None
        assert message["Message-ID"] == f"<o.{copy.token.hex}@alliance.example>"
        link = LINK.fullmatch(message["List-Unsubscribe"].strip())
        assert link is not None
        for kind in ("plain", "html"):
            text = part(message, kind)
            assert link[1] in text, "the law wants it under the message, in both parts"
            for line in ("100 Example Street", "Ottawa ON K1A 0A0", "desk@alliance.example"):
                assert line in text
    assert "North Desk · North Alliance" in part(english, "plain")
    assert "Bureau du Nord · Alliance du Nord" in part(french, "plain")
    assert "Why you get this: holds a seat" in part(english, "plain")
    assert "occupe un siège" in part(french, "plain")
    assert "The plenary is on **Tuesday**." in part(english, "plain")
    page = html.fromstring(part(french, "html"))
    assert page.get("lang") == "fr"
    assert [node.text_content() for node in page.cssselect("h1")] == ["Plénière mardi"]
    assert [node.text_content() for node in page.cssselect("main strong")] == ["mardi"]
    assert len(page.cssselect("main li")) == 2
    assert not page.cssselect("script, img, link")

    # The mail program presses the button: no cookie, no account, no token of a form.
    path = LINK.fullmatch(french["List-Unsubscribe"].strip())[2]  # type: ignore[index]  # matched above
    program = Client(enforce_csrf_checks=True)
    assert program.get(path).status_code == 200
    assert not Suppression.objects.exists()
    answer = program.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, answer.cookies.output()) == (200, "")
    stop = Suppression.objects.get()
    assert (stop.email.address, stop.how, stop.act) == ("silex@carriere.example", "one_click", "stop")
    assert not stop.is_of_everything
    assert stop.evidence["language"] == "fr"

    smtp.clear()
    second = notice(secretariat, quarry.record, subject_en="Minutes", subject_fr="Procès-verbal")
    assert send(secretariat, second)
    tasks.deliver_due_mail()
    assert set(received(smtp)) == {"flint@quarry.example"}
    passed_by = second.deliveries.with_outcome().get(person=quarry.french)
    assert (passed_by.outcome, passed_by.held_back) == (Outcome.HELD_BACK, Delivery.HeldBack.UNSUBSCRIBED)
    assert passed_by.why_en == "Unsubscribed: nothing is sent to this address."


def test_who_told_us_no_language_gets_both_in_one_message(
    secretariat: User, quarry: Table, draft: Campaign, smtp: list[Any]
) -> None:
    quarry.audience.people = [quarry.unknown]
    send(secretariat, draft)
    tasks.deliver_due_mail()
    message = received(smtp)["basalt@quarry.example"]
    assert message["Subject"] == "Plenary on Tuesday / Plénière mardi"
    assert message["Content-Language"] == "en, fr"
    text = part(message, "plain")
    assert text.index("The plenary is on") < text.index("La plénière a lieu")
    page = html.fromstring(part(message, "html"))
    assert [node.get("lang") for node in page.cssselect("section")] == ["en", "fr"]


def test_a_refusal_of_the_server_fails_that_copy_alone(
    secretariat: User, staff: User, quarry: Table, draft: Campaign, smtp: list[Any]
) -> None:
    from tests.outreach.making import somebody

    quarry.audience.people = [
        somebody(staff, "Slate", language="en", address="refused@quarry.example"),
        somebody(staff, "Chalk", language="en", address="later@quarry.example"),
        somebody(staff, "Shale", language="en", address="silent@quarry.example"),
        quarry.english,
    ]
    send(secretariat, draft)
    tasks.deliver_due_mail()
    assert dict(draft.deliveries.with_outcome().values_list("email__address", "outcome")) == {
        "refused@quarry.example": Outcome.FAILED,
        "later@quarry.example": Outcome.WAITING,
        "silent@quarry.example": Outcome.IN_DOUBT,
        "flint@quarry.example": Outcome.ACCEPTED,
    }
    OutboxMessage.objects.filter(state=OutboxMessage.State.QUEUED).update(not_before=timezone.now())
    tasks.deliver_due_mail()
    assert set(received(smtp)) == {"flint@quarry.example", "silent@quarry.example"}, "each at most once"


def _mail(draft: Campaign, **texts: str) -> Any:
    for name, text in texts.items():
        setattr(draft, name, text)
    copy = Copy("Flint, Ines", "flint@quarry.example", 1, None, "en", "holds a seat", "occupe un siège")
    return emails.mail_of(draft, copy, token=selectors.delivery_token(draft, 1), base_url=BASE)


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](https://track.example/pixel.gif)",
        "{{ office.postal_address }}{% now 'Y' %}",
    ],
)
def test_what_is_typed_is_text_and_never_program(draft: Campaign, evil: str) -> None:
    page = html.fromstring(_mail(draft, body_en=evil, subject_en=evil).body_html)
    assert not page.cssselect("script, img, iframe, [onerror]")
    assert not [link for link in page.cssselect("main a") if link.get("href", "").startswith("javascript")]
    if "{{" in evil:
        assert "{{ office.postal_address }}" in page.cssselect("main p")[0].text_content()


def test_a_subject_with_a_line_break_makes_no_second_header(draft: Campaign, smtp: list[Any]) -> None:
    from c2m2a_crm.core.outbox import queue_mail

    queue_mail(_mail(draft, subject_en="Plenary\r\nBcc: all@elsewhere.example"), kind="test", key="one")
    tasks.deliver_due_mail()
    message = received(smtp)["flint@quarry.example"]
    assert message["Bcc"] is None
    assert message["Subject"] == "Plenary Bcc: all@elsewhere.example"


def test_the_number_of_a_copy_is_the_same_each_time_and_another_for_another(draft: Campaign) -> None:
    assert selectors.delivery_token(draft, 1) == selectors.delivery_token(draft, 1)
    assert selectors.delivery_token(draft, 1) != selectors.delivery_token(draft, 2)


def test_the_header_that_a_mail_program_reads_is_whole(
    secretariat: User, quarry: Table, draft: Campaign, smtp: list[Any]
) -> None:
    quarry.audience.people = [quarry.english]
    send(secretariat, draft)
    tasks.deliver_due_mail()
    raw = smtp[0].content.decode()
    assert re.search(r"^List-Unsubscribe:\s+<https://crm\.example/p/unsubscribe/[\w.-]+/>\r?$", raw, re.M)


def test_an_office_without_a_name_of_the_sender_signs_with_its_own(draft: Campaign) -> None:
    Installation.objects.update(sender_name_en="", sender_name_fr="")
    assert "\nNorth Alliance\n" in _mail(draft).body_text
