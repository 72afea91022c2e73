"""Open follow-ups and promises of somebody who moves on: they stay with the person, or pass to whoever follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core.dates import short_date
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.registries import DepartureEffect, DepartureRow, Move
from c2m2a_crm.core.registries.moving import END, HAND_OVER, KEEP
from c2m2a_crm.engagement import policies
from c2m2a_crm.engagement.models import Commitment, FollowUp, Interaction
from c2m2a_crm.engagement.services import EntryRefused, finish_follow_up, pass_commitment_to, pass_follow_up_to

MOST_ROWS = 50


@contextmanager
def _refused_as_an_act() -> Iterator[None]:
    try:
        yield
    except EntryRefused as refused:
        raise ActRefused(refused.sentence) from refused


def _due(row: FollowUp | Commitment) -> str:
    return _("due %(day)s") % {"day": short_date(row.due_on)} if row.due_on else ""


def _follow_ups(actor: Any, move: Move) -> Sequence[DepartureRow]:
    rows = FollowUp.objects.readable_by(actor).open().filter(person=move.person).by_due_date().for_list()
    found = []
    for row in rows[:MOST_ROWS]:
        choices: list[tuple[str, str]] = []
        if policies.can_work_on_follow_up(actor, row):
            choices = [(KEEP, _("Stays with %(name)s") % {"name": move.person}), (END, _("Is done with"))]
            if move.successor is not None:
                choices.append((HAND_OVER, _("Passes to %(name)s") % {"name": move.successor}))
        note = " · ".join(filter(None, (row.assignee.name, _due(row))))
        found.append(DepartureRow(row.pk, row.text, note, "", choices, KEEP))
    return found


def _apply_to_follow_up(actor: Any, move: Move, key: int, choice: str) -> None:
    row = FollowUp.objects.readable_by(actor).get(pk=key)
    with _refused_as_an_act():
        if choice == HAND_OVER:
            pass_follow_up_to(actor=actor, follow_up=row, person=move.successor)
        else:
            finish_follow_up(actor=actor, follow_up=row)


def _commitments(actor: Any, move: Move) -> Sequence[DepartureRow]:
    """What the person owes us, to be decided on; and what we promised in their presence, to be remembered."""
    open_ones = Commitment.objects.readable_by(actor).of_live_contacts().open().for_list()
    owed = [_owed(actor, row, move) for row in open_ones.filter(by_person=move.person).order_by("pk")[:MOST_ROWS]]
    heard = Interaction.objects.with_person(move.person).values("pk")
    ours = open_ones.filter(direction=Commitment.Direction.OURS, interaction__in=heard).order_by("pk")[:MOST_ROWS]
    told = [
        DepartureRow(row.pk, row.text, " · ".join(filter(None, (_("promised by us"), _due(row)))), "", (), KEEP)
        for row in ours
    ]
    return [*owed, *told]


def _owed(actor: Any, row: Commitment, move: Move) -> DepartureRow:
    choices: list[tuple[str, str]] = []
    if policies.can_judge_commitment(actor, row):
        choices = [(KEEP, _("%(name)s still owes it") % {"name": move.person})]
        choices.append((END, _("%(party)s owes it") % {"party": row.by_party or move.left}))
        if move.successor is not None:
            choices.append((HAND_OVER, _("Passes to %(name)s") % {"name": move.successor}))
    is_of_the_place = row.by_party_id == move.left.pk and not move.stays_with_the_party
    note = " · ".join(filter(None, (str(row.by_party or ""), _due(row))))
    return DepartureRow(row.pk, row.text, note, "", choices, END if choices and is_of_the_place else KEEP)


def _apply_to_commitment(actor: Any, move: Move, key: int, choice: str) -> None:
    row = Commitment.objects.readable_by(actor).select_related("by_party").get(pk=key)
    with _refused_as_an_act():
        if choice == HAND_OVER:
            pass_commitment_to(actor=actor, commitment=row, person=move.successor, party=row.by_party)
        else:
            pass_commitment_to(actor=actor, commitment=row, person=None, party=row.by_party or move.left)


DEPARTURE_EFFECTS = (
    DepartureEffect("follow-ups", 50, gettext_lazy("Open follow-ups"), _follow_ups, _apply_to_follow_up),
    DepartureEffect("commitments", 60, gettext_lazy("Open promises"), _commitments, _apply_to_commitment),
)
