"""Names as they stand in cells: several in one, spaces of all kinds, a full stop too many."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from rapidfuzz.distance import Levenshtein

from c2m2a_crm.core.name_keys import NameKind, name_key, name_keys_for_organization
from c2m2a_crm.core.text import clean_line, fold

# Words that end in a full stop of their own. Words of one letter, or with a full stop inside (S.A., a.s., L.P.), need
# not stand here.
_ABBREVIATIONS: Final = frozenset(
    [
        "inc",
        "ltd",
        "ltee",
        "corp",
        "co",
        "cie",
        "assn",
        "assoc",
        "dept",
        "div",
        "bros",
        "mfg",
        "intl",
        "univ",
        "ste",
        "st",
        "jr",
        "sr",
        "no",
        "nos",
        "enr",
        "reg",
        "mt",
        "ft",
        "bldg",
        "mgmt",
        "govt",
        "gov",
        "nat",
        "natl",
        "prov",
        "comm",
        "est",
        "sec",
        "senc",
        "sencrl",
        "llp",
        "lp",
        "plc",
        "pty",
        "spa",
        "gmbh",
        "sarl",
    ]
)
_OPENING: Final = {"(": ")", "[": "]", "{": "}"}
_TYPO: Final = 0.82


def split_names(cell: str) -> list[str]:
    """The names in a cell, joined with a slash between spaces. What stands in brackets is never cut, nor are commas."""
    names = [""]
    closing: list[str] = []
    for place, letter in enumerate(cell):
        if letter in _OPENING and _OPENING[letter] in cell[place:]:
            closing.append(_OPENING[letter])
        elif closing and letter == closing[-1]:
            closing.pop()
        if (
            letter == "/"
            and not closing
            and cell[place - 1 : place].isspace()
            and cell[place + 1 : place + 2].isspace()
        ):
            names.append("")
        else:
            names[-1] += letter
    return [name for name in map(tidy_name, names) if name]


def tidy_name(text: str) -> str:
    """The name as it is kept: no outer white space, and no final full stop unless it belongs to an abbreviation."""
    name = clean_line(text)
    if name.endswith(".") and not name.endswith("..") and len(name) > 1:
        last = re.split(r"[\s\u00a0]+", name)[-1][:-1]
        if not ("." in last or len(last) <= 1 or fold(last) in _ABBREVIATIONS):
            name = name[:-1].rstrip()
    return name


def comparing(name: str) -> str:
    """Two names with the same result are one name: case, accents, apostrophes, dots, spaces do not tell them apart."""
    return name_key(name) or f"={fold(name)}"


def host_of(website: str) -> str:
    """The host of an address without ``www.``, or nothing."""
    found = re.match(r"^(?:[a-z][a-z0-9+.-]*://)?(?:[^/@]*@)?(?:www\.)?([^/:?#]+)", website.strip().lower())
    return found[1] if found else ""


def same_website(one: str, other: str) -> bool:
    return _bare(one) == _bare(other)


def _bare(website: str) -> str:
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", website.strip().lower()).rstrip("/")


def resembles(website: str, name: str) -> bool:
    """Whether the host is made of the name: ``ferroglobe.com`` for Ferroglobe PLC."""
    label = name_key(
        host_of(website).split(".")[0] if host_of(website).count(".") < 2 else host_of(website).split(".")[-2]
    )
    return len(label) >= 3 and (label in name_key(name) or name_key(name) in label)


def spellings(names: Iterable[str]) -> set[str]:
    """Keys of whole names with and without legal form and article; leading words alone are none."""
    return {key.key for key in name_keys_for_organization(names) if key.kind == NameKind.FULL}


def differ_by_typing(one: str, other: str) -> bool:
    """Word by word the same but for a slip or two: “Glencor” and “Glencore”, but not “Northern” and “Southern”."""
    mine, theirs = fold(one).replace(".", "").split(), fold(other).replace(".", "").split()
    if len(mine) != len(theirs):
        return False
    scores = [Levenshtein.normalized_similarity(a, b) for a, b in zip(mine, theirs, strict=True)]
    # A number that differs is another thing, not a slip.
    digits = any(a != b and any(map(str.isdigit, a + b)) for a, b in zip(mine, theirs, strict=True))
    return not digits and min(scores) >= _TYPO and sum(score < 1 for score in scores) <= 2
