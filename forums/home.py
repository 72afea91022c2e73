"""What forums put on the home page: vacant seats and ending terms of the forums that we run, each opening its list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import dates
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.querysets import counted
from c2m2a_crm.core.validity import today
from forums import policies
from forums.models import Seat, SeatTerm

SHOWN = 5
ENDING_DAYS = 90


def _ours(actor: Any) -> QuerySet[Any, Any]:
    """The seats of today in forums that we run."""
    rows = Seat.objects.readable_by(actor).active().current()
    return rows.filter(forum__is_run_by_us=True)  # type: ignore[no-any-return]  # a manager made of a queryset


def _list_url(state: str) -> str:
    return f"{reverse('forums:seats')}?{urlencode({'ours': 'yes', 'state': state})}"


def _numbers(actor: Any, keys: Any) -> QuerySet[User, dict[str, int]]:
    ours: Any = _ours(actor)
    return User.objects.filter(pk=actor.pk).values(
        seats=counted(ours),
        vacant=counted(ours.vacant_on(today())),
        ending=counted(ours.ending_within(ENDING_DAYS)),
    )


_NUMBERS = Statement(_numbers)


def figures(actor: Any) -> Sequence[dict[str, Any]]:
    """One statement; nothing where we run no forum with seats."""
    if not policies.can_see_forums(actor):
        return []
    (found,) = _NUMBERS(actor)
    if not found["seats"]:
        return []
    return [
        {
            "label": _("Vacant seats"),
            "value": dates.number(found["vacant"]),
            "url": _list_url("vacant"),
            "note": _("of %(total)s in forums that we run") % {"total": dates.number(found["seats"])},
        },
        {
            "label": _("Terms ending"),
            "value": dates.number(found["ending"]),
            "url": _list_url(f"ending-{ENDING_DAYS}"),
            "note": _("within 90 days"),
        },
    ]


def terms_ending(actor: Any) -> dict[str, Any] | None:
    """For whoever fills seats: whose term ends first; no card where none does."""
    if not policies.can_manage_forums(actor):
        return None
    day = today()
    ending = _ours(actor).ending_within(ENDING_DAYS).values("pk")  # type: ignore[attr-defined]  # SeatQuerySet
    terms = SeatTerm.objects.on(day).holders().filter(seat__in=ending).for_list().order_by("valid__endswith", "pk")
    rows: list[tuple[Seat, SeatTerm, date | None]] = [(term.seat, term, term.last_day) for term in terms[:SHOWN]]
    return {"rows": rows, "all_url": _list_url(f"ending-{ENDING_DAYS}")} if rows else None
