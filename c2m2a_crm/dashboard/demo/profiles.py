"""What the fictional office's organizations do and its people know, in the words of the vocabularies."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

from c2m2a_crm.accounts.models import User
from c2m2a_crm.dashboard.demo.office import Office
from members.models import Concept, Jurisdiction, Party, Person
from members.services.profiles import Line, add_expertise, add_profile_lines, lines_of, set_expertise

_SITE: Final = "Their site"
# By place: minerals, stages, sectors.
_DOES: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]] = {
    "northline": (("nickel", "cobalt"), ("pro",), ("batteries", "steel-construction")),
    "saltbush": (("lithium",), ("min", "pro"), ("batteries",)),
    "cascadia": (("nickel", "lithium", "manganese"), ("mfg",), ("batteries", "automotive")),
    "acadie": (("graphite",), ("mfg",), ("batteries",)),
    "tundra": (("cobalt",), ("geo", "min"), ()),
    "fundy": (("rare-earth-elements",), ("mfg",), ("automotive", "energy")),
    "superior": (("cobalt", "nickel", "copper"), ("rec",), ("batteries",)),
    "fjord": (("nickel",), ("pro",), ("steel-construction",)),
    "peace": (("vanadium",), ("mfg",), ("energy",)),
    "stoneflower": (("tungsten",), ("min",), ("aerospace-defence",)),
    "granderive": (("graphite",), ("min", "pro"), ("batteries",)),
    "spodumene": (("lithium",), ("min",), ("batteries",)),
    "prairie": (("lithium",), ("pro",), ("batteries",)),
    "cariboo": (("copper",), ("pro",), ("electronics", "energy")),
    "abitibi": (("nickel", "cobalt"), ("mfg",), ("batteries",)),
    "redspruce": (("antimony",), ("min",), ("aerospace-defence",)),
    "flin": (("zinc",), ("pro",), ("steel-construction",)),
    "chaleur": (("magnesium",), ("pro",), ("automotive",)),
    "wellspring": (("lithium", "nickel"), ("mfg", "off"), ("batteries", "automotive")),
    "harbourlight": (("cobalt",), ("off",), ("capital",)),
    "titane": (("titanium",), ("pro",), ("aerospace-defence",)),
    "meridian": (("rare-earth-elements",), ("pro",), ("automotive",)),
    "boreal": (("lithium", "graphite"), (), ("batteries",)),
    "recyclage": ((), ("rec",), ("batteries",)),
    "institut": ((), ("rnd",), ("education",)),
    "shield": ((), ("rnd", "geo"), ("education",)),
    "lumen": ((), ("geo",), ("engineering",)),
}
_FIELDS: Final = ("metallurgy", "mining-engineering", "standards", "trade", "environment", "policy")


def add_profiles(office: Office) -> None:
    """Most places of the small office, one at a time, and some of their people; nothing where no words are loaded."""
    actor = office.colleagues["dana"]
    words = {word.code: word for word in Concept.objects.offered()}
    if not words:
        return
    rows: list[tuple[Party, Line]] = []
    for key, (minerals, stages, sectors) in _DOES.items():
        party = office.parties[key]
        places = [party.jurisdiction] if party.jurisdiction else []
        named = [[words[code] for code in codes] for codes in (minerals, stages, sectors)]
        rows += [(party, line) for line in lines_of(named[0], named[1], places, named[2])]
    add_profile_lines(actor=actor, rows=rows, source=_SITE)
    for number, key in enumerate(key for key in _DOES if office.people_of.get(key)):
        person = office.people_of[key][0]
        known = [words[_FIELDS[number % len(_FIELDS)]], *(words[code] for code in _DOES[key][0][:1])]
        set_expertise(actor=actor, person=person, add=known, source="Business card and talk")


def add_many_profiles(
    parties: Sequence[Party], people: Sequence[Person], actor: User, dice: random.Random, chunk: int
) -> None:
    """One to three lines for most parties, a field or two for every third person."""
    minerals, stages, sectors, fields = (
        list(Concept.objects.offered().of(vocabulary).order_by("position", "code"))
        for vocabulary in ("mineral", "stage", "sector", "expertise")
    )
    if not minerals:
        return
    places = list(Jurisdiction.objects.exclude(code="CA").order_by("code"))
    for begin in range(0, len(parties), chunk):
        rows: list[tuple[Party, Line]] = []
        for party in parties[begin : begin + chunk]:
            stage, place = dice.choice(stages), dice.choice(places)
            found = dice.sample(minerals, dice.choice((0, 1, 1, 2, 3)))
            rows += [(party, Line(mineral=mineral, stage=stage, jurisdiction=place)) for mineral in found]
            if found:
                rows.append((party, Line(sector=dice.choice(sectors))))
        add_profile_lines(actor=actor, rows=rows, source=_SITE)
    knowing = people[::3]
    for begin in range(0, len(knowing), chunk):
        known = [
            (person, field)
            for person in knowing[begin : begin + chunk]
            for field in dice.sample(fields, dice.choice((1, 2)))
        ]
        add_expertise(actor=actor, rows=known, source=_SITE)
