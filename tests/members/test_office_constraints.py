"""What the database itself refuses of offices and relationships, whoever writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.validity import valid_dates
from members.models import AddressUse, Affiliation, EmailAddress, Office, Party, Person, PhoneNumber, Relationship

D = date
YEAR_BEGINS = date(2024, 1, 1)


def refuses(write: Callable[[], Any], name: str) -> None:
    def write_and_look() -> None:
        with transaction.atomic():
            write()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError, match=name):
        write_and_look()


@pytest.fixture
def writing(staff: User) -> Any:
    with recorded(staff):
        yield


def test_the_database_keeps_one_holder_and_one_acting_in_an_office(
    writing: None, northline: Party, nation: Party
) -> None:
    office = Office.objects.create(party=northline, title_en="Director, Permits")
    one, two = (Person.objects.create(family_name=name) for name in ("Birch", "Cedar"))

    def hold(person: Person, first: date, last: date | None = None, **more: Any) -> Affiliation:
        fields = {"party": northline, "office": office, "is_primary": False} | more
        return Affiliation.objects.create(person=person, valid=valid_dates(first, last), **fields)

    hold(one, D(2024, 1, 1), D(2024, 12, 31))
    refuses(lambda: hold(two, D(2024, 12, 31)), "one_holder_of_an_office_at_a_time")
    hold(two, D(2024, 6, 1), D(2024, 6, 30), is_acting=True)  # stands in beside the titular holder
    refuses(lambda: hold(one, D(2024, 6, 30), is_acting=True), "one_acting_in_an_office_at_a_time")
    hold(two, D(2025, 1, 1))
    refuses(lambda: hold(one, D(2020, 1, 1), D(2020, 2, 1), party=nation), "holder_is_with_the_party_of_the_office")
    refuses(lambda: hold(one, D(2020, 1, 1), office=None, is_acting=True), "acting_is_in_an_office")
    refuses(lambda: Office.objects.create(party=northline, unit="Permits"), "office_has_a_title")


def test_an_address_has_one_owner_of_three_sorts(writing: None, northline: Party) -> None:
    office = Office.objects.create(party=northline, kind=Office.Kind.MAILBOX, title_en="Secretariat")
    email = EmailAddress.objects.create(address="secretariat@northline.example")
    always = valid_dates()
    AddressUse.objects.create(email=email, office=office, valid=always)
    refuses(lambda: AddressUse.objects.create(email=email, office=office, valid=always), "one_open_use_per_office")
    refuses(lambda: AddressUse.objects.create(email=email, valid=always), "address_use_has_one_owner")
    for model, extra, name in (
        (AddressUse, {"email": email}, "address_use_has_one_owner"),
        (PhoneNumber, {"number": "+16135550143"}, "phone_has_one_owner"),
    ):
        refuses(
            lambda model=model, extra=extra: model.objects.create(  # type: ignore[misc]  # bound at once
                office=office, party=northline, valid=always, **extra
            ),
            name,
        )


def test_a_relationship_fits_its_ends_and_stands_once_at_a_time(writing: None, northline: Party, nation: Party) -> None:
    one, two = (Person.objects.create(family_name=name) for name in ("Birch", "Cedar"))

    def relate(kind: str, first: date = YEAR_BEGINS, last: date | None = None, **ends: Any) -> Relationship:
        return Relationship.objects.create(kind=kind, valid=valid_dates(first, last), **ends)

    relate("speaks_for", from_person=one, to_party=nation, scope="Impact assessments")
    refuses(lambda: relate("speaks_for", D(2025, 1, 1), from_person=one, to_party=nation), "relationship_once")
    relate("speaks_for", from_person=two, to_party=nation)  # two may speak for one Nation, in different matters
    relate("knows", from_person=one, to_person=two)
    refuses(lambda: relate("knows", from_person=two, to_person=one), "mutual_relationship_once_at_a_time")
    relate("advises", from_person=one, to_party=northline)
    relate("advises", from_party=northline, to_person=one)  # the other way round is another relation
    refuses(lambda: relate("knows", from_person=one, to_person=one), "person_is_not_related_to_itself")
    refuses(lambda: relate("sister_of", from_party=nation, to_party=nation), "party_is_not_related_to_itself")
    refuses(lambda: relate("knows", from_person=one, to_party=nation), "relationship_ends_fit_its_kind")
    refuses(lambda: relate("sits_on", from_party=northline, to_person=one), "relationship_ends_fit_its_kind")
    refuses(lambda: relate("advises", from_person=two, to_person=one, scope="All"), "mandate_is_of_who_speaks_for")
    refuses(lambda: relate("advises", from_person=two, from_party=northline, to_person=one), "one_beginning")
    refuses(lambda: relate("advises", from_person=two), "relationship_has_one_end")


def test_a_backup_is_somebody_else(staff: User, writing: None, northline: Party) -> None:
    refuses(
        lambda: Party.objects.filter(pk=northline.pk).update(owner=staff, backup_owner=staff),
        "backup_is_somebody_else",
    )
