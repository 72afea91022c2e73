"""What a gift is: a function of its rows, said to the database. Nothing of it is stored."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Case, Exists, Value, When
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    PLAIN = "plain", pgettext_lazy("state of a gift", "No receipt")
    RECEIPTED = "receipted", pgettext_lazy("state of a gift", "Receipt issued")
    TAKEN_BACK = "taken_back", pgettext_lazy("state of a gift", "Taken back")


class ReceiptState(models.TextChoices):
    STANDING = "standing", pgettext_lazy("state of a receipt", "Valid")
    REPLACED = "replaced", pgettext_lazy("state of a receipt", "Replaced")
    CANCELLED = "cancelled", pgettext_lazy("state of a receipt", "Cancelled")


TONES: Final[dict[str, str]] = {
    State.PLAIN: "info",
    State.RECEIPTED: "ok",
    State.TAKEN_BACK: "line",
    ReceiptState.STANDING: "ok",
    ReceiptState.REPLACED: "line",
    ReceiptState.CANCELLED: "line",
}


def state_of(standing_receipts: models.QuerySet[models.Model]) -> Case:
    """Of a gift, whose receipts that stand are given. What was taken back has none."""
    return Case(
        When(taken_back_on__isnull=False, then=Value(State.TAKEN_BACK)),
        When(Exists(standing_receipts), then=Value(State.RECEIPTED)),
        default=Value(State.PLAIN),
        output_field=models.CharField(),
    )


def receipt_state() -> Case:
    return Case(
        When(cancelled_on__isnull=True, then=Value(ReceiptState.STANDING)),
        When(replaced_by__isnull=False, then=Value(ReceiptState.REPLACED)),
        default=Value(ReceiptState.CANCELLED),
        output_field=models.CharField(),
    )
