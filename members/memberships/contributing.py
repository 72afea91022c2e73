"""What memberships do to the rest of the house; ``members.contributions`` calls it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core import dates
from c2m2a_crm.core.registries import (
    DayLine,
    DaySource,
    DocumentHome,
    ExportableList,
    LinkPurpose,
    ListColumns,
    ListFacets,
    MergeableRelation,
    NavItem,
    PersonalData,
    RecordPanel,
    RecordTables,
    ReferenceData,
    SignedLinks,
    anonymised_texts,
    day_sources,
    document_homes,
    exportable_lists,
    link_purposes,
    list_columns,
    list_facets,
    mergeable_relations,
    navigation,
    personal_data,
    record_panels,
    record_tables,
    reference_data,
    retention_rules,
)
from members.memberships import intake, policies
from members.memberships.filters import organization_facets, person_facets
from members.memberships.lists import membership_list, organization_columns
from members.memberships.marks import status_tag, status_words
from members.memberships.personal_data import find, held
from members.memberships.reference import load_clocks
from members.memberships.retention import ANONYMISED, APPLICATIONS
from members.memberships.selectors import covering_places, memberships_of
from members.memberships.status import HELD, Status
from members.models import (
    Application,
    ApplicationCheck,
    ApplicationConflict,
    ApplicationDocument,
    DuesRate,
    Membership,
    MembershipClock,
    MembershipDecision,
    MembershipReminder,
    MembershipTier,
    Party,
    Person,
)


def _party_panel(actor: Any, party: Party) -> dict[str, Any] | None:
    """The memberships of a party; without any, a card only for whoever may admit it."""
    rows: list[Any] = memberships_of(actor, party)
    may_admit = policies.can_keep_memberships(actor) and not party.is_archived
    may_admit = may_admit and not any(row.status in (*HELD, Status.APPLICANT) for row in rows)
    if not rows and not may_admit:
        return None
    url = f"{reverse('memberships:admit')}?party={party.pk}" if may_admit else ""
    return {"lines": [{"row": row, "tag": status_tag(row.status)} for row in rows], "admit_url": url}


def _person_panel(actor: Any, person: Person) -> dict[str, Any] | None:
    places = covering_places(actor, person)
    return {"places": places} if places else None


def _party_on(actor: Any, party: Party, day: date) -> Sequence[DayLine]:
    rows: list[Any] = memberships_of(actor, party, day)
    return [
        DayLine(str(row.tier), status_words(row.status), row.get_absolute_url())
        for row in rows
        if row.status != Status.NONE
    ]


def _person_on(actor: Any, person: Person, day: date) -> Sequence[DayLine]:
    return [
        DayLine(str(place.party), dates.days_of(place), place.party.get_absolute_url())
        for place in covering_places(actor, person, day)
    ]


def _state(request: Any, opened: Any) -> Any:
    from members.memberships.views.public import state_page  # views are read once addresses are

    return state_page(request, opened)


MEMBERSHIP = RecordTables(
    key="members.membership",
    order=40,
    model=Membership,
    allowed=policies.can_keep_memberships,
    parts={MembershipDecision: "membership_id", MembershipReminder: "membership_id"},
)
TIER = RecordTables(
    key="members.membershiptier",
    order=41,
    model=MembershipTier,
    allowed=policies.can_set_membership_rules,
    parts={DuesRate: "tier_id"},
)
CLOCK = RecordTables(
    key="members.membershipclock", order=42, model=MembershipClock, allowed=policies.can_set_membership_rules
)

APPLICATION = RecordTables(
    key="members.application",
    order=43,
    model=Application,
    allowed=policies.can_keep_memberships,
    parts={
        ApplicationCheck: "application_id",
        ApplicationConflict: "application_id",
        ApplicationDocument: "application_id",
    },
)
_APPLICATIONS_OF = (("party", Party, 160), ("person", Person, 60))


def _may_file(actor: Any, application: Application) -> bool:
    """Applications for something else are filed under by the room that they are for."""
    return policies.can_keep_memberships(actor) and application.kind == Application.Kind.MEMBERSHIP


def contribute() -> None:
    document_homes.register(
        DocumentHome(
            "applications",
            12,
            Application,
            ApplicationDocument,
            "application",
            "application",
            _("Application"),
            _may_file,
        )
    )
    navigation.register(
        NavItem(
            key="memberships",
            label=_("Memberships"),
            url_name="memberships:list",
            icon="id-badge-2",
            order=35,
            allowed=policies.can_see_memberships,
            group="directory",
            go_key="b",
        )
    )
    exportable_lists.register(
        ExportableList("memberships", 25, _("Memberships"), can_export, membership_list, asks_purpose=False)
    )
    list_columns.register(ListColumns("memberships-organizations", 5, "organizations", organization_columns))
    list_facets.register(ListFacets("memberships-organizations", 5, "organizations", organization_facets))
    list_facets.register(ListFacets("memberships-people", 5, "people", person_facets))
    record_panels.register(RecordPanel("memberships-party", 15, Party, "memberships/_panel.html", _party_panel))
    record_panels.register(
        RecordPanel("memberships-person", 15, Person, "memberships/_covered_panel.html", _person_panel)
    )
    day_sources.register(
        DaySource("memberships-of-party", 5, Party, _("Membership"), _("It was no member on that day."), _party_on)
    )
    day_sources.register(
        DaySource(
            "memberships-of-person",
            5,
            Person,
            _("Covered by the membership of"),
            _("No membership covered this person on that day."),
            _person_on,
        )
    )
    reference_data.register(ReferenceData("membership.clocks", 16, load_clocks))
    for tables in (MEMBERSHIP, TIER, CLOCK, APPLICATION):
        record_tables.register(tables)
    for side, model, order in _APPLICATIONS_OF:
        mergeable_relations.register(
            MergeableRelation(f"members.application.{side}", order, Application, f"{side}_id", model, _("Applications"))
        )
    retention_rules.register(APPLICATIONS)
    anonymised_texts.register(ANONYMISED)
    personal_data.register(PersonalData("applications", 15, _("Applications"), held, find))
    link_purposes.register(
        LinkPurpose(
            key=intake.PURPOSE,
            order=15,
            label=_("State of an application"),
            offers=_("Shows the applicant how far the application is."),
            links=SignedLinks(find=intake.application_of_link, language=lambda application: str(application.language)),
            answer=_state,
        )
    )
