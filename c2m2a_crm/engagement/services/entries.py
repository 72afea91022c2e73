"""Change a contact of the log while it is open, correct it afterwards, take it back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.editing import apply, changes_to_keep, lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement import policies
from c2m2a_crm.engagement.models import Commitment, Correction, FollowUp, Interaction, Participant, Point
from c2m2a_crm.engagement.selectors import PostsHeld
from c2m2a_crm.engagement.services.entry import Attendee, Colleague, Entry, EntryRefused, NextStep, Promise, Raised
from c2m2a_crm.engagement.services.entry_rows import (
    check_entry,
    first_party,
    new_commitment,
    new_follow_up,
    new_point,
    participants_of,
    require_arrangement,
    require_assignee,
    require_compliance_officer,
    require_initiative,
    require_names,
    step_text,
)
from c2m2a_crm.engagement.services.last_contact import refresh_last_contact
from c2m2a_crm.engagement.services.newcomers import is_person, meet

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


class EntryClosed(Exception):
    """The entry is closed: it is corrected by an addition with a reason, not changed."""


Identity = tuple[int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Seen:
    """What an editor's form began with. Only what differs from it was changed by hand; the rest is left as it is now.

    ``people`` gives part, minutes and preparation of each participant, ``steps`` text, day and assignee of each open
    follow-up by its key.
    """

    people: Mapping[Identity, tuple[str, int | None, int | None]]
    steps: Mapping[int, tuple[str, date | None, int]]


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
    check_entry(entry)
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
        before = list(current.participants.all())
        require_names(entry.attendees, there={row.person_id for row in before})
        attendees = meet(actor, entry.attendees)
        participants = _replace_participants(
            current,
            before,
            attendees,
            entry.colleagues or [Colleague(actor)],
            is_another_day=current.occurred_on != day_before,
            seen=seen,
        )
        met = any(row.holds_public_office and row.role == Participant.Role.PRESENT for row in participants)
        require_arrangement(current, met_public_office=met)
        officials = any(row.holds_public_office for row in participants)
        require_compliance_officer(current.sealed_circle, met_public_office=officials)
        if "notes" in keep or seen is None:
            # Points and commitments follow the notes; stale notes that were not touched must not take others' away.
            write_points(current, entry.raised)
            write_promises(current, entry.promises, actor=actor, participants=participants)
        _write_next_steps(current, entry.next_steps, actor=actor, participants=participants, seen=seen)
        if not keep:
            current.version += 1  # people or follow-ups may have changed: whoever looks at the old ones must know
            current.save(update_fields=["version"])
        refresh_last_contact([*before, *participants])
    return current


def correct_interaction(*, actor: User, interaction: Interaction, field: str, after: str, reason: str) -> Correction:
    """Put a closed entry right: it says the new value from now on, and the correction keeps the old one and the reason.

    Lists, figures and files follow what is true (``docs/adr/0006-corrections.md``). Raises :class:`EntryRefused`.
    """
    if field not in CORRECTABLE:
        raise EntryRefused("field", _("Choose what is to be corrected."))
    if not clean_line(reason):
        raise EntryRefused("reason", _("Say why, in a few words."))
    with recorded(actor, reason=clean_line(reason)):
        current = lock(interaction)
        require(policies.can_correct_entry(actor, current))
        before, value = getattr(current, field), _corrected(field, after)
        if _as_text(value) == _as_text(before):
            raise EntryRefused("after", _("This is what the entry says already. Enter what it should say."))
        try:
            apply(current, {field: value})
        except ValidationError as error:
            raise EntryRefused("after", " ".join(error.messages)) from None
        refresh_last_contact(current.participants.all())
        return Correction.objects.create(
            interaction=current,
            field=field,
            before=_as_text(before),
            after=_as_text(value),
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
            new_point(interaction, wanted, position).save(force_insert=True)
    for gone in (point for points in known.values() for point in points):
        gone.delete()


def _require_editable(actor: User, current: Interaction) -> None:
    """Asked of the locked row: it may have closed, been sealed or taken back since the page was drawn."""
    if current.is_closed:
        raise EntryClosed
    require(policies.can_edit_entry(actor, current))


def _follow_initiative(actor: User, interaction: Interaction) -> None:
    """An entry newly filed under a closed initiative is closed to the same circle, with everything born in it.

    It is never opened this way: what was confided stays confided.
    """
    initiative = interaction.initiative
    if initiative is None:
        return
    require_initiative(actor, initiative)
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
    posts = PostsHeld({attendee.who.pk for attendee in attendees if is_person(attendee)})
    wanted = participants_of(interaction, attendees, colleagues, posts)
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


def write_promises(
    interaction: Interaction, promises: Sequence[Promise], *, actor: User, participants: Sequence[Participant]
) -> None:
    """Make the entry's commitments equal to ``promises``; one that was already judged is never taken away."""
    known: dict[tuple[str, str], list[Commitment]] = {}
    for commitment in interaction.commitments.order_by("position", "pk"):
        known.setdefault((commitment.direction, commitment.text), []).append(commitment)
    party = first_party(participants)
    for position, promise in enumerate(promises):
        direction = Commitment.Direction.OURS if promise.is_ours else Commitment.Direction.THEIRS
        same = known.get((direction, promise.text))
        if same:
            _place_promise(same.pop(0), position, promise.due_on)
            continue
        new_commitment(interaction, promise, position, actor=actor, party=party).save(force_insert=True)
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
    for step in steps:
        if known.pop((step_text(interaction, step), step.assignee.pk, step.due_on), None):
            continue
        require_assignee(interaction, step.assignee)
        new_follow_up(interaction, step, actor=actor, participants=participants).save(force_insert=True)
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
                require_assignee(interaction, step.assignee)
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


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, (date, time)) else str(value)
