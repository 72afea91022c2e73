"""The places at a table: categories of seats, and seats."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.bilingual import TextPair, localized
from c2m2a_crm.core.models import Versioned
from c2m2a_crm.core.validity import Dated
from forums.models.forums import Forum
from forums.querysets import CategoryQuerySet, SeatManager
from members.models import Jurisdiction, Party


class SeatCategory(Versioned):
    """A constituency of a forum (exploration, associations, environmental groups) and how many seats it has."""

    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="categories", verbose_name=_("forum"))
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    name_fr = models.CharField(_("name in French"), max_length=120, blank=True)
    seats_planned = models.PositiveSmallIntegerField(_("seats planned"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category of seats")
        verbose_name_plural = _("categories of seats")
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(name_en="") | ~Q(name_fr=""),
                name="seat_category_has_a_name",
                violation_error_message=_("Enter a name in at least one language."),
            ),
            # What a seat's composite key refers to: its category is one of its own forum.
            models.UniqueConstraint(fields=["id", "forum"], name="seat_category_of_one_forum"),
        ]

    def __str__(self) -> str:
        return self.name.text

    @property
    def name(self) -> TextPair:
        return localized(self, "name")


class Seat(Dated, Versioned):
    """A place at the table, whoever sits there. It belongs to an organization, a Nation, a jurisdiction or nobody.

    A vacancy is a seat that exists on a day without a holder on that day: nothing is stored for it.
    """

    class Capacity(models.TextChoices):
        REPRESENTATIVE = "representative", _("Representative")
        PERSONAL = "personal", _("Personal capacity")
        EX_OFFICIO = "ex_officio", _("Ex officio")

    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="seats", verbose_name=_("forum"))
    category = models.ForeignKey(
        SeatCategory, on_delete=models.PROTECT, null=True, blank=True, related_name="seats", verbose_name=_("category")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    title_fr = models.CharField(_("title in French"), max_length=200, blank=True)
    party = models.ForeignKey(
        Party,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="seats",
        verbose_name=_("organization or Nation"),
    )
    jurisdiction = models.ForeignKey(
        Jurisdiction,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="seats",
        verbose_name=_("government"),
    )
    capacity = models.CharField(_("capacity"), max_length=16, choices=Capacity, default=Capacity.REPRESENTATIVE)
    # At a table that others run: whoever sits there speaks for this office.
    is_ours = models.BooleanField(_("our seat"), default=False)
    valid = DateRangeField(_("valid"))

    objects = SeatManager()

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering: ClassVar = ["forum", F("category__position").asc(nulls_first=True), "number", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["forum", "category", "number"],
                name="seat_number_once",
                nulls_distinct=False,
                violation_error_message=_("Another seat of this category has this number."),
            ),
            models.CheckConstraint(
                condition=Q(party__isnull=True) | Q(jurisdiction__isnull=True),
                name="seat_belongs_to_one",
                violation_error_message=_("A seat belongs to an organization or to a government, not to both."),
            ),
            models.CheckConstraint(
                condition=Q(valid__isempty=False),
                name="seat_lasts_a_day",
                violation_error_message=_("The last day must not lie before the first."),
            ),
        ]

    def __str__(self) -> str:
        """What tells it apart inside its forum; the category and its number where it has no better name."""
        if self.category_id and not self.has_own_name:
            return gettext("%(category)s, seat %(number)d") % {"category": self.category, "number": self.number}
        return self.short_name

    @property
    def has_own_name(self) -> bool:
        return bool(self.title_en or self.title_fr or self.jurisdiction_id)

    @property
    def short_name(self) -> str:
        """Its name under the heading of its category."""
        if self.title_en or self.title_fr:
            return self.title.text
        return str(self.jurisdiction) if self.jurisdiction_id else gettext("Seat %(number)d") % {"number": self.number}

    @property
    def title(self) -> TextPair:
        return localized(self, "title")

    @property
    def belongs_to(self) -> Party | Jurisdiction | None:
        return self.party or self.jurisdiction

    def get_absolute_url(self) -> str:
        return reverse("forums:seat", args=[self.forum_id, self.pk])
