"""What a meeting said and decided, from the draft to the adopted text."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from c2m2a_crm.core.bilingual import TextPair, localized
from c2m2a_crm.core.models import Versioned
from forums.meetings.querysets import DecisionQuerySet
from forums.models.meetings import AgendaItem, Meeting


class Minutes(Versioned):
    """The minutes of a meeting: a draft, then out for review, then adopted. Adopted ones stay as they are.

    ``comments_until`` is the last day on which those who attended may comment; empty, they may until the minutes are
    adopted. The approval of a language is taken away by each change of its texts.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("state of minutes", "Draft")
        REVIEW = "review", pgettext_lazy("state of minutes", "Out for review")
        ADOPTED = "adopted", pgettext_lazy("state of minutes", "Adopted")

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="minutes", verbose_name=_("meeting"))
    review_at = models.DateTimeField(_("out for review since"), null=True, blank=True, editable=False)
    comments_until = models.DateField(_("comments are taken until"), null=True, blank=True)
    approved_en_at = models.DateTimeField(_("English approved at"), null=True, blank=True, editable=False)
    approved_fr_at = models.DateTimeField(_("French approved at"), null=True, blank=True, editable=False)
    adopted_at = models.DateTimeField(_("adopted at"), null=True, blank=True, editable=False)
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("noted by"),
    )

    class Meta:
        verbose_name = pgettext_lazy("record of a meeting", "minutes")
        verbose_name_plural = pgettext_lazy("record of a meeting", "minutes")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(adopted_at__isnull=True, adopted_on__isnull=True, adopted_by__isnull=True)
                | Q(adopted_at__isnull=False, adopted_on__isnull=False, adopted_by__isnull=False),
                name="minutes_adopted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.meeting)

    @property
    def state(self) -> Minutes.State:
        if self.adopted_at is not None:
            return self.State.ADOPTED
        return self.State.REVIEW if self.review_at is not None else self.State.DRAFT

    @property
    def is_adopted(self) -> bool:
        return self.adopted_at is not None

    def is_approved(self, language: str) -> bool:
        return getattr(self, f"approved_{language}_at") is not None


class MinutesSection(Versioned):
    """What was said on one point of the agenda, in both languages; without a point, on the meeting as a whole."""

    minutes = models.ForeignKey(
        Minutes,
        on_delete=models.PROTECT,
        related_name="sections",
        verbose_name=pgettext_lazy("record of a meeting", "minutes"),
    )
    item = models.OneToOneField(
        AgendaItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="section",
        verbose_name=_("agenda item"),
    )
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    text_en = models.TextField(_("text in English"), blank=True)
    text_fr = models.TextField(_("text in French"), blank=True)

    class Meta:
        verbose_name = _("section of minutes")
        verbose_name_plural = _("sections of minutes")
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return str(self.item or self.minutes)

    @property
    def text(self) -> TextPair:
        return localized(self, "text")


class MinutesAddition(models.Model):
    """What was put right after the minutes were adopted: rows are only added, the adopted text stays."""

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="additions")
    text_en = models.TextField(_("text in English"), blank=True)
    text_fr = models.TextField(_("text in French"), blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("addition to minutes")
        verbose_name_plural = _("additions to minutes")
        ordering: ClassVar = ["made_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="minutes_addition_has_a_reason"),
            models.CheckConstraint(condition=~Q(text_en="") | ~Q(text_fr=""), name="minutes_addition_says_something"),
        ]

    def __str__(self) -> str:
        return self.reason

    @property
    def text(self) -> TextPair:
        return localized(self, "text")


class Decision(Versioned):
    """What a meeting decided, numbered within it. Written as a line of the minutes, it stays with their text."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("meeting"))
    section = models.ForeignKey(
        MinutesSection,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("section of minutes"),
    )
    number = models.PositiveSmallIntegerField(_("number"))
    text_en = models.TextField(_("decision in English"), blank=True)
    text_fr = models.TextField(_("decision in French"), blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering: ClassVar = ["meeting", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["meeting", "number"], name="decision_number_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=~Q(text_en="") | ~Q(text_fr=""), name="decision_says_something"),
        ]

    def __str__(self) -> str:
        return self.text.text

    @property
    def text(self) -> TextPair:
        return localized(self, "text")

    @property
    def label(self) -> str:
        """The number of the meeting and of the decision in it: 12.3."""
        return f"{self.meeting.number}.{self.number}"

    def get_absolute_url(self) -> str:
        return f"{reverse('meetings:minutes', args=[self.meeting_id])}#decision-{self.number}"
