"""Log contacts: one from a form, many from an import or the demo, under the same rules."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.refusals import broken_constraint
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement import policies
from c2m2a_crm.engagement.models import Commitment, FollowUp, Interaction, Participant, Point
from c2m2a_crm.engagement.selectors import PostsHeld
from c2m2a_crm.engagement.services.entry import (
    Attendee,
    Colleague,
    EntriesRefused,
    Entry,
    EntryRefused,
    NewAttendee,
    NextStep,
)
from c2m2a_crm.engagement.services.entry_rows import (
    first_party,
    new_commitment,
    new_follow_up,
    new_interaction,
    new_point,
    participants_of,
)
from c2m2a_crm.engagement.services.last_contact import note_new_contacts
from c2m2a_crm.engagement.services.newcomers import is_person, meet
from members.models import Party, Person

BATCH = 1000


def log_interaction(
    *, actor: User, entry: Entry, token: uuid.UUID | None = None, operation: Operation | None = None
) -> Interaction:
    """Write one contact with everybody who took part, what was raised and promised, and the next steps.

    A ``token`` that was saved before returns the first entry, so that a form sent twice, or once from each of two
    devices, is one contact. Raises :class:`EntryRefused`, ``ValidationError`` for a value of the wrong shape, or
    ``NotAllowed`` for a role that only looks.
    """
    try:
        return log_interactions(actor=actor, entries=[entry], tokens=[token] if token else (), operation=operation)[0]
    except EntriesRefused as refused:
        raise refused.refusals[0] from None


def log_interactions(
    *,
    actor: User,
    entries: Sequence[Entry],
    tokens: Sequence[uuid.UUID] = (),
    operation: Operation | None = None,
) -> list[Interaction]:
    """Write many contacts at once, in the order given; all or none. The statements do not grow with the entries.

    ``tokens``, one for each entry, make it repeatable: what the actor saved under a token before is given back and not
    written again. Newcomers described alike are made once. Raises :class:`EntriesRefused` with every entry that a rule
    forbids, and ``NotAllowed`` for a role that only looks.
    """
    require(policies.can_log(actor))
    keys: list[uuid.UUID] = list(tokens) or [uuid.uuid4() for _entry in entries]
    known = _saved_before(actor, tokens)
    new = [place for place, key in enumerate(keys) if key not in known]
    posts = PostsHeld(_people_in(entries[place] for place in new))
    made: dict[int, Interaction] = {}
    refusals: dict[int, EntryRefused | ValidationError] = {}
    for place in new:
        try:
            made[place] = new_interaction(actor, entries[place], posts=posts, token=keys[place])
        except (EntryRefused, ValidationError) as refused:
            refusals[place] = refused
    if refusals:
        raise EntriesRefused(refusals)
    if made:
        try:
            with recorded(actor, operation=operation):
                Interaction.objects.bulk_create(list(made.values()), batch_size=BATCH)
                _write_what_hangs_on(actor, [(made[place], entries[place]) for place in new], posts)
        except IntegrityError as broken:
            if not _is_about_a_token(broken):
                raise
            known = _saved_before(actor, tokens)  # by another, at this moment: only the database knew
            if all(key in known for key in keys):
                return [known[key] for key in keys]
            sentence = _("This form was sent by somebody else. Open a new one.")
            raise EntriesRefused({new[0]: EntryRefused("token", sentence)}) from None
    return [made[place] if place in made else known[keys[place]] for place in range(len(entries))]


def check_entries(*, actor: User, entries: Sequence[Entry]) -> dict[int, EntryRefused | ValidationError]:
    """What :func:`log_interactions` would refuse, by place. Writes nothing."""
    require(policies.can_log(actor))
    posts = PostsHeld(_people_in(entries))
    refusals: dict[int, EntryRefused | ValidationError] = {}
    for place, entry in enumerate(entries):
        try:
            new_interaction(actor, entry, posts=posts)
        except (EntryRefused, ValidationError) as refused:
            refusals[place] = refused
    return refusals


def next_try_on(day: date) -> date:
    """Two working days later: weekends do not count."""
    left = 2
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day


def log_attempt(*, actor: User, who: Person | Party, token: uuid.UUID | None = None) -> Interaction:
    """An attempt that reached nobody, with the next try as a follow-up of the same person of ours."""
    return log_interaction(
        actor=actor,
        token=token,
        entry=Entry(
            subject=_("No answer"),
            attendees=[Attendee(who)],
            kind=Interaction.Kind.ATTEMPT,
            direction=Interaction.Direction.OUTGOING,
            next_steps=[NextStep(_("Try again: %(name)s") % {"name": who}, actor, next_try_on(today()))],
        ),
    )


def _people_in(entries: Iterable[Entry]) -> set[int]:
    return {one.who.pk for entry in entries for one in entry.attendees if isinstance(one, Attendee) and is_person(one)}


def _write_what_hangs_on(actor: User, pairs: Sequence[tuple[Interaction, Entry]], posts: PostsHeld) -> None:
    """Everybody who took part, what was raised and promised, the next steps, and when each was last met."""
    # People met for the first time are made only now: a second submit has returned before and makes nobody twice.
    met = meet(actor, [one for _interaction, entry in pairs for one in entry.attendees])
    if any(isinstance(one, NewAttendee) for _interaction, entry in pairs for one in entry.attendees):
        posts = PostsHeld({one.who.pk for one in met if is_person(one)})
    participants: list[Participant] = []
    points: list[Point] = []
    commitments: list[Commitment] = []
    follow_ups: list[FollowUp] = []
    places = iter(met)
    for interaction, entry in pairs:
        attendees = [next(places) for _attendee in entry.attendees]
        rows = participants_of(interaction, attendees, entry.colleagues or [Colleague(actor)], posts)
        party = first_party(rows)
        participants += rows
        points += [new_point(interaction, raised, place) for place, raised in enumerate(entry.raised)]
        commitments += [
            new_commitment(interaction, promise, place, actor=actor, party=party)
            for place, promise in enumerate(entry.promises)
        ]
        follow_ups += [new_follow_up(interaction, step, actor=actor, participants=rows) for step in entry.next_steps]
    Participant.objects.bulk_create(participants, batch_size=BATCH)
    Point.objects.bulk_create(points, batch_size=BATCH)
    Commitment.objects.bulk_create(commitments, batch_size=BATCH)
    FollowUp.objects.bulk_create(follow_ups, batch_size=BATCH)
    note_new_contacts((row.interaction, row) for row in participants)


def _is_about_a_token(error: IntegrityError) -> bool:
    return broken_constraint(error).startswith(f"{Interaction._meta.db_table}_token")


def _saved_before(actor: User, tokens: Sequence[uuid.UUID]) -> dict[uuid.UUID, Interaction]:
    if not tokens:
        return {}
    return {row.token: row for row in Interaction.objects.filter(token__in=tokens, recorded_by=actor)}
