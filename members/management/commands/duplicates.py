"""``manage.py duplicates``: the pairs that a hunt finds now, with scores, reasons and outside identifiers."""

from __future__ import annotations

import csv
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError

from c2m2a_crm.core.exports import neutralise
from members.duplicates.hunt import KINDS, Likely, look_for
from members.duplicates.words import in_words
from members.models import NotTheSame, OutsideIdentifier, Party, Person

COLUMNS = (
    "kind",
    "score",
    "left",
    "left_name",
    "left_identifiers",
    "right",
    "right_name",
    "right_identifiers",
    "reasons",
)
_CHUNK = 1000


class Command(BaseCommand):
    help = (
        "Look for people and organizations that are on file twice and print the pairs, likeliest first. Identifiers "
        "are written scheme:value, several with semicolons. Nothing is changed; pairs that somebody said are not the "
        "same are left out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=["csv"], required=True)
        parser.add_argument("--kind", choices=KINDS, help="people alone, or organizations and Nations alone")
        parser.add_argument("--output", type=Path, metavar="FILE", help="write to a file instead of the terminal")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path | None = options["output"]
        if target is None:
            self._write(sys.stdout if self.stdout._out is sys.stdout else self.stdout, options["kind"])
            return
        if not target.parent.is_dir():
            raise CommandError(f"{target.parent}: no such folder.")
        with target.open("w", encoding="utf-8", newline="") as file:
            found = self._write(file, options["kind"])
        if options["verbosity"] > 0:
            self.stderr.write(f"{target}: {found} pairs.")

    def _write(self, file: TextIO | Any, only: str | None) -> int:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        written = 0
        for kind in KINDS if only is None else (only,):
            settled = _settled(kind)
            pairs = [each for each in look_for(kind) if (each.left, each.right) not in settled]
            pairs.sort(key=lambda each: (-each.comparison.bits, each.left, each.right))
            for start in range(0, len(pairs), _CHUNK):
                for row in _rows(kind, pairs[start : start + _CHUNK]):
                    writer.writerow([neutralise(cell) if isinstance(cell, str) else cell for cell in row])
            written += len(pairs)
        return written


def _settled(kind: str) -> set[tuple[int, int]]:
    return {pair.keys for pair in NotTheSame.objects.of_kind(kind)}


def _rows(kind: str, pairs: Sequence[Likely]) -> Iterable[Sequence[Any]]:
    keys = {key for each in pairs for key in (each.left, each.right)}
    column = "person_id" if kind == "people" else "party_id"
    records: dict[int, Any] = (Person if kind == "people" else Party)._default_manager.in_bulk(keys)
    identifiers: dict[int, list[str]] = {}
    held = OutsideIdentifier.objects.filter(**{f"{column}__in": keys}).values_list(column, "scheme", "value")
    for key, scheme, value in held:
        identifiers.setdefault(key, []).append(f"{scheme}:{value}")
    for each in pairs:
        if each.left in records and each.right in records:  # neither went while they were compared
            yield (
                kind,
                each.comparison.score,
                each.left,
                str(records[each.left]),
                "; ".join(identifiers.get(each.left, ())),
                each.right,
                str(records[each.right]),
                "; ".join(identifiers.get(each.right, ())),
                "; ".join(in_words([row.to_json() for row in each.comparison.rows])),
            )
