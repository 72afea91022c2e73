"""Sentences that are kept, and said in the language of whoever reads them later.

Kept is the text as the source has it, with its values; a text that the source has no more stays readable as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from django.utils.translation import gettext, ngettext

from c2m2a_crm.core import dates


def ngettext_noop(one: str, many: str) -> tuple[str, str]:
    """Both forms of a sentence, marked for the catalogue and not translated."""
    return one, many


@dataclass(frozen=True, slots=True)
class Sentence:
    """``text`` in the words of the source (``gettext_noop``); where there is a plural form (``many``), the value
    ``count`` decides. Whole numbers are written as the reader writes them, several sentences with commas between them.
    """

    text: str
    values: Mapping[str, str | int | Sentence | Sequence[Sentence]] = field(default_factory=dict)
    many: str = ""

    def __str__(self) -> str:
        if self.many:
            number = self.values["count"]
            if not isinstance(number, int):
                raise TypeError("A sentence with a plural form counts something.")
            said = ngettext(self.text, self.many, number)
        else:
            said = gettext(self.text)
        return said % {name: _said(value) for name, value in self.values.items()}

    def kept(self) -> dict[str, Any]:
        """As JSON has it."""
        told: dict[str, Any] = {"text": self.text, "values": {name: _kept(each) for name, each in self.values.items()}}
        return told | ({"many": self.many} if self.many else {})

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        return cls(kept["text"], {name: _read(value) for name, value in kept["values"].items()}, kept.get("many", ""))


def _said(value: Any) -> str:
    if isinstance(value, int):
        return dates.number(value)
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _kept(value: Any) -> Any:
    if isinstance(value, Sentence):
        return value.kept()
    return [each.kept() for each in value] if isinstance(value, list | tuple) else value


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        return Sentence.read(value)
    return [Sentence.read(each) for each in value] if isinstance(value, list) else value
