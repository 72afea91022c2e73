"""Invitations: who is asked, what is sent to whom, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.editing import lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.public_links.services import BY_LINK
from c2m2a_crm.core.text import clean_line
from forums.meetings import addresses, emails, policies
from forums.meetings.errors import AlreadyBegun, AlreadyCancelled, MeetingRefused, NotApproved, refusals
from forums.meetings.services.planning import texts_missing
from forums.models import Invitation, Meeting, Seat, SeatTerm
from members.models import Person

Answer = Invitation.Answer
# Who is asked of themselves; an alternate is asked where nobody holds the seat.
ASKED: Final = (SeatTerm.Role.HOLDER, SeatTerm.Role.CHAIR, SeatTerm.Role.CO_CHAIR, SeatTerm.Role.OBSERVER)

NO_ADDRESS: Final = addresses.NO_ADDRESS


@dataclass(slots=True)
class Sent:
    """How many messages were queued, and who could not be written to."""

    queued: int = 0
    held: list[tuple[Person, str]] = field(default_factory=list)


def to_ask(meeting: Meeting) -> list[tuple[Person, Seat]]:
    """Everybody with a seat on the day of the meeting who is not asked yet, in the order of names."""
    day = meeting.day
    terms = (
        SeatTerm.objects.on(day)
        .filter(seat__forum=meeting.forum_id, seat__in=Seat.objects.on(day), person__archived_at__isnull=True)
        .exclude(person__in=meeting.invitations.values("person"))
        .select_related("person", "seat")
        .order_by("person__sort_key", "pk")
    )
    rows = list(terms)
    held = {term.seat_id for term in SeatTerm.objects.on(day).holders().filter(seat__forum=meeting.forum_id)}
    asked: dict[int, tuple[Person, Seat]] = {}
    for term in rows:
        steps_in = term.role == SeatTerm.Role.FIRST_ALTERNATE and term.seat_id not in held
        if term.role in ASKED or steps_in:
            known = asked.get(term.person_id)
            if known is None or term.role == SeatTerm.Role.HOLDER:
                asked[term.person_id] = (term.person, term.seat)
    return list(asked.values())


def ask_guest(*, actor: User, meeting: Meeting, person: Person, seat: Seat | None = None) -> Invitation:
    """Somebody without a seat is asked, too, or for a ``seat`` that they take over. Nothing leaves yet."""
    with recorded(actor), refusals():
        current = _to_come(actor, meeting)
        if person.is_archived or person.anonymised_on is not None:
            raise MeetingRefused(_("This person’s record is archived."), field="person")
        return Invitation.objects.create(meeting=current, person=person, seat=seat)


def send_invitations(*, actor: User, meeting: Meeting, base_url: str) -> Sent:
    """Ask everybody who sits there and is not asked yet, and tell the others what changed: one message for each person.

    Who was told of the meeting as it is now gets nothing. Raises a named refusal; under the profile of a federal
    institution nothing leaves before both languages are approved (Official Languages Act, R.S.C. 1985, c. 31
    (4th Supp.), Part IV).
    """
    with recorded(actor):
        current = _to_come(actor, meeting)
        refused = may_not_leave(current)
        if refused:
            raise NotApproved(refused)
        Invitation.objects.bulk_create(
            [Invitation(meeting=current, person=person, seat=seat) for person, seat in to_ask(current)]
        )
        due = current.invitations.filter(Q(sequence_sent__isnull=True) | Q(sequence_sent__lt=F("meeting__sequence")))
        sent = _send(current, list(due.select_related("person", "seat").order_by("pk")), base_url)
        if sent.queued and current.announced_at is None:
            current.announced_at = timezone.now()
            current.version += 1
            current.save(update_fields=["announced_at", "version"])
    return sent


def may_not_leave(meeting: Meeting) -> str:
    """Why invitations may not leave yet, as a sentence; empty where they may."""
    if Installation.current().legal_kind == Installation.LegalKind.FEDERAL:
        unapproved = [language for language in LANGUAGES if not meeting.is_approved(language)]
        if unapproved:
            missing = next((said for said in (texts_missing(meeting, each) for each in unapproved) if said), "")
            return " ".join(filter(None, (str(NotApproved.sentence), missing)))
    return ""


def send_cancellations(*, actor: User, meeting: Meeting, base_url: str) -> Sent:
    """Tell everybody who was invited that the meeting is called off; a second call tells nobody twice."""
    require(policies.can_run_meeting(actor, meeting))
    with recorded(actor):
        current = lock(meeting)
        if not current.is_cancelled:
            raise MeetingRefused(_("The meeting is not cancelled."))
        told = current.invitations.filter(sequence_sent__isnull=False, is_cancel_sent=False)
        return _send(current, list(told.select_related("person", "seat").order_by("pk")), base_url)


def _send(meeting: Meeting, invitations: list[Invitation], base_url: str) -> Sent:
    reached = addresses.reach([row.person for row in invitations])
    items = list(meeting.items.order_by("position", "pk"))
    sent = Sent(held=reached.held)
    for invitation in invitations:
        invitation.meeting = meeting
        address = reached.addresses.get(invitation.person_id)
        if address is None:
            continue
        invitation.language = invitation.person.language if invitation.person.language in LANGUAGES else ""
        invitation.message = emails.queue(invitation, items, address=address, base_url=base_url)
        invitation.sequence_sent = meeting.sequence
        invitation.is_cancel_sent = meeting.is_cancelled
        invitation.save(update_fields=["language", "message", "sequence_sent", "is_cancel_sent"])
        sent.queued += 1
    return sent


def answer_by_link(*, invitation: Invitation, answer: str, alternate: str = "", remark: str = "") -> Invitation:
    """What the invited person pressed on the page of the link. A later answer takes the place of an earlier one."""
    with recorded(None, system=BY_LINK):
        return _answer(invitation, answer, alternate, remark)


def note_answer(*, actor: User, invitation: Invitation, answer: str, alternate: str = "") -> Invitation:
    """What somebody said by telephone or letter; an empty answer takes it back."""
    require(policies.can_run_meeting(actor, invitation.meeting))
    with recorded(actor):
        return _answer(invitation, answer, alternate, invitation.remark)


def _answer(invitation: Invitation, answer: str, alternate: str, remark: str) -> Invitation:
    current = Invitation.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=invitation.pk)
    if current.meeting.is_cancelled:
        raise AlreadyCancelled
    if current.meeting.starts_at <= timezone.now():
        raise AlreadyBegun(_("The meeting has begun. Answers are no longer taken."))
    if answer not in Answer.values:
        raise MeetingRefused(_("Choose one of the answers."), field="answer")
    name = " ".join(clean_line(alternate).split())[:200]
    if answer == Answer.ALTERNATE and not name:
        raise MeetingRefused(_("Say who comes instead."), field="alternate")
    current.answer = answer
    current.answered_at = timezone.now() if answer else None
    current.alternate = name if answer == Answer.ALTERNATE else ""
    current.remark = " ".join(clean_line(remark).split())[:500]
    current.save(update_fields=["answer", "answered_at", "alternate", "remark"])
    return current


def _to_come(actor: User, meeting: Meeting) -> Meeting:
    """The meeting, locked, to which people may still be asked."""
    require(policies.can_run_meeting(actor, meeting))
    current = lock(meeting)
    if current.is_cancelled:
        raise AlreadyCancelled
    if current.starts_at <= timezone.now():
        raise AlreadyBegun
    return current
