"""Gifts and receipts for tests, made through the services."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.texts import load_installation
from c2m2a_crm.core.validity import today
from members.gifts import rules, services
from members.gifts.reference import load_gift_rules
from members.models import CharityRegistration, Gift, GiftReceipt, GiftRule, Party, Person
from members.services import create_person
from tests.members.memberships.making import administrator, party

LONG_AGO = date(2015, 1, 1)


def charity(*, first: date = LONG_AGO) -> CharityRegistration:
    """The office is a registered charity from that day on, and the rules are as every office has them."""
    if not GiftRule.objects.exists():
        load_gift_rules()
    load_installation()
    Installation.objects.update(is_registered_charity=True)
    known = CharityRegistration.objects.first()
    if known is not None:
        return known
    return rules.set_registration(
        actor=administrator(),
        number="123456789 rr0001",
        name="Ore Learning Fund",
        address="12 Ore Street\nOttawa ON",
        place="Ottawa",
        signatory="M. Basin, treasurer",
        first=first,
    )


def donor(actor: User, family_name: str = "Quarry", **facts: Any) -> Person:
    return create_person(actor=actor, given_name="Ines", family_name=family_name, **facts)


def gift(actor: User | None = None, *, amount: str = "500.00", **facts: Any) -> Gift:
    """Money by cheque, received today; of a new person unless a donor is given."""
    keeper = actor or administrator()
    wanted: dict[str, Any] = {"received_on": today(), "kind": "money", "how": "cheque", **facts}
    if not {"donor_person", "donor_party"} & set(wanted):
        wanted["donor_person"] = donor(keeper)
    return services.record_gift(actor=keeper, amount=Decimal(amount), **wanted)


def receipt(actor: User, of: Gift, **facts: Any) -> GiftReceipt:
    wanted = {"donor_name": "Ines Quarry", "donor_address": "4 Shaft Road\nSudbury", **facts}
    return services.issue_receipt(actor=actor, gift=of, **wanted)


def again(made: Gift) -> Any:
    return Gift.objects.with_state().get(pk=made.pk)


def many_gifts(actor: User, giver: Party, person: Person, more: int, size: int) -> Gift:
    """So many gifts of others and of these two, and one that has so many receipts."""
    charity()
    for number in range(more):
        gift(actor, donor_party=party(actor, f"Giver {giver.pk} {number}"))
        gift(actor, donor_party=giver)
        gift(actor, donor_person=person)
    made = gift(actor, donor_party=giver)
    last = receipt(actor, made)
    for _number in range(size - 1):
        last = receipt(actor, made, replaces=last)
    return made
