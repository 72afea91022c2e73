"""Meetings' vocabulary for reading. A meeting is as far away as its forum's initiative; so is all that hangs on it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import F, TextField, Value
from django.db.models.functions import Concat, Now

from c2m2a_crm.core.text import Fold
from c2m2a_crm.engagement.querysets import OfInitiativeQuerySet

if TYPE_CHECKING:
    from forums import models  # noqa: F401  named in the strings below


class SeriesQuerySet(OfInitiativeQuerySet["models.MeetingSeries"]):
    initiative_path = "forum__initiative"


class MeetingQuerySet(OfInitiativeQuerySet["models.Meeting"]):
    initiative_path = "forum__initiative"

    def for_list(self) -> Self:
        """Everything a row of the list shows."""
        return self.select_related("forum__initiative", "series", "minutes")

    def with_names(self) -> Self:
        """Adds ``folded``: titles and places of the meeting and names of its forum as one text to search in."""
        pairs = ("forum__initiative__name", "title", "place")
        said = [f"{pair}_{language}" for pair in pairs for language in ("en", "fr")]
        names = (*said, "forum__code", "forum__code_fr")
        return self.annotate(folded=Fold(Concat(*[part for name in names for part in (F(name), Value(" "))])))

    def to_come(self, now: datetime | Now) -> Self:
        """Those that will still take place, also one that is going on."""
        return self.filter(cancelled_at__isnull=True, ends_at__gt=now)

    def held_before(self, now: datetime) -> Self:
        return self.filter(cancelled_at__isnull=True, ends_at__lte=now)

    def called_off(self) -> Self:
        return self.filter(cancelled_at__isnull=False)

    def soonest_first(self) -> Self:
        return self.order_by("starts_at", "pk")


class InvitationQuerySet(OfInitiativeQuerySet["models.Invitation"]):
    initiative_path = "meeting__forum__initiative"


class AttendanceQuerySet(OfInitiativeQuerySet["models.Attendance"]):
    initiative_path = "meeting__forum__initiative"


class RecusalQuerySet(OfInitiativeQuerySet["models.Recusal"]):
    initiative_path = "meeting__forum__initiative"


class ReviewerQuerySet(OfInitiativeQuerySet["models.MinutesReviewer"]):
    initiative_path = "minutes__meeting__forum__initiative"


class CommentQuerySet(OfInitiativeQuerySet["models.MinutesComment"]):
    initiative_path = "minutes__meeting__forum__initiative"

    def open(self) -> Self:
        """Those that nobody answered yet."""
        return self.filter(verdict="")


class DecisionQuerySet(OfInitiativeQuerySet["models.Decision"]):
    initiative_path = "meeting__forum__initiative"

    def for_list(self) -> Self:
        return self.select_related("meeting__forum__initiative", "section__minutes")

    def with_names(self) -> Self:
        """Adds ``folded``: the words of the decision in both languages and its forum's names."""
        names = ("text_en", "text_fr", "meeting__forum__initiative__name_en", "meeting__forum__initiative__name_fr")
        parts = [part for name in names for part in (F(name), Value(" "))]
        return self.annotate(folded=Fold(Concat(*parts, output_field=TextField())))
