"""Who sits in a seat: appointed, changed, ended, followed by somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core import dates, editing
from c2m2a_crm.core.calendar_months import months_after
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.validity import first_day, last_day, today, valid_dates
from forums.models import Seat, SeatTerm, TermsOfReference
from forums.policies import can_manage_forum
from forums.services.errors import (
    BeyondTheLimit,
    DatesReversed,
    NotEligible,
    NothingToHandOver,
    OutsideTheSeat,
    PersonAlreadySeated,
    PersonIsArchived,
    SeatAlreadyHeld,
    refusals,
)
from forums.terms_of_reference.eligibility import verdict_on_term
from forums.terms_of_reference.lengths import terms_running
from members.models import Affiliation, Party, Person
from members.services.names import cleaned


def appoint(
    *,
    actor: User,
    seat: Seat,
    person: Person,
    role: str = SeatTerm.Role.HOLDER,
    first: date | None = None,
    last: date | None = None,
    party: Party | None = None,
    source: str = "",
    exception_reason: str = "",
    operation: Operation | None = None,
) -> SeatTerm:
    """Put somebody in a seat from ``first`` to ``last``, both included; None leaves that side open.

    Without ``party`` they speak for the seat's own party, else for their main affiliation on the first day; in a
    personal capacity for nobody. Raises :class:`SeatAlreadyHeld` (its sentence says by whom and until when),
    :class:`PersonAlreadySeated`, :class:`OutsideTheSeat`, :class:`DatesReversed`, :class:`PersonIsArchived`,
    :class:`NotEligible` with the rule in words, :class:`BeyondTheLimit` where it is one term running too many for a
    holder; ``exception_reason`` says why it is made all the same, and is kept with such a term alone.
    """
    require(can_manage_forum(actor, seat.forum))
    with recorded(actor, operation=operation), refusals():
        current = _locked(seat)
        return _appoint(current, person, role, first, last, party, source, exception_reason)


def hand_over(
    *,
    actor: User,
    seat: Seat,
    person: Person,
    first: date,
    role: str = SeatTerm.Role.HOLDER,
    last: date | None = None,
    party: Party | None = None,
    source: str = "",
    exception_reason: str = "",
    operation: Operation | None = None,
) -> SeatTerm:
    """Somebody new from ``first`` on, in one step: who has the role then leaves the day before.

    Raises :class:`NothingToHandOver` where nobody has it or that term begins on ``first``, and what :func:`appoint`
    raises.
    """
    require(can_manage_forum(actor, seat.forum))
    with recorded(actor, operation=operation), refusals():
        current = _locked(seat)
        leaving = (
            SeatTerm.objects.filter(seat=current, role=role, valid__contains=first).select_related("person").first()
        )
        if leaving is None:
            raise NothingToHandOver
        began = first_day(leaving.valid)
        if began is not None and began >= first:
            raise NothingToHandOver(
                _("%(name)s begins on that day. Choose a later one.") % {"name": leaving.person}, field="first"
            )
        leaving.valid = valid_dates(began, first - timedelta(days=1))
        leaving.version += 1
        leaving.save(update_fields=["valid", "version"])
        return _appoint(current, person, role, first, last, party, source, exception_reason)


def change_term(
    *, actor: User, term: SeatTerm, version: int, changes: Mapping[str, Any], operation: Operation | None = None
) -> SeatTerm:
    """Change role, dates (``first``, ``last``), party, source or ``exception_reason``; a longer term is a renewal.

    Raises :class:`c2m2a_crm.core.editing.EditConflict` and what :func:`appoint` raises.
    """
    require(can_manage_forum(actor, term.seat.forum))
    with recorded(actor, operation=operation), refusals():
        seat = _locked(term.seat)
        current = editing.lock(term)
        before = current.last_day
        wanted = cleaned(changes)
        if wanted.keys() & {"first", "last"}:
            wanted["valid"] = _within(
                seat, wanted.pop("first", first_day(current.valid)), wanted.pop("last", last_day(current.valid))
            )
        keep = editing.changes_to_keep(current, wanted, version=version)
        if not keep:
            return current
        for name, value in keep.items():
            setattr(current, name, value)
        if seat.capacity == Seat.Capacity.PERSONAL and current.party_id:
            current.party = None
            keep["party"] = None
        _check(seat, current)
        if keep.keys() & {"party", "role"}:
            _refuse_the_ineligible(seat, current)
        if keep.keys() & {"valid", "role", "exception_reason"}:
            _refuse_beyond_the_limit(seat, current, before=before)
            keep["exception_reason"] = current.exception_reason
        current.version += 1
        current.save(update_fields=[*keep, "version"])
    return current


def end_term(*, actor: User, term: SeatTerm, last: date, operation: Operation | None = None) -> SeatTerm:
    """The last day in the seat; the term stays in the forum's past. Raises :class:`DatesReversed`."""
    require(can_manage_forum(actor, term.seat.forum))
    with recorded(actor, operation=operation), refusals():
        seat = _locked(term.seat)
        current = editing.lock(term)
        current.valid = _within(seat, first_day(current.valid), last)
        _check(seat, current)
        current.version += 1
        current.save(update_fields=["valid", "version"])
    return current


def take_back_term(*, actor: User, term: SeatTerm, reason: str = "", operation: Operation | None = None) -> None:
    """Remove a term that was entered by mistake; history keeps it. One that was true is ended instead."""
    require(can_manage_forum(actor, term.seat.forum))
    with recorded(actor, reason=reason, operation=operation):
        editing.lock(term).delete()


