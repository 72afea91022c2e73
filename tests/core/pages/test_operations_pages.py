"""Operations: what was done stands there with its undo, for its own person and for administrators."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.accounts.services import revoke_role
from c2m2a_crm.core import jobs
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import History, Job, Operation
from c2m2a_crm.core.operations import images, services
from c2m2a_crm.engagement.models import Interaction
from members.models import Party, Person
from members.services import create_party, update_party
from members.services.bulk import OwnerChange, change_in_bulk
from tests.accounts.making import kept_circle
from tests.engagement.making import log
from tests.importing import bring_and_import
from tests.members.reading import one, read, texts


@pytest.fixture
def parties(staff: User) -> list[Party]:
    names = ("Alder Copper", "Birch Nickel", "Cedar Cobalt")
    return [create_party(actor=staff, kind="business", name_en=name) for name in names]


@pytest.fixture
def operation(staff: User, parties: list[Party]) -> Operation:
    keys = [party.pk for party in parties]
    return change_in_bulk(actor=staff, model=Party, keys=keys, change=OwnerChange(staff))


def page_of(operation: Operation) -> str:
    return reverse("operations:detail", args=[operation.pk])


def undo_at(operation: Operation) -> str:
    return reverse("operations:undo", args=[operation.pk])


def test_the_list_tells_what_who_how_many_and_until_when(as_staff: Client, operation: Operation) -> None:
    (row,) = texts(read(as_staff.get(reverse("operations:list"))), "tbody tr")
    assert row.startswith("Bulk edit: 3 records now owned by Samir OkoyeBulk editSamir Okoye3")
    assert "Until" in row


def test_the_list_is_narrowed_by_kind_person_and_day(
    as_administrator: Client, operation: Operation, secretariat: User
) -> None:
    def count(query: str) -> int:
        return len(texts(read(as_administrator.get(reverse("operations:list") + query)), "tbody tr"))

    assert count("") == count("?kind=bulk_edit") == count(f"?who={operation.actor_id}") == 1
    day = operation.created_at.date()
    assert count(f"?since={day - timedelta(days=1)}&until={day + timedelta(days=1)}") == 1
    assert count("?kind=undo") == count(f"?who={secretariat.pk}") == count(f"?until={day - timedelta(days=2)}") == 0


def test_colleagues_see_their_own_and_administrators_all(
    as_secretariat: Client, as_administrator: Client, operation: Operation
) -> None:
    assert "Bulk edit: 3" not in as_secretariat.get(reverse("operations:list")).content.decode()
    assert as_secretariat.get(page_of(operation)).status_code == 404
    assert as_secretariat.post(undo_at(operation)).status_code == 404
    assert "Bulk edit: 3" in as_administrator.get(reverse("operations:list")).content.decode()
    assert as_administrator.get(page_of(operation)).status_code == 200


def test_the_page_previews_the_undo_and_names_what_stays(
    as_staff: Client, secretariat: User, parties: list[Party], operation: Operation
) -> None:
    update_party(actor=secretariat, party=parties[1], version=2, changes={"about": "Makes cathodes."})
    changes = History.objects.count()
    page = read(as_staff.get(page_of(operation)))
    assert texts(page, "#undo button") == ["Undo 2 records"]
    assert "2 records go back to what they were before." in texts(page, "#undo")[0]
    assert "removed again" not in texts(page, "#undo")[0]
    assert "1 record has changed since" in texts(page, "#undo")[0]
    (row,) = texts(page, "#stays tbody tr")
    assert row.startswith("Birch NickelOrganization or NationChanged since by Solène Gauthier,")
    assert one(page, "#stays tbody a").get("href") == parties[1].get_absolute_url()
    assert History.objects.count() == changes


def test_the_button_undoes_and_the_toast_offers_to_undo_that(as_staff: Client, operation: Operation) -> None:
    response = as_staff.post(undo_at(operation), {"reason": "Wrong list."}, follow=True)
    undoing = Operation.objects.get(kind="undo")
    page = read(response)
    assert not Party.objects.filter(owner__isnull=False).exists()
    assert one(page, ".toast form").get("action") == undo_at(undoing)
    assert "Wrong list." in texts(page, "#operation")[0]
    assert "Undone" in texts(read(as_staff.get(page_of(operation))), ".banner")[0]


def test_what_stayed_is_listed_on_the_page_of_the_undo(
    as_staff: Client, secretariat: User, parties: list[Party], operation: Operation
) -> None:
    update_party(actor=secretariat, party=parties[1], version=2, changes={"about": "Makes cathodes."})
    page = read(as_staff.post(undo_at(operation), follow=True))
    assert "Undone: 2. Left as they are: 1." in texts(page, ".toast")[0]
    (row,) = texts(page, "#left tbody tr")
    assert row.startswith("Birch Nickel")


def test_the_toast_of_a_bulk_edit_undoes_it(as_staff: Client, parties: list[Party]) -> None:
    sent = {"act": "archive", "pk": [party.pk for party in parties], "reason": "Closed.", "stage": "apply"}
    first = read(as_staff.post(reverse("organizations:bulk"), sent))
    seen = one(first, "input[name=seen]").get("value")
    page = read(as_staff.post(reverse("organizations:bulk"), {**sent, "seen": seen}, follow=True))
    assert Party.objects.archived().count() == 3
    as_staff.post(one(page, ".toast form").get("action", ""), {"next": "/organizations/"})
    assert Party.objects.archived().count() == 0


def test_archived_rows_are_restored_together_and_put_aside_again_by_undo(
    as_staff: Client, staff: User, parties: list[Party]
) -> None:
    for party in parties:
        with recorded(staff):
            Party.objects.filter(pk=party.pk).update(archived_at=timezone.now(), archived_reason="Closed.")
    listed = read(as_staff.get("/organizations/?archived=archived"))
    assert listed.cssselect("button[name=act][value=restore]")
    assert not read(as_staff.get("/organizations/")).cssselect("button[name=act][value=restore]")
    sent = {"act": "restore", "pk": [party.pk for party in parties], "stage": "apply"}
    first = read(as_staff.post(reverse("organizations:bulk"), sent))
    seen = one(first, "input[name=seen]").get("value")
    page = read(as_staff.post(reverse("organizations:bulk"), {**sent, "seen": seen}, follow=True))
    assert Party.objects.archived().count() == 0
    as_staff.post(one(page, ".toast form").get("action", ""))
    assert set(Party.objects.values_list("archived_reason", flat=True)) == {"Closed."}


def test_the_toast_of_archiving_one_record_undoes_it(as_staff: Client, parties: list[Party]) -> None:
    url = reverse("organizations:archive", args=[parties[0].pk])
    page = read(as_staff.post(url, {"reason": "Closed."}, follow=True))
    as_staff.post(one(page, ".toast form").get("action", ""))
    assert not Party.objects.archived().exists()


def test_an_import_leads_to_its_undo(as_staff: Client, staff: User) -> None:
    came = bring_and_import(staff, "people", "given name,family name\nAda,Vance\n")
    assert came.operation is not None
    page = read(as_staff.get(reverse("imports:detail", args=[came.imported.pk])))
    assert page.cssselect(f'a[href="{page_of(came.operation)}"]')
    back = read(as_staff.get(page_of(came.operation)))
    assert back.cssselect(f'a[href="{reverse("imports:detail", args=[came.imported.pk])}"]')


def test_a_large_undo_is_a_job_with_progress(
    as_staff: Client, staff: User, operation: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 2)
    page = read(as_staff.post(undo_at(operation), follow=True))
    job = Job.objects.get(kind=services.JOB_KIND)
    assert page.cssselect("#job-progress")
    assert not page.cssselect("#undo button")
    assert "at this moment" in texts(read(as_staff.post(undo_at(operation), follow=True)), ".banner, .alerts")[0]
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.DONE, "")
    assert job.operation == Operation.objects.get(kind="undo")
    assert not Party.objects.filter(owner__isnull=False).exists()


def test_after_ninety_days_the_page_says_so(as_staff: Client, operation: Operation) -> None:
    Operation.objects.filter(pk=operation.pk).update(created_at=operation.created_at - timedelta(days=91))
    page = read(as_staff.get(page_of(operation)))
    assert not page.cssselect("#undo button")
    assert "These have passed." in texts(page, ".banner")[0]
    as_staff.post(undo_at(operation))
    assert Party.objects.filter(owner__isnull=False).count() == 3
    assert "Final" in texts(read(as_staff.get(reverse("operations:list"))), "tbody tr")[0]


def test_who_may_not_write_any_more_undoes_nothing(
    as_staff: Client, staff: User, administrator: User, operation: Operation
) -> None:
    revoke_role(actor=administrator, user=staff, role=Role.STAFF)
    assert as_staff.post(undo_at(operation)).status_code == 403
    assert services.why_not(User.objects.get(pk=staff.pk), operation) is not None
    assert Party.objects.filter(owner__isnull=False).count() == 3


def test_the_right_to_each_table_is_asked(staff: User, administrator: User, operation: Operation) -> None:
    with recorded(staff, operation=operation):
        User.objects.filter(pk=administrator.pk).update(title_en="Keeper")
    refused = services.why_not(staff, operation)
    assert str(refused).startswith("You may not change what this changed")
    assert services.why_not(administrator, operation) is None


def test_a_second_undo_gets_a_sentence(as_staff: Client, operation: Operation) -> None:
    as_staff.post(undo_at(operation))
    changes = History.objects.count()
    page = read(as_staff.post(undo_at(operation), follow=True))
    assert "This was undone already." in texts(page, "main")[0] + " ".join(texts(page, ".banner, .alerts"))
    assert History.objects.count() == changes


def test_a_column_that_is_gone_is_told_and_the_rest_put_back(
    as_staff: Client, staff: User, parties: list[Party], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The image knows a column that the table no longer has."""
    with recorded(staff):
        Party.objects.filter(pk=parties[0].pk).update(about="Old words")
    with services.operating(staff, kind="bulk_edit") as operation:
        Party.objects.filter(pk=parties[0].pk).update(about="New words", website="https://a.example")
    monkeypatch.setattr(images, "RENAMED_COLUMNS", {"members_party": {"about": "blurb"}})
    page = read(as_staff.get(page_of(operation)))
    assert "the field “blurb” is not there any more. What it held is not put back." in texts(page, "#undo")[0]
    page = read(as_staff.post(undo_at(operation), follow=True))
    party = Party.objects.get(pk=parties[0].pk)
    assert (party.about, party.website) == ("New words", "")
    assert "blurb" in texts(page, "main")[0]


