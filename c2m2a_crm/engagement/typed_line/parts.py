"""A line in parts: the contact itself, then what is to follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from c2m2a_crm.engagement.typed_line.kinds import kind_at
from c2m2a_crm.engagement.typed_line.names import Names
from c2m2a_crm.engagement.typed_line.tokens import Sort, Token
from c2m2a_crm.engagement.typed_line.words import NEVER_END_A_SENTENCE, SELDOM_END_A_SENTENCE, SEPARATORS

_MOST_PARTS = 30  # Nobody types more; in a pasted page the rest stays in the last part.


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
        if len(parts) == _MOST_PARTS:
            break
        if token.text == ";" or (token.text == "." and _ends_a_sentence(text, tokens, at, names)):
            parts.append(Part(start, at))
            start = at + 1
        elif token.sort is Sort.WORD and token.text.endswith(".") and _letter_ends_a_sentence(tokens, at, names):
            parts.append(Part(start, at + 1))
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


def _letter_ends_a_sentence(tokens: Sequence[Token], at: int, names: Names) -> bool:
    """ "… re plan B. Send map": a letter after an ordinary word is no initial, unless somebody listed is called so."""
    if at == 0 or at + 1 >= len(tokens) or len(tokens[at].text) > len("B.") or not tokens[at + 1].is_capitalized:
        return False
    before = tokens[at - 1]
    ordinary = before.sort is Sort.WORD and not before.is_capitalized and before.word not in SEPARATORS
    introduced = kind_at(tokens, at - 1) is not None or before.word in {"to", "from", "by", "a", "de", "par", "for"}
    return ordinary and not introduced and names.longest_at(at, len(tokens)) is None and tokens[at].word != "m"
