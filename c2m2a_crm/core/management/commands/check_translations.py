"""``manage.py check_translations``: every word of the pages exists in both languages, written as it should be."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from c2m2a_crm.core import translations


class Command(BaseCommand):
    help = "Hold the French catalogue, the templates and the public texts against each other and against the rules."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--update", action="store_true", help="first add new messages to the catalogue and take out those gone"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["update"]:
            added, removed = translations.update_catalogue()
            self.stdout.write(f"{added} messages added, {removed} taken out.")
        faults = translations.all_faults()
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults in the translations.")
        if options["verbosity"] > 0:
            self.stdout.write("Translations are complete.")
