"""The keys under which a person or an organization is found when somebody types a name.

One form serves both sides: the directory stores `name_key(part of a name)`, and whoever looks names up asks for
`name_key(words as typed)`. Case, accents, apostrophes, hyphens, dots and spaces therefore never matter: "D'Amours",
"d’amours" and "damours" are one key, as are "Gagnon-Roy" and "gagnon roy".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from c2m2a_crm.core.text import fold

LONGEST_NAME = 10
"""Words in the longest phrase that is looked up; a longer name is found by its leading words."""


class NameKind(StrEnum):
    """Which part of a name a key stands for."""

    GIVEN = "given"
    FAMILY = "family"
    PREFERRED = "preferred"
    FULL = "full"
    INITIAL = "initial"
    ACRONYM = "acronym"
    ALIAS = "alias"
    LEADING = "leading"


@dataclass(frozen=True, slots=True, order=True)
class NameKey:
    """One row of the directory: a folded name and what it is of its bearer."""

    key: str
    kind: NameKind


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A particle may be left out when it is a word of its own; O', D' and Mac are part of the word they begin.
PARTICLES = _words("de du des d la le les von van der den di da dos del della el al bin ben ibn")

LEGAL_FORMS = _words(
    """
    inc incorporated incorporee ltd ltee limited limitee corp corporation co company cie llc llp lp plc
    gmbh ag sa sas sarl spa nv bv pty oy ab senc sencrl sec
    """
)
_ARTICLES = _words("the le la les l")
_JOINING = _words("de du des d la le les l et and of the for pour sur on au aux a en in &")

# Words that begin so many names that alone they point at nobody, even where only one bearer is on file today.
_GENERIC = _words(
    """
    agence agency alliance association bureau canada canadian canadien canadienne centre center chambre
    chamber club college comite commission committee company compagnie conseil corporation council
    department departement direction ecole federal federale federation first fondation foundation forum
    gouvernement government great groupe group institut institute international internationale ministere
    ministry mines mining national nationale nation nations new nord north northern northwest office
    ontario premiere premieres province provincial quebec reseau network royal school secretariat
    societe society south southern sud syndicat table union universite university west western east
    eastern est ouest
    """
)
_NOT_IN_ASCII_KEYS = re.compile(r"[^a-z0-9]+")
_NOT_IN_KEYS = frozenset("'ʼ’‘ʹˈʻꞌ`´")


def name_key(text: str) -> str:
    """The folded letters, digits and marks of a text, nothing between them; empty where there are none."""
    if text.isascii():
        return _NOT_IN_ASCII_KEYS.sub("", text.lower())
    return "".join(
        letter for letter in fold(text) if letter not in _NOT_IN_KEYS and unicodedata.category(letter)[0] in "LNM"
    )


def name_keys_for_person(
    given_name: str, family_name: str, preferred_name: str = "", other_names: Iterable[str] = ()
) -> frozenset[NameKey]:
    """All keys of a person: given, family, preferred, given and family in both orders, initial and family.

    A particle may be left out of the family name. `other_names` are whole names used in another script or before a
    marriage. A person with one name only is found by it.
    """
    keys = _Keys()
    keys.add(NameKind.GIVEN, given_name)
    keys.add(NameKind.PREFERRED, preferred_name)
    for family in _with_and_without_particles(family_name):
        keys.add(NameKind.FAMILY, family)
        for given in filter(None, (given_name.strip(), preferred_name.strip())):
            keys.add(NameKind.FULL, f"{given} {family}")
            keys.add(NameKind.FULL, f"{family} {given}")
            for initial in _initials(given):
                keys.add(NameKind.INITIAL, f"{initial} {family}")
    for name in other_names:
        keys.add(NameKind.FULL, name)
    return keys.whole()


def name_keys_for_organization(
    names: Iterable[str], acronyms: Iterable[str] = (), aliases: Iterable[str] = ()
) -> frozenset[NameKey]:
    """All keys of an organization or a Nation: full names, acronyms, aliases, and the first words of each full name.

    `names` are the full names in every language and the autonym. A legal form at the end and an article at the
    beginning may be left out; "&" may be typed as "and" or "et". Leading words that many names share ("Institut",
    "First Nation") are no key.
    """
    keys = _Keys()
    for name in names:
        for words in _spellings(name):
            keys.add(NameKind.FULL, " ".join(words))
            for count in range(1, min(len(words), LONGEST_NAME + 1)):
                leading = words[:count]
                folded = [fold(word) for word in leading]
                if folded[-1] in _JOINING or all(word in _GENERIC or word in _JOINING for word in folded):
                    continue
                keys.add(NameKind.LEADING, " ".join(leading))
    for acronym in acronyms:
        keys.add(NameKind.ACRONYM, acronym)
    for alias in aliases:
        for words in _spellings(alias):
            keys.add(NameKind.ALIAS, " ".join(words))
    return keys.whole()


class _Keys:
    def __init__(self) -> None:
        self._keys: set[NameKey] = set()

    def add(self, kind: NameKind, text: str) -> None:
        key = name_key(text)
        if key:
            self._keys.add(NameKey(key, kind))

    def whole(self) -> frozenset[NameKey]:
        """Without leading words that are also a full name of the same bearer."""
        full = {key.key for key in self._keys if key.kind is not NameKind.LEADING}
        return frozenset(key for key in self._keys if key.kind is not NameKind.LEADING or key.key not in full)


def _with_and_without_particles(family_name: str) -> Iterator[str]:
    words = family_name.split()
    while words:
        yield " ".join(words)
        if len(words) == 1 or fold(words[0]) not in PARTICLES:
            return
        words = words[1:]


def _initials(given_name: str) -> set[str]:
    """ "Jean-François" may be written J., J.-F. or JF."""
    parts = [part for part in re.split(r"[\s\-‐‑]+", given_name) if part]
    if not parts:
        return set()
    return {parts[0][0], "".join(part[0] for part in parts)}


def _spellings(name: str) -> Iterator[list[str]]:
    """The words of a name, with and without its article and its legal form, "&" written out or not."""
    words = name.replace("’", "'").replace("l'", "l' ").replace("L'", "L' ").split()
    if not words:
        return
    bare = [word.strip(".,'") for word in words]
    start = 1 if len(words) > 1 and fold(bare[0]) in _ARTICLES else 0
    end = len(words)
    while end - start > 1 and name_key(words[end - 1]) in LEGAL_FORMS:
        end -= 1
    seen: set[tuple[str, ...]] = set()
    for chosen in (words, words[start:], words[:end], words[start:end]):
        for conjunction in ("&", "and", "et"):
            spelled = tuple(conjunction if fold(word) in {"&", "and", "et"} else word for word in chosen)
            if spelled not in seen:
                seen.add(spelled)
                yield list(spelled)
