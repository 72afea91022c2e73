"""Reading gifts and receipts: for whoever keeps them or answers for the law, and for nobody else."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db.models import F, Model, OuterRef
from django.db.models.functions import Coalesce

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.querysets import HouseQuerySet
from members.gifts import policies
from members.gifts import state as states

if TYPE_CHECKING:
    from members.models import CharityRegistration, Gift, GiftReceipt, GiftRule  # noqa: F401  named in strings

M = TypeVar("M", bound=Model, covariant=True)


class _OfGifts(HouseQuerySet[M]):
    def visible_to(self, actor: Actor) -> Self:
        rows = super().visible_to(actor)
        return rows if policies.can_see_gifts(actor) else rows.none()  # type: ignore[arg-type]  # a user by contract


class CharityRegistrationQuerySet(_OfGifts["CharityRegistration"]):
    def on(self, day: date) -> Self:
        return self.filter(valid__contains=day)


class GiftRuleQuerySet(_OfGifts["GiftRule"]):
    def on(self, day: date) -> Self:
        return self.filter(valid__contains=day)


class GiftReceiptQuerySet(_OfGifts["GiftReceipt"]):
    def standing(self) -> Self:
        """Those that were neither cancelled nor replaced."""
        return self.filter(cancelled_on__isnull=True)

    def with_state(self) -> Any:
        return self.annotate(state=states.receipt_state())


class GiftQuerySet(_OfGifts["Gift"]):
    def standing(self) -> Self:
        """Those that were not taken back."""
        return self.filter(taken_back_on__isnull=True)

    def with_state(self) -> Any:  # rows with columns that the model does not declare
        """Adds ``state``, ``eligible_amount``, and of the standing receipt ``receipt_year`` and ``receipt_serial``."""
        from members.models import GiftReceipt  # models import this module

        receipts = GiftReceipt.objects.standing().filter(gift=OuterRef("pk")).order_by()
        return self.annotate(
            state=states.state_of(receipts),
            eligible_amount=F("amount") - F("advantage"),
            receipt_year=receipts.values("year")[:1],
            receipt_serial=receipts.values("serial")[:1],
        )

    def for_list(self) -> Any:
        """Adds ``donor_sort``, too: parties by their name in the reader's language, among the people."""
        side = "donor_party__sort_fr" if reader_language() == "fr" else "donor_party__sort_en"
        rows = self.select_related("donor_person", "donor_party").with_state()
        return rows.annotate(donor_sort=Coalesce(F(side), F("donor_person__sort_key")))
