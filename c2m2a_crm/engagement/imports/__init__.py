"""Contacts from other people's tables."""

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.registries import Importer
from c2m2a_crm.engagement.imports.columns import TARGETS, ContactOptionsForm, guess_settings, problems
from c2m2a_crm.engagement.imports.planner import ContactPlanner
from c2m2a_crm.engagement.policies import can_log

CONTACTS = Importer(
    key="contacts",
    order=30,
    label=_("Contacts"),
    lede=_("One call, meeting or letter in a row, with who took part and what was said."),
    icon="message-2",
    allowed=can_log,
    targets=TARGETS,
    guess=guess_settings,
    options=ContactOptionsForm,
    problems=problems,
    planner=ContactPlanner,
    named_by=("occurred_on", "subject"),
    list_url="contact_log:list",
)
