"""Log a contact, change it while it is open, correct it afterwards, take it back."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.actor import circle_ids_of
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.editing import apply, changes_to_keep, lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Circle, Operation
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement import policies
from c2m2a_crm.engagement.models import (
    Commitment,
    Correction,
    FollowUp,
    Initiative,
    Interaction,
    Participant,
    Point,
)
from c2m2a_crm.engagement.selectors import affiliations_on
from members.models import Party, Person
from members.services import create_party, create_person

CORRECTABLE = (
    "subject",
    "notes",
    "occurred_on",
    "kind",
    "direction",
    "duration_minutes",
    "place",
    "initiated_by",
    "arranged",
)


class EntryRefused(Exception):
    """The entry lacks something or contradicts itself; ``field`` names the answer to mend."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        self.sentence = sentence
        super().__init__(sentence)


class EntryClosed(Exception):
    """The entry is closed: it is corrected by an addition with a reason, not changed."""


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody on their side: a person, or an organization or Nation without a named person."""

    who: Person | Party
    role: str = Participant.Role.PRESENT


@dataclass(frozen=True, slots=True)
class NewAttendee:
    """Somebody met for the first time: made with the entry, in the same transaction."""

    name: str
    is_organization: bool = False
    organization: Party | None = None
    role: str = Participant.Role.PRESENT


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of ours, with minutes of their own; an empty value takes the entry's duration."""

    user: User
    minutes: int | None = None
    preparation_minutes: int | None = None
    role: str = Participant.Role.PRESENT


@dataclass(frozen=True, slots=True)
class Raised:
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment heard in the entry. Without ``by`` ours is the author's, theirs the first party's.

    ``by_another`` says that a name was given which nobody present bears: nobody is put in its place.
    """

    text: str
    is_ours: bool = True
    by: Person | Party | User | None = None
    to: Party | None = None
    due_on: date | None = None
    by_another: bool = False


@dataclass(frozen=True, slots=True)
class NextStep:
    """A follow-up of the entry; ``pk`` names one that exists already."""

    text: str
    assignee: User
    due_on: date | None = None
    pk: int | None = None


Identity = tuple[int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Seen:
    """What an editor's form began with. Only what differs from it was changed by hand; the rest is left as it is now.

    ``people`` gives part, minutes and preparation of each participant, ``steps`` text, day and assignee of each open
    follow-up by its key.
    """

    people: Mapping[Identity, tuple[str, int | None, int | None]]
    steps: Mapping[int, tuple[str, date | None, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the log is told of one contact. Only who and what are required."""

    subject: str
    attendees: Sequence[Attendee | NewAttendee]
    kind: str = Interaction.Kind.CALL
    direction: str = ""
    notes: str = ""
    occurred_on: date | None = None
    occurred_time: time | None = None
    duration_minutes: int | None = None
    place: str = ""
    initiated_by: str = ""
    arranged: str = ""
    initiative: Initiative | None = None
    colleagues: Sequence[Colleague] = ()
    raised: Sequence[Raised] = ()
    promises: Sequence[Promise] = ()
    next_steps: Sequence[NextStep] = ()
    sealed_circle: Circle | None = None
    restricted_circle: Circle | None = None


