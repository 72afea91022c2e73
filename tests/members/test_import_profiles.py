"""What a file says that organizations do, in either language or by code."""

from __future__ import annotations

import pytest

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.operations.services import undo
from members.imports.organizations.columns import guess_settings
from members.models import Concept, Party, ProfileLine
from members.reference import load_jurisdictions
from members.reference.vocabularies import load_concepts
from members.services.profiles import Line, add_profile_lines
from tests.importing import bring_and_import

pytestmark = pytest.mark.django_db

FILE = """Name,Minerals,Stages of the value chain,Sectors
Northline Nickel Refining Inc.,Nickel; cobalt,Intermediate processing,
Lithium Rivière-aux-Trembles inc.,lithium,min,"Batteries et stockage d’énergie"
Boreal Institute of Materials,"Terres rares, Kryptonite","Research, development and innovation",
"""


def said(name: str) -> set[str]:
    return {str(line) for line in ProfileLine.objects.filter(party__name_en=name)}


def test_minerals_stages_and_sectors_come_by_label_in_either_language_or_by_code(staff: User, northline: Party) -> None:
    load_jurisdictions()
    load_concepts()
    nickel = Concept.objects.get(code="nickel")
    stage = Concept.objects.get(code="pro")
    add_profile_lines(actor=staff, rows=[(northline, Line(mineral=nickel, stage=stage))], source="Visit")
    came = bring_and_import(staff, "organizations", FILE)
    assert came.verdicts == ["updated", "new", "new"]
    assert said("Northline Nickel Refining Inc.") == {
        "Nickel · Intermediate processing",
        "Cobalt · Intermediate processing",
    }
    assert northline.profile_lines.get(mineral=nickel).source == "Visit"
    assert said("Lithium Rivière-aux-Trembles inc.") == {
        "Lithium · Mining and extraction",
        "Batteries and energy storage",
    }
    assert said("Boreal Institute of Materials") == {"Rare earth elements · Research, development and innovation"}
    assert "“Kryptonite” is no word of “Minerals and materials” and is left out." in came.sentences[2]
    again = bring_and_import(staff, "organizations", FILE)
    assert again.verdicts == ["unchanged"] * 3
    assert came.operation is not None
    undo(actor=staff, operation=came.operation)
    assert said("Northline Nickel Refining Inc.") == {"Nickel · Intermediate processing"}
    assert not Party.objects.filter(name_en="Boreal Institute of Materials").exists()


def test_headings_of_our_own_files_are_recognized() -> None:
    for headings in (["Nom", "Minéraux", "Étapes de la chaîne de valeur", "Secteurs"], FILE.split("\n")[0].split(",")):
        assert {"minerals", "stages", "sectors"} <= set(guess_settings(headings).mapping)
