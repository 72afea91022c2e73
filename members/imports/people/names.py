"""Names of people as they stand in one cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from c2m2a_crm.core.name_keys import PARTICLES, name_key
from c2m2a_crm.core.text import clean_line, fold


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HONORIFICS: Final = _words(
    """
    mr mrs ms miss mx m mme mlle dr dre prof pr hon sen rev me the honourable l'honorable honorable chief chef cheffe
    elder aine ainee grand sir dame sgt maj col gen capt
    """
)
_SUFFIXES: Final = _words("jr sr ii iii iv phd mba peng ing kc cr qc cm oc cpa md msc bsc ma ba llb lld geo pgeo fcim")
_BRACKETS: Final = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*")


@dataclass(frozen=True, slots=True)
class PersonName:
    given: str = ""
    family: str = ""
    honorific: str = ""
    post_nominals: str = ""


def split_name(text: str) -> PersonName:
    """“Dr. Jane van der Berg, P.Eng.” and “Doe, Jane” in their parts. A single word is a family name."""
    text = clean_line(_BRACKETS.sub(" ", text))
    before, comma, after = text.partition(",")
    post = ""
    if comma:
        tail = [word for word in re.split(r"[,\s]+", after) if word]
        if tail and all(name_key(word) in _SUFFIXES for word in tail):
            text, post = before, after.strip()
        else:
            given, _comma, rest = after.partition(",")
            honorific, words = _without_honorific(given.split())
            own, family = _without_honorific(before.split())
            return PersonName(" ".join(words), " ".join(family), " ".join(filter(None, (honorific, own))), rest.strip())
    honorific, words = _without_honorific(text.split())
    if len(words) < 2:
        return PersonName("", " ".join(words), honorific, post)
    cut = len(words) - 1
    for place in range(1, len(words) - 1):
        if fold(words[place]) in PARTICLES:
            cut = place
            break
    return PersonName(" ".join(words[:cut]), " ".join(words[cut:]), honorific, post)


def _without_honorific(words: list[str]) -> tuple[str, list[str]]:
    count = 0
    while count < len(words) - 1 and fold(words[count]).strip(".") in _HONORIFICS:
        count += 1
    return " ".join(words[:count]), words[count:]


def same_person_name(given: str, family: str, other_given: str, other_family: str) -> bool:
    """Whether two names may be one person's: in either order, or with initials for a given name."""
    one, other = name_key(f"{given}{family}"), name_key(f"{other_given}{other_family}")
    if one == other or one == name_key(f"{other_family}{other_given}"):
        return True
    if name_key(family) != name_key(other_family):
        return False
    mine, theirs = fold(given), fold(other_given)
    return not mine or not theirs or (min(len(mine.strip(".")), len(theirs.strip("."))) == 1 and mine[0] == theirs[0])
