"""The piece of a text in which the words stand, with the words marked. Everything else is escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from c2m2a_crm.core.text import fold

LENGTH = 220
_WORD = re.compile(r"[^\W_]+")


def _is_marked(word: str, marks: Sequence[str]) -> bool:
    """Short words only where they are the whole word; longer ones as the beginning of one."""
    folded = fold(word)
    plain = folded.replace("'", "")
    return any(plain == mark or (len(mark) > 3 and plain.startswith(mark)) for mark in marks)


def excerpt(text: str, marks: Sequence[str], *, length: int = LENGTH) -> SafeString:
    """About ``length`` letters around the first place where most of the words stand close together.

    Empty where none of them stands in the text.
    """
    text = " ".join(text.split())
    marks = [fold(mark) for mark in marks]
    hits = [found.span() for found in _WORD.finditer(text) if _is_marked(found.group(), marks)]
    if not hits:
        return mark_safe("")
    first = max(hits, key=lambda hit: sum(hit[0] <= other[0] <= hit[0] + length for other in hits))[0]
    start = max(0, first - length // 4)
    if start:
        start = text.find(" ", start, first) + 1 or first
    end = len(text) if len(text) <= start + length else text.rfind(" ", start, start + length)
    if end <= first:
        end = min(len(text), start + length)
    return format_html(
        "{}{}{}", "… " if start else "", _marked(text[start:end], marks), " …" if end < len(text) else ""
    )


def highlighted(text: str, marks: Sequence[str]) -> SafeString:
    """The whole of a short text with the words marked."""
    return _marked(text, [fold(mark) for mark in marks])


def _marked(text: str, marks: Sequence[str]) -> SafeString:
    pieces: list[tuple[SafeString | str]] = []
    place = 0
    for found in _WORD.finditer(text):
        if _is_marked(found.group(), marks):
            pieces += [(text[place : found.start()],), (format_html("<mark>{}</mark>", found.group()),)]
            place = found.end()
    pieces.append((text[place:],))
    return format_html_join("", "{}", pieces)
