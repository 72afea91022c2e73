"""Translations: compiling what is newer than its compiled form, so that nobody needs gettext's tools."""

from __future__ import annotations

import os
from pathlib import Path

from .paths import PROJECT


def compile_catalogues(root: Path = PROJECT / "locale") -> list[Path]:
    """Compile each stale ``.po`` below ``root``; the files written. Readers never see half a file."""
    written = []
    for source in sorted(root.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        from babel.messages.mofile import write_mo  # not needed in most starts
        from babel.messages.pofile import read_po

        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3])
        fresh = target.with_name(f"{target.name}.{os.getpid()}")
        with fresh.open("wb") as file:
            write_mo(file, catalogue)
        fresh.replace(target)
        written.append(target)
    return written
