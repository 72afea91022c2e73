"""What seats answer in a comment round, and what became of each comment."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from c2m2a_crm.core.bilingual import TextPair, localized
from c2m2a_crm.core.models import Versioned
from c2m2a_crm.engagement.models import Interaction
from forums.models.positions import PositionWording
from forums.models.rounds import RoundInvitation, RoundQuestion, RoundSeat
from forums.rounds.querysets import RoundAnswerQuerySet, RoundOutcomeQuerySet, RoundReplyQuerySet


class RoundAnswer(Versioned):
    """The one answer of a seat. A later one of the same seat is written over it; history keeps the former.

    ``interaction`` is the contact as which it was entered into the log, and the source of the stance.
    """

    class Stance(models.TextChoices):
        NONE = "", pgettext_lazy("stance of a seat", "Not said")
        SUPPORTS = "supports", pgettext_lazy("stance of a seat", "Supports")
        SUPPORTS_IF = "supports_if", pgettext_lazy("stance of a seat", "Supports if")
        OPPOSES = "opposes", pgettext_lazy("stance of a seat", "Opposes")
        ABSTAINS = "abstains", pgettext_lazy("stance of a seat", "Abstains")

    round_seat = models.OneToOneField(
        RoundSeat, on_delete=models.CASCADE, related_name="answer", verbose_name=_("seat")
    )
    invitation = models.ForeignKey(
        RoundInvitation, on_delete=models.PROTECT, related_name="answers", verbose_name=_("answered by")
    )
    stance = models.CharField(_("stance"), max_length=12, choices=Stance, blank=True, default=Stance.NONE)
    reason = models.TextField(_("reasons"), blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    answered_at = models.DateTimeField(_("answered at"))
    interaction = models.OneToOneField(
        Interaction,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="round_answer",
        verbose_name=_("contact"),
    )

    objects = RoundAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer in a comment round")
        verbose_name_plural = _("answers in a comment round")
        ordering: ClassVar = ["round_seat", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(stance="supports_if") | ~Q(reason=""),
                name="round_condition_is_named",
                violation_error_message=_("Say on which condition you support it."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_stance_display())


class RoundReply(models.Model):
    """What an answer says to one question."""

    answer = models.ForeignKey(RoundAnswer, on_delete=models.CASCADE, related_name="replies", verbose_name=_("answer"))
    question = models.ForeignKey(
        RoundQuestion, on_delete=models.PROTECT, related_name="replies", verbose_name=_("question")
    )
    text = models.TextField(_("text"))

    objects = RoundReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply to a question")
        verbose_name_plural = _("replies to a question")
        ordering: ClassVar = ["question", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["answer", "question"], name="one_reply_to_a_question"),
        ]

    def __str__(self) -> str:
        return str(self.question)


class RoundOutcome(Versioned):
    """What became of a comment: what changed, with the wording in which it did, or why nothing did.

    Without a question it is about the stance and its reasons. ``told_at`` is when whoever commented was written to.
    """

    class Result(models.TextChoices):
        CHANGED = "changed", pgettext_lazy("what became of a comment", "This changed")
        KEPT = "kept", pgettext_lazy("what became of a comment", "Not changed")

    answer = models.ForeignKey(RoundAnswer, on_delete=models.CASCADE, related_name="outcomes", verbose_name=_("answer"))
    question = models.ForeignKey(
        RoundQuestion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="outcomes",
        verbose_name=_("question"),
    )
    result = models.CharField(_("what became of it"), max_length=8, choices=Result)
    wording = models.ForeignKey(
        PositionWording,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="round_outcomes",
        verbose_name=_("new wording"),
    )
    text_en = models.TextField(_("explanation in English"), blank=True)
    text_fr = models.TextField(_("explanation in French"), blank=True)
    told_at = models.DateTimeField(_("told at"), null=True, blank=True, editable=False)

    objects = RoundOutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("what became of a comment")
        verbose_name_plural = _("what became of comments")
        ordering: ClassVar = ["answer", "question", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["answer", "question"], name="one_outcome_of_a_comment", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=~Q(text_en="") | ~Q(text_fr=""),
                name="round_outcome_has_words",
                violation_error_message=_("Write in at least one language."),
            ),
            models.CheckConstraint(
                condition=Q(result="changed") | Q(wording__isnull=True),
                name="round_wording_of_what_changed",
                violation_error_message=_("A new wording belongs to what changed."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_result_display())

    @property
    def text(self) -> TextPair:
        return localized(self, "text")
