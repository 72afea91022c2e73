"""``manage.py import_contacts FILE``: the import of the page, for a terminal."""

from __future__ import annotations

from c2m2a_crm.core.imports.command_line import ImportCommand
from c2m2a_crm.engagement.models import Interaction


class Command(ImportCommand):
    help = "Import contacts from a CSV file or an Excel workbook; the same file twice changes nothing."
    kind = "contacts"
    needs_user = True  # a contact is logged by somebody
    options_of = {
        "kind": {"choices": Interaction.Kind.values, "help": "where the file does not say"},
        "initiated_by": {"choices": [value for value in Interaction.InitiatedBy.values if value]},
        "arranged": {"choices": [value for value in Interaction.Arranged.values if value]},
        "unknown": {
            "choices": ["ask", "add", "without"],
            "help": "whoever is not on file: ask about each (rows are left out), add them, or go without",
        },
        "scheme": {"help": "name of the system whose identifiers the file carries"},
        "day_order": {"choices": ["day", "month"], "help": "which comes first in dates like 03/04/2026"},
    }
