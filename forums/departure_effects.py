"""Seats of somebody who moves on: a seat held for the old place is vacated or handed over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core.registries import DepartureEffect, DepartureRow, Move
from c2m2a_crm.core.registries.moving import END, HAND_OVER, KEEP
from forums.models import Forum, SeatTerm
from forums.policies import can_manage_forum
from forums.services import end_term, hand_over


def _terms(actor: Any, move: Move) -> Sequence[DepartureRow]:
    """Terms that reach beyond the last day, at forums that the actor may read; others are only told."""
    beyond = Q(valid__endswith__isnull=True) | Q(valid__endswith__gt=move.last_day + timedelta(days=1))
    rows = SeatTerm.objects.filter(beyond, person=move.person, seat__forum__in=Forum.objects.readable_by(actor))
    return [
        _row(actor, term, move)
        for term in rows.select_related(
            "seat__forum__initiative", "seat__category", "seat__jurisdiction", "party"
        ).order_by("pk")
    ]


def _row(actor: Any, term: SeatTerm, move: Move) -> DepartureRow:
    choices: list[tuple[str, str]] = []
    if can_manage_forum(actor, term.seat.forum) and (term.first_day is None or term.first_day <= move.last_day):
        choices = [(END, _("The seat is vacated")), (KEEP, _("Keeps the seat"))]
        if move.successor is not None:
            choices.append((HAND_OVER, _("Passes to %(name)s") % {"name": move.successor}))
    is_of_the_place = move.left in (term.party, term.seat.party) and not move.stays_with_the_party
    return DepartureRow(
        term.pk,
        f"{term.seat.forum} · {term.seat}",
        " · ".join(filter(None, (str(term.get_role_display()), str(term.party) if term.party else ""))),
        term.seat.get_absolute_url(),
        choices,
        END if choices and is_of_the_place else KEEP,
    )


def _apply(actor: Any, move: Move, key: int, choice: str) -> None:
    term = SeatTerm.objects.select_related("seat__forum__initiative").get(pk=key)
    if choice == HAND_OVER:
        hand_over(
            actor=actor,
            seat=term.seat,
            person=move.successor,
            first=move.last_day + timedelta(days=1),
            role=term.role,
            party=term.party,
        )
    else:
        end_term(actor=actor, term=term, last=move.last_day)


DEPARTURE_EFFECT = DepartureEffect("seats", 40, gettext_lazy("Seats"), _terms, _apply)
