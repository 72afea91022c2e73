"""People of a set with truth, the weights they teach, and how well a set of weights finds their pairs."""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log2
from pathlib import Path
from typing import Final

from members.duplicates.blocks import candidates, person_keys, person_order
from members.duplicates.people import Crowd, Weights, compare_people, levels_of_place, names_compared
from members.duplicates.profiles import PersonProfile, person_profile, place_of
from members.duplicates.weights import LEARNED, LISTED

_ROWS: Final = ("given", "family", "street", "numbers", "city", "code")
_BY_CHANCE: Final = 200_000


@dataclass(frozen=True, slots=True)
class Figures:
    """How many pairs there are, how many were found, and how many of those were right."""

    true: int
    found: int
    right: int
    candidates: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 1.0


@dataclass(frozen=True, slots=True)
class TruthSet:
    """People, and which of them are one, as places in ``people``."""

    people: Sequence[PersonProfile]
    pairs: frozenset[tuple[int, int]]


def read_febrl(path: Path, *, with_identifier: bool = False) -> TruthSet:
    """A file of the FEBRL generator: names, postal address, and the number of social security if it is asked for.

    The day of birth is left out: the directory knows none. ``rec_id`` says who is who and is compared with nothing.
    """
    people, of_whom = [], {}
    with path.open(encoding="utf-8", newline="") as file:
        for place, raw in enumerate(csv.DictReader(file, skipinitialspace=True)):
            row = {name.strip(): (value or "").strip() for name, value in raw.items()}
            of_whom[place] = row["rec_id"].split("-")[1]
            lines = f"{row['street_number']} {row['address_1']}\n{row['address_2']}"
            people.append(
                person_profile(
                    place,
                    given_name=row["given_name"],
                    family_name=row["surname"],
                    places=(place_of(lines, row["suburb"], row["postcode"]),),
                    identifiers=(row["soc_sec_id"],) if with_identifier and row["soc_sec_id"] else (),
                )
            )
    together: dict[str, list[int]] = {}
    for place, whom in of_whom.items():
        together.setdefault(whom, []).append(place)
    return TruthSet(people, frozenset(pair for places in together.values() for pair in combinations(places, 2)))


def _levels(one: PersonProfile, other: PersonProfile) -> dict[str, str]:
    """Both names in the order in which they agree better, and the address."""
    straight = (
        names_compared(one.givens[0] if one.givens else "", other.givens[0] if other.givens else ""),
        names_compared(one.families[0] if one.families else "", other.families[0] if other.families else ""),
    )
    swapped = (
        names_compared(one.givens[0] if one.givens else "", other.families[0] if other.families else ""),
        names_compared(one.families[0] if one.families else "", other.givens[0] if other.givens else ""),
    )
    names = swapped if swapped == ("same", "same") else straight
    return {"given": names[0], "family": names[1], **levels_of_place(one.places[0], other.places[0])}


def learn(truth: TruthSet, *, seed: int = 1) -> dict[str, dict[str, float]]:
    """Weights of each level of each row: how often it is met in true pairs against pairs picked at random.

    A level that is met nowhere counts as met half a time.
    """
    chance = random.Random(seed)  # noqa: S311  repeats the same choice; guards nothing
    size = len(truth.people)
    in_pairs = _counted(truth, truth.pairs)
    drawn = ((chance.randrange(size), chance.randrange(size)) for _draw in range(_BY_CHANCE))
    at_random = _counted(
        truth, (pair for pair in drawn if pair[0] != pair[1] and tuple(sorted(pair)) not in truth.pairs)
    )
    weights: dict[str, dict[str, float]] = {}
    for row in _ROWS:
        levels = LEARNED[row]
        known = [sum(counts[row].values()) - counts[row]["missing"] for counts in (in_pairs, at_random)]
        weights[row] = {}
        for level in levels:
            met = (in_pairs[row][level] + 0.5) / (known[0] + 1)
            by_chance = (at_random[row][level] + 0.5) / (known[1] + 1)
            weights[row][level] = round(log2(met) if level == "same" else log2(met / by_chance), 1)
    return weights


def _counted(truth: TruthSet, pairs: Iterable[tuple[int, int]]) -> Mapping[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {row: Counter() for row in _ROWS}
    for left, right in pairs:
        for row, level in _levels(truth.people[left], truth.people[right]).items():
            counts[row][level] += 1
    return counts


def scored(truth: TruthSet, weights: Weights = LEARNED) -> dict[tuple[int, int], float]:
    """Bits of every pair that is looked at."""
    crowd = Crowd(truth.people, len(truth.people))
    found = {}
    for place, partners in candidates(truth.people, person_keys, person_order):
        for other in partners:
            pair = (place, other) if place < other else (other, place)
            found[pair] = compare_people(truth.people[place], truth.people[other], crowd, weights).bits
    return found


def figures(truth: TruthSet, weights: Weights = LEARNED, listed: float = LISTED) -> Figures:
    bits = scored(truth, weights)
    found = {pair for pair, weight in bits.items() if weight >= listed}
    return Figures(len(truth.pairs), len(found), len(found & truth.pairs), len(bits))


def figures_of_trigrams(truth: TruthSet, threshold: float, *, names_only: bool = False) -> Figures:
    """The same with nothing but the share of trigrams of name and address, or of the name alone; all pairs compared."""
    found = {pair for pair, share in _shares(truth, names_only=names_only, least=threshold)}
    return Figures(len(truth.pairs), len(found), len(found & truth.pairs))


def threshold_of_trigrams(truth: TruthSet, names_only: bool) -> float:
    """The share from which plain trigrams find most pairs of this set while 97 in a hundred are right."""
    shares = dict(_shares(truth, names_only=names_only, least=0.15))
    for step in range(3, 20):
        found = {pair for pair, share in shares.items() if share >= step * 0.05}
        if len(found & truth.pairs) >= 0.97 * len(found):
            return step * 0.05
    return 1.0


def _shares(truth: TruthSet, *, names_only: bool, least: float) -> Iterator[tuple[tuple[int, int], float]]:
    texts = [_trigrams(one, names_only=names_only) for one in truth.people]
    holders: dict[str, list[int]] = {}
    for place, mine in enumerate(texts):
        shared: Counter[int] = Counter()
        for each in mine:
            shared.update(holders.get(each, ()))
        for other, count in shared.items():
            share = count / (len(mine) + len(texts[other]) - count)
            if share >= least:
                yield (other, place), share
        for each in mine:
            holders.setdefault(each, []).append(place)


def _trigrams(one: PersonProfile, *, names_only: bool) -> frozenset[str]:
    """As the database makes them of a text: each word with two spaces before it and one behind."""
    place = one.places[0]
    beside = () if names_only else (place.numbers, place.street, place.city, place.code)
    words = " ".join((*one.givens, *one.families, *beside)).split()
    return frozenset(f"  {word} "[at : at + 3] for word in words for at in range(len(word) + 1))
