"""What may be done to a membership. Each act is a decision that stays, with its day, who took it, and why.

An act that the status of the day forbids is refused with a sentence; the status itself is never written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.editing import lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import first_day, last_day, today, valid_dates
from members.memberships import ending, policies
from members.memberships.errors import DatesReversed, EndsBeforeItStarts, MembershipHeld, MembershipRefused, refusals
from members.memberships.status import HELD, Status
from members.models import Membership, MembershipDecision, MembershipTier, Party, Person

Kind = MembershipDecision.Kind
ENDINGS: Final = (Kind.RESIGNED, Kind.EXPELLED, Kind.LAPSED)
_WITHOUT_REASON: Final = frozenset({Kind.ADMITTED, Kind.RENEWED})


@dataclass(frozen=True, slots=True)
class Ruling:
    """Who decided, on which day, and why: a board, a general meeting, the member itself."""

    decided_by: str
    decided_on: date
    reason: str = ""


def admit(
    *,
    actor: User,
    party: Party,
    tier: MembershipTier,
    first: date,
    last: date | None,
    ruling: Ruling,
    applied_on: date | None = None,
    contact: Person | None = None,
) -> Membership:
    """Make a party a member from ``first`` to ``last``, both included; None is a term without end.

    Raises :class:`EndsBeforeItStarts`, :class:`MembershipHeld`, and :class:`MembershipRefused` for the rest.
    """
    require(policies.can_keep_memberships(actor))
    term = valid_dates(first, last, refusal=EndsBeforeItStarts)
    if party.is_archived:
        raise MembershipRefused(_("This record is archived. Restore it before you change it."), field="party")
    _refuse_tier(tier, party, first)
    if applied_on is not None and applied_on > ruling.decided_on:
        raise MembershipRefused(_("The application cannot come after the decision."), field="applied_on")
    if contact is not None and contact.anonymised_on is not None:
        raise MembershipRefused(_("This person was made anonymous. Nothing can be added or changed."), field="contact")
    with recorded(actor, reason=clean_line(ruling.reason)), refusals():
        lock(party)
        if Membership.objects.filter(party=party, term__overlap=term).exists():
            raise MembershipHeld
        before = Membership.objects.with_status(first).filter(party=party, term__endswith__lte=first)
        if before.filter(status__in=HELD).exists():
            raise MembershipRefused(_("The membership before still goes on that day. Renew it instead."), field="first")
        membership = Membership(party=party, tier=tier, term=term, applied_on=applied_on, contact=contact)
        membership.save(force_insert=True)
        _decide(actor, membership, Kind.ADMITTED, ruling, first, last)
    return membership


def renew(
    *, actor: User, membership: Membership, last: date | None, ruling: Ruling, tier: MembershipTier | None = None
) -> Membership:
    """Lengthen the term to ``last``, from the day after its end; in another tier where one is given.

    A membership that lapsed or ended is not renewed: the member is admitted anew.
    """
    require(policies.can_keep_memberships(actor))
    with recorded(actor, reason=clean_line(ruling.reason)), refusals():
        current = _held(membership, ruling, _("It has lapsed or ended. Admit the member anew."))
        end = last_day(current.term)
        if end is None:
            raise MembershipRefused(_("This term has no end: there is nothing to renew."))
        first = end + timedelta(days=1)
        term = valid_dates(first_day(current.term), last, refusal=EndsBeforeItStarts)
        if last is not None and last < first:
            raise MembershipRefused(_("The new last day must lie after the present one."), field="last")
        if tier is not None and tier.pk != current.tier_id:
            _refuse_tier(tier, current.party, first)
            current.tier = tier
        if Membership.objects.filter(party_id=current.party_id, term__overlap=term).exclude(pk=current.pk).exists():
            raise MembershipHeld(field="last")
        current.term = term
        _save(current, "term", "tier")
        _decide(actor, current, Kind.RENEWED, ruling, first, last)
    return current


def suspend(
    *, actor: User, membership: Membership, first: date, last: date | None, ruling: Ruling
) -> MembershipDecision:
    """The member has no rights from ``first`` to ``last``; without a last day until it is reinstated."""
    require(policies.can_keep_memberships(actor))
    with recorded(actor, reason=clean_line(ruling.reason)), refusals():
        current = _held(membership, ruling, _("Only a membership that goes on can be suspended."))
        return _decide(actor, current, Kind.SUSPENDED, ruling, first, last)


def waive(*, actor: User, membership: Membership, first: date, last: date, ruling: Ruling) -> MembershipDecision:
    """Dues are waived: the member counts as one on these days, though the term is over."""
    require(policies.can_keep_memberships(actor))
    with recorded(actor, reason=clean_line(ruling.reason)), refusals():
        current = _held(membership, ruling, _("Only a membership that goes on can have its dues waived."))
        return _decide(actor, current, Kind.WAIVED, ruling, first, last)


def end(
    *,
    actor: User,
    membership: Membership,
    kind: str,
    last: date,
    ruling: Ruling,
    choices: Mapping[str, str] | None = None,
) -> Membership:
    """The member resigned or was expelled, or the board let the membership lapse; ``last`` is its last day.

    The term is shortened to it, so that somebody who comes back can be admitted for the days after. ``choices`` say
    what becomes of what its people hold (:func:`members.memberships.ending.see_to`); without one all of it stays.
    """
    require(policies.can_keep_memberships(actor))
    if kind not in ENDINGS:
        raise ValueError(f"“{kind}” ends no membership.")
    with recorded(actor, reason=clean_line(ruling.reason)), refusals():
        current = _held(membership, ruling, _("It has lapsed or ended already."), also=(Status.APPLICANT, Status.NONE))
        began, was_last = first_day(current.term), last_day(current.term)
        if began is not None and last < began:
            raise EndsBeforeItStarts
        if was_last is None or last < was_last:
            current.term = valid_dates(began, last)
            _save(current, "term")
        _decide(actor, current, kind, ruling, last + timedelta(days=1), None)
        if choices:
            ending.see_to(actor=actor, membership=current, last_day=last, choices=choices)
    return current


def reinstate(*, actor: User, membership: Membership, first: date, ruling: Ruling) -> Membership:
    """Take an end or a suspension back from ``first`` on; the term is again the one that was given last."""
    require(policies.can_keep_memberships(actor))
    with recorded(actor, reason=clean_line(ruling.reason)), refusals():
        current = _locked(membership)
        then = Membership.objects.with_status(first).get(pk=current.pk)
        if then.status != Status.SUSPENDED and then.ruling not in ENDINGS:
            raise MembershipRefused(_("On that day it is neither suspended nor ended."), field="first")
        given = current.decisions.filter(kind__in=(Kind.ADMITTED, Kind.RENEWED)).order_by("-days__endswith", "-pk")
        last_given = given.first()
        if last_given is not None:
            term = valid_dates(first_day(current.term), last_day(last_given.days))
            others = Membership.objects.filter(party_id=current.party_id, term__overlap=term).exclude(pk=current.pk)
            if others.exists():
                raise MembershipHeld
            if term != current.term:
                current.term = term
                _save(current, "term")
        _decide(actor, current, Kind.REINSTATED, ruling, first, None)
    return current


def set_contact(*, actor: User, membership: Membership, contact: Person | None) -> Membership:
    """Whom mail about the membership goes to; without one it goes to the party's own addresses."""
    require(policies.can_keep_memberships(actor))
    if contact is not None and contact.anonymised_on is not None:
        raise MembershipRefused(_("This person was made anonymous. Nothing can be added or changed."), field="contact")
    with recorded(actor):
        current = _locked(membership)
        if current.contact_id != (contact.pk if contact else None):
            current.contact = contact
            _save(current, "contact")
    return current


