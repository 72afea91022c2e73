"""Pairs as a reader may know them: only where both records are there for that reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

from c2m2a_crm.core.querysets import HouseQuerySet

if TYPE_CHECKING:
    from members.models.duplicates import RecordPair

P = TypeVar("P", bound="RecordPair", covariant=True)


class PairQuerySet(HouseQuerySet[P]):
    def visible_to(self, user: Any) -> Self:
        from members.models import Party, Person  # models import this module

        people = Person.objects.visible_to(user).values("pk")
        parties = Party.objects.visible_to(user).values("pk")
        return self.filter(
            Q(left_person__in=people, right_person__in=people) | Q(left_party__in=parties, right_party__in=parties)
        )

    def readable_by(self, user: Any) -> Self:
        return self.visible_to(user)

    def of_kind(self, kind: str) -> Self:
        """``people`` or ``parties``."""
        return self.filter(left_person__isnull=kind != "people")

    def naming(self, record: models.Model) -> Self:
        """Those of which the record is one side."""
        column = "person" if record._meta.model_name == "person" else "party"
        return self.filter(Q(**{f"left_{column}": record.pk}) | Q(**{f"right_{column}": record.pk}))

    def standing(self) -> Self:
        """Both records are in use: neither was put aside since, nor made anonymous."""
        return self.filter(
            Q(left_person__archived_at=None, right_person__archived_at=None)
            & Q(left_person__anonymised_on=None, right_person__anonymised_on=None)
            & Q(left_party__archived_at=None, right_party__archived_at=None)
        )

    def unsettled(self) -> Self:
        """Nobody said of them that they are not the same."""
        from members.models import NotTheSame  # models import this module

        said = NotTheSame.objects
        people = said.filter(left_person=OuterRef("left_person"), right_person=OuterRef("right_person"))
        parties = said.filter(left_party=OuterRef("left_party"), right_party=OuterRef("right_party"))
        return self.exclude(Exists(people)).exclude(Exists(parties))

    def likeliest_first(self) -> Self:
        return self.order_by("-score", "pk")
