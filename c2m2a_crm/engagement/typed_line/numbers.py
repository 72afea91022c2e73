"""Amounts, in digits or in words of either language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from c2m2a_crm.engagement.typed_line.tokens import Sort, Token

_WORDS = {
    word: float(number)
    for number, words in (
        (1, "a an one un une"),
        (2, "two deux"),
        (3, "three trois"),
        (4, "four quatre"),
        (5, "five cinq"),
        (6, "six"),
        (7, "seven sept"),
        (8, "eight huit"),
        (9, "nine neuf"),
        (10, "ten dix"),
        (15, "fifteen quinze"),
        (20, "twenty vingt"),
        (30, "thirty trente"),
        (45, "forty-five quarante-cinq"),
    )
    for word in words.split()
}
NUMBER_WORDS = frozenset(_WORDS)
_MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Number:
    value: float
    stop: int


def number_at(tokens: Sequence[Token], at: int) -> Number | None:
    """The amount that begins at this token: 45, 1.5, 1,5, two, une."""
    if at >= len(tokens):
        return None
    token = tokens[at]
    if token.sort is Sort.WORD:
        value = _WORDS.get(token.word)
        return None if value is None else Number(value, at + 1)
    if token.sort is not Sort.NUMBER or len(token.text) > _MOST_DIGITS:
        return None
    try:
        return Number(float(token.text.replace(",", ".")), at + 1)
    except ValueError:
        return None