def test_a_renamed_column_is_found_under_its_new_name(
    staff: User, parties: list[Party], monkeypatch: pytest.MonkeyPatch
) -> None:
    with recorded(staff):
        Party.objects.filter(pk=parties[0].pk).update(about="First")
    with services.operating(staff, kind="bulk_edit") as operation:
        Party.objects.filter(pk=parties[0].pk).update(about="Second")
    monkeypatch.setattr(images, "RENAMED_COLUMNS", {"members_party": {"about": "website"}})
    services.undo(actor=staff, operation=operation)
    party = Party.objects.get(pk=parties[0].pk)
    assert (party.about, party.website) == ("Second", "First")


# --- What is confided to a circle -----------------------------------------------------------------------------------


@pytest.fixture
def confided(staff: User, secretariat: User, parties: list[Party]) -> Operation:
    """One operation of staff: an open record changed, and a contact sealed in a circle of theirs."""
    circle = kept_circle(staff, secretariat, name="Amalgam")
    with services.operating(staff, kind="bulk_edit", summary="Two at once") as operation:
        Party.objects.filter(pk=parties[0].pk).update(about="Makes cathodes.")
        log(staff, parties[1], subject="Quicksilver", sealed_circle=circle)
    return operation


def test_numbers_tell_nothing_of_sealed_rows(as_staff: Client, as_administrator: Client, confided: Operation) -> None:
    (mine,) = texts(
        read(as_staff.get(reverse("operations:list"))), "tbody tr td[data-l=Rows], tbody tr td:nth-child(4)"
    )
    (theirs,) = texts(
        read(as_administrator.get(reverse("operations:list"))), "tbody tr td[data-l=Rows], tbody tr td:nth-child(4)"
    )
    assert (int(mine) > 1, theirs) == (True, "1")
    page = read(as_administrator.get(page_of(confided)))
    assert texts(page, "#written tbody th") == ["Organization or Nation"]
    assert texts(page, "#undo button") == ["Undo 1 record"]
    assert "Contact" in " ".join(texts(read(as_staff.get(page_of(confided))), "#written tbody th"))


