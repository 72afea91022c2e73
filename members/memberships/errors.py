"""What the rules of membership refuse, as sentences."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.refusals import ActRefused, refusals_of_the_database


class MembershipRefused(ActRefused):
    """A rule of membership forbids the act; ``str()`` says why."""


class EndsBeforeItStarts(MembershipRefused):
    sentence = _("A membership cannot end before it starts.")
    field = "last"


class DatesReversed(MembershipRefused):
    sentence = _("The last day must not lie before the first.")
    field = "last"


class MembershipHeld(MembershipRefused):
    sentence = _("There is already a membership in those days.")
    field = "first"


class RateBegins(MembershipRefused):
    sentence = _("A rate begins on that day or later already.")
    field = "first"


class ClockBegins(MembershipRefused):
    sentence = _("A rule begins on that day or later already.")
    field = "first"


refusals = partial(
    refusals_of_the_database,
    {
        "one_membership_at_a_time": MembershipHeld,
        "membership_lasts_a_day": EndsBeforeItStarts,
        "membership_decision_has_a_first_day": DatesReversed,
        "one_rate_of_dues_at_a_time": RateBegins,
        "one_membership_clock_at_a_time": ClockBegins,
    },
)
