"""Invitations as mail: text and a calendar part, in the language of whoever is asked, or in both.

A meeting of a forum encourages no commercial activity, so the law on commercial messages asks no consent of these
(S.C. 2010, c. 23, s. 1(2)); who no longer wants to be asked leaves the seat.
"""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any, Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from c2m2a_crm.core import outbox
from c2m2a_crm.core.bilingual import LANGUAGES, localized
from c2m2a_crm.core.models import Installation, OutboxMessage
from c2m2a_crm.core.outbox import Mail
from c2m2a_crm.core.querysets import CONFIDED
from forums.meetings import ics
from forums.models import AgendaItem, Invitation, Meeting

KIND: Final = "meetings.invitation"
# What concerns a forum that is closed to a circle is told apart in the outbox.
KINDS: Final = (KIND, f"{KIND}{CONFIDED}")


def queue(invitation: Invitation, items: Sequence[AgendaItem], *, address: str, base_url: str) -> OutboxMessage:
    """One message of one change to one person, and no second one of the same."""
    meeting = invitation.meeting
    initiative = meeting.forum.initiative
    act = "cancel" if meeting.is_cancelled else "request"
    return outbox.queue_mail(
        mail_of(invitation, items, address=address, base_url=base_url),
        kind=KINDS[1] if initiative.is_confided else KINDS[0],
        key=f"{KIND}:{invitation.pk}:{meeting.sequence}:{act}",
    )


def mail_of(invitation: Invitation, items: Sequence[AgendaItem], *, address: str, base_url: str) -> Mail:
    """The message as it leaves. ``base_url`` is the address under which the office is reached, for the link in it."""
    from forums.meetings.rsvp import answer_path  # which calls the services that call this module

    meeting = invitation.meeting
    languages = (invitation.language,) if invitation.language in LANGUAGES else LANGUAGES
    link = "" if meeting.is_cancelled else base_url.rstrip("/") + answer_path(invitation)
    sides = [_side(invitation, items, language, link) for language in languages]
    office = Installation.current()
    organizer = ics.Mailbox(
        localized(office, "sender_name", languages[0]).text or localized(office, "name", languages[0]).text,
        office.contact_email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
    )
    event = ics.Event(
        uid=f"{meeting.uid.hex}@{organizer.address.rpartition('@')[2] or 'localhost'}",
        sequence=meeting.sequence,
        stamp=timezone.now(),
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=meeting.zone,
        summary=" / ".join(dict.fromkeys(side["title"] for side in sides)),
        description="\n\n".join(side["description"] for side in sides),
        location=" / ".join(dict.fromkeys(side["place"] for side in sides if side["place"])),
        url=link,
        organizer=organizer,
        attendee=ics.Mailbox(invitation.person.full_name, address),
        language=languages[0],
        method=ics.CANCEL if meeting.is_cancelled else ics.REQUEST,
    )
    return Mail(
        to_address=address,
        to_name=invitation.person.full_name,
        language=languages[0],
        subject=" / ".join(dict.fromkeys(side["subject"] for side in sides)),
        body_text="\n\n---\n\n".join(side["text"] for side in sides) + "\n",
        calendar=ics.write(event),
        sensitive_until=meeting.ends_at if link and meeting.ends_at > timezone.now() else None,
        headers={
            "Content-Language": ", ".join(languages),
            **({"Reply-To": office.contact_email} if office.contact_email else {}),
        },
    )


def _side(invitation: Invitation, items: Sequence[AgendaItem], language: str, link: str) -> dict[str, Any]:
    """One language of a message: subject, text, and the words of the calendar part."""
    meeting = invitation.meeting
    with translation.override(language):
        said = {"title": localized(meeting, "title").text, "forum": localized(meeting.forum.initiative, "name").text}
        context = {
            "invitation": invitation,
            "meeting": meeting,
            "forum": said["forum"],
            "title": said["title"],
            "when": meeting.when,
            "place": localized(meeting, "place").text,
            "items": [localized(item, "title").text for item in items],
            "link": link,
            "office": Installation.current(),
            "is_update": bool(invitation.sequence_sent is not None and not meeting.is_cancelled),
        }
        return {
            "title": said["title"],
            "place": context["place"],
            "subject": _subject(meeting, said, is_update=bool(context["is_update"])),
            "text": render_to_string("meetings/mail/invitation.txt", context).strip(),
            "description": render_to_string("meetings/mail/description.txt", context).strip(),
        }


def _subject(meeting: Meeting, said: dict[str, str], *, is_update: bool) -> str:
    if meeting.is_cancelled:
        return _("Cancelled: %(title)s (%(forum)s)") % said
    if is_update:
        return _("Changed: %(title)s (%(forum)s)") % said
    return _("Invitation: %(title)s (%(forum)s)") % said
