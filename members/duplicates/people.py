"""Two people compared. The weights were learned on one set and tried on another; see ``docs/duplicates.md``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, JaroWinkler

from members.duplicates.evidence import Comparison, Evidence, Frequencies
from members.duplicates.nicknames import may_be_called
from members.duplicates.profiles import PersonProfile, Place
from members.duplicates.weights import LEARNED, LISTED, SET_BY_HAND

Weights = Mapping[str, Mapping[str, float]]

_MISSING: Final = "missing"
# Rows of which a shared value weighs by how rare it is.
_BY_RARITY: Final = frozenset({"given", "family", "street", "numbers", "city", "code"})
# Mailboxes of a house, not of somebody.
_ROLES: Final = frozenset(
    {
        *("info", "contact", "office", "admin", "mail", "hello", "bonjour", "media"),
        *("sales", "reception", "accueil", "secretariat", "bureau", "noreply"),
    }
)


class Crowd(Frequencies):
    """How common names, places and the rest are among these people."""

    def __init__(self, profiles: Iterable[PersonProfile], size: int) -> None:
        super().__init__(size)
        for one in profiles:
            self.count("given", one.givens)
            self.count("family", one.families)
            self.count("email", one.emails)
            self.count("phone", one.phones)
            self.count("employer", one.employers)
            for place in one.places:
                for row in ("street", "numbers", "city", "code"):
                    self.count(row, (getattr(place, row),))
                self.count("place", (place.key,))


@lru_cache(maxsize=200_000)
def names_compared(one: str, other: str) -> str:
    """What two folded given or family names are to each other."""
    if not one or not other:
        return _MISSING
    if one == other or one.replace(" ", "") == other.replace(" ", ""):
        return "same"
    short, long = sorted((one, other), key=len)
    initials = "".join(word[0] for word in long.split())
    if short.replace(" ", "") == initials or (len(short) == 1 and long[0] == short):
        return "initial"
    if may_be_called(one, other):
        return "short form"
    if (" " in one or " " in other) and not set(one.split()).isdisjoint(other.split()):
        mine, theirs = set(short.split()), set(long.split())
        if mine <= theirs or theirs <= mine:
            return "part"
    edits = OSA.distance(one, other)
    if (edits <= 1 and len(short) >= 3) or (edits <= 2 and len(short) >= 7):
        return "slip"
    likeness = JaroWinkler.similarity(one, other)
    if likeness >= 0.9:
        return "slip"
    if likeness >= 0.8:
        return "like"
    return "other"


@lru_cache(maxsize=100_000)
def streets_compared(one: str, other: str) -> str:
    if not one or not other:
        return _MISSING
    if one == other:
        return "same"
    if JaroWinkler.similarity(one, other) >= 0.9 or OSA.normalized_similarity(one, other) >= 0.75:
        return "slip"
    if fuzz.token_sort_ratio(one, other) >= 85:
        return "slip"
    short, long = sorted((one.split(), other.split()), key=len)
    if len(short) >= 2 and all(any(OSA.distance(word, each) <= len(word) // 5 for each in long) for word in short):
        return "part"
    return "other"


@lru_cache(maxsize=100_000)
def codes_compared(one: str, other: str) -> str:
    """Postal codes and house numbers: a wrong or exchanged sign is a slip."""
    if not one or not other:
        return _MISSING
    if one == other:
        return "same"
    return "slip" if min(len(one), len(other)) >= 2 and OSA.distance(one, other) == 1 else "other"


def levels_of_place(one: Place, other: Place) -> dict[str, str]:
    return {
        "street": streets_compared(one.street, other.street),
        "numbers": codes_compared(one.numbers, other.numbers),
        "city": streets_compared(one.city, other.city),
        "code": codes_compared(one.code, other.code),
    }


def _bits(row: str, level: str, value: str, crowd: Frequencies, weights: Weights) -> float:
    if level == _MISSING:
        return 0.0
    weight = weights[row][level] if level in weights[row] else SET_BY_HAND[row][level]
    return weight + crowd.bits(row, value) if level == "same" and row in _BY_RARITY else weight


def _names(one: PersonProfile, other: PersonProfile, crowd: Frequencies, weights: Weights) -> tuple[Evidence, ...]:
    """The reading of both names in which they come nearest, given and family name exchanged if need be."""
    best: tuple[Evidence, ...] = ()
    most = float("-inf")
    for given in one.givens or ("",):
        for family in one.families or ("",):
            for other_given in other.givens or ("",):
                for other_family in other.families or ("",):
                    for swapped in (False, True):
                        first, last = (other_family, other_given) if swapped else (other_given, other_family)
                        if swapped and (given == family or not (given and family and first and last)):
                            continue
                        levels = names_compared(given, first), names_compared(family, last)
                        rows: tuple[Evidence, ...] = (
                            Evidence("given", levels[0], _bits("given", levels[0], given, crowd, weights)),
                            Evidence("family", levels[1], _bits("family", levels[1], family, crowd, weights)),
                        )
                        if swapped:
                            rows += (Evidence("order", "swapped", SET_BY_HAND["order"]["swapped"]),)
                        total = sum(row.bits for row in rows)
                        if total > most:
                            best, most = rows, total
    return best


def _place(one: PersonProfile, other: PersonProfile, crowd: Frequencies, weights: Weights) -> Evidence | None:
    """The nearest two addresses as one row: no more than it says that two people share a whole address."""
    best: Evidence | None = None
    for mine in one.places:
        for theirs in other.places:
            levels = levels_of_place(mine, theirs)
            if set(levels.values()) == {_MISSING}:
                continue
            bits = sum(_bits(row, level, getattr(mine, row), crowd, weights) for row, level in levels.items())
            bits = min(bits, crowd.bits("place", mine.key or theirs.key) + SET_BY_HAND["address"]["rare"])
            if mine.key and mine.key == theirs.key:
                level = "same"
            elif levels["street"] in {"same", "slip", "part"}:
                level = "close"
            else:
                level = "partly" if "same" in levels.values() and bits > 0 else "other"
            if best is None or bits > best.bits:
                best = Evidence("address", level, bits)
    return best


def _crowded(one: PersonProfile, other: PersonProfile, crowd: Frequencies) -> bool:
    """Whether more than two records share one of their addresses."""
    return any(crowd.met("place", place.key) > 2 for place in (*one.places, *other.places) if place.key)


def _reach(one: PersonProfile, other: PersonProfile, crowd: Frequencies) -> Iterable[Evidence]:
    """Addresses, numbers and employers. One in common counts, the rarest of several."""
    by_hand = SET_BY_HAND
    for row, mine, theirs in (
        ("email", one.emails, other.emails),
        ("phone", one.phones, other.phones),
        ("employer", one.employers, other.employers),
    ):
        if not mine or not theirs:
            continue
        shared = set(mine) & set(theirs)
        if shared:
            rarest = max(crowd.bits(row, value, by_hand[row]["most"]) for value in shared)
            yield Evidence(row, "same", rarest + by_hand[row]["same"])
        elif row == "email" and (level := _mailboxes(one.emails, other.emails)):
            yield Evidence(row, level, by_hand[row][level])
        else:
            yield Evidence(row, "other", by_hand[row]["other"])
    if not set(one.identifiers).isdisjoint(other.identifiers):
        yield Evidence("identifier", "same", by_hand["identifier"]["same"])
    if one.generation != other.generation:
        level = "other" if one.generation and other.generation else "one"
        yield Evidence("generation", level, by_hand["generation"][level])
    if one.gender and other.gender and one.gender != other.gender:
        yield Evidence("honorific", "other", by_hand["honorific"]["other"])


def _mailboxes(mine: tuple[str, ...], theirs: tuple[str, ...]) -> str:
    """``moved``: the same name before another @. ``house``: two mailboxes at one house. Else nothing."""
    boxes = {tuple(address.rsplit("@", 1)) for address in mine if "@" in address}
    others = {tuple(address.rsplit("@", 1)) for address in theirs if "@" in address}
    local = {box[0] for box in boxes} & {box[0] for box in others} - _ROLES
    if any(len(name) >= 5 for name in local):
        return "moved"
    return "house" if {box[1] for box in boxes} & {box[1] for box in others} else ""


def compare_people(
    one: PersonProfile, other: PersonProfile, crowd: Frequencies, weights: Weights = LEARNED
) -> Comparison:
    """All that speaks for and against. Names that have nothing of each other are two people, whatever else they share.

    People of one house share its address, number and name. Where one of both names is another, and no mailbox or
    identifier is shared, it takes an address that nobody else has; and such a pair comes at the end of the list. Jr and
    Sr are two.
    """
    rows = list(_names(one, other, crowd, weights))
    if (place := _place(one, other, crowd, weights)) is not None:
        rows.append(place)
    rows += _reach(one, other, crowd)
    bits = sum(row.bits for row in rows) - crowd.odds
    levels = {row.row: row.level for row in rows}
    is_own = levels.get("identifier") == "same" or levels.get("email") == "same"
    if levels["given"] in {"other", _MISSING} and levels["family"] in {"other", _MISSING}:
        bits = min(bits, -10.0)
    elif levels.get("generation") == "other":
        bits = min(bits, 0.0)
    elif "other" in {levels["given"], levels["family"]} and not is_own:
        nearby = levels.get("address") in {"same", "close"} and not _crowded(one, other, crowd)
        bits = min(bits, LISTED + 0.2 if nearby else 0.0)
    return Comparison(bits, tuple(rows))
