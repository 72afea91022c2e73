"""Names of organizations taken apart: what they call themselves, the numbers they bear, earlier names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from c2m2a_crm.core.name_keys import name_key
from c2m2a_crm.core.text import fold
from members.duplicates.organization_words import (
    FILLERS,
    FORMS,
    JOINING,
    LEADING_FORMS,
    LONG_FORMS,
    MEANING,
    ROMAN,
    TRADES,
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name as compared: its ``words`` in order, what they mean in either language, and what tells firms apart.

    ``numbers`` are all numbers in it, Roman ones too: where they differ, so do those who bear them. ``form`` is the
    family of its legal form, ``exact_form`` the form itself.
    """

    words: tuple[str, ...]
    meanings: tuple[str, ...]
    numbers: frozenset[str]
    form: str = ""
    exact_form: str = ""

    @property
    def joined(self) -> str:
        return "".join(self.words)


_FORMERLY: Final = re.compile(
    r"[\s,;(\[–—-]*\b(?:formerly(?:\s+known\s+as)?|previously|f/?k/?a|anciennement|auparavant|autrefois|jadis)\b[\s:.]*",
    re.I,
)
_TRADING: Final = re.compile(
    r"[\s,;(\[–—-]*\b(?:d/?b/?a|o/a|operating\s+as|trading\s+as|t/a|also\s+known\s+as|a/?k/?a|"
    r"faisant\s+affaires?\s+sous(?:\s+le\s+nom)?(?:\s+de)?)\b[\s:.]*",
    re.I,
)
_BRACKETS: Final = re.compile(r"[(\[]\s*([^)\]]*?)\s*[)\]]")
_QUEBEC_NUMBER: Final = re.compile(r"\b(\d{4})[\s\u00a0‑-](\d{4})\b")
_POINTS: Final = re.compile(r"\b((?:[a-z]\.[\s]?){2,}[a-z]?)(?![a-z])")
_ELISION: Final = re.compile(r"\b[ldsq]['’ʼ]")
_SPLIT: Final = re.compile(r"[^\w&]+")


def names_in(text: str) -> Iterator[tuple[str, str]]:
    """The names that one text tells, with what they are: ``name``, ``former``, ``alias`` or ``acronym``."""
    before = _FORMERLY.split(text)
    for at, part in enumerate(before):
        for turn, piece in enumerate(_TRADING.split(part)):
            said = piece.strip(" ,;()[]–—-")
            if not said:
                continue
            inner = [found for found in _BRACKETS.findall(piece) if _is_acronym(found)]
            for acronym in inner:
                said = said.replace(f"({acronym})", " ").replace(f"[{acronym}]", " ").strip()
                said = said.removesuffix(f"({acronym}").strip()
            kind = "former" if at else "alias" if turn else "name"
            if said:
                yield said, kind
            for acronym in inner:
                yield acronym, "acronym"


def _is_acronym(text: str) -> bool:
    letters = text.replace(".", "").replace("-", "")
    return 2 <= len(letters) <= 9 and letters.isalpha() and sum(map(str.isupper, letters)) * 2 > len(letters)


