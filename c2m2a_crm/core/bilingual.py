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
    return pair_of(getattr(row, f"{field}_en"), getattr(row, f"{field}_fr"), language or reader_language())


def pair_of(english: str, french: str, wanted: str) -> TextPair:
    """The text in the language that is wanted, else in the other one, marked as a fallback."""
    own, other, language = (french, english, "en") if wanted == "fr" else (english, french, "fr")
    return TextPair(own, wanted, is_fallback=False) if own else TextPair(other, language, is_fallback=True)
