"""Links that open one thing to somebody without an account."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from c2m2a_crm.core.public_links.querysets import PublicLinkQuerySet


class PublicLink(models.Model):
    """One link for one recipient and one purpose (``core.registries.LinkPurpose``), to one row of that purpose's table.

    The secret itself is never kept: ``digest`` is SHA-256 over purpose and secret, so the link is shown once, when it
    is made. ``openings`` counts pages that were shown, ``uses`` what was done by a button on them; who it was is not
    known. ``form_token`` is made by the form, so that one that is sent twice makes one link.
    """

    class State(models.TextChoices):
        WORKS = "works", pgettext_lazy("state of a link", "Works")
        USED = "used", pgettext_lazy("state of a link", "Used")
        EXPIRED = "expired", pgettext_lazy("state of a link", "Expired")
        REVOKED = "revoked", pgettext_lazy("state of a link", "Revoked")

    purpose = models.CharField(_("purpose"), max_length=40)
    object_id = models.BigIntegerField(_("number of the record"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    form_token = models.UUIDField(unique=True, editable=False)
    recipient = models.CharField(_("recipient"), max_length=120)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="en")
    is_single_use = models.BooleanField(_("works once"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("revoked by"),
    )
    revoked_reason = models.TextField(_("reason for revoking"), blank=True, editable=False)
    openings = models.PositiveIntegerField(_("openings"), default=0, editable=False)
    first_opened_at = models.DateTimeField(_("first opened at"), null=True, editable=False)
    last_opened_at = models.DateTimeField(_("last opened at"), null=True, editable=False)
    uses = models.PositiveIntegerField(_("uses"), default=0, editable=False)
    used_at = models.DateTimeField(_("last used at"), null=True, editable=False)

    objects = PublicLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("public link")
        verbose_name_plural = _("public links")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(recipient=""),
                name="public_link_has_a_recipient",
                violation_error_message=_("Say for whom the link is."),
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True, revoked_reason="")
                | Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revoked_reason=""),
                name="public_link_is_revoked_with_a_reason",
                violation_error_message=_("Say why the link is revoked."),
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="public_link_expires_after_it_is_made"
            ),
        ]
        # The card on the page of a record, and whom the list is for.
        indexes: ClassVar = [models.Index(fields=["purpose", "object_id", "-id"], name="links_of_a_record")]

    def __str__(self) -> str:
        return self.recipient

    def get_absolute_url(self) -> str:
        return reverse("public_links:detail", args=[self.pk])

    @property
    def state(self) -> Any:
        """By the row alone; the record may be closed to links all the same (``core.public_links.selectors``)."""
        if self.revoked_at is not None:
            return self.State.REVOKED
        if self.is_single_use and self.uses:
            return self.State.USED
        return self.State.EXPIRED if self.expires_at <= timezone.now() else self.State.WORKS
