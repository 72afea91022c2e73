"""``manage.py export organizations``: the list of the page as a file, and back again."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.imports import read_table
from c2m2a_crm.core.models import AuditEvent
from members.models import OutsideIdentifier, Party, PartyName
from members.reference import load_jurisdictions
from tests.importing import bring_and_import

DATA = Path(__file__).parents[1] / "data"


def call(*arguments: str) -> str:
    out = io.StringIO()
    call_command("export", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def institutions(db: None) -> None:
    load_jurisdictions()
    call_command("import_organizations", str(DATA / "gc-organisations" / "all.csv"), stdout=io.StringIO())


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_export_then_import_finds_every_organization_again(tmp_path: Path, staff: User, file_format: str) -> None:
    target = tmp_path / f"organizations.{file_format}"
    assert "133 rows" in call("organizations", "--format", file_format, "--output", str(target))
    table = read_table(target.read_bytes())
    assert len(table.rows) == 133
    before = sorted(Party.objects.values_list()), PartyName.objects.count(), OutsideIdentifier.objects.count()
    outcome = bring_and_import(staff, "organizations", target)
    assert set(outcome.verdicts) == {"unchanged"}
    assert outcome.operation is None
    after = sorted(Party.objects.values_list()), PartyName.objects.count(), OutsideIdentifier.objects.count()
    assert after == before


def test_an_exported_file_makes_the_same_organizations_elsewhere(tmp_path: Path, staff: User) -> None:
    target = tmp_path / "organizations.csv"
    query = "column=kind&column=jurisdiction"
    call("organizations", "--format", "csv", "--output", str(target), "--query", query)
    facts = ("kind", "government_level", "name_en", "name_fr", "jurisdiction__code", "country")
    wanted = sorted(Party.objects.values_list(*facts), key=str)
    OutsideIdentifier.objects.all().delete()
    Party.objects.all().delete()
    bring_and_import(staff, "organizations", target)
    assert sorted(Party.objects.values_list(*facts), key=str) == wanted


def test_the_command_is_named_in_file_and_audit(tmp_path: Path) -> None:
    target = tmp_path / "organizations.csv"
    call("organizations", "--format", "csv", "--output", str(target), "--query", "q=natural+resources")
    lines = target.read_text("utf-8").splitlines()
    assert "# Exported by: manage.py export" in lines
    assert "# Rows: 1" in lines
    event = AuditEvent.objects.get(verb="list.exported")
    assert (event.actor, event.details["who"], event.details["rows"]) == (None, "manage.py export", 1)


def test_the_command_sees_through_the_eyes_of_a_person_who_may(tmp_path: Path, staff: User, viewer: User) -> None:
    target = tmp_path / "organizations.csv"
    call("organizations", "--format", "csv", "--output", str(target), "--user", staff.email)
    assert AuditEvent.objects.filter(verb="list.exported").get().actor == staff
    with pytest.raises(CommandError, match="may not export"):
        call("organizations", "--format", "csv", "--output", str(target), "--user", viewer.email)


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no such folder"):
        call("organizations", "--format", "csv", "--output", str(tmp_path / "missing" / "a.csv"))
    with pytest.raises(CommandError, match="invalid choice"):
        call("nothing", "--format", "csv", "--output", str(tmp_path / "a.csv"))


def test_the_report_of_an_import_is_json_that_a_program_can_read(tmp_path: Path) -> None:
    out = io.StringIO()
    call_command("import_organizations", str(DATA / "gc-organisations" / "all.csv"), "--json", stdout=out)
    report = json.loads(out.getvalue())
    assert (report["applied"], report["rows"]["read"], report["organizations"]["unchanged"]) == (False, 133, 133)
