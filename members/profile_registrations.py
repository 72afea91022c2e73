"""What profiles and vocabularies add to the rest of the house."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core.registries import (
    ExportableList,
    ListColumns,
    ListFacets,
    NavItem,
    OperationKind,
    RecordPanel,
    RecordTables,
    ReferenceData,
    exportable_lists,
    list_columns,
    list_facets,
    navigation,
    operation_kinds,
    record_panels,
    record_tables,
    reference_data,
)
from members import profiles
from members.models import Concept, Listing, Party, Person
from members.policies import can_edit_directory, can_keep_vocabularies, can_see_directory
from members.reference.vocabularies import load_concepts, load_listings
from members.services.profiles import PROFILE_KIND
from members.services.vocabularies import REPLACE_KIND
from members.vocabulary_list import vocabulary_list


def register() -> None:
    """Called by the contributions of the directory."""
    navigation.register(
        NavItem(
            key="vocabularies",
            label=_("Vocabularies"),
            url_name="vocabularies:list",
            icon="tag",
            order=45,
            allowed=can_see_directory,
            group="directory",
        )
    )
    reference_data.register(ReferenceData("vocabularies", 16, load_concepts))
    reference_data.register(ReferenceData("vocabularies.lists", 18, load_listings))
    record_tables.register(
        RecordTables("members.concept", 35, Concept, can_keep_vocabularies, parts={Listing: "concept_id"})
    )
    operation_kinds.register(OperationKind(PROFILE_KIND, 40, _("Profile"), can_edit_directory))
    operation_kinds.register(OperationKind(REPLACE_KIND, 42, _("Replacing a word"), can_keep_vocabularies))
    record_panels.register(RecordPanel("profile-party", 15, Party, "members/_profile_panel.html", profiles.party_panel))
    record_panels.register(
        RecordPanel("expertise-person", 15, Person, "members/_expertise_panel.html", profiles.person_panel)
    )
    list_columns.register(ListColumns("profiles-organizations", 20, "organizations", profiles.party_columns))
    list_columns.register(ListColumns("profiles-nations", 20, "nations", profiles.nation_columns))
    list_columns.register(ListColumns("profiles-people", 20, "people", profiles.person_columns))
    list_facets.register(ListFacets("profiles-organizations", 20, "organizations", profiles.organization_facets))
    list_facets.register(ListFacets("profiles-nations", 20, "nations", profiles.nation_facets))
    list_facets.register(ListFacets("profiles-people", 20, "people", profiles.person_facets))
    exportable_lists.register(
        ExportableList("vocabularies", 36, _("Vocabularies"), can_export, vocabulary_list, asks_purpose=False)
    )
