"""Offices and their holders, relationships, backups: what the services do and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from c2m2a_crm.accounts.leaving import leave
from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import history_of
from c2m2a_crm.core.operations.services import undo
from members import services
from members.models import AddressUse, Affiliation, Office, Party, Person, Relationship

D = date
Kind = Relationship.Kind


def person(actor: User, name: str, **facts: Any) -> Person:
    return services.create_person(actor=actor, family_name=name, **facts)


@pytest.fixture
def post(staff: User, northline: Party) -> Office:
    return services.create_office(
        actor=staff, party=northline, title_en="Director, Permits", title_fr="Directrice des permis", unit="Permits"
    )


def test_whoever_holds_an_office_bears_its_title_and_two_never_hold_it_at_once(staff: User, post: Office) -> None:
    birch, cedar = person(staff, "Birch"), person(staff, "Cedar")
    first = services.add_affiliation(
        actor=staff, person=birch, party=post.party, office=post, first=D(2024, 1, 1), last=D(2024, 6, 30)
    )
    assert (first.title_en, first.title_fr, first.unit) == (post.title_en, post.title_fr, post.unit)
    again: dict[str, Any] = {"actor": staff, "person": cedar, "party": post.party, "office": post}
    with pytest.raises(services.OfficeHeld, match="Birch holds this office until"):
        services.add_affiliation(**again, first=D(2024, 6, 30))
    acting = services.add_affiliation(**again, first=D(2024, 6, 1), is_acting=True, title_en="Acting Director")
    assert acting.title_en == "Acting Director"
    with pytest.raises(services.OfficeHeld, match="Birch holds"):
        services.change_affiliation(
            actor=staff, affiliation=acting, version=acting.version, changes={"is_acting": False}
        )
    services.change_affiliation(actor=staff, affiliation=first, version=first.version, changes={"last": D(2024, 5, 31)})
    services.change_affiliation(actor=staff, affiliation=acting, version=acting.version, changes={"is_acting": False})
    first.refresh_from_db()
    with pytest.raises(services.OfficeHeld, match="Cedar holds this office, with no last day"):
        services.change_affiliation(actor=staff, affiliation=first, version=first.version, changes={"last": None})


def test_an_office_is_held_at_its_own_party_and_not_when_it_is_archived(
    staff: User, viewer: User, nation: Party, post: Office
) -> None:
    birch = person(staff, "Birch")
    with pytest.raises(services.OfficeOfAnotherParty):
        services.add_affiliation(actor=staff, person=birch, party=nation, office=post)
    with pytest.raises(services.ActingInNoOffice):
        services.add_affiliation(actor=staff, person=birch, party=nation, is_acting=True)
    with pytest.raises(PermissionDenied):
        services.create_office(actor=viewer, party=nation, title_en="Lands")
    with pytest.raises(ValidationError, match="title in at least one language"):
        services.create_office(actor=staff, party=nation, unit="Lands")
    held = services.add_affiliation(actor=staff, person=birch, party=post.party, office=post, first=D(2024, 1, 1))
    with pytest.raises(services.OfficeHeld, match="End that term first"):
        services.archive_office(actor=staff, office=post, reason="No more")
    services.end_affiliation(actor=staff, affiliation=held, last=D(2024, 2, 1))
    post = services.archive_office(actor=staff, office=post, reason="No more")
    with pytest.raises(services.OfficeIsArchived):
        services.add_affiliation(actor=staff, person=birch, party=post.party, office=post, first=D(2025, 1, 1))
    with pytest.raises(services.OfficeIsArchived):
        services.change_holder(actor=staff, office=post, successor=birch, first=D(2025, 1, 1))
    assert Affiliation.objects.filter(office=post).count() == 1
    with pytest.raises(services.RecordIsArchived):
        services.update_office(actor=staff, office=post, version=post.version, changes={"unit": "Water"})
    post = services.restore_office(actor=staff, office=post)
    assert (post.is_archived, post.archived_reason) == (False, "")
    with pytest.raises(services.RecordIsNotArchived):
        services.restore_office(actor=staff, office=post)
    assert [change.action for change in history_of(post)] == ["U", "U", "I"]


def test_the_address_of_an_office_stays_when_its_holder_changes(staff: User, post: Office, amara: Person) -> None:
    services.add_email(actor=staff, owner=post, address="permits@northline.example", kind=AddressUse.Kind.SHARED)
    with pytest.raises(services.AddressListed):
        services.add_email(actor=staff, owner=post, address="Permits@northline.example")
    services.add_phone(actor=staff, owner=post, number="613-555-0199")
    services.change_holder(actor=staff, office=post, successor=person(staff, "Birch"), first=D(2025, 1, 1))
    operation = services.change_holder(actor=staff, office=post, successor=amara, first=D(2025, 9, 1))
    held = [
        (str(row.person.family_name), row.first_day, row.last_day)
        for row in Affiliation.objects.filter(office=post).order_by("valid")
    ]
    assert held == [("Birch", D(2025, 1, 1), D(2025, 8, 31)), ("Tamarack", D(2025, 9, 1), None)]
    assert AddressUse.objects.current().filter(office=post).count() == 1
    assert post.phones.count() == 1
    main = Affiliation.objects.get(person=amara, office=None)
    assert (main.last_day, main.is_primary) == (D(2025, 8, 31), True)  # she left her present place for it
    with pytest.raises(services.OfficeHeld, match="then already"):
        services.change_holder(actor=staff, office=post, successor=amara, first=D(2025, 10, 1))
    with pytest.raises(services.DatesReversed):
        services.change_holder(actor=staff, office=post, successor=person(staff, "Fir"), first=D(2025, 9, 1))

    undo(actor=staff, operation=operation)
    assert [str(row.person.family_name) for row in Affiliation.objects.filter(office=post, valid__upper_inf=True)] == [
        "Birch"
    ]
    main.refresh_from_db()
    assert main.last_day is None


def test_an_acting_holder_stands_beside_the_titular_one_and_keeps_their_own_place(
    staff: User, post: Office, amara: Person
) -> None:
    services.change_holder(actor=staff, office=post, successor=person(staff, "Birch"), first=D(2025, 1, 1))
    services.change_holder(actor=staff, office=post, successor=amara, first=D(2025, 3, 1), is_acting=True)
    assert Affiliation.objects.filter(office=post, valid__upper_inf=True).count() == 2
    assert Affiliation.objects.get(person=amara, is_primary=True).last_day is None


def test_a_person_who_moves_takes_everything_along_and_undo_brings_it_back(
    staff: User, northline: Party, nation: Party, amara: Person
) -> None:
    place = Affiliation.objects.get(person=amara)
    aside = services.add_affiliation(actor=staff, person=amara, party=northline, title_en="Safety", is_primary=False)
    home = services.add_email(actor=staff, owner=amara, address="amara@home.example", kind=AddressUse.Kind.PERSONAL)
    relation = services.add_relationship(actor=staff, kind=Kind.ADVISES, beginning=amara, end=northline)
    fundy = services.create_party(actor=staff, kind="business", name_en="Fundy Magnet Works")
    office = services.create_office(actor=staff, party=fundy, title_en="Chief Metallurgist")
    to = services.NewPlace(party=fundy, first=D(2026, 3, 1), office=office, email="amara@fundy.example")
    wrong: Any
    for wrong, refusal in (
        ({"last": D(2026, 3, 1), "to": to}, services.DatesReversed),
        (
            {"last": D(2026, 2, 1), "to": services.NewPlace(party=nation, first=D(2026, 3, 1), office=office)},
            services.OfficeOfAnotherParty,
        ),
    ):
        with pytest.raises(refusal):
            services.moved_on(actor=staff, affiliation=place, **wrong)
    assert Affiliation.objects.get(pk=place.pk).last_day is None  # nothing of it was written

    operation = services.moved_on(actor=staff, affiliation=place, last=D(2026, 2, 15), to=to)

    for row in (place, aside, home, relation):
        row.refresh_from_db()
    assert {row.last_day for row in (place, aside, relation)} == {D(2026, 2, 15)}
    assert home.valid.upper is None  # a personal address is hers
    new = Affiliation.objects.get(person=amara, party=fundy)
    assert (new.first_day, new.title_en, new.office, new.is_primary) == (
        D(2026, 3, 1),
        "Chief Metallurgist",
        office,
        True,
    )
    uses = {str(use.email): use.valid for use in AddressUse.objects.filter(person=amara).select_related("email")}
    assert uses["amara@northline.example"].upper == D(2026, 2, 16)
    assert uses["amara@fundy.example"].lower == D(2026, 3, 1)
    with pytest.raises(services.PlaceIsOver):
        services.moved_on(actor=staff, affiliation=place, last=D(2026, 2, 15))

    undo(actor=staff, operation=operation)
    for row in (place, aside, relation):
        row.refresh_from_db()
        assert row.last_day is None
    assert not Affiliation.objects.filter(party=fundy).exists()
    assert AddressUse.objects.filter(person=amara, valid__upper_inf=True).count() == 2


def test_what_is_chosen_holds_over_what_would_happen_by_itself(staff: User, northline: Party, amara: Person) -> None:
    place = Affiliation.objects.get(person=amara)
    relation = services.add_relationship(
        actor=staff, kind=Kind.SPEAKS_FOR, beginning=amara, end=northline, scope="Water licences"
    )
    use = AddressUse.objects.get(person=amara)
    birch = person(staff, "Birch")
    services.moved_on(
        actor=staff,
        affiliation=place,
        last=D(2026, 2, 15),
        successor=birch,
        choices={f"addresses-{use.pk}": "keep", f"relations-{relation.pk}": "hand_over", "seats-1": "end"},
    )
    use.refresh_from_db()
    assert use.valid.upper is None
    taken = Relationship.objects.get(from_person=birch)
    assert (taken.first_day, taken.scope, taken.to_party) == (D(2026, 2, 16), "Water licences", northline)


def test_a_relationship_reads_from_both_ends_and_what_does_not_fit_is_refused(
    staff: User, viewer: User, northline: Party, nation: Party, amara: Person
) -> None:
    def add(kind: str, beginning: Any, end: Any, **facts: Any) -> Relationship:
        return services.add_relationship(actor=staff, kind=kind, beginning=beginning, end=end, **facts)

    birch = person(staff, "Birch")
    spoken = add(Kind.SPEAKS_FOR, birch, nation, scope="Consultation", mandate_reference="BCR 2025-14")
    assert (spoken.get_kind_display(), str(Relationship.CONVERSE[spoken.kind])) == ("Speaks for", "Is spoken for by")
    assert list(Relationship.objects.of(nation)) == list(Relationship.objects.of(birch)) == [spoken]
    refused: tuple[tuple[type[Exception], Callable[[], Any]], ...] = (
        (services.RelatedToItself, lambda: add(Kind.ADVISES, nation, nation)),
        (services.RelationDoesNotFit, lambda: add(Kind.SITS_ON, northline, amara)),
        (services.RelationListed, lambda: add(Kind.SPEAKS_FOR, birch, nation)),
        (services.MandateOfNobody, lambda: add(Kind.KNOWS, birch, amara, scope="All")),
        (services.DatesReversed, lambda: add(Kind.KNOWS, birch, amara, first=D(2025, 2, 1), last=D(2025, 1, 1))),
        (PermissionDenied, lambda: services.end_relationship(actor=viewer, relationship=spoken, last=D(2025, 1, 1))),
    )
    for error, write in refused:
        with pytest.raises(error):
            write()
    known = add(Kind.KNOWS, birch, amara, last=D(2024, 12, 31))
    add(Kind.KNOWS, amara, birch, first=D(2025, 1, 1))
    with pytest.raises(services.RelationListed):  # the other way round it is the same relation
        services.change_relationship(actor=staff, relationship=known, version=1, changes={"last": D(2025, 1, 1)})
    services.archive_party(actor=staff, party=northline, reason="Closed")
    northline.refresh_from_db()
    with pytest.raises(services.RecordIsArchived, match="Northline"):
        add(Kind.ADVISES, birch, northline)
    services.remove_relationship(actor=staff, relationship=spoken)
    assert [change.action for change in history_of(spoken)] == ["D", "I"]


def test_a_backup_is_somebody_else_and_passes_on_with_who_leaves(
    staff: User, secretariat: User, administrator: User, northline: Party, nation: Party
) -> None:
    changed = services.update_party(
        actor=staff, party=northline, version=northline.version, changes={"owner": staff, "backup_owner": secretariat}
    )
    with pytest.raises(ValidationError, match="other than the owner"):
        services.update_party(actor=staff, party=changed, version=changed.version, changes={"backup_owner": staff})
    services.update_party(actor=staff, party=nation, version=nation.version, changes={"backup_owner": staff})
    services.change_in_bulk(
        actor=secretariat, model=Party, keys=[northline.pk], change=services.OwnerChange(secretariat)
    )
    northline.refresh_from_db()
    assert (northline.owner, northline.backup_owner) == (secretariat, None)  # who owns it is no backup any more
    services.update_party(actor=staff, party=northline, version=northline.version, changes={"backup_owner": staff})

    leave(actor=administrator, user=staff, successor=secretariat, reason="Retired")

    northline.refresh_from_db()
    nation.refresh_from_db()
    assert (northline.owner, northline.backup_owner) == (secretariat, None)
    assert nation.backup_owner == secretariat
