"""The list of prospects: columns with the reasons in words, filters, and what it adds to the list of organizations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

import django_filters
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.lists import ChoiceFacet, Column, ListState, ListWords, TabbedFilterSet, one_of, said, several_of
from c2m2a_crm.engagement.filters import ME
from c2m2a_crm.engagement.lists import NEXT_STEP
from c2m2a_crm.engagement.models import FollowUp, NoProspect
from c2m2a_crm.engagement.prospects import NEVER, WARM_MONTHS, Reasons, prospects, reasons_of, ruled_out
from c2m2a_crm.engagement.pulse_lists import NOBODY, owned_by, owners
from members.models import Party
from members.profiles import MINERAL, STAGE, LineFacet
from members.selectors import parties_named

Rows = QuerySet[Any, Any]

PROSPECTS: Final = "prospects"
OUT: Final = "out"
FIELDS_IN_A_CELL: Final = 3


def reasons_by_row(actor: Any, rows: Sequence[Any]) -> dict[int, Reasons]:
    return reasons_of(actor, [row.pk for row in rows])


def gap_words(reasons: Reasons | None) -> list[str]:
    """“No member in Lithium · Refining · Quebec”, the emptiest fields first."""
    told = []
    for name, members in reasons.fields if reasons else ():
        if members:
            sentence = ngettext("%(count)s member in %(field)s", "%(count)s members in %(field)s", members)
            told.append(sentence % {"count": dates.number(members), "field": name})
        else:
            told.append(_("No member in %(field)s") % {"field": name})
    return told


def warmth_words(reasons: Reasons | None) -> str:
    """“4 contacts in 12 months, 2 people known”."""
    if reasons is None or not reasons.touches:
        return ""
    contacts = ngettext("%(count)s contact in 12 months", "%(count)s contacts in 12 months", reasons.touches)
    told = contacts % {"count": dates.number(reasons.touches)}
    if not reasons.people:
        return told
    people = ngettext("%(count)s person known", "%(count)s people known", reasons.people)
    return f"{told}, {people % {'count': dates.number(reasons.people)}}"


def _name_cell(party: Party) -> SafeString:
    return ui.markup(
        '<span class=who>{}<span><a class=t href="{}">{}</a><span class=sub>{}</span></span></span>',
        ui.avatar(party.name.text, party.pk, party=True),
        party.get_absolute_url(),
        ui.in_language(party.name),
        party.get_kind_display(),
    )


def _gap_cell(party: Party, reasons: Reasons | None) -> SafeString:
    told = gap_words(reasons)
    if not told:
        return ui.NOTHING
    rest = len(told) - FIELDS_IN_A_CELL
    if rest > 0:
        more = ngettext("and %(count)s more", "and %(count)s more", rest) % {"count": dates.number(rest)}
        told = [*told[:FIELDS_IN_A_CELL], more]
    return ui.markup("<span>{}</span>", SafeString("<br>".join(ui.markup("{}", line) for line in told)))


def _decide_cell(party: Party, reasons: Reasons | None) -> SafeString:
    """Why not, with its day; else the way to say so."""
    note = reasons.note if reasons else None
    address = reverse("prospects:detail", args=[party.pk])
    if note is not None:
        words = ui.markup("{}<span class=sub>{}</span>", note.reason, ui.when(note.since, style="short"))
        return ui.markup('<a href="{}">{}</a>', address, words)
    label = _("Decide")
    return ui.markup('<a href="{}">{}<span class=vh>: {}</span></a>', address, label, party)


COLUMNS: Final = (
    Column(
        "name",
        gettext_lazy("Organization"),
        str,
        cell=_name_cell,
        order=lambda: ["sort_fr" if reader_language() == "fr" else "sort_en"],
        is_row_header=True,
    ),
    Column(
        "gap",
        gettext_lazy("Where we have no member, or few"),
        lambda party, reasons: "; ".join(gap_words(reasons)),
        cell=_gap_cell,
        batch=reasons_by_row,
        order=lambda: ["gaps", "thin"],
    ),
    Column(
        "warmth",
        gettext_lazy("Whom we know"),
        lambda party, reasons: warmth_words(reasons),
        batch=reasons_by_row,
        cell=lambda party, reasons: ui.markup("{}", warmth_words(reasons)),
        order=lambda: ["touches"],
    ),
    Column(
        "owner",
        gettext_lazy("Owner"),
        lambda party: party.owner.name if party.owner else "",
        order=lambda: [F("owner__name").asc(nulls_last=True)],
        is_low=True,
    ),
    NEXT_STEP,
    Column(
        "decide",
        gettext_lazy("What to do"),
        lambda party, reasons: reasons.note.reason if reasons and reasons.note else "",
        cell=_decide_cell,
        batch=reasons_by_row,
    ),
    Column(
        "since",
        gettext_lazy("No prospect since"),
        lambda party, reasons: reasons.note.since if reasons and reasons.note else None,
        batch=reasons_by_row,
        export_only=True,
        is_default=False,
    ),
)

WORDS: Final = ListWords(
    label=gettext_lazy("Prospects"),
    counted=lambda total: ngettext("%(count)s organization", "%(count)s organizations", total),
    no_match=gettext_lazy("No organization matches these filters"),
    empty_title=gettext_lazy("No prospects"),
    empty_text=gettext_lazy(
        "An organization stands here that a tier is open to, and that works where we have no member or few, or that we"
        " are in touch with."
    ),
)

# --- Filters ----------------------------------------------------------------------------------------------------------

_GAPS: Final = [("none", gettext_lazy("No member")), ("few", gettext_lazy("One or two members"))]
_GAP_CLAUSES: Final = {
    "none": gettext_lazy("that work where we have no member"),
    "few": gettext_lazy("that work where we have one or two members"),
}
_HAS_GAP: Final = {"none": Q(gaps__gt=0), "few": Q(thin__gt=0)}
_WARM: Final = [("yes", gettext_lazy("In touch")), ("no", gettext_lazy("Not in touch"))]
_WARM_CLAUSES: Final = {
    "yes": gettext_lazy("in touch in the last 12 months"),
    "no": gettext_lazy("not in touch in the last 12 months"),
}
_STEPS: Final = [("yes", gettext_lazy("There is one")), ("no", gettext_lazy("None"))]
_STEP_CLAUSES: Final = {
    "yes": gettext_lazy("with a next step"),
    "no": gettext_lazy("without a next step"),
}


class ProspectFilterSet(TabbedFilterSet):
    panel_order = ("q", "gap", "warm", "mineral", "stage", "step", "kind", "owner")

    q = said(
        django_filters.CharFilter(label=gettext_lazy("Name"), method="by_name"),
        gettext_lazy("with “%(value)s” in the name"),
    )
    gap = said(one_of(gettext_lazy("Members in its fields"), _GAPS, "by_gap"), "%(value)s", _GAP_CLAUSES)
    warm = said(one_of(gettext_lazy("In the last 12 months"), _WARM, "by_warmth"), "%(value)s", _WARM_CLAUSES)
    mineral = said(LineFacet("mineral", MINERAL, gettext_lazy("Mineral")), gettext_lazy("that work with %(value)s"))
    stage = said(LineFacet("stage", STAGE, gettext_lazy("Stage of the value chain")), gettext_lazy("at %(value)s"))
    step = said(one_of(gettext_lazy("Next step"), _STEPS, "by_step"), "%(value)s", _STEP_CLAUSES)
    kind = said(
        several_of(gettext_lazy("Kind"), [each for each in Party.Kind.choices if each[0] not in NEVER]),
        gettext_lazy("of kind %(value)s"),
    )
    owner = said(
        one_of(gettext_lazy("Owner"), owners, "by_owner"),
        gettext_lazy("owned by %(value)s"),
        {ME: gettext_lazy("that I answer for"), NOBODY: gettext_lazy("without an owner")},
    )

    class Meta:
        model = Party
        fields: ClassVar[list[str]] = []

    def by_name(self, rows: Rows, name: str, value: str) -> Rows:
        return rows.filter(parties_named(value))

    def by_gap(self, rows: Rows, name: str, value: str) -> Rows:
        return rows.filter(_HAS_GAP[value])

    def by_warmth(self, rows: Rows, name: str, value: str) -> Rows:
        return rows.filter(touches__gt=0) if value == "yes" else rows.filter(touches=0)

    def by_step(self, rows: Rows, name: str, value: str) -> Rows:
        step = Exists(FollowUp.objects.readable_by(self.request.user).open().filter(party=OuterRef("pk")))
        return rows.filter(step) if value == "yes" else rows.filter(~step)

    def by_owner(self, rows: Rows, name: str, value: str) -> Rows:
        return owned_by(rows, value, self.request)


def prospect_list(request: HttpRequest) -> ListState:
    """The state of the page, which the export of the same name carries away; the tab says which of the two lists."""
    is_out = request.GET.get("tab") == OUT
    return ListState(
        list_key=PROSPECTS,
        request=request,
        base=ruled_out(request.user) if is_out else prospects(request.user),
        filterset_class=ProspectFilterSet,
        columns=COLUMNS,
        default_order=["-gaps", "-thin", "-touches", "sort_fr" if reader_language() == "fr" else "sort_en"],
        order_words=gettext_lazy("most gaps first, then whom we know best"),
    )


# --- The list of organizations ----------------------------------------------------------------------------------------

_FACET: Final = [
    ("gap", gettext_lazy("Fills a gap")),
    ("warm", gettext_lazy("In touch with us")),
    ("out", gettext_lazy("Not a prospect")),
]
_FACET_CLAUSES: Final = {
    "gap": gettext_lazy("that could be members where we have none or few"),
    "warm": gettext_lazy("that could be members and are in touch with us"),
    "out": gettext_lazy("that are no prospects"),
}


def _of_sort(rows: Rows, actor: Any, value: str) -> Rows:
    match value:
        case "gap":
            found = prospects(actor).filter(Q(gaps__gt=0) | Q(thin__gt=0))
        case "warm":
            found = prospects(actor).filter(touches__gt=0)
        case _:
            return rows.filter(pk__in=NoProspect.objects.readable_by(actor).standing().values("party"))
    return rows.filter(pk__in=found.order_by().values("pk"))


def _why(actor: Any, party: Party) -> str:
    reasons = reasons_of(actor, [party.pk])[party.pk]
    if reasons.note is not None:
        return reasons.note.reason
    return "; ".join(filter(None, [*gap_words(reasons), warmth_words(reasons)]))


def facets() -> dict[str, Any]:
    facet = ChoiceFacet(label=gettext_lazy("Prospect"), choices=_FACET, narrow=_of_sort)
    return {"prospect": said(facet, "%(value)s", _FACET_CLAUSES, shown=_why)}


__all__ = ["COLUMNS", "OUT", "PROSPECTS", "WARM_MONTHS", "WORDS", "ProspectFilterSet", "facets", "prospect_list"]
