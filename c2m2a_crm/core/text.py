"""Text as people type it: what is kept, what is folded for comparison."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Any

from django.db import models
from django.db.models import Func

_SPACES = re.compile(r"\s+")
_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ß": "ss", "ı": "i", "’": "'", "ʼ": "'", "–": "-", "‑": "-"}
)


class Fold(Func):
    """The database's folding (lower case, no accents) as an expression; the index on sort keys uses the same."""

    function = "fold"
    arity = 1
    output_field: models.Field[Any, Any] = models.TextField()


def fold(text: str) -> str:
    """Lower case without accents, ligatures opened, spaces of any kind single: for comparing, never for showing."""
    if text.isascii():
        return _SPACES.sub(" ", text.lower()).strip()
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _SPACES.sub(" ", plain).strip()


def free_name(name: str, taken: Collection[str], *, beside: str, longest: int) -> str:
    """The name; where it is taken, with ``beside`` after it, and a number where that is taken, too."""
    number, found = 1, name
    while found in taken:
        suffix = f" ({beside})" if number == 1 else f" ({beside} {number})"
        found = name[: max(0, longest - len(suffix))] + suffix[:longest]
        number += 1
    return found


def clean_line(text: str) -> str:
    """A one-line value as it is kept: NUL and outer white space gone, nothing else changed."""
    return text.replace("\x00", "").strip()
