"""Who leaves hands over everything they hold, as one operation that can be undone; then the account closes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts import circles
from c2m2a_crm.accounts.leaving import DepartureRefused, holdings_of, leave
from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.accounts.services import revoke_role
from c2m2a_crm.core.history import history_of
from c2m2a_crm.core.lists.saved import save_view
from c2m2a_crm.core.models import History, Operation, SavedView, Segment
from c2m2a_crm.core.operations.services import UndoRefused, undo
from c2m2a_crm.core.segments import make_segment
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Commitment, FollowUp, Initiative
from c2m2a_crm.engagement.services import NextStep, Promise, finish_follow_up
from members.models import Party, Person
from members.services import create_party, create_person
from tests.accounts.making import kept_circle
from tests.engagement.making import initiative, log
from tests.factories import UserFactory
from tests.members.reading import read, texts, values_of_form


@pytest.fixture
def leaver(db: None) -> User:
    user: User = UserFactory(name="Lena Albright", roles=[Role.STAFF])
    return user


@pytest.fixture
def work(leaver: User, staff: User) -> dict[str, Any]:
    """One of each kind; the follow-up is the only one due."""
    party = create_party(actor=leaver, kind="business", name_en="Alder Copper", owner=leaver)
    person = create_person(actor=leaver, given_name="Ada", family_name="Vance", owner=leaver)
    file = initiative("Processing tax credit", lead=leaver)
    entry = log(
        leaver,
        person,
        initiative=file,
        next_steps=[NextStep("Send the list", leaver, today() + timedelta(days=3))],
        promises=[Promise("A list")],
    )
    view = save_view(actor=leaver, list_key="people", name="Quiet", query="q=a", is_shared=True)
    save_view(actor=leaver, list_key="people", name="My own", query="q=b")
    make_segment(actor=leaver, list_key="people", name="French", query="language=fr", is_shared=True)
    make_segment(actor=leaver, list_key="people", name="My own", query="language=en")
    return {"party": party, "person": person, "file": file, "entry": entry, "view": view}


def held_by(user: User) -> dict[str, int]:
    return {
        "parties": Party.objects.filter(owner=user).count(),
        "people": Person.objects.filter(owner=user).count(),
        "follow-ups": FollowUp.objects.open().filter(assignee=user).count(),
        "commitments": Commitment.objects.open().filter(by_user=user).count(),
        "initiatives": Initiative.objects.filter(lead=user).count(),
        "views": SavedView.objects.filter(owner=user, is_shared=True).count(),
        "segments": Segment.objects.filter(owner=user, is_shared=True).count(),
    }


ONE_OF_EACH = dict.fromkeys(("parties", "people", "follow-ups", "commitments", "initiatives", "views", "segments"), 1)


def test_everything_passes_to_the_successor_and_the_account_closes(
    administrator: User, staff: User, leaver: User, work: dict[str, Any]
) -> None:
    assert held_by(leaver) == ONE_OF_EACH
    counted = {holding.departure.key: holding.count for holding in holdings_of(administrator, leaver)}
    assert counted == ONE_OF_EACH
    operation = leave(actor=administrator, user=leaver, successor=staff, reason="New post elsewhere.")
    assert held_by(staff) == ONE_OF_EACH
    assert held_by(leaver) == dict.fromkeys(ONE_OF_EACH, 0)
    leaver.refresh_from_db()
    assert not leaver.is_active
    change = history_of(work["party"]).first()
    assert change is not None
    assert (change.actor_id, change.operation_id, change.reason) == (
        administrator.pk,
        operation.pk,
        "New post elsewhere.",
    )
    assert SavedView.objects.get(name="My own").owner == leaver


def test_a_departure_is_undone(administrator: User, staff: User, leaver: User, work: dict[str, Any]) -> None:
    operation = leave(actor=administrator, user=leaver, successor=staff, reason="New post elsewhere.")
    undone = undo(actor=administrator, operation=operation)
    assert undone.kept == 0
    assert held_by(leaver) == ONE_OF_EACH
    leaver.refresh_from_db()
    assert leaver.is_active


def test_single_kinds_pass_to_somebody_else(
    administrator: User, staff: User, secretariat: User, leaver: User, work: dict[str, Any]
) -> None:
    others = {"initiatives": secretariat}
    leave(actor=administrator, user=leaver, successor=staff, others=others, reason="New post elsewhere.")
    assert held_by(staff) == ONE_OF_EACH | {"initiatives": 0}
    assert held_by(secretariat)["initiatives"] == 1


def test_what_is_done_stays_with_who_did_it(administrator: User, staff: User, leaver: User, work: Any) -> None:
    step = work["entry"].follow_ups.get()
    finish_follow_up(actor=leaver, follow_up=step)
    leave(actor=administrator, user=leaver, successor=staff, reason="New post elsewhere.")
    step.refresh_from_db()
    assert step.assignee == leaver


def test_without_a_successor_nothing_is_written(administrator: User, leaver: User, work: dict[str, Any]) -> None:
    changes = History.objects.count()
    with pytest.raises(DepartureRefused, match="Choose who takes over"):
        leave(actor=administrator, user=leaver, successor=None, reason="New post elsewhere.")
    assert held_by(leaver) == ONE_OF_EACH
    assert (History.objects.count(), Operation.objects.count()) == (changes, 0)


def test_who_only_looks_takes_over_nothing(administrator: User, viewer: User, leaver: User, work: Any) -> None:
    with pytest.raises(DepartureRefused, match="may not write"):
        leave(actor=administrator, user=leaver, successor=viewer, reason="New post elsewhere.")
    assert held_by(leaver) == ONE_OF_EACH


def test_a_circle_without_another_hand_stops_the_departure(
    administrator: User, staff: User, secretariat: User, leaver: User
) -> None:
    circle = kept_circle(leaver, staff, name="Amalgam")
    with pytest.raises(DepartureRefused, match="owns a circle"):
        leave(actor=administrator, user=leaver, successor=secretariat, reason="New post elsewhere.")
    leaver.refresh_from_db()
    assert leaver.is_active
    assert {user.pk for user in circles.owners_of(circle)} == {leaver.pk, staff.pk}


def test_an_administrator_who_owns_the_circle_hands_it_over(administrator: User, staff: User, leaver: User) -> None:
    circle = kept_circle(leaver, administrator, name="Amalgam")
    operation = leave(actor=administrator, user=leaver, successor=staff, reason="New post elsewhere.")
    assert {user.pk for user in circles.owners_of(circle)} == {administrator.pk, staff.pk}
    undo(actor=administrator, operation=operation)
    leaver.refresh_from_db()
    assert leaver.is_active
    assert {user.pk for user in circles.owners_of(circle)} == {administrator.pk, leaver.pk}


def test_sealed_work_stays_in_its_circle_and_is_not_counted(
    administrator: User, staff: User, secretariat: User, compliance: User, leaver: User
) -> None:
    circle = kept_circle(staff, secretariat, members=(leaver,), name="Amalgam")
    person = create_person(actor=staff, given_name="Ada", family_name="Vance")
    log(
        leaver,
        person,
        sealed_circle=circle,
        next_steps=[NextStep("Quicksilver", leaver, today() + timedelta(days=3))],
    )
    assert holdings_of(administrator, leaver) == []
    operation = leave(actor=administrator, user=leaver, successor=compliance, reason="New post elsewhere.")
    step = FollowUp.objects.get()
    assert step.assignee in (staff, secretariat)
    undo(actor=administrator, operation=operation)
    step.refresh_from_db()
    assert step.assignee == leaver


def test_nobody_sees_to_their_own_departure(administrator: User, staff: User) -> None:
    with pytest.raises(DepartureRefused, match="your own departure"):
        leave(actor=administrator, user=administrator, successor=staff, reason="Leaving.")


def test_only_administrators_do_this(staff: User, secretariat: User, leaver: User) -> None:
    with pytest.raises(PermissionDenied):
        leave(actor=staff, user=leaver, successor=secretariat, reason="Leaving.")


def test_a_view_or_segment_whose_name_is_taken_gets_the_leavers_name(
    administrator: User, staff: User, leaver: User, work: dict[str, Any]
) -> None:
    save_view(actor=staff, list_key="people", name="Quiet", query="q=c")
    make_segment(actor=staff, list_key="people", name="French", query="language=fr")
    leave(actor=administrator, user=leaver, successor=staff, reason="New post elsewhere.")
    names = set(SavedView.objects.filter(owner=staff).values_list("name", flat=True))
    assert names == {"Quiet", "Quiet (Lena Albright)"}
    names = set(Segment.objects.filter(owner=staff).values_list("name", flat=True))
    assert names == {"French", "French (Lena Albright)"}


# --- The page -------------------------------------------------------------------------------------------------------


def test_the_page_counts_hands_over_and_offers_undo(
    as_administrator: Client, staff: User, leaver: User, work: dict[str, Any]
) -> None:
    url = reverse("accounts:leaving", args=[leaver.pk])
    page = read(as_administrator.get(url))
    assert len(texts(page, "#holdings tbody tr")) == len(ONE_OF_EACH)
    sent = values_of_form(page) | {"successor": staff.pk, "reason": "New post elsewhere."}
    done = read(as_administrator.post(url, sent, follow=True))
    assert "was handed over" in texts(done, ".toast")[0]
    assert held_by(staff) == ONE_OF_EACH
    as_administrator.post(done.cssselect(".toast form")[0].get("action", ""))
    assert held_by(leaver) == ONE_OF_EACH


def test_what_came_to_the_leaver_in_the_meantime_is_looked_at_again(
    as_administrator: Client, staff: User, leaver: User, work: dict[str, Any]
) -> None:
    url = reverse("accounts:leaving", args=[leaver.pk])
    sent = values_of_form(read(as_administrator.get(url))) | {"successor": staff.pk, "reason": "New post."}
    create_party(actor=staff, kind="business", name_en="Birch Nickel", owner=leaver)
    response = as_administrator.post(url, sent)
    assert response.status_code == 409
    assert "This is not what you looked at" in texts(read(response), ".banner")[0]
    assert held_by(leaver)["parties"] == 2


def test_the_page_says_what_stands_in_the_way(as_administrator: Client, staff: User, leaver: User) -> None:
    kept_circle(leaver, staff, name="Amalgam")
    response = as_administrator.get(reverse("accounts:leaving", args=[leaver.pk]))
    page = read(response)
    assert "must hand it over first" in texts(page, ".banner")[0]
    assert not page.cssselect("main form button.danger")
    assert "Amalgam" not in response.content.decode()


def test_a_missing_choice_is_said_beside_the_field(as_administrator: Client, leaver: User, work: Any) -> None:
    url = reverse("accounts:leaving", args=[leaver.pk])
    response = as_administrator.post(url, values_of_form(read(as_administrator.get(url))))
    assert response.status_code == 422
    said = texts(read(response), ".errors")[0]
    assert "Choose who takes over." in said
    assert held_by(leaver) == ONE_OF_EACH


def test_undo_is_refused_to_who_is_no_administrator_any_more(
    administrator: User, staff: User, leaver: User, work: dict[str, Any]
) -> None:
    other: User = UserFactory(roles=[Role.ADMINISTRATOR])
    operation = leave(actor=administrator, user=leaver, successor=staff, reason="New post elsewhere.")
    revoke_role(actor=other, user=administrator, role=Role.ADMINISTRATOR)
    with pytest.raises(UndoRefused):
        undo(actor=User.objects.get(pk=administrator.pk), operation=operation)
    assert held_by(staff) == ONE_OF_EACH
