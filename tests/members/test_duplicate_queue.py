"""The hunt over what is on file, its command, and the queue in which pairs are settled."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import History, Job
from members import services
from members.duplicates.hunt import renew
from members.duplicates.services import SameRecord, say_not_the_same, take_back
from members.models import DuplicatePair, NotTheSame, Party, Person
from members.tasks import find_duplicates

pytestmark = pytest.mark.django_db

QUEUE = reverse("duplicates:list")


@pytest.fixture
def twice(staff: User, northline: Party) -> tuple[Person, Person]:
    left, right = services.create_people(
        actor=staff,
        rows=[
            services.PersonInput(
                given_name="Margaret",
                family_name="Ashgrove",
                organization=northline,
                phone="709-555-0117",
                outside_ids={"crm": "A-1"},
            ),
            services.PersonInput(
                given_name="Peggy", family_name="Ashgrove", organization=northline, phone="709-555-0117"
            ),
        ],
    )
    return left, right


@pytest.fixture
def found(twice: tuple[Person, Person]) -> DuplicatePair:
    renew("people")
    return DuplicatePair.objects.get()


def _rows(*arguments: str) -> list[dict[str, str]]:
    out = io.StringIO()
    call_command("duplicates", "--format", "csv", *arguments, stdout=out)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def test_hunt_writes_what_it_finds_and_forgets_what_is_no_more(staff: User, twice: tuple[Person, Person]) -> None:
    assert find_duplicates() == {"people": 1, "parties": 0}
    pair = DuplicatePair.objects.get()
    assert pair.keys == tuple(sorted(each.pk for each in twice))
    assert {row[0] for row in pair.evidence} >= {"given", "family", "phone", "employer"}
    assert renew("people") == 1
    assert DuplicatePair.objects.get().pk == pair.pk  # found again, not written anew
    services.archive_person(actor=staff, person=twice[1], reason="Left.")
    assert renew("people") == 0
    assert not DuplicatePair.objects.exists()


def test_hunt_of_one_kind_leaves_the_other(found: DuplicatePair) -> None:
    assert renew("parties") == 0
    assert DuplicatePair.objects.get() == found


def test_past_employers_mailboxes_and_family_names_are_compared(staff: User, northline: Party) -> None:
    solveig = services.create_person(
        actor=staff, given_name="Solveig", family_name="Tindlewood", email="solveig@northline.example"
    )
    services.update_person(actor=staff, person=solveig, version=solveig.version, changes={"family_name": "Marchbanks"})
    use = solveig.address_uses.get()
    services.close_email(actor=staff, use=use)
    other = services.create_person(actor=staff, given_name="Solveig", family_name="Tindlewood")
    assert renew("people") == 1
    assert DuplicatePair.objects.get().keys == (solveig.pk, other.pk)


def test_a_shared_mailbox_makes_nobody_one(staff: User) -> None:
    rows = [
        services.PersonInput(given_name=given, family_name="Tamarack", email="info@northline.example")
        for given in ("Amara", "Bertrand", "Cosima")
    ]
    for person in services.create_people(actor=staff, rows=rows):
        person.address_uses.update(kind="shared")
    assert renew("people") == 0


def test_command_prints_pairs_scores_reasons_and_identifiers(twice: tuple[Person, Person]) -> None:
    (row,) = _rows()
    assert (row["kind"], int(row["left"]), int(row["right"])) == ("people", *sorted(each.pk for each in twice))
    assert 90 <= int(row["score"]) <= 99
    assert (row["left_name"], row["left_identifiers"], row["right_identifiers"]) == ("Margaret Ashgrove", "crm:A-1", "")
    assert "same telephone" in row["reasons"]
    assert "a short form of the given name" in row["reasons"]
    assert _rows("--kind", "parties") == []
    assert not DuplicatePair.objects.exists()  # nothing is changed


def test_command_leaves_out_what_is_not_the_same(staff: User, twice: tuple[Person, Person]) -> None:
    say_not_the_same(actor=staff, left=twice[0], right=twice[1])
    assert _rows() == []


def test_command_arms_no_spreadsheet(staff: User) -> None:
    for _each in range(2):
        services.create_person(actor=staff, given_name="=HYPERLINK(1)", family_name="Quillfeather")
    (row,) = _rows()
    assert row["left_name"] == "'=HYPERLINK(1) Quillfeather"


def test_queue_shows_the_pair_and_what_speaks_for_it(as_viewer: Client, found: DuplicatePair) -> None:
    page = as_viewer.get(QUEUE).content.decode()
    assert page.count('class="pair"') == 1
    assert "Margaret Ashgrove" in page
    assert "Peggy Ashgrove" in page
    assert "same telephone" in page
    assert reverse("duplicates:settle", args=["people", *found.keys]) not in page  # a viewer settles nothing


def test_queue_asks_as_much_for_ten_pairs_as_for_one(as_staff: Client, staff: User, found: DuplicatePair) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert as_staff.get(QUEUE).status_code == 200
        return len(queries)

    asked()
    one = asked()
    for number in range(9):
        for _side in range(2):
            services.create_person(actor=staff, given_name=f"Zoe{number}", family_name=f"Quill{number * 111}feather")
    assert renew("people") == 10
    assert asked() == one


def test_not_the_same_is_remembered_with_who_and_why_and_taken_back(
    as_staff: Client, staff: User, found: DuplicatePair
) -> None:
    address = reverse("duplicates:settle", args=["people", *found.keys])
    answer = as_staff.post(address, {"reason": " Mother and daughter. ", "next": QUEUE}, follow=True)
    assert answer.redirect_chain == [(QUEUE, 302)]
    said = NotTheSame.objects.get()
    assert (said.said_by, said.reason, said.keys) == (staff, "Mother and daughter.", found.keys)
    assert History.objects.filter(tbl="members_notthesame", action="I", actor_id=staff.pk).exists()
    undo = reverse("duplicates:take_back", args=[said.pk])
    assert undo in answer.content.decode()
    renew("people")  # the next night changes nothing
    assert 'class="pair"' not in as_staff.get(QUEUE).content.decode()
    settled = as_staff.get(f"{QUEUE}?show=settled").content.decode()
    assert "Mother and daughter." in settled
    assert staff.name in settled
    as_staff.post(undo)
    assert not NotTheSame.objects.exists()
    assert 'class="pair"' in as_staff.get(QUEUE).content.decode()


def test_said_twice_stays_as_it_was_said(staff: User, secretariat: User, twice: tuple[Person, Person]) -> None:
    first = say_not_the_same(actor=staff, left=twice[0], right=twice[1], reason="Mother and daughter.")
    again = say_not_the_same(actor=secretariat, left=twice[1], right=twice[0], reason="No.")
    assert (again.pk, again.reason, NotTheSame.objects.count()) == (first.pk, "Mother and daughter.", 1)


def test_a_record_and_itself_are_no_pair(
    as_staff: Client, staff: User, amara: Person, northline: Party, twice: tuple[Person, Person]
) -> None:
    same: list[tuple[Any, Any]] = [(amara, amara), (amara, northline)]
    for left, right in same:
        with pytest.raises(SameRecord):
            say_not_the_same(actor=staff, left=left, right=right)
    address = reverse("duplicates:settle", args=["people", amara.pk, amara.pk])
    assert as_staff.post(address).status_code == 422
    too_long = as_staff.post(
        reverse("duplicates:settle", args=["people", twice[0].pk, twice[1].pk]), {"reason": "x" * 251}
    )
    assert too_long.status_code == 422
    assert as_staff.post(reverse("duplicates:settle", args=["people", amara.pk, 10**9])).status_code == 404
    assert as_staff.post(reverse("duplicates:settle", args=["boats", amara.pk, twice[0].pk])).status_code == 404
    assert not NotTheSame.objects.exists()


def test_database_takes_no_pair_in_the_wrong_order_or_of_two_kinds(
    staff: User, amara: Person, northline: Party, twice: tuple[Person, Person]
) -> None:
    low, high = sorted(each.pk for each in twice)
    for wrong in (
        {"left_person_id": high, "right_person_id": low},
        {"left_person_id": low, "right_person_id": low},
        {"left_person_id": low},
        {"left_person_id": low, "right_person_id": high, "left_party_id": northline.pk},
        {},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            NotTheSame.objects.create(said_by=staff, **wrong)


def test_only_who_may_edit_settles(viewer: User, staff: User, twice: tuple[Person, Person]) -> None:
    with pytest.raises(PermissionDenied):
        say_not_the_same(actor=viewer, left=twice[0], right=twice[1])
    said = say_not_the_same(actor=staff, left=twice[0], right=twice[1])
    with pytest.raises(PermissionDenied):
        take_back(actor=viewer, said=said)


def test_pair_of_a_record_put_aside_leaves_the_queue_at_once(
    as_staff: Client, staff: User, found: DuplicatePair, twice: tuple[Person, Person]
) -> None:
    services.archive_person(actor=staff, person=twice[0], reason="Left.")
    assert 'class="pair"' not in as_staff.get(QUEUE).content.decode()


def test_look_again_is_a_job(as_staff: Client, staff: User, twice: tuple[Person, Person]) -> None:
    from c2m2a_crm.core import jobs

    as_staff.post(reverse("duplicates:look"))
    job = Job.objects.get(kind="members.duplicates")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == (Job.State.DONE, {"people": 1, "parties": 0})
    assert DuplicatePair.objects.exists()


def test_anonymous_people_leave_pairs_and_reasons(
    staff: User, twice: tuple[Person, Person], found: DuplicatePair
) -> None:
    from members.services import anonymising

    say_not_the_same(actor=staff, left=twice[0], right=twice[1], reason="Peggy is her daughter.")
    anonymising._take_name(twice[1], "Anonymous 2026-01")
    for words in anonymising._words_that_hang_on(twice[1]):
        if words.take_out is not None:
            words.take_out()
    assert not DuplicatePair.objects.exists()
    assert NotTheSame.objects.get().reason == ""
