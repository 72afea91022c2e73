"""``manage.py import_organizations FILE``: the import of the page, for a terminal."""

from __future__ import annotations

from c2m2a_crm.core.imports.command_line import ImportCommand
from members.models import Party


class Command(ImportCommand):
    help = "Import organizations from a CSV file or an Excel workbook; the same file twice changes nothing."
    kind = "organizations"
    options_of = {
        "kind": {"choices": sorted(set(Party.Kind.values) - {Party.Kind.NATION})},
        "government_level": {"choices": Party.GovernmentLevel.values, "metavar": "LEVEL"},
        "scheme": {"help": "name of the system whose identifiers the file carries"},
    }
