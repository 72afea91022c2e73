"""Meetings of a forum, one by one or in a series, and what stands on their agendas."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.bilingual import TextPair, localized
from c2m2a_crm.core.models import DocumentLink, Versioned
from c2m2a_crm.engagement.models import Interaction
from forums.meetings import zones
from forums.meetings.querysets import MeetingQuerySet, SeriesQuerySet
from forums.models.forums import Forum

_ONE_TITLE = _("Enter a title in at least one language.")


class MeetingSeries(Versioned):
    """Meetings that return, with what stands on each agenda."""

    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="series", verbose_name=_("forum"))
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    name_fr = models.CharField(_("name in French"), max_length=200, blank=True)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("series of meetings")
        verbose_name_plural = _("series of meetings")
        ordering: ClassVar = ["forum", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(name_en="") | ~Q(name_fr=""),
                name="series_has_a_name",
                violation_error_message=_("Enter a name in at least one language."),
            ),
            # What a meeting's composite key refers to: its series is one of its own forum.
            models.UniqueConstraint(fields=["id", "forum"], name="series_of_one_forum"),
        ]

    def __str__(self) -> str:
        return self.name.text

    @property
    def name(self) -> TextPair:
        return localized(self, "name")


class StandingItem(models.Model):
    """What stands on the agenda of every meeting of a series."""

    series = models.ForeignKey(
        MeetingSeries, on_delete=models.CASCADE, related_name="standing_items", verbose_name=_("series")
    )
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    title_en = models.CharField(_("title in English"), max_length=250, blank=True)
    title_fr = models.CharField(_("title in French"), max_length=250, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)

    class Meta:
        verbose_name = _("standing item")
        verbose_name_plural = _("standing items")
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(title_en="") | ~Q(title_fr=""),
                name="standing_item_has_a_title",
                violation_error_message=_ONE_TITLE,
            ),
        ]

    def __str__(self) -> str:
        return self.title.text

    @property
    def title(self) -> TextPair:
        return localized(self, "title")


class Meeting(Versioned):
    """One meeting. Its forum is an initiative; the roll call makes its one contact, filed under the forum.

    ``starts_at`` and ``ends_at`` are moments of the world, ``zone`` is where its clocks hang. ``uid`` and ``sequence``
    are the calendar's (RFC 5545): the number rises with each change that recipients must be told of. The texts of one
    language are approved by a person at a moment; a change of them takes the approval away.
    """

    class Form(models.TextChoices):
        IN_PERSON = "in_person", pgettext_lazy("form of a meeting", "In person")
        ONLINE = "online", pgettext_lazy("form of a meeting", "Online")
        HYBRID = "hybrid", pgettext_lazy("form of a meeting", "Hybrid")

    class Status(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("status of a meeting", "Planned")
        ANNOUNCED = "announced", pgettext_lazy("status of a meeting", "Announced")
        GOING_ON = "going_on", pgettext_lazy("status of a meeting", "Going on")
        HELD = "held", pgettext_lazy("status of a meeting", "Held")
        ADOPTED = "adopted", pgettext_lazy("status of a meeting", "Minutes adopted")
        CANCELLED = "cancelled", pgettext_lazy("status of a meeting", "Cancelled")

    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="meetings", verbose_name=_("forum"))
    series = models.ForeignKey(
        MeetingSeries,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name=_("series"),
    )
    number = models.PositiveSmallIntegerField(_("number"))
    title_en = models.CharField(_("title in English"), max_length=250, blank=True)
    title_fr = models.CharField(_("title in French"), max_length=250, blank=True)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    zone = models.CharField(_("time zone"), max_length=40, choices=zones.Zone, default=zones.DEFAULT)
    form = models.CharField(_("form"), max_length=10, choices=Form, default=Form.HYBRID)
    place_en = models.CharField(_("place in English"), max_length=250, blank=True)
    place_fr = models.CharField(_("place in French"), max_length=250, blank=True)
    link = models.URLField(_("link to join"), max_length=500, blank=True)
    notes = models.TextField(_("notes for us"), blank=True)
    uid = models.UUIDField(_("number in calendars"), unique=True, default=uuid4, editable=False)
    sequence = models.PositiveIntegerField(_("change number in calendars"), default=0, editable=False)
    announced_at = models.DateTimeField(_("announced at"), null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True, editable=False)
    cancelled_reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)
    approved_en_at = models.DateTimeField(_("English approved at"), null=True, blank=True, editable=False)
    approved_fr_at = models.DateTimeField(_("French approved at"), null=True, blank=True, editable=False)
    interaction = models.OneToOneField(
        Interaction,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="meeting",
        verbose_name=_("contact"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("made by")
    )

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering: ClassVar = ["-starts_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["forum", "number"],
                name="meeting_number_once",
                violation_error_message=_("Another meeting of this forum has this number."),
            ),
            models.CheckConstraint(
                condition=~Q(title_en="") | ~Q(title_fr=""),
                name="meeting_has_a_title",
                violation_error_message=_ONE_TITLE,
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="meeting_ends_after_it_begins",
                violation_error_message=_("A meeting ends after it begins."),
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | ~Q(cancelled_reason=""),
                name="meeting_is_cancelled_with_a_reason",
                violation_error_message=_("Say why the meeting is cancelled."),
            ),
        ]
        indexes: ClassVar = [
            # The list, Home and the page of a forum: by time.
            models.Index(fields=["starts_at", "id"], name="meetings_by_time"),
            models.Index(fields=["forum", "-starts_at"], name="meetings_of_a_forum"),
        ]

    def __str__(self) -> str:
        return self.title.text

    @property
    def title(self) -> TextPair:
        return localized(self, "title")

    @property
    def place(self) -> TextPair:
        return localized(self, "place")

    @property
    def day(self) -> date:
        """The day on which it begins, where it takes place."""
        return zones.local(self.starts_at, self.zone).date()

    @property
    def when(self) -> str:
        return zones.said(self.starts_at, self.ends_at, self.zone)

    @property
    def minutes_long(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    def status_at(self, now: datetime) -> Meeting.Status:
        """By dates and rows; ``minutes`` is asked of the row that belongs to it."""
        if self.cancelled_at is not None:
            return self.Status.CANCELLED
        if now < self.starts_at:
            return self.Status.ANNOUNCED if self.announced_at else self.Status.PLANNED
        if now < self.ends_at:
            return self.Status.GOING_ON
        minutes = getattr(self, "minutes", None)
        return self.Status.ADOPTED if minutes is not None and minutes.adopted_at else self.Status.HELD

    @property
    def status(self) -> Meeting.Status:
        return self.status_at(timezone.now())

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    def is_approved(self, language: str) -> bool:
        return getattr(self, f"approved_{language}_at") is not None

    def get_absolute_url(self) -> str:
        return reverse("meetings:detail", args=[self.pk])


class AgendaItem(Versioned):
    """One point of an agenda. ``carried_from`` is the same point on the meeting before, where it stayed open."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items", verbose_name=_("meeting"))
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    title_en = models.CharField(_("title in English"), max_length=250, blank=True)
    title_fr = models.CharField(_("title in French"), max_length=250, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    presenter = models.CharField(_("presented by"), max_length=200, blank=True)
    standing_item = models.ForeignKey(
        StandingItem, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    carried_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="carried_to"
    )
    times_carried = models.PositiveSmallIntegerField(default=0, editable=False)
    is_done = models.BooleanField(_("dealt with"), default=False)

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(title_en="") | ~Q(title_fr=""),
                name="agenda_item_has_a_title",
                violation_error_message=_ONE_TITLE,
            ),
            # What a recusal's composite key refers to: whoever steps aside does so for an item of that meeting.
            models.UniqueConstraint(fields=["id", "meeting"], name="agenda_item_of_one_meeting"),
        ]

    def __str__(self) -> str:
        return self.title.text

    @property
    def title(self) -> TextPair:
        return localized(self, "title")


class MeetingDocument(DocumentLink):
    """A paper of a meeting."""

    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="document_links", verbose_name=_("meeting")
    )

    class Meta:
        verbose_name = _("paper of a meeting")
        verbose_name_plural = _("papers of meetings")
        constraints: ClassVar = [models.UniqueConstraint(fields=["meeting", "document"], name="meeting_document_once")]

    def __str__(self) -> str:
        return gettext("%(meeting)s · %(document)s") % {"meeting": self.meeting, "document": self.document}
