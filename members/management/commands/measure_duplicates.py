"""``manage.py measure_duplicates``: how well the hunt finds the pairs of a set with truth, and what a set teaches."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from members.duplicates.learning import figures, figures_of_trigrams, learn, read_febrl, threshold_of_trigrams
from members.duplicates.weights import LEARNED


class Command(BaseCommand):
    help = (
        "Measure the search for duplicate people on a file of the FEBRL generator (names, postal address; rec_id says "
        "who is who), beside plain trigrams. With --learn, print the weights that another such file teaches. Needs no "
        "database."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="the set to measure on")
        parser.add_argument("--learn", type=Path, metavar="FILE", help="the set to learn from")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"] is None and options["learn"] is None:
            raise CommandError("Name a file to measure on, or one to learn from with --learn.")
        thresholds = {"names": 0.5, "names and address": 0.4}
        if options["learn"] is not None:
            taught = read_febrl(self._file(options["learn"]))
            for row, weights in learn(taught).items():
                same = "as kept" if weights == LEARNED[row] else f"kept: {LEARNED[row]}"
                self.stdout.write(f"{row}: {weights} ({same})")
            thresholds = {what: threshold_of_trigrams(taught, what == "names") for what in thresholds}
        if options["file"] is None:
            return
        for what, with_identifier in (("names, address", False), ("names, address, identifier", True)):
            truth = read_febrl(self._file(options["file"]), with_identifier=with_identifier)
            began = time.perf_counter()
            self._say(what, figures(truth), f", {time.perf_counter() - began:.1f} s")
        for what, threshold in thresholds.items():
            found = figures_of_trigrams(truth, threshold, names_only=what == "names")
            self._say(f"plain trigrams of {what}, from {threshold:.2f}", found)

    def _file(self, path: Path) -> Path:
        if not path.is_file():
            raise CommandError(f"{path}: no such file.")
        return path

    def _say(self, what: str, found: Any, more: str = "") -> None:
        self.stdout.write(
            f"{what}: precision {found.precision:.4f}, recall {found.recall:.4f}"
            f" ({found.right} of {found.true} pairs; {found.found} listed{more})"
        )
