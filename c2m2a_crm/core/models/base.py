"""Abstract bases: what a table is made of."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.actor import Actor, circle_ids_of


class Versioned(models.Model):
    """Counts its edits, so that two editors never overwrite each other silently (``core.editing``)."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class Archivable(models.Model):
    """Put aside with a reason, never deleted; history tells who did it."""

    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True, editable=False)
    archived_reason = models.TextField(_("reason for archiving"), blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class Sealable(models.Model):
    """May be sealed in a circle or restricted to one. Children of a sealed row carry the same circle.

    The columns stand in the covering indexes of the tables that carry them: without that, counts take four times as
    long.
    """

    sealed_circle = models.ForeignKey(
        "core.Circle", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sealed in")
    )
    restricted_circle = models.ForeignKey(
        "core.Circle",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("restricted to"),
    )

    class Meta:
        abstract = True

    def is_readable_by(self, actor: Actor) -> bool:
        """The rule of ``readable_by`` for one row already at hand; both are held equal by a test."""
        if not (actor.is_authenticated and actor.is_active):
            return False
        circles = {None, *circle_ids_of(actor)}
        return self.sealed_circle_id in circles and self.restricted_circle_id in circles


class Circle(models.Model):
    """Named people who share sealed or restricted rows."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    purpose = models.TextField(_("purpose"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class CircleMembership(models.Model):
    """A person's place in a circle; leaving keeps the row."""

    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="circle_memberships")
    is_owner = models.BooleanField(_("owner"), default=False)
    joined_on = models.DateField(_("joined on"), auto_now_add=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "user"], condition=models.Q(left_on__isnull=True), name="one_open_place_per_circle"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.circle}"
