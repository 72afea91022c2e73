"""``manage.py demo``: a believable fictional office to try the product with."""

from __future__ import annotations

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from c2m2a_crm.dashboard.demo import build

DEFAULT_PASSWORD = "demo-only"  # noqa: S105  told to everybody; start refuses it on a host others can reach


class Command(BaseCommand):
    help = "Fill an empty installation with a small fictional office. Does nothing where records exist."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--size", choices=["small"], default="small")
        parser.add_argument("--seed", type=int, default=7)

    def handle(self, *args: Any, **options: Any) -> None:
        counts = build(password=os.environ.get("DEMO_PASSWORD") or DEFAULT_PASSWORD, seed=options["seed"])
        self.stdout.write(", ".join(f"{number} {name}" for name, number in counts.items()))
