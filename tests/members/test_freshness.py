"""When somebody last looked at a record, when it is due again, and the press that notes a look."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import history_of
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.operations.services import undo
from c2m2a_crm.core.validity import today
from members import services
from members.freshness import due
from members.models import Cadence, Party, Person
from members.reference.freshness import load_cadences
from members.services.freshness import set_cadence, verify
from tests.members.reading import read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rules(db: None) -> None:
    load_cadences()


def aged(record: Person | Party, days: int) -> None:
    """As if it had been looked at so many days ago."""
    type(record).objects.filter(pk=record.pk).update(verified_on=today() - timedelta(days=days))


@pytest.fixture
def minister(staff: User) -> Person:
    ministry = services.create_party(
        actor=staff, kind="government", government_level="provincial", name_en="Ministry of Energy and Mines"
    )
    return services.create_person(actor=staff, given_name="Robin", family_name="Pyrope", organization=ministry)


def test_each_sort_is_due_after_its_own_days(
    staff: User, northline: Party, nation: Party, amara: Person, minister: Person
) -> None:
    for days, expected in (
        (89, set()),
        (90, {minister}),
        (364, {minister}),
        (729, {minister}),
        (730, {minister, amara}),
    ):
        for person in (amara, minister):
            aged(person, days)
        assert set(due(Person.objects.all())) == expected, days
    for days, parties in ((364, set()), (365, {nation}), (730, {nation, northline})):
        for party in (northline, nation):
            aged(party, days)
        assert set(due(Party.objects.filter(pk__in=[northline.pk, nation.pk]))) == parties, days
    # Who left public office goes by the rule for everybody else.
    place = minister.affiliations.get()
    services.end_affiliation(actor=staff, affiliation=place, last=today() - timedelta(days=1))
    aged(minister, 90)
    assert minister not in due(Person.objects.all())


def test_a_record_nobody_looked_at_counts_from_the_day_it_was_added_and_one_put_aside_is_never_due(
    staff: User, northline: Party
) -> None:
    added = northline.created_at
    assert not due(Party.objects.filter(pk=northline.pk)).exists()
    Party.objects.filter(pk=northline.pk).update(created_at=added - timedelta(days=731))
    assert due(Party.objects.filter(pk=northline.pk)).exists()
    services.archive_party(actor=staff, party=northline, reason="Closed.")
    assert not due(Party.objects.filter(pk=northline.pk)).exists()


def test_a_look_is_noted_with_who_and_when_and_can_be_undone(staff: User, viewer: User, amara: Person) -> None:
    aged(amara, 800)
    with pytest.raises(PermissionDenied):
        verify(actor=viewer, records=[amara])
    operation = verify(actor=staff, records=[amara])
    amara.refresh_from_db()
    assert (amara.verified_on, amara.verified_by) == (today(), staff)
    change = history_of(amara).first()
    assert change is not None
    assert (change.actor_id, (change.after or {})["verified_by_id"]) == (staff.pk, staff.pk)
    assert operation is not None
    undo(actor=staff, operation=operation)
    amara.refresh_from_db()
    assert (amara.verified_on, amara.verified_by) == (today() - timedelta(days=800), None)
    services.archive_person(actor=staff, person=amara, reason="Left.")
    assert verify(actor=staff, records=[amara]) is None


def test_the_list_narrows_to_what_is_due_and_one_press_notes_a_look(
    staff: User, as_staff: Client, as_viewer: Client, amara: Person, minister: Person
) -> None:
    aged(minister, 100)
    url = f"{reverse('people:list')}?check=due&column=name&column=verified"
    page = read(as_staff.get(url))
    [button] = page.cssselect("tbody button[form=verify-form]")
    assert button.get("value") == str(minister.pk)
    assert page.cssselect("form#verify-form")[0].get("action") == reverse("people:verify")
    assert not read(as_viewer.get(url)).cssselect("tbody button[form=verify-form]")
    response = as_staff.post(
        reverse("people:verify"), {"pk": minister.pk}, headers={"referer": f"http://testserver{url}"}
    )
    assert response["Location"].endswith(url)
    shown = read(as_staff.get(url))
    assert not shown.cssselect("tbody tr")
    assert Operation.objects.filter(kind="verify").count() == 1
    assert as_staff.post(reverse("people:verify"), {"pk": "0"}).status_code == 404
    assert as_staff.get(reverse("people:verify")).status_code == 405


def test_the_record_says_when_it_was_checked_and_shows_a_quiet_tag_when_it_is_time(
    as_staff: Client, as_viewer: Client, amara: Person
) -> None:
    page = read(as_staff.get(amara.get_absolute_url()))
    assert "Not since it was added" in page.cssselect("#panel-freshness")[0].text_content()
    assert "Check due" not in page.cssselect(".page-head")[0].text_content()
    aged(amara, 800)
    page = read(as_staff.get(amara.get_absolute_url()))
    assert "Check due" in page.cssselect(".page-head")[0].text_content()
    assert page.cssselect("#panel-freshness form")
    seen = read(as_viewer.get(amara.get_absolute_url()))
    assert "Check due" not in seen.cssselect(".page-head")[0].text_content()
    assert not seen.cssselect("#panel-freshness form")


def test_a_new_rule_ends_the_old_one_and_a_restart_leaves_it(
    administrator: User, staff: User, as_administrator: Client, amara: Person
) -> None:
    aged(amara, 500)
    url = reverse("freshness:set", args=["other"])
    as_administrator.post(url, {"days": "400", "first": today().isoformat(), "source": "Board"})
    assert amara in due(Person.objects.all())
    assert amara not in due(Person.objects.all(), today() - timedelta(days=1))
    old, new = Cadence.objects.filter(subject="other").order_by("valid")
    assert old.last_day == today() - timedelta(days=1)
    assert as_administrator.post(url, {"days": "0", "first": today().isoformat()}).status_code == 422
    with pytest.raises(ValidationError, match="later day"):
        set_cadence(actor=administrator, subject="other", days=30, first=date(2021, 1, 1))
    with pytest.raises(PermissionDenied):
        set_cadence(actor=staff, subject="other", days=30, first=today())
    load_cadences()
    assert Cadence.objects.count() == 5
    assert "400 days" in read(as_administrator.get(reverse("freshness:list"))).text_content()
    new.pk = None
    with pytest.raises(IntegrityError, match="one_cadence_at_a_time"), transaction.atomic():
        new.save(force_insert=True)
