"""What a run found: lines of a table, each with its budget, and the same as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One measured thing. ``over`` names each budget that it breaks."""

    name: str
    figures: dict[str, Any]
    over: tuple[str, ...] = ()


@dataclass(slots=True)
class Report:
    """Findings of one kind share their columns."""

    title: str
    findings: list[Finding] = field(default_factory=list)
    statements: dict[str, list[str]] = field(default_factory=dict)

    @property
    def over(self) -> list[str]:
        return [f"{finding.name}: {broken}" for finding in self.findings for broken in finding.over]

    def to_json(self) -> dict[str, Any]:
        rows = [{"name": each.name, **each.figures, "over": list(each.over)} for each in self.findings]
        return {"title": self.title, "findings": rows}

    def lines(self) -> list[str]:
        columns = list(dict.fromkeys(name for each in self.findings for name in each.figures))
        table = [["", *columns, ""]]
        table += [
            [each.name, *(_shown(each.figures.get(name)) for name in columns), "OVER" if each.over else "ok"]
            for each in self.findings
        ]
        return [self.title, *_aligned(table), ""]


def _shown(value: Any) -> str:
    match value:
        case None:
            return ""
        case float():
            return f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"
        case int():
            return f"{value:,}".replace(",", " ")
        case _:
            return str(value)


def _aligned(table: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[place]) for row in table) for place in range(len(table[0]))]
    return [
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]
