"""Stepping aside for one item of the agenda, and taking it back."""

from __future__ import annotations

from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.editing import lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.text import clean_line
from forums.meetings import policies
from forums.meetings.errors import AlreadyCancelled, MeetingRefused, MinutesAdopted, refusals
from forums.meetings.selectors import roll_of
from forums.models import AgendaItem, Meeting, Minutes, Recusal
from members.models import Person


def step_aside(*, actor: User, item: AgendaItem, person: Person, reason: str) -> Recusal:
    """Note that somebody expected or present takes no part in one item, and why; for it they count for no quorum.

    Raises a named refusal, also for whoever is neither expected nor there.
    """
    words = " ".join(clean_line(reason).split())[:500]
    with recorded(actor, reason=words), refusals():
        meeting = _open(actor, item.meeting)
        if not words:
            raise MeetingRefused(_("Say why this person steps aside."), field="reason")
        if person.pk not in {row.person.pk for row in roll_of(meeting).may_step_aside}:
            raise MeetingRefused(_("This person is neither expected nor there."), field="person")
        return Recusal.objects.create(meeting=meeting, item=item, person=person, reason=words, noted_by=actor)


def take_part_after_all(*, actor: User, recusal: Recusal) -> None:
    """They count for the item again. History keeps what stood there."""
    with recorded(actor):
        _open(actor, recusal.meeting)
        recusal.delete()


def _open(actor: User, meeting: Meeting) -> Meeting:
    require(policies.can_run_meeting(actor, meeting))
    current = lock(meeting)
    if current.is_cancelled:
        raise AlreadyCancelled
    if Minutes.objects.filter(meeting=current, adopted_at__isnull=False).exists():
        raise MinutesAdopted
    return current
