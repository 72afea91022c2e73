"""What the list of partnerships can be narrowed by."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from c2m2a_crm.core.lists import HouseFilterSet, said, says, several_of
from partnerships.models import Partnership
from partnerships.selectors import NAMED_IN

Rows = QuerySet[Any, Any]


def _countries_of(rows: Rows) -> list[tuple[str, str]]:
    """The countries of the rows that the reader may read: another one would betray a partnership that is sealed."""
    named = rows.exclude(counterpart_country="").order_by().distinct()
    known = {str(code) for code in named.values_list("counterpart_country", flat=True)}
    return [(code, str(name)) for code, name in countries if code in known]


class PartnershipFilterSet(HouseFilterSet):
    """Archived partnerships are left out."""

    panel_order = ("q", "kind", "status", "instrument", "country")

    q = said(
        django_filters.CharFilter(label=_("Name"), method="by_name"), _("with “%(value)s” in the name or counterpart")
    )
    kind = said(several_of(_("Kind"), Partnership.Kind.choices), _("of the kind %(value)s"))
    status = said(several_of(_("Status"), Partnership.Status.choices), _("with the status %(value)s"))
    instrument = said(several_of(_("Instrument"), Partnership.Instrument.choices), _("of the instrument %(value)s"))
    country = said(
        several_of(_("Counterpart country"), (), field_name="counterpart_country"), _("with the country %(value)s")
    )

    class Meta:
        model = Partnership
        fields: list[str] = []

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = self.queryset
        self.filters["country"].extra["choices"] = lambda: _countries_of(rows)

    def by_name(self, rows: Rows, name: str, value: str) -> Rows:
        """Words of the name, the counterpart or the code, in either language."""
        return rows.filter(says(value, *NAMED_IN))
