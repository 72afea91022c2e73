"""What narrows the list of dues."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, ClassVar, Final

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy

from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.lists import HouseFilterSet, day_of, one_of, said, several_of
from members.dues.state import OWING, State
from members.models import Invoice, MembershipTier, Party
from members.selectors import parties_named

Rows = QuerySet[Any, Any]
_NUMBER: Final = re.compile(r"\s*(\d{4})-(\d{1,9})\s*")
OWED: Final = [("yes", gettext_lazy("Something is left to pay")), ("no", gettext_lazy("Nothing is left to pay"))]
OWED_CLAUSES: Final = {
    "yes": gettext_lazy("of which something is left to pay"),
    "no": gettext_lazy("of which nothing is left to pay"),
}
_STATES: Final = [(state.value, state.label) for state in State if state != State.NONE]


def _tiers() -> list[tuple[str, str]]:
    name = "name_fr" if reader_language() == "fr" else "name_en"
    return [(str(pk), text) for pk, text in MembershipTier.objects.order_by("position", "pk").values_list("pk", name)]


class InvoiceFilterSet(HouseFilterSet):
    panel_order = ("q", "state", "owed", "tier", "since", "until")

    q = said(
        django_filters.CharFilter(label=gettext_lazy("Member or number"), method="by_name"),
        gettext_lazy("with “%(value)s” in the name or the number"),
    )
    state = said(several_of(gettext_lazy("State"), _STATES), gettext_lazy("in the state %(value)s"))
    owed = said(one_of(gettext_lazy("Left to pay"), OWED, "by_owed"), "%(value)s", OWED_CLAUSES)
    tier = said(
        several_of(gettext_lazy("Tier"), _tiers, field_name="membership__tier"), gettext_lazy("in the tier %(value)s")
    )
    since = said(
        day_of(gettext_lazy("Issued since"), method="issued_since"), gettext_lazy("issued on %(value)s or later")
    )
    until = said(
        day_of(gettext_lazy("Issued until"), method="issued_until"), gettext_lazy("issued on %(value)s or earlier")
    )

    class Meta:
        model = Invoice
        fields: ClassVar[list[str]] = []

    def by_name(self, rows: Rows, name: str, value: str) -> Rows:
        """A number as it stands on the paper, else a part of the member's name, then or now."""
        number = _NUMBER.fullmatch(value)
        if number and len(number[2].lstrip("0")) < 9:
            return rows.filter(year=int(number[1]), serial=int(number[2]))
        named = Party.objects.filter(parties_named(value), pk=OuterRef("membership__party"))
        return rows.filter(Q(Exists(named)) | Q(billed_to__icontains=value))

    def by_owed(self, rows: Rows, name: str, value: str) -> Rows:
        return rows.filter(state__in=OWING) if value == "yes" else rows.exclude(state__in=OWING)

    def issued_since(self, rows: Rows, name: str, value: date) -> Rows:
        return rows.filter(issued_on__gte=value)

    def issued_until(self, rows: Rows, name: str, value: date) -> Rows:
        return rows.filter(issued_on__lte=value)
