"""The roll call: each mark is kept, and whoever was there is a participant of the meeting's one contact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.editing import lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.engagement.models import Interaction, Participant
from c2m2a_crm.engagement.services import EntryClosed, EntryRefused, log_interaction
from c2m2a_crm.engagement.services.entry import Attendee, Entry, NewAttendee
from c2m2a_crm.engagement.services.last_contact import refresh_last_contact
from c2m2a_crm.engagement.services.newcomers import meet
from c2m2a_crm.engagement.services.presence import note_presence, speak_for, take_presence_back
from forums.meetings import policies
from forums.meetings.errors import AlreadyCancelled, MeetingRefused, MinutesAdopted
from forums.models import Attendance, Meeting, Minutes, Seat, SeatTerm
from members.models import Party, Person

Mark = Attendance.Mark


def mark(
    *, actor: User, meeting: Meeting, person: Person, mark: str, seat: Seat | None = None, party: Party | None = None
) -> Attendance | None:
    """Put a mark, or take it back (an empty one). Who came is written into the contact log; who did not is taken out.

    The first who came begins the contact, filed under the forum. ``party`` is whom a guest speaks for; whoever sits in
    a seat speaks for whom their term says. Raises a named refusal.
    """
    with recorded(actor):
        current = _open(actor, meeting)
        row = _mark(actor, current, person, mark, seat, party)
        meeting.interaction = current.interaction
    return row


def mark_all(*, actor: User, meeting: Meeting, people: Sequence[tuple[Person, Seat | None]]) -> int:
    """Mark everybody of these who has no mark yet as present: exceptions come after. Returns how many."""
    with recorded(actor):
        current = _open(actor, meeting)
        marked = set(Attendance.objects.filter(meeting=current).values_list("person_id", flat=True))
        wanted = [(person, seat) for person, seat in people if person.pk not in marked]
        for person, seat in wanted:
            _mark(actor, current, person, Mark.PRESENT, seat, None)
        meeting.interaction = current.interaction
    return len(wanted)


def add_walk_in(
    *,
    actor: User,
    meeting: Meeting,
    person: Person | None = None,
    name: str = "",
    party: Party | None = None,
    mark: str = Mark.PRESENT,
) -> Attendance | None:
    """A guest or an official who came: on file, or met for the first time by ``name``, with an organization if known.

    Raises a named refusal.
    """
    with recorded(actor):
        current = _open(actor, meeting)
        if person is None:
            if not name.strip():
                raise MeetingRefused(_("Say who came."), field="person")
            (met,) = meet(actor, [NewAttendee(name.strip(), organization=party)])
            if not isinstance(met.who, Person):
                raise MeetingRefused(_("Say who came."), field="person")
            person = met.who
        row = _mark(actor, current, person, mark, None, party)
        meeting.interaction = current.interaction
    return row


def _mark(
    actor: User, meeting: Meeting, person: Person, mark: str, seat: Seat | None, party: Party | None
) -> Attendance | None:
    if mark and mark not in Mark.values:
        raise MeetingRefused(_("This is no mark of the roll call."))
    if seat is not None and seat.forum_id != meeting.forum_id:
        raise MeetingRefused(_("This seat belongs to another forum."))
    if seat is not None:
        terms = SeatTerm.objects.on(meeting.day).filter(seat=seat, person=person).select_related("party")
        held = terms.first()
        if held is None:
            raise MeetingRefused(_("This person has no role in that seat on the day of the meeting."))
        party = held.party
    known = Attendance.objects.filter(meeting=meeting, person=person).first()
    if not mark:
        if known is not None:
            known.delete()
        _write_contact(actor, meeting, person, party, came=False)
        return None
    row = known or Attendance(meeting=meeting, person=person)
    row.seat, row.party, row.mark, row.marked_by = seat, party, mark, actor
    row.save()
    _write_contact(actor, meeting, person, party, came=mark in Attendance.CAME)
    return row


def _write_contact(actor: User, meeting: Meeting, person: Person, party: Party | None, *, came: bool) -> None:
    """Bring the contact log to what the roll call says of one person."""
    if came and _stands_in_contact(meeting, person):
        return
    try:
        if meeting.interaction is None:
            if came:
                _begin(actor, meeting, person, party)
        elif came:
            note_presence(actor=actor, interaction=meeting.interaction, person=person, party=party)
        elif not meeting.interaction.is_archived:
            take_presence_back(actor=actor, interaction=meeting.interaction, person=person)
    except EntryClosed:
        raise MeetingRefused(
            _("The contact of this meeting is closed: who took part stays as it is. Add a correction to it instead.")
        ) from None
    except EntryRefused as refused:
        raise MeetingRefused(refused.sentence) from refused


def _stands_in_contact(meeting: Meeting, person: Person) -> bool:
    """Asked by itself: most keys change how somebody came, or nothing."""
    rows = Participant.objects.filter(interaction=meeting.interaction_id, interaction__archived_at__isnull=True)
    return meeting.interaction_id is not None and rows.filter(person=person).exists()


def _begin(actor: User, meeting: Meeting, person: Person, party: Party | None) -> None:
    """The meeting's one contact, in the office's own time as the whole log."""
    begins = timezone.localtime(meeting.starts_at)
    interaction = log_interaction(
        actor=actor,
        entry=Entry(
            subject=meeting.title.text,
            attendees=[Attendee(person)],
            kind=Interaction.Kind.MEETING,
            occurred_on=begins.date(),
            occurred_time=begins.time(),
            duration_minutes=min(meeting.minutes_long, 24 * 60),
            place=meeting.place.text[:200],
            initiated_by=Interaction.InitiatedBy.US,
            arranged=Interaction.Arranged.YES,
            initiative=meeting.forum.initiative,
        ),
    )
    row: Any = interaction.participants.get(person=person)
    if party is not None and row.party_id != party.pk:
        as_logged = Participant(party_id=row.party_id)
        speak_for(row, party)
        row.save()
        refresh_last_contact([as_logged, row])
    meeting.interaction = interaction
    meeting.version += 1
    meeting.save(update_fields=["interaction", "version"])


def _open(actor: User, meeting: Meeting) -> Meeting:
    """The meeting, locked, whose roll may be called now."""
    require(policies.can_run_meeting(actor, meeting))
    current = lock(meeting)
    if current.is_cancelled:
        raise AlreadyCancelled
    if timezone.localtime(current.starts_at).date() > timezone.localdate():
        raise MeetingRefused(_("The roll is called from the day of the meeting on."))
    if Minutes.objects.filter(meeting=current, adopted_at__isnull=False).exists():
        raise MinutesAdopted
    return current