def _locked(seat: Seat) -> Seat:
    """The seat, locked: all terms of one seat are written one after the other."""
    locked: Seat = Seat.objects.select_for_update(of=("self",)).select_related("party").get(pk=seat.pk)
    return locked


def _appoint(
    seat: Seat,
    person: Person,
    role: str,
    first: date | None,
    last: date | None,
    party: Party | None,
    source: str,
    exception_reason: str,
) -> SeatTerm:
    if person.is_archived:
        raise PersonIsArchived
    valid = _within(seat, first, last)
    is_personal = seat.capacity == Seat.Capacity.PERSONAL
    term = SeatTerm(
        seat=seat,
        person=person,
        role=role,
        party=None if is_personal else party or seat.party or _employer_on(person, first or today()),
        valid=valid,
        **cleaned({"source": source, "exception_reason": exception_reason}),
    )
    _check(seat, term)
    _refuse_the_ineligible(seat, term)
    _refuse_beyond_the_limit(seat, term, before=term.last_day)
    term.save(force_insert=True)
    return term


def _employer_on(person: Person, day: date) -> Party | None:
    place = (
        Affiliation.objects.on(day).filter(person=person).select_related("party").order_by("-is_primary", "-pk").first()
    )
    return place.party if place else None


def _check(seat: Seat, term: SeatTerm) -> None:
    """Asked before the write, so that the refusal can name names; the constraints have the last word."""
    term.clean_fields(exclude={"seat", "person", "party"})
    others = SeatTerm.objects.filter(seat=seat, valid__overlap=term.valid).exclude(pk=term.pk).select_related("person")
    for other in others.order_by("valid", "pk"):
        if other.role == term.role:
            raise SeatAlreadyHeld(_held_by(other))
        if other.person_id == term.person_id and {other.role, term.role} <= set(SeatTerm.SEATED):
            raise PersonAlreadySeated


def _rules_of(seat: Seat, term: SeatTerm) -> TermsOfReference | None:
    """The terms of reference in force on the term's first day, or today where that side is open."""
    found: TermsOfReference | None = (
        TermsOfReference.objects.filter(forum=seat.forum_id).on(first_day(term.valid) or today()).first()
    )
    return found


def _refuse_beyond_the_limit(seat: Seat, term: SeatTerm, *, before: date | None) -> None:
    """Holders sit for as many terms running as the rules allow; of others, and of exceptions, it keeps no reason.

    ``before`` is the last day that the term had: one that grows past the end of the last term allowed is refused, too.
    """
    rules = _rules_of(seat, term)
    allowed = rules.renewals_allowed + 1 if rules is not None and rules.renewals_allowed is not None else None
    if allowed is None or rules is None or term.role != SeatTerm.Role.HOLDER:
        term.exception_reason = ""
        return
    own = SeatTerm.objects.filter(seat=seat, person=term.person_id, role=term.role).exclude(pk=term.pk)
    running = terms_running([*own.filter(valid__fully_lt=term.valid), term])
    is_beyond = len(running) > allowed
    began, last = running[-1].first_day, term.last_day
    if not is_beyond and before is not None and (last is None or last > before) and began and rules.term_length_months:
        end = months_after(began, rules.term_length_months * allowed) - timedelta(days=1)
        is_beyond = last is None or last > end
    if not is_beyond:
        term.exception_reason = ""
    elif not term.exception_reason:
        raise BeyondTheLimit(_beyond_in_words(allowed))


def _beyond_in_words(allowed: int) -> str:
    return ngettext(
        "The terms of reference allow %(allowed)d term in a row. Say why an exception is made, or appoint somebody "
        "else.",
        "The terms of reference allow %(allowed)d terms in a row. Say why an exception is made, or appoint somebody "
        "else.",
        allowed,
    ) % {"allowed": allowed}


def _refuse_the_ineligible(seat: Seat, term: SeatTerm) -> None:
    """By the rules of its first day."""
    day = first_day(term.valid) or today()
    verdict = verdict_on_term(_rules_of(seat, term), seat, term.role, term.party or _employer_on(term.person, day))
    if verdict is not None and not verdict.is_eligible:
        raise NotEligible(verdict.reason)


def _held_by(term: SeatTerm) -> str:
    until = last_day(term.valid)
    words = {"name": term.person, "role": term.get_role_display(), "day": dates.short_date(until) if until else ""}
    if until:
        return (
            _("%(name)s has this role (%(role)s) on the seat until %(day)s. Choose other dates, or hand over.") % words
        )
    return _("%(name)s has this role (%(role)s) on the seat, with no last day. End that term, or hand over.") % words


def _within(seat: Seat, first: date | None, last: date | None) -> Any:
    """The days from ``first`` to ``last``; an open side reaches as far as the seat's."""
    seat_first, seat_last = first_day(seat.valid), last_day(seat.valid)
    first, last = first or seat_first, last or seat_last
    valid = valid_dates(first, last, refusal=DatesReversed)
    if first and seat_first and first < seat_first:
        raise OutsideTheSeat(_("The seat exists since %(day)s.") % {"day": dates.short_date(seat_first)}, field="first")
    if last and seat_last and last > seat_last:
        raise OutsideTheSeat(_("The seat exists until %(day)s.") % {"day": dates.short_date(seat_last)}, field="last")
    return valid
