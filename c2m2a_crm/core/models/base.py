"""Abstract bases: what a table is made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.actor import Actor, circle_ids_of, membership_circle_ids_of
from c2m2a_crm.core.circle_querysets import CircleAccessQuerySet, CircleQuerySet


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

    @classmethod
    def open_beside_circles(cls, actor: Actor) -> models.Q:
        """A further rule of the table's own, beside circles: what it leaves out is as closed, in the audit too."""
        return models.Q()

    def is_readable_by(self, actor: Actor) -> bool:
        """The rule of ``readable_by`` for one row already at hand; both are held equal by a test."""
        return self._is_within(actor, circle_ids_of(actor))

    def is_workable_by(self, actor: Actor) -> bool:
        """Whether the actor may change it: as a member. Access in an emergency is for reading alone."""
        return self._is_within(actor, membership_circle_ids_of(actor))

    @property
    def is_confided(self) -> bool:
        return bool(self.sealed_circle_id or self.restricted_circle_id)

    def _is_within(self, actor: Actor, circle_ids: Iterable[int]) -> bool:
        if not (actor.is_authenticated and actor.is_active):
            return False
        circles = {None, *circle_ids}
        return self.sealed_circle_id in circles and self.restricted_circle_id in circles


class Circle(Versioned):
    """Named people who share sealed or restricted rows.

    Two circles may bear one name: a refusal would tell an outsider that a circle of that name exists.
    """

    name = models.CharField(_("name"), max_length=120)
    purpose = models.TextField(_("purpose"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CircleQuerySet.as_manager()

    class Meta:
        verbose_name = _("circle")
        verbose_name_plural = _("circles")
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("accounts:circle", args=[self.pk])


class CircleMembership(models.Model):
    """A person's place in a circle; leaving keeps the row."""

    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="circle_memberships")
    is_owner = models.BooleanField(_("owner"), default=False)
    joined_on = models.DateField(_("joined on"), auto_now_add=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)

    class Meta:
        verbose_name = _("place in a circle")
        verbose_name_plural = _("places in circles")
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "user"], condition=models.Q(left_on__isnull=True), name="one_open_place_per_circle"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.circle}"


class CircleAccess(models.Model):
    """Sight of a circle's rows in an emergency: for reading, with a reason, until ``ends_at``.

    It ends by the clock, so no job has to take it away. The circle's owners are told when it begins.
    """

    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="accesses")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="circle_accesses")
    reason = models.TextField(_("reason"))
    began_at = models.DateTimeField(_("began at"))
    ends_at = models.DateTimeField(_("ends at"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ended early by"),
    )

    objects = CircleAccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("access to a circle")
        verbose_name_plural = _("accesses to circles")
        ordering: ClassVar = ["-began_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="circle_access_has_a_reason"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gte=models.F("began_at")), name="circle_access_ends_after_it_begins"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["user", "ends_at"], name="circle_access_of_a_person")]

    def __str__(self) -> str:
        return f"{self.user} · {self.circle}"

    @property
    def is_in_force(self) -> bool:
        return self.ends_at > timezone.now()
