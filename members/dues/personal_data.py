"""What dues hold about people in words, for requests for information and when somebody is made anonymous.

Invoices name organizations. People stand in them only where somebody wrote a name: a reference, a reason, who decided.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core import dates
from c2m2a_crm.core.anonymising import Identity, Words, mentions
from c2m2a_crm.core.lists import says
from c2m2a_crm.core.registries import HeldRecord, Sought
from members.models import DuesPayment, Invoice, InvoiceRelief, Person

_INVOICE = ("billed_to", "billed_address", "note", "cancelled_reason")
_PAYMENT = ("reference", "taken_back_reason")
_RELIEF = ("decided_by", "reason")
_TABLES = ((Invoice, _INVOICE, "issued_on"), (DuesPayment, _PAYMENT, "paid_on"), (InvoiceRelief, _RELIEF, "given_on"))


def held(actor: Any, person: Person, circle: int | None) -> Iterator[HeldRecord]:
    """Rows in which the person's given and family name stand."""
    if circle is None and person.given_name and person.family_name:
        yield from _found(actor, [person.given_name, person.family_name])


def find(actor: Any, sought: Sought, circle: int | None) -> Iterator[HeldRecord]:
    if circle is not None:
        return
    words = sought.words.split()
    names = [[each.given_name, each.family_name] for each in sought.people if each.given_name and each.family_name]
    for parts in names or ([[]] if words and not sought.people else []):
        for record in _found(actor, [*parts, *words]):
            if (sought.since is None or (record.on and record.on >= sought.since)) and (
                sought.until is None or (record.on and record.on <= sought.until)
            ):
                yield record


def _found(actor: Any, words: list[str]) -> Iterator[HeldRecord]:
    for model, columns, day in _TABLES:
        rows: QuerySet[Any] = model.objects.readable_by(actor).order_by("pk")
        asked = Q()
        for word in words:
            asked &= Q(says(word, *columns))
        for row in rows.filter(asked) if words else rows.none():
            invoice = row if isinstance(row, Invoice) else row.invoice
            yield HeldRecord(
                row,
                _("Dues: invoice %(number)s") % {"number": invoice.number},
                "\n".join(
                    [*(getattr(row, column) for column in columns if getattr(row, column)), dates.money(row.amount)]
                ),
                on=getattr(row, day),
                uses=_("To keep the accounts of the membership."),
            )


def words_of(actor: Any, person: Any, identity: Identity) -> list[Words]:
    label = gettext_lazy("Dues")
    return [
        words
        for model, columns, _day in _TABLES
        for words in mentions(model._base_manager.all(), columns, identity, label=label)
    ]
