"""What became of a promise: events are added, the latest one is its state."""

from __future__ import annotations

from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.editing import lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.engagement import policies
from c2m2a_crm.engagement.models import Commitment, CommitmentEvent
from c2m2a_crm.engagement.services.entries import EntryRefused


def keep_commitment(*, actor: User, commitment: Commitment, evidence: str = "") -> CommitmentEvent | None:
    """Note that the promise was kept, with what shows it."""
    return _note(actor, commitment, CommitmentEvent.Kind.KEPT, evidence)


def release_commitment(*, actor: User, commitment: Commitment, reason: str) -> CommitmentEvent | None:
    """Note that the promise no longer binds, and why."""
    if not clean_line(reason):
        raise EntryRefused("note", _("Say why the commitment is released."))
    return _note(actor, commitment, CommitmentEvent.Kind.RELEASED, reason)


def reopen_commitment(*, actor: User, commitment: Commitment, reason: str = "") -> CommitmentEvent | None:
    return _note(actor, commitment, CommitmentEvent.Kind.REOPENED, reason)


def _note(actor: User, commitment: Commitment, kind: str, note: str) -> CommitmentEvent | None:
    """Add an event unless it says what already holds."""
    require(policies.can_judge_commitment(actor, commitment))
    with recorded(actor):
        current = lock(commitment)
        latest = current.events.last()
        if (latest.kind if latest else CommitmentEvent.Kind.REOPENED) == kind:
            return None
        return CommitmentEvent.objects.create(commitment=current, kind=kind, note=clean_line(note), by=actor)
