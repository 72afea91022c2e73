"""What organizations do and people know: stated in words that are data, taken back, found, carried away, undone."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.operations.services import undo
from members import services
from members.models import Concept, Expertise, Jurisdiction, Party, Person, ProfileLine
from members.reference import load_jurisdictions
from members.reference.vocabularies import load_concepts, load_listings
from members.services.errors import RecordIsArchived
from members.services.profiles import MOST_LINES, Line, add_profile_lines, lines_of, set_expertise, set_profile
from tests.members.reading import read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def vocabularies(db: None) -> None:
    for load in (load_jurisdictions, load_concepts, load_listings):
        load()


def word(code: str) -> Concept:
    return Concept.objects.get(code=code)


def place(code: str) -> Jurisdiction:
    return Jurisdiction.objects.get(code=code)


def said(party: Party) -> list[str]:
    return sorted(str(line) for line in ProfileLine.objects.filter(party=party))


def test_each_mineral_meets_each_stage_and_each_place_and_sectors_stand_alone(staff: User, northline: Party) -> None:
    lines = lines_of([word("nickel"), word("cobalt")], [word("pro")], [place("ON"), place("QC")], [word("batteries")])
    set_profile(actor=staff, party=northline, add=lines, source="Their annual report")
    assert said(northline) == [
        "Batteries and energy storage",
        "Cobalt · Intermediate processing · Ontario",
        "Cobalt · Intermediate processing · Quebec",
        "Nickel · Intermediate processing · Ontario",
        "Nickel · Intermediate processing · Quebec",
    ]
    assert set(northline.profile_lines.values_list("source", flat=True)) == {"Their annual report"}
    assert set_profile(actor=staff, party=northline, add=lines) is None
    assert len(said(northline)) == 5


def test_too_many_lines_at_once_and_lines_that_say_nothing_are_refused(staff: User, northline: Party) -> None:
    minerals = list(Concept.objects.of("mineral"))
    stages = list(Concept.objects.of("stage"))
    assert len(minerals) * len(stages) > MOST_LINES
    with pytest.raises(ValidationError, match="several steps"):
        lines_of(minerals, stages)
    for bad in (Line(), Line(mineral=word("batteries")), Line(sector=word("nickel"))):
        with pytest.raises(ValidationError):
            set_profile(actor=staff, party=northline, add=[bad])
    assert said(northline) == []


def test_the_database_refuses_the_same_line_twice_also_where_parts_are_empty(staff: User, northline: Party) -> None:
    set_profile(actor=staff, party=northline, add=[Line(mineral=word("nickel"))])
    row = ProfileLine.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError, match="profile_line_once"), transaction.atomic():
        row.save(force_insert=True)
    row.mineral = None
    with pytest.raises(IntegrityError, match="profile_line_says_something"), transaction.atomic():
        row.save(force_insert=True)


def test_a_viewer_may_not_and_an_archived_record_is_left_alone(viewer: User, staff: User, northline: Party) -> None:
    with pytest.raises(PermissionDenied):
        set_profile(actor=viewer, party=northline, add=[Line(mineral=word("nickel"))])
    with pytest.raises(PermissionDenied):
        add_profile_lines(actor=viewer, rows=[(northline, Line(mineral=word("nickel")))])
    services.archive_party(actor=staff, party=northline, reason="Merged.")
    with pytest.raises(RecordIsArchived):
        set_profile(actor=staff, party=northline, add=[Line(mineral=word("nickel"))])
    assert said(northline) == []


def _sent(**values: Any) -> dict[str, Any]:
    return {"source": "", "stated_on": "2026-11-01", **values}


def test_the_form_states_keeps_and_takes_away_and_can_be_undone(
    staff: User, as_staff: Client, northline: Party
) -> None:
    url = reverse("organizations:profile", args=[northline.pk])
    sent = _sent(minerals=[word("nickel").pk], stages=[word("pro").pk, word("rec").pk], source="Site visit")
    assert as_staff.post(url, sent)["Location"] == northline.get_absolute_url()
    assert len(said(northline)) == 2
    page = read(as_staff.get(northline.get_absolute_url()))
    card = page.cssselect("#panel-profile")[0].text_content()
    assert "Nickel" in card
    assert "Recycling and recovery" in card
    assert "Site visit" in card
    [link] = [each for each in page.cssselect("#panel-profile a.t") if each.text == "Nickel"][:1]
    assert link.get("href") == word("nickel").get_absolute_url()

    form = read(as_staff.get(url))
    shown = [field.get("value") for field in form.cssselect("input[name=shown]")]
    boxes = form.cssselect("input[name=keep]")
    assert len(shown) == len(boxes) == 2
    assert all(box.get("checked") is not None for box in boxes)
    recycling = ProfileLine.objects.get(stage__code="rec")
    kept = [pk for pk in shown if pk != str(recycling.pk)]
    later = services.create_party(actor=staff, kind="business", name_en="Elsewhere")
    add_profile_lines(actor=staff, rows=[(northline, Line(mineral=word("cobalt"))), (later, Line(stage=word("rec")))])
    as_staff.post(url, _sent(shown=shown, keep=kept, sectors=[word("batteries").pk]))
    # What somebody stated after the page was drawn is not taken away by it; nor is another party's line.
    assert said(northline) == ["Batteries and energy storage", "Cobalt", "Nickel · Intermediate processing"]
    assert said(later) == ["Recycling and recovery"]

    history = read(as_staff.get(reverse("organizations:history", args=[northline.pk]))).text_content()
    assert "Profile removed" in history
    assert "Nickel · Recycling and recovery" in history
    operation = Operation.objects.order_by("-pk").first()
    assert operation is not None
    assert operation.kind == "profile"
    undo(actor=staff, operation=operation, reason="A slip.")
    assert said(northline) == ["Cobalt", "Nickel · Intermediate processing", "Nickel · Recycling and recovery"]


def test_a_form_that_asks_too_much_keeps_what_was_ticked_and_writes_nothing(as_staff: Client, northline: Party) -> None:
    url = reverse("organizations:profile", args=[northline.pk])
    every = [each.pk for each in Concept.objects.of("mineral")]
    response = as_staff.post(url, _sent(minerals=every, stages=[each.pk for each in Concept.objects.of("stage")]))
    assert response.status_code == 422
    page = read(response)
    assert "several steps" in page.text_content()
    assert len(page.cssselect("input[name=minerals][checked]")) == 34
    assert said(northline) == []


def test_a_person_knows_fields_minerals_and_stages(staff: User, as_staff: Client, amara: Person) -> None:
    url = reverse("people:expertise", args=[amara.pk])
    assert len(read(as_staff.get(url)).cssselect("input[name=fields_of_expertise]")) == 16
    sent = _sent(fields_of_expertise=[word("metallurgy").pk], minerals=[word("nickel").pk])
    assert as_staff.post(url, sent)["Location"] == amara.get_absolute_url()
    assert {str(row) for row in amara.expertise.all()} == {"Metallurgy and processing", "Nickel"}
    shown = [str(row.pk) for row in amara.expertise.all()]
    as_staff.post(url, _sent(fields_of_expertise=[word("standards").pk, word("metallurgy").pk], shown=shown))
    assert {str(row) for row in amara.expertise.all()} == {"Metallurgy and processing", "Standards and traceability"}
    assert "Metallurgy" in read(as_staff.get(amara.get_absolute_url())).cssselect("#panel-expertise")[0].text_content()
    history = read(as_staff.get(reverse("people:history", args=[amara.pk]))).text_content()
    assert "Expertise removed" in history
    assert "Expertise added" in history
    with pytest.raises(ValidationError):
        set_expertise(actor=staff, person=amara, add=[word("batteries")])


def _names(client: Client, key: str, query: str) -> set[str]:
    page = read(client.get(f"{reverse(f'{key}:list')}?{query}"))
    return {cell.text_content() for cell in page.cssselect("tbody th a.t")}


def test_lists_are_narrowed_by_mineral_stage_sector_and_expertise(
    staff: User, as_staff: Client, northline: Party, nation: Party, amara: Person
) -> None:
    other = services.create_party(actor=staff, kind="business", name_en="Bluestone Lithium")
    add_profile_lines(
        actor=staff,
        rows=[
            (northline, Line(mineral=word("nickel"), stage=word("pro"))),
            (northline, Line(mineral=word("lithium"), stage=word("min"))),
            (other, Line(mineral=word("lithium"), stage=word("pro"))),
            (other, Line(sector=word("batteries"))),
            (nation, Line(mineral=word("rare-earth-elements"), jurisdiction=place("ON"))),
        ],
    )
    set_expertise(actor=staff, person=amara, add=[word("standards")])
    both = {"Northline Nickel Refining Inc.", "Bluestone Lithium"}
    assert _names(as_staff, "organizations", "mineral=lithium") == both
    assert _names(as_staff, "organizations", "stage=pro") == both
    # One line must have both: Northline processes nickel and mines lithium.
    assert _names(as_staff, "organizations", "mineral=lithium&stage=pro") == {"Bluestone Lithium"}
    assert _names(as_staff, "organizations", "sector=batteries") == {"Bluestone Lithium"}
    assert _names(as_staff, "nations", "mineral=terres+rares") == {"Spruce Narrows First Nation"}
    assert _names(as_staff, "nations", "mineral=REE") == {"Spruce Narrows First Nation"}
    assert _names(as_staff, "people", "expertise=normes+et+traçabilité") == {"Amara Tamarack"}
    assert _names(as_staff, "people", "expertise=metallurgy") == set()
    assert "that work with Lithium" in read(as_staff.get("/organizations/?mineral=lithium")).text_content()


def test_columns_of_the_screen_and_the_file_say_the_same(
    staff: User, as_staff: Client, northline: Party, tmp_path: Path
) -> None:
    lines = lines_of([word("nickel"), word("rare-earth-elements")], [word("pro")], sectors=[word("batteries")])
    set_profile(actor=staff, party=northline, add=lines)
    query = "column=name&column=minerals&column=stages&column=sectors"
    page = read(as_staff.get(f"/organizations/?{query}"))
    assert [tile.text for tile in page.cssselect("tbody .els .el")] == ["Ni", "REE"]
    target = tmp_path / "organizations.csv"
    call_command("export", "organizations", "--format", "csv", "--output", str(target), "--query", query)
    rows = [row for row in csv.reader(target.open(encoding="utf-8-sig")) if "Northline Nickel Refining Inc." in row]
    assert "Nickel; Rare earth elements" in rows[0]
    assert "Batteries and energy storage" in rows[0]


def test_expertise_goes_with_the_name_when_somebody_is_made_anonymous(
    staff: User, compliance: User, amara: Person
) -> None:
    set_expertise(actor=staff, person=amara, add=[word("standards")])
    services.anonymise_person(actor=compliance, person=amara, authority="PIPEDA, s. 4.5.3", reason="Asked.")
    assert not Expertise.objects.filter(person=amara).exists()
