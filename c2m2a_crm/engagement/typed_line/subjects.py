"""Where the subject of a line begins."""

from __future__ import annotations

from collections.abc import Sequence

from c2m2a_crm.engagement.typed_line.phrases import words_at
from c2m2a_crm.engagement.typed_line.tokens import Token
from c2m2a_crm.engagement.typed_line.words import LABELS, ON, PLACES_ON, SUBJECT_MARKERS

DASHES = frozenset("-–—")


def subject_after(tokens: Sequence[Token], at: int) -> int | None:
    """Where the words after a subject marker begin, if one stands at this token ("re", "au sujet du", "objet :")."""
    token = tokens[at]
    if token.word in LABELS:
        return at + 2 if words_at(tokens, at + 1, ":") else None
    if place_on(tokens, at) is not None or (token.word in ON and words_at(tokens, at + 1, "a")):
        return None
    if words_at(tokens, at, "about", "to"):
        return None
    stop = SUBJECT_MARKERS.longest_at(tokens, at)
    if stop is None:
        return None
    if stop < len(tokens) and tokens[stop].text in {":", "."} and token.word != "on":
        stop += 1
    return stop


def place_on(tokens: Sequence[Token], at: int) -> int | None:
    """Where "on Teams" or "sur place" ends, if it stands at this token: not a subject, nor anybody's name."""
    return PLACES_ON.longest_at(tokens, at + 1) if tokens[at].word in ON else None


def is_dash(tokens: Sequence[Token], at: int) -> bool:
    """A dash between words: with a space on each side, or the long one."""
    token = tokens[at]
    if token.text not in DASHES:
        return False
    free_before = at > 0 and tokens[at - 1].end < token.start
    free_after = at + 1 < len(tokens) and token.end < tokens[at + 1].start
    return token.text == "—" or (free_before and free_after)
