"""What gifts hold about people: for requests for information, when somebody is made anonymous, and with time.

How much was given, when and under which number of receipt stays, so that the books do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any, Final

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core import dates
from c2m2a_crm.core.anonymising import Identity, Words, mentions
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.lists import says
from c2m2a_crm.core.registries import Disposal, HeldRecord, RetentionRule, Sought
from c2m2a_crm.core.removal import Texts, remove_from_history
from members.models import Gift, GiftReceipt, Person

# What a rule of the table wants filled keeps a mark in the place of words.
MARK: Final = "[…]"
_GIFT: Final = (
    "reference",
    "description",
    "appraiser",
    "appraiser_address",
    "advantage_for",
    "purpose",
    "note",
    "taken_back_reason",
)
_OF_THE_DONOR: Final = ("reference", "note")
_RECEIPT: Final = ("donor_name", "donor_address")
_RECEIPT_TEXTS: Final = (*_RECEIPT, "signed_by", "cancelled_reason")
_LABEL: Final = gettext_lazy("Gifts")


def held(actor: Any, person: Person, circle: int | None) -> Iterator[HeldRecord]:
    """The person's own gifts and receipts, and rows of others in which given and family name stand."""
    if circle is not None:
        return
    words = [person.given_name, person.family_name] if person.given_name and person.family_name else []
    yield from _found(actor, Q(donor_person=person), words)


def find(actor: Any, sought: Sought, circle: int | None) -> Iterator[HeldRecord]:
    if circle is not None:
        return
    words = sought.words.split()
    own = Q(donor_person__in=sought.people) if sought.people else Q(pk__in=[])
    if not words and not sought.people:
        return
    for record in _found(actor, own, words):
        if (sought.since is None or (record.on and record.on >= sought.since)) and (
            sought.until is None or (record.on and record.on <= sought.until)
        ):
            yield record


def _found(actor: Any, own: Q, words: Sequence[str]) -> Iterator[HeldRecord]:
    for model, columns, of in ((Gift, _GIFT, ""), (GiftReceipt, _RECEIPT_TEXTS, "gift__")):
        rows: QuerySet[Any] = model.objects.readable_by(actor).order_by("pk")
        asked = Q()
        for word in words:
            asked &= Q(says(word, *columns))
        theirs = own if not of else Q(gift__in=Gift.objects.filter(own).order_by().values("pk"))
        for row in rows.filter(theirs | asked if words else theirs):
            yield _record(row, columns)


def _record(row: Any, columns: Sequence[str]) -> HeldRecord:
    is_receipt = isinstance(row, GiftReceipt)
    gift = row.gift if is_receipt else row
    label = _("Official receipt %(number)s") % {"number": row.number} if is_receipt else _("Gift")
    said = [getattr(row, column) for column in columns if getattr(row, column)]
    return HeldRecord(
        row,
        label,
        "\n".join([*said, dates.money(gift.eligible if is_receipt else gift.amount)]),
        on=row.issued_on if is_receipt else row.received_on,
        uses=_("To account for gifts and to issue receipts for them."),
    )


# --- With somebody's name -------------------------------------------------------------------------------------------


def words_of(actor: Any, person: Person, identity: Identity) -> list[Words]:
    """Name and address on the person's own receipts; in every other text only the name."""
    own = list(GiftReceipt.objects.filter(gift__donor_person=person).order_by("pk").values_list("pk", flat=True))
    of_gifts = mentions(Gift._base_manager.all(), _GIFT, identity, label=_LABEL)
    others = GiftReceipt._base_manager.exclude(pk__in=own)
    return [
        Words(_LABEL, GiftReceipt, own, _RECEIPT, take_out=partial(_take_donor, own)),
        *of_gifts,
        *mentions(others, _RECEIPT_TEXTS, identity, label=_LABEL),
    ]


def _take_donor(keys: Sequence[int]) -> None:
    GiftReceipt.objects.filter(pk__in=list(keys)).update(**dict.fromkeys(_RECEIPT, MARK))


# --- With time ------------------------------------------------------------------------------------------------------


def gave_since(day: date) -> models.QuerySet[Any, Any]:
    """People whose gift is younger, for the rule by which people go."""
    return Gift.objects.filter(donor_person__isnull=False, received_on__gte=day).values("donor_person")


def _received_before(cutoff: date) -> QuerySet[Gift]:
    named = GiftReceipt.objects.filter(gift=OuterRef("pk")).exclude(donor_name=MARK)
    worded = ~Q(**dict.fromkeys(_OF_THE_DONOR, ""))
    return Gift.objects.filter(Exists(named) | worded, received_on__lt=cutoff).exclude(
        Exists(GiftReceipt.objects.filter(gift=OuterRef("pk"), issued_on__gte=cutoff))
    )


def _names(actor: Any, keys: Sequence[int]) -> dict[int, str]:
    rows = Gift.objects.visible_to(actor).filter(pk__in=keys).select_related("donor_person", "donor_party")
    return {row.pk: str(row.donor) for row in rows}


def _forget(key: int, disposal: Disposal) -> None:
    with recorded(disposal.actor, reason=disposal.reason):
        receipts = list(GiftReceipt.objects.filter(gift=key).order_by("pk").values_list("pk", flat=True))
        _take_donor(receipts)
        Gift.objects.filter(pk=key).update(**dict.fromkeys(_OF_THE_DONOR, ""))
        remove_from_history(
            actor=disposal.actor,
            texts=[Texts(Gift, [key], _OF_THE_DONOR), Texts(GiftReceipt, receipts, _RECEIPT)],
            authority=disposal.authority,
            reason=disposal.reason,
        )


GIFTS: Final = RetentionRule(
    key="gifts",
    order=36,
    label=gettext_lazy("Gifts and their receipts"),
    what=gettext_lazy("Gifts that were received that long ago, whose receipts are as old."),
    how=gettext_lazy(
        "Name and address of the donor on receipts, references and notes go. The gift, its amount and the numbers of "
        "its receipts stay."
    ),
    model=Gift,
    rows=_received_before,
    last_used=lambda gift: gift.received_on,
    names=_names,
    dispose=_forget,
    url=lambda key: Gift(pk=key).get_absolute_url(),
)
