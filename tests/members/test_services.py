"""The services of the directory: what they write, what they refuse, what history says of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import NotAllowed
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.history import history_of
from c2m2a_crm.core.models import History
from c2m2a_crm.core.validity import first_day, last_day, today
from members import services
from members.models import AddressUse, Affiliation, EmailAddress, NameKey, Party, PartyName, Person, PhoneNumber

pytestmark = pytest.mark.django_db


def test_party_is_made_with_everything_that_hangs_on_it(staff: User) -> None:
    party = services.create_party(
        actor=staff,
        kind="association",
        name_en="  Boreal Battery Metals Association\u00a0",
        acronym_fr="AMBB",
        website="boreal.example",
        other_names=[
            ("former", "Battery Metals Club", "en"),
            ("former", "Battery Metals Club", "en"),
            ("alias", " ", ""),
        ],
        outside_ids={"registry": "12-3", "empty": ""},
        emails=["Info@Boreal.example", "info@boreal.example"],
        phones=["613-555-0143 ext. 12"],
    )
    assert party.name_en == "Boreal Battery Metals Association"
    assert party.website == "https://boreal.example"
    assert [name.text for name in party.other_names.all()] == ["Battery Metals Club"]
    assert [(row.scheme, row.value) for row in party.outside_ids.all()] == [("registry", "12-3")]
    assert [str(use) for use in party.address_uses.all()] == ["info@boreal.example"]
    assert [(str(phone.number), phone.extension) for phone in party.phones.all()] == [("+16135550143", "12")]
    forms = set(NameKey.objects.filter(party=party).values_list("key", "form"))
    assert {("ambb", "acronym"), ("batterymetalsclub", "alias"), ("borealbatterymetalsassociation", "full")} <= forms


def test_many_parties_cost_as_many_statements_as_a_few(staff: User) -> None:
    def rows(start: int, count: int) -> list[services.PartyInput]:
        return [
            services.PartyInput(
                kind="business",
                name_en=f"Quarry {number}",
                emails=[f"info@quarry{number}.example"],
                outside_ids={"registry": str(number)},
                other_names=[("alias", f"Q{number}", "")],
            )
            for number in range(start, start + count)
        ]

    assert staff.roles  # read once per user, before the counting
    with CaptureQueriesContext(connection) as few:
        services.create_parties(actor=staff, rows=rows(0, 3))
    with CaptureQueriesContext(connection) as many:
        made = services.create_parties(actor=staff, rows=rows(3, 30))
    assert len(few) == len(many)
    assert [party.name_en for party in made][:2] == ["Quarry 3", "Quarry 4"]
    assert NameKey.objects.filter(party=made[-1], key="quarry32").exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "business"}, "Enter a name in at least one language."),
        ({"kind": "business", "name_en": " \x00 "}, "Enter a name in at least one language."),
        ({"kind": "nation", "name_en": "Spruce Narrows First Nation"}, "Choose First Nations, Inuit or Métis."),
    ],
)
def test_party_without_what_it_needs_is_refused_with_the_constraints_sentence(
    staff: User, fields: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        services.create_party(actor=staff, **fields)
    assert sentence in refused.value.messages
    with pytest.raises(ValidationError) as refused:
        services.create_parties(actor=staff, rows=[services.PartyInput(**fields)])
    assert sentence in refused.value.messages
    assert not Party.objects.exists()


def test_one_bad_row_keeps_all_rows_out(staff: User) -> None:
    rows = [services.PartyInput(kind="business", name_en="Good"), services.PartyInput(kind="business")]
    with pytest.raises(ValidationError):
        services.create_parties(actor=staff, rows=rows)
    assert not Party.objects.exists()


def test_every_service_refuses_a_viewer(viewer: User, staff: User, northline: Party, amara: Person) -> None:
    use, phone, affiliation = amara.address_uses.get(), amara.phones.get(), amara.affiliations.get()
    name = services.add_party_name(actor=staff, party=northline, kind="alias", text="NNR")
    acts: list[Any] = [
        lambda: services.create_party(actor=viewer, kind="business", name_en="X"),
        lambda: services.create_person(actor=viewer, given_name="X"),
        lambda: services.update_party(actor=viewer, party=northline, version=1, changes={"about": "x"}),
        lambda: services.update_person(actor=viewer, person=amara, version=1, changes={"honorific": "x"}),
        lambda: services.archive_party(actor=viewer, party=northline, reason="x"),
        lambda: services.restore_party(actor=viewer, party=northline),
        lambda: services.archive_person(actor=viewer, person=amara, reason="x"),
        lambda: services.restore_person(actor=viewer, person=amara),
        lambda: services.add_party_name(actor=viewer, party=northline, kind="alias", text="x"),
        lambda: services.remove_party_name(actor=viewer, name=name),
        lambda: services.add_affiliation(actor=viewer, person=amara, party=northline, is_primary=False),
        lambda: services.change_affiliation(actor=viewer, affiliation=affiliation, version=1, changes={"unit": "x"}),
        lambda: services.end_affiliation(actor=viewer, affiliation=affiliation, last=today()),
        lambda: services.add_email(actor=viewer, owner=amara, address="x@x.example"),
        lambda: services.close_email(actor=viewer, use=use),
        lambda: services.add_phone(actor=viewer, owner=amara, number="613-555-0144"),
        lambda: services.close_phone(actor=viewer, phone=phone),
        lambda: services.add_postal_address(actor=viewer, owner=amara, city="Sudbury"),
        lambda: services.set_outside_id(actor=viewer, owner=amara, scheme="x", value="1"),
    ]
    before = History.objects.count()
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert History.objects.count() == before


def test_each_row_of_a_new_person_is_recorded_under_its_author(staff: User, amara: Person) -> None:
    tables = {"members_person", "members_affiliation", "members_addressuse", "members_phonenumber"}
    written = History.objects.filter(tbl__in=tables | {"members_emailaddress"})
    assert set(written.values_list("tbl", flat=True)) == tables | {"members_emailaddress"}
    assert set(written.values_list("actor_id", flat=True)) == {staff.pk}


def test_two_editors_of_different_fields_keep_both(staff: User, secretariat: User, northline: Party) -> None:
    services.update_party(actor=staff, party=northline, version=1, changes={"acronym_en": "NNR", "about": ""})
    saved = services.update_party(
        actor=secretariat, party=northline, version=1, changes={"acronym_en": "", "about": "Refines nickel."}
    )
    assert (saved.acronym_en, saved.about, saved.version) == ("NNR", "Refines nickel.", 3)


def test_two_editors_of_one_field_are_asked(staff: User, secretariat: User, northline: Party) -> None:
    services.update_party(actor=staff, party=northline, version=1, changes={"name_en": "Northline Refining"})
    with pytest.raises(EditConflict) as conflict:
        services.update_party(
            actor=secretariat, party=northline, version=1, changes={"name_en": "Northline Metals", "about": "Both."}
        )
    (collision,) = conflict.value.collisions
    assert (collision.mine, collision.theirs, conflict.value.current_version) == (
        "Northline Metals",
        "Northline Refining",
        2,
    )
    northline.refresh_from_db()
    assert (northline.name_en, northline.about) == ("Northline Refining", "")


def test_two_editors_of_one_affiliations_dates_are_asked(staff: User, secretariat: User, amara: Person) -> None:
    affiliation = amara.affiliations.get()
    services.change_affiliation(
        actor=staff, affiliation=affiliation, version=1, changes={"first": date(2020, 1, 1), "title_en": "Chair"}
    )
    with pytest.raises(EditConflict):
        services.change_affiliation(
            actor=secretariat, affiliation=affiliation, version=1, changes={"first": date(2021, 1, 1)}
        )
    saved = services.change_affiliation(
        actor=secretariat, affiliation=affiliation, version=1, changes={"unit": "Refinery", "first": None}
    )
    assert (saved.title_en, saved.unit, first_day(saved.valid)) == ("Chair", "Refinery", date(2020, 1, 1))


def test_new_name_is_found_and_the_old_one_is_not(staff: User, northline: Party) -> None:
    services.update_party(
        actor=staff, party=northline, version=1, changes={"name_en": "Cascadia Cathodes", "name_fr": ""}
    )
    keys = set(NameKey.objects.filter(party=northline).values_list("key", flat=True))
    assert "cascadiacathodes" in keys
    assert not {key for key in keys if key.startswith("northline")}


def test_name_no_longer_used_keeps_finding_the_party_and_history_keeps_a_removed_one(
    staff: User, northline: Party
) -> None:
    name = services.add_party_name(actor=staff, party=northline, kind="former", text="Sudbury Matte Co.")
    assert NameKey.objects.filter(party=northline, key="sudburymatteco").exists()
    with pytest.raises(services.NameListed):
        services.add_party_name(actor=staff, party=northline, kind="former", text="Sudbury Matte Co.")
    services.remove_party_name(actor=staff, name=name)
    assert not NameKey.objects.filter(party=northline, key="sudburymatteco").exists()
    assert History.objects.filter(tbl="members_partyname", action="D", actor_id=staff.pk).count() == 1
    assert not PartyName.objects.exists()


def test_archiving_needs_a_reason_and_is_recorded_with_it(staff: User, northline: Party) -> None:
    with pytest.raises(ValidationError):
        services.archive_party(actor=staff, party=northline, reason=" \n")
    archived = services.archive_party(actor=staff, party=northline, reason="Merged into Cascadia.")
    assert archived.is_archived
    newest = history_of(northline).first()
    assert newest is not None
    assert (newest.reason, newest.actor_id) == ("Merged into Cascadia.", staff.pk)
    with pytest.raises(services.RecordIsArchived):
        services.update_party(actor=staff, party=northline, version=archived.version, changes={"about": "x"})
    with pytest.raises(services.RecordIsArchived):
        services.archive_party(actor=staff, party=northline, reason="again")
    assert not services.restore_party(actor=staff, party=northline).is_archived
    with pytest.raises(services.RecordIsNotArchived):
        services.restore_party(actor=staff, party=northline)


def test_second_main_affiliation_in_the_same_days_is_refused_in_words(
    staff: User, amara: Person, nation: Party
) -> None:
    with pytest.raises(services.MainAffiliationHeld) as refused:
        services.add_affiliation(actor=staff, person=amara, party=nation, first=date(2026, 1, 1))
    assert str(refused.value) == "This person already has a main affiliation in those dates."
    beside = services.add_affiliation(actor=staff, person=amara, party=nation, is_primary=False)
    with pytest.raises(services.MainAffiliationHeld):
        services.change_affiliation(actor=staff, affiliation=beside, version=1, changes={"is_primary": True})


def test_present_main_affiliation_ends_the_day_before_the_new_one_begins(
    staff: User, amara: Person, northline: Party, nation: Party
) -> None:
    services.add_affiliation(
        actor=staff, person=amara, party=nation, first=date(2026, 3, 1), end_present_main=True, title_en="Adviser"
    )
    held = {row.party_id: row for row in amara.affiliations.all()}
    assert last_day(held[northline.pk].valid) == date(2026, 2, 28)
    assert first_day(held[nation.pk].valid) == date(2026, 3, 1)
    assert list(Affiliation.objects.on(date(2026, 2, 28)).values_list("party_id", flat=True)) == [northline.pk]


def test_dates_turned_round_are_refused_before_the_database(staff: User, amara: Person) -> None:
    affiliation = amara.affiliations.get()
    services.change_affiliation(actor=staff, affiliation=affiliation, version=1, changes={"first": date(2026, 1, 1)})
    with pytest.raises(services.DatesReversed):
        services.end_affiliation(actor=staff, affiliation=affiliation, last=date(2025, 12, 31))
    ended = services.end_affiliation(actor=staff, affiliation=affiliation, last=date(2026, 1, 1))
    assert last_day(ended.valid) == date(2026, 1, 1)


def test_two_people_share_a_mailbox_and_it_stays_one_row(staff: User, amara: Person, northline: Party) -> None:
    other = services.create_person(actor=staff, family_name="Ferrite")
    services.add_email(actor=staff, owner=other, address="AMARA@Northline.EXAMPLE", kind="shared")
    services.add_email(actor=staff, owner=northline, address="mailto:amara@northline.example", kind="shared")
    (email,) = EmailAddress.objects.all()
    assert email.uses.count() == 3
    with pytest.raises(services.AddressListed):
        services.add_email(actor=staff, owner=other, address="amara@northline.example")


def test_closed_address_stays_findable_and_may_be_taken_up_again(staff: User, amara: Person) -> None:
    use = services.close_email(actor=staff, use=amara.address_uses.get())
    assert last_day(use.valid) == today() - timedelta(days=1)
    assert not AddressUse.objects.current().filter(person=amara).exists()
    assert EmailAddress.objects.filter(uses__person=amara).exists()
    services.add_email(actor=staff, owner=amara, address="amara@northline.example", valid_from=today())
    assert AddressUse.objects.current().filter(person=amara).count() == 1


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Élise@Exemple.ca ", "élise@exemple.ca"),
        ("info@Québec.example", "info@xn--qubec-csa.example"),
        ("<a.b+c@d.example>", "a.b+c@d.example"),
    ],
)
def test_address_is_written_one_way(typed: str, kept: str) -> None:
    if "é" in kept:
        with pytest.raises(ValidationError):
            services.normalise_email(typed)
    else:
        assert services.normalise_email(typed) == kept


@pytest.mark.parametrize("typed", ["", "x", "a@b", "a b@c.example", "@c.example", "a@" + "b" * 300 + ".example"])
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        services.normalise_email(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("613-555-0143", ("+16135550143", "")),
        ("(819) 555-0199 poste 12", ("+18195550199", "12")),
        ("+44 20 7946 0018 x4", ("+442079460018", "4")),
    ],
)
def test_number_is_written_one_way(typed: str, kept: tuple[str, str]) -> None:
    assert services.normalise_phone(typed) == kept


@pytest.mark.parametrize("typed", ["", "none", "555", "613-555"])
def test_what_is_no_number_is_refused(typed: str, staff: User, amara: Person) -> None:
    with pytest.raises(ValidationError):
        services.add_phone(actor=staff, owner=amara, number=typed)
    assert PhoneNumber.objects.count() == 1


def test_outside_identifier_belongs_to_one_record(staff: User, amara: Person, northline: Party) -> None:
    services.set_outside_id(actor=staff, owner=amara, scheme="registry", value="7")
    with pytest.raises(services.OutsideIdTaken):
        services.set_outside_id(actor=staff, owner=northline, scheme="registry", value="7")
    services.set_outside_id(actor=staff, owner=amara, scheme="registry", value="8")
    assert amara.outside_ids.get().value == "8"
    services.set_outside_id(actor=staff, owner=amara, scheme="registry", value="")
    assert not amara.outside_ids.exists()


def test_parts_make_no_circle_and_go_six_levels_deep(staff: User) -> None:
    chain: list[Party] = []
    for level in range(6):
        parent = chain[-1] if chain else None
        chain.append(services.create_party(actor=staff, kind="business", name_en=f"Level {level}", parent=parent))
    with pytest.raises(ValidationError):
        services.create_party(actor=staff, kind="business", name_en="Level 6", parent=chain[-1])
    with pytest.raises(ValidationError):
        services.update_party(actor=staff, party=chain[0], version=1, changes={"parent": chain[3]})
    with pytest.raises(ValidationError):
        services.update_party(actor=staff, party=chain[0], version=1, changes={"parent": chain[0]})


def test_constraint_speaks_in_the_same_words_when_two_write_at_once(
    staff: User, amara: Person, nation: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a service asks beforehand another may make untrue before it writes; then the database refuses."""
    monkeypatch.setattr("members.services.affiliations._refuse_second_main", lambda row: None)
    with pytest.raises(services.MainAffiliationHeld):
        services.add_affiliation(actor=staff, person=amara, party=nation)
    monkeypatch.setattr("django.db.models.query.QuerySet.exists", lambda rows: False)
    with pytest.raises(services.AddressListed):
        services.add_email(actor=staff, owner=amara, address="amara@northline.example")
    assert amara.affiliations.count() == 1


def test_many_people_cost_as_many_statements_as_a_few(staff: User, northline: Party) -> None:
    def rows(start: int, count: int) -> list[services.PersonInput]:
        return [
            services.PersonInput(
                given_name="Ada",
                family_name=f"Quarry {number}",
                organization=northline,
                email=f"ada{number}@quarry.example",
                phone=f"613-555-01{number:02}",
                outside_ids={"registry": str(number)},
            )
            for number in range(start, start + count)
        ]

    assert staff.roles
    with CaptureQueriesContext(connection) as few:
        services.create_people(actor=staff, rows=rows(0, 3))
    with CaptureQueriesContext(connection) as many:
        services.create_people(actor=staff, rows=rows(3, 30))
    assert len(few) == len(many)
    assert northline.affiliations.count() == 33
