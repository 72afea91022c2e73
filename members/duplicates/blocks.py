"""Which pairs are worth a comparison: those that share a key. Time and memory grow as n·log n, never as n².

A key that many share (a frequent name, the address of a large office) makes no square: its records are put in order,
and each is compared with its nearest neighbours only.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final
from zlib import crc32

from members.duplicates.nicknames import name_behind
from members.duplicates.organization_names import is_distinctive
from members.duplicates.parties import PartyProfile
from members.duplicates.profiles import PersonProfile

FULL_BLOCK = 8
"""Records of a block that are all compared with each other."""
NEIGHBOURS = 2
"""Of a larger block, how many neighbours on either side; of one whose key is a part of a name, the next one alone."""
_PART: Final = "~"
"""Begins the keys that many share by chance."""

_CODES: Final = str.maketrans("bpfvcgjkqsxzdtlmnr", "112222222222334556")
# A key and a place fill the 53 bits of a float that are exact: 24 for the place, 29 for the key.
_PLACES: Final = 24
_SPARED: Final = 4


def skeleton(word: str) -> str:
    """The beginning and the consonants of a word as they sound, by classes: most slips leave it as it is."""
    word = word.replace(" ", "").replace("ph", "f")
    if not word:
        return ""
    found = word[0]
    last = ""
    for letter in word[1:].translate(_CODES):
        if letter.isdigit() and letter != last:
            found += letter
        last = letter
    return found[:4]


def person_keys(one: PersonProfile) -> set[str]:
    """Keys of a person. Two records of one person share at least one unless both names and the address are spoiled."""
    keys: set[str] = set()
    for family in one.families or ("",):
        for given in one.givens or ("",):
            sounds = sorted((skeleton(name_behind(given).lstrip("#")), skeleton(family)))
            keys.add(f"s:{name_behind(given)}" if not family else f"n:{'|'.join(sounds)}")
            if given and family:
                keys.add(f"o:{'|'.join(sorted((given, family)))}")
                keys.add(f"~f:{family}|{given[0]}")
                keys.add(f"~f:{given}|{family[0]}")
                keys.add(f"~b:{'|'.join(sorted((given[:4], family[:4])))}")
                keys.add(f"~e:{'|'.join(sorted((given[-4:], family[-4:])))}")
        keys.add(f"~F:{family}")
    for given in one.givens:
        keys.add(f"~G:{given}")
    for name in (*one.givens, *one.families):
        keys.update(f"~w:{employer}|{name[:4]}" for employer in one.employers)
    keys.update(f"@:{address}" for address in one.emails)
    keys.update(f"#:{number}" for number in one.phones)
    keys.update(f"i:{value}" for value in one.identifiers)
    for place in one.places:
        if place.street:
            keys.add(f"p:{place.street}")
            if place.code:
                keys.add(f"q:{place.street[:4]}|{place.code}")
        for name in (*one.givens, *one.families):
            if place.code:
                keys.add(f"~c:{place.code}|{name[:3]}")
            if place.city:
                keys.add(f"~C:{place.city}|{name[:4]}")
    keys.discard("~F:")
    return keys


def candidates(
    records: Sequence[Any], keys_of: Callable[[Any], Iterable[str]], order: Callable[[Any], Any]
) -> Iterator[tuple[int, list[int]]]:
    """For each record its partners that stand behind it, as places in ``records``; each pair once.

    ``order`` puts the records of a crowded block beside those they resemble.
    """
    ranked = sorted(range(len(records)), key=lambda place: order(records[place]))
    rank = array("I", bytes(4 * len(records)))
    for at, place in enumerate(ranked):
        rank[place] = at
    packed = array("d")
    for place, record in enumerate(records):
        at = rank[place]
        packed.extend(_number(key) << _PLACES | at for key in set(keys_of(record)))
    # Whole numbers as floats: they are sorted many times as fast as integers of this size.
    packed = array("d", sorted(packed))
    # Partners of each rank, block after block. What a record meets in several blocks is compared once.
    partners: list[array[int]] = [array("I") for _record in records]
    block: list[int] = []
    previous = -1
    for each in packed:
        key, at = divmod(int(each), 1 << _PLACES)
        if key != previous:
            _meet(block, partners, previous & 1)
            block, previous = [], key
        block.append(at)
    _meet(block, partners, previous & 1)
    for at, found in enumerate(partners):
        if found:
            yield ranked[at], [ranked[other] for other in sorted(set(found))]


def _number(key: str) -> int:
    """29 bits of a key, of which the last says whether it is a part."""
    return crc32(key.encode()) >> _SPARED << 1 | key.startswith(_PART)


def _meet(block: Sequence[int], partners: Sequence[array[int]], is_part: int) -> None:
    """Those of one block, in order, get each other as partners: all of a few, the nearest of many."""
    reach = len(block) if len(block) <= FULL_BLOCK else 1 if is_part else NEIGHBOURS
    for turn, at in enumerate(block[:-1], 1):
        partners[at].extend(block[turn : turn + reach])


def party_keys(one: PartyProfile) -> set[str]:
    """Keys of a party: every word that names somebody, as it is and as it sounds; the whole name; acronyms; numbers."""
    keys: set[str] = set()
    for name, _kind in one.names:
        named = [word for word in name.meanings if is_distinctive(word)]
        keys.add(f"n:{' '.join(sorted(name.meanings))}")
        keys.add(f"j:{name.joined}")
        for word in named:
            keys.add(f"w:{word}")
            if not name.numbers:
                keys.add(f"s:{skeleton(word)}|{len(name.words)}")
        if len(name.words) == 1:
            keys.add(f"a:{name.joined}")
    keys.update(f"a:{acronym}" for acronym in one.acronyms | one.initials)
    keys.update(f"@:{host}" for host in one.hosts)
    keys.update(f"#:{phone}" for phone in one.phones)
    keys.update(f"i:{value}" for value in one.identifiers)
    return keys


def person_order(one: PersonProfile) -> tuple[str, ...]:
    """People of a crowded block stand by name."""
    return (*one.families[:1], *one.givens[:1])


def party_order(one: PartyProfile) -> tuple[str, ...]:
    return tuple(sorted(one.names[0][0].meanings)) if one.names else ()
