"""Mail leaves once: written with its cause, claimed before it is handed over, never sent again by itself."""

from __future__ import annotations

import email
import email.policy
import smtplib
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as mailbox
from django.db import connection, transaction
from django.utils import timezone

from c2m2a_crm.core import outbox, tasks
from c2m2a_crm.core.models import Installation, OutboxMessage
from c2m2a_crm.core.outbox import Mail, claim_next, deliver, free_silent, may_pass, queue_mail
from tests.mail_server import mail_server

State = OutboxMessage.State
MAIL = Mail(
    to_address="guest@office.example", to_name="Guest, Anne", subject="Welcome\nhere", body_text="Bonjour, été."
)


@pytest.fixture(autouse=True)
def mail_leaves(settings: Any) -> None:
    settings.OUTBOX_KEEPS_MAIL = False


@pytest.fixture
def smtp(settings: Any) -> Iterator[list[Any]]:
    with mail_server(settings) as received:
        yield received


def queued(key: str = "one", **fields: Any) -> OutboxMessage:
    message = queue_mail(MAIL, kind="test", key=key)
    if fields:
        OutboxMessage.objects.filter(pk=message.pk).update(**fields)
        message.refresh_from_db()
    return message


def test_one_reason_makes_one_message(db: None) -> None:
    first, second = queue_mail(MAIL, kind="test", key="invitation:1"), queue_mail(MAIL, kind="test", key="invitation:1")
    assert first.pk == second.pk
    assert OutboxMessage.objects.count() == 1


def test_a_subject_is_one_line(db: None) -> None:
    assert queued().subject == "Welcome here"


@pytest.mark.django_db(transaction=True)
def test_a_message_leaves_after_its_cause_is_committed_and_not_if_it_fails() -> None:
    @transaction.atomic
    def goes_wrong() -> None:
        queued("rolled back")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        goes_wrong()
    assert not mailbox.outbox
    with transaction.atomic():
        queued("kept")
        assert not mailbox.outbox
    assert len(mailbox.outbox) == 1
    assert OutboxMessage.objects.get().state == State.SENT


@pytest.mark.django_db(transaction=True)
def test_in_development_every_message_is_kept_and_none_leaves(settings: Any) -> None:
    settings.OUTBOX_KEEPS_MAIL = True
    assert queued().state == State.KEPT
    tasks.deliver_due_mail()
    assert not mailbox.outbox
    assert OutboxMessage.objects.get().state == State.KEPT


