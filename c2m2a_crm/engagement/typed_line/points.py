"""Points in a note: lines that begin with ! (an issue), ? (a question) or > (a commitment).

They can be written back as text, edited there and read again without loss. A backslash before the sign keeps a line in
the note ("\\> quoted from a letter"); a sign without words, or doubled (">> quoted twice"), is ordinary text too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from c2m2a_crm.core.text import fold
from c2m2a_crm.engagement.typed_line.phrases import vocabulary

_LINE_END = re.compile(r"\r\n|\r|\n")
_SIGN = re.compile(r"[^\S\n]*([!?>])(?!\1)(.*)", re.DOTALL)
_ESCAPABLE = re.compile(r"([^\S\n]*)(\\*)([!?>])", re.DOTALL)
_SPACES = re.compile(r"\s+")

_OURS = frozenset({"we", "us", "nous", "on", "i", "je"})
_THEIRS = frozenset({"they", "ils", "elles", "he", "she", "elle"})
_SMALL_WORDS = vocabulary("de du des d la le les l et and of the for pour & von van der")
_LONGEST_PARTY = 8


class PointKind(StrEnum):
    ISSUE = "issue"
    QUESTION = "question"
    COMMITMENT = "commitment"


SIGNS = {PointKind.ISSUE: "!", PointKind.QUESTION: "?", PointKind.COMMITMENT: ">"}
_KINDS = {sign: kind for kind, sign in SIGNS.items()}


@dataclass(frozen=True, slots=True)
class Point:
    """One thing raised. Its text is one line without outer spaces, never empty.

    Only a commitment can be theirs; `by` then names the party as it was typed, or is empty where the line said "they".
    """

    kind: PointKind
    text: str
    theirs: bool = False
    by: str = ""

    def __post_init__(self) -> None:
        if not self.text or self.text != _one_line(self.text):
            raise ValueError("The text of a point is one line, single-spaced and not empty.")
        if self.by != _one_line(self.by) or ":" in self.by:
            raise ValueError("A party's name is one line without a colon.")
        if (self.theirs and self.kind is not PointKind.COMMITMENT) or (self.by and not self.theirs):
            raise ValueError("Only a commitment of others names a party.")


@dataclass(frozen=True, slots=True)
class PointLine:
    """A point and where its line stands in the text it was read from."""

    point: Point
    start: int
    end: int


def read_note(text: str) -> tuple[tuple[PointLine, ...], str]:
    """The points of a note, and every other line exactly as typed (line ends become a line feed)."""
    points: list[PointLine] = []
    kept: list[str] = []
    for line, start in _lines(text):
        point = read_point(line)
        if point is None:
            kept.append(_unescape(line))
        else:
            points.append(PointLine(point, start, start + len(line)))
    return tuple(points), "\n".join(kept)


def write_note(points: Iterable[Point], note: str) -> str:
    """A text that `read_note` reads as these points and this note: the points first."""
    lines = [write_point(point) for point in points]
    if note or not lines:
        lines += [_escape(line) for line in _LINE_END.split(note)]
    return "\n".join(lines)


def read_point(line: str) -> Point | None:
    """The point that a line states, or None where it is ordinary text."""
    found = _SIGN.fullmatch(line)
    if found is None:
        return None
    kind, text = _KINDS[found[1]], _one_line(found[2])
    if not text:
        return None
    if kind is not PointKind.COMMITMENT:
        return Point(kind, text)
    return _read_commitment(text)


def write_point(point: Point) -> str:
    """The shortest line that reads back as this point."""
    sign = SIGNS[point.kind]
    if point.kind is not PointKind.COMMITMENT:
        return f"{sign} {point.text}"
    if point.by:
        ways = [f"{sign} {point.by}: {point.text}", f"{sign} they ({point.by}): {point.text}"]
    elif point.theirs:
        ways = [f"{sign} {point.text}", f"{sign} they: {point.text}"]
    else:
        ways = [f"{sign} {point.text}", f"{sign} we: {point.text}"]
    return ways[0] if read_point(ways[0]) == point else ways[1]


def _read_commitment(text: str) -> Point:
    before, colon, after = text.partition(":")
    before, after = before.strip(), after.strip()
    if colon and after:
        who = fold(before)
        if who in _OURS:
            return Point(PointKind.COMMITMENT, after)
        if who in _THEIRS:
            return Point(PointKind.COMMITMENT, after, theirs=True)
        named = re.fullmatch(r"(\w+) \((.*)\)", before)
        if named and fold(named[1]) in _THEIRS and named[2].strip():
            return Point(PointKind.COMMITMENT, after, theirs=True, by=named[2].strip())
        if _looks_like_a_name(before):
            return Point(PointKind.COMMITMENT, after, theirs=True, by=before)
    first = re.match(r"\w+", fold(text))
    return Point(PointKind.COMMITMENT, text, theirs=first is not None and first[0] in _THEIRS)


def _looks_like_a_name(text: str) -> bool:
    """Few words, each with a capital but for particles; "by Friday" and "to do" are none."""
    words = text.split()
    if not 0 < len(words) <= _LONGEST_PARTY:
        return False
    plain = [word for word in words if fold(word).replace("'", "") not in _SMALL_WORDS]
    return bool(plain) and all(_begins_with_a_capital(word) for word in plain)


def _begins_with_a_capital(word: str) -> bool:
    word = re.sub(r"^[dlDL]['’]", "", word).lstrip('(«"“')
    return word[:1].isalpha() and word[:1] == word[:1].upper()


def _lines(text: str) -> Iterator[tuple[str, int]]:
    if not text:
        return
    start = 0
    for line_end in _LINE_END.finditer(text):
        yield text[start : line_end.start()], start
        start = line_end.end()
    yield text[start:], start


def _unescape(line: str) -> str:
    found = _ESCAPABLE.match(line)
    return f"{found[1]}{found[2][1:]}{line[found.start(3) :]}" if found and found[2] else line


def _escape(line: str) -> str:
    """One backslash more, where a line would else be read as a point, or already begins with backslashes and a sign."""
    found = _ESCAPABLE.match(line)
    if found is None or (not found[2] and read_point(line) is None):
        return line
    return f"{found[1]}\\{line[found.start(2) :]}"


def _one_line(text: str) -> str:
    return _SPACES.sub(" ", text).strip()
