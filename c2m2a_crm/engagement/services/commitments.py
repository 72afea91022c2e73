"""What became of a promise: events are added, the latest one is its state."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.editing import apply, changes_to_keep, lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.public_links.services import BY_LINK
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.engagement import policies
from c2m2a_crm.engagement.models import Commitment, CommitmentEvent
from c2m2a_crm.engagement.services.entry import EntryRefused
from c2m2a_crm.engagement.services.follow_ups import NothingToUndo
from members.models import Party, Person


def keep_commitment(*, actor: User, commitment: Commitment, evidence: str = "") -> CommitmentEvent | None:
    """Note that the promise was kept, with what shows it."""
    return _note(actor, commitment, CommitmentEvent.Kind.KEPT, evidence)


def keep_commitments(
    *, actor: User, commitments: Sequence[Commitment], evidence: str = "", operation: Operation | None = None
) -> int:
    """As :func:`keep_commitment` for many at once, all or none. Returns how many were not kept before."""
    require(all(policies.can_judge_commitment(actor, commitment) for commitment in commitments))
    with recorded(actor, operation=operation):
        rows = Commitment.objects.select_for_update(of=("self",)).filter(pk__in=[each.pk for each in commitments])
        locked = list(rows.order_by("pk").values_list("pk", flat=True))
        events = CommitmentEvent.objects.filter(commitment__in=locked).order_by("pk")
        latest = dict(events.values_list("commitment_id", "kind"))
        kept = [
            CommitmentEvent(commitment_id=pk, kind=CommitmentEvent.Kind.KEPT, note=clean_line(evidence), by=actor)
            for pk in locked
            if latest.get(pk) != CommitmentEvent.Kind.KEPT
        ]
        CommitmentEvent.objects.bulk_create(kept, batch_size=1000)
    return len(kept)


def keep_by_link(*, commitments: Sequence[tuple[Commitment, str]]) -> int:
    """Whoever promised says by a personal link that it is done, with what shows it; nobody with an account does.

    The caller has checked that the link is theirs. What is over already stays as it is. Returns how many were open.
    """
    evidence = {commitment.pk: clean_line(text).strip() for commitment, text in commitments}
    with recorded(None, system=BY_LINK):
        rows = Commitment.objects.select_for_update(of=("self",)).filter(pk__in=evidence).order_by("pk")
        locked = list(rows.values_list("pk", flat=True))
        is_open = set(Commitment.objects.open().filter(pk__in=locked).values_list("pk", flat=True))
        kept = [
            CommitmentEvent(commitment_id=pk, kind=CommitmentEvent.Kind.KEPT, note=evidence[pk])
            for pk in locked
            if pk in is_open
        ]
        CommitmentEvent.objects.bulk_create(kept)
    return len(kept)


def release_commitment(*, actor: User, commitment: Commitment, reason: str) -> CommitmentEvent | None:
    """Note that the promise no longer binds, and why."""
    if not clean_line(reason):
        raise EntryRefused("note", _("Say why the commitment is released."))
    return _note(actor, commitment, CommitmentEvent.Kind.RELEASED, reason)


def reopen_commitment(*, actor: User, commitment: Commitment, reason: str = "") -> CommitmentEvent | None:
    return _note(actor, commitment, CommitmentEvent.Kind.REOPENED, reason)


def undo_commitment_event(*, actor: User, commitment: Commitment, event: int) -> CommitmentEvent:
    """Take back what became of the promise by that event. Rows are only added, so what held before it is said again.

    Raises :class:`NothingToUndo` when that is not, or no longer, the latest event.
    """
    require(policies.can_judge_commitment(actor, commitment))
    with recorded(actor):
        current = lock(commitment)
        latest, *earlier = [*current.events.order_by("-pk")[:2], None]
        if latest is None or latest.pk != event:
            raise NothingToUndo
        before = earlier[0]
        kind, note = (before.kind, before.note) if before else (CommitmentEvent.Kind.REOPENED, "")
        return CommitmentEvent.objects.create(commitment=current, kind=kind, note=note, by=actor)


def set_commitment_terms(
    *,
    actor: User,
    commitment: Commitment,
    version: int,
    due_on: date | None,
    to_party: Party | None,
    mine: Collection[str] = (),
    theirs: Collection[str] = (),
) -> Commitment:
    """By which day, and to whom. What somebody else said of the other meanwhile stays.

    Raises ``EditConflict`` where both changed the same, unless ``mine`` or ``theirs`` settles it.
    """
    require(policies.can_judge_commitment(actor, commitment))
    with recorded(actor):
        current = lock(commitment)
        wanted = {"due_on": due_on, "to_party": to_party}
        apply(current, changes_to_keep(current, wanted, version=version, mine=mine, theirs=theirs))
    return current


def pass_commitment_to(
    *, actor: User, commitment: Commitment, person: Person | None, party: Party | None
) -> Commitment:
    """Somebody else owes what was promised: ``person``, for ``party`` or alone, or the party alone.

    Raises :class:`EntryRefused` where that would leave the promise with nobody.
    """
    require(policies.can_judge_commitment(actor, commitment))
    with recorded(actor):
        current = lock(commitment)
        if person is None and party is None:
            raise EntryRefused("by_person", _("Say who owes it from now on."))
        apply(current, {"by_person": person, "by_party": party})
    return current


def _note(actor: User, commitment: Commitment, kind: str, note: str) -> CommitmentEvent | None:
    """Add an event unless it says what already holds."""
    require(policies.can_judge_commitment(actor, commitment))
    with recorded(actor):
        current = lock(commitment)
        latest = current.events.last()
        if (latest.kind if latest else CommitmentEvent.Kind.REOPENED) == kind:
            return None
        return CommitmentEvent.objects.create(commitment=current, kind=kind, note=clean_line(note), by=actor)