def log_interaction(
    *, actor: User, entry: Entry, token: uuid.UUID | None = None, operation: Operation | None = None
) -> Interaction:
    """Write one contact with everybody who took part, what was raised and promised, and the next steps.

    A ``token`` that was saved before returns the first entry, so that a form sent twice, or once from each of two
    devices, is one contact. Raises :class:`EntryRefused`, or ``NotAllowed`` for a role that only looks.
    """
    require(policies.can_log(actor))
    if token and (known := _saved_before(actor, token)):
        return known
    _check(entry)
    sealed, restricted = _circles_for(actor, entry)
    with recorded(actor, operation=operation):
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
        interaction.full_clean(exclude=["recorded_by", "token"])
        try:
            with transaction.atomic():
                interaction.save()
        except IntegrityError:
            if token and (known := _saved_before(actor, token)):
                return known
            raise EntryRefused("token", _("This form was sent by somebody else. Open a new one.")) from None
        # People met for the first time are made only now: a second submit has returned above and makes nobody twice.
        attendees = [_meet(actor, attendee) for attendee in entry.attendees]
        participants = _participants(interaction, attendees, entry.colleagues or [Colleague(actor)])
        Participant.objects.bulk_create(participants)
        _require_arrangement(interaction, participants)
        write_points(interaction, entry.raised)
        _write_promises(interaction, entry.promises, actor=actor, participants=participants)
        _write_next_steps(interaction, entry.next_steps, actor=actor, participants=participants)
        refresh_last_contact(participants)
    return interaction


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


def update_interaction(
    *,
    actor: User,
    interaction: Interaction,
    version: int,
    entry: Entry,
    mine: Collection[str] = (),
    theirs: Collection[str] = (),
    seen: Seen | None = None,
) -> Interaction:
    """Change an open entry. What others saved meanwhile stays, in fields as among people and follow-ups.

    ``mine`` and ``theirs`` settle collisions the author was shown. Without ``seen`` people and follow-ups are made
    equal to the entry's. Raises :class:`EntryClosed`, ``EditConflict`` or :class:`EntryRefused`.
    """
    _check(entry)
    with recorded(actor):
        current = lock(interaction)
        _require_editable(actor, current)
        day_before = current.occurred_on
        keep = changes_to_keep(
            current,
            {
                "kind": entry.kind,
                "direction": entry.direction,
                "subject": clean_line(entry.subject),
                "notes": entry.notes.replace("\x00", ""),
                "occurred_on": entry.occurred_on or current.occurred_on,
                "occurred_time": entry.occurred_time,
                "duration_minutes": entry.duration_minutes,
                "place": clean_line(entry.place),
                "initiated_by": entry.initiated_by,
                "arranged": entry.arranged,
                "initiative": entry.initiative,
            },
            version=version,
            mine=mine,
            theirs=theirs,
        )
        apply(current, keep)
        if "initiative" in keep:
            _follow_initiative(actor, current)
        attendees = [_meet(actor, attendee) for attendee in entry.attendees]
        before = list(current.participants.all())
        participants = _replace_participants(
            current,
            before,
            attendees,
            entry.colleagues or [Colleague(actor)],
            is_another_day=current.occurred_on != day_before,
            seen=seen,
        )
        _require_arrangement(current, participants)
        if "notes" in keep or seen is None:
            # Points and commitments follow the notes; stale notes that were not touched must not take others' away.
            write_points(current, entry.raised)
            _write_promises(current, entry.promises, actor=actor, participants=participants)
        _write_next_steps(current, entry.next_steps, actor=actor, participants=participants, seen=seen)
        if not keep:
            current.version += 1  # people or follow-ups may have changed: whoever looks at the old ones must know
            current.save(update_fields=["version"])
        refresh_last_contact([*before, *participants])
    return current


def correct_interaction(*, actor: User, interaction: Interaction, field: str, after: str, reason: str) -> Correction:
    """Add a correction to a closed entry: the old value stays where it is, the new one stands beside it."""
    if field not in CORRECTABLE:
        raise EntryRefused("field", _("Choose what is to be corrected."))
    if not clean_line(reason):
        raise EntryRefused("reason", _("Say why, in a few words."))
    with recorded(actor, reason=clean_line(reason)):
        require(policies.can_correct_entry(actor, lock(interaction)))
        latest = interaction.corrections.filter(field=field).last()
        before = latest.after if latest else _as_text(getattr(interaction, field))
        value = _as_text(_corrected(field, after))
        if value == before:
            raise EntryRefused("after", _("This is what the entry says already. Enter what it should say."))
        return Correction.objects.create(
            interaction=interaction,
            field=field,
            before=before,
            after=value,
            reason=clean_line(reason),
            made_by=actor,
        )


