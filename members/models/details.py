"""Somebody was asked to check what is on file of them, and what they answered."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from c2m2a_crm.core.addresses import address_of
from members.details.querysets import DetailsRequestQuerySet
from members.models.addresses import EmailAddress
from members.models.people import Person


class DetailsRequest(models.Model):
    """One question to one person, sent to one address of theirs with a public link (purpose ``details``) to this row.

    It is answered once. ``is_all_right`` says that nothing had to be changed; else the answer is its differences.
    """

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="details_requests", verbose_name=_("person")
    )
    email = models.ForeignKey(EmailAddress, on_delete=models.PROTECT, related_name="+", verbose_name=_("sent to"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True, editable=False)
    is_all_right = models.BooleanField(_("all is right"), default=False, editable=False)

    objects = DetailsRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to check details")
        verbose_name_plural = _("requests to check details")
        ordering: ClassVar = ["-asked_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(is_all_right=False) | Q(answered_at__isnull=False), name="details_all_right_is_an_answer"
            ),
        ]
        # The card on the page of a person, and whom nobody asks twice.
        indexes: ClassVar = [models.Index(fields=["person", "-asked_at"], name="details_of_a_person")]

    def __str__(self) -> str:
        return str(self.person)

    def get_absolute_url(self) -> str:
        return address_of("details:detail", self.pk)


class DetailsDifference(models.Model):
    """One field as it was shown to the person (``old``) and as they say it is (``new``), until somebody decides.

    ``target`` is the row it belongs to: of the affiliation, the use of an address, the telephone, the postal address;
    none for a field of the person's own and for what they add. Both texts are columns by name; empty where there was
    nothing, or is nothing any more.
    """

    class Field(models.TextChoices):
        NAME = "name", _("Name")
        PREFERRED_NAME = "preferred_name", _("Preferred name")
        HONORIFIC = "honorific", _("Honorific")
        POST_NOMINALS = "post_nominals", _("Post-nominals")
        PRONUNCIATION = "pronunciation", _("Pronunciation")
        LANGUAGE = "language", _("Official language")
        TITLE_EN = "title_en", _("Title in English")
        TITLE_FR = "title_fr", _("Title in French")
        UNIT = "unit", _("Branch or unit")
        LEFT = "left", _("Has left the organization")
        ORGANIZATION = "organization", _("Another organization")
        EMAIL = "email", _("E-mail address")
        PHONE = "phone", _("Telephone")
        POSTAL = "postal", _("Postal address")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("state of a difference", "Waiting")
        ACCEPTED = "accepted", pgettext_lazy("state of a difference", "Accepted")
        REFUSED = "refused", pgettext_lazy("state of a difference", "Refused")

    request = models.ForeignKey(DetailsRequest, on_delete=models.CASCADE, related_name="differences")
    field = models.CharField(_("field"), max_length=16, choices=Field)
    target = models.BigIntegerField(_("row"), null=True, blank=True, editable=False)
    old = models.JSONField(_("as it was shown"), default=dict, blank=True)
    new = models.JSONField(_("as they say"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)

    class Meta:
        verbose_name = _("difference in details")
        verbose_name_plural = _("differences in details")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True, decided_by__isnull=True)
                | ~Q(state="waiting") & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="details_difference_is_decided_by_somebody",
            ),
        ]
        # The queue of what waits.
        indexes: ClassVar = [
            models.Index(fields=["request"], condition=Q(state="waiting"), name="details_that_wait"),
        ]

    def __str__(self) -> str:
        return str(self.get_field_display())
