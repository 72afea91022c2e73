"""Whether enough seats are there, by the rule of the terms of reference; pure: expected and live count alike."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forums.models import SeatTerm, TermsOfReference

Rule = TermsOfReference.QuorumRule


@dataclass(frozen=True, slots=True)
class FilledSeat:
    """A seat that somebody holds on the day; ``category`` names its constituency, empty where it has none."""

    key: int
    category: str = ""


@dataclass(frozen=True, slots=True)
class Quorum:
    """``is_met`` is None where no rule asks for one. ``sentence`` says what counts, what is there, and what lacks."""

    is_met: bool | None
    sentence: str
    there: int = 0
    needed: int = 0


def quorum_of(
    rule: str,
    filled: Collection[FilledSeat],
    there: Collection[int],
    *,
    co_chairs: Collection[int] = (),
    people: Collection[int] = (),
) -> Quorum:
    """``there`` are keys of seats represented, by holder or alternate: a seat counts once, whoever sits in it.

    ``co_chairs`` are the people who chair on that day, ``people`` those who are there.
    """
    present = {seat.key for seat in filled} & set(there)
    match rule:
        case Rule.HALF_PLUS_ONE:
            return _half_plus_one(filled, present)
        case Rule.HALF_PER_CATEGORY:
            return _half_per_category(filled, present)
        case Rule.BOTH_CO_CHAIRS:
            return _both_co_chairs(co_chairs, people, len(present))
    words = ngettext("%(count)d seat represented.", "%(count)d seats represented.", len(present))
    return Quorum(None, words % {"count": len(present)}, there=len(present))


def _half_plus_one(filled: Collection[FilledSeat], present: set[int]) -> Quorum:
    needed = len(filled) // 2 + 1
    words = {"there": len(present), "filled": len(filled), "needed": needed}
    if not filled:
        return Quorum(False, _("No seat is filled on that day."))
    is_met = len(present) >= needed
    sentence = (
        _("Quorum: %(there)d of %(filled)d filled seats, %(needed)d needed.")
        if is_met
        else _("No quorum yet: %(there)d of %(filled)d filled seats, %(needed)d needed.")
    )
    return Quorum(is_met, sentence % words, len(present), needed)


def _half_per_category(filled: Collection[FilledSeat], present: set[int]) -> Quorum:
    """Half of each category that has a filled seat, rounded up."""
    if not filled:
        return Quorum(False, _("No seat is filled on that day."))
    short, needed_in_all = [], 0
    for category in dict.fromkeys(seat.category for seat in filled):
        of_category = [seat.key for seat in filled if seat.category == category]
        needed = (len(of_category) + 1) // 2
        needed_in_all += needed
        there = len(present.intersection(of_category))
        if there < needed:
            words = {"category": category or _("without a category"), "there": there, "needed": needed}
            short.append(_("%(category)s: %(there)d of %(needed)d") % words)
    if short:
        sentence = _("No quorum yet: %(short)s.") % {"short": "; ".join(short)}
        return Quorum(False, sentence, len(present), needed_in_all)
    return Quorum(True, _("Quorum: at least half of each category is represented."), len(present), needed_in_all)


def _both_co_chairs(co_chairs: Collection[int], people: Collection[int], seats: int) -> Quorum:
    there = len(set(co_chairs) & set(people))
    if len(set(co_chairs)) < 2:
        return Quorum(False, _("No quorum: fewer than two people chair on that day."), there, 2)
    if there < 2:
        return Quorum(False, _("No quorum yet: %(there)d of 2 co-chairs.") % {"there": there}, there, 2)
    return Quorum(True, _("Quorum: both co-chairs are there."), there, 2)


VOTING = (SeatTerm.Role.HOLDER, SeatTerm.Role.FIRST_ALTERNATE, SeatTerm.Role.SECOND_ALTERNATE)
"""Roles in which somebody represents a seat."""


def chairing(terms: Iterable[SeatTerm]) -> list[int]:
    """The people who chair, of these terms."""
    chairs = (SeatTerm.Role.CHAIR, SeatTerm.Role.CO_CHAIR)
    return list(dict.fromkeys(term.person_id for term in terms if term.role in chairs))
