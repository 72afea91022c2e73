"""Who may run comment rounds: the secretariat, at the forums that it may work on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forums import policies

if TYPE_CHECKING:
    from c2m2a_crm.accounts.policies import Visitor
    from forums.models import CommentRound

can_see_rounds = policies.can_see_forums
can_run_rounds = policies.can_manage_forums


def can_run_round(actor: Visitor, round_: CommentRound) -> bool:
    return policies.can_manage_forum(actor, round_.forum)
