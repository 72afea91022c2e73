"""Two organizations compared: a false merge is worse than a miss."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

from members.duplicates.organization_names import initials, parse
from members.duplicates.parties import Parties, PartyProfile, compare_parties, named
from members.duplicates.weights import LISTED

DATA = Path(__file__).parents[1] / "data"


def party(*texts: str, kind: str = "business", acronyms: tuple[str, ...] = (), **more: Any) -> PartyProfile:
    names, short = named([(text, "name") for text in texts], acronyms)
    return PartyProfile(0, kind, names, short, frozenset(filter(None, map(initials, texts))), **more)


def is_listed(one: PartyProfile, other: PartyProfile, *among: PartyProfile) -> bool:
    everybody = [replace(each, pk=number) for number, each in enumerate((one, other, *among), start=1)]
    return compare_parties(everybody[0], everybody[1], Parties(everybody, len(everybody))).bits >= LISTED


ONE = [
    ("9123-4567 Québec inc.", "9123 4567 Quebec Inc"),
    ("1234567 Ontario Ltd.", "1234567 Ontario Limited"),
    ("Northline Nickel Refining Inc.", "Affinage de nickel Northline inc."),
    ("Department of Natural Resources", "Ministère des Ressources naturelles"),
    ("L’Association minière du Québec", "Quebec Mining Association"),
    ("Université Laval", "Laval University"),
    ("Agnico Eagle Mines Limited", "Mines Agnico Eagle ltée"),
    ("Lac des Îles Mines", "Lac des Iles Mines Ltd."),
    ("Société en commandite Rivière Blanche", "Rivière Blanche S.E.C."),
    ("Star Core Gold", "StarCore Gold Corp"),
    ("Glencore Canada Corporation", "Glencor Canada Corp."),
    ("Smith & Sons Ltd", "Smith and Sons Limited"),
    ("Cascadia Cathode Materials Ltd. (formerly Pacific Powder Works)", "Pacific Powder Works Inc."),
    ("Cathodes Cascadia inc., anciennement Poudres du Pacifique", "Poudres du Pacifique"),
    ("9123-4567 Québec inc. (faisant affaire sous le nom de Forge Boréale)", "Forge Boréale"),
    ("Natural Resources Canada (NRCan)", "NRCan"),
    ("Prospectors & Developers Association of Canada", "PDAC"),
    ("The Mining Group Ltd", "Mining Group"),
]
TWO = [
    ("9123-4567 Québec inc.", "9123-4568 Québec inc."),
    ("1234567 Canada Inc.", "1234567 Ontario Inc."),
    ("1234567 Canada Inc.", "7654321 Canada Inc."),
    ("Highland Copper II LP", "Highland Copper III LP"),
    ("Highland Copper 2 LP", "Highland Copper LP"),
    ("Highland Copper LP", "Highland Copper Inc."),
    ("Mining Association of Ontario", "Mining Association of Manitoba"),
    ("Northern Metals Inc.", "Southern Metals Inc."),
    ("Northern Metals Inc.", "Métaux du Sud inc."),
    ("Ministry of Mines", "Ministry of Finance"),
    ("Rio Tinto", "Rio Tinto Alcan"),
    ("Vale", "Vale Canada Limited"),
    ("Teck Resources Limited", "Teck"),
    ("ABC Exploration Inc.", "ABD Exploration Inc."),
    ("Cameco Corporation", "Cambco Corp"),
    ("Barrick Gold", "Warrick Gold"),
    ("Canadian Institute of Mining", "Canadian Institute of Planning"),
    ("Trappers Association of Yukon", "Tourism Association of Yukon"),
]


def test_one_organization_under_two_names() -> None:
    assert [pair for pair in ONE if not is_listed(party(pair[0]), party(pair[1]))] == []
    assert [pair for pair in ONE if not is_listed(party(pair[1]), party(pair[0]))] == []


def test_two_organizations_stay_two() -> None:
    assert [pair for pair in TWO if is_listed(party(pair[0]), party(pair[1]))] == []


def test_what_never_makes_one_whatever_is_shared() -> None:
    """The same website, telephone and identifier change nothing."""
    shared = {"hosts": ("acme.example",), "phones": ("+16135550100",), "identifiers": ("bn123456",)}
    never = [
        (party("9123-4567 Québec inc.", **shared), party("9123-4568 Québec inc.", **shared)),
        (party("Spruce Narrows", kind="nation", **shared), party("Spruce Narrows", **shared)),
        (party("Acme Mines", **shared), party("Borealis Works", **shared)),
        (
            party("Geological Survey", government_level="federal", **shared),
            party("Geological Survey", government_level="provincial", **shared),
        ),
        (party("Acme", **shared), party("Acme", parent=1, **shared)),
        # The same trading name says nothing where both have a number of the register.
        (party("9123-4567 Québec inc., o/a Forge", **shared), party("9123-4568 Québec inc., o/a Forge", **shared)),
    ]
    assert [(one.names, other.names) for one, other in never if is_listed(one, other)] == []
    assert is_listed(party("Acme Mines", **shared), party("Acme Mines", **shared))


def test_one_name_in_two_provinces_is_two() -> None:
    assert not is_listed(party("Ministry of Mines", jurisdiction=1), party("Ministry of Mines", jurisdiction=2))
    assert is_listed(party("Ministry of Mines", jurisdiction=1), party("Ministry of Mines", jurisdiction=1))


def test_an_acronym_that_two_have_names_nobody() -> None:
    one = party("Mining Association of Canada", acronyms=("MAC",))
    called = party("MAC")
    assert is_listed(one, called)
    assert not is_listed(one, called, party("Metal Arts Centre", acronyms=("MAC",)))
    assert not is_listed(one, party("Metal Arts Centre", acronyms=("MAC",)))


def test_every_legal_form_of_the_list_is_taken_off() -> None:
    """Forms of one word in Latin letters, of companies; a few that are words of their own stay."""
    with (DATA / "orgnames-legal-forms" / "legal_names.csv").open(encoding="utf-8", newline="") as file:
        forms = {row["abbreviation"].strip() for row in csv.DictReader(file)}
    usual = ["inc", "inc.", "ltd", "ltd.", "ltda", "llc", "l.l.c.", "llp", "l.l.p.", "lp", "l.p.", "corp",
             "corp.", "co.",
             "plc", "gmbh", "g.m.b.h.", "ag", "a.g.", "s.a.", "s.a.r.l.", "sarl", "s.a.s.", "n.v.", "b.v.", "s.p.a.",
             "s.r.l.", "ab", "a.s.", "kft.", "s.n.c.", "s.c.s.", "a.s.b.l.", "pty ltd", "pte. ltd.",
             "sdn bhd"]  # fmt: skip
    assert set(usual) - forms == set()
    assert [form for form in usual if parse(f"Borealis {form}").words != ("borealis",)] == []
    assert [
        form
        for form in ("ltée", "inc.", "enr.", "S.E.N.C.", "s.e.n.c.r.l.")
        if parse(f"Boréal {form}").words != ("boreal",)
    ] == []


def test_no_two_real_institutions_are_taken_for_one() -> None:
    """133 institutions of a government, each with its name in both languages; they share most of their words."""
    with (DATA / "gc-organisations" / "all.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    everybody = [
        replace(party(*filter(None, row[1:3]), kind="government"), pk=number) for number, row in enumerate(rows, 1)
    ]
    crowd = Parties(everybody, len(everybody))
    found = [
        (rows[one.pk - 1][1], rows[other.pk - 1][1])
        for place, one in enumerate(everybody)
        for other in everybody[:place]
        if compare_parties(one, other, crowd).bits >= LISTED
    ]
    assert found == []
