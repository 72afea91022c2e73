"""Texts that exist in English and French: which one a reader gets, and how a fallback is marked."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import get_language

LANGUAGES = ("en", "fr")


@dataclass(frozen=True, slots=True)
class TextPair:
    """A text as shown: ``language`` is that of the text, ``is_fallback`` says that the reader's own is missing."""

    text: str
    language: str
    is_fallback: bool

    def __str__(self) -> str:
        return self.text


def reader_language() -> str:
    """``en`` or ``fr``: the language of the page being made."""
    return "fr" if (get_language() or "en").startswith("fr") else "en"


def localized(row: models.Model, field: str, language: str | None = None) -> TextPair:
    """The pair ``field_en``/``field_fr`` in the reader's language, else in the other one, marked as a fallback."""
    wanted = language or reader_language()
    other = "en" if wanted == "fr" else "fr"
    own: str = getattr(row, f"{field}_{wanted}")
    if own:
        return TextPair(own, wanted, is_fallback=False)
    return TextPair(getattr(row, f"{field}_{other}"), other, is_fallback=True)
