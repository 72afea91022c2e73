"""What the directory does to the rest of the house."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core.documents.registrations import document_panel
from c2m2a_crm.core.registries import (
    DocumentHome,
    ExportableList,
    NavItem,
    OperationKind,
    PersonalData,
    RecordPanel,
    ReferenceData,
    SearchKind,
    departure_effects,
    departures,
    document_homes,
    exportable_lists,
    importers,
    navigation,
    operation_kinds,
    personal_data,
    put_backs,
    record_panels,
    record_tables,
    reference_data,
    search_kinds,
)
from c2m2a_crm.core.segments import take_part
from members import briefing, put_back
from members.cards import organization_cards, person_cards
from members.departure_effects import DEPARTURE_EFFECTS
from members.departures import DEPARTURES
from members.details.registrations import register as register_details
from members.dues import contributing as dues
from members.duplicates.registrations import register as register_duplicates
from members.freshness_registrations import register as register_checking
from members.gifts import contributing as gifts
from members.imports.organizations import ORGANIZATIONS as ORGANIZATION_IMPORT
from members.imports.people import PEOPLE as PEOPLE_IMPORT
from members.jurisdiction_list import jurisdiction_list
from members.lists import nation_list, organization_list, person_list
from members.memberships import contributing as memberships
from members.merging.registrations import register as register_merging
from members.models import Jurisdiction, Office, Party, PartyDocument, Person
from members.offices_shown import office_panel, relation_panel
from members.personal_data import find, held
from members.policies import can_edit_directory, can_see_directory
from members.profile_registrations import register as register_profiles
from members.reference import load_institutions, load_jurisdiction_facts, load_jurisdictions
from members.search_hits import jurisdiction_hits, jurisdiction_texts, office_hits, party_hits, party_texts, people_hits
from members.segmented import SEGMENTED
from members.services.aside import ARCHIVE_KIND, RESTORE_KIND
from members.services.bulk import BULK_KIND
from members.services.moving import MOVED_KIND
from members.undo import JURISDICTION, OFFICE, PARTY, PERSON, RELATIONSHIP, page_of_move

for key, label, icon, order, go_key in (
    ("organizations", _("Organizations"), "building", 10, "o"),
    ("people", _("People"), "users", 20, "p"),
    ("nations", _("Nations"), "users-group", 30, "n"),
):
    navigation.register(
        NavItem(
            key=key,
            label=label,
            url_name=f"{key}:list",
            icon=icon,
            order=order,
            allowed=can_see_directory,
            group="directory",
            go_key=go_key,
        )
    )

navigation.register(
    NavItem(
        key="jurisdictions",
        label=_("Jurisdictions"),
        url_name="jurisdictions:list",
        icon="map-2",
        order=40,
        allowed=can_see_directory,
        group="directory",
        go_key="j",
    )
)


search_kinds.register(
    SearchKind(
        key="organization",
        order=10,
        label=_("Organizations"),
        icon="building",
        model=Party,
        allowed=can_see_directory,
        hits=party_hits(nations=False),
        texts=party_texts,
        words=("organization", "organizations", "organisation", "organisations"),
    )
)
search_kinds.register(
    SearchKind(
        key="person",
        order=20,
        label=_("People"),
        icon="user",
        model=Person,
        allowed=can_see_directory,
        hits=people_hits,
        words=("person", "people", "personne", "personnes"),
    )
)
search_kinds.register(
    SearchKind(
        key="nation",
        order=30,
        label=_("Nations"),
        icon="users-group",
        model=Party,
        allowed=can_see_directory,
        hits=party_hits(nations=True),
        texts=party_texts,
        words=("nation", "nations"),
    )
)
search_kinds.register(
    SearchKind(
        key="office",
        order=35,
        label=_("Offices"),
        icon="id-badge-2",
        model=Office,
        allowed=can_see_directory,
        hits=office_hits,
        words=("office", "offices", "fonction", "fonctions", "post", "poste"),
    )
)
search_kinds.register(
    SearchKind(
        key="jurisdiction",
        order=80,
        label=_("Jurisdictions"),
        icon="map-2",
        model=Jurisdiction,
        allowed=can_see_directory,
        hits=jurisdiction_hits,
        texts=jurisdiction_texts,
        words=("province", "provinces", "territory", "territories", "territoire", "territoires", "jurisdiction"),
    )
)

exportable_lists.register(
    ExportableList(
        "organizations",
        10,
        _("Organizations"),
        can_export,
        organization_list,
        asks_purpose=False,
        cards=organization_cards,
    )
)
exportable_lists.register(ExportableList("people", 20, _("People"), can_export, person_list, cards=person_cards))
exportable_lists.register(ExportableList("nations", 30, _("Nations"), can_export, nation_list, asks_purpose=False))
exportable_lists.register(
    ExportableList("jurisdictions", 35, _("Jurisdictions"), can_export, jurisdiction_list, asks_purpose=False)
)

for segmented in SEGMENTED:
    take_part(segmented)

reference_data.register(ReferenceData("jurisdictions", 10, load_jurisdictions))
reference_data.register(ReferenceData("jurisdictions.facts", 12, load_jurisdiction_facts))
reference_data.register(ReferenceData("institutions", 14, load_institutions))

importers.register(ORGANIZATION_IMPORT)
importers.register(PEOPLE_IMPORT)

for tables in (PERSON, PARTY, OFFICE, RELATIONSHIP, JURISDICTION):
    record_tables.register(tables)

operation_kinds.register(OperationKind(BULK_KIND, 10, _("Bulk edit"), can_edit_directory))
operation_kinds.register(OperationKind(ARCHIVE_KIND, 20, _("Archiving"), can_edit_directory))
operation_kinds.register(OperationKind(RESTORE_KIND, 30, _("Restoring"), can_edit_directory))
operation_kinds.register(OperationKind(MOVED_KIND, 32, _("Moved on"), can_edit_directory, page=page_of_move))

for fields in (put_back.PARTY, put_back.PERSON):
    put_backs.register(fields)

for departure in DEPARTURES:
    departures.register(departure)
for effect in DEPARTURE_EFFECTS:
    departure_effects.register(effect)

personal_data.register(PersonalData("directory", 10, _("Directory"), held, find))

# --- Documents --------------------------------------------------------------------------------------------------------


def _may_file(actor: Any, party: Party) -> bool:
    return can_edit_directory(actor) and not party.is_archived


document_homes.register(
    DocumentHome("parties", 10, Party, PartyDocument, "party", "party", _("Organization or Nation"), _may_file)
)
for _model, _name in ((Person, "person"), (Party, "party")):
    record_panels.register(
        RecordPanel(f"relationships-{_name}", 22, _model, "members/_relationship_panel.html", relation_panel)
    )
record_panels.register(RecordPanel("offices-party", 20, Party, "members/_office_panel.html", office_panel))
record_panels.register(RecordPanel("documents-party", 60, Party, "core/_document_panel.html", document_panel))

# --- Duplicates -------------------------------------------------------------------------------------------------------

register_duplicates()

# --- Profiles and vocabularies ---------------------------------------------------------------------------------------

register_profiles()

# --- Checking ---------------------------------------------------------------------------------------------------------

register_checking()

# --- Details that people check themselves -----------------------------------------------------------------------------

register_details()

# --- Merging ----------------------------------------------------------------------------------------------------------

register_merging()

# --- Memberships ------------------------------------------------------------------------------------------------------

memberships.contribute()
dues.contribute()
gifts.contribute()

# --- Briefings --------------------------------------------------------------------------------------------------------

briefing.register()
