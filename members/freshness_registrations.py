"""What checking adds to the rest of the house."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.registries import (
    ListColumns,
    ListFacets,
    NavItem,
    OperationKind,
    RecordMarks,
    RecordPanel,
    RecordTables,
    ReferenceData,
    list_columns,
    list_facets,
    navigation,
    operation_kinds,
    record_marks,
    record_panels,
    record_tables,
    reference_data,
)
from members import freshness
from members.models import Cadence, Party, Person
from members.policies import can_edit_directory, can_set_cadences
from members.reference.freshness import load_cadences
from members.services.freshness import VERIFY_KIND


def register() -> None:
    """Called by the contributions of the directory."""
    navigation.register(
        NavItem(
            key="checking",
            label=_("Checking records"),
            url_name="freshness:list",
            icon="user-check",
            order=922,
            allowed=can_set_cadences,
            group="admin",
        )
    )
    reference_data.register(ReferenceData("cadences", 19, load_cadences))
    record_tables.register(RecordTables("members.cadence", 36, Cadence, can_set_cadences))
    operation_kinds.register(OperationKind(VERIFY_KIND, 44, _("Check"), can_edit_directory))
    for key, model in (("party", Party), ("person", Person)):
        record_marks.register(RecordMarks(f"check-{key}", 30, model, freshness.marks))
        record_panels.register(RecordPanel(f"check-{key}", 80, model, "members/_freshness_panel.html", freshness.panel))
    for key in ("organizations", "people", "nations"):
        list_columns.register(ListColumns(f"check-{key}", 30, key, freshness.columns))
        list_facets.register(ListFacets(f"check-{key}", 30, key, freshness.facets))
