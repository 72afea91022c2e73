"""Mail starts here: a row in the same transaction as its cause, delivered afterwards by Celery.

A message is claimed before it is handed over, so two workers never send it twice; a worker that dies between claim and
confirmation leaves it in the state *sending*, and the sweeper marks it failed with that reason rather than sending a
message that may have arrived.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.utils import DNS_NAME
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core.background import after_commit
from c2m2a_crm.core.models import Installation, OutboxMessage

MAX_ATTEMPTS = 5
SILENT_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Mail:
    """A message to one address, already written in the recipient's language."""

    to_address: str
    subject: str
    body_text: str
    to_name: str = ""
    language: str = "en"
    body_html: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def queue_mail(mail: Mail, *, kind: str, key: str, not_before: datetime | None = None) -> OutboxMessage:
    """Put a message into the outbox once: a second call with the same ``key`` returns the first row."""
    message, created = OutboxMessage.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "to_address": mail.to_address,
            "to_name": mail.to_name,
            "language": mail.language,
            "subject": " ".join(mail.subject.split())[:300],
            "body_text": mail.body_text,
            "body_html": mail.body_html,
            "headers": mail.headers,
            "not_before": not_before or timezone.now(),
            "state": OutboxMessage.State.KEPT if settings.OUTBOX_KEEPS_MAIL else OutboxMessage.State.QUEUED,
        },
    )
    if created and message.state == OutboxMessage.State.QUEUED:
        from c2m2a_crm.core.tasks import deliver_due_mail  # tasks import this module

        after_commit(deliver_due_mail)
    return message


def claim_due(limit: int = 50) -> list[OutboxMessage]:
    """Take up to ``limit`` due messages for this worker; rows another worker holds are passed over."""
    now = timezone.now()
    with transaction.atomic():
        due = list(
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(state=OutboxMessage.State.QUEUED, not_before__lte=now)
            .order_by("not_before", "id")[:limit]
        )
        OutboxMessage.objects.filter(pk__in=[message.pk for message in due]).update(
            state=OutboxMessage.State.SENDING, claimed_at=now
        )
    return due


def deliver(message: OutboxMessage) -> None:
    """Hand one claimed message to the mail server and note what came of it.

    A refused connection is tried again with growing pauses; anything else fails at once and is shown with its reason.
    """
    attempt = message.attempts + 1
    email = EmailMultiAlternatives(
        subject=message.subject,
        body=message.body_text,
        from_email=_sender(message.language),
        to=[f'"{message.to_name}" <{message.to_address}>' if message.to_name else message.to_address],
        headers={"Message-ID": message.message_id or f"<{message.pk}.{attempt}@{DNS_NAME}>", **message.headers},
    )
    if message.body_html:
        email.attach_alternative(message.body_html, "text/html")
    claimed = OutboxMessage.objects.filter(pk=message.pk, state=OutboxMessage.State.SENDING)
    try:
        email.send()
    except (ConnectionError, TimeoutError) as error:
        again = attempt < MAX_ATTEMPTS
        claimed.update(
            state=OutboxMessage.State.QUEUED if again else OutboxMessage.State.FAILED,
            attempts=attempt,
            not_before=timezone.now() + timedelta(minutes=2**attempt),
            last_error=str(error) or type(error).__name__,
        )
    except OSError as error:  # smtplib's errors are OSErrors
        claimed.update(
            state=OutboxMessage.State.FAILED, attempts=attempt, last_error=str(error) or type(error).__name__
        )
    else:
        claimed.update(state=OutboxMessage.State.SENT, attempts=attempt, sent_at=timezone.now(), last_error="")


def free_silent() -> int:
    """Mark messages whose worker died while sending: they may have arrived, so nobody sends them again by itself."""
    return OutboxMessage.objects.filter(
        state=OutboxMessage.State.SENDING, claimed_at__lt=timezone.now() - SILENT_AFTER
    ).update(
        state=OutboxMessage.State.FAILED,
        last_error=_("The worker stopped while handing over. The message may have arrived."),
    )


def send_again(message: OutboxMessage) -> bool:
    """Queue a failed message anew because a person wants it; False where it did not fail."""
    with transaction.atomic():
        again = OutboxMessage.objects.filter(pk=message.pk, state=OutboxMessage.State.FAILED).update(
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
    return f'"{name}" <{settings.DEFAULT_FROM_EMAIL}>' if name else settings.DEFAULT_FROM_EMAIL
