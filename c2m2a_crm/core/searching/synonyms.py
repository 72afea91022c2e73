"""Words that mean the same, asked for together: symbols and names of minerals, acronyms in both languages.

The list is a file of the package (``synonyms.csv``): one line a meaning, its ways of saying it between bars. What is
``written`` of a mineral is a chemical symbol, which may be a word of other languages, too (In, As, Au): it counts only
as written, or where it is all that was asked.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from c2m2a_crm.core.text import fold

FILE = Path(__file__).parent / "synonyms.csv"


@dataclass(frozen=True, slots=True)
class Meaning:
    """``ways`` are folded, each a tuple of words; ``symbols`` are those among them that count only as written."""

    ways: tuple[tuple[str, ...], ...]
    symbols: frozenset[str]


def _words(text: str) -> tuple[str, ...]:
    """As the database folds them: no punctuation inside these texts but hyphens and apostrophes."""
    return tuple(fold(text).replace("-", " ").replace("'", " ").split())


@cache
def meanings() -> dict[tuple[str, ...], tuple[Meaning, ...]]:
    """Every way of saying something, with what it may mean."""
    known: dict[tuple[str, ...], list[Meaning]] = {}
    with FILE.open(encoding="utf-8", newline="") as file:
        for sort, symbols, *ways in csv.reader(file):
            if sort not in {"mineral", "acronym"}:
                continue
            written = [each for each in symbols.split("|") if each]
            said = [_words(each) for each in [*written, *(way for field in ways for way in field.split("|"))] if each]
            meaning = Meaning(tuple(dict.fromkeys(said)), frozenset(written if sort == "mineral" else ()))
            for way in meaning.ways:
                known.setdefault(way, []).append(meaning)
    return {way: tuple(found) for way, found in known.items()}


def longest() -> int:
    """Words in the longest way of saying anything."""
    return max(map(len, meanings()), default=0)
