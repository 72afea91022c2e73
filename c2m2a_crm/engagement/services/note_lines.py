"""Lines that another room writes into the notes of an open contact: what was promised and asked, by the minutes."""

from __future__ import annotations

from collections.abc import Sequence

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.editing import lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.name_keys import name_key
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement import policies
from c2m2a_crm.engagement.models import Interaction, Participant
from c2m2a_crm.engagement.services.entries import EntryClosed, write_points, write_promises
from c2m2a_crm.engagement.services.entry import Promise, Raised
from c2m2a_crm.engagement.typed_line import PointKind, due_in, read_note
from c2m2a_crm.engagement.typed_line.points import Point as TypedPoint
from members.models import Party, Person


def replace_note_lines(
    *, actor: User, interaction: Interaction, before: Sequence[str], after: Sequence[str]
) -> Interaction:
    """Take the lines of ``before`` out of the notes and put those of ``after`` at their end.

    Points and commitments follow the notes, as when somebody edits them; all other lines stay. Raises
    :class:`EntryClosed`.
    """
    with recorded(actor):
        current = lock(interaction)
        if current.is_closed:
            raise EntryClosed
        require(policies.can_edit_entry(actor, current))
        lines = current.notes.split("\n") if current.notes else []
        for line in before:
            if line in lines:
                lines.remove(line)
        notes = "\n".join([*lines, *after])
        if notes == current.notes:
            return current
        current.notes = notes
        current.version += 1
        current.save(update_fields=["notes", "version"])
        participants = list(current.participants.select_related("person", "party"))
        points = [line.point for line in read_note(notes)[0]]
        raised = [Raised(point.kind, point.text) for point in points if point.kind != PointKind.COMMITMENT]
        promises = [_promise(point, participants) for point in points if point.kind == PointKind.COMMITMENT]
        write_points(current, raised)
        write_promises(current, promises, actor=actor, participants=participants)
    return current


def _promise(point: TypedPoint, participants: Sequence[Participant]) -> Promise:
    """A name that nobody present bears stays in the words; nobody takes its place."""
    by = _bearer(point.by, participants)
    by_another = bool(point.by) and by is None
    text = f"{point.by}: {point.text}" if by_another else point.text
    return Promise(text, not point.theirs, by, due_on=due_in(point.text, today()), by_another=by_another)


def _bearer(name: str, participants: Sequence[Participant]) -> Person | Party | None:
    wanted = name_key(name) if name else ""
    if not wanted:
        return None
    for row in participants:
        person, party = row.person, row.party
        if person and wanted in {name_key(each) for each in (person.full_name, person.family_name, person.given_name)}:
            return person
        names = (party.name_en, party.name_fr, party.acronym_en, party.acronym_fr) if party else ()
        if party and wanted in {name_key(each) for each in names if each}:
            return party
    return None
