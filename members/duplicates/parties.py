"""Two organizations compared, or two Nations. To join two that are not one is worse than to miss one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from members.duplicates.evidence import Comparison, Evidence, Frequencies
from members.duplicates.organization_names import Name, acronym_key, compare_names, is_distinctive, names_in, parse
from members.duplicates.profiles import Place
from members.duplicates.weights import PARTIES

NEVER: Final = -20.0
_LONG_NUMBER: Final = 6


@dataclass(frozen=True, slots=True)
class PartyProfile:
    """A party as compared. ``names`` come with what they are: name, former or alias. ``hosts`` are of mail and web."""

    pk: int
    kind: str
    names: tuple[tuple[Name, str], ...]
    acronyms: frozenset[str]
    initials: frozenset[str] = frozenset()
    government_level: str = ""
    jurisdiction: int = 0
    country: str = ""
    parent: int = 0
    hosts: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    identifiers: tuple[str, ...] = ()

    @property
    def is_nation(self) -> bool:
        return self.kind == "nation"


def named(
    texts: Iterable[tuple[str, str]], acronyms: Iterable[str]
) -> tuple[tuple[tuple[Name, str], ...], frozenset[str]]:
    """Names and acronyms of texts that come with what they are; a text may tell several."""
    names: dict[Name, str] = {}
    short = {acronym_key(acronym) for acronym in acronyms}
    for text, kind in texts:
        for said, told in names_in(text):
            if told == "acronym":
                short.add(acronym_key(said))
            else:
                names.setdefault(parse(said), kind if told == "name" else told)
    return tuple(names.items()), frozenset(filter(None, short))


class Parties(Frequencies):
    """How common words, hosts and the rest are among these parties."""

    def __init__(self, profiles: Iterable[PartyProfile], size: int) -> None:
        super().__init__(size)
        for one in profiles:
            self.count("word", {word for name, _kind in one.names for word in name.meanings})
            self.count("acronym", one.acronyms)
            self.count("host", one.hosts)
            self.count("phone", one.phones)
            self.count("place", {place.key for place in one.places if place.key})


def _name_evidence(one: PartyProfile, other: PartyProfile, crowd: Frequencies) -> tuple[Evidence | None, bool]:
    """The nearest two names, and whether they are made of words that half of all organizations have in theirs.

    An earlier name counts like a present one where the other record still bears it.
    """
    best: Evidence | None = None
    is_common = False
    for mine, kind in one.names:
        for theirs, other_kind in other.names:
            level = compare_names(mine, theirs)
            if level == "other":
                continue
            shared = set(mine.meanings) & set(theirs.meanings)
            bits = min(PARTIES["name"]["most"], sum(crowd.bits("word", word) for word in shared))
            bits += PARTIES["name"][level]
            if level == "slip":
                # The word that is spelled in two ways is as rare as the rarer spelling, nearly.
                bits += max(crowd.bits("word", word) for word in set(mine.meanings) ^ set(theirs.meanings)) / 2
            if mine.exact_form != theirs.exact_form and mine.exact_form and theirs.exact_form:
                bits += PARTIES["name"]["another form"]
            common = not any(map(is_distinctive, mine.meanings)) and not mine.numbers
            bits += PARTIES["name"]["common"] if common else 0.0
            if "former" in {kind, other_kind} and level in {"same", "translated"}:
                level = "former"
            if best is None or bits > best.bits:
                best, is_common = Evidence("name", level, bits), common
    return best, is_common


def _acronym_evidence(one: PartyProfile, other: PartyProfile, crowd: Frequencies) -> Evidence | None:
    """One goes by the acronym that the other has, or by the first letters of its name, and nobody else does."""
    for mine, theirs in ((one, other), (other, one)):
        called = {name.joined for name, _kind in mine.names if len(name.words) == 1}
        for acronym in called & theirs.acronyms:
            if len(acronym) >= 3 and crowd.met("acronym", acronym) == 1 + (acronym in mine.acronyms):
                return Evidence("name", "acronym", crowd.odds + PARTIES["acronym"]["recorded"])
        for letters in (called | mine.acronyms) & theirs.initials:
            if len(letters) >= 4 and letters not in theirs.acronyms:
                return Evidence("name", "initials", crowd.odds + PARTIES["acronym"]["initials"])
    return None


def _numbered(one: PartyProfile) -> set[str]:
    """Numbers of numbered companies: as long as only a register gives them."""
    return {number for name, _kind in one.names for number in name.numbers if len(number) >= _LONG_NUMBER}


def _beside(one: PartyProfile, other: PartyProfile, crowd: Frequencies) -> Iterable[Evidence]:
    for row, mine, theirs in (
        ("host", one.hosts, other.hosts),
        ("phone", one.phones, other.phones),
        ("address", tuple(p.key for p in one.places), tuple(p.key for p in other.places)),
    ):
        known, others = set(filter(None, mine)), set(filter(None, theirs))
        if not known or not others:
            continue
        if shared := known & others:
            kept = "place" if row == "address" else row
            rarest = max(crowd.bits(kept, value, PARTIES[row]["most"]) for value in shared)
            yield Evidence(row, "same", rarest)
        else:
            yield Evidence(row, "other", PARTIES[row]["other"])
    if not set(one.identifiers).isdisjoint(other.identifiers):
        yield Evidence("identifier", "same", PARTIES["identifier"]["same"])
    if one.kind != other.kind:
        yield Evidence("kind", "other", PARTIES["kind"]["other"])
    if one.jurisdiction and other.jurisdiction and one.jurisdiction != other.jurisdiction:
        yield Evidence("jurisdiction", "other", PARTIES["jurisdiction"]["other"])
    if one.country and other.country and one.country != other.country:
        yield Evidence("country", "other", PARTIES["country"]["other"])


def compare_parties(one: PartyProfile, other: PartyProfile, crowd: Frequencies) -> Comparison:
    """All that speaks for and against. Without a name that agrees, nothing else makes two parties one.

    Never one: other numbers in the register, a Nation and an organization, a part and its whole, governments of two
    levels, two “Ministries of Mines” of two provinces.
    """
    numbers, others = _numbered(one), _numbered(other)
    name, is_common = _name_evidence(one, other, crowd)
    name = name or _acronym_evidence(one, other, crowd)
    rows = ([name] if name else []) + list(_beside(one, other, crowd))
    bits = sum(row.bits for row in rows) - crowd.odds
    if (
        name is None
        or (numbers and others and numbers.isdisjoint(others))
        or one.is_nation != other.is_nation
        or one.parent == other.pk
        or other.parent == one.pk
        or (one.government_level and other.government_level and one.government_level != other.government_level)
        or (is_common and any(row.row in {"jurisdiction", "country"} for row in rows))
    ):
        bits = min(bits, NEVER)
    elif one.parent != other.parent and one.parent and other.parent:
        bits += PARTIES["parent"]["other"]
    return Comparison(bits, tuple(rows))
