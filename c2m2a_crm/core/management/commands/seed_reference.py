"""``manage.py seed_reference``: the rows without which no page works. Repeatable; what people edited is left alone."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from c2m2a_crm.core.registries import reference_data


class Command(BaseCommand):
    help = "Load reference data of every room: again and again with the same result."

    def handle(self, *args: Any, **options: Any) -> None:
        for entry in reference_data:
            said = entry.load()
            if options["verbosity"] > 0:
                self.stdout.write(f"{entry.key}: {said}")
