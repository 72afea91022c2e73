"""Who is asked to read draft minutes, and what they said of them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from c2m2a_crm.core.models import OutboxMessage
from forums.meetings.querysets import CommentQuerySet, ReviewerQuerySet
from forums.models.minutes import Minutes, MinutesSection
from members.models import Person


class MinutesReviewer(models.Model):
    """Somebody who attended and may comment by a personal link.

    ``told_of`` is the review (``Minutes.review_at``) that they were last written to about; ``language`` is the one of
    that message, empty where it was both.
    """

    minutes = models.ForeignKey(
        Minutes,
        on_delete=models.PROTECT,
        related_name="reviewers",
        verbose_name=pgettext_lazy("record of a meeting", "minutes"),
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="minutes_to_review", verbose_name=_("person")
    )
    language = models.CharField(_("language"), max_length=2, blank=True)
    told_of = models.DateTimeField(_("last written to about the review of"), null=True, blank=True)
    message = models.ForeignKey(
        OutboxMessage, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("message")
    )

    objects = ReviewerQuerySet.as_manager()

    class Meta:
        verbose_name = _("reader of draft minutes")
        verbose_name_plural = _("readers of draft minutes")
        ordering: ClassVar = ["minutes", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["minutes", "person"], name="reviews_minutes_once")]
        indexes: ClassVar = [models.Index(fields=["person", "-id"], name="reviews_of_a_person")]

    def __str__(self) -> str:
        return f"{self.person} · {self.minutes}"


class MinutesComment(models.Model):
    """What a reader said of a section, or of the line ``quote`` in it; and what became of it."""

    class Verdict(models.TextChoices):
        OPEN = "", pgettext_lazy("answer to a comment", "Not answered yet")
        TAKEN_UP = "taken_up", pgettext_lazy("answer to a comment", "Taken up")
        NOT_TAKEN_UP = "not_taken_up", pgettext_lazy("answer to a comment", "Not taken up")

    minutes = models.ForeignKey(
        Minutes,
        on_delete=models.PROTECT,
        related_name="comments",
        verbose_name=pgettext_lazy("record of a meeting", "minutes"),
    )
    section = models.ForeignKey(
        MinutesSection, on_delete=models.PROTECT, related_name="comments", verbose_name=_("section of minutes")
    )
    reviewer = models.ForeignKey(
        MinutesReviewer, on_delete=models.PROTECT, related_name="comments", verbose_name=_("comment by")
    )
    quote = models.CharField(_("line"), max_length=500, blank=True)
    text = models.TextField(_("comment"))
    made_at = models.DateTimeField(auto_now_add=True)
    verdict = models.CharField(_("answer"), max_length=12, choices=Verdict, blank=True, default=Verdict.OPEN)
    answer = models.CharField(_("in a few words"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("answered by"),
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment on minutes")
        verbose_name_plural = _("comments on minutes")
        ordering: ClassVar = ["minutes", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
            models.CheckConstraint(
                condition=Q(verdict="", answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (~Q(verdict="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="comment_is_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="not_taken_up") | ~Q(answer=""),
                name="comment_is_declined_with_a_word",
                violation_error_message=_("Say why it is not taken up."),
            ),
        ]

    def __str__(self) -> str:
        return self.text
