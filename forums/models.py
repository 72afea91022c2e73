"""Where we meet: forums as institutions, their seats, and who held them when."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.bilingual import TextPair, localized, reader_language
from c2m2a_crm.core.models import Versioned
from c2m2a_crm.core.validity import first_day, last_day
from c2m2a_crm.engagement.models import Initiative
from forums.querysets import CategoryQuerySet, ForumManager, SeatManager, TermQuerySet
from members.models import Jurisdiction, Party, Person


class Forum(Versioned):
    """A table at which people meet over years. It *is* an initiative: name, lead, team and circle are kept there.

    A composite key of the database (``forums/migrations``) refuses a forum on an initiative of another kind, and an
    initiative that has a forum cannot change its kind.
    """

    class Kind(models.TextChoices):
        INDUSTRY = "industry", _("Government–industry forum")
        FPT = "fpt", _("Federal-provincial-territorial table")
        BILATERAL = "bilateral", _("Bilateral government table")
        INDIGENOUS = "indigenous", _("Table with Indigenous leaders")
        INTERPROVINCIAL = "interprovincial", _("Interprovincial table")
        FEDERAL = "federal", _("Federal committee")
        MULTI_PARTY = "multi_party", _("Multi-party initiative")
        ADVISORY = "advisory", _("Advisory committee")
        EVENT = "event", _("Recurring event")
        PLAN = "plan", _("Plan or framework")

    class Level(models.TextChoices):
        MINISTERS = "ministers", _("Ministers")
        DEPUTY_MINISTERS = "deputy_ministers", _("Deputy ministers")
        ASSISTANT_DEPUTY_MINISTERS = "adm", _("Assistant deputy ministers")
        OFFICIALS = "officials", _("Directors general and officials")
        WORKING = "working", _("Working level")
        MEMBERS = "members", _("Members and experts")
        MIXED = "mixed", _("Several levels")

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        UNCERTAIN = "uncertain", _("State not certain")
        ENDED = "ended", pgettext_lazy("status of a forum", "Ended")
        COMPARABLE = "comparable", _("For comparison")

    initiative = models.OneToOneField(
        Initiative, primary_key=True, on_delete=models.PROTECT, related_name="forum", verbose_name=_("initiative")
    )
    # By which reference data finds its own row again, whatever people make of names and acronyms.
    reference_key = models.SlugField(max_length=40, blank=True, editable=False)
    code = models.CharField(_("acronym"), max_length=30, blank=True)
    code_fr = models.CharField(_("acronym in French"), max_length=30, blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    level = models.CharField(_("level"), max_length=16, choices=Level, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.ACTIVE)
    is_run_by_us = models.BooleanField(_("run by us"), default=False)
    purpose_en = models.TextField(_("purpose in English"), blank=True)
    purpose_fr = models.TextField(_("purpose in French"), blank=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("reports to")
    )
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("succeeded by"),
    )

    objects = ForumManager()

    class Meta:
        verbose_name = _("forum")
        verbose_name_plural = _("forums")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(code=""),
                name="forum_acronym_once",
                violation_error_message=_("Another forum has this acronym."),
            ),
            models.UniqueConstraint(
                fields=["reference_key"], condition=~Q(reference_key=""), name="forum_of_the_reference_once"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("initiative")),
                name="forum_does_not_report_to_itself",
                violation_error_message=_("A forum cannot report to itself."),
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | ~Q(successor=F("initiative")),
                name="forum_does_not_succeed_itself",
                violation_error_message=_("A forum cannot succeed itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name.text

    @property
    def name(self) -> TextPair:
        return self.initiative.name

    @property
    def acronym(self) -> str:
        own, other = (self.code_fr, self.code) if reader_language() == "fr" else (self.code, self.code_fr)
        return own or other

    @property
    def purpose(self) -> TextPair:
        return localized(self, "purpose")

    def is_readable_by(self, actor: Actor) -> bool:
        return self.initiative.is_readable_by(actor)

    def get_absolute_url(self) -> str:
        return reverse("forums:detail", args=[self.pk])


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


class Seat(Versioned):
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

    @property
    def first_day(self) -> date | None:
        return first_day(self.valid)

    @property
    def last_day(self) -> date | None:
        return last_day(self.valid)

    def get_absolute_url(self) -> str:
        return reverse("forums:seat", args=[self.forum_id, self.pk])


class SeatTerm(Versioned):
    """Somebody in a seat, in one role, over some days. ``party`` is whom they speak for; empty in personal capacity.

    The title and the employer are not kept here: they follow from the person's affiliations on the day asked about.
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

    @property
    def first_day(self) -> date | None:
        return first_day(self.valid)

    @property
    def last_day(self) -> date | None:
        return last_day(self.valid)
