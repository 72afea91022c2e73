"""How a table gains members: applications for a seat, appeals against a refusal, and questions asked before."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from c2m2a_crm.core.models import DocumentLink, Versioned
from forums.models.forums import Forum
from forums.models.seats import SeatCategory
from forums.models.terms import SeatTerm
from forums.querysets import AppealQuerySet, InquiryQuerySet, SeatApplicationQuerySet
from members.models import Application


class SeatApplication(Versioned):
    """What an application says when it asks for a seat at a table. What all applications share stands in the directory.

    ``confidential`` names the answers that the applicant marked as given in confidence by a third party; they are not
    in lists, files or mail. ``term`` is what came of it.
    """

    # Answers that may be marked.
    MARKABLE: ClassVar = ("statement", "contribution", "conflicts")

    application = models.OneToOneField(
        Application,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="seat_application",
        verbose_name=_("application"),
    )
    forum = models.ForeignKey(
        Forum, on_delete=models.PROTECT, related_name="seat_applications", verbose_name=_("forum")
    )
    category = models.ForeignKey(
        SeatCategory,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="seat_applications",
        verbose_name=_("category"),
    )
    contribution = models.TextField(_("what they would bring"), blank=True)
    confidential = ArrayField(
        models.CharField(max_length=20), verbose_name=_("given in confidence"), default=list, blank=True
    )
    term = models.ForeignKey(
        SeatTerm,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="seat_applications",
        verbose_name=_("term in a seat"),
    )

    objects = SeatApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application for a seat")
        verbose_name_plural = _("applications for a seat")
        ordering: ClassVar = ["-application__received_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(confidential__contained_by=["statement", "contribution", "conflicts"]),
                name="seat_application_marks_its_answers",
            ),
        ]

    def __str__(self) -> str:
        return str(self.application)

    def get_absolute_url(self) -> str:
        return reverse("forums:application", args=[self.pk])


class SeatApplicationDocument(DocumentLink):
    """A file that came with an application for a seat."""

    seat_application = models.ForeignKey(
        SeatApplication,
        on_delete=models.PROTECT,
        related_name="document_links",
        verbose_name=_("application for a seat"),
    )

    class Meta:
        verbose_name = _("file of an application for a seat")
        verbose_name_plural = _("files of applications for a seat")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seat_application", "document"], name="seat_application_document_once")
        ]

    def __str__(self) -> str:
        return f"{self.seat_application} · {self.document}"


class SeatAppeal(Versioned):
    """Against a refusal, once, by whoever applied; somebody else than before decides it."""

    class Outcome(models.TextChoices):
        ALLOWED = "allowed", pgettext_lazy("outcome of an appeal", "Allowed")
        DISMISSED = "dismissed", pgettext_lazy("outcome of an appeal", "Dismissed")

    seat_application = models.OneToOneField(
        SeatApplication, on_delete=models.PROTECT, related_name="appeal", verbose_name=_("application for a seat")
    )
    text = models.TextField(_("why the decision should change"))
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=200, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome="", decided_on__isnull=True, decided_by="")
                | ~Q(outcome="") & Q(decided_on__isnull=False) & ~Q(decided_by="") & ~Q(reason=""),
                name="appeal_is_decided_by_somebody_with_a_reason",
                violation_error_message=_("Say who decided, when and why."),
            ),
            models.CheckConstraint(condition=~Q(text=""), name="appeal_says_why"),
        ]

    def __str__(self) -> str:
        return str(self.seat_application)


class Inquiry(Versioned):
    """A question about a table from somebody who may want to join. It is no application and nothing is decided."""

    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="inquiries", verbose_name=_("forum"))
    form_token = models.UUIDField(unique=True, editable=False, default=uuid.uuid4)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    name = models.CharField(_("name"), max_length=200)
    organization_name = models.CharField(_("name of the organization"), max_length=250, blank=True)
    email = models.EmailField(_("e-mail"), max_length=254)
    question = models.TextField(_("question"))
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )

    objects = InquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("inquiry")
        verbose_name_plural = _("inquiries")
        ordering: ClassVar = ["-received_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="inquiry_is_answered_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("forums:inquiry", args=[self.pk])
