"""What a membership is on a day: a function of its term, of what was decided, and of the grace in force.

Nothing of it is stored and no clock repairs it. ``status_on`` says it to the database; the order of its cases is the
rule, and a test compares it with an account of the same rule that knows nothing of the database.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.db import models
from django.db.models import Case, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from members.memberships.querysets import MembershipDecisionQuerySet


class Status(models.TextChoices):
    NONE = "none", pgettext_lazy("state of a membership", "Not begun")
    APPLICANT = "applicant", pgettext_lazy("state of a membership", "Applicant")
    ACTIVE = "active", pgettext_lazy("state of a membership", "Member")
    GRACE = "grace", pgettext_lazy("state of a membership", "In grace")
    SUSPENDED = "suspended", pgettext_lazy("state of a membership", "Suspended")
    LAPSED = "lapsed", pgettext_lazy("state of a membership", "Lapsed")
    ENDED = "ended", pgettext_lazy("state of a membership", "Ended")


# Who counts as a member: the others applied, are suspended, or were members once.
IN_GOOD_STANDING: Final = (Status.ACTIVE, Status.GRACE)
# Where a membership goes on.
HELD: Final = (*IN_GOOD_STANDING, Status.SUSPENDED)
TONES: Final[dict[str, str]] = {
    Status.NONE: "",
    Status.APPLICANT: "info",
    Status.ACTIVE: "ok",
    Status.GRACE: "warn",
    Status.SUSPENDED: "warn",
    Status.LAPSED: "bad",
    Status.ENDED: "line",
}
_ENDINGS: Final = ("resigned", "expelled", "lapsed")


def label_of(status: str) -> str | Promise:
    return Status(status).label


def _decisions() -> MembershipDecisionQuerySet:
    from members.models import MembershipDecision  # models import this module

    return MembershipDecision.objects.filter(membership=OuterRef("pk"))


def _grace_days() -> Coalesce:
    """Of the day after the term: who fell out of it once is not brought back by a later change."""
    from members.models import MembershipClock  # as above

    clocks = MembershipClock.objects.filter(subject="grace", valid__contains=OuterRef("term__endswith"))
    return Coalesce(Subquery(clocks.values("numbers__0")[:1]), Value(0), output_field=models.IntegerField())


def lapse_day() -> ExpressionWrapper[Any]:
    """The first day after the grace of a term; null where the term has no end."""
    return ExpressionWrapper(F("term__endswith") + _grace_days(), output_field=models.DateField())


def waived_until(day: date) -> Subquery:
    """The day after the last waiver that began by then."""
    waivers = _decisions().filter(kind="waived", days__startswith__lte=day).order_by("-days__endswith", "-pk")
    return Subquery(waivers.values("days__endswith")[:1])


def last_ruling(day: date) -> Subquery:
    """The last end, or the taking back of one, that counts on that day."""
    rulings = _decisions().filter(kind__in=(*_ENDINGS, "reinstated"), days__startswith__lte=day)
    return Subquery(rulings.order_by("-days__startswith", "-pk").values("kind")[:1])


def ruled_on(day: date) -> Subquery:
    """The first day of that ruling."""
    rulings = _decisions().filter(kind__in=(*_ENDINGS, "reinstated"), days__startswith__lte=day)
    return Subquery(rulings.order_by("-days__startswith", "-pk").values("days__startswith")[:1])


def _is_suspended(day: date) -> Exists:
    """A suspension covers the day, and nothing took it back since it began."""
    from members.models import MembershipDecision  # as above

    taken_back = MembershipDecision.objects.filter(
        membership=OuterRef("membership"),
        kind="reinstated",
        days__startswith__gte=OuterRef("days__startswith"),
        days__startswith__lte=day,
    )
    return Exists(_decisions().filter(~Exists(taken_back), kind="suspended", days__contains=day))


def status_on(day: date) -> Case:
    """The status of each membership on that day, as known now. It reads the annotations ``ruling`` and ``lapse_on``."""
    admitted = Exists(_decisions().filter(kind="admitted", days__startswith__lte=day))
    waived = Exists(_decisions().filter(kind="waived", days__contains=day))
    runs = Q(term__contains=day) | Q(waived) | Q(lapse_on__gt=day)
    return Case(
        When(ruling__in=("resigned", "expelled"), then=Value(Status.ENDED)),
        When(ruling="lapsed", then=Value(Status.LAPSED)),
        When(~Q(admitted) | Q(term__startswith__gt=day), then=_before_admission(day)),
        When(runs & Q(_is_suspended(day)), then=Value(Status.SUSPENDED)),
        When(Q(term__contains=day) | Q(waived), then=Value(Status.ACTIVE)),
        When(lapse_on__gt=day, then=Value(Status.GRACE)),
        default=Value(Status.LAPSED),
        output_field=models.CharField(),
    )


def _before_admission(day: date) -> Case:
    return Case(
        When(applied_on__lte=day, then=Value(Status.APPLICANT)),
        default=Value(Status.NONE),
        output_field=models.CharField(),
    )


def over_since(day: date) -> Case:
    """The first day on which the membership was over, as of ``day``; null while it goes on.

    Reads ``status``, ``ruling_on`` and ``lapse_on``. From it runs the consent that the law implies.
    """
    return Case(
        When(status__in=(Status.ENDED, Status.LAPSED), ruling__in=_ENDINGS, then=F("ruling_on")),
        When(status=Status.LAPSED, then=Greatest(F("lapse_on"), waived_until(day))),
        default=None,
        output_field=models.DateField(),
    )
