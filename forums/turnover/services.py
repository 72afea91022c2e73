"""What is done about a term that ends, each as one operation that can be undone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.operations.acting import NAMING, operating
from c2m2a_crm.core.sentences import Sentence
from c2m2a_crm.core.validity import today
from forums.models import SeatTerm
from forums.policies import can_manage_forum
from forums.selectors import terms_of_reference_on
from forums.services import ForumError, NothingToHandOver, SeatAlreadyHeld, appoint, close_seat, end_term
from forums.terms_of_reference.lengths import end_of_term

KIND: Final = "seat_turnover"


class NoLastDay(ForumError):
    """A term without a last day does not end, so nothing follows it."""

    sentence = gettext_lazy("This term has no last day. End it first.")
    field = "last"


class TermIsOver(ForumError):
    sentence = gettext_lazy("This term is over already.")


def renew_term(*, actor: User, term: SeatTerm, last: date | None = None, exception_reason: str = "") -> Operation:
    """The same person, role and party from the day after the last one, to ``last``; by default as long as agreed.

    Where the terms of reference settle no length, it is as long as the term before. One term more than they allow in a
    row needs a reason. Raises :class:`NoLastDay`, :class:`TermIsOver` and what :func:`forums.services.appoint` raises.
    """
    first = _follows(actor, term)
    summary = Sentence(gettext_noop("Renewed: %(name)s, %(seat)s"), _names(term))
    with operating(actor, kind=KIND, summary=summary, details=NAMING) as operation:
        _refuse_a_successor(term)
        appoint(
            actor=actor,
            seat=term.seat,
            person=term.person,
            role=term.role,
            first=first,
            last=last or end_of_renewal(term, first),
            party=term.party,
            source=_("Renewed."),
            exception_reason=exception_reason,
            operation=operation,
        )
    return operation


def rotate_term(*, actor: User, term: SeatTerm) -> Operation:
    """The first alternate holds the seat from the day after; a second alternate moves up.

    Raises :class:`NothingToHandOver` where the seat has no first alternate, and what :func:`renew_term` raises.
    """
    first = _follows(actor, term)
    others = SeatTerm.objects.filter(seat=term.seat).on(first - timedelta(days=1))
    alternates = {each.role: each for each in others.select_related("person", "party")}
    heir = alternates.get(SeatTerm.Role.FIRST_ALTERNATE)
    for each in alternates.values():
        each.seat = term.seat
    if term.role != SeatTerm.Role.HOLDER or heir is None:
        raise NothingToHandOver(_("The seat has no first alternate on the last day of this term. Appoint one first."))
    names = {**_names(term), "heir": str(heir.person)}
    summary = Sentence(gettext_noop("Rotated: %(heir)s follows %(name)s, %(seat)s"), names)
    with operating(actor, kind=KIND, summary=summary, details=NAMING) as operation:
        _refuse_a_successor(term)
        until = first - timedelta(days=1)
        _move(actor, heir, SeatTerm.Role.HOLDER, until, end_of_renewal(term, first), operation)
        second = alternates.get(SeatTerm.Role.SECOND_ALTERNATE)
        if second is not None:
            _move(actor, second, SeatTerm.Role.FIRST_ALTERNATE, until, second.last_day, operation)
    return operation


def retire_term(*, actor: User, term: SeatTerm) -> Operation:
    """Nobody follows: the seat is there no longer after the last day of the term, and its alternates leave with it."""
    first = _follows(actor, term)
    summary = Sentence(gettext_noop("Retired: %(seat)s, after %(name)s"), _names(term))
    with operating(actor, kind=KIND, summary=summary, details=NAMING) as operation:
        close_seat(actor=actor, seat=term.seat, last=first - timedelta(days=1), operation=operation)
    return operation


def _follows(actor: User, term: SeatTerm) -> date:
    """The day after the last one of the term."""
    require(can_manage_forum(actor, term.seat.forum))
    last = term.last_day
    if last is None:
        raise NoLastDay
    if last < today():
        raise TermIsOver
    return last + timedelta(days=1)


def end_of_renewal(term: SeatTerm, first: date) -> date | None:
    """As long as agreed, else as long as the term before; never beyond the days of the seat."""
    agreed = end_of_term(terms_of_reference_on(term.seat.forum, first), first)
    before = term.first_day
    if agreed is None and before is not None:
        agreed = first + (first - before) - timedelta(days=1)
    seat_end = term.seat.last_day
    return min(agreed, seat_end) if agreed and seat_end else agreed or seat_end


def _refuse_a_successor(term: SeatTerm) -> None:
    """Somebody was appointed to follow; asked here, so that the refusal names them."""
    later = SeatTerm.objects.filter(seat=term.seat, role=term.role, valid__startswith__gte=term.valid.upper)
    follows = later.select_related("person").order_by("valid").first()
    if follows is not None:
        raise SeatAlreadyHeld(_("%(name)s follows in this role already.") % {"name": follows.person})


def _move(actor: User, term: SeatTerm, role: str, until: date, last: date | None, operation: Operation) -> None:
    """End the term in one role and begin it in another on the day after."""
    end_term(actor=actor, term=term, last=until, operation=operation)
    appoint(
        actor=actor,
        seat=term.seat,
        person=term.person,
        role=role,
        first=until + timedelta(days=1),
        last=last,
        party=term.party,
        source=_("Rotated."),
        operation=operation,
    )


def _names(term: SeatTerm) -> dict[str, Any]:
    return {"name": str(term.person), "seat": str(term.seat)}
