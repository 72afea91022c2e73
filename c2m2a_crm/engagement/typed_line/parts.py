"""A line in parts: the contact itself, then what is to follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from c2m2a_crm.engagement.typed_line.names import Names
from c2m2a_crm.engagement.typed_line.tokens import Sort, Token
from c2m2a_crm.engagement.typed_line.words import NEVER_END_A_SENTENCE, SELDOM_END_A_SENTENCE


@dataclass(frozen=True, slots=True)
class Part:
    """tokens[start:stop], without the sign that ends it."""

    start: int
    stop: int


def split_parts(text: str, tokens: Sequence[Token], names: Names) -> list[Part]:
    """The parts between semicolons and full stops; a stop of an abbreviation or an initial ends none."""
    parts: list[Part] = []
    start = 0
    for at, token in enumerate(tokens):
        if token.text == ";" or (token.text == "." and _ends_a_sentence(text, tokens, at, names)):
            parts.append(Part(start, at))
            start = at + 1
    parts.append(Part(start, len(tokens)))
    return [parts[0], *(part for part in parts[1:] if part.stop > part.start)]


def _ends_a_sentence(text: str, tokens: Sequence[Token], at: int, names: Names) -> bool:
    stop = tokens[at].end
    if at == 0 or (stop < len(text) and not text[stop].isspace()) or tokens[at - 1].text == ".":
        return False
    before = tokens[at - 1]
    if before.end != tokens[at].start or before.sort is not Sort.WORD:
        return True
    if before.word in NEVER_END_A_SENTENCE:
        return False
    if before.word in SELDOM_END_A_SENTENCE:
        return at + 1 >= len(tokens) or tokens[at + 1].is_capitalized
    return not any(names.bearers(first, at + 2) for first in range(max(0, at - 1), at))
