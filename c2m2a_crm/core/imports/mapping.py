"""What columns mean: fields that can be filled, what headings suggest, and what a person chose before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.functional import Promise

from c2m2a_crm.core.text import fold


@dataclass(frozen=True, slots=True)
class Target:
    """A field that a column can fill. ``hints`` are headings as files write them, folded; the first match wins."""

    key: str
    label: str | Promise
    hints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportSettings:
    """Everything a person may change between bringing a file and importing it.

    ``mapping`` is target → column; ``options`` are the importer's own; ``decisions`` is the key of a question → the
    answer; ``corrections`` is line → column → text, in place of what the file has.
    """

    mapping: Mapping[str, int]
    options: Mapping[str, Any] = field(default_factory=dict)
    all_or_nothing: bool = False
    decisions: Mapping[str, str] = field(default_factory=dict)
    corrections: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    encoding: str = ""
    delimiter: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ImportSettings:
        return cls(**data)


def folded_headings(headers: Sequence[str]) -> list[str]:
    return [fold(header).replace("_", " ") for header in headers]


def headings_key(headers: Sequence[str]) -> str:
    """The same for two files with the same headings in the same order, however they are written."""
    return hashlib.sha256(json.dumps(folded_headings(headers)).encode()).hexdigest()


def guess_mapping(headers: Sequence[str], targets: Iterable[Target]) -> dict[str, int]:
    """Target key → column. A heading equal to a hint beats one that only contains it; each column is used once."""
    targets = list(targets)
    folded = folded_headings(headers)
    mapping: dict[str, int] = {}
    for matches in (str.__eq__, _contains):
        for target in targets:
            if target.key in mapping:
                continue
            for hint in target.hints:
                places = [
                    place for place, text in enumerate(folded) if matches(text, hint) and place not in mapping.values()
                ]
                if places:
                    mapping[target.key] = places[0]
                    break
    return mapping


def _contains(text: str, hint: str) -> bool:
    """A hint of some letters may stand inside another word by chance: “id” in “province”."""
    return hint in text if len(hint) > 3 else hint in text.split()