def _refuse_tier(tier: MembershipTier, party: Party, first: date) -> None:
    if party.kind not in tier.kinds:
        text = _("The tier “%(tier)s” is not open to this kind: %(kind)s.")
        raise MembershipRefused(text % {"tier": tier, "kind": party.get_kind_display()}, field="tier")
    if not MembershipTier.objects.offered_on(first).filter(pk=tier.pk).exists():
        raise MembershipRefused(_("This tier is not offered on the first day of the term."), field="tier")


def _locked(membership: Membership) -> Membership:
    rows = Membership.objects.select_for_update(of=("self",)).select_related("party", "tier")
    return rows.get(pk=membership.pk)


def _held(membership: Membership, ruling: Ruling, otherwise: Promise, *, also: tuple[str, ...] = ()) -> Membership:
    """The membership as it is now, locked, where it went on when the decision was taken and nothing has ended it since.

    Raises :class:`MembershipRefused` with ``otherwise``.
    """
    current = _locked(membership)
    then = Membership.objects.with_status(ruling.decided_on).get(pk=current.pk)
    now = Membership.objects.with_status().get(pk=current.pk)
    if then.status not in (*HELD, *also) or now.ruling in ENDINGS:
        raise MembershipRefused(otherwise)
    return current


def _save(membership: Membership, *fields: str) -> None:
    membership.version += 1
    membership.save(update_fields=[*fields, "version"])


def _decide(
    actor: User, membership: Membership, kind: str, ruling: Ruling, first: date, last: date | None
) -> MembershipDecision:
    reason, decided_by = clean_line(ruling.reason), clean_line(ruling.decided_by)[:200]
    if not reason and kind not in _WITHOUT_REASON:
        raise MembershipRefused(_("Say why."), field="reason")
    if not decided_by:
        raise MembershipRefused(_("Say who decided."), field="decided_by")
    if ruling.decided_on > today():
        raise MembershipRefused(_("A decision cannot lie in the future."), field="decided_on")
    decision = MembershipDecision(
        membership=membership,
        kind=kind,
        days=valid_dates(first, last, refusal=DatesReversed),
        decided_on=ruling.decided_on,
        decided_by=decided_by,
        reason=reason,
        recorded_by=actor,
    )
    decision.save(force_insert=True)
    return decision
