"""Organizations from other people's tables."""

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.registries import Importer
from members.imports.organizations.columns import TARGETS, guess_settings, problems
from members.imports.organizations.forms import OrganizationOptionsForm
from members.imports.organizations.planner import OrganizationPlanner
from members.policies import can_edit_directory

ORGANIZATIONS = Importer(
    key="organizations",
    order=10,
    label=_("Organizations"),
    lede=_("Companies, associations, institutions and governments, one or several in a row."),
    icon="building",
    allowed=can_edit_directory,
    targets=TARGETS,
    guess=guess_settings,
    options=OrganizationOptionsForm,
    problems=problems,
    planner=OrganizationPlanner,
    named_by=("name_en", "name_fr"),
    list_url="organizations:list",
)
