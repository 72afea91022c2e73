"""What rhythms, agreed quiet and prospects add to the rest of the house."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core.registries import (
    ExportableList,
    ListColumns,
    ListFacets,
    NavItem,
    OperationKind,
    exportable_lists,
    list_columns,
    list_facets,
    navigation,
    operation_kinds,
)
from c2m2a_crm.engagement import policies
from c2m2a_crm.engagement.prospect_lists import facets as prospect_facets
from c2m2a_crm.engagement.prospect_lists import prospect_list
from c2m2a_crm.engagement.pulse_lists import people_pulse_list, pulse_list
from c2m2a_crm.engagement.rhythm_shown import columns, organization_facets, people_facets
from c2m2a_crm.engagement.services.prospects import PROSPECT_KIND
from c2m2a_crm.engagement.services.rhythms import QUIET_KIND, RHYTHM_KIND


def register() -> None:
    """Called by the contributions of the engagement record."""
    navigation.register(
        NavItem(
            key="pulse",
            label=_("Whom we let drift"),
            url_name="pulse:list",
            icon="zzz",
            order=45,
            allowed=policies.can_see_pulse,
        )
    )
    navigation.register(
        NavItem(
            key="prospects",
            label=_("Prospects"),
            url_name="prospects:list",
            icon="user-plus",
            order=36,
            allowed=policies.can_see_pulse,
            group="directory",
        )
    )
    navigation.register(
        NavItem(
            key="rhythms",
            label=_("Rhythms"),
            url_name="rhythms:list",
            icon="calendar-time",
            order=924,
            allowed=policies.can_set_rhythms,
            group="admin",
        )
    )
    for listed in (
        ExportableList("pulse", 42, _("Whom we let drift"), can_export, pulse_list),
        ExportableList("pulse-people", 43, _("Whom we let drift: people"), can_export, people_pulse_list),
        ExportableList("prospects", 44, _("Prospects"), can_export, prospect_list),
    ):
        exportable_lists.register(listed)
    list_columns.register(ListColumns("rhythm-organizations", 12, "organizations", columns))
    list_columns.register(ListColumns("rhythm-people", 12, "people", columns))
    list_facets.register(ListFacets("rhythm-organizations", 12, "organizations", organization_facets))
    list_facets.register(ListFacets("rhythm-people", 12, "people", people_facets))
    list_facets.register(ListFacets("prospects-organizations", 13, "organizations", prospect_facets))
    operation_kinds.register(OperationKind(RHYTHM_KIND, 46, _("Rhythm"), policies.can_keep_rhythms))
    operation_kinds.register(OperationKind(QUIET_KIND, 47, _("Agreed quiet"), policies.can_keep_rhythms))
    operation_kinds.register(OperationKind(PROSPECT_KIND, 48, _("Prospect"), policies.can_keep_rhythms))
