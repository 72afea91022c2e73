"""A line cut into words, numbers, handles and signs, each with its place in the text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

from c2m2a_crm.core.name_keys import name_key
from c2m2a_crm.core.text import fold

_NUMBER = re.compile(
    r"\d{4}-\d{2}-\d{2}(?!\d)|\d{4}/\d{2}/\d{2}(?!\d)|\d{1,2}/\d{1,2}(?:/\d{2,4})?(?!\d)|\d{1,2}:\d{2}(?!\d)|\d{1,4}[.,]\d{1,2}(?!\d)|\d+"
)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_HANDLE = re.compile(r"@((?:\w[\u0300-\u036f]*)+(?:[.-]\w+)*)")
_ELISIONS = frozenset({"c", "d", "j", "l", "m", "n", "s", "t", "qu"})
_APOSTROPHES = "'’ʼ‘"
_HYPHENS = "-‐‑"


class Sort(Enum):
    WORD = "word"
    NUMBER = "number"
    HANDLE = "handle"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Token:
    """`word` is folded, without dots, for comparing with vocabularies; `key` is what the name directory compares."""

    text: str
    start: int
    end: int
    sort: Sort
    word: str
    key: str

    @property
    def is_capitalized(self) -> bool:
        first = next((letter for letter in self.text if letter.isalpha()), "")
        return first != "" and (first.isupper() or not first.islower())


def tokenize(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """The tokens of `text[start:end]`; white space only separates.

    A French elision is a token of its own ("d’" in "d’Okafor"), so are a number and the letters that follow it ("1h30"
    gives three). Dots belong to initials and to letters alike ("L.", "J.-F.", "c.c.", "a.m."), a slash to short
    forms ("w/", "f/u"), hyphens and apostrophes to the word around them.
    """
    end = len(text) if end is None else end
    tokens: list[Token] = []
    at = start
    while at < end:
        letter = text[at]
        if letter.isspace() or _is_mark(letter):
            at += 1
            continue
        before = text[at - 1] if at > start else " "
        if letter == "@" and not _is_letter(before) and (handle := _HANDLE.match(text, at, end)):
            tokens.append(
                Token(handle[0], at, handle.end(), Sort.HANDLE, "@" + fold(handle[1]), "@" + name_key(handle[1]))
            )
            at = handle.end()
            continue
        if letter.isdigit() and (number := _NUMBER.match(text, at, end)):
            tokens.append(Token(number[0], at, number.end(), Sort.NUMBER, number[0], name_key(number[0])))
            at = number.end()
            continue
        if not letter.isalpha():
            tokens.append(Token(letter, at, at + 1, Sort.SIGN, letter, ""))
            at += 1
            continue
        stop = _end_of_word(text, at, end)
        word = text[at:stop]
        tokens.append(Token(word, at, stop, Sort.WORD, *_forms(word)))
        at = stop
    return tokens


def _end_of_word(text: str, start: int, end: int) -> int:
    at = start
    if (address := _ADDRESS.match(text, at, end)) is not None:
        return address.end()
    letters = 0  # since the last hyphen, dot or apostrophe
    run_start = start
    after_number = start > 0 and text[start - 1].isdigit()
    while at < end:
        letter = text[at]
        following = text[at + 1] if at + 1 < end else " "
        if unicodedata.category(letter) == "Cf" and not _is_letter(following):
            return at  # An invisible sign belongs to a word only inside it.
        if letter.isalpha() or _is_mark(letter) or (letter.isdigit() and at > start and not after_number):
            at += 1
            letters += not _is_mark(letter)
        elif letter in _APOSTROPHES and at > start and _is_letter(following):
            at += 1
            if run_start == start and text[start : at - 1].lower() in _ELISIONS:
                return at
            letters, run_start = 0, at
        elif letter in _HYPHENS and (_is_letter(following) or following.isdigit()):
            at += 1
            letters, run_start = 0, at
        elif letter == "." and letters == 1:
            at += 1
            if at < end and (_is_letter(text[at]) or text[at] in _HYPHENS):
                letters, run_start = 0, at
                continue
            return at
        elif letter == "/" and letters == 1 and at == start + 1:
            at += 1
            if at < end and _is_letter(text[at]) and not (at + 1 < end and _is_letter(text[at + 1])):
                at += 1
            return at
        else:
            return at
    return at


def _is_letter(letter: str) -> bool:
    return letter.isalpha() or _is_mark(letter)


def _is_mark(letter: str) -> bool:
    """Signs upon a letter, and invisible ones that may stand inside a word; alone they are no more than white space."""
    return letter > "\x7f" and unicodedata.category(letter) in {"Mn", "Mc", "Me", "Cf"}


def _forms(word: str) -> tuple[str, str]:
    """For the vocabularies, and for the name directory."""
    if word.isascii() and word.isalpha():
        return word.lower(), word.lower()
    folded = fold(word).replace(".", "")
    return folded.rstrip("'") if len(folded) > 1 else folded, name_key(word)
