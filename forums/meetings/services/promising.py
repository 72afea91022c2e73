"""What people promised at a meeting goes to each of them with a link, under which they say that it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.editing import lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.querysets import confided_to
from c2m2a_crm.engagement.models import Commitment
from c2m2a_crm.engagement.services import keep_by_link
from forums.meetings import policies, promise_mail
from forums.meetings.addresses import reach
from forums.meetings.errors import AlreadyCancelled, MeetingRefused, NotApproved
from forums.meetings.services.inviting import Sent
from forums.models import Meeting, Minutes
from members.models import Person


def promised_at(meeting: Meeting, person: Person | None = None) -> QuerySet[Commitment]:
    """What was promised at the meeting by people by name (by ``person`` alone, where given) and is in no circle."""
    rows = Commitment.objects.of_live_contacts().for_list()
    rows = rows.filter(
        confided_to(None),
        confided_to(None, "interaction__"),
        confided_to(None, "interaction__meeting__forum__initiative__"),
        interaction__meeting=meeting,
        direction=Commitment.Direction.THEIRS,
        by_person__isnull=False,
    )
    if person is not None:
        rows = rows.filter(by_person=person)
    found: QuerySet[Commitment] = rows.order_by("by_person__sort_key", "by_person", "position", "pk")
    return found


def may_not_leave(meeting: Meeting) -> str:
    """Why nothing may be sent of what was promised, as a sentence; empty where it may.

    Under the profile of a federal institution the minutes are approved in both languages first (Official Languages
    Act, R.S.C. 1985, c. 31 (4th Supp.), Part IV).
    """
    if meeting.forum.initiative.is_confided:
        return _("This forum is closed to a circle: nothing of it leaves by a link.")
    if Installation.current().legal_kind == Installation.LegalKind.FEDERAL:
        minutes = Minutes.objects.filter(meeting=meeting).first()
        if minutes is None or not all(minutes.is_approved(language) for language in LANGUAGES):
            return _("Nothing leaves before the minutes are approved in both languages.")
    return ""


def send_promises(*, actor: User, meeting: Meeting, base_url: str) -> Sent:
    """Write to each who promised something that is open; whoever was told of the same gets nothing again.

    Raises a named refusal.
    """
    require(policies.can_run_meeting(actor, meeting))
    with recorded(actor):
        current = lock(meeting)
        if current.is_cancelled:
            raise AlreadyCancelled
        refused = may_not_leave(current)
        if refused:
            raise NotApproved(refused)
        rows = [row for row in promised_at(current) if row.state == Commitment.State.OPEN]  # type: ignore[attr-defined]  # annotated by for_list
        owed: list[tuple[Person, Sequence[Commitment]]] = []
        for person, of_person in groupby(rows, key=lambda row: row.by_person):
            if person is not None:
                owed.append((person, list(of_person)))
        reached = reach([person for person, _promises in owed])
        sent = Sent(held=reached.held)
        for person, promises in owed:
            address = reached.addresses.get(person.pk)
            if address is not None and promise_mail.queue(
                current, person, promises, address=address, base_url=base_url
            ):
                sent.queued += 1
    return sent


def done_by_link(*, meeting: Meeting, person: Person, done: Mapping[int, str]) -> int:
    """Close what this person promised at the meeting: by the key of each, what shows it. Returns how many were open.

    Raises a named refusal where nothing is chosen or something is not theirs.
    """
    if not done:
        raise MeetingRefused(_("Choose what is done."))
    rows = promised_at(meeting, person).filter(pk__in=done)
    own = {row.pk: row for row in rows}
    if set(own) != set(done):
        raise MeetingRefused(_("What you promised was changed meanwhile. Look at it again."))
    return keep_by_link(commitments=[(own[key], text[:1000]) for key, text in done.items()])
