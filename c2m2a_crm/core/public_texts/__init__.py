"""First texts of the public pages, which each office completes; loaded where nobody has edited the page yet."""

from __future__ import annotations

from pathlib import Path
from typing import Final

TITLES: Final = {
    "accessibility": ("Accessibility", "Accessibilité"),
    "privacy": ("Privacy", "Confidentialité"),
    "licences": ("Licences", "Licences"),
}


def first_text(key: str, language: str) -> str:
    return (Path(__file__).parent / f"{key}.{language}.md").read_text("utf-8").strip()
