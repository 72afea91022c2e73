"""The letter with the personal link under which somebody who attended reads and comments the draft minutes.

It answers for a meeting that its reader attended and encourages no commercial activity (S.C. 2010, c. 23, s. 1(2)).
"""

from __future__ import annotations

from typing import Any, Final

from django.core.signing import Signer
from django.urls import reverse
from django.utils.translation import gettext as _

from c2m2a_crm.core import dates, outbox
from c2m2a_crm.core.models import OutboxMessage
from forums.meetings.letters import end_of, letter
from forums.models import MinutesReviewer

KIND: Final = "meetings.review"
PURPOSE: Final = "minutes"
signer: Final = Signer(salt="forums.meetings.review", sep=".")


def review_path(reviewer: MinutesReviewer) -> str:
    """The address under which the reader comments, without an account."""
    signed = signer.sign(f"{reviewer.minutes.meeting.uid.hex}-{reviewer.pk}")
    return reverse("core:public_link", args=[PURPOSE, signed])


def queue(reviewer: MinutesReviewer, *, address: str, base_url: str) -> OutboxMessage:
    """One letter about one review to one person, and no second one of the same."""
    minutes = reviewer.minutes
    meeting = minutes.meeting

    def words(language: str) -> dict[str, Any]:
        return {
            "subject": _("Draft minutes to read: %(title)s") % {"title": meeting.title.text},
            "link": base_url.rstrip("/") + review_path(reviewer),
            "until": dates.long_date(minutes.comments_until) if minutes.comments_until else "",
        }

    mail = letter(
        meeting,
        reviewer.person,
        words,
        "meetings/mail/review.txt",
        address=address,
        sensitive_until=end_of(minutes.comments_until),
    )
    moment = minutes.review_at.isoformat() if minutes.review_at else ""
    return outbox.queue_mail(mail, kind=KIND, key=f"{KIND}:{reviewer.pk}:{moment}")
