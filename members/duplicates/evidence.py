"""What speaks for two records being one, row by row, in bits.

A row weighs ``log2(m / u)``: how often it comes out so for two records of one person (m), and for two people (u), after
Fellegi and Sunter. Rows are added, and the sum is held against the odds that two records picked at random are one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import log2
from typing import Any, Final

FEWEST: Final = 1000
"""In a small directory a name that is met twice says as much as in one of a thousand."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row that was compared: its name, what the comparison came to, and its weight in bits."""

    row: str
    level: str
    bits: float

    def to_json(self) -> list[Any]:
        return [self.row, self.level, round(self.bits, 1)]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All rows of a pair. ``bits`` counts the odds at random in: above nought it is likelier one than two."""

    bits: float
    rows: tuple[Evidence, ...]

    @property
    def score(self) -> int:
        """Out of a hundred, never a hundred: nobody has looked yet."""
        against: float = 2.0 ** -max(-60.0, min(60.0, self.bits))
        return min(99, round(100 / (1 + against)))


class Frequencies:
    """How often values stand in the records at hand: to share a rare one says more than to share a common one."""

    def __init__(self, size: int) -> None:
        self.size = max(size, FEWEST)
        self._counts: dict[str, Counter[Any]] = {}

    def count(self, row: str, values: Iterable[Any]) -> None:
        self._counts.setdefault(row, Counter()).update(values)

    def met(self, row: str, value: Any) -> int:
        """In how many records the value stands."""
        counts = self._counts.get(row)
        return int(counts[value]) if counts is not None else 0

    def bits(self, row: str, value: Any, most: float = 30) -> float:
        """``-log2`` of the share of records that have the value."""
        return min(most, log2(self.size / max(self.met(row, value), 2)))

    @property
    def odds(self) -> float:
        """Bits against two records picked at random being one."""
        return log2(self.size)
