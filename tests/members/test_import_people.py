"""People out of other people's files: names as they stand, the same one found again, what is added, what is asked."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.imports import services as imports
from c2m2a_crm.core.imports import staging
from c2m2a_crm.core.models import History, Operation
from c2m2a_crm.core.validity import first_day, last_day, today
from members import services
from members.imports.people.names import PersonName, same_person_name, split_name
from members.models import AddressUse, Affiliation, OutsideIdentifier, Party, Person, PhoneNumber, PostalAddress
from members.reference import load_jurisdictions
from tests.importing import Came, bring_and_import

HEADINGS = "given name,family name,organization,title,email,phone,language,province,id\n"
ADA = "Ada,Vance,Alder Copper,Director,ada@alder.example,613-555-0143 ext. 7,French,Quebec,77\n"

Run = Callable[..., Came]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reference(db: None) -> None:
    load_jurisdictions()


@pytest.fixture
def run(staff: User) -> Run:
    def imported(source: str | bytes | Path, **changes: Any) -> Came:
        return bring_and_import(staff, "people", source, **changes)

    return imported


@pytest.fixture
def alder(staff: User) -> Party:
    return services.create_party(actor=staff, kind="business", name_en="Alder Copper", acronym_en="ALC")


def state() -> list[Any]:
    return [
        sorted(Person.objects.values_list()),
        sorted(Affiliation.objects.values_list("person", "party", "title_en", "title_fr", "is_primary")),
        sorted(AddressUse.objects.values_list("email__address", "person")),
        sorted(PhoneNumber.objects.values_list("number", "extension", "person")),
        sorted(OutsideIdentifier.objects.values_list("scheme", "value", "person")),
        sorted(PostalAddress.objects.values_list("person", "city", "jurisdiction")),
        History.objects.count(),
    ]


# --- Names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ada Vance", PersonName("Ada", "Vance")),
        ("Vance, Ada", PersonName("Ada", "Vance")),
        ("Dr. Ada Vance", PersonName("Ada", "Vance", "Dr.")),
        ("Ada van der Berg", PersonName("Ada", "van der Berg")),
        ("Ada Vance, P.Eng.", PersonName("Ada", "Vance", "", "P.Eng.")),
        ("Mme Solène St-Onge", PersonName("Solène", "St-Onge", "Mme")),
        ("Vance", PersonName("", "Vance")),
        ("Marie Claire Tremblay (Mines)", PersonName("Marie Claire", "Tremblay")),
        ("Chief", PersonName("", "Chief")),
    ],
)
def test_a_name_in_one_cell_is_parted(text: str, name: PersonName) -> None:
    assert split_name(text) == name


@pytest.mark.parametrize(
    ("one", "other", "may_be"),
    [
        (("Ada", "Vance"), ("ADA", "vance"), True),
        (("Ada", "Vance"), ("Vance", "Ada"), True),
        (("A.", "Vance"), ("Ada", "Vance"), True),
        (("Ada", "Vance"), ("Ana", "Vance"), False),
        (("Ada", "Vance"), ("Ada", "Vancé"), True),
    ],
)
def test_names_that_may_be_one_persons(one: tuple[str, str], other: tuple[str, str], may_be: bool) -> None:
    assert same_person_name(*one, *other) is may_be


# --- New people ------------------------------------------------------------------------------------------------------


def test_a_row_becomes_a_person_with_everything_it_tells(run: Run, alder: Party, staff: User) -> None:
    outcome = run(HEADINGS + ADA, scheme="registry")
    assert outcome.verdicts == ["new"]
    person = Person.objects.get()
    assert (person.given_name, person.family_name, person.language) == ("Ada", "Vance", "fr")
    place = person.affiliations.get()
    assert (place.party, place.title_en, place.is_primary, last_day(place.valid)) == (alder, "Director", True, None)
    assert person.address_uses.get().email.address == "ada@alder.example"
    assert (str(person.phones.get().number), person.phones.get().extension) == ("+16135550143", "7")
    address = person.postal_addresses.select_related("jurisdiction").get()
    assert address.jurisdiction is not None
    assert address.jurisdiction.code == "QC"
    assert person.outside_ids.get().value == "77"
    assert outcome.operation == Operation.objects.get()
    changes = History.objects.filter(operation_id=outcome.operation.pk)
    assert set(changes.values_list("actor_id", flat=True)) == {staff.pk}
    assert changes.filter(tbl="members_person", action="I").count() == 1


def test_one_cell_holds_the_whole_name_and_several_addresses(run: Run) -> None:
    run('name,email,phone\n"Vance, Ada","ada@a.example; a.vance@b.example",613-555-0143; 613-555-0144\n')
    person = Person.objects.get()
    assert person.formal_name == "Ada Vance"
    assert set(person.address_uses.values_list("email__address", flat=True)) == {"ada@a.example", "a.vance@b.example"}
    assert person.phones.count() == 2


def test_positions_are_dated(run: Run, alder: Party) -> None:
    run("name,organization,since,until\nAda Vance,Alder Copper,2024-05-01,1 mai 2025\n")
    place = Affiliation.objects.get()
    assert (first_day(place.valid), last_day(place.valid)) == (date(2024, 5, 1), date(2025, 5, 1))


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_whose_neighbour_no_calendar_has_is_refused_in_words(run: Run, day: str) -> None:
    outcome = run(f"name,organization,since\nAda Vance,Alder Copper,{day}\n")
    assert outcome.verdicts == ["rejected"]
    assert "between the years 1800 and 2200" in outcome.sentences[0]


def test_dates_that_may_be_two_days_are_asked_unless_the_file_tells(run: Run, alder: Party) -> None:
    text = "name,organization,since\nAda Vance,Alder Copper,03/04/2024\n"
    asked = run(text, dry_run=True)
    assert (asked.verdicts, asked.question) == (["decision"], "day-order")
    run(text, decisions={"day-order": "month"})
    assert first_day(Affiliation.objects.get().valid) == date(2024, 3, 4)
    run("name,organization,since\nBo Ruiz,Alder Copper,03/04/2024\nCy Diaz,Alder Copper,25/04/2024\n")
    assert first_day(Affiliation.objects.get(person__given_name="Bo").valid) == date(2024, 4, 3)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",,,,,,,,", "no name"),
        ("Ada,Vance,,,not an address,,,,", "E-mail address"),
        ("Ada,Vance,,,,12,,,", "Telephone"),
        (f"{'x' * 251},Vance,,,,,,,", "250"),
        ("Ada,Vance,,,,,,,,surplus", "more cells"),
    ],
)
def test_a_bad_row_is_rejected_and_the_others_are_kept(run: Run, row: str, said: str) -> None:
    outcome = run(f"{HEADINGS}{row}x\nBo,Ruiz,,,,,,,\n" if said == "no name" else f"{HEADINGS}{row}\nBo,Ruiz,,,,,,,\n")
    assert outcome.verdicts == ["rejected", "new"]
    assert said in outcome.sentences[0]
    assert [person.given_name for person in Person.objects.all()] == ["Bo"]


def test_unknown_words_are_said_and_left_empty(run: Run) -> None:
    outcome = run(f"{HEADINGS}Ada,Vance,,,,,Klingon,Texas,\n")
    assert outcome.verdicts == ["new"]
    assert "“Klingon”" in outcome.sentences[0]
    assert "“Texas”" in outcome.sentences[0]


# --- The same person again -------------------------------------------------------------------------------------------


def test_the_same_file_twice_changes_nothing(run: Run, alder: Party) -> None:
    text = HEADINGS + ADA + "Bo,Ruiz,,,bo@b.example,,,,\nCy,Diaz,Alder Copper,,,,,,\n,Single,,,,,,,\nDee,Only,,,,,,,\n"
    first = run(text)
    assert first.verdicts == ["new"] * 5
    before = state()
    again = run(text)
    assert again.verdicts == ["unchanged"] * 3 + ["decision"] * 2  # of whom only the name is known
    assert again.operation is None
    assert state() == before


@pytest.mark.parametrize(
    "row",
    [
        "A.,VANCE,,,,,,,77\n",
        "Ada,Vance,,,Ada@Alder.example,,,,\n",
        "ada,vance,Alder Copper,,,,,,\n",
    ],
    ids=["identifier", "address", "name and organization"],
)
def test_a_person_is_found_by(run: Run, alder: Party, row: str) -> None:
    run(HEADINGS + ADA)
    assert run(HEADINGS + row).verdicts == ["unchanged"]
    assert Person.objects.count() == 1


def test_what_is_missing_is_added_and_nothing_overwritten(run: Run, alder: Party, staff: User) -> None:
    services.create_person(
        actor=staff, given_name="Ada", family_name="Vance", email="ada@alder.example", organization=alder, language="en"
    )
    outcome = run(HEADINGS + ADA + "Ada,Vance,,,ada@alder.example,,,,\n", scheme="registry")
    assert outcome.verdicts == ["updated", "skipped"]
    person = Person.objects.get()
    assert (person.language, person.affiliations.get().title_en) == ("en", "Director")
    assert (person.phones.count(), person.outside_ids.count(), person.postal_addresses.count()) == (1, 1, 1)
    assert run(HEADINGS + ADA, scheme="registry").verdicts == ["unchanged"]
    other = run(HEADINGS + ADA.replace("Director", "President"), scheme="registry")
    assert other.verdicts == ["unchanged"]
    assert "The title on file is Director" in other.sentences[0]


def test_another_name_at_the_same_address_is_asked(run: Run) -> None:
    run("name,email\nAda Vance,office@alder.example\n")
    outcome = run("name,email\nBo Ruiz,office@alder.example\n")
    assert outcome.verdicts == ["decision"]
    run("name,email\nBo Ruiz,office@alder.example\n", decisions={outcome.question: "new"})
    assert AddressUse.objects.filter(email__address="office@alder.example").count() == 2
    text = "name,email\nBo Ruiz,office@alder.example\nAda Vance,office@alder.example\n"
    assert run(text).verdicts == ["unchanged", "unchanged"]


def test_only_a_name_that_is_on_file_is_asked(run: Run) -> None:
    run("name,email\nAda Vance,ada@alder.example\n")
    person = Person.objects.get()
    outcome = run("name\nAda Vance\n")
    assert outcome.verdicts == ["decision"]
    assert outcome.choices() == [f"same:{person.pk}", "new", "skip"]
    assert run("name\nAda Vance\n", decisions={outcome.question: f"same:{person.pk}"}).verdicts == ["unchanged"]
    assert run("name\nAda Vance\n", decisions={outcome.question: "new"}).verdicts == ["new"]


@pytest.mark.parametrize("choice", ["moved", "also", "stays"])
def test_another_employer_than_on_file_is_asked(run: Run, alder: Party, staff: User, choice: str) -> None:
    birch = services.create_party(actor=staff, kind="business", name_en="Birch Nickel")
    person = services.create_person(
        actor=staff, given_name="Ada", family_name="Vance", email="ada@a.example", organization=alder
    )
    text = "name,email,organization,title\nAda Vance,ada@a.example,Birch Nickel,Chair\n"
    asked = run(text)
    assert (asked.verdicts, asked.choices()) == (["decision"], ["moved", "also", "stays"])
    outcome = run(text, decisions={asked.question: choice})
    held = {place.party: place for place in person.affiliations.select_related("party")}
    assert outcome.verdicts == [{"stays": "unchanged"}.get(choice, "updated")]
    assert (birch in held) is (choice != "stays")
    if choice == "moved":
        assert (last_day(held[alder].valid), first_day(held[birch].valid)) == (
            date.fromordinal(today().toordinal() - 1),
            today(),
        )
    if choice == "also":
        assert not held[birch].is_primary


def test_a_new_position_begins_after_the_one_that_ended(run: Run, alder: Party, staff: User) -> None:
    services.create_party(actor=staff, kind="business", name_en="Birch Nickel")
    person = services.create_person(
        actor=staff, given_name="Ada", family_name="Vance", email="ada@a.example", organization=alder
    )
    services.end_affiliation(actor=staff, affiliation=person.affiliations.get(), last=date(2024, 6, 30))
    assert run("name,email,organization\nAda Vance,ada@a.example,Birch Nickel\n").verdicts == ["updated"]
    place = person.affiliations.get(party__name_en="Birch Nickel")
    assert (first_day(place.valid), place.is_primary) == (date(2024, 7, 1), True)


def test_an_archived_person_is_not_touched(run: Run, staff: User) -> None:
    person = services.create_person(actor=staff, given_name="Ada", family_name="Vance", email="ada@a.example")
    services.archive_person(actor=staff, person=person, reason="left")
    outcome = run("name,email\nAda Vance,ada@a.example\n")
    assert (outcome.verdicts, outcome.choices()) == (["decision"], ["skip"])


def test_a_person_who_stands_twice_in_a_file_is_brought_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging.chunks, "__defaults__", (1,))  # in different chunks, too
    text = "name,email,id\nAda Vance,ada@a.example,\nBo Ruiz,ada@a.example,\nAda Vance,ADA@a.example,\n"
    outcome = run(text + "Cy Diaz,,5\nCyrus Diaz,,5\n")
    assert outcome.verdicts == ["new", "new", "skipped", "new", "skipped"]
    assert "line 2" in outcome.sentences[2]
    assert Person.objects.count() == 3


# --- Their organizations ---------------------------------------------------------------------------------------------


def test_an_unknown_organization_is_one_question_for_all_its_rows(run: Run) -> None:
    text = "name,organization\nAda Vance,Cedar Cobalt\nBo Ruiz,CEDAR COBALT\nCy Diaz,\n"
    asked = run(text, dry_run=True)
    assert asked.verdicts == ["decision", "decision", "new"]
    assert [question["title"] for question in asked.imported.questions] == ["Cedar Cobalt"]
    assert asked.choices() == ["new", "without", "skip"]
    made = run(text, decisions={asked.question: "new"})
    assert made.verdicts == ["new", "new", "new"]
    assert Affiliation.objects.filter(party=Party.objects.get()).count() == 2


@pytest.mark.parametrize(
    ("changes", "verdicts", "parties"),
    [
        ({"unknown": "add"}, ["new"], 1),
        ({"unknown": "without"}, ["new"], 0),
        ({"decisions": {"organization:cedarcobalt": "without"}}, ["new"], 0),
        ({"decisions": {"organization:cedarcobalt": "skip"}}, ["skipped"], 0),
        ({}, ["decision"], 0),
    ],
)
def test_what_becomes_of_an_unknown_organization(
    run: Run, changes: dict[str, Any], verdicts: list[str], parties: int
) -> None:
    outcome = run("name,organization\nAda Vance,Cedar Cobalt\n", **changes)
    assert (outcome.verdicts, Party.objects.count()) == (verdicts, parties)


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Alder Copper Inc.", ""),
        ("ALC", ""),
        ("Alder Coper", ""),
        ("Poplar Group", "ada@alder.example"),
    ],
    ids=["legal form", "acronym", "slip", "domain"],
)
def test_an_organization_on_file_is_offered_by(run: Run, staff: User, alder: Party, name: str, email: str) -> None:
    services.add_email(actor=staff, owner=alder, address="office@alder.example")
    outcome = run(f"name,organization,email\nAda Vance,{name},{email}\n")
    if name == "ALC":
        assert outcome.verdicts == ["new"]  # the acronym itself is a name
        return
    assert outcome.verdicts == ["decision"]
    assert outcome.choices()[0] == f"same:{alder.pk}"
    outcome = run(
        f"name,organization,email\nAda Vance,{name},{email}\n", decisions={outcome.question: outcome.choices()[0]}
    )
    assert Affiliation.objects.get().party == alder


def test_people_of_a_nation_are_brought(run: Run, staff: User) -> None:
    nation = services.create_party(actor=staff, kind="nation", distinction="inuit", name_en="Qaumajuq")
    run("name,organization or nation\nAda Vance,Qaumajuq\n")
    assert Affiliation.objects.get().party == nation


# --- The whole -------------------------------------------------------------------------------------------------------


def test_statements_do_not_grow_with_the_rows(run: Run, django_assert_max_num_queries: Callable[[int], Any]) -> None:
    rows = "".join(f"Given{number},Family{number},,,g{number}@x.example,,,,\n" for number in range(300))
    with django_assert_max_num_queries(75):
        run(HEADINGS + rows)
    assert Person.objects.count() == 300
    with django_assert_max_num_queries(60):
        assert set(run(HEADINGS + rows).verdicts) == {"unchanged"}


def test_what_changed_since_the_check_is_looked_at_again(staff: User) -> None:
    from tests.importing import bring

    imported = bring(staff, "people", "name,email\nAda Vance,ada@a.example\n")
    imports.check(imported, actor=staff)
    services.create_person(actor=staff, given_name="Ada", family_name="Vance", email="ada@a.example")
    outcome = imports.apply(imported, actor=staff)
    assert (outcome.operation, imported.has_changed, imported.state) == (None, True, "checked")
    assert [row.verdict for row in imported.rows.all()] == ["unchanged"]
    assert not Operation.objects.exists()


def test_an_export_of_people_comes_back_unchanged(run: Run, tmp_path: Path, alder: Party) -> None:
    run(HEADINGS + ADA + "Bo,Ruiz,Alder Copper,,bo@b.example,,,,\n")
    target = tmp_path / "people.csv"
    call_command("export", "people", "--format", "csv", "--output", str(target), stdout=io.StringIO())
    before = state()
    outcome = run(target)
    assert outcome.verdicts == ["unchanged", "unchanged"]
    assert state() == before


def test_the_command(tmp_path: Path, staff: User, viewer: User) -> None:
    path = tmp_path / "people.csv"
    path.write_text(HEADINGS + ADA, "utf-8")
    out = io.StringIO()
    call_command("import_people", str(path), "--dry-run", "--json", stdout=out)
    report = json.loads(out.getvalue())
    assert (report["people"]["decision"], report["applied"]) == (1, False)
    assert report["decisions"][0]["title"] == "Alder Copper"
    call_command("import_people", str(path), "--unknown", "add", "--user", staff.email, stdout=io.StringIO())
    assert Person.objects.get().affiliations.get().party.name_en == "Alder Copper"
    with pytest.raises(CommandError, match="may not import"):
        call_command("import_people", str(path), "--user", viewer.email, stdout=io.StringIO())
