"""The list of presences behind the numbers of attendance, and the matrix as rows that a file can carry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, ngettext

from c2m2a_crm.core import ui
from c2m2a_crm.core.lists import Column, HouseFilterSet, ListState, ListWords, day_of, said, says, several_of
from c2m2a_crm.engagement.models import Participant
from forums.coverage.cells import Cell, presences
from forums.coverage.selectors import Coverage, coverage_on
from forums.filters import CellFilters, cell_filters, day_asked, readable_forums
from forums.models import Forum
from members.models import Concept, Jurisdiction, Party
from members.profiles import label_column

Rows = QuerySet[Any, Any]
ATTENDANCE = "attendance"


class AttendanceFilterSet(CellFilters, HouseFilterSet):
    """Presences of the twelve months up to a day."""

    q = django_filters.CharFilter(label=gettext_lazy("Name or organization"), method="by_words")
    forum = said(
        django_filters.ModelChoiceFilter(
            label=gettext_lazy("Forum"), queryset=readable_forums, method="by_forum", empty_label=gettext_lazy("Any")
        ),
        gettext_lazy("at %(value)s"),
    )
    on = said(
        day_of(gettext_lazy("In the twelve months until"), method="leave"),
        gettext_lazy("in the twelve months until %(value)s"),
    )
    mineral, stage, place, party_kind = cell_filters()

    class Meta:
        model = Participant
        fields: ClassVar[list[str]] = []

    def leave(self, rows: Rows, name: str, value: date) -> Rows:
        return rows

    def by_forum(self, rows: Rows, name: str, value: Any) -> Rows:
        return rows.filter(interaction__initiative=value.pk)

    def by_words(self, rows: Rows, name: str, value: str) -> Rows:
        return rows.filter(says(value, "name", "party_name_en", "party_name_fr"))

    def in_cell(self, rows: Rows, cell: Cell) -> Rows:
        return rows.filter(cell.condition(self.request.user, "party"))


def _contact_cell(row: Participant) -> SafeString:
    return format_html('<a class="t" href="{}">{}</a>', row.interaction.get_absolute_url(), row.interaction.subject)


def _party_cell(row: Participant) -> SafeString:
    if row.party is None:
        return ui.NOTHING
    return format_html('<a href="{}">{}</a>', row.party.get_absolute_url(), ui.in_language(row.party.name))


ATTENDANCE_COLUMNS = (
    Column("name", gettext_lazy("Who"), lambda row: row.name, order=lambda: ["name"], is_row_header=True),
    Column("party", gettext_lazy("Spoke for"), lambda row: str(row.party or ""), cell=_party_cell),
    Column("contact", gettext_lazy("Contact"), lambda row: row.interaction.subject, cell=_contact_cell),
    Column(
        "occurred_on",
        gettext_lazy("Day"),
        lambda row: row.interaction.occurred_on,
        cell=lambda row: ui.when(row.interaction.occurred_on, style="short"),
        order=lambda: ["-interaction__occurred_on"],
    ),
    Column("id", gettext_lazy("Record"), lambda row: row.pk, export_only=True, is_default=False),
)

ATTENDANCE_WORDS = ListWords(
    label=gettext_lazy("Attendance"),
    counted=lambda total: ngettext("%(count)s presence", "%(count)s presences", total),
    no_match=gettext_lazy("No presence matches these filters"),
    empty_title=gettext_lazy("Nobody was noted as present yet"),
    empty_text=gettext_lazy("Whoever is noted as present in contacts filed under a forum stands here."),
)


def attendance_list(request: HttpRequest) -> ListState:
    day = day_asked(request)
    return ListState(
        list_key=ATTENDANCE,
        request=request,
        base=presences(request.user, day),
        filterset_class=AttendanceFilterSet,
        columns=ATTENDANCE_COLUMNS,
        default_order=["-interaction__occurred_on", "-interaction_id", "position"],
        order_words=gettext_lazy("newest first"),
        search_label=gettext_lazy("Filter by name or organization"),
    )


# --- The matrix as a file ---------------------------------------------------------------------------------------------

COVERAGE = "coverage"


class CoverageFilterSet(HouseFilterSet):
    """What the matrix is of. It narrows the numbers, not the rows."""

    forum = said(
        django_filters.ModelChoiceFilter(label=gettext_lazy("Forum"), queryset=readable_forums, method="leave"),
        gettext_lazy("at %(value)s"),
    )
    on = said(day_of(gettext_lazy("On the day"), method="leave"), gettext_lazy("on %(value)s"))
    place = said(
        django_filters.ModelChoiceFilter(
            label=gettext_lazy("Province or territory"),
            queryset=lambda request: Jurisdiction.objects.exclude(code="CA").order_by("code"),
            to_field_name="code",
            method="leave",
            empty_label=gettext_lazy("Any"),
        ),
        gettext_lazy("in %(value)s"),
    )
    party_kind = said(
        several_of(gettext_lazy("Kind of party"), Party.Kind.choices, method="leave"),
        gettext_lazy("for parties of kind %(value)s"),
    )

    class Meta:
        model = Concept
        fields: ClassVar[list[str]] = []

    def leave(self, rows: Rows, name: str, value: Any) -> Rows:
        return rows


def coverage_asked(request: HttpRequest, forum: Forum | None = None) -> Coverage | None:
    """The matrix that the address describes; None where it names no forum that the reader may read.

    ``forum`` is the one whose page it is.
    """
    form = CoverageFilterSet(request.GET, queryset=Concept.objects.none(), request=request).form
    chosen = form.cleaned_data if form.is_valid() else {}
    forum = forum or chosen.get("forum")
    if forum is None:
        return None
    cell = Cell(place=chosen.get("place"), kinds=tuple(chosen.get("party_kind") or ()))
    return coverage_on(request.user, forum, day_asked(request), cell)


def _numbers(numbers: Mapping[tuple[int, int], int], stage: int) -> Any:
    return lambda actor, rows: {row.pk: numbers.get((row.pk, stage), 0) for row in rows}


def coverage_columns(found: Coverage | None) -> tuple[Column, ...]:
    columns = [Column("mineral", gettext_lazy("Mineral"), str, is_row_header=True)]
    for stage in found.stages if found else ():
        for key, label, numbers in (
            ("seats", gettext_lazy("%(stage)s: seats"), found.seats),  # type: ignore[union-attr]  # there are stages
            ("attendance", gettext_lazy("%(stage)s: presences in 12 months"), found.attendance),  # type: ignore[union-attr]  # as above
            ("candidates", gettext_lazy("%(stage)s: organizations in the directory"), found.candidates),  # type: ignore[union-attr]  # as above
        ):
            columns.append(
                Column(
                    f"{stage.code}_{key}",
                    label % {"stage": stage},
                    lambda row, number: number or 0,
                    batch=_numbers(numbers, stage.pk),
                    is_numeric=True,
                )
            )
    return tuple(columns)


def coverage_list(request: HttpRequest) -> ListState:
    """The matrix as rows, one for each mineral: for files alone."""
    found = coverage_asked(request)
    minerals = [mineral.pk for mineral in found.minerals] if found else []
    return ListState(
        list_key=COVERAGE,
        request=request,
        base=Concept.objects.filter(pk__in=minerals),
        filterset_class=CoverageFilterSet,
        columns=coverage_columns(found),
        default_order=[label_column()],
        order_words=gettext_lazy("by mineral"),
    )
