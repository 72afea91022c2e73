"""Who writes to whom in the office's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from c2m2a_crm.accounts.models import Role
from c2m2a_crm.accounts.policies import can_look, can_write, has_role

if TYPE_CHECKING:
    from c2m2a_crm.accounts.policies import Visitor
    from c2m2a_crm.outreach.models import Campaign

can_see_campaigns = can_look
# Drafts, and what a person asked us by telephone or letter.
can_write_campaigns = can_write
can_note_stops = can_write


def can_send(actor: Visitor) -> bool:
    """Mail in the office's name leaves by the hand of the secretariat or an administrator."""
    return has_role(actor, Role.SECRETARIAT, Role.ADMINISTRATOR)


# To say that somebody wants mail again is to answer for their consent.
can_lift_stops = can_send


def can_edit_campaign(actor: Visitor, campaign: Campaign) -> bool:
    """A draft is everybody's who writes; what was approved stays as it was approved."""
    return can_write_campaigns(actor) and campaign.is_workable_by(actor) and campaign.is_draft


def can_send_campaign(actor: Visitor, campaign: Campaign) -> bool:
    return can_send(actor) and campaign.is_workable_by(actor) and campaign.is_draft


def can_send_again(actor: Visitor, campaign: Campaign) -> bool:
    """Copies that failed, or of which nobody knows whether they arrived."""
    return can_send(actor) and campaign.is_workable_by(actor) and campaign.started_at is not None
