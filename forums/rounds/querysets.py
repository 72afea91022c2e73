"""The vocabulary of comment rounds for reading. A round is as far away as its forum's initiative; so is all of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Concat

from c2m2a_crm.core.text import Fold
from c2m2a_crm.engagement.querysets import OfInitiativeQuerySet

if TYPE_CHECKING:
    from forums import models as rooms  # noqa: F401  named in the strings below


class RoundQuerySet(OfInitiativeQuerySet["rooms.CommentRound"]):
    initiative_path = "forum__initiative"

    def for_list(self) -> Self:
        """Everything a row of the list shows."""
        return self.select_related("forum__initiative", "wording__position")

    def with_names(self) -> Self:
        """Adds ``folded``: titles of the round and names of its forum as one text to search in."""
        said = [f"{pair}_{language}" for pair in ("forum__initiative__name", "title") for language in ("en", "fr")]
        names = (*said, "forum__code", "forum__code_fr")
        return self.annotate(folded=Fold(Concat(*[part for name in names for part in (F(name), Value(" "))])))

    def drafts(self) -> Self:
        return self.filter(opened_on__isnull=True)

    def open_on(self, day: date) -> Self:
        """Those that take answers on that day."""
        return self.filter(opened_on__isnull=False, closed_at__isnull=True, closes_on__gte=day)

    def closed_on(self, day: date) -> Self:
        """Those that take no answers any more."""
        return self.filter(Q(closed_at__isnull=False) | Q(closes_on__lt=day), opened_on__isnull=False)

    def due_to_open(self, day: date) -> Self:
        """Released ones whose day has come, and whose last day has not passed."""
        return self.filter(released_at__isnull=False, opened_on__isnull=True, opens_on__lte=day, closes_on__gte=day)

    def due_to_close(self, day: date) -> Self:
        """Those whose last day has passed and for which what follows was not done."""
        return self.filter(opened_on__isnull=False, closed_at__isnull=True, closes_on__lt=day)

    def soonest_first(self) -> Self:
        return self.order_by("closes_on", "pk")


class RoundSeatQuerySet(OfInitiativeQuerySet["rooms.RoundSeat"]):
    initiative_path = "round__forum__initiative"

    def silent(self) -> Self:
        """Seats from which no answer has come."""
        from forums.models import RoundAnswer  # models import this module

        return self.filter(~Exists(RoundAnswer.objects.filter(round_seat=OuterRef("pk"))))

    def answered(self) -> Self:
        from forums.models import RoundAnswer  # as above

        return self.filter(Exists(RoundAnswer.objects.filter(round_seat=OuterRef("pk"))))

    def for_list(self) -> Self:
        """Everything a row of the list shows, but for the people, of whom a page asks at once."""
        return self.select_related(
            "round__forum__initiative", "seat__category", "seat__jurisdiction", "party", "answer"
        )

    def with_names(self) -> Self:
        """Adds ``folded``: the names of the seat, of whom it speaks for and of the round as one text to search in."""
        pairs = ("round__title", "seat__title", "seat__category__name", "seat__jurisdiction__name", "party__name")
        names = [f"{pair}_{language}" for pair in pairs for language in ("en", "fr")]
        parts = [part for name in names for part in (Coalesce(F(name), Value("")), Value(" "))]
        return self.annotate(folded=Fold(Concat(*parts)))

    def in_seat_order(self) -> Self:
        return self.order_by(
            F("seat__category__position").asc(nulls_first=True), "seat__category_id", "seat__number", "pk"
        )


class RoundSeatManager(models.Manager.from_queryset(RoundSeatQuerySet)):  # type: ignore[misc]  # made of a queryset
    """Seats that are asked with what their names are made of."""

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("party", "seat__category", "seat__jurisdiction")


class RoundInvitationQuerySet(OfInitiativeQuerySet["rooms.RoundInvitation"]):
    initiative_path = "round_seat__round__forum__initiative"


class RoundInvitationManager(models.Manager.from_queryset(RoundInvitationQuerySet)):  # type: ignore[misc]  # as above
    """Invitations with their people."""

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("person")


class RoundNudgeQuerySet(OfInitiativeQuerySet["rooms.RoundNudge"]):
    initiative_path = "invitation__round_seat__round__forum__initiative"


class RoundAnswerQuerySet(OfInitiativeQuerySet["rooms.RoundAnswer"]):
    initiative_path = "round_seat__round__forum__initiative"


class RoundReplyQuerySet(OfInitiativeQuerySet["rooms.RoundReply"]):
    initiative_path = "answer__round_seat__round__forum__initiative"


class RoundOutcomeQuerySet(OfInitiativeQuerySet["rooms.RoundOutcome"]):
    initiative_path = "answer__round_seat__round__forum__initiative"


class HeardQuerySet(OfInitiativeQuerySet["rooms.WhatWeHeard"]):
    initiative_path = "round__forum__initiative"
