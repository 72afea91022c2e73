"""Comment rounds: what a table is asked, which seats, until when; and what was told about it afterwards."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from c2m2a_crm.core.bilingual import TextPair, localized
from c2m2a_crm.core.models import OutboxMessage, Versioned
from c2m2a_crm.core.validity import today
from forums.models.forums import Forum
from forums.models.positions import PositionWording
from forums.models.seats import Seat
from forums.models.terms import SeatTerm
from forums.rounds.querysets import (
    HeardQuerySet,
    RoundInvitationManager,
    RoundNudgeQuerySet,
    RoundQuerySet,
    RoundSeatManager,
)
from members.models import Party, Person


class CommentRound(Versioned):
    """Seats of a table are asked for their comments until a day: on one wording of a position, or on questions alone.

    The days are announced; what happened stands beside them: ``opened_on`` is the day whose roster was frozen, and
    ``closed_at`` the moment in which what follows the end was done. Answers are taken by the days, not by that moment.
    ``is_attributed`` is what the seats were promised when they were asked. ``links_base`` is the address under which
    the office was reached when the round was released: the clock, which opens it, knows none.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("status of a comment round", "Draft")
        WAITING = "waiting", pgettext_lazy("status of a comment round", "Opens by itself")
        OPEN = "open", pgettext_lazy("status of a comment round", "Open")
        CLOSED = "closed", pgettext_lazy("status of a comment round", "Closed")

    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="rounds", verbose_name=_("forum"))
    wording = models.ForeignKey(
        PositionWording,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rounds",
        verbose_name=_("wording"),
    )
    title_en = models.CharField(_("title in English"), max_length=250, blank=True)
    title_fr = models.CharField(_("title in French"), max_length=250, blank=True)
    about_en = models.TextField(_("what it is about, in English"), blank=True)
    about_fr = models.TextField(_("what it is about, in French"), blank=True)
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("last day for answers"))
    uid = models.UUIDField(unique=True, default=uuid4, editable=False)
    approved_en_at = models.DateTimeField(_("English approved at"), null=True, blank=True, editable=False)
    approved_fr_at = models.DateTimeField(_("French approved at"), null=True, blank=True, editable=False)
    released_at = models.DateTimeField(_("released at"), null=True, blank=True, editable=False)
    links_base = models.CharField(max_length=200, blank=True, editable=False)
    opened_on = models.DateField(_("opened on"), null=True, blank=True, editable=False)
    is_attributed = models.BooleanField(_("attributed by name"), default=False, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("made by")
    )

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment round")
        verbose_name_plural = _("comment rounds")
        ordering: ClassVar = ["-closes_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(title_en="") | ~Q(title_fr=""),
                name="round_has_a_title",
                violation_error_message=_("Enter a title in at least one language."),
            ),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="round_closes_after_it_opens",
                violation_error_message=_("The last day must not lie before the first."),
            ),
            models.CheckConstraint(
                condition=Q(opened_on__isnull=True) | Q(released_at__isnull=False), name="round_opens_once_released"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(opened_on__isnull=False), name="round_closes_once_opened"
            ),
        ]
        indexes: ClassVar = [
            # The list and Home: by the last day. The clock asks for those without an end.
            models.Index(fields=["closes_on", "id"], name="rounds_by_last_day"),
            models.Index(fields=["closes_on"], name="rounds_without_an_end", condition=Q(closed_at__isnull=True)),
            models.Index(fields=["forum", "-closes_on"], name="rounds_of_a_forum"),
        ]

    def __str__(self) -> str:
        return self.title.text

    @property
    def title(self) -> TextPair:
        return localized(self, "title")

    @property
    def about(self) -> TextPair:
        return localized(self, "about")

    def status_on(self, day: date) -> CommentRound.Status:
        if self.opened_on is None:
            return self.Status.WAITING if self.released_at else self.Status.DRAFT
        return self.Status.CLOSED if self.closed_at or day > self.closes_on else self.Status.OPEN

    @property
    def status(self) -> CommentRound.Status:
        return self.status_on(today())

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def is_editable(self) -> bool:
        """Until the seats are asked: afterwards only its end moves."""
        return self.opened_on is None

    def is_approved(self, language: str) -> bool:
        return getattr(self, f"approved_{language}_at") is not None

    def get_absolute_url(self) -> str:
        return reverse("rounds:detail", args=[self.pk])