def test_a_real_mail_server_gets_it_whole_from_the_offices_sender(db: None, smtp: list[Any], settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "secretariat@office.example"
    Installation.objects.create(pk=1, sender_name_en="North Desk", sender_name_fr="Bureau du Nord")
    queue_mail(
        Mail(
            "guest@office.example", "Été", "Bonjour, été.", body_html="<p>Été</p>", language="fr", headers={"X-A": "b"}
        ),
        kind="test",
        key="one",
    )
    tasks.deliver_due_mail()
    (envelope,) = smtp
    assert envelope.rcpt_tos == ["guest@office.example"]
    message = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert message["From"] == "Bureau du Nord <secretariat@office.example>"
    assert (message["Subject"], message["X-A"]) == ("Été", "b")
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    stored = OutboxMessage.objects.get()
    assert (stored.state, stored.attempts, stored.last_error) == (State.SENT, 1, "")
    assert stored.sent_at is not None


def test_an_invitation_is_a_part_that_names_its_method(db: None, smtp: list[Any]) -> None:
    calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Été\r\nEND:VCALENDAR\r\n"
    queue_mail(Mail("guest@office.example", "Meeting", "Bonjour.", calendar=calendar), kind="test", key="one")
    tasks.deliver_due_mail()
    (envelope,) = smtp
    message = email.message_from_bytes(envelope.content, policy=email.policy.default)
    part = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert (part.get_param("method"), part.get_content_charset()) == ("REQUEST", "utf-8")
    assert part.get_content().replace("\r\n", "\n") == calendar.replace("\r\n", "\n")


def test_a_name_with_a_comma_is_one_recipient(db: None, smtp: list[Any]) -> None:
    queued()
    tasks.deliver_due_mail()
    assert smtp[0].rcpt_tos == ["guest@office.example"]


def test_a_recipient_whom_the_server_refuses_fails_at_once_with_the_reason(db: None, smtp: list[Any]) -> None:
    queued(to_address="refused@office.example")
    tasks.deliver_due_mail()
    message = OutboxMessage.objects.get()
    assert message.state == State.FAILED
    assert "no such person" in message.last_error
    assert not smtp


def test_a_recipient_whom_the_server_puts_off_is_tried_again(db: None, smtp: list[Any]) -> None:
    queued(to_address="later@office.example")
    tasks.deliver_due_mail()
    message = OutboxMessage.objects.get()
    assert (message.state, message.attempts) == (State.QUEUED, 1)
    assert message.not_before > timezone.now()
    assert "try again in a minute" in message.last_error
    assert not smtp


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (smtplib.SMTPDataError(452, b"disk full"), True),
        (smtplib.SMTPSenderRefused(550, b"no", "a@b.example"), False),
        (smtplib.SMTPAuthenticationError(535, b"wrong password"), False),
        (smtplib.SMTPConnectError(421, b"busy"), True),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (451, b""), "c@b.example": (450, b"")}), True),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (451, b""), "c@b.example": (550, b"")}), False),
        (smtplib.SMTPServerDisconnected("gone"), True),
        (socket.gaierror(-3, "Temporary failure in name resolution"), True),
        (TimeoutError(), True),
        (ValueError("rubbish"), False),
    ],
)
def test_what_may_pass_is_told_from_what_will_not(error: Exception, passes: bool) -> None:
    assert may_pass(error) is passes


@pytest.mark.parametrize("fields", [{"headers": {"X-A": "a\nBcc: b@c.example"}}, {"to_address": "nobody\n@here"}])
def test_a_message_that_cannot_be_written_fails_alone(db: None, fields: dict[str, Any]) -> None:
    broken = queued("broken", **fields)
    queued("sound")
    tasks.deliver_due_mail()
    broken.refresh_from_db()
    assert (broken.state, broken.attempts) == (State.FAILED, 1)
    assert "could not be written" in broken.last_error
    assert len(mailbox.outbox) == 1
    assert OutboxMessage.objects.get(key="sound").state == State.SENT


@pytest.mark.parametrize("name", ["Guest,\r\nAnne", 'Anne "Nan" Guest', "Anne\\"])
def test_no_name_breaks_a_message(db: None, smtp: list[Any], name: str) -> None:
    queue_mail(replace(MAIL, to_name=name), kind="test", key="one")
    OutboxMessage.objects.update(to_name=name)  # also one written before names were cleaned
    tasks.deliver_due_mail()
    assert smtp[0].rcpt_tos == ["guest@office.example"]
    message = email.message_from_bytes(smtp[0].content, policy=email.policy.default)
    assert message["To"].addresses[0].display_name == " ".join(name.split())


