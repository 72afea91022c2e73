"""``manage.py search_rebuild``: the index of the search, compared with the records and put right."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from c2m2a_crm.core.registries import search_kinds
from c2m2a_crm.core.searching import keeping


class Command(BaseCommand):
    help = "Compare the index of the search with the records and write anew what differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kind", choices=[kind.key for kind in search_kinds], default="", help="one kind only")
        parser.add_argument("--check", action="store_true", help="change nothing; end with 1 where something differs")

    def handle(self, *args: Any, **options: Any) -> None:
        def tell(kind: str, count: int) -> None:
            if options["verbosity"] > 0:
                self.stdout.write(f"{kind}: {count} rows differed" if count else f"{kind}: as it should be")

        differing = keeping.compare(repair=not options["check"], only=options["kind"], tell=tell)
        if differing and options["check"]:
            raise CommandError(f"{sum(differing.values())} rows differ.", returncode=1)