def withdraw_interaction(*, actor: User, interaction: Interaction, reason: str = "") -> Interaction:
    """Take an entry out of the log with its open follow-ups; it can be put back. A closed entry stays."""
    with recorded(actor, reason=reason):
        current = lock(interaction)
        if current.is_closed:
            raise EntryClosed
        require(policies.can_withdraw_entry(actor, current))
        if current.archived_at is None:
            current.archived_at = timezone.now()
            current.archived_reason = reason
            current.version += 1
            current.save(update_fields=["archived_at", "archived_reason", "version"])
            current.follow_ups.filter(done_at__isnull=True, withdrawn_at__isnull=True).update(
                withdrawn_at=current.archived_at
            )
            refresh_last_contact(current.participants.all())
    return current


def restore_interaction(*, actor: User, interaction: Interaction) -> Interaction:
    """Put a withdrawn entry back, with the follow-ups that went with it."""
    with recorded(actor):
        current = lock(interaction)
        require(policies.can_log(actor) and current.is_readable_by(actor))
        if current.archived_at is not None:
            current.follow_ups.filter(withdrawn_at=current.archived_at).update(withdrawn_at=None)
            current.archived_at, current.archived_reason = None, ""
            current.version += 1
            current.save(update_fields=["archived_at", "archived_reason", "version"])
            refresh_last_contact(current.participants.all())
    return current


def write_points(interaction: Interaction, raised: Sequence[Raised]) -> None:
    """Make the entry's points equal to ``raised``; a point whose words are unchanged keeps its owner and answer."""
    known: dict[tuple[str, str], list[Point]] = {}
    for point in interaction.points.order_by("position", "pk"):
        known.setdefault((point.kind, point.text), []).append(point)
    for position, wanted in enumerate(raised):
        same = known.get((wanted.kind, wanted.text))
        if same:
            point = same.pop(0)
            if point.position != position:
                point.position = position
                point.save(update_fields=["position"])
        else:
            Point.objects.create(
                interaction=interaction,
                kind=wanted.kind,
                text=wanted.text,
                position=position,
                sealed_circle_id=interaction.sealed_circle_id,
                restricted_circle_id=interaction.restricted_circle_id,
            )
    for gone in (point for points in known.values() for point in points):
        gone.delete()


