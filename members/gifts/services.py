"""What may be done about gifts and receipts. Rows are added; what was wrong is taken back, replaced or cancelled.

Every act on a gift holds its row, so two people who act at once come one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core import dates
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import today
from members.dues import numbers
from members.gifts import policies
from members.gifts.errors import GiftRefused, HasReceipt, NoReceipt, ReplacedAlready, refusals
from members.gifts.rules import registration_on, rule_on
from members.models import DuesPayment, Gift, GiftReceipt, GiftRule, NumberSeries, Party, Person
from members.postal import postal_lines

CENT: Final = Decimal("0.01")
_LINES: Final[Mapping[str, int]] = {"reference": 120, "appraiser": 200, "advantage_for": 300, "purpose": 300}
_TEXTS: Final = ("description", "appraiser_address", "note")


# --- Gifts ------------------------------------------------------------------------------------------------------------


def record_gift(
    *,
    actor: User,
    received_on: date,
    kind: str,
    amount: Decimal,
    donor_person: Person | None = None,
    donor_party: Party | None = None,
    how: str = "",
    advantage: Decimal | None = None,
    form_token: UUID | None = None,
    **texts: str,
) -> Gift:
    """Note what a donor gave. A form that is sent twice makes one gift.

    ``texts`` are ``reference``, ``description``, ``appraiser``, ``appraiser_address``, ``advantage_for``, ``purpose``
    and ``note``. Raises :class:`GiftRefused`: a gift in kind is described, and above the rule's worth appraised.
    """
    require(policies.can_keep_gifts(actor))
    if (donor_person is None) == (donor_party is None):
        raise GiftRefused(_("Choose a person or an organization, not both."), field="donor_person")
    if received_on > today():
        raise GiftRefused(_("This day lies in the future."), field="received_on")
    if kind not in Gift.Kind:
        raise GiftRefused(_("Say what kind of gift it is."), field="kind")
    given: dict[str, str] = {name: clean_line(texts.get(name, ""))[:longest] for name, longest in _LINES.items()}
    given |= {name: clean_line(texts.get(name, "")) for name in _TEXTS}
    worth, got = _cents(amount, "amount"), _cents(advantage or Decimal(0), "advantage")
    if worth <= 0:
        raise GiftRefused(_("The amount must be more than nothing."), field="amount")
    _refuse_advantage(worth, got, given["advantage_for"])
    if kind == Gift.Kind.IN_KIND:
        how = ""
        _refuse_undescribed(worth, received_on, given)
    else:
        if how not in DuesPayment.How:
            raise GiftRefused(_("Say how it was given."), field="how")
        given["appraiser"] = given["appraiser_address"] = ""
    with recorded(actor):
        known = Gift.objects.filter(form_token=form_token).first() if form_token else None
        if known is not None:
            return known
        gift = Gift(
            donor_person=donor_person,
            donor_party=donor_party,
            received_on=received_on,
            kind=kind,
            amount=worth,
            how=how,
            advantage=got,
            recorded_by=actor,
            **given,
        )
        if form_token:
            gift.form_token = form_token
        gift.save(force_insert=True)
    return gift


def take_back(*, actor: User, gift: Gift, reason: str) -> Gift:
    """The gift counts no more: noted wrongly, or given back. Raises :class:`GiftRefused` while a receipt stands."""
    require(policies.can_keep_gifts(actor))
    why = _needed(reason)
    with recorded(actor, reason=why):
        current = _locked(gift)
        if current.taken_back_on is not None:
            raise GiftRefused(_("This gift was taken back already."))
        if GiftReceipt.objects.standing().filter(gift=current.pk).exists():
            raise GiftRefused(_("A receipt stands for this gift. Cancel it first."))
        current.taken_back_on, current.taken_back_reason, current.taken_back_by = today(), why, actor
        current.save(update_fields=["taken_back_on", "taken_back_reason", "taken_back_by"])
    return current


# --- Receipts ---------------------------------------------------------------------------------------------------------


def why_no_receipt(gift: Gift, day: date) -> str:
    """Why no official receipt can be issued for the gift on that day; empty where one can be."""
    if not Installation.current().is_registered_charity:
        return _(
            "The office is not a registered charity, so it cannot issue official receipts (Income Tax Regulations, "
            "s. 3501). Administrators keep this in the legal profile."
        )
    if gift.taken_back_on is not None:
        return _("This gift was taken back.")
    registration = registration_on(day)
    if registration is None:
        return _("The registration as a charity is not on file for this day. Administrators set it.")
    if registration_on(gift.received_on) is None:
        return _("The office was not a registered charity on the day on which the gift was received.")
    if gift.eligible <= 0:
        return _("What the donor got is worth as much as the gift: nothing of it is eligible.")
    most = rule_on(GiftRule.Subject.ADVANTAGE, gift.received_on)
    if most is not None and gift.advantage * 100 > gift.amount * most.number:
        words = _(
            "What the donor got is worth more than %(percent)s of the gift. It is then taken for no gift (Income Tax "
            "Act, s. 248(30))."
        )
        return words % {"percent": dates.percent(most.number)}
    return ""


def replaceable(gift: Gift) -> QuerySet[GiftReceipt]:
    """Receipts of the same donor that were cancelled and not replaced yet; another may replace one of them."""
    rows = GiftReceipt.objects.filter(cancelled_on__isnull=False, replaced_by__isnull=True)
    same = Q(gift__donor_person=gift.donor_person_id) if gift.donor_person_id else Q(gift__donor_party=gift.donor_party)
    return rows.filter(same).order_by("-year", "-serial")


def donor_on_paper(gift: Gift) -> tuple[str, str]:
    """Name and address as they stand on file today: a person's given and family name, a party's name in law."""
    donor = gift.donor
    if isinstance(donor, Person):
        return " ".join(filter(None, (donor.given_name, donor.family_name))), postal_lines(donor)
    names = dict.fromkeys(name for name in (donor.name_en, donor.name_fr) if name)
    return (donor.legal_name or " / ".join(names))[:500], postal_lines(donor)


def issue_receipt(
    *,
    actor: User,
    gift: Gift,
    donor_name: str,
    donor_address: str,
    signed_by: str = "",
    issued_on: date | None = None,
    replaces: GiftReceipt | None = None,
    form_token: UUID | None = None,
) -> GiftReceipt:
    """An official receipt with the next number of its year. The gift's standing receipt is replaced by it.

    Without one, ``replaces`` may name a cancelled receipt of the same donor. Raises :class:`NoReceipt` with the reason.
    """
    require(policies.can_keep_gifts(actor))
    issued = issued_on or today()
    name, address = clean_line(donor_name)[:500], clean_line(donor_address)
    for field, text in (("donor_name", name), ("donor_address", address)):
        if not text:
            raise NoReceipt(_("A receipt must say this."), field=field)
    if issued > today():
        raise NoReceipt(_("This day lies in the future."), field="issued_on")
    if issued < gift.received_on:
        raise NoReceipt(_("This lies before the day on which the gift was received."), field="issued_on")
    with recorded(actor), refusals():
        current = _locked(gift)
        known = GiftReceipt.objects.filter(form_token=form_token).first() if form_token else None
        if known is not None:
            return known
        if why := why_no_receipt(current, issued):
            raise NoReceipt(why)
        registration = registration_on(issued)
        if registration is None:
            raise NoReceipt
        former = _replaced(current, replaces, actor)
        receipt = GiftReceipt(
            gift=current,
            registration=registration,
            year=issued.year,
            serial=numbers.take(NumberSeries.Kind.RECEIPT, issued.year),
            issued_on=issued,
            donor_name=name,
            donor_address=address,
            signed_by=(clean_line(signed_by) or registration.signatory)[:200],
            replaces=former,
            issued_by=actor,
        )
        if form_token:
            receipt.form_token = form_token
        receipt.save(force_insert=True)
    return receipt


def cancel_receipt(*, actor: User, receipt: GiftReceipt, reason: str) -> GiftReceipt:
    """The receipt is spoiled: it keeps its number and says that it is cancelled (Regulations, s. 3501(5))."""
    require(policies.can_keep_gifts(actor))
    why = _needed(reason)
    with recorded(actor, reason=why):
        _locked(receipt.gift)
        current = GiftReceipt.objects.select_for_update(of=("self",)).get(pk=receipt.pk)
        if current.cancelled_on is not None:
            raise GiftRefused(_("This receipt was cancelled already."))
        _cancel(current, why, actor)
    return current


def _replaced(gift: Gift, named: GiftReceipt | None, actor: User) -> GiftReceipt | None:
    """The receipt that the new one replaces, cancelled by now."""
    standing = GiftReceipt.objects.standing().select_for_update(of=("self",)).filter(gift=gift.pk).first()
    if standing is not None:
        if named is None:
            raise HasReceipt
        if named.pk != standing.pk:
            raise GiftRefused(_("Only the receipt that stands can be replaced."), field="replaces")
        _cancel(standing, _("Replaced by another receipt."), actor)
        return standing
    if named is None:
        return None
    if not replaceable(gift).filter(pk=named.pk).exists():
        raise ReplacedAlready
    return named


def _cancel(receipt: GiftReceipt, why: str, actor: User) -> None:
    receipt.cancelled_on, receipt.cancelled_reason, receipt.cancelled_by = today(), why, actor
    receipt.save(update_fields=["cancelled_on", "cancelled_reason", "cancelled_by"])


# --- What every act asks ----------------------------------------------------------------------------------------------


def _locked(gift: Gift) -> Gift:
    return Gift.objects.select_for_update(of=("self",)).get(pk=gift.pk)


def _cents(amount: Decimal, field: str) -> Decimal:
    if not amount.is_finite() or amount < 0:
        raise GiftRefused(_("The amount must be more than nothing."), field=field)
    if amount != amount.quantize(CENT):
        raise GiftRefused(_("Enter whole cents."), field=field)
    return amount


def _refuse_advantage(worth: Decimal, got: Decimal, words: str) -> None:
    if got > worth:
        raise GiftRefused(_("The donor cannot have got more than the gift is worth."), field="advantage")
    if got and not words:
        raise GiftRefused(_("Say what the donor got."), field="advantage_for")
    if words and not got:
        raise GiftRefused(_("Say what it is worth."), field="advantage")


def _refuse_undescribed(worth: Decimal, day: date, given: Mapping[str, str]) -> None:
    if not given["description"]:
        raise GiftRefused(_("Say what was given."), field="description")
    rule = rule_on(GiftRule.Subject.APPRAISAL, day)
    if rule is not None and worth > rule.number and not (given["appraiser"] and given["appraiser_address"]):
        words = _("A gift in kind worth more than %(worth)s needs an appraiser, with name and address.")
        field = "appraiser_address" if given["appraiser"] else "appraiser"
        raise GiftRefused(words % {"worth": dates.money(rule.number)}, field=field)
    if given["appraiser_address"] and not given["appraiser"]:
        raise GiftRefused(_("Say who the appraiser is."), field="appraiser")


def _needed(reason: str) -> str:
    why = clean_line(reason)
    if not why:
        raise GiftRefused(gettext_lazy("Say why."), field="reason")
    return why
