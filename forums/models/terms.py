"""Who held a seat, in which role, on which days."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from c2m2a_crm.core.models import Versioned
from c2m2a_crm.core.validity import Dated
from forums.models.seats import Seat
from forums.querysets import TermQuerySet
from members.models import Party, Person


class SeatTerm(Dated, Versioned):
    """Somebody in a seat, in one role, over some days. ``party`` is whom they speak for; empty in personal capacity.

    The title and the employer are not kept here: they follow from the person's affiliations on the day asked about.
    ``exception_reason`` says why somebody sits for more terms running than the terms of reference allow.
    """

    class Role(models.TextChoices):
        HOLDER = "holder", _("Holder")
        FIRST_ALTERNATE = "first_alternate", _("First alternate")
        SECOND_ALTERNATE = "second_alternate", _("Second alternate")
        CHAIR = "chair", pgettext_lazy("role at a forum", "Chair")
        CO_CHAIR = "co_chair", _("Co-chair")
        OBSERVER = "observer", _("Observer")

    # Who chairs may hold a seat at the same time; nobody is holder and alternate of one seat.
    SEATED: ClassVar = (Role.HOLDER, Role.FIRST_ALTERNATE, Role.SECOND_ALTERNATE, Role.OBSERVER)

    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="terms", verbose_name=_("seat"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="seat_terms", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.HOLDER)
    party = models.ForeignKey(
        Party,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="seat_terms",
        verbose_name=_("speaks for"),
    )
    valid = DateRangeField(_("valid"))
    source = models.CharField(_("source"), max_length=250, blank=True)
    exception_reason = models.CharField(_("why beyond the limit of terms"), max_length=500, blank=True)

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("term in a seat")
        verbose_name_plural = _("terms in a seat")
        ordering: ClassVar = [F("valid").desc(), "-pk"]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_current_holder_per_seat",
                expressions=[
                    ("seat", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Somebody already has this role on the seat in those dates."),
                violation_error_code="seat_held",
            ),
            ExclusionConstraint(
                name="person_once_on_a_seat",
                expressions=[
                    ("seat", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=Q(role__in=["holder", "first_alternate", "second_alternate", "observer"]),
                violation_error_message=_("This person already sits there in another role in those dates."),
                violation_error_code="person_seated",
            ),
            models.CheckConstraint(
                condition=Q(valid__isempty=False),
                name="seat_term_lasts_a_day",
                violation_error_message=_("The last day must not lie before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_role_display()}"
