"""What narrows the list of memberships, and what memberships narrow in the directory."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.lists import ChoiceFacet, HouseFilterSet, one_of, said, several_of
from c2m2a_crm.core.validity import today
from members.memberships import selectors
from members.memberships.status import HELD, Status
from members.models import Membership, MembershipTier, Party, Person
from members.selectors import parties_named

Rows = QuerySet[Any, Any]

ENDS = [
    ("30", gettext_lazy("In the next 30 days")),
    ("90", gettext_lazy("In the next 90 days")),
    ("365", gettext_lazy("In the next 12 months")),
    ("past", gettext_lazy("In the past")),
    ("never", gettext_lazy("Never")),
]
ENDS_CLAUSES = {
    "30": gettext_lazy("whose term ends in the next 30 days"),
    "90": gettext_lazy("whose term ends in the next 90 days"),
    "365": gettext_lazy("whose term ends in the next 12 months"),
    "past": gettext_lazy("whose term is over"),
    "never": gettext_lazy("whose term has no end"),
}


def _tiers() -> list[tuple[str, str]]:
    name = "name_fr" if reader_language() == "fr" else "name_en"
    return [(str(pk), text) for pk, text in MembershipTier.objects.order_by("position", "pk").values_list("pk", name)]


class MembershipFilterSet(HouseFilterSet):
    panel_order = ("q", "status", "tier", "ends")

    q = said(
        django_filters.CharFilter(label=gettext_lazy("Name"), method="by_name"),
        gettext_lazy("with “%(value)s” in the name"),
    )
    status = said(several_of(gettext_lazy("Status"), Status.choices), gettext_lazy("of the status %(value)s"))
    tier = said(several_of(gettext_lazy("Tier"), _tiers), gettext_lazy("in the tier %(value)s"))
    ends = said(one_of(pgettext_lazy("of a membership", "Term ends"), ENDS, "by_end"), "%(value)s", ENDS_CLAUSES)

    class Meta:
        model = Membership
        fields: ClassVar[list[str]] = []

    def by_name(self, rows: Rows, name: str, value: str) -> Rows:
        named = Party.objects.filter(parties_named(value), pk=OuterRef("party"))
        return rows.filter(Exists(named))

    def by_end(self, rows: Rows, name: str, value: str) -> Rows:
        """The stored end of a term is the day after its last one."""
        day = today()
        match value:
            case "never":
                return rows.filter(term__upper_inf=True)
            case "past":
                return rows.filter(term__endswith__lte=day)
            case _:
                return rows.filter(term__endswith__gt=day, term__endswith__lte=day + timedelta(days=int(value) + 1))


# --- Filters on the lists of the directory --------------------------------------------------------------------------

_STATUSES = [
    *((each.value, each.label) for each in (*HELD, Status.APPLICANT, Status.LAPSED, Status.ENDED)),
    (selectors.NEVER, gettext_lazy("Never a member")),
]
_STATUS_CLAUSES = {
    Status.ACTIVE.value: gettext_lazy("that are members"),
    Status.GRACE.value: gettext_lazy("whose membership is in grace"),
    Status.SUSPENDED.value: gettext_lazy("whose membership is suspended"),
    Status.APPLICANT.value: gettext_lazy("that applied for membership"),
    Status.LAPSED.value: gettext_lazy("whose membership lapsed"),
    Status.ENDED.value: gettext_lazy("whose membership ended"),
    selectors.NEVER: gettext_lazy("that were never members"),
}
_COVERED = [("yes", gettext_lazy("Works for a member")), ("no", gettext_lazy("Works for no member"))]
_COVERED_CLAUSES = {
    "yes": gettext_lazy("who work for a member"),
    "no": gettext_lazy("who work for no member"),
}


def _covered(rows: Rows, actor: Any, value: str) -> Rows:
    return selectors.covered(rows, actor) if value == "yes" else selectors.not_covered(rows, actor)


def _covered_by(actor: Any, person: Person) -> str:
    return ", ".join(str(place.party) for place in selectors.covering_places(actor, person)) or _("Works for no member")


def organization_facets() -> dict[str, Any]:
    facet = ChoiceFacet(label=gettext_lazy("Membership"), choices=_STATUSES, narrow=selectors.with_foremost_status)
    return {
        "membership": said(facet, gettext_lazy("whose membership is %(value)s"), _STATUS_CLAUSES, shown="membership")
    }


def person_facets() -> dict[str, Any]:
    facet = ChoiceFacet(label=gettext_lazy("Covered by a membership"), choices=_COVERED, narrow=_covered)
    return {"covered": said(facet, "%(value)s", _COVERED_CLAUSES, shown=_covered_by)}
