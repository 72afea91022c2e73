"""Tiers, dues and clocks: what administrators set, each from a day on; the days before stay as they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.editing import apply, changes_to_keep, lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import first_day, last_day, valid_dates
from members.memberships import policies
from members.memberships.errors import ClockBegins, DatesReversed, MembershipRefused, RateBegins, refusals
from members.models import DuesRate, MembershipClock, MembershipTier, Party

Subject = MembershipClock.Subject
MOST_REMINDERS: Final = 8
LONGEST_REMINDER: Final = 366
_LONGEST: Final[Mapping[str, int]] = {Subject.GRACE: 366, Subject.CONSENT: 120}


# --- Tiers ----------------------------------------------------------------------------------------------------------


def add_tier(
    *,
    actor: User,
    name_en: str,
    name_fr: str,
    kinds: Sequence[str],
    first: date,
    last: date | None = None,
    about_en: str = "",
    about_fr: str = "",
    position: int = 0,
) -> MembershipTier:
    """A tier that is offered from ``first`` to ``last``. Raises :class:`MembershipRefused`."""
    require(policies.can_set_membership_rules(actor))
    valid = valid_dates(first, last, refusal=DatesReversed)
    tier = MembershipTier(valid=valid, position=position)
    for name, value in _checked(name_en=name_en, name_fr=name_fr, about_en=about_en, about_fr=about_fr).items():
        setattr(tier, name, value)
    tier.kinds = _checked_kinds(kinds)
    with recorded(actor):
        tier.full_clean()
        tier.save(force_insert=True)
    return tier


def update_tier(*, actor: User, tier: MembershipTier, version: int, changes: Mapping[str, Any]) -> MembershipTier:
    """Change names, descriptions, kinds, position or days (``first``, ``last``). Memberships of the tier stay.

    Raises :class:`c2m2a_crm.core.editing.EditConflict` and :class:`MembershipRefused`.
    """
    require(policies.can_set_membership_rules(actor))
    with recorded(actor):
        current = lock(tier)
        wanted = dict(changes)
        if "first" in wanted or "last" in wanted:
            first = wanted.pop("first", first_day(current.valid))
            last = wanted.pop("last", last_day(current.valid))
            wanted["valid"] = valid_dates(first, last, refusal=DatesReversed)
        if "kinds" in wanted:
            wanted["kinds"] = _checked_kinds(wanted["kinds"])
        texts = {name: value for name, value in wanted.items() if isinstance(value, str)}
        wanted |= _checked(**texts)
        apply(current, changes_to_keep(current, wanted, version=version))
    return current


def _checked(**texts: str) -> dict[str, str]:
    cleaned = {name: clean_line(text) for name, text in texts.items()}
    for name in ("name_en", "name_fr"):
        if name in cleaned and not cleaned[name]:
            raise MembershipRefused(_("A tier has a name in both languages."), field=name)
    return cleaned


def _checked_kinds(kinds: Sequence[str]) -> list[str]:
    chosen = [kind for kind in Party.Kind.values if kind in set(kinds)]
    if not chosen:
        raise MembershipRefused(_("Say to whom the tier is open."), field="kinds")
    return chosen


# --- Dues -----------------------------------------------------------------------------------------------------------


def set_dues(*, actor: User, tier: MembershipTier, amount: Decimal, first: date, source: str = "") -> DuesRate:
    """What the tier costs from ``first`` on, in Canadian dollars for a year.

    Raises :class:`RateBegins` where a rate begins on that day or later already.
    """
    require(policies.can_set_membership_rules(actor))
    if amount < 0:
        raise MembershipRefused(_("Dues cannot be less than nothing."), field="amount")
    with recorded(actor), refusals():
        lock(tier)
        end_before(DuesRate.objects.filter(tier=tier), first, RateBegins)
        rate = DuesRate(tier=tier, amount=amount, valid=valid_dates(first), source=clean_line(source)[:300])
        rate.full_clean()
        rate.save(force_insert=True)
    return rate


def dues_on(tier: MembershipTier, day: date) -> DuesRate | None:
    return DuesRate.objects.filter(tier=tier).on(day).first()


# --- Clocks ---------------------------------------------------------------------------------------------------------


def set_clock(
    *,
    actor: User,
    subject: str,
    numbers: Sequence[int],
    first: date,
    source_en: str = "",
    source_fr: str = "",
    is_confirmed: bool = False,
) -> MembershipClock:
    """Other days or months from ``first`` on. Raises :class:`ClockBegins`, :class:`MembershipRefused`."""
    require(policies.can_set_membership_rules(actor))
    kept = _checked_numbers(subject, numbers)
    with recorded(actor), refusals():
        end_before(MembershipClock.objects.filter(subject=subject), first, ClockBegins)
        clock = MembershipClock(
            subject=subject,
            numbers=kept,
            source_en=clean_line(source_en)[:300],
            source_fr=clean_line(source_fr)[:300],
            is_confirmed=is_confirmed,
            valid=valid_dates(first),
        )
        clock.save(force_insert=True)
    return clock


def _checked_numbers(subject: str, numbers: Sequence[int]) -> list[int]:
    if subject == Subject.REMINDERS:
        kept = sorted(set(numbers), reverse=True)
        if not 1 <= len(kept) <= MOST_REMINDERS or any(abs(number) > LONGEST_REMINDER for number in kept):
            text = _("Enter one to eight numbers of days, none beyond a year.")
            raise MembershipRefused(text, field="numbers")
        return kept
    if len(numbers) != 1 or not 0 <= numbers[0] <= _LONGEST[subject]:
        raise MembershipRefused(_("Enter one whole number that is not too large."), field="numbers")
    return list(numbers)


def clock_on(subject: str, day: date) -> MembershipClock | None:
    return MembershipClock.objects.filter(subject=subject).on(day).first()


def clocks_on(day: date) -> dict[str, MembershipClock]:
    return {clock.subject: clock for clock in MembershipClock.objects.on(day)}


def end_before(rows: QuerySet[Any, Any], first: date, begins: type[ActRefused]) -> None:
    """Rows of one subject, dated one after another: the open one ends on the eve of the next."""
    before = list(rows.select_for_update().order_by("pk"))
    if any(row.valid.lower is not None and row.valid.lower >= first for row in before):
        raise begins
    for row in before:
        if row.valid.upper is None or row.valid.upper > first:
            apply(row, {"valid": valid_dates(first_day(row.valid), first - timedelta(days=1))})
