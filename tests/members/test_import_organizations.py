"""Organizations out of other people's files: real ones, odd ones, and the same one twice."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.imports import Verdict
from c2m2a_crm.core.imports import services as imports
from c2m2a_crm.core.models import History, Import, Operation
from c2m2a_crm.core.name_keys import name_key
from members import services
from members.imports.names import differ_by_typing, resembles, split_names, tidy_name
from members.models import AddressUse, Jurisdiction, OutsideIdentifier, Party, PartyName
from tests.importing import Came, bring_and_import

DATA = Path(__file__).parents[1] / "data"
MINES = DATA / "mines-nrcan-processing" / "export.csv"
GC = DATA / "gc-organisations" / "all.csv"
GC_DOMAINS = DATA / "gc-organisations" / "all-incEmailDomain.csv"

# The 22 owners that stand in the cells of the mines file, read by eye; province and website where the file is clear.
OWNERS = {
    "5N Plus Inc.": ("QC", "https://www.5nplus.com"),
    "Alcoa Corporation": ("QC", "https://www.alcoa.com"),
    "Aluminium Austria Metall Québec Inc.": ("QC", ""),
    "ArcelorMittal S.A.": ("QC", "https://northamerica.arcelormittal.com"),
    "Baymag Inc.": ("AB", "https://www.baymag.com/"),
    "Cameco Corporation": ("ON", "https://www.cameco.com/"),
    "DOW Corning": ("QC", ""),
    "Ferroglobe PLC": ("QC", "https://www.ferroglobe.com/"),
    "General Nickel Company S.A.": ("AB", ""),
    "Glencore Canada Corporation": ("", "https://www.glencore.ca"),
    "Hydro Aluminium a.s.": ("QC", ""),
    "Iron Ore Company of Canada Inc.": ("NL", "https://www.riotinto.com"),
    "Magris Performance Materials Inc.": ("QC", "https://www.magrispm.com"),
    "Marubeni Québec Inc.": ("QC", ""),
    "Masterloy Products Limited": ("ON", "http://www.masterloy.com"),
    "Neo Performance Materials Inc.": ("ON", "https://www.neomaterials.com"),
    "Real Alloy Canada Ltd.": ("ON", "https://www.realalloy.com"),
    "Rio Tinto Group": ("", "https://www.riotinto.com/"),
    "Sherritt International Corporation": ("AB", "https://www.sherritt.com"),
    "Société générale de financement du Québec": ("QC", ""),
    "Teck Resources Limited": ("BC", "https://www.teck.com/"),
    "Vale S.A.": ("", "https://vale.com"),
}

_PROVINCES = [
    ("CA", "federal", "Canada", "Canada"),
    ("AB", "province", "Alberta", "Alberta"),
    ("BC", "province", "British Columbia", "Colombie-Britannique"),
    ("MB", "province", "Manitoba", "Manitoba"),
    ("NB", "province", "New Brunswick", "Nouveau-Brunswick"),
    ("NL", "province", "Newfoundland and Labrador", "Terre-Neuve-et-Labrador"),
    ("NS", "province", "Nova Scotia", "Nouvelle-Écosse"),
    ("NT", "territory", "Northwest Territories", "Territoires du Nord-Ouest"),
    ("NU", "territory", "Nunavut", "Nunavut"),
    ("ON", "province", "Ontario", "Ontario"),
    ("PE", "province", "Prince Edward Island", "Île-du-Prince-Édouard"),
    ("QC", "province", "Quebec", "Québec"),
    ("SK", "province", "Saskatchewan", "Saskatchewan"),
    ("YT", "territory", "Yukon", "Yukon"),
]

Run = Callable[..., Came]


@pytest.fixture(autouse=True)
def provinces(db: None) -> None:
    for code, kind, english, french in _PROVINCES:
        names = {"name_en": english, "name_fr": french, "short_en": code, "short_fr": code}
        Jurisdiction.objects.get_or_create(code=code, defaults={"kind": kind, **names})


@pytest.fixture
def run(staff: User) -> Run:
    """Import text, bytes or a file, with the settings that the headings suggest and the changes given."""

    def imported(source: str | bytes | Path, **changes: Any) -> Came:
        return bring_and_import(staff, "organizations", source, **changes)

    return imported


def verdicts(outcome: Came) -> list[str]:
    return [row.verdict for row in outcome.rows]


def sentence(outcome: Came, place: int = 0) -> str:
    return " ".join(outcome.rows[place].sentences)


def state_of_directory() -> list[Any]:
    """Everything an import may write, to see that nothing changed."""
    return [
        sorted(Party.objects.values_list()),
        sorted(PartyName.objects.values_list("party", "kind", "text")),
        sorted(OutsideIdentifier.objects.values_list("scheme", "value", "party")),
        sorted(AddressUse.objects.values_list("email__address", "party")),
    ]


# --- The real files --------------------------------------------------------------------------------------------------


def test_the_mines_file_gives_exactly_its_22_owners(run: Run) -> None:
    outcome = run(MINES)
    found = {
        party.name_en: (party.jurisdiction.code if party.jurisdiction else "", party.website)
        for party in Party.objects.select_related("jurisdiction")
    }
    assert found == OWNERS
    assert set(Party.objects.values_list("kind", flat=True)) == {Party.Kind.BUSINESS}
    assert outcome.counts["new"] == 22
    assert len(outcome.rows) == 31
    assert not {"rejected", "decision"} & set(verdicts(outcome))


def test_identifiers_of_sites_go_to_their_only_owner(run: Run) -> None:
    run(MINES)
    rows = OutsideIdentifier.objects.filter(scheme="nrcan-critical-minerals-map")
    by_owner: dict[str, set[str]] = {}
    for row in rows:
        by_owner.setdefault(str(row.party), set()).add(row.value)
    assert by_owner["Rio Tinto Group"] == {"86", "87", "88", "90", "91", "95", "267"}
    assert by_owner["Vale S.A."] == {"11", "148", "151"}
    assert not rows.filter(value__in=["83", "94", "220"]).exists()  # sites with several owners
    assert rows.count() == 28


def test_the_government_file_gives_133_bilingual_institutions(run: Run) -> None:
    outcome = run(GC)
    assert outcome.counts["new"] == Party.objects.count() == 133
    assert not Party.objects.filter(name_en="").exists()
    assert not Party.objects.filter(name_fr="").exists()
    assert set(Party.objects.values_list("kind", flat=True)) == {Party.Kind.GOVERNMENT}
    levels = list(Party.objects.values_list("government_level", flat=True))
    assert (levels.count("federal"), levels.count("provincial")) == (120, 13)
    assert OutsideIdentifier.objects.filter(scheme="gc-organisations").count() == 133
    by_name = {party.name_en: party for party in Party.objects.select_related("jurisdiction")}
    # Apostrophes as the file has them: straight in one name, typographic in another.
    assert by_name["Accessibility Standards Canada"].name_fr == "Normes d'accessibilité Canada"
    assert by_name["Canada Water Agency"].name_fr == "Agence de l’eau du Canada"
    assert by_name["Office of the Taxpayers' Ombudsperson"].government_level == "federal"
    provinces = {name: party.jurisdiction.code for name, party in by_name.items() if party.jurisdiction}
    assert len(provinces) == 13
    assert provinces["Government of British Columbia (BC)"] == "BC"
    assert provinces["Government of Yukon"] == "YT"


@pytest.mark.parametrize("path", [MINES, GC, GC_DOMAINS], ids=lambda path: path.stem)
def test_the_same_file_twice_changes_nothing(run: Run, path: Path) -> None:
    run(path)
    before, changes = state_of_directory(), History.objects.count()
    again = run(path)
    assert again.operation is None
    assert set(verdicts(again)) == {"unchanged"}
    assert state_of_directory() == before
    assert History.objects.count() == changes


def test_the_second_government_file_finds_the_institutions_of_the_first(run: Run) -> None:
    run(GC)
    outcome = run(GC_DOMAINS)
    assert Party.objects.count() == 133
    assert outcome.counts["new"] == outcome.counts["decision"] == 0
    assert OutsideIdentifier.objects.filter(scheme="email-domain").count() == 117
    # Two departments share one domain: the first keeps it, and the row says so.
    shared = next(report for report in outcome.rows if "Indigenous Services Canada & Crown" in report.names)
    assert "stands in line" in " ".join(shared.sentences)


def test_an_import_is_one_operation_with_every_change_attributed(run: Run, staff: User) -> None:
    outcome = run(MINES)
    assert outcome.operation is not None
    assert outcome.operation.actor == staff
    assert outcome.operation.details["records"]["new"] == 22
    rows = History.objects.filter(operation_id=outcome.operation.pk)
    assert rows.filter(tbl="members_party", action="I").count() == 22
    assert set(rows.values_list("actor_id", "reason")) == {(staff.pk, "Import of export.csv")}


def test_a_dry_run_says_the_same_and_writes_nothing(run: Run) -> None:
    dry = run(MINES, dry_run=True)
    assert (Party.objects.count(), Operation.objects.count()) == (0, 0)
    assert dry.told() == run(MINES).told()


def test_statements_do_not_grow_with_the_rows(run: Run, django_assert_max_num_queries: Callable[[int], Any]) -> None:
    with django_assert_max_num_queries(70):
        run(GC)


# --- Names in cells --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Rio Tinto Group. / Hydro Aluminium a.s.", ["Rio Tinto Group", "Hydro Aluminium a.s."]),
        ("Ferroglobe PLC / DOW Corning", ["Ferroglobe PLC", "DOW Corning"]),
        ("Uranium (hexafluoride, dioxide / metals), Ltd.", ["Uranium (hexafluoride, dioxide / metals), Ltd."]),
        ("A/S Norway", ["A/S Norway"]),
        ("\u00a0Vale S.A.\u00a0", ["Vale S.A."]),
        ("A\u00a0/\u00a0B", ["A", "B"]),
        ("Open (bracket / B", ["Open (bracket", "B"]),
        (" / ", []),
    ],
)
def test_names_in_a_cell_are_parted_at_slashes_between_spaces(cell: str, names: list[str]) -> None:
    assert split_names(cell) == names


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Rio Tinto Group.", "Rio Tinto Group"),
        ("Magris Performance Materials Inc.", "Magris Performance Materials Inc."),
        ("Vale S.A.", "Vale S.A."),
        ("Hydro Aluminium a.s.", "Hydro Aluminium a.s."),
        ("Mines Boréal ltée.", "Mines Boréal ltée."),
        ("Wait...", "Wait..."),
        (".", "."),
    ],
)
def test_a_final_full_stop_goes_unless_it_belongs_to_an_abbreviation(cell: str, name: str) -> None:
    assert tidy_name(cell) == name


def test_rio_tinto_iron_and_titanium_stays_its_own(run: Run) -> None:
    run("name\nRio Tinto Group\nRio Tinto Iron and Titanium\nRio Tinto Group.\n")
    assert sorted(Party.objects.values_list("name_en", flat=True)) == ["Rio Tinto Group", "Rio Tinto Iron and Titanium"]


@pytest.mark.parametrize(
    ("website", "name", "is_its"),
    [
        ("https://www.ferroglobe.com/", "Ferroglobe PLC", True),
        ("https://www.ferroglobe.com/", "DOW Corning", False),
        ("https://northamerica.arcelormittal.com", "ArcelorMittal S.A.", True),
        ("https://www.riotinto.com/", "Rio Tinto Group", True),
    ],
)
def test_a_host_made_of_the_name_is_its_own(website: str, name: str, is_its: bool) -> None:
    assert resembles(website, name) is is_its


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Glencor Canada Corporation", "Glencore Canada Corporation", True),
        ("Agency for Northern Ontario", "Agency for Southern Ontario", False),
        ("Copper 12 Mines", "Copper 13 Mines", False),
        ("Alder Copper", "Alder Copper Mines", False),
    ],
)
def test_a_slip_of_the_hand_is_told_from_another_name(one: str, other: str, alike: bool) -> None:
    assert differ_by_typing(one, other) is alike


# --- On file already -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["Société d’exploration Boréale", "SOCIETE D'EXPLORATION BOREALE", " Société\u00a0d'exploration  Boréale "]
)
def test_the_same_name_however_written_is_the_same_organization(run: Run, staff: User, name: str) -> None:
    services.create_party(actor=staff, kind="business", name_fr="Société d'exploration Boréale")
    outcome = run(f'name,website\n"{name}",https://boreale.example\n')
    assert verdicts(outcome) == ["updated"]
    party = Party.objects.get()
    assert (party.name_fr, party.website) == ("Société d'exploration Boréale", "https://boreale.example")


def test_what_is_on_file_is_never_overwritten(run: Run, staff: User) -> None:
    services.create_party(actor=staff, kind="business", name_en="Alder Copper", website="https://alder.example")
    outcome = run("name,website,acronym\nAlder Copper,https://other.example,ALC\n")
    party = Party.objects.get()
    assert verdicts(outcome) == ["updated"]
    assert (party.website, party.acronym_en, party.version) == ("https://alder.example", "ALC", 2)


def test_a_former_name_finds_its_organization(run: Run, staff: User) -> None:
    services.create_party(
        actor=staff, kind="business", name_en="Alder Copper", other_names=[("former", "Poplar Mines", "en")]
    )
    assert verdicts(run("name\nPoplar Mines\n")) == ["unchanged"]


@pytest.mark.parametrize("name", ["Cameco", "Cameco Corp.", "Camecco Corporation", "The Cameco Corporation"])
def test_what_only_looks_alike_needs_a_decision_and_is_not_written(run: Run, staff: User, name: str) -> None:
    cameco = services.create_party(actor=staff, kind="business", name_en="Cameco Corporation")
    outcome = run(f"name\n{name}\n")
    assert verdicts(outcome) == ["decision"]
    assert outcome.choices() == [f"same:{cameco.pk}", "new", "skip"]
    assert (outcome.operation, Party.objects.count()) == (None, 1)


def test_a_decision_for_the_same_adds_the_name_and_is_remembered_by_it(run: Run, staff: User) -> None:
    cameco = services.create_party(actor=staff, kind="business", name_en="Cameco Corporation")
    key = run("name\nCameco\n").question
    assert verdicts(run("name\nCameco\n", decisions={key: f"same:{cameco.pk}"})) == ["updated"]
    assert cameco.other_names.get().text == "Cameco"
    assert verdicts(run("name\nCameco\n")) == ["unchanged"]


@pytest.mark.parametrize(
    ("choice", "verdict", "count"), [("new", "new", 2), ("skip", "skipped", 1), ("rubbish", "decision", 1)]
)
def test_a_decision_is_followed(run: Run, staff: User, choice: str, verdict: str, count: int) -> None:
    services.create_party(actor=staff, kind="business", name_en="Cameco Corporation")
    key = run("name\nCameco\n", dry_run=True).question
    assert verdicts(run("name\nCameco\n", decisions={key: choice})) == [verdict]
    assert Party.objects.count() == count


def test_an_identifier_with_another_name_needs_a_decision(run: Run) -> None:
    run("name,id\nAlder Copper,77\n", scheme="registry")
    outcome = run("name,id\nBirch Nickel,77\n", scheme="registry")
    assert verdicts(outcome) == ["decision"]
    assert "another name" in sentence(outcome)


def test_the_same_name_with_another_identifier_needs_a_decision(run: Run) -> None:
    run("name,id\nAlder Copper,77\n", scheme="registry")
    assert verdicts(run("name,id\nAlder Copper,78\n", scheme="registry")) == ["decision"]
    assert verdicts(run("name,id\nAlder Copper,\n", scheme="registry")) == ["unchanged"]


def test_a_shared_mail_domain_needs_a_decision(run: Run, staff: User) -> None:
    services.create_party(actor=staff, kind="business", name_en="Alder Copper", emails=["office@alder.example"])
    assert verdicts(run("name,email domain\nPoplar Group,alder.example\n")) == ["decision"]
    assert verdicts(run("name,email domain\nPoplar Group,gmail.com\n")) == ["new"]


def test_two_rows_of_a_file_that_look_alike_need_a_decision(run: Run) -> None:
    outcome = run("name\nAlder Copper Inc.\nAlder Copper Ltd.\n")
    assert verdicts(outcome) == ["new", "decision"]
    assert "line 2" in sentence(outcome, 1)


def test_archived_records_and_nations_are_never_touched(run: Run, staff: User) -> None:
    party = services.create_party(actor=staff, kind="business", name_en="Alder Copper")
    services.archive_party(actor=staff, party=party, reason="closed")
    services.create_party(actor=staff, kind="nation", distinction="inuit", name_en="Qaumajuq")
    outcome = run("name\nAlder Copper\nQaumajuq\n")
    assert verdicts(outcome) == ["decision", "decision"]
    assert "archived" in sentence(outcome, 0)
    assert "Nation" in sentence(outcome, 1)


# --- Bad rows --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",https://x.example,,,", "no name"),
        (f"{'x' * 251},,,,", "250"),
        ("Alder,not a website,,,", "Website"),
        ("Alder,,rubbish,,", "E-mail address"),
        ("Alder,,,12,", "Telephone"),
        ("Alder,,,,wizardry", "wizardry"),
        ("Alder,,,,nation", "Nation"),
        ("Alder,,,,,surplus", "more cells"),
    ],
)
def test_a_bad_row_is_rejected_with_what_to_do_and_the_others_are_kept(run: Run, row: str, said: str) -> None:
    outcome = run(f"name,website,email,phone,kind\n{row}\nBirch Nickel,,,,\n")
    assert verdicts(outcome) == ["rejected", "new"]
    assert said in sentence(outcome)
    assert [party.name_en for party in Party.objects.all()] == ["Birch Nickel"]


def test_all_or_nothing_keeps_nothing_when_one_row_is_bad(run: Run) -> None:
    outcome = run("name,website\nAlder,bad website\nBirch Nickel,\n", all_or_nothing=True)
    assert (outcome.operation, Party.objects.count()) == (None, 0)


def test_an_unknown_province_is_said_and_left_empty(run: Run) -> None:
    outcome = run("name,province\nAlder,Texas\nBirch,québec\nCedar,Ont\n")
    assert "“Texas”" in sentence(outcome)
    assert Party.objects.get(name_en="Birch").jurisdiction.code == "QC"  # type: ignore[union-attr]  # there in this test


def test_addresses_and_telephones_are_normalised_and_kept_once(run: Run) -> None:
    text = "name,email,phone\nAlder,Info@Alder.Example,613 555-0143 poste 12\n"
    run(text)
    party = Party.objects.get()
    assert party.address_uses.get().email.address == "info@alder.example"
    assert (str(party.phones.get().number), party.phones.get().extension) == ("+16135550143", "12")
    assert verdicts(run(text)) == ["unchanged"]


def test_all_naughty_strings_are_kept_as_names(run: Run) -> None:
    naughty: list[str] = json.loads((DATA / "naughty-strings-blns" / "blns.json").read_text("utf-8"))
    wanted = {text.replace("\x00", "").strip() for text in naughty}
    wanted = {text for text in wanted if text and len(text) <= 250}
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    sheet.write_string(0, 0, "name")
    for line, text in enumerate(sorted(wanted), start=1):
        sheet.write_string(line, 0, text)
    book.close()
    outcome = run(file.getvalue(), split_names=False)
    kept = set(Party.objects.values_list("name_en", flat=True))
    folded = {name_key(text) or text for text in wanted}
    assert kept <= {tidy_name(text) for text in wanted}
    for report, text in zip(outcome.rows, sorted(wanted), strict=True):
        assert Verdict(report.verdict) in {Verdict.NEW, Verdict.UNCHANGED, Verdict.DECISION}, (text, report.sentences)
    assert len(kept) > len(folded) * 0.9


# --- Who may, and the command ----------------------------------------------------------------------------------------


def test_who_may_only_look_imports_nothing(viewer: User) -> None:
    with pytest.raises(imports.ImportRefused):
        bring_and_import(viewer, "organizations", "name\nAlder\n")
    assert not Party.objects.exists()
    assert not Import.objects.exists()  # not even the file is kept


def call(*arguments: str) -> str:
    out = io.StringIO()
    call_command("import_organizations", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_reports_as_json_and_signs_its_rows() -> None:
    dry = json.loads(call(str(MINES), "--dry-run", "--json"))
    assert (dry["applied"], dry["organizations"]["new"], Party.objects.count()) == (False, 22, 0)
    real = json.loads(call(str(MINES), "--json"))
    assert real["applied"] is True
    assert Party.objects.count() == 22
    change = History.objects.filter(tbl="members_party").first()
    assert change is not None
    assert (change.actor_id, change.writer) == (None, "manage.py import_organizations")


def test_the_command_can_act_for_a_person_who_may(staff: User, viewer: User) -> None:
    call(str(MINES), "--user", staff.email)
    assert set(History.objects.filter(tbl="members_party").values_list("actor_id", flat=True)) == {staff.pk}
    with pytest.raises(CommandError, match="may not import"):
        call(str(MINES), "--user", viewer.email)


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call(str(tmp_path / "nothing.csv"))
    path = tmp_path / "a.csv"
    path.write_bytes(b"x,y\n1,2\n")
    with pytest.raises(CommandError, match="Use --map FIELD=HEADING"):
        call(str(path))
    assert "New: 1" in call(str(path), "--map", "name_en=x")
