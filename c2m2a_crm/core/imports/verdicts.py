"""What an import would do with a row, and what it must ask before it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


class Verdict(StrEnum):
    """What an import would do with a row, worst last."""

    UNCHANGED = "unchanged"
    UPDATED = "updated"
    NEW = "new"
    SKIPPED = "skipped"
    DECISION = "decision"
    REJECTED = "rejected"

    @property
    def label(self) -> str | Promise:
        return VERDICT_LABELS[self]

    @property
    def tone(self) -> str:
        return {"new": "ok", "updated": "info", "decision": "copper", "rejected": "bad"}.get(self.value, "line")


VERDICT_LABELS: Final[Mapping[Verdict, Promise]] = {
    Verdict.UNCHANGED: gettext_lazy("Nothing to change"),
    Verdict.UPDATED: gettext_lazy("Updated"),
    Verdict.NEW: gettext_lazy("New"),
    Verdict.SKIPPED: gettext_lazy("Left out"),
    Verdict.DECISION: gettext_lazy("Needs a decision"),
    Verdict.REJECTED: gettext_lazy("Rejected"),
}
LEFT_OUT: Final = frozenset({Verdict.REJECTED, Verdict.DECISION, Verdict.SKIPPED})
"""Rows that an import does not write; they come back as a file."""


def worst(verdicts: list[Verdict]) -> Verdict:
    order = list(Verdict)
    return max(verdicts, key=order.index, default=Verdict.UNCHANGED)


class RowRefused(Exception):
    """The row cannot be used. ``sentence`` says what to do, ``faults`` names the fields at fault."""

    def __init__(self, sentence: str, *faults: str) -> None:
        self.sentence = sentence
        self.faults = faults
        super().__init__(sentence)


@dataclass(slots=True)
class Parsed:
    """A row as its own words tell it: ``data`` is what the planner keeps of it, as JSON."""

    data: Any
    sentences: list[str] = field(default_factory=list)


@dataclass(slots=True)
class StagedRow:
    """A row that was read and can be used, on its way to a judgement."""

    line: int
    data: Any
    sentences: list[str]


@dataclass(slots=True)
class Judgement:
    """What happens to one row, with the reason as a sentence that says what to do.

    ``target`` is the record that the row is about, 0 where it is a new one; ``plan`` is for the planner's own use.
    """

    line: int
    verdict: Verdict
    names: str = ""
    sentences: list[str] = field(default_factory=list)
    target: int = 0
    question: str = ""
    plan: Any = None


@dataclass(slots=True)
class Question:
    """Something that a person decides, for one row or for all rows that meet it.

    ``choices`` are (value, words); ``value`` is what holds where nobody chooses.
    """

    key: str
    title: str
    sentences: list[str]
    choices: list[tuple[str, str]]
    value: str = "skip"
    lines: list[int] = field(default_factory=list)
