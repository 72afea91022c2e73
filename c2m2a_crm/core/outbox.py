"""Mail starts here: a row in the same transaction as its cause, delivered afterwards by Celery.

A message is claimed before it is handed over, so two workers never send it twice; a worker that dies between claim and
confirmation leaves it in the state *sending*, and the sweeper marks it failed with that reason rather than sending a
message that may have arrived.
"""

from __future__ import annotations

import re
import smtplib
import socket
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import quote
from time import monotonic
from typing import Any, Final

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.utils import DNS_NAME
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core.background import after_commit
from c2m2a_crm.core.models import Installation, OutboxMessage

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 5
# One task delivers for about as long as the clock takes to come round, far below CELERY_TASK_TIME_LIMIT.
DELIVER_FOR = 60.0
SILENT_AFTER = timedelta(minutes=15)
# Kinds of which a second copy is worse than none: where an answer is missing nobody sends them again by themselves.
_never_twice: Final[set[str]] = set()
# Why a message may not leave any more; empty where it may.
Gate = Callable[[OutboxMessage], str]
_gates: Final[dict[str, Gate]] = {}
_NO_TEXT: Final[dict[str, Any]] = {"body_text": "", "body_html": "", "calendar": "", "sensitive_until": None}


@dataclass(frozen=True, slots=True)
class Mail:
    """A message to one address, already written in the recipient's language.

    ``sensitive_until`` is when a link in it stops working: the text is not kept longer (:func:`forget_sensitive`).
    ``calendar`` is an invitation as calendars read it (RFC 5545), with its ``METHOD``: mail programs offer its buttons.
    """

    to_address: str
    subject: str
    body_text: str
    to_name: str = ""
    language: str = "en"
    body_html: str = ""
    calendar: str = ""
    sensitive_until: datetime | None = None
    headers: dict[str, str] = field(default_factory=dict)


def queue_mail(mail: Mail, *, kind: str, key: str, not_before: datetime | None = None) -> OutboxMessage:
    """Put a message into the outbox once: a second call with the same ``key`` returns the first row."""
    message, created = OutboxMessage.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "to_address": mail.to_address,
            "to_name": " ".join(mail.to_name.split())[:200],
            "language": mail.language,
            "subject": " ".join(mail.subject.split())[:300],
            "body_text": mail.body_text,
            "body_html": mail.body_html,
            "calendar": mail.calendar,
            "sensitive_until": mail.sensitive_until,
            "headers": mail.headers,
            "not_before": not_before or timezone.now(),
            "state": OutboxMessage.State.KEPT if settings.OUTBOX_KEEPS_MAIL else OutboxMessage.State.QUEUED,
        },
    )
    if created and message.state == OutboxMessage.State.QUEUED:
        from c2m2a_crm.core.tasks import deliver_due_mail  # tasks import this module

        after_commit(deliver_due_mail)
    return message


def never_twice(*kinds: str) -> None:
    """Messages of these kinds are not tried again by themselves once a standing connection was lost."""
    _never_twice.update(kinds)


def ask_at_hand_over(gate: Gate, *kinds: str) -> None:
    """Ask ``gate`` before each try to hand over a message of these kinds: much may have been said since it was queued.

    It runs in the transaction in which the outbox takes a refused message back, so what it writes holds with that.
    """
    _gates.update(dict.fromkeys(kinds, gate))


def deliver_due(seconds: float = DELIVER_FOR) -> int:
    """Deliver what is due, for about ``seconds``; the clock comes back for the rest. Returns how many were tried."""
    end = monotonic() + seconds
    tried = 0
    while monotonic() < end and (message := claim_next()):
        deliver(message)
        tried += 1
    return tried


def claim_next() -> OutboxMessage | None:
    """Take the message that is due longest for this worker; rows another worker holds are passed over.

    One at a time, immediately before it is handed over: a message that nobody tried is never taken for one that may
    have arrived.
    """
    now = timezone.now()
    with transaction.atomic():
        message = (
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(state=OutboxMessage.State.QUEUED, not_before__lte=now)
            .order_by("not_before", "id")
            .first()
        )
        if message is not None:
            message.state, message.claimed_at = OutboxMessage.State.SENDING, now
            message.save(update_fields=["state", "claimed_at"])
    return message


def deliver(message: OutboxMessage) -> None:
    """Hand one claimed message to the mail server and note what came of it.

    What may pass (:func:`may_pass`) is tried again with growing pauses; anything else fails at once and is shown with
    its reason. No error leaves here: the messages behind this one are delivered all the same.
    """
    attempt = message.attempts + 1
    claimed = OutboxMessage.objects.filter(pk=message.pk, state=OutboxMessage.State.SENDING)
    server = get_connection()
    has_met = False
    try:
        if _is_refused(message):
            return
        email = _email(message, attempt)
        email.connection = server
        server.open()
        has_met = True
        email.send()
    except Exception as error:
        if has_met and message.kind in _never_twice and _is_lost(error):
            claimed.update(
                state=OutboxMessage.State.FAILED,
                attempts=attempt,
                last_error=_("The connection was lost while handing over. The message may have arrived."),
            )
            return
        if not isinstance(error, OSError):  # smtplib's errors are OSErrors; what is left is the message's own fault
            log.exception("message not written", message=message.pk)
            reason = _("The message could not be written: %(error)s") % {"error": error}
        else:
            reason = str(error) or type(error).__name__
        again = may_pass(error) and attempt < MAX_ATTEMPTS
        claimed.update(
            state=OutboxMessage.State.QUEUED if again else OutboxMessage.State.FAILED,
            attempts=attempt,
            not_before=timezone.now() + timedelta(minutes=2**attempt),
            last_error=reason,
        )
    else:
        taken_away = _NO_TEXT if message.sensitive_until else {}
        claimed.update(
            state=OutboxMessage.State.SENT, attempts=attempt, sent_at=timezone.now(), last_error="", **taken_away
        )
    finally:
        with suppress(OSError):  # what was handed over stays so, whatever the farewell
            server.close()


