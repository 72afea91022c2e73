"""What keeps records from being disposed of: legal holds, and for a federal institution the missing authority."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.models import Versioned
from c2m2a_crm.core.validity import Dated
from c2m2a_crm.privacy.keeping_querysets import AuthorityQuerySet, HoldQuerySet
from members.models import Party, Person


class LegalHold(Versioned):
    """Why some records stay until somebody releases the hold, whatever a rule or a request says.

    It holds what hangs on its subjects, what says one of its ``words``, and, where it has days and nothing else, every
    record that was written or changed on those days; with subjects or words the days narrow them.
    """

    name = models.CharField(_("name"), max_length=200)
    reason = models.TextField(_("reason"))
    words = models.CharField(
        _("words"), max_length=500, blank=True, help_text=_("Separated by commas. Records in which one of them stands.")
    )
    since = models.DateField(_("from"), null=True, blank=True)
    until = models.DateField(_("to"), null=True, blank=True)
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("placed by")
    )
    placed_at = models.DateTimeField(_("placed at"), auto_now_add=True)
    released_at = models.DateTimeField(_("released at"), null=True, blank=True, editable=False)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("released by"),
    )
    release_reason = models.TextField(_("reason for the release"), blank=True, editable=False)

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(since__lte=models.F("until")),
                name="hold_days_in_order",
                violation_error_message=_("The last day must not lie before the first."),
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | (Q(released_by__isnull=False) & ~Q(release_reason="")),
                name="hold_released_by_somebody_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_in_force(self) -> bool:
        return self.released_at is None

    @property
    def words_listed(self) -> list[str]:
        return [word for each in self.words.split(",") if (word := " ".join(each.split()))]

    def get_absolute_url(self) -> str:
        return reverse("privacy:hold", args=[self.pk])


class HeldSubject(models.Model):
    """Whose or what records a hold keeps. Records of higher rooms are named by their table and number."""

    hold = models.ForeignKey(LegalHold, on_delete=models.CASCADE, related_name="subjects", verbose_name=_("legal hold"))
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    party = models.ForeignKey(
        Party,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organization or Nation"),
    )
    table = models.CharField(_("kind of record"), max_length=63, blank=True)
    row_id = models.BigIntegerField(_("number of the record"), null=True, blank=True)

    class Meta:
        verbose_name = _("subject of a hold")
        verbose_name_plural = _("subjects of holds")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, party__isnull=True, table="", row_id__isnull=True)
                | Q(person__isnull=True, party__isnull=False, table="", row_id__isnull=True)
                | (Q(person__isnull=True, party__isnull=True, row_id__isnull=False) & ~Q(table="")),
                name="held_subject_is_one",
            ),
            models.UniqueConstraint(
                fields=["hold", "person", "party", "table", "row_id"], name="held_subject_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return str(self.person or self.party or f"{self.table} {self.row_id}")


class DispositionAuthority(Dated, Versioned):
    """The consent of the Librarian and Archivist to dispose of some records, as the institution has it in writing.

    Library and Archives of Canada Act, section 12. Its number is what a disposal under the federal profile names.
    """

    number = models.CharField(_("number"), max_length=60)
    institution = models.CharField(_("institution"), max_length=250)
    covers = models.TextField(_("records covered"))
    source = models.CharField(_("where it is kept"), max_length=250, blank=True)
    valid = DateRangeField(_("valid"))
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("noted by")
    )

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("disposition authority")
        verbose_name_plural = _("disposition authorities")
        ordering: ClassVar = ["number", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["number"],
                name="disposition_authority_once",
                violation_error_message=_("This authority is recorded already."),
            ),
            models.CheckConstraint(
                condition=Q(valid__isempty=False),
                name="disposition_authority_lasts_a_day",
                violation_error_message=_("The last day must not lie before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.number
