"""Reading memberships."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Case, Value, When

from c2m2a_crm.core.querysets import HouseQuerySet
from c2m2a_crm.core.validity import today
from members.memberships import status as statuses
from members.memberships.status import HELD, IN_GOOD_STANDING, Status

if TYPE_CHECKING:
    from members.models import (  # noqa: F401  named in the strings below
        DuesRate,
        Membership,
        MembershipClock,
        MembershipDecision,
        MembershipTier,
    )


class MembershipTierQuerySet(HouseQuerySet["MembershipTier"]):
    def offered_on(self, day: date) -> Self:
        return self.filter(valid__contains=day)

    def for_kind(self, kind: str) -> Self:
        return self.filter(kinds__contains=[kind])

    def for_list(self) -> Self:
        return self.prefetch_related("rates")


class DuesRateQuerySet(HouseQuerySet["DuesRate"]):
    def on(self, day: date) -> Self:
        return self.filter(valid__contains=day)


class MembershipClockQuerySet(HouseQuerySet["MembershipClock"]):
    def on(self, day: date) -> Self:
        return self.filter(valid__contains=day)


class MembershipQuerySet(HouseQuerySet["Membership"]):
    def with_status(self, on: date | None = None) -> Any:  # rows with columns that the model does not declare
        """Adds ``status``, ``lapse_on`` (the first day after the grace) and ``over_since``, as of that day.

        True on that day, as known now.
        """
        day = on or today()
        return (
            self.annotate(
                lapse_on=statuses.lapse_day(),
                ruling=statuses.last_ruling(day),
                ruling_on=statuses.ruled_on(day),
            )
            .annotate(status=statuses.status_on(day))
            .annotate(over_since=statuses.over_since(day))
        )

    def in_good_standing(self, on: date | None = None) -> Self:
        """Those whose holders count as members on that day."""
        rows: Self = self.with_status(on).filter(status__in=IN_GOOD_STANDING)
        return rows

    def foremost_first(self) -> Self:
        """Of several memberships of a party the one that says what it is: a running one, then an application, then the
        latest. Needs ``with_status``.
        """
        rank = Case(
            When(status__in=HELD, then=Value(0)), When(status=Status.APPLICANT, then=Value(1)), default=Value(2)
        )
        return self.order_by(rank, "-term__startswith", "-pk")

    def for_list(self) -> Self:
        rows: Self = self.select_related("party", "tier").with_status()
        return rows


class MembershipDecisionQuerySet(HouseQuerySet["MembershipDecision"]):
    def for_list(self) -> Self:
        return self.select_related("recorded_by")
