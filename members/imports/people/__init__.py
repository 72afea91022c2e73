"""People from other people's tables."""

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.registries import Importer
from members.imports.people.columns import TARGETS, guess_settings, problems
from members.imports.people.forms import PersonOptionsForm
from members.imports.people.planner import PersonPlanner
from members.policies import can_edit_directory

PEOPLE = Importer(
    key="people",
    order=20,
    label=_("People"),
    lede=_("One person in a row, with title, organization and addresses."),
    icon="user",
    allowed=can_edit_directory,
    targets=TARGETS,
    guess=guess_settings,
    options=PersonOptionsForm,
    problems=problems,
    planner=PersonPlanner,
    named_by=("full_name", "given_name", "family_name"),
    list_url="people:list",
)
