"""The letter that tells somebody what they promised at a meeting, with the link under which they say that it is done.

It is about what its reader said and encourages no commercial activity (S.C. 2010, c. 23, s. 1(2)).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from django.core.signing import Signer
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core import dates, outbox
from c2m2a_crm.core.models import OutboxMessage
from c2m2a_crm.engagement.models import Commitment
from forums.meetings.letters import letter
from forums.models import Meeting
from members.models import Person

KIND: Final = "meetings.promises"
PURPOSE: Final = "promises"
# How long the text of a letter that could not leave is kept: by then the next meeting asks anyway.
_KEPT_FOR: Final = timedelta(days=90)
signer: Final = Signer(salt="forums.meetings.promises", sep=".")


def promises_path(meeting: Meeting, person: Person) -> str:
    """The address under which this person says what of their promises is done, without an account."""
    return reverse("core:public_link", args=[PURPOSE, signer.sign(f"{meeting.uid.hex}-{person.pk}")])


def queue(
    meeting: Meeting, person: Person, promises: Sequence[Commitment], *, address: str, base_url: str
) -> OutboxMessage | None:
    """One letter about the same promises; None where it was written before."""
    said = "\n".join(f"{row.pk}:{row.text}:{row.due_on}" for row in promises)
    key = f"{KIND}:{meeting.pk}:{person.pk}:{hashlib.sha256(said.encode()).hexdigest()[:16]}"
    if OutboxMessage.objects.filter(key=key).exists():
        return None

    def words(language: str) -> dict[str, Any]:
        return {
            "subject": _("What you promised: %(title)s") % {"title": meeting.title.text},
            "link": base_url.rstrip("/") + promises_path(meeting, person),
            "promises": [(row.text, dates.long_date(row.due_on) if row.due_on else "") for row in promises],
        }

    mail = letter(
        meeting,
        person,
        words,
        "meetings/mail/promises.txt",
        address=address,
        sensitive_until=timezone.now() + _KEPT_FOR,
    )
    return outbox.queue_mail(mail, kind=KIND, key=key)
