"""What forums do to the rest of the house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core.registries import (
    AnonymisedTexts,
    Audience,
    DaySource,
    DocumentHome,
    ExportableList,
    HomeBlock,
    HomeFigures,
    InitiativePage,
    LinkPurpose,
    ListColumns,
    ListFacets,
    NavItem,
    OperationKind,
    PersonalData,
    RecordPanel,
    RecordTables,
    ReferenceData,
    RetentionUse,
    SearchHit,
    SearchKind,
    SignedLinks,
    anonymised_texts,
    audiences,
    day_sources,
    departure_effects,
    document_homes,
    exportable_lists,
    home_blocks,
    home_figures,
    initiative_pages,
    link_purposes,
    list_columns,
    list_facets,
    membership_effects,
    mergeable_relations,
    navigation,
    operation_kinds,
    personal_data,
    put_backs,
    record_panels,
    record_tables,
    reference_data,
    retention_rules,
    retention_uses,
    search_kinds,
)
from c2m2a_crm.engagement.models import Initiative
from forums import briefing, home, policies, put_back
from forums.anonymising import seated_since, stays, words_of
from forums.coverage.lists import ATTENDANCE, COVERAGE, attendance_list, coverage_list
from forums.departure_effects import DEPARTURE_EFFECT
from forums.filters import directory_facets
from forums.joining.emails import PURPOSE
from forums.joining.links import asked_of_link, language_of
from forums.joining.retention import INQUIRIES
from forums.lists import directory_columns, forum_list, seat_list
from forums.meetings import contributing as meetings
from forums.membership_effects import MEMBERSHIP_EFFECT
from forums.merging import RELATIONS as MERGEABLE
from forums.models import (
    Forum,
    Inquiry,
    Seat,
    SeatAppeal,
    SeatApplication,
    SeatApplicationDocument,
    SeatCategory,
    SeatTerm,
    TermsOfReference,
)
from forums.papers import contributing as papers
from forums.personal_data import find, held
from forums.positions import contributing as positions
from forums.reference import load_forums
from forums.rounds import contributing as rounds
from forums.selectors import SEAT_HOLDERS, find_readable, seat_audience, seats_on, terms_with
from forums.turnover.services import KIND as TURNOVER
from members.models import Jurisdiction, Party, Person

navigation.register(
    NavItem(
        key="forums",
        label=_("All forums"),
        url_name="forums:list",
        icon="messages",
        order=10,
        allowed=policies.can_see_forums,
        group="forums",
        go_key="u",
    )
)
navigation.register(
    NavItem(
        key="seats",
        label=_("Seats"),
        url_name="forums:seats",
        icon="armchair",
        order=20,
        allowed=policies.can_see_forums,
        group="forums",
    )
)

navigation.register(
    NavItem(
        key="seat-applications",
        label=_("Applications for a seat"),
        url_name="forums:applications",
        icon="user-plus",
        order=30,
        allowed=policies.can_read_applications,
        group="forums",
    )
)

initiative_pages.register(InitiativePage(Initiative.Kind.FORUM.value, 10, "forums:detail"))

audiences.register(
    Audience(
        key=SEAT_HOLDERS,
        order=10,
        label=_("Everybody who sits on a forum"),
        find=find_readable,
        people=seat_audience,
        allowed=policies.can_write_to_seats,
    )
)

# --- Pages of people, organizations, Nations, governments -------------------------------------------------------------


def _seats_panel(actor: Any, record: Person | Party | Jurisdiction) -> dict[str, Any] | None:
    """Terms of now and to come, and the past ones folded; no card where there was never one."""
    lines = terms_with(actor, record)
    if not lines:
        return None
    return {
        "lines": [line for line in lines if line.when != "past"],
        "past": [line for line in lines if line.when == "past"],
        "shows_person": not isinstance(record, Person),
    }


for _model, _name in ((Person, "person"), (Party, "party"), (Jurisdiction, "jurisdiction")):
    record_panels.register(RecordPanel(f"seats-{_name}", 40, _model, "forums/_seats_panel.html", _seats_panel))

# --- Lists ------------------------------------------------------------------------------------------------------------

for _list_key in ("organizations", "people", "nations"):
    list_columns.register(ListColumns(f"forums-{_list_key}", 20, _list_key, directory_columns))
    list_facets.register(ListFacets(f"forums-{_list_key}", 20, _list_key, directory_facets))

exportable_lists.register(ExportableList("forums", 50, _("Forums"), can_export, forum_list))
exportable_lists.register(ExportableList("seats", 60, _("Seats"), can_export, seat_list))
exportable_lists.register(ExportableList(ATTENDANCE, 62, _("Attendance"), can_export, attendance_list))
exportable_lists.register(ExportableList(COVERAGE, 64, _("Coverage"), can_export, coverage_list))

# --- Search, home, reference data -------------------------------------------------------------------------------------


def _hits(actor: Any, ids: Sequence[int]) -> Mapping[int, SearchHit]:
    return {
        forum.pk: SearchHit(
            str(forum),
            forum.get_absolute_url(),
            " · ".join(filter(None, (forum.acronym, str(forum.get_kind_display())))),
        )
        for forum in Forum.objects.readable_by(actor).filter(pk__in=ids)
    }


def _texts(actor: Any, ids: Sequence[int]) -> Mapping[int, str]:
    return {forum.pk: forum.purpose.text for forum in Forum.objects.readable_by(actor).filter(pk__in=ids)}


search_kinds.register(
    SearchKind(
        key="forum",
        order=50,
        label=_("Forums"),
        icon="messages",
        model=Forum,
        allowed=policies.can_see_forums,
        hits=_hits,
        texts=_texts,
        words=("forum", "forums", "table", "tables"),
    )
)
for model in (Person, Party):
    day_sources.register(
        DaySource(
            f"seats-of-{model._meta.model_name}",
            10,
            model,
            _("Seats"),
            _("No seat is on file for that day."),
            seats_on,
        )
    )
home_figures.register(HomeFigures("forums", 20, home.figures))
home_blocks.register(HomeBlock("terms-ending", 60, "forums/_home_terms.html", home.terms_ending, is_side=True))
reference_data.register(ReferenceData("forums", 40, load_forums))

personal_data.register(PersonalData("forums", 40, _("Forums"), held, find))

for fields in (put_back.FORUM, put_back.INITIATIVE):
    put_backs.register(fields)

# --- Undo -------------------------------------------------------------------------------------------------------------

record_tables.register(RecordTables("forums.forum", 200, Forum, policies.can_manage_forums))
record_tables.register(RecordTables("forums.category", 210, SeatCategory, policies.can_manage_forums))
record_tables.register(RecordTables("forums.terms_of_reference", 215, TermsOfReference, policies.can_manage_forums))
operation_kinds.register(OperationKind(TURNOVER, 33, _("Terms of seats"), policies.can_manage_forums))
departure_effects.register(DEPARTURE_EFFECT)
membership_effects.register(MEMBERSHIP_EFFECT)
record_tables.register(RecordTables("forums.seat", 220, Seat, policies.can_manage_forums, parts={SeatTerm: "seat_id"}))

_PARTS_SENT: dict[type[Model], dict[type[Model], str]] = {
    SeatApplication: {SeatApplicationDocument: "seat_application_id"}
}
for _table, _order, _sent in (
    ("forums.application", 222, SeatApplication),
    ("forums.appeal", 223, SeatAppeal),
    ("forums.inquiry", 224, Inquiry),
):
    record_tables.register(
        RecordTables(_table, _order, _sent, policies.can_manage_forums, parts=_PARTS_SENT.get(_sent, {}))
    )


def _may_file(actor: Any, asked: SeatApplication) -> bool:
    return policies.can_manage_forum(actor, asked.forum)


def _circles_of(asked: SeatApplication) -> tuple[int | None, int | None]:
    initiative = asked.forum.initiative
    return initiative.sealed_circle_id, initiative.restricted_circle_id


document_homes.register(
    DocumentHome(
        "seat-applications",
        32,
        SeatApplication,
        SeatApplicationDocument,
        "seat_application",
        "seat_application",
        _("Application for a seat"),
        _may_file,
        _circles_of,
    )
)


def _application_state(request: Any, opened: Any) -> Any:
    from forums.joining.public import state_page  # views are read once addresses are

    return state_page(request, opened)


link_purposes.register(
    LinkPurpose(
        key=PURPOSE,
        order=17,
        label=_("State of an application for a seat"),
        offers=_("Shows the applicant how far the application is, and takes an appeal."),
        links=SignedLinks(find=asked_of_link, language=language_of),
        answer=_application_state,
    )
)

anonymised_texts.register(AnonymisedTexts("forums", 50, words_of, stays=stays))
retention_rules.register(INQUIRIES)
retention_uses.register(RetentionUse("forums.terms", 50, Person, seated_since))

for mergeable in MERGEABLE:
    mergeable_relations.register(mergeable)

meetings.register()
briefing.register()
papers.register()
rounds.register()
positions.register()