class RoundQuestion(models.Model):
    """One question of a round."""

    round = models.ForeignKey(
        CommentRound, on_delete=models.CASCADE, related_name="questions", verbose_name=_("comment round")
    )
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    text_en = models.CharField(_("question in English"), max_length=500, blank=True)
    text_fr = models.CharField(_("question in French"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("question of a comment round")
        verbose_name_plural = _("questions of a comment round")
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(text_en="") | ~Q(text_fr=""),
                name="round_question_has_words",
                violation_error_message=_("Write the question in at least one language."),
            ),
        ]

    def __str__(self) -> str:
        return self.text.text

    @property
    def text(self) -> TextPair:
        return localized(self, "text")


class RoundChange(models.Model):
    """The last day of an open round was moved, and why."""

    class Kind(models.TextChoices):
        EXTENDED = "extended", pgettext_lazy("change of a comment round", "Extended")
        CLOSED_EARLY = "closed_early", pgettext_lazy("change of a comment round", "Closed early")

    round = models.ForeignKey(
        CommentRound, on_delete=models.CASCADE, related_name="changes", verbose_name=_("comment round")
    )
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    day_before = models.DateField(_("last day before"))
    day_after = models.DateField(_("last day now"))
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("change of a comment round")
        verbose_name_plural = _("changes of a comment round")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="round_changes_with_a_reason",
                violation_error_message=_("Say why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} · {self.get_kind_display()}"


class RoundSeat(models.Model):
    """A seat that is asked, as the roster stood on the opening day. ``party`` is whom its holder spoke for then."""

    round = models.ForeignKey(
        CommentRound, on_delete=models.CASCADE, related_name="seats", verbose_name=_("comment round")
    )
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="round_seats", verbose_name=_("seat"))
    party = models.ForeignKey(
        Party,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="round_seats",
        verbose_name=_("speaks for"),
    )

    objects = RoundSeatManager()

    class Meta:
        verbose_name = _("seat asked in a comment round")
        verbose_name_plural = _("seats asked in a comment round")
        ordering: ClassVar = ["round", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "seat"], name="seat_asked_once_in_a_round"),
        ]

    def __str__(self) -> str:
        return str(self.party or self.seat)


class RoundInvitation(models.Model):
    """Somebody who may answer for a seat that is asked. The address is looked up each time something leaves."""

    round_seat = models.ForeignKey(
        RoundSeat, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("seat")
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="round_invitations", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=16, choices=SeatTerm.Role)
    message = models.ForeignKey(
        OutboxMessage, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("message")
    )

    objects = RoundInvitationManager()

    class Meta:
        verbose_name = _("invitation to a comment round")
        verbose_name_plural = _("invitations to a comment round")
        ordering: ClassVar = ["round_seat", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round_seat", "person"], name="asked_once_for_a_seat"),
            # What an answer's composite key refers to: who answers was asked for that seat.
            models.UniqueConstraint(fields=["id", "round_seat"], name="round_invitation_of_one_seat"),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "-id"], name="round_invitations_of_a_person")]

    def __str__(self) -> str:
        return str(self.person)


class RoundNudge(models.Model):
    """The ledger of reminders: the database refuses a second one to the same person on the same day."""

    invitation = models.ForeignKey(
        RoundInvitation, on_delete=models.CASCADE, related_name="nudges", verbose_name=_("invitation")
    )
    day = models.DateField(_("day"))
    message = models.ForeignKey(
        OutboxMessage, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("message")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))

    objects = RoundNudgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("nudge")
        verbose_name_plural = _("nudges")
        ordering: ClassVar = ["-day", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["invitation", "day"], name="one_nudge_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.invitation} · {self.day}"


class WhatWeHeard(Versioned):
    """What the office heard in a round, in both languages. A change of a text takes its approval away."""

    round = models.OneToOneField(
        CommentRound, on_delete=models.CASCADE, related_name="heard", verbose_name=_("comment round")
    )
    text_en = models.TextField(_("text in English"), blank=True)
    text_fr = models.TextField(_("text in French"), blank=True)
    approved_en_at = models.DateTimeField(_("English approved at"), null=True, blank=True, editable=False)
    approved_fr_at = models.DateTimeField(_("French approved at"), null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True, editable=False)

    objects = HeardQuerySet.as_manager()

    class Meta:
        verbose_name = _("what we heard")
        verbose_name_plural = _("what we heard")

    def __str__(self) -> str:
        return str(self.round)

    @property
    def text(self) -> TextPair:
        return localized(self, "text")

    def is_approved(self, language: str) -> bool:
        return getattr(self, f"approved_{language}_at") is not None
