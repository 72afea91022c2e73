"""What the rules of gifts refuse, as sentences."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.refusals import ActRefused, refusals_of_the_database


class GiftRefused(ActRefused):
    """A rule of gifts forbids the act; ``str()`` says why."""


class NoReceipt(GiftRefused):
    """No official receipt can be issued for the gift."""


class HasReceipt(GiftRefused):
    sentence = _("This gift has a receipt already.")


class ReplacedAlready(GiftRefused):
    sentence = _("This receipt is replaced already.")
    field = "replaces"


class RegistrationBegins(GiftRefused):
    sentence = _("A registration begins on that day or later already.")
    field = "first"


class RuleBegins(GiftRefused):
    sentence = _("This rule is set from that day or a later one already.")
    field = "first"


class EndsBeforeItBegins(GiftRefused):
    sentence = _("The last day must not lie before the first.")
    field = "last"


class NumberOfNoCharity(GiftRefused):
    sentence = _("Enter nine digits, RR and four digits, as in 123456789RR0001.")
    field = "number"


refusals = partial(
    refusals_of_the_database,
    {
        "one_standing_receipt_of_a_gift": HasReceipt,
        "members_giftreceipt_replaces_id_key": ReplacedAlready,
        "one_registration_at_a_time": RegistrationBegins,
        "registration_lasts_a_day": EndsBeforeItBegins,
        "registration_number_of_a_charity": NumberOfNoCharity,
        "one_gift_rule_at_a_time": RuleBegins,
    },
)
