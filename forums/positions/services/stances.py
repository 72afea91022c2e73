"""Who said what about a position, and where it was used."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.editing import apply, lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Initiative, Interaction
from forums.models import (
    Meeting,
    MinutesSection,
    Position,
    PositionUse,
    PositionWording,
    Seat,
    SeatTerm,
    Stance,
)
from forums.positions import policies
from forums.positions.errors import LiesAhead, PositionRefused, SourceMissing, SpeakerMissing, refusals
from forums.positions.services.positions import wording_of
from members.models import Party, Person
from members.services.names import cleaned


def note_stance(
    *,
    actor: User,
    position: Position,
    kind: str,
    seat: Seat | None = None,
    party: Party | None = None,
    person: Person | None = None,
    wording: PositionWording | None = None,
    condition: str = "",
    words: str = "",
    interaction: Interaction | None = None,
    section: MinutesSection | None = None,
) -> Stance:
    """Note what somebody said, with the contact or the section of minutes that proves it; its day is theirs.

    A seat brings along for whom it speaks on that day; who sits in a personal capacity speaks for themselves. Raises
    :class:`SourceMissing`, :class:`SpeakerMissing`, ``ValidationError`` or another named refusal.
    """
    require(policies.can_note_on(actor, position))
    said_on = _day_of_source(actor, interaction, section)
    if said_on > today():
        raise LiesAhead(_("This contact lies ahead: nobody has said anything there."), field="interaction")
    if seat is not None:
        forum = position.forum
        if forum is None or seat.forum_id != forum.pk:
            raise PositionRefused(_("This seat is at another table."), field="seat")
        term = SeatTerm.objects.on(said_on).holders().filter(seat=seat).select_related("person", "party").first()
        if seat.capacity == Seat.Capacity.PERSONAL:
            person = person or (term.person if term else None)
        elif party is None:
            party = seat.party or (term.party if term else None)
    if seat is None and party is None:
        raise SpeakerMissing
    stance = Stance(
        position=position,
        kind=kind,
        seat=seat,
        party=party,
        person=person,
        wording=wording_of(position, wording),
        said_on=said_on,
        interaction=interaction,
        section=section,
        recorded_by=actor,
        **cleaned({"condition": condition, "words": words}),
    )
    stance.clean_fields(
        exclude={"position", "seat", "party", "person", "wording", "interaction", "section", "recorded_by"}
    )
    stance.validate_constraints()
    with recorded(actor), refusals():
        stance.save(force_insert=True)
    return stance


def _day_of_source(actor: User, interaction: Interaction | None, section: MinutesSection | None) -> date:
    if (interaction is None) == (section is None):
        raise SourceMissing
    if interaction is not None:
        if interaction.is_archived or not interaction.is_readable_by(actor):
            raise SourceMissing
        return interaction.occurred_on
    meeting = section.minutes.meeting  # type: ignore[union-attr]  # one of the two is there
    if not meeting.forum.is_readable_by(actor):
        raise SourceMissing(field="section")
    day: date = meeting.day
    return day


def take_back_stance(*, actor: User, stance: Stance, reason: str) -> Stance:
    """It was noted in error: it counts no more, and stays in the record with the reason."""
    require(policies.can_note_on(actor, stance.position))
    reason = clean_line(reason)
    if not reason:
        raise PositionRefused(_("Say why it was noted in error."), field="reason")
    with recorded(actor, reason=reason):
        current = lock(stance)
        if current.withdrawn_at is not None:
            return current
        if current.dissents.exists():
            raise PositionRefused(_("A recorded dissent rests on it. It stays."))
        apply(current, {"withdrawn_at": timezone.now(), "withdrawn_reason": reason})
    return current


def note_use(
    *,
    actor: User,
    position: Position,
    wording: PositionWording,
    kind: str,
    used_on: date,
    citation: str,
    link: str = "",
    party: Party | None = None,
    interaction: Interaction | None = None,
    meeting: Meeting | None = None,
    initiative: Initiative | None = None,
) -> PositionUse:
    """Note where a wording was put to use. Only what was adopted by that day is used as a position."""
    require(policies.can_note_on(actor, position))
    if used_on > today():
        raise LiesAhead(field="used_on")
    adopted = position.adoptions.in_force(used_on).filter(wording=wording_of(position, wording))
    if not adopted.exists():
        sentence = _("%(wording)s was not adopted on that day.") % {"wording": wording}
        raise PositionRefused(sentence, field="wording")
    for name, row in (("interaction", interaction), ("initiative", initiative)):
        if row is not None and not row.is_readable_by(actor):
            raise PositionRefused(_("Choose one that you may read."), field=name)
    if meeting is not None and not meeting.forum.is_readable_by(actor):
        raise PositionRefused(_("Choose one that you may read."), field="meeting")
    values: dict[str, Any] = cleaned({"citation": citation, "link": link})
    use = PositionUse(
        position=position,
        wording=wording,
        kind=kind,
        used_on=used_on,
        party=party,
        interaction=interaction,
        meeting=meeting,
        initiative=initiative,
        recorded_by=actor,
        **values,
    )
    use.clean_fields(exclude={"position", "wording", "party", "interaction", "meeting", "initiative", "recorded_by"})
    use.validate_constraints()
    with recorded(actor), refusals():
        use.save(force_insert=True)
    return use


def take_back_use(*, actor: User, use: PositionUse, reason: str) -> PositionUse:
    """It was noted in error: it is shown no more, and stays in the record with the reason."""
    require(policies.can_note_on(actor, use.position))
    reason = clean_line(reason)
    if not reason:
        raise PositionRefused(_("Say why it was noted in error."), field="reason")
    with recorded(actor, reason=reason):
        current = lock(use)
        if current.withdrawn_at is None:
            apply(current, {"withdrawn_at": timezone.now(), "withdrawn_reason": reason})
    return current
