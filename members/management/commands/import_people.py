"""``manage.py import_people FILE``: the import of the page, for a terminal."""

from __future__ import annotations

from c2m2a_crm.core.imports.command_line import ImportCommand


class Command(ImportCommand):
    help = "Import people from a CSV file or an Excel workbook; the same file twice changes nothing."
    kind = "people"
    options_of = {
        "unknown": {
            "choices": ["ask", "add", "without"],
            "help": "organizations that are not on file: ask about each (rows are left out), add them, or go without",
        },
        "scheme": {"help": "name of the system whose identifiers the file carries"},
        "day_order": {"choices": ["day", "month"], "help": "which comes first in dates like 03/04/2026"},
    }