@lru_cache(maxsize=200_000)
def parse(text: str) -> Name:
    """The parts of one name. Nothing is left of a name that is made of legal forms alone but its words."""
    folded = _POINTS.sub(lambda found: re.sub(r"[.\s]", "", found[1]) + " ", fold(text) + " ")
    folded = _ELISION.sub(" ", _QUEBEC_NUMBER.sub(r"\1\2", folded)).replace("'", "").replace("’", "")
    tokens = [word for word in _SPLIT.split(folded.replace("-", " ").replace("–", " ")) if word]
    form = exact = ""
    kept = [word for word in tokens if word not in JOINING]
    while len(kept) > 1:
        long = next((each for each in LONG_FORMS if len(each) < len(kept) and _ends(tokens, each)), None)
        if long is not None:
            form = form or LONG_FORMS[long]
            exact = exact or " ".join(long)
            tokens = tokens[: -len(long)]
            kept = [word for word in tokens if word not in JOINING]
            continue
        last = kept[-1]
        if last not in FORMS:
            break
        # "Ltd" says less than "LP": of "Holdings Ltd. Partnership" the stronger one counts.
        form = form if form and form != "company" else FORMS[last]
        exact = exact or _same_form(last)
        kept = kept[:-1]
        while tokens and tokens[-1] != last:
            tokens.pop()
        tokens.pop()
    for long, family in LONG_FORMS.items():
        if len(long) < len(tokens) and tuple(tokens[: len(long)]) == long:
            form, exact = form or family, exact or " ".join(long)
            kept = [word for word in tokens[len(long) :] if word not in JOINING] or kept
    while len(kept) > 1 and kept[0] in LEADING_FORMS:
        form, kept = form or "company", kept[1:]
    words = tuple(ROMAN.get(word, word) for word in kept) or tuple(tokens)
    numbers = frozenset(word for word in words if any(map(str.isdigit, word)))
    return Name(words, tuple(map(_meaning, words)), numbers, form, exact)


def _ends(tokens: list[str], form: tuple[str, ...]) -> bool:
    return tuple(tokens[-len(form) :]) == form


def _same_form(form: str) -> str:
    for group in (
        {"inc", "incorporated", "incorporee"},
        {"ltd", "ltee", "limited", "limitee"},
        {"corp", "corporation"},
        {"co", "cie", "company", "compagnie"},
    ):
        if form in group:
            return min(group)
    return form


def _meaning(word: str) -> str:
    if word in MEANING:
        return MEANING[word]
    singular = word[:-1] if len(word) > 4 and word.endswith("s") else word
    return MEANING.get(singular, singular)


def is_distinctive(meaning: str) -> bool:
    """Whether a word names somebody: it is none of the words that half of all organizations have in their names."""
    return meaning not in _COMMON and len(meaning) > 1


_COMMON: Final = frozenset(MEANING.values()) | FILLERS


@lru_cache(maxsize=400_000)
def compare_names(one: Name, other: Name) -> str:
    """``same``, ``translated``, ``slip``, ``weak slip``, ``longer``, ``trade`` or ``other``.

    ``longer`` is a word more that says nothing, ``trade`` a word more that may say something.
    """
    if one.numbers != other.numbers or (one.form and other.form and one.form != other.form):
        return "other"
    if one.words == other.words or one.joined == other.joined:
        return "same"
    mine, theirs = list(one.meanings), list(other.meanings)
    for meaning in one.meanings:
        if meaning in theirs:
            mine.remove(meaning)
            theirs.remove(meaning)
    if not mine and not theirs:
        return "translated" if sorted(one.words) != sorted(other.words) else "same"
    slips: list[str] = []
    for word in list(mine):
        near = next((each for each in theirs if _is_slip(word, each)), None)
        if near is not None:
            mine.remove(word)
            theirs.remove(near)
            slips.append(max(word, near, key=len))
    shared = [meaning for meaning in one.meanings if meaning in other.meanings]
    named = any(map(is_distinctive, shared))
    if not mine and not theirs:
        return "slip" if len(slips) == 1 and (named or len(slips[0]) >= 8) else "weak slip"
    if slips or (mine and theirs) or not named:
        return "other"
    more = set(mine or theirs)
    if more <= FILLERS:
        return "longer"
    return "trade" if more <= TRADES | FILLERS else "other"


def _is_slip(one: str, other: str) -> bool:
    """Another spelling of one word; two words that exist are two words, and so are two numbers."""
    if one in _COMMON and other in _COMMON:
        return False
    if one[0] != other[0] or any(map(str.isdigit, one + other)):
        return False
    shorter = min(len(one), len(other))
    edits = OSA.distance(one, other)
    return (edits == 1 and shorter >= 5) or (edits == 2 and shorter >= 9)


def initials(text: str) -> str:
    """The first letters of the words that count, in order: “Prospectors & Developers Association of Canada” is PDAC."""
    words = parse(text).words
    return "".join(word[0] for word in words) if len(words) >= 3 else ""


def acronym_key(text: str) -> str:
    return name_key(text)
