"""The rules of one entry, and the rows that it becomes. Nothing here writes what is known already or asks twice."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from c2m2a_crm.accounts.circles import has_compliance_officer
from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.actor import membership_circle_ids_of
from c2m2a_crm.core.models import Circle
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement import policies
from c2m2a_crm.engagement.models import Commitment, FollowUp, Initiative, Interaction, Participant, Point
from c2m2a_crm.engagement.selectors import PostsHeld
from c2m2a_crm.engagement.services.entry import (
    Attendee,
    Colleague,
    Entry,
    EntryRefused,
    NewAttendee,
    NextStep,
    Promise,
    Raised,
)
from members.models import Party, Person
from members.services.names import check


def new_interaction(actor: User, entry: Entry, *, posts: PostsHeld, token: uuid.UUID | None = None) -> Interaction:
    """The contact's own row, not yet written, when every rule of the log allows the entry.

    Raises :class:`EntryRefused`, or ``ValidationError`` for a value of the wrong shape. ``posts`` must know the people
    of the entry; who is met for the first time is judged by what is said of them.
    """
    check_entry(entry)
    require_names(entry.attendees)
    sealed, restricted = circles_for(actor, entry)
    interaction = Interaction(
        token=token or uuid.uuid4(),
        recorded_by=actor,
        kind=entry.kind,
        direction=entry.direction,
        subject=clean_line(entry.subject),
        notes=entry.notes.replace("\x00", ""),
        occurred_on=entry.occurred_on or today(),
        occurred_time=entry.occurred_time,
        duration_minutes=entry.duration_minutes,
        place=clean_line(entry.place),
        initiated_by=entry.initiated_by,
        arranged=entry.arranged,
        initiative=entry.initiative,
        sealed_circle=sealed,
        restricted_circle=restricted,
    )
    # The token is left to the database: only it knows what is being sent at this very moment.
    check(interaction, rules={"contact_says_what_about": bool(interaction.subject)})
    officials = [attendee for attendee in entry.attendees if _is_public_office(attendee, interaction, posts)]
    met = any(attendee.role == Participant.Role.PRESENT for attendee in officials)
    require_arrangement(interaction, met_public_office=met)
    require_compliance_officer(sealed, met_public_office=bool(officials))
    for step in entry.next_steps:
        require_assignee(interaction, step.assignee)
    return interaction


def _is_public_office(attendee: Attendee | NewAttendee, interaction: Interaction, posts: PostsHeld) -> bool:
    party = _party_of(attendee, interaction, posts)
    return party is not None and party.holds_public_office


def _party_of(attendee: Attendee | NewAttendee, interaction: Interaction, posts: PostsHeld) -> Party | None:
    if isinstance(attendee, NewAttendee):
        return attendee.organization
    if isinstance(attendee.who, Party):
        return attendee.who
    post = posts.on(attendee.who.pk, interaction.occurred_on)
    return post.party if post else None


def require_names(attendees: Sequence[Attendee | NewAttendee], there: Collection[int | None] = ()) -> None:
    """Who was made anonymous is written into no contact any more; those who are ``there`` stay.

    Raises :class:`EntryRefused`.
    """
    for one in attendees:
        who = one.who if isinstance(one, Attendee) else None
        if isinstance(who, Person) and who.anonymised_on is not None and who.pk not in there:
            sentence = _("“%(name)s” was made anonymous: no contact with them is logged any more.")
            raise EntryRefused("who", sentence % {"name": who})


def check_entry(entry: Entry) -> None:
    if not entry.attendees:
        raise EntryRefused("who", _("Say who it was with: a person, an organization or a Nation."))
    if not clean_line(entry.subject):
        raise EntryRefused("subject", _("Say what it was about."))
    if entry.occurred_on and entry.occurred_on > today():
        raise EntryRefused(
            "occurred_on", _("A contact is logged once it has happened. Enter today or an earlier date.")
        )
    if entry.sealed_circle and entry.restricted_circle:
        raise EntryRefused("access", _("Choose either restricted or sealed."))


def circles_for(actor: User, entry: Entry) -> tuple[Circle | None, Circle | None]:
    """The circles the entry is sealed in and restricted to: its own, else those of what it is filed under."""
    own = membership_circle_ids_of(actor)
    if any(circle and circle.pk not in own for circle in (entry.sealed_circle, entry.restricted_circle)):
        raise EntryRefused("access", _("Choose a circle that you belong to."))
    sealed, restricted = entry.sealed_circle, entry.restricted_circle
    if entry.initiative:
        require_initiative(actor, entry.initiative)
        if sealed and entry.initiative.sealed_circle_id not in (None, sealed.pk):
            raise EntryRefused("initiative", _("The initiative is sealed in another circle. Choose one of the two."))
        sealed = sealed or entry.initiative.sealed_circle
        restricted = restricted or entry.initiative.restricted_circle
    return sealed, restricted


def require_initiative(actor: User, initiative: Initiative) -> None:
    if not initiative.is_readable_by(actor):
        raise EntryRefused("initiative", _("Choose an initiative that you may read."))


def require_arrangement(interaction: Interaction, *, met_public_office: bool) -> None:
    """Where a public office holder took part, the log must know who started it and whether it was arranged.

    Lobbying Act, R.S.C. 1985, c. 44 (4th Supp.), s. 7(4), and SOR/2008-116, s. 9: both decide whether a monthly report
    is due. An attempt that reached nobody is not a communication.
    """
    if interaction.is_attempt or not met_public_office:
        return
    if not interaction.initiated_by:
        raise EntryRefused("initiated_by", _("Say who started it: a public office holder took part."))
    if not interaction.arranged:
        raise EntryRefused("arranged", _("Say whether it was arranged in advance: a public office holder took part."))


def require_compliance_officer(circle: Circle | None, *, met_public_office: bool) -> None:
    """What the law counts is still counted: somebody who answers for it must see a sealed contact with such people."""
    if circle is not None and met_public_office and not has_compliance_officer(circle):
        raise EntryRefused(
            "access",
            _(
                "A public office holder took part, so it can be sealed only in a circle with a compliance officer. Ask"
                " an owner of “%(circle)s” to add one, or restrict the contact instead."
            )
            % {"circle": circle},
        )


def require_assignee(interaction: Interaction, assignee: User) -> None:
    if not policies.can_log(assignee):
        raise EntryRefused("next_steps", _("Choose somebody who may work on follow-ups."))
    if not interaction.is_readable_by(assignee):
        raise EntryRefused(
            "next_steps",
            _("%(name)s is not in the circle of this contact. Choose somebody who is.") % {"name": assignee.name},
        )


def participants_of(
    interaction: Interaction, attendees: Sequence[Attendee], colleagues: Sequence[Colleague], posts: PostsHeld
) -> list[Participant]:
    """Everybody's row, with name, title and organization as they stood on the day of the contact."""
    rows: list[Participant] = []
    seen: set[tuple[str, int]] = set()
    for attendee in attendees:
        key = (type(attendee.who).__name__, attendee.who.pk)
        if key in seen:
            continue
        seen.add(key)
        rows.append(_their_row(interaction, attendee, posts, len(rows)))
    for colleague in {colleague.user.pk: colleague for colleague in colleagues}.values():
        is_present = colleague.role == Participant.Role.PRESENT
        rows.append(
            Participant(
                interaction=interaction,
                user=colleague.user,
                role=colleague.role,
                position=len(rows),
                name=colleague.user.name,
                title_en=colleague.user.title_en,
                title_fr=colleague.user.title_fr,
                minutes=colleague.minutes
                if colleague.minutes is not None
                else (interaction.duration_minutes if is_present else None),
                preparation_minutes=colleague.preparation_minutes,
            )
        )
    return rows


