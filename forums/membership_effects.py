"""Seats of a member whose membership is over, and of its people: each is asked about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core.registries import DepartureRow, MembershipEffect, MembershipEnd
from c2m2a_crm.core.registries.moving import END, KEEP
from forums.models import Forum, SeatTerm
from forums.policies import can_manage_forum
from forums.services import end_term
from members.models import Affiliation


def _terms(actor: Any, end: MembershipEnd) -> Sequence[DepartureRow]:
    """Terms beyond the last day, held for the party or by whoever works there then, at forums that the actor reads."""
    beyond = Q(valid__endswith__isnull=True) | Q(valid__endswith__gt=end.last_day + timedelta(days=1))
    places = Affiliation.objects.on(end.last_day).filter(person=OuterRef("person"), party=end.party)
    theirs = Q(party=end.party) | Q(seat__party=end.party) | Q(party__isnull=True) & Q(Exists(places))
    rows = SeatTerm.objects.filter(beyond, theirs, seat__forum__in=Forum.objects.readable_by(actor))
    rows = rows.select_related("seat__forum__initiative", "seat__category", "seat__jurisdiction", "party", "person")
    return [_row(actor, term, end) for term in rows.order_by("pk")]


def _row(actor: Any, term: SeatTerm, end: MembershipEnd) -> DepartureRow:
    choices: list[tuple[str, str]] = []
    if can_manage_forum(actor, term.seat.forum) and (term.first_day is None or term.first_day <= end.last_day):
        choices = [(END, _("The seat is vacated")), (KEEP, _("Keeps the seat"))]
    return DepartureRow(
        term.pk,
        f"{term.person} · {term.seat.forum} · {term.seat}",
        str(term.get_role_display()),
        term.seat.get_absolute_url(),
        choices,
        KEEP,
    )


def _vacate(actor: Any, end: MembershipEnd, key: int, choice: str) -> None:
    term = SeatTerm.objects.select_related("seat__forum__initiative").get(pk=key)
    end_term(actor=actor, term=term, last=end.last_day)


MEMBERSHIP_EFFECT = MembershipEffect("seats", 40, gettext_lazy("Seats"), _terms, _vacate)
