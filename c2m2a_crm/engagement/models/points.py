"""What was raised and what was promised, born with the entry that heard it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.models import Sealable, Versioned
from c2m2a_crm.engagement.querysets import CommitmentQuerySet, PointQuerySet


class Point(Versioned, Sealable):
    """An issue or a question raised in a contact, in the words used."""

    class Kind(models.TextChoices):
        ISSUE = "issue", _("Point raised")
        QUESTION = "question", _("Question")

    interaction = models.ForeignKey("engagement.Interaction", on_delete=models.CASCADE, related_name="points")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    text = models.TextField(_("in their words"))
    position = models.PositiveSmallIntegerField(default=0)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    answer = models.TextField(_("our answer"), blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)

    objects = PointQuerySet.as_manager()

    class Meta:
        verbose_name = _("point raised")
        verbose_name_plural = _("points raised")
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class Commitment(Versioned, Sealable):
    """A promise, ours or theirs. There is none without the contact in which it was made."""

    class Direction(models.TextChoices):
        OURS = "ours", _("Ours")
        THEIRS = "theirs", _("Theirs")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        KEPT = "kept", _("Kept")
        RELEASED = "released", _("Released")

    interaction = models.ForeignKey("engagement.Interaction", on_delete=models.PROTECT, related_name="commitments")
    direction = models.CharField(_("whose"), max_length=6, choices=Direction)
    text = models.TextField(_("words used"))
    position = models.PositiveSmallIntegerField(default=0)
    by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    by_person = models.ForeignKey(
        "members.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("by"),
    )
    by_party = models.ForeignKey(
        "members.Party",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("by"),
    )
    to_party = models.ForeignKey(
        "members.Party",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="promises_received",
        verbose_name=_("to"),
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering: ClassVar = ["position", "pk"]
        indexes: ClassVar = [models.Index(fields=["due_on", "id"], name="commitments_by_due_date")]

    def __str__(self) -> str:
        return self.text


class CommitmentEvent(models.Model):
    """What became of a promise. The latest event is its state; rows are only added.

    ``by`` is empty where whoever promised said so by a personal link, without an account.
    """

    class Kind(models.TextChoices):
        KEPT = "kept", _("Kept")
        RELEASED = "released", _("Released")
        REOPENED = "open", _("Reopened")

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(_("what happened"), max_length=8, choices=Kind)
    note = models.TextField(_("evidence or reason"), blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(kind="released") | ~Q(note=""),
                name="release_has_a_reason",
                violation_error_message=_("Say why the commitment is released."),
            )
        ]
        indexes: ClassVar = [models.Index(fields=["commitment", "-id"], name="latest_event_of_a_commitment")]

    def __str__(self) -> str:
        return self.get_kind_display()
