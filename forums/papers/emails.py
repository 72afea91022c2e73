"""The mail with the personal link to the papers, in the language of whoever gets it, or in both.

It encourages no commercial activity, so the law on commercial messages asks no consent (S.C. 2010, c. 23, s. 1(2)).
Titles of papers are not in it: mail is kept by others, and a paper may be confidential or withdrawn tomorrow.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from c2m2a_crm.core.bilingual import LANGUAGES, localized
from c2m2a_crm.core.models import Installation, OutboxMessage
from c2m2a_crm.core.outbox import Mail, queue_mail
from forums.models import Invitation

KIND: Final = "meetings.papers"
_BETWEEN: Final = "\n\n---\n\n"


def queue(
    invitation: Invitation, *, address: str, link: str, until: datetime, key: str, is_update: bool
) -> OutboxMessage:
    """One message of one state of the papers to one person, and no second one of the same."""
    known = invitation.person.language
    languages = (known,) if known in LANGUAGES else LANGUAGES
    sides = [_side(invitation, language, link, until, is_update=is_update) for language in languages]
    office = Installation.current()
    mail = Mail(
        to_address=address,
        to_name=invitation.person.full_name,
        language=languages[0],
        subject=" / ".join(dict.fromkeys(subject for subject, _text in sides)),
        body_text=_BETWEEN.join(text for _subject, text in sides) + "\n",
        sensitive_until=until,
        headers={
            "Content-Language": ", ".join(languages),
            **({"Reply-To": office.contact_email} if office.contact_email else {}),
        },
    )
    return queue_mail(mail, kind=KIND, key=key)


def _side(invitation: Invitation, language: str, link: str, until: datetime, *, is_update: bool) -> tuple[str, str]:
    """Subject and text in one language."""
    meeting = invitation.meeting
    with translation.override(language):
        said: dict[str, Any] = {
            "title": localized(meeting, "title").text,
            "forum": localized(meeting.forum.initiative, "name").text,
        }
        subject = _("Papers changed: %(title)s (%(forum)s)") if is_update else _("Papers: %(title)s (%(forum)s)")
        context = {
            **said,
            "meeting": meeting,
            "when": meeting.when,
            "link": link,
            "until": until,
            "is_update": is_update,
            "office": Installation.current(),
        }
        return subject % said, render_to_string("meetings/mail/papers.txt", context).strip()
