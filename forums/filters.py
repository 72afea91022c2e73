"""What lists of forums and seats can be narrowed by, and what this room adds to the lists of the directory."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.lists import ChoiceFacet, HouseFilterSet, day_of, one_of, said, several_of
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.text import fold
from c2m2a_crm.core.validity import today, within_reach
from forums.coverage.cells import FILTERS, Cell, seats_in
from forums.models import Forum, Seat, SeatTerm
from forums.selectors import forums_named
from members.models import Concept, Jurisdiction, Party, Person

Rows = QuerySet[Any, Any]

OURS = [("yes", _("Run by us")), ("no", _("Run by others"))]
OURS_CLAUSES = {"yes": _("run by us"), "no": _("run by others")}
STATES = [
    ("vacant", _("Vacant")),
    ("held", _("Held")),
    ("ending-30", _("Term ends within 30 days")),
    ("ending-90", _("Term ends within 90 days")),
    ("ending-180", _("Term ends within 180 days")),
]
STATE_CLAUSES = {
    "vacant": _("that are vacant"),
    "held": _("that are held"),
    "ending-30": _("whose term ends within 30 days"),
    "ending-90": _("whose term ends within 90 days"),
    "ending-180": _("whose term ends within 180 days"),
}


def _leads() -> list[tuple[str, Any]]:
    colleagues = User.objects.filter(is_active=True).order_by("name", "pk").values_list("pk", "name")
    return [("me", _("Me")), ("nobody", _("Nobody")), *((str(pk), name) for pk, name in colleagues)]


class ForumFilterSet(HouseFilterSet):
    q = django_filters.CharFilter(label=_("Name or acronym"), method="by_name")
    kind = said(several_of(_("Kind"), Forum.Kind.choices), _("of the kind %(value)s"))
    level = said(several_of(_("Level"), Forum.Level.choices), _("at the level %(value)s"))
    status = said(several_of(_("Status"), Forum.Status.choices), _("with the status %(value)s"))
    ours = said(one_of(_("Who runs it"), OURS, "by_ours"), "%(value)s", OURS_CLAUSES)
    lead = said(
        one_of(_("Lead"), _leads, "by_lead"),
        _("led by %(value)s"),
        {"me": _("led by me"), "nobody": _("without a lead")},
    )

    class Meta:
        model = Forum
        fields: ClassVar[list[str]] = []

    def by_name(self, rows: Rows, name: str, value: str) -> Rows:
        found: Rows = rows.with_names().filter(forums_named(value))  # type: ignore[attr-defined]  # ForumQuerySet
        return found

    def by_ours(self, rows: Rows, name: str, value: str) -> Rows:
        return rows.filter(is_run_by_us=value == "yes")

    def by_lead(self, rows: Rows, name: str, value: str) -> Rows:
        match value:
            case "me":
                return rows.filter(initiative__lead_id=self.request.user.pk)
            case "nobody":
                return rows.filter(initiative__lead__isnull=True)
        return rows.filter(initiative__lead_id=int(value))


def readable_forums(request: Any) -> Rows:
    rows: Rows = Forum.objects.readable_by(request.user).for_list().in_reading_order()
    return rows


def day_asked(request: Any) -> date:
    """The day that the address names (``on``); today where it names none, or none that is kept."""
    try:
        day = parse_date(request.GET.get("on", ""))
        return within_reach(day) if day else today()
    except ValueError:
        return today()


def _words(vocabulary: str) -> Any:
    return lambda request: Concept.objects.of(vocabulary).in_reading_order()


def _of_party(label: Any, rows: Any, clause: Any) -> Any:
    """A word or a place by its code, so that an address means the same in every office."""
    facet = django_filters.ModelChoiceFilter(
        label=label, queryset=rows, to_field_name="code", method="by_cell", empty_label=_("Any")
    )
    return said(facet, clause)


def cell_filters() -> tuple[Any, Any, Any, Any]:
    """Mineral, stage, place and kind of the party spoken for: together, as in a cell of the coverage matrix."""
    kinds = several_of(_("Kind of party"), Party.Kind.choices, method="by_cell")
    return (
        _of_party(_("Mineral"), _words(Concept.Vocabulary.MINERAL), _("for %(value)s")),
        _of_party(_("Stage of the value chain"), _words(Concept.Vocabulary.STAGE), _("at the stage %(value)s")),
        _of_party(_("Province or territory"), lambda request: Jurisdiction.objects.order_by("code"), _("in %(value)s")),
        said(kinds, _("for parties of kind %(value)s")),
    )


class CellFilters:
    """Asks for one party that answers all of the filters of a cell, whichever of them are chosen."""

    form: Any

    def by_cell(self, rows: Rows, name: str, value: Any) -> Rows:
        chosen = self.form.cleaned_data
        if not value or name != next(each for each in FILTERS if chosen.get(each)):
            return rows  # the first of them asks for all
        cell = Cell(
            chosen.get("mineral"), chosen.get("stage"), chosen.get("place"), tuple(chosen.get("party_kind") or ())
        )
        return self.in_cell(rows, cell)

    def in_cell(self, rows: Rows, cell: Cell) -> Rows:
        raise ValueError(f"{type(self).__name__} does not say what stands in a cell.")


class SeatFilterSet(CellFilters, HouseFilterSet):
    """Of seats that exist on a day: today, unless the address names another one."""

    q = django_filters.CharFilter(label=_("Forum, seat or person"), method="by_words")
    state = said(one_of(_("State"), STATES, "by_state"), "%(value)s", STATE_CLAUSES)
    forum = said(
        django_filters.ModelChoiceFilter(label=_("Forum"), queryset=readable_forums, empty_label=_("Any")),
        _("of %(value)s"),
    )
    ours = said(
        one_of(_("Who runs it"), OURS, "by_ours"),
        "%(value)s",
        {"yes": _("of forums that we run"), "no": _("of forums that others run")},
    )
    kind = said(
        several_of(_("Kind of forum"), Forum.Kind.choices, field_name="forum__kind"),
        _("of forums of the kind %(value)s"),
    )
    capacity = said(several_of(_("Capacity"), Seat.Capacity.choices), _("in the capacity %(value)s"))
    on = said(day_of(_("On the day"), method="leave"), _("on %(value)s"))
    mineral, stage, place, party_kind = cell_filters()

    class Meta:
        model = Seat
        fields: ClassVar[list[str]] = []

    @property
    def day(self) -> date:
        return self.form.cleaned_data.get("on") or today()

    def leave(self, rows: Rows, name: str, value: date) -> Rows:
        return rows

    def in_cell(self, rows: Rows, cell: Cell) -> Rows:
        return seats_in(rows, self.request.user, self.day, cell)

    def by_words(self, rows: Rows, name: str, value: str) -> Rows:
        condition = Q()
        for word in fold(value).split():
            seated = SeatTerm.objects.on(self.day).filter(seat=OuterRef("pk"), person__sort_key__contains=word)
            condition &= Q(folded__contains=word) | Q(Exists(seated))
        found: Rows = rows.with_names().filter(condition)  # type: ignore[attr-defined]  # SeatQuerySet
        return found

    def by_state(self, rows: Rows, name: str, value: str) -> Rows:
        seats: Any = rows  # SeatQuerySet
        found: Rows
        if value == "vacant":
            found = seats.vacant_on(self.day)
        elif value == "held":
            found = seats.held_on(self.day)
        else:
            found = seats.ending_within(int(value.partition("-")[2]), self.day)
        return found

    def by_ours(self, rows: Rows, name: str, value: str) -> Rows:
        return rows.filter(forum__is_run_by_us=value == "yes")


# --- Filters on the lists of the directory ----------------------------------------------------------------------------

SITS = [("none", _("On no forum")), ("any", _("On any forum")), *Forum.Kind.choices]
SITS_CLAUSES = {"none": _("on no forum"), "any": _("on a forum")}


def _sitting(rows: Rows, actor: Any, value: str) -> Rows:
    """Who has a role at a table today, as far as the reader may know. A party sits by those who speak for it."""
    # Asked first, they are some keys beside the list: tables have tens of seats, the directory thousands of records.
    sit = among("pk", _SEATED(actor, (), "person" if rows.model is Person else "party", value))
    return rows.exclude(sit) if value == "none" else rows.filter(sit)


def _seated(actor: Any, keys: Any, column: str, kind: str) -> QuerySet[SeatTerm, int]:
    terms = SeatTerm.objects.readable_by(actor).active().current().exclude(**{column: None})
    if kind not in ("none", "any"):
        terms = terms.filter(seat__forum__kind=kind)
    return terms.order_by().values_list(f"{column}_id", flat=True).distinct()


_SEATED = Statement(_seated)


def directory_facets() -> dict[str, Any]:
    facet = ChoiceFacet(label=_("Sits on a forum"), choices=SITS, narrow=_sitting)
    return {"forum": said(facet, _("on a forum of the kind %(value)s"), SITS_CLAUSES, shown="forums")}


__all__ = ["ForumFilterSet", "SeatFilterSet", "directory_facets"]
