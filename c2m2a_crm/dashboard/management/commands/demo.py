"""``manage.py demo``: a believable fictional office to try the product with, or a large one to measure it."""

from __future__ import annotations

import os
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from c2m2a_crm.dashboard.demo import SIZES, NotEmpty, build, counts, is_wanted
from c2m2a_crm.dashboard.demo.volume import look_over

DEFAULT_PASSWORD = "demo-only"  # noqa: S105  told to everybody; start refuses it on a host others can reach


class Command(BaseCommand):
    help = (
        "Fill an empty installation with a fictional office, all of it or nothing. Where the demo's accounts exist "
        "nothing is added; where somebody else's records exist it refuses."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--size", choices=SIZES, default="small")
        parser.add_argument("--seed", type=int, default=7, help="another number makes another office (7)")
        parser.add_argument("--data-dir", help="folder to fill (CRM_DATA_DIR, else var)")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        verbosity = options["verbosity"]

        def tell(sentence: str) -> None:
            if verbosity > 1:
                self.stdout.write(f"{time.monotonic() - began:6.1f} s  {sentence}")

        call_command("seed_reference", verbosity=0)
        try:
            if is_wanted():
                # Before the first account with a known password: `start` then serves this folder on this machine only.
                settings.DATA_DIR.joinpath("demo").touch()
            is_made = build(
                password=os.environ.get("DEMO_PASSWORD") or DEFAULT_PASSWORD,
                size=options["size"],
                seed=options["seed"],
                tell=tell,
            )
        except NotEmpty:
            raise CommandError(
                "There are people or contacts that no demo made. Choose another folder with --data-dir."
            ) from None
        owner_url = os.environ.get("DATABASE_OWNER_URL")
        if is_made and owner_url and options["size"] != "small":
            look_over(owner_url)
        if verbosity:
            found = ", ".join(f"{number} {name}" for name, number in counts().items())
            took = (
                f" in {time.monotonic() - began:.1f} s"
                if is_made
                else " (the demo was there already, nothing was added)"
            )
            self.stdout.write(f"{found}{took}")