def refresh_last_contact(participants: Iterable[Participant]) -> None:
    """Bring ``last_open_contact_on`` of everybody who took part up to date.

    Only two-way contacts that everybody may read count: a date that a sealed contact moved would betray it.
    """
    people = {participant.person_id for participant in participants if participant.person_id}
    parties = {participant.party_id for participant in participants if participant.party_id}
    for model, ids, lookup in ((Person, people, "person"), (Party, parties, "party")):
        if not ids:
            continue
        # Two contacts saved at once: the later one counts after the earlier one is committed.
        list(model._default_manager.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk").values_list("pk"))
        counted = Participant.objects.filter(
            **{f"{lookup}_id__in": ids},
            role=Participant.Role.PRESENT,
            interaction__archived_at__isnull=True,
            interaction__sealed_circle__isnull=True,
            interaction__restricted_circle__isnull=True,
        ).exclude(interaction__kind=Interaction.Kind.ATTEMPT)
        latest = dict(counted.values_list(f"{lookup}_id").annotate(day=Max("interaction__occurred_on")).order_by())
        for pk in sorted(ids):
            model._default_manager.filter(pk=pk).update(last_open_contact_on=latest.get(pk))


def _saved_before(actor: User, token: uuid.UUID) -> Interaction | None:
    return Interaction.objects.filter(token=token, recorded_by=actor).first()


def _require_editable(actor: User, current: Interaction) -> None:
    """Asked of the locked row: it may have closed, been sealed or taken back since the page was drawn."""
    if current.is_closed:
        raise EntryClosed
    require(policies.can_edit_entry(actor, current))


def _check(entry: Entry) -> None:
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


def _circles_for(actor: User, entry: Entry) -> tuple[Circle | None, Circle | None]:
    """The circles the entry is sealed in and restricted to: its own, else those of what it is filed under."""
    own = circle_ids_of(actor)
    if any(circle and circle.pk not in own for circle in (entry.sealed_circle, entry.restricted_circle)):
        raise EntryRefused("access", _("Choose a circle that you belong to."))
    sealed, restricted = entry.sealed_circle, entry.restricted_circle
    if entry.initiative:
        _require_initiative(actor, entry.initiative)
        if sealed and entry.initiative.sealed_circle_id not in (None, sealed.pk):
            raise EntryRefused("initiative", _("The initiative is sealed in another circle. Choose one of the two."))
        sealed = sealed or entry.initiative.sealed_circle
        restricted = restricted or entry.initiative.restricted_circle
    return sealed, restricted


def _require_initiative(actor: User, initiative: Initiative) -> None:
    if not initiative.is_readable_by(actor):
        raise EntryRefused("initiative", _("Choose an initiative that you may read."))


def _follow_initiative(actor: User, interaction: Interaction) -> None:
    """An entry newly filed under a closed initiative is closed to the same circle, with everything born in it.

    It is never opened this way: what was confided stays confided.
    """
    initiative = interaction.initiative
    if initiative is None:
        return
    _require_initiative(actor, initiative)
    changed: dict[str, int] = {}
    for column in ("sealed_circle_id", "restricted_circle_id"):
        theirs, ours = getattr(initiative, column), getattr(interaction, column)
        if theirs and ours and theirs != ours:
            raise EntryRefused("initiative", _("The initiative belongs to another circle than this entry."))
        if theirs and not ours:
            changed[column] = theirs
    if changed:
        for column, circle in changed.items():
            setattr(interaction, column, circle)
        interaction.save(update_fields=list(changed))
        for children in (interaction.points, interaction.commitments, interaction.follow_ups):
            children.update(**changed)


def _corrected(field: str, after: str) -> Any:
    """The new value as the field itself takes it; raises :class:`EntryRefused` for what makes no sense there."""
    column: Any = Interaction._meta.get_field(field)
    text = clean_line(after)
    try:
        value = column.clean(text or None if column.null else text, None)
    except ValidationError as error:
        raise EntryRefused("after", " ".join(error.messages)) from None
    if field == "occurred_on" and value > today():
        raise EntryRefused("after", _("A contact is logged once it has happened. Enter today or an earlier date."))
    return value


def _meet(actor: User, attendee: Attendee | NewAttendee) -> Attendee:
    if isinstance(attendee, Attendee):
        return attendee
    name = clean_line(attendee.name)
    if attendee.is_organization:
        return Attendee(_new_organization(actor, name), attendee.role)
    given, _space, family = name.rpartition(" ")
    person = create_person(
        actor=actor, given_name=given or family, family_name=family if given else "", organization=attendee.organization
    )
    return Attendee(person, attendee.role)


def _new_organization(actor: User, name: str) -> Party:
    """Noted as a business, which the form says; its name stands in the language of the person who logs."""
    if reader_language() == "fr":
        return create_party(actor=actor, kind=Party.Kind.BUSINESS, name_fr=name)
    return create_party(actor=actor, kind=Party.Kind.BUSINESS, name_en=name)


def _participants(
    interaction: Interaction, attendees: Sequence[Attendee], colleagues: Sequence[Colleague]
) -> list[Participant]:
    """Everybody's row, with name, title and organization as they stood on the day of the contact."""
    people = [attendee.who for attendee in attendees if isinstance(attendee.who, Person)]
    posts = affiliations_on([person.pk for person in people], interaction.occurred_on)
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


def _their_row(interaction: Interaction, attendee: Attendee, posts: Mapping[int, Any], position: int) -> Participant:
    if isinstance(attendee.who, Person):
        post = posts.get(attendee.who.pk)
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


def _replace_participants(
    interaction: Interaction,
    before: list[Participant],
    attendees: Sequence[Attendee],
    colleagues: Sequence[Colleague],
    *,
    is_another_day: bool,
    seen: Seen | None,
) -> list[Participant]:
    """Rows of people who stay are kept as frozen on the day; only their part and minutes may change.

    Where the day itself was put right, they are frozen anew as on that day. With ``seen``, people whom another added
    meanwhile stay, and those whom another took out stay out.
    """
    began = seen.people if seen else {}
    frozen = ("party_id", "title_en", "title_fr", "party_name_en", "party_name_fr", "holds_public_office")
    comparable = ("role", "position", "minutes", "preparation_minutes", *(frozen if is_another_day else ()))
    wanted = _participants(interaction, attendees, colleagues)
    known = {_identity(row): row for row in before}
    kept: list[Participant] = []
    for row in wanted:
        identity = _identity(row)
        same = known.pop(identity, None)
        if same is None:
            if identity not in began:
                row.save()
                kept.append(row)
            continue
        untouched = _untouched(row, began.get(identity))
        changed = [name for name in comparable if name not in untouched and getattr(same, name) != getattr(row, name)]
        for name in changed:
            setattr(same, name, getattr(row, name))
        if changed:
            same.save(update_fields=changed)
        kept.append(same)
    for identity, gone in known.items():
        if seen is None or identity in began:
            gone.delete()
        else:
            kept.append(gone)
    return kept


def _untouched(row: Participant, began: tuple[str, int | None, int | None] | None) -> set[str]:
    """Which of part, minutes and preparation are still as the form began, so that another's change holds."""
    if began is None:
        return set()
    names = ("role", "minutes", "preparation_minutes")
    return {name for name, value in zip(names, began, strict=True) if getattr(row, name) == value} | {"position"}


def _identity(row: Participant) -> tuple[int | None, int | None, int | None]:
    return row.user_id, row.person_id, None if row.person_id else row.party_id


def _require_arrangement(interaction: Interaction, participants: Sequence[Participant]) -> None:
    """Where a public office holder took part, the log must know who started it and whether it was arranged.

    Lobbying Act, R.S.C. 1985, c. 44 (4th Supp.), s. 7(4), and SOR/2008-116, s. 9: both decide whether a monthly report
    is due. An attempt that reached nobody is not a communication.
    """
    if interaction.is_attempt or not any(
        row.holds_public_office and row.role == Participant.Role.PRESENT for row in participants
    ):
        return
    if not interaction.initiated_by:
        raise EntryRefused("initiated_by", _("Say who started it: a public office holder took part."))
    if not interaction.arranged:
        raise EntryRefused("arranged", _("Say whether it was arranged in advance: a public office holder took part."))


def _first_party(participants: Sequence[Participant]) -> Party | None:
    return next((row.party for row in participants if row.party_id and row.user_id is None), None)


def _write_promises(
    interaction: Interaction, promises: Sequence[Promise], *, actor: User, participants: Sequence[Participant]
) -> None:
    """Make the entry's commitments equal to ``promises``; one that was already judged is never taken away."""
    known: dict[tuple[str, str], list[Commitment]] = {}
    for commitment in interaction.commitments.order_by("position", "pk"):
        known.setdefault((commitment.direction, commitment.text), []).append(commitment)
    party = _first_party(participants)
    for position, promise in enumerate(promises):
        direction = Commitment.Direction.OURS if promise.is_ours else Commitment.Direction.THEIRS
        same = known.get((direction, promise.text))
        if same:
            _place_promise(same.pop(0), position, promise.due_on)
            continue
        by = promise.by or (actor if promise.is_ours else None if promise.by_another else party)
        Commitment.objects.create(
            interaction=interaction,
            direction=direction,
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
    for gone in (commitment for commitments in known.values() for commitment in commitments):
        if not gone.events.exists():
            gone.delete()


def _place_promise(commitment: Commitment, position: int, due_on: date | None) -> None:
    """A form that says nothing of the day leaves the day alone."""
    changed = {"position": position, **({"due_on": due_on} if due_on else {})}
    changed = {name: value for name, value in changed.items() if getattr(commitment, name) != value}
    if changed:
        for name, value in changed.items():
            setattr(commitment, name, value)
        commitment.version += "due_on" in changed
        commitment.save(update_fields=[*changed, "version"])


def _write_next_steps(
    interaction: Interaction,
    steps: Sequence[NextStep],
    *,
    actor: User,
    participants: Sequence[Participant],
    seen: Seen | None = None,
) -> None:
    """Make the entry's open follow-ups equal to ``steps``; with ``seen``, change only what the editor changed."""
    if seen is not None:
        _change_seen_steps(interaction, steps, seen)
        steps = [step for step in steps if step.pk is None]
        known = {}
    else:
        known = _steps_by_content(interaction)
    first = next((row for row in participants if row.user_id is None), None)
    for step in steps:
        text = clean_line(step.text) or interaction.subject
        if known.pop((text, step.assignee.pk, step.due_on), None):
            continue
        _require_assignee(interaction, step.assignee)
        FollowUp.objects.create(
            interaction=interaction,
            text=text[:500],
            assignee=step.assignee,
            due_on=step.due_on,
            person_id=first.person_id if first else None,
            party_id=first.party_id if first else None,
            created_by=actor,
            sealed_circle_id=interaction.sealed_circle_id,
            restricted_circle_id=interaction.restricted_circle_id,
        )
    for gone in known.values():
        if gone.is_open:
            gone.withdrawn_at = timezone.now()
            gone.save(update_fields=["withdrawn_at"])


def _change_seen_steps(interaction: Interaction, steps: Sequence[NextStep], seen: Seen) -> None:
    """Follow-ups the form began with: changed where the editor changed them, withdrawn where the row was emptied.

    One that another finished, put off or handed over meanwhile keeps what was done to it.
    """
    posted = {step.pk: step for step in steps if step.pk is not None}
    rows = interaction.follow_ups.select_for_update(of=("self",)).open().filter(pk__in=seen.steps)
    for follow_up in rows.order_by("pk"):
        step = posted.get(follow_up.pk)
        text, due_on, assignee_id = seen.steps[follow_up.pk]
        changes: dict[str, Any] = {}
        if step is None:
            changes["withdrawn_at"] = timezone.now()
        else:
            if clean_line(step.text) != text:
                changes["text"] = clean_line(step.text)[:500]
            if step.due_on != due_on:
                changes["due_on"] = step.due_on
            if step.assignee.pk != assignee_id:
                _require_assignee(interaction, step.assignee)
                changes["assignee"] = step.assignee
        if changes:
            for name, value in changes.items():
                setattr(follow_up, name, value)
            follow_up.version += 1
            follow_up.save(update_fields=[*changes, "version"])


def _steps_by_content(interaction: Interaction) -> dict[tuple[str, int, date | None], FollowUp]:
    return {
        (follow_up.text, follow_up.assignee_id, follow_up.due_on): follow_up
        for follow_up in interaction.follow_ups.filter(withdrawn_at__isnull=True)
    }


def _require_assignee(interaction: Interaction, assignee: User) -> None:
    if not policies.can_log(assignee):
        raise EntryRefused("next_steps", _("Choose somebody who may work on follow-ups."))
    if not interaction.is_readable_by(assignee):
        raise EntryRefused(
            "next_steps",
            _("%(name)s is not in the circle of this contact. Choose somebody who is.") % {"name": assignee.name},
        )


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, (date, time)) else str(value)
