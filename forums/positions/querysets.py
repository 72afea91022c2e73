"""Positions' vocabulary for reading.

A position is as far away as what it is filed under. What hangs on it is as far away as that, and as the contact, the
meeting or the file that it names: who may not read a source does not learn who said what there, nor that anybody did.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.db.models import Case, CharField, F, Model, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce, Concat

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.querysets import within_circles
from c2m2a_crm.core.text import Fold
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.querysets import OfInitiativeQuerySet

if TYPE_CHECKING:
    from forums import models  # noqa: F401  named in the strings below

M = TypeVar("M", bound=Model, covariant=True)

_QUESTION = ("question_en", "question_fr", "initiative__name_en", "initiative__name_fr")


class PositionQuerySet(OfInitiativeQuerySet["models.Position"]):
    initiative_path = "initiative"

    def active(self) -> Self:
        """Those that were not put aside, under what is not archived."""
        return self.filter(archived_at__isnull=True).filter(
            Q(initiative__isnull=True) | Q(initiative__archived_at__isnull=True)
        )

    def archived(self) -> Self:
        return self.exclude(pk__in=self.active().values("pk"))

    def for_list(self) -> Self:
        """Everything a row of the list shows but for the stances, which ``lists.py`` asks for by the page."""
        return self.select_related("initiative", "owner").with_state()

    def with_names(self) -> Self:
        """Adds ``folded``: the question in both languages and what it is filed under as one text to search in."""
        parts = [part for name in _QUESTION for part in (Coalesce(F(name), Value("")), Value(" "))]
        return self.annotate(folded=Fold(Concat(*parts, output_field=TextField())))

    def with_state(self, day: date | None = None) -> Self:
        """Adds ``state`` as on that day (today), ``newest`` and ``adopted``: numbers of wordings, and ``adopted_on``.

        The latest adoption counts: where it was withdrawn by that day, the position is, whatever stood before it.
        """
        day = day or today()
        written, latest = _written_by(day), _adopted_by(day)
        return self.annotate(
            newest=Subquery(written.values("number")[:1]),
            adopted=Subquery(latest.values("wording__number")[:1]),
            adopted_on=Subquery(latest.values("adopted_on")[:1]),
            _ended_on=Subquery(latest.values("withdrawn_on")[:1]),
        ).annotate(
            state=Case(
                When(_ended_on__lte=day, then=Value("withdrawn")),
                When(adopted__isnull=False, adopted__gte=F("newest"), then=Value("adopted")),
                When(adopted__isnull=False, then=Value("revised")),
                When(newest__isnull=False, then=Value("discussed")),
                default=Value("open"),
                output_field=CharField(),
            )
        )


def _written_by(day: date) -> QuerySet[Any]:
    from forums.models import PositionWording  # models import this module

    return PositionWording.objects.filter(position=OuterRef("pk"), written_on__lte=day).order_by("-number")


def _adopted_by(day: date) -> QuerySet[Any]:
    from forums.models import Adoption  # as above

    return Adoption.objects.filter(position=OuterRef("pk"), adopted_on__lte=day).order_by("-adopted_on", "-pk")


class _OfPositionQuerySet(OfInitiativeQuerySet[M]):
    """Rows that follow their position and, besides, what ``sources`` name: paths to rows with circles of their own."""

    initiative_path = "position__initiative"
    sources: ClassVar[tuple[str, ...]] = ()

    def visible_to(self, actor: Actor) -> Self:
        return self._within(super().visible_to(actor), "sealed_circle_id", actor)

    def readable_by(self, actor: Actor) -> Self:
        return self._within(super().readable_by(actor), "restricted_circle_id", actor)

    def _within(self, rows: Self, column: str, actor: Actor) -> Self:
        for path in self.sources:
            rows = rows.filter(within_circles(f"{path}__{column}", actor))
        return rows

    def active(self) -> Self:
        return self.filter(position__archived_at__isnull=True)


class TopicQuerySet(_OfPositionQuerySet["models.PositionTopic"]):
    pass


class WordingQuerySet(_OfPositionQuerySet["models.PositionWording"]):
    def written_by(self, day: date) -> Self:
        """Those that were there on that day."""
        return self.filter(written_on__lte=day)

    def for_list(self) -> Self:
        return self.select_related("author")


class StanceQuerySet(_OfPositionQuerySet["models.Stance"]):
    sources = ("interaction", "section__minutes__meeting__forum__initiative")

    def standing(self) -> Self:
        """Those that were neither noted in error nor rest on a contact that was taken back."""
        return self.filter(withdrawn_at__isnull=True).filter(
            Q(interaction__isnull=True) | Q(interaction__archived_at__isnull=True)
        )

    def said_by(self, day: date) -> Self:
        return self.filter(said_on__lte=day)

    def newest_first(self) -> Self:
        return self.order_by("-said_on", "-pk")

    def for_list(self) -> Self:
        return self.select_related(
            "position__initiative",
            "wording",
            "party",
            "person",
            "seat__category",
            "seat__jurisdiction",
            "interaction",
            "section__minutes__meeting",
        )


class AdoptionQuerySet(_OfPositionQuerySet["models.Adoption"]):
    sources = ("meeting__forum__initiative",)

    def in_force(self, day: date) -> Self:
        return self.filter(adopted_on__lte=day).filter(Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=day))

    def for_list(self) -> Self:
        return self.select_related("position__initiative", "wording", "meeting__forum__initiative", "decision__meeting")


class DissentQuerySet(_OfPositionQuerySet["models.Dissent"]):
    sources = ("stance__interaction", "stance__section__minutes__meeting__forum__initiative")


class PositionUseQuerySet(_OfPositionQuerySet["models.PositionUse"]):
    sources = ("interaction", "meeting__forum__initiative", "initiative")

    def standing(self) -> Self:
        """Those that were not noted in error."""
        return self.filter(withdrawn_at__isnull=True)

    def for_list(self) -> Self:
        return self.select_related("position__initiative", "wording", "party", "interaction", "meeting", "initiative")
