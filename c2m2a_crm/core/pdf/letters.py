"""Which letters our papers can show, and what stands for the others.

A paper for everybody (PDF/UA) must not hold a letter without a shape, so Typst refuses one. The fonts beside this file
cover Latin with the letters of Indigenous languages, syllabics, Greek, Cyrillic, Arabic, Hebrew and common signs.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

FONTS: Final = Path(__file__).resolve().parent / "fonts"
MISSING: Final = "\ufffd"
# Signs that turn the direction of what follows: they could make a name read as another one.
_DIRECTIONS: Final = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
# What asks for another shape of the letter before it, joins shapes or marks the order of bytes: nothing to be shown.
_SILENT: Final = frozenset(map(chr, (0xAD, 0x34F, 0x180E, 0xFEFF, *range(0x2060, 0x2065), *range(0xFE00, 0xFE10))))
_BREAKS: Final = {"\r\n": "\n", "\r": "\n", "\u2028": "\n", "\u2029": "\n\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n"}


class Letters:
    """Makes words fit to be set, and counts the letters for which no font has a shape."""

    def __init__(self) -> None:
        self.missing = 0

    def fit(self, text: str) -> str:
        """The text with :data:`MISSING` for each letter that cannot be shown; a compatible letter is taken first."""
        if text.isascii() and text.isprintable():
            return text
        for found, instead in _BREAKS.items():
            text = text.replace(found, instead)
        return "".join(map(self._letter, unicodedata.normalize("NFC", text)))

    def _letter(self, letter: str) -> str:
        if letter == "\n":
            return letter
        if letter in _DIRECTIONS or letter in _SILENT:
            return ""
        category = unicodedata.category(letter)
        if category == "Cc":
            return " "
        known = covered()
        if ord(letter) in known and category not in ("Co", "Cs", "Cn"):
            return letter
        compatible = unicodedata.normalize("NFKC", letter)
        if compatible != letter and all(ord(part) in known for part in compatible):
            return compatible
        self.missing += 1
        return MISSING


@cache
def covered() -> frozenset[int]:
    """The code points for which one of the regular fonts has a shape; the bold ones have the same or fall back."""
    return frozenset().union(*(_code_points(path.read_bytes()) for path in sorted(FONTS.glob("*-Regular.ttf"))))


def _code_points(font: bytes) -> set[int]:
    """Read from the font's character map, in the two forms that fonts of today have (OpenType, ``cmap`` 4 and 12)."""
    tables = struct.unpack_from(">H", font, 4)[0]
    entries = [struct.unpack_from(">4sIII", font, 12 + 16 * number) for number in range(tables)]
    start = next(offset for tag, _sum, offset, _length in entries if tag == b"cmap")
    found: set[int] = set()
    for number in range(struct.unpack_from(">H", font, start + 2)[0]):
        at = start + struct.unpack_from(">HHI", font, start + 4 + 8 * number)[2]
        form = struct.unpack_from(">H", font, at)[0]
        if form == 12:
            for group in range(struct.unpack_from(">I", font, at + 12)[0]):
                first, last, _glyph = struct.unpack_from(">III", font, at + 16 + 12 * group)
                found.update(range(first, last + 1))
        elif form == 4:
            found |= _segments(font, at)
    return found


def _segments(font: bytes, at: int) -> set[int]:
    count = struct.unpack_from(">H", font, at + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", font, at + 14)
    begins = struct.unpack_from(f">{count}H", font, at + 16 + 2 * count)
    shifts = struct.unpack_from(f">{count}H", font, at + 16 + 4 * count)
    found: set[int] = set()
    for number, (first, last, shift) in enumerate(zip(begins, ends, shifts, strict=True)):
        place = at + 16 + 6 * count + 2 * number
        skip = struct.unpack_from(">H", font, place)[0]
        for code in range(first, min(last, 0xFFFE) + 1):
            if skip:
                glyph = struct.unpack_from(">H", font, place + skip + 2 * (code - first))[0]
            else:
                glyph = (code + shift) % 0x10000
            if glyph:
                found.add(code)
    return found
