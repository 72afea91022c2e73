"""The registration as a charity and the numbers by which gifts are judged: each from a day on, as administrators set.

The days before stay as they were, and so do the receipts that name them.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import first_day, valid_dates
from members.gifts import policies
from members.gifts.errors import EndsBeforeItBegins, GiftRefused, RegistrationBegins, RuleBegins, refusals
from members.memberships.rules import end_before
from members.models import CharityRegistration, GiftRule


def set_registration(
    *, actor: User, number: str, name: str, address: str, place: str, signatory: str, first: date
) -> CharityRegistration:
    """The registration from ``first`` on. One that went on ends the day before; its receipts go on naming it."""
    require(policies.can_set_gift_rules(actor))
    given: dict[str, Any] = {
        "number": clean_line(number).replace(" ", "").upper()[:15],
        "name": clean_line(name)[:300],
        "address": clean_line(address),
        "place": clean_line(place)[:120],
        "signatory": clean_line(signatory)[:200],
    }
    for field, text in given.items():
        if not text:
            raise GiftRefused(_("A receipt must say this."), field=field)
    with recorded(actor), refusals():
        running = CharityRegistration.objects.filter(Q(valid__upper_inf=True) | Q(valid__endswith__gt=first))
        for row in running.select_for_update().order_by("pk"):
            if row.valid.lower is None or row.valid.lower >= first:
                raise RegistrationBegins
            CharityRegistration.objects.filter(pk=row.pk).update(valid=type(row.valid)(row.valid.lower, first))
        made = CharityRegistration(valid=valid_dates(first), **given)
        made.save(force_insert=True)
    return made


def end_registration(*, actor: User, registration: CharityRegistration, last: date) -> CharityRegistration:
    """The office is no registered charity after ``last``: given up, or revoked."""
    require(policies.can_set_gift_rules(actor))
    with recorded(actor), refusals():
        current = CharityRegistration.objects.select_for_update().get(pk=registration.pk)
        current.valid = valid_dates(first_day(current.valid), last, refusal=EndsBeforeItBegins)
        current.save(update_fields=["valid"])
    return current


def set_rule(
    *,
    actor: User,
    subject: str,
    number: Decimal,
    first: date,
    source_en: str = "",
    source_fr: str = "",
    is_confirmed: bool = False,
) -> GiftRule:
    """Another number from ``first`` on. Raises :class:`RuleBegins`, :class:`GiftRefused`."""
    require(policies.can_set_gift_rules(actor))
    most = Decimal(100) if subject == GiftRule.Subject.ADVANTAGE else Decimal(99_999_999)
    if not number.is_finite() or not 0 <= number <= most:
        raise GiftRefused(_("Enter a number that is not too large."), field="number")
    with recorded(actor), refusals():
        end_before(GiftRule.objects.filter(subject=subject), first, RuleBegins)
        rule = GiftRule(
            subject=subject,
            number=number,
            source_en=clean_line(source_en)[:300],
            source_fr=clean_line(source_fr)[:300],
            is_confirmed=is_confirmed,
            valid=valid_dates(first),
        )
        rule.save(force_insert=True)
    return rule


def rule_on(subject: str, day: date) -> GiftRule | None:
    return GiftRule.objects.filter(subject=subject).on(day).first()


def registration_on(day: date) -> CharityRegistration | None:
    return CharityRegistration.objects.on(day).first()
