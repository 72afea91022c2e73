"""The lists of forums and seats, and the columns that this room adds to the lists of the directory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.lists import Column, ListState, ListWords
from c2m2a_crm.core.validity import last_day, today
from c2m2a_crm.engagement.querysets import name_order
from forums.filters import ForumFilterSet, SeatFilterSet, day_asked
from forums.models import Forum, Seat, SeatTerm
from members.models import Person

STATUS_TONES = {
    Forum.Status.ACTIVE: "ok",
    Forum.Status.UNCERTAIN: "warn",
    Forum.Status.ENDED: "none",
    Forum.Status.COMPARABLE: "",
}


def status_dot(forum: Forum) -> SafeString:
    status = Forum.Status(forum.status)
    return ui.dot(status.label, STATUS_TONES[status])


# --- Forums ----------------------------------------------------------------------------------------------------------


def _seat_counts(actor: Any, forums: Sequence[Forum]) -> dict[int, tuple[int, int]]:
    """By forum, its seats of today and how many of them are held."""
    held = SeatTerm.objects.current().holders().filter(seat=OuterRef("pk"))
    rows = Seat.objects.current().filter(forum__in=[forum.pk for forum in forums]).annotate(is_held=Exists(held))
    counted = rows.values("forum").annotate(total=Count("pk"), filled=Count("pk", filter=Q(is_held=True)))
    return {row["forum"]: (row["total"], row["filled"]) for row in counted.order_by("forum")}


def _next_ends(actor: Any, forums: Sequence[Forum]) -> dict[int, date]:
    """By forum, the day on which the first of its present holders leaves."""
    terms = SeatTerm.objects.current().holders().filter(seat__forum__in=[forum.pk for forum in forums])
    ends = terms.values("seat__forum").annotate(end=Min("valid__endswith")).order_by("seat__forum")
    return {row["seat__forum"]: row["end"] - timedelta(days=1) for row in ends if row["end"]}


def _parents(actor: Any, forums: Sequence[Forum]) -> dict[int, Forum]:
    """By forum, what it reports to, where the reader may know of it."""
    found = {}
    for forum in forums:
        if forum.parent is not None and forum.parent.is_readable_by(actor):
            found[forum.pk] = forum.parent
    return found


def _forum_cell(forum: Forum) -> SafeString:
    acronym = format_html('<span class="sub">{}</span>', forum.acronym) if forum.acronym else ui.NOTHING
    seal = format_html(" {}", ui.icon("shield-lock", _("Sealed"))) if forum.initiative.sealed_circle_id else ui.NOTHING
    name = ui.in_language(forum.name)
    return format_html('<a class="t" href="{}">{}</a>{}{}', forum.get_absolute_url(), name, seal, acronym)


def _seats_cell(forum: Forum, counts: tuple[int, int] | None) -> SafeString | str:
    if counts is None:
        return ""
    said = _("%(filled)s of %(total)s") % {"filled": dates.number(counts[1]), "total": dates.number(counts[0])}
    return format_html('<a href="{}?forum={}">{}</a>', reverse("forums:seats"), forum.pk, said)


def _lead_cell(forum: Forum) -> SafeString:
    lead = forum.initiative.lead
    return ui.who(lead.name, lead.pk) if lead else ui.NOTHING


def _linked(forum: Forum, other: Forum | None) -> SafeString:
    if other is None:
        return ui.NOTHING
    return format_html('<a href="{}">{}</a>', other.get_absolute_url(), other.acronym or str(other))


def _of_initiative(key: str, label: Any) -> Column:
    """A column that only files carry."""
    return Column(key, label, lambda forum: getattr(forum.initiative, key), export_only=True, is_default=False)


FORUM_COLUMNS = (
    Column(
        "name",
        gettext_lazy("Forum"),
        str,
        cell=_forum_cell,
        order=name_order,
        is_row_header=True,
    ),
    Column("kind", gettext_lazy("Kind"), lambda forum: forum.get_kind_display(), order=lambda: ["kind"]),
    Column(
        "level",
        gettext_lazy("Level"),
        lambda forum: forum.get_level_display() if forum.level else "",
        order=lambda: ["level"],
        is_low=True,
    ),
    Column(
        "status",
        gettext_lazy("Status"),
        lambda forum: forum.get_status_display(),
        cell=status_dot,
        order=lambda: ["status"],
    ),
    Column(
        "seats",
        gettext_lazy("Seats filled"),
        lambda forum, counts: counts[1] if counts else 0,
        cell=_seats_cell,
        batch=_seat_counts,
        is_numeric=True,
    ),
    Column(
        "seats_total",
        gettext_lazy("Seats"),
        lambda forum, counts: counts[0] if counts else 0,
        batch=_seat_counts,
        export_only=True,
        is_default=False,
    ),
    Column(
        "next_end",
        gettext_lazy("Next term ends"),
        lambda forum, day: day,
        cell=lambda forum, day: ui.when(day, style="near") if day else ui.NOTHING,
        batch=_next_ends,
        is_low=True,
    ),
    Column(
        "ours",
        gettext_lazy("Run by us"),
        lambda forum: _("Yes") if forum.is_run_by_us else _("No"),
        order=lambda: ["-is_run_by_us"],
        is_default=False,
    ),
    Column(
        "parent",
        gettext_lazy("Reports to"),
        lambda forum, parent: str(parent) if parent else "",
        cell=_linked,
        batch=_parents,
        is_default=False,
    ),
    Column(
        "lead",
        gettext_lazy("Lead"),
        lambda forum: forum.initiative.lead.name if forum.initiative.lead else "",
        cell=_lead_cell,
        order=lambda: [F("initiative__lead__name").asc(nulls_last=True)],
        is_default=False,
    ),
    Column("id", gettext_lazy("Record"), lambda forum: forum.pk, export_only=True, is_default=False),
    Column("code", gettext_lazy("Acronym"), lambda forum: forum.code, export_only=True, is_default=False),
    Column(
        "code_fr", gettext_lazy("Acronym in French"), lambda forum: forum.code_fr, export_only=True, is_default=False
    ),
    _of_initiative("name_en", gettext_lazy("Name in English")),
    _of_initiative("name_fr", gettext_lazy("Name in French")),
)

FORUM_WORDS = ListWords(
    label=gettext_lazy("Forums"),
    counted=lambda total: ngettext("%(count)s forum", "%(count)s forums", total),
    no_match=gettext_lazy("No forum matches these filters"),
    empty_title=gettext_lazy("No forums yet"),
    empty_text=gettext_lazy("Tables at which people meet over years stand here, ours and those of others. Add one."),
)


def forum_list(request: HttpRequest) -> ListState:
    """The state of the page, which the export of the same name carries away."""
    return ListState(
        list_key="forums",
        request=request,
        base=Forum.objects.readable_by(request.user).active(),
        filterset_class=ForumFilterSet,
        columns=FORUM_COLUMNS,
        default_order=name_order(),
        order_words=gettext_lazy("by name"),
        search_label=gettext_lazy("Filter by name or acronym"),
    )


# --- Seats -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seated:
    """Who has a role in a seat on a day: the holder, and the others in the order of their roles."""

    holder: SeatTerm | None
    others: list[SeatTerm]


def _seated_on(day: date | None, actor: Any, seats: Sequence[Seat]) -> Mapping[int, Seated]:
    """Who sits there on a day, today where it is None. Read once a page, though several columns ask for it."""
    if seats and hasattr(seats[0], "seated_then"):
        return {seat.pk: seat.seated_then for seat in seats}  # type: ignore[attr-defined]  # set below
    rows = (
        SeatTerm.objects.on(day or today())
        .filter(seat__in=[seat.pk for seat in seats])
        .select_related("person", "party")
    )
    by_seat: dict[int, list[SeatTerm]] = defaultdict(list)
    ranks = list(SeatTerm.Role.values)
    for term in rows:
        by_seat[term.seat_id].append(term)
    found = {}
    for seat in seats:
        terms = sorted(by_seat[seat.pk], key=lambda term: ranks.index(term.role))
        holder = next((term for term in terms if term.role == SeatTerm.Role.HOLDER), None)
        seat.seated_then = found[seat.pk] = Seated(holder, [term for term in terms if term is not holder])  # type: ignore[attr-defined]  # kept for the next column
    return found


def _held(read: Any) -> Any:
    """A value of the present holder's term, where there is one."""
    return lambda seat, seated: read(seated.holder) if seated.holder else None


