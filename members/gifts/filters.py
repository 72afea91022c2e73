"""What narrows the list of gifts."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, ClassVar, Final

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from c2m2a_crm.core.lists import HouseFilterSet, day_of, one_of, said, several_of
from members.gifts.state import State
from members.models import Gift, GiftReceipt, Party, Person
from members.selectors import parties_named, people_named

Rows = QuerySet[Any, Any]
_NUMBER: Final = re.compile(r"\s*[Rr]?(\d{4})-(\d{1,9})\s*")
PURPOSES: Final = [("yes", gettext_lazy("The donor set a purpose")), ("no", gettext_lazy("For any purpose"))]
PURPOSE_CLAUSES: Final = {
    "yes": gettext_lazy("for a purpose that the donor set"),
    "no": gettext_lazy("for any purpose"),
}
DONORS: Final = [("person", gettext_lazy("People")), ("party", gettext_lazy("Organizations and Nations"))]
DONOR_CLAUSES: Final = {
    "person": gettext_lazy("from people"),
    "party": gettext_lazy("from organizations and Nations"),
}


class GiftFilterSet(HouseFilterSet):
    panel_order = ("q", "state", "kind", "purpose", "donor", "since", "until")

    q = said(
        django_filters.CharFilter(label=gettext_lazy("Donor or receipt"), method="by_name"),
        gettext_lazy("with “%(value)s” in the donor’s name or the number of a receipt"),
    )
    state = said(several_of(gettext_lazy("State"), State.choices), gettext_lazy("in the state %(value)s"))
    kind = said(several_of(gettext_lazy("Kind"), Gift.Kind.choices), gettext_lazy("of the kind %(value)s"))
    purpose = said(one_of(pgettext_lazy("a gift", "Purpose"), PURPOSES, "by_purpose"), "%(value)s", PURPOSE_CLAUSES)
    donor = said(one_of(gettext_lazy("Donor"), DONORS, "by_donor"), "%(value)s", DONOR_CLAUSES)
    since = said(
        day_of(gettext_lazy("Received since"), method="received_since"), gettext_lazy("received on %(value)s or later")
    )
    until = said(
        day_of(gettext_lazy("Received until"), method="received_until"),
        gettext_lazy("received on %(value)s or earlier"),
    )

    class Meta:
        model = Gift
        fields: ClassVar[list[str]] = []

    def by_name(self, rows: Rows, name: str, value: str) -> Rows:
        """The number of any of its receipts, also of a cancelled one; else a part of the donor's name, then or now."""
        receipts = GiftReceipt.objects.filter(gift=OuterRef("pk"))
        number = _NUMBER.fullmatch(value)
        if number and len(number[2].lstrip("0")) < 9:
            return rows.filter(Exists(receipts.filter(year=int(number[1]), serial=int(number[2]))))
        person = Person.objects.filter(people_named(value), pk=OuterRef("donor_person"))
        party = Party.objects.filter(parties_named(value), pk=OuterRef("donor_party"))
        return rows.filter(
            Q(Exists(person)) | Q(Exists(party)) | Q(Exists(receipts.filter(donor_name__icontains=value)))
        )

    def by_purpose(self, rows: Rows, name: str, value: str) -> Rows:
        return rows.exclude(purpose="") if value == "yes" else rows.filter(purpose="")

    def by_donor(self, rows: Rows, name: str, value: str) -> Rows:
        return rows.filter(donor_person__isnull=value != "person")

    def received_since(self, rows: Rows, name: str, value: date) -> Rows:
        return rows.filter(received_on__gte=value)

    def received_until(self, rows: Rows, name: str, value: date) -> Rows:
        return rows.filter(received_on__lte=value)
