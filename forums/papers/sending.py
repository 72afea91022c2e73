"""The personal links to the papers of a meeting: who gets one, and what a press on its page gives."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.bilingual import LANGUAGES, reader_language
from c2m2a_crm.core.editing import lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import DocumentVersion, OutboxMessage, PublicLink
from c2m2a_crm.core.public_links.opening import OpenedLink
from c2m2a_crm.core.public_links.services import make_link, pressing
from c2m2a_crm.core.registries import LinkPurpose
from forums.meetings import policies
from forums.meetings.addresses import reach
from forums.meetings.errors import AlreadyCancelled, MeetingRefused, NotApproved
from forums.meetings.services.inviting import Sent, may_not_leave, to_ask
from forums.models import Invitation, Meeting, PaperOpening
from forums.papers import emails
from forums.papers.rules import given_to, lines_of, pack_of

# The link outlives the meeting, for whoever writes the minutes up; never longer than links of the house may.
AFTER: Final = timedelta(days=14)
LEAST_DAYS, MOST_DAYS = 14, 90


class PaperGone(MeetingRefused):
    """Between the look and the press the file was replaced or withdrawn."""


def open_invitations() -> models.QuerySet[Any, Any]:
    """Invitations to whose papers links work now: asked when one is made and at each opening.

    Nothing of a forum that is closed to a circle or put aside, nor for somebody whose record is.
    """
    return (
        Invitation.objects.active()
        .filter(
            meeting__forum__initiative__sealed_circle__isnull=True,
            meeting__forum__initiative__restricted_circle__isnull=True,
            person__archived_at__isnull=True,
            person__anonymised_on__isnull=True,
        )
        .select_related("meeting__forum__initiative", "person")
    )


def readable_invitations(actor: Any) -> models.QuerySet[Any, Any]:
    return Invitation.objects.readable_by(actor).select_related("meeting__forum__initiative", "person")


def may_share(actor: Any, invitation: Invitation) -> bool:
    return policies.can_run_meeting(actor, invitation.meeting)


def state_of(meeting: Meeting) -> str:
    """What stands for the papers as they are now; whoever was written to of this state is not written to again."""
    lines = [*lines_of(meeting), *filter(None, [pack_of(meeting)])]
    said = [
        (line.paper.pk, line.paper.is_withdrawn, sorted(version.pk for version in line.files))
        for line in lines
        if not line.withheld
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def why_nothing_leaves(meeting: Meeting) -> str:
    """Why no link can be sent now, as a sentence; empty where one can."""
    initiative = meeting.forum.initiative
    if initiative.is_confided:
        return _("This forum is closed to a circle: its papers leave by no link.")
    refused = may_not_leave(meeting)
    if refused:
        return refused
    if not any(line.is_given for line in lines_of(meeting)):
        return _("There is no paper yet that may leave.")
    return ""


def send_papers(*, actor: User, meeting: Meeting, base_url: str, purpose: LinkPurpose) -> Sent:
    """A personal link to everybody who is asked to the meeting and was not written to of the papers as they are now.

    Whoever has a seat and is not asked yet is put on the list; the invitation itself leaves by its own button. Raises
    a named refusal.
    """
    with recorded(actor):
        require(policies.can_run_meeting(actor, meeting))
        current: Meeting = lock(meeting)
        if current.is_cancelled:
            raise AlreadyCancelled
        refused = why_nothing_leaves(current)
        if refused:
            raise NotApproved(refused)
        if current.starts_at > timezone.now():
            Invitation.objects.bulk_create(
                [Invitation(meeting=current, person=person, seat=seat) for person, seat in to_ask(current)]
            )
        return _send(actor, current, base_url, purpose)


def _send(actor: User, meeting: Meeting, base_url: str, purpose: LinkPurpose) -> Sent:
    invitations = list(open_invitations().filter(meeting=meeting).order_by("person__sort_key", "pk"))
    reached = reach([row.person for row in invitations])
    why = {person.pk: sentence for person, sentence in reached.held}
    state, lines = state_of(meeting), lines_of(meeting)
    keys = {row.pk: key_of(row, state) for row in invitations}
    told = set(OutboxMessage.objects.filter(key__in=keys.values()).values_list("key", flat=True))
    had = set(PublicLink.objects.filter(purpose=purpose.key, object_id__in=keys).values_list("object_id", flat=True))
    sent = Sent()
    for row in invitations:
        row.meeting = meeting
        if keys[row.pk] in told or not given_to(row, lines).current():
            continue
        address = reached.addresses.get(row.person_id)
        if address is None:
            sent.held.append((row.person, why[row.person_id]))
            continue
        made = make_link(
            actor=actor,
            purpose=purpose,
            subject=row,
            recipient=row.person.full_name[:120],
            language=row.person.language if row.person.language in LANGUAGES else reader_language(),
            days=_days(meeting),
            form_token=uuid4(),
            base_url=base_url,
        )
        emails.queue(
            row,
            address=address,
            link=made.url,
            until=made.link.expires_at,
            key=keys[row.pk],
            is_update=row.pk in had,
        )
        sent.queued += 1
    return sent


def key_of(invitation: Invitation, state: str) -> str:
    """By which the outbox knows the message of this state of the papers to this person."""
    return f"{emails.KIND}:{invitation.pk}:{state}"


def _days(meeting: Meeting) -> int:
    return max(LEAST_DAYS, min(MOST_DAYS, (meeting.ends_at + AFTER - timezone.now()).days))


def open_paper(opened: OpenedLink, key: str) -> DocumentVersion:
    """The file that was pressed for, noted as opened by this person. Raises ``LinkClosed`` and :class:`PaperGone`."""
    with pressing(opened) as invitation:
        current = given_to(invitation).current()
        wanted = int(key) if key.isascii() and key.isdecimal() and len(key) < 19 else 0
        if wanted not in current:
            raise PaperGone(_("This file was replaced or withdrawn meanwhile. What there is now stands below."))
        version = next(each for each in current[wanted].files if each.pk == wanted)
        PaperOpening.objects.create(meeting_id=invitation.meeting_id, invitation=invitation, version=version)
    return version