def _seat_cell(seat: Seat) -> SafeString:
    under = seat.category if seat.has_own_name else None  # any other name tells the category
    sub = format_html('<span class="sub">{}</span>', ui.in_language(under.name)) if under else ui.NOTHING
    return format_html('<a class="t" href="{}">{}</a>{}', seat.get_absolute_url(), str(seat), sub)


def _of_forum_cell(seat: Seat) -> SafeString:
    forum = seat.forum
    return format_html('<a href="{}">{}</a>', forum.get_absolute_url(), forum.acronym or ui.in_language(forum.name))


def _holder_cell(seat: Seat, seated: Seated) -> SafeString:
    if seated.holder is None:
        return ui.tag(_("Vacant"), "copper")
    person = seated.holder.person
    note = str(seated.holder.party or "")
    return ui.who(person.full_name, person.pk, url=person.get_absolute_url(), note=note)


def _others_cell(seat: Seat, seated: Seated) -> SafeString:
    lines = ((term.person.full_name, term.get_role_display()) for term in seated.others)
    return format_html_join("", '<span>{}<span class="sub">{}</span></span>', lines)


def _others(seat: Seat, seated: Seated) -> str:
    return "; ".join(f"{term.person.full_name} ({term.get_role_display()})" for term in seated.others)


def _ends_cell(seat: Seat, seated: Seated) -> SafeString:
    day = last_day(seated.holder.valid) if seated.holder else None
    return ui.when(day, style="near") if day else ui.NOTHING


