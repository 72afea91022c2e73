"""Who may write in the contact log, and what of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from c2m2a_crm.accounts.policies import can_look, can_write
from c2m2a_crm.engagement.models import Commitment, FollowUp, Interaction, Point

if TYPE_CHECKING:
    from c2m2a_crm.accounts.policies import Visitor

can_read_log = can_look
can_log = can_write


def can_edit_entry(actor: Visitor, interaction: Interaction) -> bool:
    """Change an open entry in place. A closed one can only be corrected by an addition."""
    return (
        can_write(actor)
        and interaction.is_readable_by(actor)
        and not interaction.is_closed
        and not interaction.is_archived
    )


def can_correct_entry(actor: Visitor, interaction: Interaction) -> bool:
    return (
        can_write(actor) and interaction.is_readable_by(actor) and interaction.is_closed and not interaction.is_archived
    )


def can_withdraw_entry(actor: Visitor, interaction: Interaction) -> bool:
    """Take an entry out of the log, for example by Undo. A closed entry stays: somebody may have relied on it."""
    return can_write(actor) and interaction.is_readable_by(actor) and not interaction.is_closed


def can_work_on_follow_up(actor: Visitor, follow_up: FollowUp) -> bool:
    return can_write(actor) and follow_up.is_readable_by(actor)


def can_judge_commitment(actor: Visitor, commitment: Commitment) -> bool:
    return can_write(actor) and commitment.is_readable_by(actor)


def can_answer_point(actor: Visitor, point: Point) -> bool:
    """Write our answer and who sees to it; not where the contact was taken back."""
    return can_write(actor) and point.is_readable_by(actor) and not point.interaction.is_archived
