"""How wide words are, about, and what that means for the columns of a table. Widths are in ems of the table's text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

# Against regular text.
BOLD: Final = 1.08
# Sizes of text that a table may have, in points: the largest in which every word fits whole is taken.
SIZES: Final = (8.5, 7.5, 6.5)
# Millimetres between the margins of a Letter page, and at both sides of a cell.
_UPRIGHT, _LANDSCAPE = 185.0, 248.0
_PADDING: Final = 2.8
_MILLIMETRES: Final = 0.3528
_NARROW: Final = frozenset("ijlftrI1.,;:!|'’()[]-/ ")
_BROAD: Final = frozenset("mwMWQOGDHNU@%&—")
# Nothing needs a wider column than this to be read well, and a word beyond that may be broken.
_LONGEST_WORD: Final = 13.0
_WELL_READ: Final = 28.0
_LEAST: Final = 2.0
_LOOKED_AT: Final = 1000


@dataclass(frozen=True, slots=True)
class Need:
    """``least`` shows every word whole, ``well`` most cells on one line."""

    least: float
    well: float


@lru_cache(maxsize=20_000)
def ems(word: str) -> float:
    """A little more than the word is wide."""
    return sum(
        0.4 if letter in _NARROW else 0.92 if letter in _BROAD else 0.62 if letter < "\u0400" else 0.85
        for letter in word
    )


def need_of(label: str, texts: Sequence[str]) -> Need:
    some = texts[:_LOOKED_AT]
    widest = max((ems(word) for text in some for word in text.split()), default=0.0)
    head = max((ems(word) * BOLD for word in label.split()), default=0.0)
    least = max(_LEAST, min(widest, _LONGEST_WORD), min(head, _LONGEST_WORD))
    lengths = sorted(ems(line) for text in some for line in text.split("\n") if line)
    usual = lengths[int(len(lengths) * 0.9)] if lengths else 0.0
    return Need(least, max(least, min(usual, _WELL_READ)))


def padding(size: float) -> float:
    return _PADDING / (size * _MILLIMETRES)


def shared_widths(needs: Sequence[Need], weights: Sequence[float], is_landscape: bool) -> tuple[float, list[float]]:
    """The size of the text, and what each column has for its words. Weights, where all are given, are obeyed."""
    page = _LANDSCAPE if is_landscape else _UPRIGHT
    least = sum(need.least for need in needs)
    for size in SIZES:
        room = page / (size * _MILLIMETRES) - padding(size) * len(needs)
        if least <= room:
            break
    if all(weights):
        return size, [room * weight / sum(weights) for weight in weights]
    if least > room:
        return size, [room * need.least / least for need in needs]
    spare, wished = room - least, sum(need.well - need.least for need in needs)
    if wished > spare:
        return size, [need.least + spare * (need.well - need.least) / wished for need in needs]
    well = sum(need.well for need in needs)
    return size, [room * need.well / well for need in needs]


def broken_to(text: str, width: float) -> str:
    """The text with places to break inside words that are wider; they are no letters of it (zero width spaces)."""
    if len(text) * 0.4 <= width and "\n" not in text:
        return text
    words = text.split(" ")
    if all(ems(word) <= width for word in words):
        return text
    return " ".join(word if ems(word) <= width else _broken(word, width) for word in words)


def _broken(word: str, width: float) -> str:
    parts, part = [], ""
    for letter in word:
        if letter == "\n":
            parts.append(part + letter)
            part = ""
        elif part and ems(part + letter) > width:
            parts.append(part + "\u200b")
            part = letter
        else:
            part += letter
    return "".join([*parts, part])
