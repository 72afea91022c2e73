"""What the rules of dues refuse, as sentences."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.refusals import ActRefused, refusals_of_the_database


class DuesRefused(ActRefused):
    """A rule of dues forbids the act; ``str()`` says why."""


class InvoicedAlready(DuesRefused):
    sentence = _("There is an invoice for these days already.")
    field = "period"


class DueBeforeIssue(DuesRefused):
    sentence = _("The invoice cannot be due before it is issued.")
    field = "due_on"


class TaxBegins(DuesRefused):
    sentence = _("A rate of this tax begins on that day or later already.")
    field = "first"


class TaxEndsBeforeItBegins(DuesRefused):
    sentence = _("The last day must not lie before the first.")
    field = "last"


refusals = partial(
    refusals_of_the_database,
    {
        "one_invoice_for_a_day": InvoicedAlready,
        "invoice_is_due_after_its_issue": DueBeforeIssue,
        "one_rate_of_a_tax_at_a_time": TaxBegins,
        "tax_lasts_a_day": TaxEndsBeforeItBegins,
    },
)
