"""Who may run meetings: the secretariat, at the forums that it may work on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forums import policies

if TYPE_CHECKING:
    from c2m2a_crm.accounts.policies import Visitor
    from forums.models import Meeting

can_see_meetings = policies.can_see_forums
can_run_meetings = policies.can_manage_forums


def can_run_meeting(actor: Visitor, meeting: Meeting) -> bool:
    return policies.can_manage_forum(actor, meeting.forum)
