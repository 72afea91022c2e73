"""What the reports do to the rest of the house."""

from functools import partial

from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core.registries import (
    ExportableList,
    ListFacets,
    NavItem,
    Report,
    exportable_lists,
    list_facets,
    navigation,
    reports,
)
from c2m2a_crm.reports import policies
from c2m2a_crm.reports.filters import contact_log_facets
from c2m2a_crm.reports.speaking import COMMUNITY_RULE, REPRESENTATIVE_RULE, speaking_notes, speaking_totals
from c2m2a_crm.reports.summary import COUNTING_RULE, file_notes, paper_above, paper_totals
from c2m2a_crm.reports.views import (
    exported_by_community,
    exported_by_representative,
    exported_contacts_by_party,
)

navigation.register(
    NavItem(
        key="reports",
        label=gettext_lazy("All reports"),
        url_name="reports:catalogue",
        icon="chart-bar",
        order=800,
        allowed=policies.can_read_reports,
        group="reports",
        go_key="r",
    )
)
reports.register(
    Report(
        key="contacts-by-party",
        order=10,
        label=gettext_lazy("Contacts by organization and Nation"),
        description=gettext_lazy(
            "Who was heard in a quarter or a year, how often, whom we met, what was raised and what we promised."
        ),
        rule=COUNTING_RULE,
        url_name="reports:contacts_by_party",
        allowed=policies.can_read_reports,
        group=gettext_lazy("Engagement"),
        icon="chart-bar",
    )
)
for _key, _order, _label, _description, _rule, _url in (
    (
        "contacts-by-representative",
        20,
        gettext_lazy("Contacts by representative"),
        gettext_lazy("How often those were heard who speak for communities, and for how many of them."),
        REPRESENTATIVE_RULE,
        "reports:by_representative",
    ),
    (
        "contacts-by-community",
        30,
        gettext_lazy("Contacts by community represented"),
        gettext_lazy("Which communities were heard, themselves or through whoever speaks for them."),
        COMMUNITY_RULE,
        "reports:by_community",
    ),
):
    reports.register(
        Report(
            key=_key,
            order=_order,
            label=_label,
            description=_description,
            rule=_rule,
            url_name=_url,
            allowed=policies.can_read_reports,
            group=gettext_lazy("Engagement"),
            icon="chart-bar",
        )
    )
list_facets.register(ListFacets("reports-contact-log", 80, "contact-log", contact_log_facets))
exportable_lists.register(
    ExportableList(
        key="contacts-by-party",
        order=80,
        label=gettext_lazy("Contacts by organization and Nation"),
        allowed=can_export,
        state=exported_contacts_by_party,
        notes=lambda state: file_notes(state.filterset),
        above=paper_above,
        totals=paper_totals,
    )
)
for _key, _order, _label, _rule, _state in (
    (
        "contacts-by-representative",
        82,
        gettext_lazy("Contacts by representative"),
        REPRESENTATIVE_RULE,
        exported_by_representative,
    ),
    (
        "contacts-by-community",
        84,
        gettext_lazy("Contacts by community represented"),
        COMMUNITY_RULE,
        exported_by_community,
    ),
):
    exportable_lists.register(
        ExportableList(
            key=_key,
            order=_order,
            label=_label,
            allowed=can_export,
            state=_state,
            notes=partial(speaking_notes, _rule),
            totals=speaking_totals,
        )
    )
