"""Two records made one: what is chosen, what is refused, and what the undo asks."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Circle, CircleMembership, Operation
from c2m2a_crm.core.operations import services as operations
from c2m2a_crm.core.registries import Sought
from c2m2a_crm.engagement.models import Interaction, Participant
from members import services
from members.merging import errors
from members.merging.services import merge_parties, merge_people, preview
from members.merging.undoing import GO, asks, later_rows
from members.models import (
    AddressUse,
    Affiliation,
    EmailAddress,
    Membership,
    MembershipTier,
    NameKey,
    Office,
    Party,
    Person,
    PhoneNumber,
    Relationship,
)
from members.personal_data import find, held
from members.picking import person_named
from members.record_history import _changes
from members.services.errors import RecordIsMerged


@pytest.fixture
def ama(staff: User, northline: Party) -> Person:
    return services.create_person(
        actor=staff,
        given_name="Ama",
        family_name="Tamarak",
        honorific="Dr.",
        organization=northline,
        email="ama@northline.example",
        phone="613-555-0199",
    )


@pytest.fixture
def nickel(staff: User) -> Party:
    return services.create_party(actor=staff, kind="business", name_en="Northline Nickel", acronym_en="NNR")


# --- What is chosen ---------------------------------------------------------------------------------------------------


def test_blanks_are_filled_and_the_rest_stays_unless_chosen(staff: User, amara: Person, ama: Person) -> None:
    merge_people(actor=staff, keep=amara, lose=ama)
    amara.refresh_from_db()
    ama.refresh_from_db()
    assert (amara.full_name, amara.honorific) == ("Amara Tamarack", "Dr.")
    assert (ama.merged_into_id, ama.is_archived) == (amara.pk, True)


def test_somebody_is_found_by_the_name_that_was_not_kept(staff: User, amara: Person, ama: Person) -> None:
    merge_people(actor=staff, keep=amara, lose=ama, choices={"name": "lose"})
    amara.refresh_from_db()
    ama.refresh_from_db()
    assert amara.full_name == "Ama Tamarak"
    assert ama.full_name == "Amara Tamarack"
    assert person_named("Amara Tamarack") == person_named("Ama Tamarak") == amara
    services.update_person(actor=staff, person=amara, version=amara.version, changes={"given_name": "Amé"})
    assert person_named("Amara Tamarack") == amara
    assert not NameKey.objects.filter(person=ama).exists()


def test_names_of_an_organization_become_other_names(staff: User, northline: Party, nickel: Party) -> None:
    merge_parties(actor=staff, keep=northline, lose=nickel, choices={"name_en": "lose"})
    northline.refresh_from_db()
    assert (northline.name_en, northline.acronym_en) == ("Northline Nickel", "NNR")
    assert set(northline.other_names.values_list("text", flat=True)) == {"Northline Nickel Refining Inc."}


def test_both_texts_about_it_can_stay(staff: User, northline: Party, nickel: Party) -> None:
    Party.objects.filter(pk=northline.pk).update(about="Refines.")
    Party.objects.filter(pk=nickel.pk).update(about="Near Sudbury.")
    northline.refresh_from_db()
    nickel.refresh_from_db()
    merge_parties(actor=staff, keep=northline, lose=nickel, choices={"about": "both"})
    northline.refresh_from_db()
    assert northline.about == "Refines.\n\nNear Sudbury."


@pytest.mark.parametrize("main", ["keep", "lose"])
def test_of_two_main_affiliations_the_reader_says_which_stays(
    staff: User, amara: Person, ama: Person, main: str
) -> None:
    own, other = amara.affiliations.get(), ama.affiliations.get()
    merge_people(actor=staff, keep=amara, lose=ama, choices={"members.affiliation.person": main})
    own.refresh_from_db()
    other.refresh_from_db()
    assert own.person_id == other.person_id == amara.pk
    assert (own.is_primary, other.is_primary) == (main == "keep", main == "lose")


def test_an_address_that_both_use_stays_with_the_record_put_aside(staff: User, amara: Person, ama: Person) -> None:
    services.add_email(actor=staff, owner=ama, address="amara@northline.example")
    merge_people(actor=staff, keep=amara, lose=ama)
    assert AddressUse.objects.filter(person=amara).count() == 2
    assert AddressUse.objects.get(person=ama).email.address == "amara@northline.example"


def test_a_relation_between_the_two_stays_as_it_was(staff: User, amara: Person, ama: Person) -> None:
    with recorded(staff):
        knows = Relationship.objects.create(
            kind="knows", from_person=ama, to_person=amara, valid=DateRange(date(2020, 1, 1), None)
        )
    merge_people(actor=staff, keep=amara, lose=ama)
    knows.refresh_from_db()
    assert (knows.from_person_id, knows.to_person_id) == (ama.pk, amara.pk)


def test_a_part_of_the_record_put_aside_moves_up(staff: User, northline: Party, nickel: Party) -> None:
    top = services.create_party(actor=staff, kind="business", name_en="Top")
    middle = services.create_party(actor=staff, kind="business", name_en="Middle", parent=nickel)
    Party.objects.filter(pk=nickel.pk).update(parent=top)
    Party.objects.filter(pk=northline.pk).update(parent=middle)
    northline.refresh_from_db()
    nickel.refresh_from_db()
    merge_parties(actor=staff, keep=northline, lose=nickel)
    northline.refresh_from_db()
    middle.refresh_from_db()
    assert (northline.parent_id, middle.parent_id) == (middle.pk, top.pk)


def test_what_is_sealed_moves_unseen_and_comes_back(staff: User, secretariat: User, amara: Person, ama: Person) -> None:
    with recorded(secretariat):
        circle = Circle.objects.create(name="Bid")
        CircleMembership.objects.create(circle=circle, user=secretariat, is_owner=True)
        sealed = Interaction.objects.create(
            kind="call",
            subject="Bid",
            occurred_on=date(2026, 3, 2),
            recorded_by=secretariat,
            sealed_circle=circle,
        )
        part = Participant.objects.create(interaction=sealed, person=ama, name="Ama Tamarak")
    seen = preview(actor=staff, keep=amara, lose=ama)
    assert "engagement.participant.person" not in {line.key for line in seen.lines}
    assert "engagement.participant.person" in {
        line.key for line in preview(actor=secretariat, keep=amara, lose=ama).lines
    }
    operation = merge_people(actor=staff, keep=amara, lose=ama)
    part.refresh_from_db()
    assert part.person_id == amara.pk
    visible = sum(number for table, number in operation.details["tables"].items() if table != "engagement_participant")
    assert operations.row_count(operation, staff) == visible
    assert not asks(staff, operation)
    operations.undo(actor=staff, operation=operation)
    part.refresh_from_db()
    assert part.person_id == ama.pk


def test_who_was_merged_into_somebody_is_made_anonymous_with_them(
    staff: User, compliance: User, amara: Person, ama: Person
) -> None:
    operation = merge_people(actor=staff, keep=amara, lose=ama)
    services.anonymise_person(actor=compliance, person=amara, authority="PIPEDA 4.5.3", reason="Asked for.")
    ama.refresh_from_db()
    assert "Tamarak" not in ama.full_name
    assert ama.anonymised_on is not None
    assert not NameKey.objects.filter(person__in=[amara, ama]).exists()
    with pytest.raises(operations.UndoRefused):
        operations.undo(actor=staff, operation=operation)


# --- What is refused --------------------------------------------------------------------------------------------------


def refused(kind: type[Exception], actor: User, keep: Any, lose: Any, **arguments: Any) -> None:
    before = Operation.objects.count()
    act: Any = merge_people if isinstance(keep, Person) else merge_parties
    with pytest.raises(kind) as caught:
        act(actor=actor, keep=keep, lose=lose, **arguments)
    assert Operation.objects.count() == before
    lose.refresh_from_db()
    assert lose.merged_into_id in {None, lose.merged_into_id if kind is errors.AlreadyMerged else None}
    assert kind is PermissionDenied or str(caught.value)


def test_what_cannot_be_merged_is_refused_and_nothing_changes(
    staff: User,
    viewer: User,
    stranger: User,
    amara: Person,
    ama: Person,
    northline: Party,
    nation: Party,
    nickel: Party,
) -> None:
    refused(errors.SameRecord, staff, amara, amara)
    refused(PermissionDenied, viewer, amara, ama)
    refused(PermissionDenied, stranger, amara, ama)  # who sees neither
    refused(errors.DifferentKinds, staff, northline, nation)
    refused(errors.DifferentKinds, staff, nation, northline)
    refused(errors.ChangedMeanwhile, staff, amara, ama, versions=(amara.version, ama.version + 1))
    services.archive_party(actor=staff, party=nickel, reason="Closed.")
    nickel.refresh_from_db()
    refused(errors.OneIsArchived, staff, northline, nickel)
    third = services.create_person(actor=staff, given_name="A.", family_name="Tamarack")
    stale = Person.objects.get(pk=ama.pk)
    merge_people(actor=staff, keep=amara, lose=ama)
    # A second merge that looked at the records before the first one was done.
    refused(errors.AlreadyMerged, staff, third, stale)
    ama.refresh_from_db()
    refused(errors.AlreadyMerged, staff, ama, third)
    with pytest.raises(RecordIsMerged):
        services.restore_person(actor=staff, person=ama)


def test_two_memberships_at_once_are_to_be_ended_first(staff: User, northline: Party, nickel: Party) -> None:
    with recorded(staff):
        tier = MembershipTier.objects.create(name_en="Full", name_fr="Régulier", valid=DateRange(None, None))
        for party in (northline, nickel):
            Membership.objects.create(party=party, tier=tier, term=DateRange(date(2026, 1, 1), date(2027, 1, 1)))
    refused(errors.MergeRefused, staff, northline, nickel)
    assert Membership.objects.filter(party=nickel).count() == 1


# --- Undo -------------------------------------------------------------------------------------------------------------


def test_what_came_since_is_asked_about_and_goes_where_it_is_said(staff: User, amara: Person, ama: Person) -> None:
    operation = merge_people(actor=staff, keep=amara, lose=ama)
    first = services.add_phone(actor=staff, owner=amara, number="613-555-0111")
    second = services.add_phone(actor=staff, owner=amara, number="613-555-0122")
    later = {each.pk: each for each in later_rows(staff, operation) if each.relation.model is PhoneNumber}
    assert set(later) == {first.pk, second.pk}
    operations.undo(actor=staff, operation=operation, answers={later[second.pk].key: GO})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.person_id, second.person_id) == (amara.pk, ama.pk)


def test_what_was_edited_since_keeps_its_edit_and_goes_back(staff: User, amara: Person, ama: Person) -> None:
    phone = ama.phones.get()
    operation = merge_people(actor=staff, keep=amara, lose=ama)
    amara.refresh_from_db()
    with recorded(staff):
        PhoneNumber.objects.filter(pk=phone.pk).update(extension="7")
    services.update_person(actor=staff, person=amara, version=amara.version, changes={"honorific": "Hon."})
    undone = operations.undo(actor=staff, operation=operation)
    phone.refresh_from_db()
    amara.refresh_from_db()
    ama.refresh_from_db()
    assert (phone.person_id, phone.extension) == (ama.pk, "7")
    assert amara.honorific == "Hon."
    assert (ama.merged_into_id, ama.archived_at) == (None, None)
    assert undone.kept == 1
    assert person_named("Ama Tamarak") == ama


def test_somebody_in_an_office_that_goes_back_goes_with_it(staff: User, northline: Party, nickel: Party) -> None:
    with recorded(staff):
        office = Office.objects.create(party=nickel, title_en="Registrar")
    operation = merge_parties(actor=staff, keep=northline, lose=nickel)
    with recorded(staff):
        holder = Person.objects.create(family_name="Birch")
        place = Affiliation.objects.create(
            person=holder, party=northline, office=office, valid=DateRange(date(2026, 1, 1), None)
        )
    operations.undo(actor=staff, operation=operation)
    place.refresh_from_db()
    office.refresh_from_db()
    assert place.party_id == office.party_id == nickel.pk


def test_the_last_merge_is_undone_first_and_an_undo_is_final(staff: User, amara: Person, ama: Person) -> None:
    third = services.create_person(actor=staff, given_name="A.", family_name="Tamarack")
    first = merge_people(actor=staff, keep=amara, lose=ama)
    second = merge_people(actor=staff, keep=third, lose=Person.objects.get(pk=amara.pk))
    ama.refresh_from_db()
    assert ama.merged_into_id == third.pk
    with pytest.raises(operations.UndoRefused):
        operations.undo(actor=staff, operation=first)
    undone = operations.undo(actor=staff, operation=second)
    operations.undo(actor=staff, operation=first)
    with pytest.raises(operations.UndoRefused):
        operations.undo(actor=staff, operation=undone.operation)
    assert not Person.objects.filter(merged_into__isnull=False).exists()


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_old_addresses_lead_to_the_record_that_stands(
    as_staff: Client, as_stranger: Client, staff: User, amara: Person, ama: Person
) -> None:
    merge_people(actor=staff, keep=amara, lose=ama)
    response = as_staff.get(f"/people/{ama.pk}/?before=x")
    assert (response.status_code, response["Location"]) == (301, f"/people/{amara.pk}/?before=x")
    assert as_staff.get(f"/people/{ama.pk}/history/").status_code == 301
    assert as_staff.post(f"/people/{ama.pk}/restore/").status_code == 302
    assert as_stranger.get(f"/people/{ama.pk}/").status_code == 403
    listed = as_staff.get("/people/?archived=archived").content.decode()
    assert "Tamarak" not in listed


def test_two_are_compared_merged_and_taken_apart_again(
    as_staff: Client, staff: User, amara: Person, ama: Person
) -> None:
    picked = as_staff.post(reverse("merging:pick", args=["people", amara.pk]), {"other_text": "Ama Tamarak"})
    assert picked["Location"] == reverse("merging:merge", args=["people", amara.pk, ama.pk])
    page = as_staff.get(picked["Location"])
    shown = page.content.decode()
    assert "Dr." in shown
    sent = {"versions": page.context["versions"], "choose-name": "lose", "reason": "One human being."}
    merged = as_staff.post(picked["Location"], {**sent, "next": "https://elsewhere.example/"})
    assert merged["Location"] == f"/people/{amara.pk}/"
    assert "Amara Tamarack" in as_staff.get(merged["Location"]).content.decode()
    ama.refresh_from_db()
    assert ama.merged_into_id == amara.pk
    # The form of before is no second merge.
    assert as_staff.post(picked["Location"], sent).status_code in {302, 422}
    operation = Operation.objects.get(kind="merge")
    services.add_phone(actor=staff, owner=amara, number="613-555-0111")
    asked = as_staff.post(reverse("operations:undo", args=[operation.pk]))
    assert asked["Location"] == reverse("merging:undo", args=[operation.pk])
    assert "555-0111" in as_staff.get(asked["Location"]).content.decode()
    as_staff.post(asked["Location"], {"reason": "Two after all."})
    ama.refresh_from_db()
    assert ama.merged_into_id is None


def test_a_form_that_looked_at_other_versions_changes_nothing(as_staff: Client, amara: Person, ama: Person) -> None:
    address = reverse("merging:merge", args=["people", amara.pk, ama.pk])
    assert as_staff.post(address, {"versions": "0.0"}).status_code == 409
    assert as_staff.post(address).status_code == 409
    ama.refresh_from_db()
    assert ama.merged_into_id is None


def test_an_unknown_record_or_sort_is_not_there(as_staff: Client, amara: Person, northline: Party) -> None:
    for kind, left, right in (("people", amara.pk, 10**9), ("people", 10**9, amara.pk), ("things", 1, 2)):
        assert as_staff.get(f"/duplicates/{kind}/{left}/{right}/merge/").status_code == 404
    itself = f"/duplicates/people/{amara.pk}/{amara.pk}/merge/"
    assert as_staff.get(itself)["Location"] == amara.get_absolute_url()
    assert as_staff.post(itself, {"versions": f"{amara.version}.{amara.version}"}).status_code == 302


def test_emails_are_one_row_whoever_uses_them(staff: User, amara: Person, ama: Person) -> None:
    addresses = EmailAddress.objects.count()
    merge_people(actor=staff, keep=amara, lose=ama)
    assert EmailAddress.objects.count() == addresses


# --- What is told of it afterwards ------------------------------------------------------------------------------------


def told(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def test_history_of_before_the_merge_is_told_as_of_the_merged_record(
    as_staff: Client, staff: User, amara: Person, ama: Person, northline: Party, nickel: Party
) -> None:
    services.update_person(actor=staff, person=ama, version=ama.version, changes={"honorific": "Hon."})
    merge_people(actor=staff, keep=amara, lose=Person.objects.get(pk=ama.pk), reason="One human being.")
    page = told(as_staff, f"/people/{amara.pk}/history/")
    assert "Honorific (Ama Tamarak, merged into this record)" in page
    # Its telephone moved, and was of the other record when it was added; its affiliation is of this one now.
    assert "Telephone added (Ama Tamarak, merged into this record)" in page
    assert "Archived (Ama Tamarak, merged into this record)" in page
    changes = [change for change in _changes(amara) if change.row_id == ama.pk and change.tbl == "members_person"]
    assert changes
    assert not [change for change in changes if f"/{change.pk}/" in page], "Nothing of it is put back from here."
    merge_parties(actor=staff, keep=northline, lose=nickel)
    assert "(Northline Nickel, merged into this record)" in told(as_staff, f"/organizations/{northline.pk}/history/")
    assert "(Northline Nickel" not in told(as_staff, f"/people/{amara.pk}/history/")


def test_who_asks_for_access_gets_the_merged_names_and_what_stayed_with_them(
    staff: User, amara: Person, ama: Person
) -> None:
    services.add_email(actor=staff, owner=ama, address="amara@northline.example")  # both use it: it stays
    merge_people(actor=staff, keep=amara, lose=ama)
    amara.refresh_from_db()
    kept = [(each.row, each.title, each.text) for each in held(staff, amara, None)]
    assert [title for row, title, _text in kept if row == ama] == ["Record merged into this one: Ama Tamarak"]
    addresses = [text for row, _title, text in kept if isinstance(row, AddressUse)]
    assert sum("amara@northline.example" in text for text in addresses) == 2
    assert sum("ama@northline.example" in text for text in addresses) == 1
    assert ama in [each.row for each in find(staff, Sought(people=[amara]), None)]


def test_an_old_address_leads_on_for_ever(as_staff: Client, staff: User, amara: Person, ama: Person) -> None:
    """Also when the survivor was merged in its turn, and when it was put aside."""
    third = services.create_person(actor=staff, given_name="A.", family_name="Tamarack")
    merge_people(actor=staff, keep=amara, lose=ama)
    merge_people(actor=staff, keep=third, lose=Person.objects.get(pk=amara.pk))
    for old in (amara, ama):
        assert as_staff.get(f"/people/{old.pk}/")["Location"] == f"/people/{third.pk}/"
    services.archive_person(actor=staff, person=Person.objects.get(pk=third.pk), reason="Retired.")
    response = as_staff.get(f"/people/{ama.pk}/", follow=True)
    assert (response.redirect_chain, response.status_code) == ([(f"/people/{third.pk}/", 301)], 200)