def seat_columns(day: date | None = None) -> tuple[Column, ...]:
    """The columns of the list; who sits there is told of the day."""
    seated = partial(_seated_on, day)
    return (
        Column(
            "seat",
            gettext_lazy("Seat"),
            str,
            cell=_seat_cell,
            order=lambda: [F("category__position").asc(nulls_first=True), "category_id", "number"],
            is_row_header=True,
        ),
        Column(
            "forum",
            gettext_lazy("Forum"),
            lambda seat: str(seat.forum),
            cell=_of_forum_cell,
            order=lambda: name_order("forum__initiative"),
        ),
        Column(
            "holder",
            gettext_lazy("Holder"),
            _held(lambda term: term.person.full_name),
            cell=_holder_cell,
            batch=seated,
        ),
        Column(
            "party",
            gettext_lazy("Speaks for"),
            _held(lambda term: str(term.party or "")),
            batch=seated,
            export_only=True,
            is_default=False,
        ),
        Column(
            "others", gettext_lazy("Alternates and observers"), _others, cell=_others_cell, batch=seated, is_low=True
        ),
        Column(
            "ends",
            gettext_lazy("Term ends"),
            _held(lambda term: last_day(term.valid)),
            cell=_ends_cell,
            batch=seated,
            order=lambda: [F("holder_until").asc(nulls_last=True)],
        ),
        Column(
            "category",
            gettext_lazy("Category"),
            lambda seat: str(seat.category or ""),
            export_only=True,
            is_default=False,
        ),
        Column("owner", gettext_lazy("Belongs to"), lambda seat: str(seat.belongs_to or ""), is_default=False),
        Column(
            "capacity",
            gettext_lazy("Capacity"),
            lambda seat: seat.get_capacity_display(),
            order=lambda: ["capacity"],
            is_default=False,
        ),
        Column("id", gettext_lazy("Record"), lambda seat: seat.pk, export_only=True, is_default=False),
    )


SEAT_COLUMNS = seat_columns()

SEAT_WORDS = ListWords(
    label=gettext_lazy("Seats"),
    counted=lambda total: ngettext("%(count)s seat", "%(count)s seats", total),
    no_match=gettext_lazy("No seat matches these filters"),
    empty_title=gettext_lazy("No seats yet"),
    empty_text=gettext_lazy("The seats of all forums stand here once they are added on the page of a forum."),
)


def seat_list(request: HttpRequest) -> ListState:
    """Seats of all forums that exist today, or on the day that the address names."""
    day = day_asked(request)
    return ListState(
        list_key="seats",
        request=request,
        base=Seat.objects.readable_by(request.user).active().on(day).with_holder_until(day),
        filterset_class=SeatFilterSet,
        columns=seat_columns(day),
        default_order=[
            *name_order("forum__initiative"),
            "forum_id",
            F("category__position").asc(nulls_first=True),
            "category_id",
            "number",
        ],
        order_words=gettext_lazy("by forum and category"),
        search_label=gettext_lazy("Filter by name"),
    )


# --- Columns on the lists of the directory ----------------------------------------------------------------------------


def _tables(actor: Any, records: Sequence[Any]) -> dict[int, list[Forum]]:
    """By record, the forums at which it sits today."""
    if not records:
        return {}
    column = "person" if isinstance(records[0], Person) else "party"
    terms = SeatTerm.objects.readable_by(actor).active().current()
    terms = terms.filter(**{f"{column}__in": [record.pk for record in records]})
    found: dict[int, dict[int, Forum]] = defaultdict(dict)
    for term in terms.select_related("seat__forum__initiative").order_by("pk"):
        found[getattr(term, f"{column}_id")][term.seat.forum_id] = term.seat.forum
    return {pk: list(forums.values()) for pk, forums in found.items()}


def _tables_cell(record: Any, forums: list[Forum] | None) -> SafeString:
    links = ((forum.get_absolute_url(), str(forum), forum.acronym or str(forum)) for forum in forums or ())
    return format_html_join(", ", '<a href="{}" title="{}">{}</a>', links)


SITS_ON = Column(
    "forums",
    gettext_lazy("Sits on"),
    lambda record, forums: ", ".join(map(str, forums or ())),
    cell=_tables_cell,
    batch=_tables,
    is_default=False,
    is_low=True,
)


def directory_columns() -> list[Column]:
    return [SITS_ON]
