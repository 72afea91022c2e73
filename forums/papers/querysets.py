"""Papers and their openings are as far away as the meeting's forum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import F

from c2m2a_crm.engagement.querysets import OfInitiativeQuerySet

if TYPE_CHECKING:
    from forums import models  # noqa: F401  named in the strings below


class MeetingPaperQuerySet(OfInitiativeQuerySet["models.MeetingPaper"]):
    initiative_path = "meeting__forum__initiative"

    def in_order(self) -> Self:
        """As the agenda runs; what belongs to the meeting as a whole comes first."""
        return self.order_by(
            F("item__position").asc(nulls_first=True), F("item_id").asc(nulls_first=True), "position", "pk"
        )


class PaperOpeningQuerySet(OfInitiativeQuerySet["models.PaperOpening"]):
    initiative_path = "meeting__forum__initiative"
