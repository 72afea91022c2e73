"""Segments: sets of records that a stored filter describes, asked anew each time."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from c2m2a_crm.core.models.base import Archivable, Versioned
from c2m2a_crm.core.segment_querysets import SegmentQuerySet


class Segment(Versioned, Archivable):
    """A set of records of one list: those that a stored filter finds, with some pinned in and some blocked out.

    ``query`` holds the filters as the list's address has them, and nothing else of the address. Who belongs is never
    stored: ``core.segments.members_of`` asks the list each time, within the rights of whoever reads.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="segments", verbose_name=_("owner")
    )
    list_key = models.CharField(_("list"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    purpose = models.TextField(_("purpose"), blank=True)
    query = models.TextField(_("rule"))
    is_shared = models.BooleanField(_("shared with the office"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SegmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(name=""), name="segment_has_a_name", violation_error_message=_("Give the segment a name.")
            ),
            models.CheckConstraint(
                condition=~Q(query=""),
                name="segment_has_a_rule",
                violation_error_message=_("Choose at least one filter: without one, everything would belong."),
            ),
            # The index serves the segments that a list offers among its filters, too.
            models.UniqueConstraint(
                fields=["list_key", "owner", "name"],
                condition=Q(archived_at__isnull=True),
                name="segment_once_by_name",
                violation_error_message=_("You have a segment of this name. Choose another."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("segments:detail", args=[self.pk])


class SegmentPick(models.Model):
    """One record that belongs to a segment, or does not, whatever the rule finds; taken back, the row goes.

    ``record_id`` is the key of a row of the segment's list, which may stand in any room above. A number that the list
    does not give to a reader does not exist for that reader.
    """

    class Kind(models.TextChoices):
        PIN = "pin", pgettext_lazy("record of a segment", "Pinned in")
        BLOCK = "block", pgettext_lazy("record of a segment", "Blocked out")

    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="picks", verbose_name=_("segment"))
    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices)
    record_id = models.BigIntegerField(_("record"))
    reason = models.TextField(_("reason"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)

    class Meta:
        verbose_name = _("exception of a segment")
        verbose_name_plural = _("exceptions of segments")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["segment", "record_id"], name="segment_picks_a_record_once"),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="segment_pick_has_a_reason",
                violation_error_message=_("Say why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.segment} · {self.get_kind_display()}"


class SegmentDay(models.Model):
    """Who belonged to a segment on a day, so that it can be told later who came in and who left since.

    Derived, and no truth of its own: the clock notes what the segment's owner would find without any circle, as
    ``core.segments.days`` tells. A row is written where the members or the rules differ from the row before;
    ``last_on`` is the last day on which they were looked at and found the same. ``record_ids`` are keys, in order; a
    rule may name people, so of the rules a digest alone is kept.
    """

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="days", verbose_name=_("segment"))
    on = models.DateField(_("noted on"))
    last_on = models.DateField(_("the same until"))
    record_ids = ArrayField(models.BigIntegerField(), verbose_name=_("records"))
    rule_digest = models.CharField(_("digest of the rules"), max_length=64)

    class Meta:
        verbose_name = _("members of a segment on a day")
        verbose_name_plural = _("members of segments on days")
        constraints: ClassVar = [
            # The index serves the newest day that is not after the one asked for, too.
            models.UniqueConstraint(fields=["segment", "on"], name="segment_noted_once_a_day"),
            models.CheckConstraint(condition=Q(last_on__gte=F("on")), name="segment_day_not_reversed"),
        ]

    def __str__(self) -> str:
        return f"{self.segment} · {self.on}"