def _is_refused(message: OutboxMessage) -> bool:
    """Whether the gate of its kind keeps this claimed message here. Its text is then gone, as after ``withdraw``."""
    gate = _gates.get(message.kind)
    if gate is None:
        return False
    with transaction.atomic():
        claimed = OutboxMessage.objects.filter(pk=message.pk, state=OutboxMessage.State.SENDING)
        reason = gate(message)
        if reason:  # without a claim it is known that nobody handed it over
            claimed.update(state=OutboxMessage.State.FAILED, claimed_at=None, last_error=reason, **_NO_TEXT)
    return bool(reason)


def _is_lost(error: Exception) -> bool:
    """No answer came: whether the server took the message is not known (RFC 1047)."""
    return isinstance(error, smtplib.SMTPServerDisconnected | ConnectionError | TimeoutError)


def may_pass(error: Exception) -> bool:
    """Whether the same message may get through later: the server is away, or says so itself (4xx, RFC 5321)."""
    match error:
        case smtplib.SMTPResponseException():
            return 400 <= error.smtp_code < 500
        case smtplib.SMTPRecipientsRefused():
            return all(400 <= code < 500 for code, _said in error.recipients.values())
        case ConnectionError() | TimeoutError() | socket.gaierror() | smtplib.SMTPServerDisconnected():
            return True
    return False


def _email(message: OutboxMessage, attempt: int) -> EmailMultiAlternatives:
    email = EmailMultiAlternatives(
        subject=message.subject,
        body=message.body_text,
        from_email=_sender(message.language),
        to=[_called(message.to_name, message.to_address)],
        headers={"Message-ID": message.message_id or f"<{message.pk}.{attempt}@{DNS_NAME}>", **message.headers},
    )
    if message.body_html:
        email.attach_alternative(message.body_html, "text/html")
    if message.calendar:
        # As a part of its own (RFC 6047, 2.4), which must name the same method as the calendar in it.
        method = re.search(r"^METHOD:([A-Z]+)\r?$", message.calendar, re.MULTILINE)
        named = f"; method={method[1]}" if method else ""
        email.attach_alternative(message.calendar, f"text/calendar{named}")
    return email


def free_silent() -> int:
    """Mark messages whose worker died while sending: they may have arrived, so nobody sends them again by itself."""
    return OutboxMessage.objects.filter(
        state=OutboxMessage.State.SENDING, claimed_at__lt=timezone.now() - SILENT_AFTER
    ).update(
        state=OutboxMessage.State.FAILED,
        last_error=_("The worker stopped while handing over. The message may have arrived."),
    )


def in_doubt(prefix: str = "") -> Q:
    """Messages that failed without an answer, by a dead worker or a lost connection: they may have arrived.

    An answer, also the absence of a server, sets the next try behind the claim; silence leaves it before.
    """
    state, claimed_at = f"{prefix}state", f"{prefix}claimed_at__gte"
    return Q(**{state: OutboxMessage.State.FAILED, claimed_at: F(f"{prefix}not_before")})


def withdraw(messages: Collection[int], *, reason: str) -> list[int]:
    """Stop messages that wait and that no worker has taken. Returns those that will not leave; their text is gone.

    Without their text nobody sends them again by mistake.
    """
    with transaction.atomic():
        waiting = OutboxMessage.objects.filter(pk__in=messages, state=OutboxMessage.State.QUEUED)
        keys = list(waiting.select_for_update().values_list("pk", flat=True))
        OutboxMessage.objects.filter(pk__in=keys).update(
            state=OutboxMessage.State.FAILED, last_error=reason, **_NO_TEXT
        )
    return keys


def forget_sensitive() -> int:
    """Take the text of messages that did not leave away once their links work no more."""
    unsent = [OutboxMessage.State.KEPT, OutboxMessage.State.FAILED]
    return OutboxMessage.objects.filter(state__in=unsent, sensitive_until__lte=timezone.now()).update(**_NO_TEXT)


def may_send_again(message: OutboxMessage) -> bool:
    return message.state == OutboxMessage.State.FAILED and bool(message.body_text)


def send_again(message: OutboxMessage) -> bool:
    """Queue a failed message anew because a person wants it; False where it did not fail or its text is gone."""
    with transaction.atomic():
        failed = OutboxMessage.objects.filter(pk=message.pk, state=OutboxMessage.State.FAILED)
        again = failed.exclude(body_text="").update(
            state=OutboxMessage.State.KEPT if settings.OUTBOX_KEEPS_MAIL else OutboxMessage.State.QUEUED,
            attempts=0,
            not_before=timezone.now(),
        )
        if again:
            from c2m2a_crm.core.tasks import deliver_due_mail  # tasks import this module

            after_commit(deliver_due_mail)
    return bool(again)


def _sender(language: str) -> str:
    installation = Installation.current()
    name = installation.sender_name_fr if language == "fr" else installation.sender_name_en
    return _called(name, settings.DEFAULT_FROM_EMAIL)


def _called(name: str, address: str) -> str:
    name = " ".join(name.split())
    return f'"{quote(name)}" <{address}>' if name else address
