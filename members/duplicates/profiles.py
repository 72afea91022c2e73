"""What is compared of a record: folded words, no models, small enough for a hundred thousand of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from c2m2a_crm.core.name_keys import name_key
from c2m2a_crm.core.text import fold


@dataclass(frozen=True, slots=True)
class Place:
    """A postal address: the street without its number, the numbers in it, city and code, all folded."""

    street: str = ""
    numbers: str = ""
    city: str = ""
    code: str = ""

    @property
    def key(self) -> str:
        """The same for whoever lives or works there; empty where street or code is not known."""
        return f"{self.numbers} {self.street}|{self.code or self.city}" if self.street else ""


@dataclass(frozen=True, slots=True)
class PersonProfile:
    """A person as compared. ``givens`` and ``families`` begin with the present name; others follow, and past ones.

    ``emails`` leaves shared mailboxes out, ``identifiers`` holds values only: two systems may know one number.
    """

    pk: int
    givens: tuple[str, ...]
    families: tuple[str, ...]
    generation: str = ""
    gender: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    employers: tuple[int, ...] = ()
    identifiers: tuple[str, ...] = ()


_NUMBERS: Final = re.compile(r"\d+[a-z]?\b")
_NOT_WORDS: Final = re.compile(r"[^\w]+")
_STREET_WORDS: Final = {
    "street": "st",
    "str": "st",
    "rue": "st",
    "avenue": "av",
    "ave": "av",
    "road": "rd",
    "chemin": "rd",
    "ch": "rd",
    "boulevard": "bd",
    "blvd": "bd",
    "boul": "bd",
    "drive": "dr",
    "place": "pl",
    "court": "crt",
    "ct": "crt",
    "crescent": "cres",
    "circuit": "cct",
    "north": "n",
    "nord": "n",
    "south": "s",
    "sud": "s",
    "east": "e",
    "est": "e",
    "west": "w",
    "ouest": "w",
    "o": "w",
    "suite": "",
    "bureau": "",
    "unit": "",
    "apt": "",
    "app": "",
    "floor": "",
    "etage": "",
    "po": "",
    "box": "",
    "cp": "",
    "de": "",
    "du": "",
    "des": "",
    "la": "",
    "le": "",
    "the": "",
}
_GENERATIONS: Final = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "iii", "iv": "iv"}
_GENDERS: Final = {"mr": "m", "m": "m", "sir": "m", "mrs": "f", "ms": "f", "miss": "f", "mme": "f", "mlle": "f"}


def place_of(lines: str, city: str, code: str) -> Place:
    """The parts of an address as it stands in a record."""
    text = fold(lines)
    numbers = " ".join(sorted(_NUMBERS.findall(text)))
    words = _NOT_WORDS.split(_NUMBERS.sub(" ", text))
    street = " ".join(filter(None, (_STREET_WORDS.get(word, word) for word in words)))
    return Place(street, numbers, name_key(city), name_key(code))


def person_profile(
    pk: int,
    *,
    given_name: str,
    family_name: str,
    preferred_name: str = "",
    honorific: str = "",
    post_nominals: str = "",
    former_families: tuple[str, ...] = (),
    former_givens: tuple[str, ...] = (),
    emails: tuple[str, ...] = (),
    phones: tuple[str, ...] = (),
    places: tuple[Place, ...] = (),
    employers: tuple[int, ...] = (),
    identifiers: tuple[str, ...] = (),
) -> PersonProfile:
    """A profile of the texts as a record holds them. Jr and Sr at the end of a name are no part of it."""
    family, generation = _without_generation(given_name, family_name, post_nominals)
    givens = dict.fromkeys(filter(None, map(_plain, (given_name, preferred_name, *former_givens))))
    families = dict.fromkeys(filter(None, (family, *map(_plain, former_families))))
    return PersonProfile(
        pk,
        tuple(givens),
        tuple(families),
        generation,
        _GENDERS.get(name_key(honorific), ""),
        emails,
        phones,
        places,
        employers,
        tuple(value for value in map(name_key, identifiers) if len(value) >= 5),
    )


def _plain(name: str) -> str:
    """Words of a name with single spaces: neither hyphens nor dots nor apostrophes tell two names apart."""
    return " ".join(filter(None, (name_key(word) for word in re.split(r"[\s\-‐‑.]+", name))))


def _without_generation(given: str, family: str, post_nominals: str) -> tuple[str, str]:
    words = _plain(family).split()
    generation = next((_GENERATIONS[word] for word in _plain(post_nominals).split() if word in _GENERATIONS), "")
    while len(words) > 1 and words[-1] in _GENERATIONS:
        generation = generation or _GENERATIONS[words.pop()]
    return " ".join(words), generation