def _their_row(interaction: Interaction, attendee: Attendee, posts: PostsHeld, position: int) -> Participant:
    if isinstance(attendee.who, Person):
        post = posts.on(attendee.who.pk, interaction.occurred_on)
        party = post.party if post else None
        row = Participant(person=attendee.who, name=attendee.who.formal_name[:300])
        if post:
            row.title_en, row.title_fr = post.title_en, post.title_fr
    else:
        party = attendee.who
        row = Participant(name=str(attendee.who))
    row.interaction, row.role, row.position = interaction, attendee.role, position
    if party:
        row.party = party
        row.party_name_en = party.name_en or party.name_fr or party.autonym
        row.party_name_fr = party.name_fr or party.name_en or party.autonym
        row.holds_public_office = party.holds_public_office
    return row


def first_party(participants: Sequence[Participant]) -> Party | None:
    return next((row.party for row in participants if row.party_id and row.user_id is None), None)


def new_point(interaction: Interaction, raised: Raised, position: int) -> Point:
    return Point(
        interaction=interaction,
        kind=raised.kind,
        text=raised.text,
        position=position,
        sealed_circle_id=interaction.sealed_circle_id,
        restricted_circle_id=interaction.restricted_circle_id,
    )


def new_commitment(
    interaction: Interaction, promise: Promise, position: int, *, actor: User, party: Party | None
) -> Commitment:
    """``party`` is who was met: theirs is the promise that names nobody, and ours is made to them."""
    by = promise.by or (actor if promise.is_ours else None if promise.by_another else party)
    return Commitment(
        interaction=interaction,
        direction=Commitment.Direction.OURS if promise.is_ours else Commitment.Direction.THEIRS,
        text=promise.text,
        position=position,
        by_user=by if isinstance(by, User) else None,
        by_person=by if isinstance(by, Person) else None,
        by_party=by if isinstance(by, Party) else None,
        to_party=promise.to or (party if promise.is_ours else None),
        due_on=promise.due_on,
        sealed_circle_id=interaction.sealed_circle_id,
        restricted_circle_id=interaction.restricted_circle_id,
    )


def step_text(interaction: Interaction, step: NextStep) -> str:
    """What is to be done; a step without words is about what the contact was about."""
    return clean_line(step.text) or interaction.subject


def new_follow_up(
    interaction: Interaction, step: NextStep, *, actor: User, participants: Sequence[Participant]
) -> FollowUp:
    first = next((row for row in participants if row.user_id is None), None)
    return FollowUp(
        interaction=interaction,
        text=step_text(interaction, step)[:500],
        assignee=step.assignee,
        due_on=step.due_on,
        person_id=first.person_id if first else None,
        party_id=first.party_id if first else None,
        created_by=actor,
        sealed_circle_id=interaction.sealed_circle_id,
        restricted_circle_id=interaction.restricted_circle_id,
    )
