"""Contacts out of other people's files: when, with whom, what about, and never twice."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.imports import staging
from c2m2a_crm.core.models import History
from c2m2a_crm.engagement.models import Interaction
from c2m2a_crm.engagement.services import withdraw_interaction
from members import services
from members.models import Party, Person
from tests.engagement.making import circle_of, initiative
from tests.importing import Came, bring_and_import

HEADINGS = "date,time,kind,what,notes,with whom,organization,our people,filed under,minutes,id\n"
ROW = (
    "2026-05-04,14:30,Phone call,Permits,They asked for dates.,Ada Vance <ada@alder.example>,Alder Copper,"
    "staff@cast.example,Water file,45,17\n"
)

Run = Callable[..., Came]

pytestmark = pytest.mark.django_db


@pytest.fixture
def alder(staff: User) -> Party:
    return services.create_party(actor=staff, kind="business", name_en="Alder Copper")


@pytest.fixture
def ada(staff: User, alder: Party) -> Person:
    return services.create_person(
        actor=staff, given_name="Ada", family_name="Vance", email="ada@alder.example", organization=alder
    )


@pytest.fixture
def run(staff: User) -> Run:
    def imported(source: str, **changes: Any) -> Came:
        return bring_and_import(staff, "contacts", source, **changes)

    return imported


def test_a_row_becomes_a_contact_with_everything_it_tells(run: Run, ada: Person, alder: Party, staff: User) -> None:
    file = initiative("Water file")
    outcome = run(HEADINGS + ROW, scheme="old-system")
    assert outcome.verdicts == ["new"]
    entry = Interaction.objects.get()
    assert (entry.occurred_on, entry.occurred_time, entry.kind) == (date(2026, 5, 4), time(14, 30), "call")
    assert (entry.subject, entry.notes, entry.duration_minutes) == ("Permits", "They asked for dates.", 45)
    assert (entry.initiative, entry.recorded_by) == (file, staff)
    theirs, ours = entry.participants.all()
    assert (theirs.person, theirs.party, ours.user, ours.minutes) == (ada, alder, staff, 45)
    ada.refresh_from_db()
    assert ada.last_open_contact_on == date(2026, 5, 4)
    assert outcome.operation is not None
    assert History.objects.filter(operation_id=outcome.operation.pk, tbl="engagement_interaction").count() == 1


@pytest.mark.parametrize("row", [ROW, ROW.replace(",17\n", ",\n")], ids=["identifier", "what it tells"])
def test_the_same_file_twice_changes_nothing(run: Run, ada: Person, secretariat: User, row: str) -> None:
    run(HEADINGS + row)
    changes = History.objects.count()
    assert run(HEADINGS + row).verdicts == ["unchanged"]
    assert bring_and_import(secretariat, "contacts", HEADINGS + row).verdicts == ["unchanged"]
    assert (Interaction.objects.count(), History.objects.count()) == (1, changes)


def test_rows_alike_but_for_who_was_there_are_contacts_of_their_own(
    run: Run, ada: Person, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging.chunks, "__defaults__", (1,))
    services.create_person(actor=staff, given_name="Bo", family_name="Ruiz")
    text = "date,what,with whom\n2026-05-04,Weekly call,Ada Vance\n2026-05-04,Weekly call,Bo Ruiz\n"
    outcome = run(text + "2026-05-04,Weekly call,Bo Ruiz\n")
    assert outcome.verdicts == ["new", "new", "skipped"]
    assert "line 3" in outcome.sentences[2]


def test_a_contact_logged_by_hand_is_not_logged_again(run: Run, ada: Person, staff: User, alder: Party) -> None:
    run("date,kind,what,with whom\n2026-05-04,call,Permits,Ada Vance\n")
    outcome = run("date,kind,what,organization,notes\n2026-05-04,call,PERMITS,Alder Copper,longer\n")
    assert outcome.verdicts == ["unchanged"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2026-05-04", date(2026, 5, 4)),
        ("4 May 2026", date(2026, 5, 4)),
        ("May 4, 2026", date(2026, 5, 4)),
        ("4 mai 2026", date(2026, 5, 4)),
        ("1er août 2025", date(2025, 8, 1)),
        ("13/05/2026", date(2026, 5, 13)),
        ("05/13/2026", date(2026, 5, 13)),
        ("20260504", date(2026, 5, 4)),
    ],
)
def test_days_as_tables_write_them(run: Run, ada: Person, written: str, kept: date) -> None:
    run(f'date,what,with whom\n"{written}",Permits,Ada Vance\n')
    assert Interaction.objects.get().occurred_on == kept


def test_a_day_that_may_be_two_is_asked_once_for_the_file(run: Run, ada: Person) -> None:
    text = "date,what,with whom\n03/04/2026,Permits,Ada Vance\n05/06/2026,Water,Ada Vance\n"
    asked = run(text)
    assert (asked.verdicts, asked.question) == (["decision", "decision"], "day-order")
    run(text, decisions={"day-order": "day"})
    assert sorted(Interaction.objects.values_list("occurred_on", flat=True)) == [date(2026, 4, 3), date(2026, 6, 5)]


def test_people_and_organizations_that_nobody_knows_are_asked_and_made_once(run: Run) -> None:
    text = "date,what,with whom,organization\n2026-05-04,A,Bo Ruiz,Birch Nickel\n2026-05-05,B,Bo Ruiz,Birch Nickel\n"
    asked = run(text)
    assert asked.verdicts == ["decision", "decision"]
    keys = [question["key"] for question in asked.imported.questions]
    assert len(keys) == 2
    outcome = run(text, decisions=dict.fromkeys(keys, "new"))
    assert outcome.verdicts == ["new", "new"]
    assert Person.objects.get().affiliations.get().party == Party.objects.get()
    assert [row.party.name_en for row in Interaction.objects.first().participants.filter(user=None)] == ["Birch Nickel"]  # type: ignore[union-attr]  # there in this test


def test_without_those_who_are_not_on_file_a_contact_needs_somebody_else(run: Run, ada: Person) -> None:
    text = "date,what,with whom\n2026-05-04,A,Ada Vance; Bo Ruiz\n2026-05-05,B,Bo Ruiz\n"
    outcome = run(text, unknown="without")
    assert outcome.verdicts == ["new", "rejected"]
    assert "Say who it was with" in outcome.sentences[1]
    assert (Person.objects.count(), Interaction.objects.get().participants.filter(user=None).count()) == (1, 1)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",,,Permits,,Ada Vance,,,,,", "no date"),
        ("soon,,,Permits,,Ada Vance,,,,,", "no date"),
        ("2026-05-04,,,,,Ada Vance,,,,,", "what it was about"),
        ("2026-05-04,,,Permits,,,,,,,", "who it was with"),
        ("2026-05-04,,seance,Permits,,Ada Vance,,,,,", "no kind of contact"),
        ("0001-01-01,,,Permits,,Ada Vance,,,,,", "between the years 1800 and 2200"),
        ("9999-12-31,,,Permits,,Ada Vance,,,,,", "between the years 1800 and 2200"),
        ("2026-05-04,25:99,,Permits,,Ada Vance,,,,,", "no time"),
        ("2026-05-04,,,Permits,,Ada Vance,,,,long,", "duration"),
        ("2199-05-04,,,Permits,,Ada Vance,,,,,", "once it has happened"),
    ],
)
def test_a_bad_row_is_rejected_with_what_to_do(run: Run, ada: Person, row: str, said: str) -> None:
    outcome = run(f"{HEADINGS}{row}\n{ROW}")
    assert outcome.verdicts == ["rejected", "new"]
    assert said in outcome.sentences[0]


def test_with_a_public_office_holder_the_log_must_know_who_started_it(run: Run, staff: User) -> None:
    services.create_party(actor=staff, kind="government", government_level="federal", name_en="Ministry of Rocks")
    text = "date,what,organization\n2026-05-04,Permits,Ministry of Rocks\n"
    refused = run(text)
    assert refused.verdicts == ["rejected"]
    assert "who started it" in refused.sentences[0]
    assert run(text, initiated_by="us", arranged="yes").verdicts == ["new"]


def test_unknown_colleagues_and_initiatives_are_said(run: Run, ada: Person) -> None:
    outcome = run(HEADINGS + ROW.replace("staff@cast.example", "nobody@cast.example"))
    assert outcome.verdicts == ["new"]
    assert "nobody@cast.example" in outcome.sentences[0]
    assert "Water file" in outcome.sentences[0]


def test_an_initiative_sealed_from_the_reader_is_not_known(run: Run, ada: Person, secretariat: User) -> None:
    initiative("Water file", sealed_circle=circle_of(secretariat))
    outcome = run(HEADINGS + ROW)
    assert "No initiative is called “Water file”" in outcome.sentences[0]
    assert Interaction.objects.get().initiative is None


def test_statements_do_not_grow_with_the_rows(
    run: Run, ada: Person, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    rows = "".join(f"2026-05-04,,,Topic {number},,Ada Vance,,,,,{number}\n" for number in range(200))
    with django_assert_max_num_queries(110):
        run(HEADINGS + rows)
    assert Interaction.objects.count() == 200


def test_the_command_logs_for_somebody(tmp_path: Path, ada: Person, staff: User) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text(HEADINGS + ROW, "utf-8")
    with pytest.raises(CommandError, match="--user"):
        call_command("import_contacts", str(path))
    out = io.StringIO()
    call_command("import_contacts", str(path), "--user", staff.email, "--json", stdout=out)
    assert json.loads(out.getvalue())["contacts"]["new"] == 1
    assert Interaction.objects.get().recorded_by == staff


def test_a_guessed_identifier_tells_nothing_of_a_contact_that_one_may_not_read(
    run: Run, ada: Person, secretariat: User, staff: User
) -> None:
    bring_and_import(secretariat, "contacts", HEADINGS + ROW, scheme="old-system")
    hidden = Interaction.objects.get()
    with recorded(None, system="tests"):
        Interaction.objects.update(sealed_circle=circle_of(secretariat))
    outcome = run(HEADINGS + ROW, scheme="old-system")
    assert outcome.verdicts == ["new"]
    assert Interaction.objects.exclude(pk=hidden.pk).get().recorded_by == staff
    assert run(HEADINGS + ROW, scheme="old-system").verdicts == ["unchanged"]
    again = bring_and_import(secretariat, "contacts", HEADINGS + ROW, scheme="old-system")
    assert (again.verdicts, again.rows[0].target) == (["unchanged"], hidden.pk)
    assert Interaction.objects.count() == 2


def test_a_contact_that_was_taken_back_is_not_said_to_be_in_the_log(run: Run, ada: Person, staff: User) -> None:
    run(HEADINGS + ROW, scheme="old-system")
    withdraw_interaction(actor=staff, interaction=Interaction.objects.get(), reason="Logged twice.")
    outcome = run(HEADINGS + ROW, scheme="old-system")
    assert outcome.verdicts == ["skipped"]
    assert "was taken back" in outcome.sentences[0]
    assert Interaction.objects.count() == 1
