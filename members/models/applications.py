"""Applications that come from outside, without an account: for membership, and for what else takes the same way in."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from c2m2a_crm.core.addresses import address_of
from c2m2a_crm.core.models import Versioned
from members.memberships.intake_querysets import ApplicationQuerySet
from members.models.memberships import Membership, MembershipTier
from members.models.parties import Party
from members.models.people import Person


class Application(Versioned):
    """What somebody sent, as it was sent, and what became of it. Its state follows from what was done about it.

    ``token`` is what the applicant's link names; ``form_token`` is made by the form, so that one that is sent twice
    makes one application. ``conflicts`` is what the applicant declares; those of the reviewers are rows of their own.
    """

    class Kind(models.TextChoices):
        MEMBERSHIP = "membership", pgettext_lazy("kind of application", "Membership")
        SEAT = "seat", pgettext_lazy("kind of application", "Seat at a table")

    class Decision(models.TextChoices):
        ADMITTED = "admitted", pgettext_lazy("decision on an application", "Admitted")
        DECLINED = "declined", pgettext_lazy("decision on an application", "Declined")

    class State(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("state of an application", "Received")
        REVIEW = "review", pgettext_lazy("state of an application", "Under review")
        ADMITTED = "admitted", pgettext_lazy("state of an application", "Admitted")
        DECLINED = "declined", pgettext_lazy("state of an application", "Declined")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.MEMBERSHIP)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form_token = models.UUIDField(unique=True, editable=False)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    organization_name = models.CharField(_("name of the organization"), max_length=250)
    party_kind = models.CharField(_("kind of organization"), max_length=20, choices=Party.Kind)
    website = models.CharField(_("website"), max_length=300, blank=True)
    given_name = models.CharField(_("given name"), max_length=120)
    family_name = models.CharField(_("family name"), max_length=120)
    title = models.CharField(_("title"), max_length=250, blank=True)
    email = models.EmailField(_("e-mail"), max_length=254)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    tier = models.ForeignKey(
        MembershipTier, on_delete=models.PROTECT, null=True, related_name="applications", verbose_name=_("tier")
    )
    statement = models.TextField(_("why you apply"))
    conflicts = models.TextField(_("conflicts of interest"), blank=True)
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)
    decision = models.CharField(_("decision"), max_length=8, choices=Decision, blank=True)
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
    party = models.ForeignKey(
        Party,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name=_("organization or Nation"),
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="applications", verbose_name=_("person")
    )
    membership = models.ForeignKey(
        Membership,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name=_("membership"),
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering: ClassVar = ["-received_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(decision="", decided_on__isnull=True, decided_by="")
                | ~Q(decision="") & Q(decided_on__isnull=False) & ~Q(decided_by="") & ~Q(reason=""),
                name="application_is_decided_by_somebody_with_a_reason",
                violation_error_message=_("Say who decided, when and why."),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["decision", "-received_at"], name="applications_queue")]

    def __str__(self) -> str:
        return self.organization_name

    def get_absolute_url(self) -> str:
        if self.kind == self.Kind.SEAT:
            return address_of("forums:application", self.pk)
        return reverse("memberships:application", args=[self.pk])

    @property
    def applicant(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


class ApplicationCheck(models.Model):
    """One point of the checklist that somebody looked at, with what was found."""

    class Point(models.TextChoices):
        IDENTITY = "identity", _("The organization exists and the applicant may speak for it")
        ELIGIBLE = "eligible", _("It is eligible for the tier")
        CONFLICTS = "conflicts", _("What was declared about conflicts was weighed")
        DUES = "dues", _("The applicant knows the dues")

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="checks", verbose_name=_("application")
    )
    point = models.CharField(_("point"), max_length=12, choices=Point)
    note = models.CharField(_("what was found"), max_length=500, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("looked at by")
    )
    done_at = models.DateTimeField(_("looked at"), auto_now_add=True)

    class Meta:
        verbose_name = _("point of a checklist")
        verbose_name_plural = _("points of checklists")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "point"], name="application_point_once"),
        ]

    def __str__(self) -> str:
        return str(self.get_point_display())


class ApplicationConflict(models.Model):
    """What a reviewer declares of an own interest. Whoever declared one neither admits nor declines."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="declarations", verbose_name=_("application")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("declared by")
    )
    text = models.CharField(_("interest"), max_length=500)
    declared_at = models.DateTimeField(_("declared at"), auto_now_add=True)

    class Meta:
        verbose_name = _("declared conflict of interest")
        verbose_name_plural = _("declared conflicts of interest")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "user"], name="application_conflict_once"),
            models.CheckConstraint(condition=~Q(text=""), name="application_conflict_says_what"),
        ]

    def __str__(self) -> str:
        return self.text
