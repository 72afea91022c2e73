"""``manage.py verify_history``: 0 if the history is whole, else 1 and the first broken place."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from c2m2a_crm.core import verification


class Command(BaseCommand):
    help = "Compute all digests of history anew and hold them against its blocks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            metavar="HASH",
            help="a head kept outside (daily mail, manifest of a backup): it must be in the chain; may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            verdict = verification.verify(heads=options["head"])
        except verification.NotWhole as error:
            raise CommandError(f"The history is broken. {error}", returncode=1) from None
        self.stdout.write(str(verdict))
        if verdict.waiting:
            self.stdout.write(f"Changes not in a block yet: {verdict.waiting}.")
        if verdict.head:
            self.stdout.write(f"Head: {verdict.head}")