def test_who_may_not_read_sealed_rows_leaves_them_alone(
    as_administrator: Client, parties: list[Party], confided: Operation
) -> None:
    page = read(as_administrator.post(undo_at(confided), follow=True))
    assert "Undone." in texts(page, ".toast")[0]
    assert Party.objects.get(pk=parties[0].pk).about == ""
    assert Interaction.objects.get().subject == "Quicksilver"
    assert "Quicksilver" not in page.text_content()


def test_a_record_that_a_sealed_contact_needs_stays_without_a_word_of_it(
    as_administrator: Client, staff: User, secretariat: User
) -> None:
    came = bring_and_import(staff, "people", "given name,family name\nAda,Vance\nBram,Olsen\n")
    circle = kept_circle(staff, secretariat, name="Amalgam")
    log(secretariat, Person.objects.get(given_name="Ada"), subject="Quicksilver", sealed_circle=circle)
    assert came.operation is not None
    page = read(as_administrator.get(page_of(came.operation)))
    (row,) = texts(page, "#stays tbody tr")
    assert row == "Ada VancePersonNeeded by something added since."


# --- Twice at once --------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_undos_at_once_one_is_told_so(operation: Operation, staff: User) -> None:
    start = Barrier(2)
    said: list[str] = []

    def press() -> None:
        try:
            actor, asked = User.objects.get(pk=staff.pk), Operation.objects.get(pk=operation.pk)
            start.wait()
            services.undo(actor=actor, operation=asked)
            said.append("")
        except services.UndoRefused as refused:
            said.append(str(refused))
        finally:
            connection.close()

    hands = [Thread(target=press) for _hand in range(2)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    told = sorted(said)
    assert told[0] == ""
    assert told[1] in {"This was undone already.", "Somebody undoes this at this moment."}
    assert Operation.objects.filter(kind="undo").count() == 1
