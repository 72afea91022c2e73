"""The reminder of a renewal as a message: facts of a membership that goes on.

For these the law asks no consent, but the form of every commercial message (S.C. 2010, c. 23, s. 6(6) with s. 6(2)):
who sends it, how to reach the sender, and a way to stop it. That way is an answer, or an electronic address
(s. 11(1)(b)): the reminder leaves by the clock, which knows no address of these pages for a link. What is answered is
noted by staff among the unsubscribes, without delay and within ten business days (s. 11(3)); ``outreach`` then holds
reminders to that address back.

Where nobody knows the recipient's language, it is written in both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.template.loader import render_to_string
from django.utils import translation

from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.models import Installation, OutboxMessage
from c2m2a_crm.core.outbox import Mail, queue_mail
from members.memberships.rules import dues_on
from members.models import MembershipReminder

if TYPE_CHECKING:
    from members.memberships.reminders import Due

REMINDER: Final = "memberships.reminder"


def written(due: Due) -> tuple[str, str, str]:
    """Language, subject and text as they would go: what the calendar shows is what is sent."""
    chosen = (due.recipient.language if due.recipient else "") or ""
    languages = [chosen] if chosen in LANGUAGES else list(LANGUAGES)
    sides = [_side(due, language) for language in languages]
    subject = " / ".join(side[0] for side in sides)
    return languages[0], subject, "\n\n— — —\n\n".join(side[1] for side in sides)


def remind(row: MembershipReminder, due: Due) -> OutboxMessage:
    """One message for each row of the ledger."""
    if due.recipient is None:
        raise ValueError("Nobody to write to.")
    language, subject, text = written(due)
    mail = Mail(
        to_address=due.recipient.address,
        to_name=due.recipient.name,
        language=language,
        subject=subject,
        body_text=text,
        headers=_headers(Installation.current().contact_email),
    )
    return queue_mail(mail, kind=REMINDER, key=f"{REMINDER}:{row.membership_id}:{row.term_end}:{row.offset}")


def _headers(contact: str) -> dict[str, str]:
    """Where answers go, and what a mail program writes when somebody presses its own button (RFC 2369, 3.2)."""
    return {"Reply-To": contact, "List-Unsubscribe": f"<mailto:{contact}?subject=unsubscribe>"} if contact else {}


def _side(due: Due, language: str) -> tuple[str, str]:
    with translation.override(language):
        context = {
            "due": due,
            "is_over": due.offset < 0,
            "dues": dues_on(due.membership.tier, due.due_on),
            "installation": Installation.current(),
        }
        subject = render_to_string("memberships/email/reminder_subject.txt", context).strip()
        return " ".join(subject.split()), render_to_string("memberships/email/reminder_message.txt", context).strip()
