"""Pairs of records that may be one, and pairs of which somebody said that they are two."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members.duplicates.querysets import PairQuerySet
from members.models.parties import Party
from members.models.people import Person


def _pair_of_one_kind(name: str) -> models.CheckConstraint:
    """Two different people or two different parties, the one that was made first on the left."""
    return models.CheckConstraint(
        condition=Q(
            left_person__isnull=False,
            right_person__gt=F("left_person"),
            right_person__isnull=False,
            left_party__isnull=True,
            right_party__isnull=True,
        )
        | Q(
            left_party__isnull=False,
            right_party__gt=F("left_party"),
            right_party__isnull=False,
            left_person__isnull=True,
            right_person__isnull=True,
        ),
        name=name,
    )


class RecordPair(models.Model):
    """Two people or two parties, each pair once."""

    left_person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    right_person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    left_party = models.ForeignKey(Party, on_delete=models.CASCADE, null=True, related_name="+")
    right_party = models.ForeignKey(Party, on_delete=models.CASCADE, null=True, related_name="+")

    objects = PairQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def kind(self) -> str:
        """``people`` or ``parties``."""
        return "people" if self.left_person_id is not None else "parties"

    @property
    def keys(self) -> tuple[int, int]:
        """The keys of both records, the lower one first."""
        left = self.left_person_id if self.left_person_id is not None else self.left_party_id
        right = self.right_person_id if self.right_person_id is not None else self.right_party_id
        return left or 0, right or 0


class DuplicatePair(RecordPair):
    """Two records that look like one. Derived: each hunt writes what it finds in place of what it found before.

    ``score`` is out of a hundred. ``evidence`` holds, for each row that was compared, its name, what the comparison
    came to, and its weight in bits; no words of the records, so that nothing is left here of what they lose.
    """

    score = models.PositiveSmallIntegerField(_("score"))
    evidence = models.JSONField(_("evidence"), default=list)
    found_on = models.DateField(_("found on"))

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        constraints: ClassVar = [
            _pair_of_one_kind("duplicate_pair_of_one_kind"),
            models.UniqueConstraint(fields=["left_person", "right_person"], name="duplicate_people_once"),
            models.UniqueConstraint(fields=["left_party", "right_party"], name="duplicate_parties_once"),
        ]
        indexes: ClassVar = [models.Index(F("score").desc(), "id", name="duplicates_likeliest_first")]  # the queue

    def __str__(self) -> str:
        return f"{self.kind} {self.keys[0]} = {self.keys[1]}"


class NotTheSame(RecordPair):
    """Somebody looked at two records and said that they are two. Remembered until the same is undone."""

    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("said by")
    )
    said_at = models.DateTimeField(_("said on"), auto_now_add=True)
    reason = models.CharField(_("why they are not the same"), max_length=250, blank=True)

    class Meta:
        verbose_name = _("pair that is not the same")
        verbose_name_plural = _("pairs that are not the same")
        constraints: ClassVar = [
            _pair_of_one_kind("not_the_same_of_one_kind"),
            models.UniqueConstraint(fields=["left_person", "right_person"], name="not_the_same_people_once"),
            models.UniqueConstraint(fields=["left_party", "right_party"], name="not_the_same_parties_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.keys[0]} ≠ {self.keys[1]}"
