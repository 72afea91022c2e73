"""Who may work on policy positions: the secretariat runs them, everybody who writes notes what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from c2m2a_crm.accounts.policies import can_write
from forums.policies import can_manage_forums, can_see_forums

if TYPE_CHECKING:
    from c2m2a_crm.accounts.policies import Visitor
    from forums.models import Position

can_see_positions = can_see_forums
can_run_positions = can_manage_forums
can_note_stances = can_write


def _is_open_to(actor: Visitor, position: Position) -> bool:
    filed = position.initiative
    return filed is None or (filed.is_workable_by(actor) and not filed.is_archived)


def can_run_position(actor: Visitor, position: Position) -> bool:
    """Change the question, write another wording, adopt, withdraw, put aside."""
    return can_run_positions(actor) and _is_open_to(actor, position)


def can_note_on(actor: Visitor, position: Position) -> bool:
    """Note who said what, and where it was used. What was put aside takes no more."""
    return can_note_stances(actor) and _is_open_to(actor, position) and not position.is_archived
