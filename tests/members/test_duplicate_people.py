"""Two people compared: what makes them one, what keeps them two, and the figures of a set with truth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from members.duplicates import blocks
from members.duplicates.blocks import candidates, person_keys, person_order
from members.duplicates.learning import figures, figures_of_trigrams, learn, read_febrl, threshold_of_trigrams
from members.duplicates.people import Crowd, compare_people
from members.duplicates.profiles import PersonProfile, person_profile, place_of
from members.duplicates.weights import LEARNED, LISTED

FEBRL = Path(__file__).parents[1] / "data" / "dedupe-febrl"

HOME = place_of("12 Rue des Épinettes\nApp. 4", "Gatineau", "J8X 1A1")
OFFICE = place_of("580 Booth Street", "Ottawa", "K1A 0E4")


def person(given: str, family: str, **more: Any) -> PersonProfile:
    return person_profile(0, given_name=given, family_name=family, **more)


def is_listed(one: PersonProfile, other: PersonProfile, *among: PersonProfile) -> bool:
    everybody = [one, other, *among]
    return compare_people(one, other, Crowd(everybody, len(everybody))).bits >= LISTED


MARGARET = person("Margaret", "Ashgrove", phones=("+17095550117",))
ONE = [
    ("accents and hyphens", person("Marie-Ève", "Œuvray"), person("marie eve", "OEUVRAY")),
    ("names exchanged", person("Kwame", "Osei-Larkspur"), person("Osei Larkspur", "Kwame")),
    ("a slip in the family name", person("Deepa", "Otterstream"), person("Deepa", "Ottertsream")),
    ("a short form and a telephone", MARGARET, person("Peggy", "Ashgrove", phones=("+17095550117",))),
    (
        "an initial and the mailbox",
        person("Jean-Philippe", "Deschênes", emails=("jpd@titane.example",)),
        person("J.-P.", "Deschenes", emails=("jpd@titane.example",)),
    ),
    (
        "a preferred name",
        person("Robert", "Quillfeather", preferred_name="Bob", employers=(4,)),
        person("Bob", "Quillfeather", employers=(4,)),
    ),
    (
        "a family name of before",
        person("Solveig", "Marchbanks", former_families=("Tindlewood",)),
        person("Solveig", "Tindlewood"),
    ),
    ("another family name, the own mailbox", person("Solveig", "Marchbanks", emails=("solveig@a.example",)),
     person("Solveig", "Tindlewood", emails=("solveig@a.example",))),
    ("an identifier", person("Ann", "Lee", identifiers=("BN 12345-6",)),
     person("Anne", "Leigh", identifiers=("bn123456",))),
    (
        "no given name, the address",
        person("", "Quillfeather", places=(HOME,)),
        person("Bob", "Quillfeather", places=(place_of("12, rue des Epinettes #4", "Gatineau", "J8X1A1"),)),
    ),
]  # fmt: skip
TWO = [
    ("only the family name", person("Aurélie", "Tremblay"), person("Benoît", "Tremblay")),
    ("an office and its telephone", person("Ann", "Lee", places=(OFFICE,), phones=("+16135550100",), employers=(1,)),
     person("Bo", "Hart", places=(OFFICE,), phones=("+16135550100",), employers=(1,))),
    ("father and son", person("Walter", "Brightwater Sr", places=(HOME,)),
     person("Walter", "Brightwater, Jr.", places=(HOME,))),
    ("husband and wife of one name", person("Claude", "Roy", honorific="M."), person("Claude", "Roy", honorific="Mme")),
    ("nothing but a mailbox", person("Ann", "Lee", emails=("box@a.example",)),
     person("Bo", "Hart", emails=("box@a.example",))),
]  # fmt: skip


def test_one_person_is_known_by_each_of_these() -> None:
    assert [what for what, one, other in ONE if not is_listed(one, other)] == []
    # The order in which two are compared says nothing.
    assert [what for what, one, other in ONE if not is_listed(other, one)] == []


def test_two_people_stay_two() -> None:
    assert [what for what, one, other in TWO if is_listed(one, other)] == []


def test_a_frequent_name_says_less_than_a_rare_one() -> None:
    """Two of one name among many of that name are namesakes."""
    one, other = person("Marie", "Tremblay", employers=(1,)), person("Marie", "Tremblay", employers=(2,))
    assert is_listed(one, other)
    tremblays = [person("Luc", "Tremblay") for _each in range(60)]
    maries = [person("Marie", f"Name{number}") for number in range(60)]
    assert not is_listed(one, other, *tremblays, *maries)


def test_people_of_one_full_house_are_not_joined_by_their_family_name() -> None:
    ann, bo = person("Ann", "Quillfeather", places=(HOME,)), person("Bo", "Quillfeather", places=(HOME,))
    third = person("Cleo", "Hart", places=(HOME,))
    assert is_listed(ann, bo)
    assert not is_listed(ann, bo, third)


def test_each_pair_tells_the_rows_that_made_it() -> None:
    other = person("Peggy", "Ashgrove", phones=("+17095550117",))
    found = compare_people(MARGARET, other, Crowd([MARGARET, other], 2))
    assert {(row.row, row.level) for row in found.rows} == {
        ("given", "short form"),
        ("family", "same"),
        ("phone", "same"),
    }
    assert sum(row.bits for row in found.rows) - Crowd([], 2).odds == pytest.approx(found.bits)
    assert 90 < found.score < 100


@pytest.mark.exhaustive
def test_the_weights_are_those_that_the_first_set_teaches() -> None:
    assert learn(read_febrl(FEBRL / "dataset1.csv")) == LEARNED


def test_figures_of_the_first_set() -> None:
    truth = read_febrl(FEBRL / "dataset1.csv")
    found = figures(truth)
    assert (found.true, found.precision) == (500, 1.0)
    assert found.recall >= 0.98
    names = figures_of_trigrams(truth, threshold_of_trigrams(truth, names_only=True), names_only=True)
    assert found.recall > names.recall + 0.2


@pytest.mark.exhaustive
def test_figures_of_the_second_set() -> None:
    """Nothing was learned from it (``docs/duplicates.md``)."""
    truth = read_febrl(FEBRL / "dataset2.csv")
    found = figures(truth)
    assert found.true == 1934
    assert found.precision >= 0.97
    assert found.recall >= 0.91
    with_identifier = figures(read_febrl(FEBRL / "dataset2.csv", with_identifier=True))
    assert (with_identifier.precision >= 0.97, with_identifier.recall >= 0.97) == (True, True)


def test_the_truth_itself_plays_no_part() -> None:
    """``rec_id`` says who is who and must not be compared."""
    truth = read_febrl(FEBRL / "dataset1.csv")
    assert all(not one.identifiers for one in truth.people)


def test_a_crowded_block_makes_no_square() -> None:
    """Ten times as many people of one name make about ten times as many comparisons, not a hundred times."""

    def compared(size: int) -> int:
        people = [person("Marie", "Tremblay", emails=(f"{number}@a.example",)) for number in range(size)]
        return sum(len(partners) for _place, partners in candidates(people, person_keys, person_order))

    assert compared(2000) < 11 * compared(200)
    assert compared(2000) <= 2000 * blocks.NEIGHBOURS * 4


def test_each_candidate_comes_once() -> None:
    people = [person("Amara", "Tamarack", phones=("+16135550143",)) for _each in range(5)]
    pairs = [
        tuple(sorted((place, other)))
        for place, found in candidates(people, person_keys, person_order)
        for other in found
    ]
    assert len(pairs) == len(set(pairs)) == 10
