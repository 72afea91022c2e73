"""The contact log's vocabulary for reading."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from django.db.models import Exists, F, Model, OuterRef, Q, Subquery, Value
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce, NullIf

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.querysets import HouseQuerySet, SealableQuerySet, account_columns_of_no_row, within_circles
from c2m2a_crm.core.text import Fold
from c2m2a_crm.core.validity import today

if TYPE_CHECKING:
    from c2m2a_crm.engagement import models  # noqa: F401  named in the strings below
    from members.models import Party, Person

M = TypeVar("M", bound=Model, covariant=True)


class InitiativeQuerySet(SealableQuerySet["models.Initiative"]):
    pass


class OfInitiativeQuerySet(SealableQuerySet[M]):
    """Rows that follow an initiative, ``initiative_path`` away: sealed, restricted and archived with it."""

    initiative_path: ClassVar[str]

    def visible_to(self, actor: Actor) -> Self:
        rows = super(SealableQuerySet, self).visible_to(actor)  # the circle is not a column of their own
        return rows.filter(within_circles(f"{self.initiative_path}__sealed_circle_id", actor))

    def readable_by(self, actor: Actor) -> Self:
        rows = self.visible_to(actor)
        return rows.filter(within_circles(f"{self.initiative_path}__restricted_circle_id", actor))

    def active(self) -> Self:
        return self.filter(**{f"{self.initiative_path}__archived_at__isnull": True})

    def archived(self) -> Self:
        return self.filter(**{f"{self.initiative_path}__archived_at__isnull": False})


def name_order(path: str = "initiative") -> list[OrderBy]:
    """By the name of the initiative, ``path`` away, as this reader sees it; some dozens of rows need no index."""
    own, other = ("fr", "en") if reader_language() == "fr" else ("en", "fr")
    return [Fold(Coalesce(NullIf(F(f"{path}__name_{own}"), Value("")), F(f"{path}__name_{other}"))).asc()]


class InteractionQuerySet(SealableQuerySet["models.Interaction"]):
    def newest_first(self) -> Self:
        return self.order_by(F("occurred_on").desc(), F("pk").desc())

    def with_person(self, person: Person) -> Self:
        """Contacts in which the person took part, in any role."""
        from c2m2a_crm.engagement.models import Participant  # models import this module

        return self.filter(Exists(Participant.objects.filter(interaction=OuterRef("pk"), person=person)))

    def with_party(self, party: Party) -> Self:
        """Contacts with the party itself or with somebody who spoke for it on that day."""
        from c2m2a_crm.engagement.models import Participant  # as above

        return self.filter(Exists(Participant.objects.filter(interaction=OuterRef("pk"), party=party)))

    def two_way(self) -> Self:
        """Contacts that reached somebody: an attempt shows in the record but is no touch."""
        return self.exclude(kind="attempt")

    def for_list(self) -> Self:
        """Everything a row of the log shows but for who was there, which ``lists.py`` asks for by the page."""
        from c2m2a_crm.engagement.models import Correction  # as above

        return (
            self.annotate(is_corrected=Exists(Correction.objects.filter(interaction=OuterRef("pk"))))
            .select_related("recorded_by", "restricted_circle")
            .defer(*account_columns_of_no_row("recorded_by"))
        )


class ParticipantQuerySet(HouseQuerySet["models.Participant"]):
    def visible_to(self, actor: Actor) -> Self:
        return super().visible_to(actor).filter(within_circles("interaction__sealed_circle_id", actor))

    def for_list(self) -> Self:
        return self.select_related("interaction", "party")


class PointQuerySet(SealableQuerySet["models.Point"]):
    def for_list(self) -> Self:
        return self.select_related("interaction", "owner")


class CommitmentQuerySet(SealableQuerySet["models.Commitment"]):
    def with_state(self) -> Self:
        """Adds ``state``: what the latest event says, open where there is none."""
        from c2m2a_crm.engagement.models import CommitmentEvent  # as above

        latest = CommitmentEvent.objects.filter(commitment=OuterRef("pk")).order_by("-pk").values("kind")[:1]
        return self.annotate(state=Coalesce(Subquery(latest), Value("open")))

    def open(self) -> Self:
        """Those whose latest event, if there is any, does not say that they are over.

        Said by what is not there (an end that nothing opened again), so that the database compares the events of all
        at once and not of each by itself; and few are ever opened again.
        """
        from c2m2a_crm.engagement.models import CommitmentEvent  # as above

        again = CommitmentEvent.objects.filter(commitment=OuterRef("commitment"), pk__gt=OuterRef("pk"), kind="open")
        over = CommitmentEvent.objects.filter(~Exists(again), commitment=OuterRef("pk")).exclude(kind="open")
        return self.with_state().filter(~Exists(over))

    def of_live_contacts(self) -> Self:
        """Without those of contacts that were taken back."""
        return self.filter(interaction__archived_at__isnull=True)

    def late_on(self, day: date) -> Self:
        return self.open().filter(due_on__lt=day)

    def about_party(self, party: Party) -> Self:
        return self.filter(Q(by_party=party) | Q(to_party=party))

    def by_due_date(self) -> Self:
        return self.order_by(F("due_on").asc(nulls_last=True), "pk")

    def for_list(self) -> Self:
        return self.with_state().select_related("interaction", "by_user", "by_person", "by_party", "to_party")


class FollowUpQuerySet(SealableQuerySet["models.FollowUp"]):
    def open(self) -> Self:
        return self.filter(done_at__isnull=True, withdrawn_at__isnull=True)

    def late(self) -> Self:
        return self.open().filter(due_on__lt=today())

    def by_due_date(self) -> Self:
        return self.order_by(F("due_on").asc(nulls_last=True), "pk")

    def for_list(self) -> Self:
        return self.select_related("assignee", "person", "party", "interaction", "created_by")


class DatedRowQuerySet(HouseQuerySet[M]):
    """Rows with a validity range called ``valid``; open to everyone, as the records that they are about."""

    def on(self, day: date) -> Self:
        return self.filter(valid__contains=day)


class AgreedQuietQuerySet(DatedRowQuerySet["models.AgreedQuiet"]):
    def on(self, day: date) -> Self:
        """Those that hold on that day: begun, and neither over nor ended by hand."""
        return super().on(day).filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day))


class NoProspectQuerySet(HouseQuerySet["models.NoProspect"]):
    def standing(self) -> Self:
        return self.filter(ended_on__isnull=True)
