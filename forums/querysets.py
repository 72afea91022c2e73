"""The forums' vocabulary for reading. A forum is as far away as its initiative; so is everything that hangs on it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.text import Fold
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.querysets import OfInitiativeQuerySet, name_order
from forums import policies

if TYPE_CHECKING:
    from forums.models import Forum, Seat, SeatCategory, SeatTerm, TermsOfReference  # noqa: F401  named in the strings below
    from forums.models.joining import Inquiry, SeatAppeal, SeatApplication  # noqa: F401  as above

M = TypeVar("M", bound=models.Model, covariant=True)


class ForumQuerySet(OfInitiativeQuerySet["Forum"]):
    initiative_path = "initiative"

    def in_reading_order(self) -> Self:
        return self.order_by(*name_order(), "pk")

    def with_names(self) -> Self:
        """Adds ``folded``: names and acronyms in both languages as one text to search in."""
        said = ("initiative__name_en", "initiative__name_fr", "code", "code_fr")
        return self.annotate(folded=Fold(Concat(*[part for name in said for part in (F(name), Value(" "))])))

    def for_list(self) -> Self:
        """Everything a row of the list shows."""
        return self.select_related("initiative", "initiative__lead", "parent__initiative")


class ForumManager(models.Manager.from_queryset(ForumQuerySet)):  # type: ignore[misc]  # made of a queryset
    """Forums with their initiatives, which know their names: wherever one is shown, that is one statement."""

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("initiative")


class CategoryQuerySet(OfInitiativeQuerySet["SeatCategory"]):
    initiative_path = "forum__initiative"


class _DatedInForum(OfInitiativeQuerySet[M]):
    def on(self, day: date) -> Self:
        """Rows that hold on that day, as known now."""
        return self.filter(valid__contains=day)

    def current(self) -> Self:
        return self.on(today())


class TermsOfReferenceQuerySet(_DatedInForum["TermsOfReference"]):
    initiative_path = "forum__initiative"


class SeatQuerySet(_DatedInForum["Seat"]):
    initiative_path = "forum__initiative"

    def in_forum_order(self) -> Self:
        return self.order_by(F("category__position").asc(nulls_first=True), "category_id", "number", "pk")

    def for_list(self) -> Self:
        return self.select_related("forum__initiative", "category", "party", "jurisdiction")

    def with_names(self) -> Self:
        """Adds ``folded``: the names of the seat, its category and its forum as one text to search in."""
        pairs = ("forum__initiative__name", "category__name", "title", "jurisdiction__name", "party__name")
        said = [f"{pair}_{language}" for pair in pairs for language in ("en", "fr")]
        parts = [Coalesce(F(name), Value("")) for name in (*said, "forum__code", "forum__code_fr")]
        return self.annotate(folded=Fold(Concat(*[part for each in parts for part in (each, Value(" "))])))

    def with_holder_until(self, day: date) -> Self:
        """Adds ``holder_until``: the day after the last one of whoever holds the seat on ``day``."""
        return self.annotate(holder_until=Subquery(_holders(day).values("valid__endswith")[:1]))

    def held_on(self, day: date) -> Self:
        """Seats with a holder on that day."""
        return self.filter(Exists(_holders(day)))

    def vacant_on(self, day: date) -> Self:
        """Seats that exist on that day and have no holder on it."""
        return self.on(day).filter(~Exists(_holders(day)))

    def ending_within(self, days: int, day: date | None = None) -> Self:
        """Seats whose holder of ``day`` (today) leaves within so many days, with nobody appointed to follow."""
        day = day or today()
        leaving = _holders(day).filter(valid__endswith__lte=day + timedelta(days=days + 1))
        follows = _terms_of_seat().filter(role="holder", valid__startswith__gt=day)
        return self.on(day).filter(Exists(leaving), ~Exists(follows))


class TermQuerySet(_DatedInForum["SeatTerm"]):
    initiative_path = "seat__forum__initiative"

    def holders(self) -> Self:
        return self.filter(role="holder")

    def for_list(self) -> Self:
        return self.select_related(
            "person", "party", "seat__forum__initiative", "seat__category", "seat__party", "seat__jurisdiction"
        )


class SeatManager(models.Manager.from_queryset(SeatQuerySet)):  # type: ignore[misc]  # made of a queryset
    """Seats with what their names are made of."""

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("category", "jurisdiction")


class _ForTheSecretariat(OfInitiativeQuerySet[M]):
    """What strangers sent: for whoever runs forums or answers for the law, as far as they may know the forum."""

    def visible_to(self, actor: Actor) -> Self:
        rows = super().visible_to(actor)
        return rows if policies.can_read_applications(actor) else rows.none()  # type: ignore[arg-type]  # a user by contract


class SeatApplicationQuerySet(_ForTheSecretariat["SeatApplication"]):
    initiative_path = "forum__initiative"

    def with_state(self) -> Self:
        """Adds ``state``, as of the application; a refusal against which an appeal waits is ``appealed``."""
        from members.models import Application  # models import this module

        states: Any = Application.objects.with_state().filter(pk=OuterRef("pk"))
        appealed = Q(appeal__isnull=False, appeal__outcome="")
        state = Case(When(appealed, then=Value("appealed")), default=Subquery(states.values("state")))
        return self.annotate(state=state)

    def for_list(self) -> Self:
        return self.select_related("application", "forum__initiative", "category").with_state()


class AppealQuerySet(_ForTheSecretariat["SeatAppeal"]):
    initiative_path = "seat_application__forum__initiative"


class InquiryQuerySet(_ForTheSecretariat["Inquiry"]):
    initiative_path = "forum__initiative"

    def waiting(self) -> Self:
        """Those that nobody answered yet."""
        return self.filter(answered_at__isnull=True)

    def for_list(self) -> Self:
        return self.select_related("forum__initiative", "answered_by")


def _terms_of_seat() -> models.QuerySet[Any]:
    from forums.models import SeatTerm  # models import this module

    return SeatTerm.objects.filter(seat=OuterRef("pk"))


def _holders(day: date) -> models.QuerySet[Any]:
    return _terms_of_seat().filter(role="holder", valid__contains=day)