def test_only_the_message_at_hand_is_held_and_the_rest_waits_for_the_next_round(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        queued(f"message {number}")
    now = iter([0.0, 1.0, 59.0, 61.0])
    monkeypatch.setattr(outbox, "monotonic", lambda: next(now))
    held = []

    def slow(message: OutboxMessage) -> None:
        held.append(OutboxMessage.objects.filter(state=State.SENDING).count())
        OutboxMessage.objects.filter(pk=message.pk).update(state=State.SENT)

    monkeypatch.setattr(outbox, "deliver", slow)
    assert outbox.deliver_due() == 2
    assert held == [1, 1]
    assert OutboxMessage.objects.get(state=State.QUEUED).key == "message 2"


def test_a_server_that_is_away_is_tried_again_with_growing_pauses_and_then_given_up(
    db: None, smtp: list[Any], settings: Any
) -> None:
    settings.EMAIL_PORT = 1  # nobody listens
    message = queued()
    pauses = []
    for attempt in range(1, outbox.MAX_ATTEMPTS + 1):
        OutboxMessage.objects.update(not_before=timezone.now())
        before = timezone.now()
        tasks.deliver_due_mail()
        message.refresh_from_db()
        assert message.attempts == attempt
        pauses.append(message.not_before - before)
    assert pauses == sorted(pauses)
    assert (message.state, bool(message.last_error)) == (State.FAILED, True)


def test_a_link_that_opens_an_account_is_forgotten_when_the_message_has_left(db: None) -> None:
    secret = replace(MAIL, body_html="<p>secret</p>", sensitive_until=timezone.now() + timedelta(days=14))
    queue_mail(secret, kind="test", key="secret")
    queued("plain")
    tasks.deliver_due_mail()
    assert [sent.body for sent in mailbox.outbox] == [MAIL.body_text] * 2
    left = OutboxMessage.objects.get(key="secret")
    assert (left.state, left.body_text, left.body_html, left.sensitive_until) == (State.SENT, "", "", None)
    assert OutboxMessage.objects.get(key="plain").body_text == MAIL.body_text


@pytest.mark.parametrize("state", [State.KEPT, State.FAILED])
def test_a_link_that_did_not_leave_is_forgotten_when_it_expires_and_not_before(db: None, state: str) -> None:
    message = queued(state=state, sensitive_until=timezone.now() + timedelta(minutes=1))
    tasks.sweep()
    message.refresh_from_db()
    assert message.body_text == MAIL.body_text
    OutboxMessage.objects.update(sensitive_until=timezone.now() - timedelta(minutes=1))
    tasks.sweep()
    message.refresh_from_db()
    assert message.body_text == ""
    assert not outbox.send_again(message)
    message.refresh_from_db()
    assert message.state == state


def test_what_is_not_due_waits(db: None) -> None:
    queue_mail(MAIL, kind="test", key="one", not_before=timezone.now() + timedelta(hours=1))
    assert claim_next() is None


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_send_one_message_twice() -> None:
    with transaction.atomic():
        for number in range(40):
            queue_mail(MAIL, kind="test", key=f"message {number}", not_before=timezone.now() + timedelta(hours=1))
    OutboxMessage.objects.update(not_before=timezone.now())
    start, sent = threading.Barrier(2), []

    def work() -> None:
        start.wait()
        try:
            while message := claim_next():
                sent.append(message.pk)
                deliver(message)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(sent) == sorted(OutboxMessage.objects.values_list("pk", flat=True))
    assert len(mailbox.outbox) == 40


def test_a_killed_worker_leaves_no_second_message_but_a_failure_to_look_at(db: None) -> None:
    message = queued(state=State.SENDING, claimed_at=timezone.now() - outbox.SILENT_AFTER - timedelta(seconds=1))
    fresh = queued("fresh", state=State.SENDING, claimed_at=timezone.now())
    assert free_silent() == 1
    message.refresh_from_db()
    fresh.refresh_from_db()
    assert (message.state, fresh.state) == (State.FAILED, State.SENDING)
    assert "may have arrived" in message.last_error
    tasks.deliver_due_mail()
    assert not mailbox.outbox


def test_a_worker_that_comes_back_late_does_not_overwrite_what_was_decided(db: None) -> None:
    message = queued()
    claimed = claim_next()
    assert claimed is not None
    OutboxMessage.objects.filter(pk=message.pk).update(state=State.FAILED, last_error="given up")
    deliver(claimed)
    message.refresh_from_db()
    assert (message.state, message.last_error) == (State.FAILED, "given up")


def test_a_failure_without_an_answer_is_told_from_one_with(db: None) -> None:
    silent = queued("silent", state=State.SENDING, claimed_at=timezone.now() - outbox.SILENT_AFTER * 2)
    OutboxMessage.objects.filter(pk=silent.pk).update(not_before=timezone.now() - outbox.SILENT_AFTER * 3)
    queued("refused", to_address="nobody\n@here")
    queued("sent")
    tasks.deliver_due_mail()
    free_silent()
    assert OutboxMessage.objects.filter(state=State.FAILED).count() == 2
    assert OutboxMessage.objects.get(outbox.in_doubt()).pk == silent.pk
    assert outbox.send_again(silent)
    assert not OutboxMessage.objects.filter(outbox.in_doubt()).exists()


@pytest.mark.parametrize(("kind", "state"), [("once", State.FAILED), ("test", State.QUEUED)])
def test_a_server_that_hangs_up_without_an_answer_leaves_doubt_where_two_are_worse_than_none(
    db: None, smtp: list[Any], monkeypatch: pytest.MonkeyPatch, kind: str, state: str
) -> None:
    monkeypatch.setattr(outbox, "_never_twice", {"once"})
    queue_mail(replace(MAIL, to_address="silent@office.example"), kind=kind, key="silent")
    queued("sound")
    tasks.deliver_due_mail()
    message = OutboxMessage.objects.get(key="silent")
    assert (message.state, message.attempts) == (state, 1)
    assert OutboxMessage.objects.filter(outbox.in_doubt()).exists() is (kind == "once")
    assert OutboxMessage.objects.get(key="sound").state == State.SENT
    OutboxMessage.objects.filter(state=State.QUEUED).update(not_before=timezone.now())
    tasks.deliver_due_mail()
    assert len(smtp) == (2 if kind == "once" else 3)


def test_only_what_nobody_has_taken_is_withdrawn_and_nobody_sends_it_again(db: None) -> None:
    waiting, taken, sent = queued("waiting"), queued("taken", state=State.SENDING), queued("sent", state=State.SENT)
    assert outbox.withdraw([waiting.pk, taken.pk, sent.pk], reason="Unsubscribed.") == [waiting.pk]
    waiting.refresh_from_db()
    assert (waiting.state, waiting.last_error, waiting.body_text) == (State.FAILED, "Unsubscribed.", "")
    assert not outbox.send_again(waiting)
    assert claim_next() is None


def test_the_gate_of_a_kind_is_asked_at_every_try_and_keeps_here_what_may_not_leave_any_more(
    db: None, smtp: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = iter(["", "They said stop."])
    monkeypatch.setattr(outbox, "_gates", {})
    outbox.ask_at_hand_over(lambda message: next(said), "gated")
    queue_mail(replace(MAIL, to_address="later@office.example"), kind="gated", key="one")
    queued("other kind")
    for state in (State.QUEUED, State.FAILED):
        tasks.deliver_due_mail()
        message = OutboxMessage.objects.get(key="one")
        assert (message.state, message.attempts) == (state, 1)
        OutboxMessage.objects.filter(state=State.QUEUED).update(not_before=timezone.now(), to_address="now@a.example")
    assert (message.last_error, message.body_text) == ("They said stop.", "")
    assert not OutboxMessage.objects.filter(outbox.in_doubt()).exists()
    assert not outbox.send_again(message)
    assert [envelope.rcpt_tos for envelope in smtp] == [["guest@office.example"]]


def test_a_gate_that_breaks_keeps_its_message_here_and_no_other(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_gates", {})
    outbox.ask_at_hand_over(lambda message: str(1 // 0), "gated")
    queue_mail(MAIL, kind="gated", key="one")
    queued("sound")
    tasks.deliver_due_mail()
    assert dict(OutboxMessage.objects.values_list("key", "state")) == {"one": State.FAILED, "sound": State.SENT}
    assert len(mailbox.outbox) == 1


def test_administrators_do_not_see_what_was_confided_to_a_circle(administrator: Any) -> None:
    queue_mail(MAIL, kind="campaign:confided", key="confided")
    open_message = queued("open")
    assert list(OutboxMessage.objects.visible_to(administrator)) == [open_message]
