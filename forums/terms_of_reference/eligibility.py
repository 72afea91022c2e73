"""Who may sit at a table by its terms of reference, with the reason in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from forums.models import Seat, SeatTerm, TermsOfReference
from members.models import Party

RULED: tuple[str, ...] = (
    SeatTerm.Role.HOLDER.value,
    SeatTerm.Role.FIRST_ALTERNATE.value,
    SeatTerm.Role.SECOND_ALTERNATE.value,
)
"""Roles that the rule is about: whoever chairs or observes does not sit for a constituency."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the rule admits them, and the sentence that says why."""

    is_eligible: bool
    reason: str


def verdict_on(terms: TermsOfReference | None, kind: str, *, is_government: bool = False) -> Verdict:
    """What the terms of reference say to a party of this kind; an empty ``kind`` is somebody who speaks for nobody.

    ``is_government`` says that the seat or the employer is a government's, whatever the kind.
    """
    if terms is None:
        return Verdict(True, _("No terms of reference are in force on that day: they rule nobody out."))
    if terms.is_non_governmental_only and (is_government or kind == Party.Kind.GOVERNMENT):
        return Verdict(
            False,
            _("This forum is open to non-governmental members only (terms of reference, version %(number)d).")
            % {"number": terms.number},
        )
    if not kind:
        return Verdict(True, _("In a personal capacity nobody is spoken for: the kinds admitted do not count."))
    words = {"kind": Party.Kind(kind).label, "number": terms.number, "kinds": kinds_in_words(terms)}
    if terms.kinds and kind not in terms.kinds:
        return Verdict(
            False,
            _("%(kind)s is not among the kinds admitted: %(kinds)s (terms of reference, version %(number)d).") % words,
        )
    return Verdict(True, _("%(kind)s is among the kinds admitted (terms of reference, version %(number)d).") % words)


def verdict_on_term(terms: TermsOfReference | None, seat: Seat, role: str, party: Party | None) -> Verdict | None:
    """The same of somebody who is to sit, for ``party`` or, in a personal capacity, employed by it.

    None where the rule is not about them: chairs, observers and ex officio seats.
    """
    if role not in RULED or seat.capacity == Seat.Capacity.EX_OFFICIO:
        return None
    is_personal = seat.capacity == Seat.Capacity.PERSONAL
    is_government = seat.jurisdiction_id is not None or bool(party and party.kind == Party.Kind.GOVERNMENT)
    kind = party.kind if party is not None and not is_personal else ""
    return verdict_on(terms, kind, is_government=is_government)


def kinds_in_words(terms: TermsOfReference) -> str:
    return ", ".join(str(label) for kind, label in Party.Kind.choices if kind in terms.kinds) or _("every kind")


def rule_in_words(terms: TermsOfReference | None) -> str:
    """Who may sit, as one sentence; empty where nothing is ruled."""
    if terms is None or not (terms.kinds or terms.is_non_governmental_only):
        return ""
    words = {"kinds": kinds_in_words(terms), "number": terms.number}
    if terms.is_non_governmental_only:
        return _("Open to non-governmental members only: %(kinds)s (terms of reference, version %(number)d).") % words
    return _("Open to: %(kinds)s (terms of reference, version %(number)d).") % words
