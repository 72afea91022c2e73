"""Who may write in the contact log, and what of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from c2m2a_crm.accounts.models import Role
from c2m2a_crm.accounts.policies import can_administer, can_look, can_write, has_role, is_owner_of
from c2m2a_crm.engagement.models import Commitment, FollowUp, Initiative, Interaction, Point

if TYPE_CHECKING:
    from c2m2a_crm.accounts.policies import Visitor

can_read_log = can_look
can_log = can_write


def can_see_pulse(actor: Visitor) -> bool:
    """Whom we let drift, what we owe, and who should be a member."""
    return can_look(actor)


def can_keep_rhythms(actor: Visitor) -> bool:
    """Set a rhythm of one's own, agree on quiet, and say who is no prospect."""
    return can_write(actor)


def can_set_rhythms(actor: Visitor) -> bool:
    """Say how often members of a tier are to hear from us."""
    return can_administer(actor)


def can_edit_entry(actor: Visitor, interaction: Interaction) -> bool:
    """Change an open entry in place. A closed one can only be corrected by an addition."""
    return (
        can_write(actor)
        and interaction.is_workable_by(actor)
        and not interaction.is_closed
        and not interaction.is_archived
    )


def can_correct_entry(actor: Visitor, interaction: Interaction) -> bool:
    return (
        can_write(actor) and interaction.is_workable_by(actor) and interaction.is_closed and not interaction.is_archived
    )


def can_withdraw_entry(actor: Visitor, interaction: Interaction) -> bool:
    """Take an entry out of the log, for example by Undo. A closed entry stays: somebody may have relied on it."""
    return can_write(actor) and interaction.is_workable_by(actor) and not interaction.is_closed


def can_change_access(actor: Visitor, interaction: Interaction) -> bool:
    """Seal or restrict it, move it to another circle, open it: whoever logged it, colleagues who took part, and owners
    of the circle that it is in. Letting others read it is a further question (:func:`can_open_to_others`).
    """
    if not (can_write(actor) and interaction.is_workable_by(actor)) or interaction.is_archived:
        return False
    took_part = interaction.recorded_by_id == actor.pk or interaction.participants.filter(user=actor.pk).exists()
    return took_part or _owns_circle_of(actor, interaction)


def can_change_initiative_access(actor: Visitor, initiative: Initiative) -> bool:
    """Whoever leads it or is of its team, the secretariat and administrators, and owners of the circle that it is in.

    All of them as members of that circle, where it has one.
    """
    if not actor.is_authenticated or not (can_write(actor) and initiative.is_workable_by(actor)):
        return False
    if initiative.is_archived:
        return False
    is_of_team = initiative.team_id is not None and initiative.team_id in actor.team_ids
    looks_after = initiative.lead_id == actor.pk or is_of_team
    manages = has_role(actor, Role.SECRETARIAT, Role.ADMINISTRATOR)
    return looks_after or manages or _owns_circle_of(actor, initiative)


def can_open_to_others(actor: Visitor, row: Interaction | Initiative) -> bool:
    """Let others read what was confided to a circle: its owners, and whoever confided the contact or leads the
    initiative.
    """
    author = row.recorded_by_id if isinstance(row, Interaction) else row.lead_id
    return can_write(actor) and row.is_workable_by(actor) and (author == actor.pk or _owns_circle_of(actor, row))


def _owns_circle_of(actor: Visitor, row: Interaction | Initiative) -> bool:
    circle = row.sealed_circle or row.restricted_circle
    return circle is not None and is_owner_of(actor, circle)


def can_work_on_follow_up(actor: Visitor, follow_up: FollowUp) -> bool:
    return can_write(actor) and follow_up.is_workable_by(actor)


def can_judge_commitment(actor: Visitor, commitment: Commitment) -> bool:
    return can_write(actor) and commitment.is_workable_by(actor)


def can_answer_point(actor: Visitor, point: Point) -> bool:
    """Write our answer and who sees to it; not where the contact was taken back."""
    return can_write(actor) and point.is_workable_by(actor) and not point.interaction.is_archived
