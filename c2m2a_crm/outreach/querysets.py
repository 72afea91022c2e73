"""Reading mail: what became of each copy, and which addresses said stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.utils.translation import pgettext_lazy

from c2m2a_crm.core import outbox
from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.models import OutboxMessage
from c2m2a_crm.core.querysets import HouseQuerySet, SealableQuerySet, within_circles

if TYPE_CHECKING:
    from c2m2a_crm.outreach.models import Campaign, Delivery, KeptStop, Suppression  # noqa: F401  named in the strings below

_Sent = OutboxMessage.State


class Outcome(models.TextChoices):
    """What became of one copy. Every member of an approved audience is in exactly one of these.

    *Accepted* says that a mail server took the message, not that somebody read it. *Not known*: the worker stopped, or
    the connection was lost, while the message was handed over, so that it may have arrived; it is sent again only by a
    person's choice.
    """

    WAITING = "waiting", pgettext_lazy("what became of a message", "Waiting")
    HANDING_OVER = "handing_over", pgettext_lazy("what became of a message", "Being handed over")
    ACCEPTED = "accepted", pgettext_lazy("what became of a message", "Accepted by the mail server")
    IN_DOUBT = "in_doubt", pgettext_lazy("what became of a message", "Not known whether it arrived")
    FAILED = "failed", pgettext_lazy("what became of a message", "Failed")
    KEPT = "kept", pgettext_lazy("what became of a message", "Kept here, mail is off")
    HELD_BACK = "held_back", pgettext_lazy("what became of a message", "Held back")


class CampaignQuerySet(SealableQuerySet["Campaign"]):
    """Campaigns; whoever may not read one sees nothing of it, for a list of addressees tells who belongs."""

    def visible_to(self, actor: Actor) -> Self:
        return super().visible_to(actor).filter(within_circles("restricted_circle_id", actor))

    def sent(self) -> Self:
        return self.filter(started_at__isnull=False)

    def for_list(self) -> Self:
        return self.select_related("created_by", "approved_by").defer("body_en", "body_fr")


class DeliveryQuerySet(HouseQuerySet["Delivery"]):
    def visible_to(self, actor: Actor) -> Self:
        return (
            super()
            .visible_to(actor)
            .filter(
                within_circles("campaign__sealed_circle_id", actor),
                within_circles("campaign__restricted_circle_id", actor),
            )
        )

    def with_outcome(self) -> Self:
        """Adds ``outcome``, read from the row of the outbox."""
        return self.annotate(
            outcome=Case(
                When(~Q(held_back=""), then=Value(Outcome.HELD_BACK)),
                When(message__state=_Sent.SENT, then=Value(Outcome.ACCEPTED)),
                When(message__state=_Sent.KEPT, then=Value(Outcome.KEPT)),
                When(outbox.in_doubt("message__"), then=Value(Outcome.IN_DOUBT)),
                When(message__state=_Sent.FAILED, then=Value(Outcome.FAILED)),
                When(message__state=_Sent.SENDING, then=Value(Outcome.HANDING_OVER)),
                default=Value(Outcome.WAITING),
                output_field=models.CharField(),
            )
        )

    def came_to(self, *outcomes: Outcome) -> Self:
        return self.with_outcome().filter(outcome__in=outcomes)

    def for_list(self) -> Self:
        texts = ("message__body_text", "message__body_html", "campaign__body_en", "campaign__body_fr")
        return self.with_outcome().select_related("campaign", "email", "person", "message").defer(*texts)


class SuppressionQuerySet(HouseQuerySet["Suppression"]):
    def visible_to(self, actor: Actor) -> Self:
        """What somebody said of a sealed audience is as far away as the audience."""
        return (
            super()
            .visible_to(actor)
            .filter(
                within_circles("campaign__sealed_circle_id", actor),
                within_circles("campaign__restricted_circle_id", actor),
            )
        )

    def of_everything(self) -> Self:
        return self.filter(audience_key="")

    def of_audience(self, key: str, pk: int) -> Self:
        return self.filter(audience_key=key, audience_id=pk)

    def in_force(self) -> Self:
        """Stops that nothing took back: the last word on their scope."""
        from c2m2a_crm.outreach.models import Suppression as Row  # models import this module

        later = Row.objects.filter(
            email=OuterRef("email"),
            audience_key=OuterRef("audience_key"),
            pk__gt=OuterRef("pk"),
        ).filter(Q(audience_id=OuterRef("audience_id")) | Q(audience_key=""))
        return self.filter(act="stop").exclude(Exists(later))

    def for_list(self) -> Self:
        return self.select_related("email", "campaign", "by").defer("campaign__body_en", "campaign__body_fr")


class KeptStopQuerySet(HouseQuerySet["KeptStop"]):
    """Stops of addresses that are gone."""

    def of_audience_or_all(self, key: str, pk: int) -> Self:
        return self.filter(Q(audience_key="") | Q(audience_key=key, audience_id=pk))
