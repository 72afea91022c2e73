"""A pair of texts, paragraph beside paragraph, and what differs between two states of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

_BETWEEN = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_WORDS = re.compile(r"\s+|[^\s\w]|\w+")


@dataclass(frozen=True, slots=True)
class Pair:
    """``kind`` and ``key`` say whose text it is, ``version`` which state of it; ``rows`` are (English, French).

    The first row is the title.
    """

    kind: str
    key: str
    version: int
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row of which one side or both came back with other words; the unchanged side is as it was in ``after``."""

    number: int
    before: tuple[str, str]
    after: tuple[str, str]

    @property
    def sides(self) -> list[tuple[str, bool, SafeString, SafeString]]:
        """For each language: its code, whether it changed, and both states with the words that differ marked."""
        found = []
        for language, old, new in zip(("en", "fr"), self.before, self.after, strict=True):
            was, now = marked_words(old, new)
            found.append((language, old != new, was, now))
        return found


def blocks_of(text: str) -> list[str]:
    """The paragraphs of Markdown: what stands between empty lines."""
    return [block for block in _BETWEEN.split(text.replace("\r\n", "\n").strip("\n")) if block.strip()]


def pair_of(*, kind: str, key: str, version: int, titles: tuple[str, str], bodies: tuple[str, str]) -> Pair:
    """Title, then paragraph beside paragraph; the shorter side ends in empty ones."""
    english, french = map(blocks_of, bodies)
    return Pair(kind, key, version, [titles, *zip_longest(english, french, fillvalue="")])


def joined(rows: Sequence[tuple[str, str]], side: int, original: str) -> str:
    """The text of one side. One that has the paragraphs of ``original`` is that, to the last space."""
    blocks = [block for row in rows for block in blocks_of(row[side])]
    return original if blocks == blocks_of(original) else "\n\n".join(blocks)


def changed_rows(before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> list[ChangedRow]:
    pairs = zip_longest(before, after, fillvalue=("", ""))
    return [ChangedRow(number, old, new) for number, (old, new) in enumerate(pairs) if old != new]


def marked_words(old: str, new: str) -> tuple[SafeString, SafeString]:
    """Both texts, with ``del`` around words that went and ``ins`` around those that came."""
    was, now = _WORDS.findall(old), _WORDS.findall(new)
    gone: list[tuple[str, str]] = []
    come: list[tuple[str, str]] = []
    for what, a, b, c, d in SequenceMatcher(a=was, b=now, autojunk=False).get_opcodes():
        gone.append(("" if what == "equal" else "del", "".join(was[a:b])))
        come.append(("" if what == "equal" else "ins", "".join(now[c:d])))
    return _drawn(gone), _drawn(come)


def _drawn(parts: Sequence[tuple[str, str]]) -> SafeString:
    said = ((_around(tag, text),) for tag, text in parts if text)
    return format_html_join("", "{}", said)


def _around(tag: str, text: str) -> SafeString:
    words = str(conditional_escape(text)).replace("\n", "<br>")
    return mark_safe(f"<{tag}>{words}</{tag}>" if tag else words)  # noqa: S308  escaped above
