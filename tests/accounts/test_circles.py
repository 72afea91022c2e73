"""Circles: two owners at least, kept by them alone, known to others not at all, opened in an emergency by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from time import sleep
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from c2m2a_crm.accounts import circles, services
from c2m2a_crm.accounts.circles import CircleError
from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.history import history_of
from c2m2a_crm.core.models import AuditEvent, Circle, CircleAccess, CircleMembership, History, OutboxMessage
from c2m2a_crm.core.querysets import CONFIDED
from c2m2a_crm.core.refusals import broken_constraint
from tests.accounts.making import kept_circle
from tests.factories import UserFactory

BASE = "https://crm.example/"


@pytest.fixture
def circle(staff: User, secretariat: User, viewer: User) -> Circle:
    return kept_circle(staff, secretariat, members=(viewer,), name="Amalgam", purpose="What the mine will pay")


def members(circle: Circle) -> set[str]:
    return {place.user.handle for place in circles.open_places(circle)}


def owners(circle: Circle) -> set[str]:
    return {user.handle for user in circles.owners_of(circle)}


# --- Two owners -----------------------------------------------------------------------------------------------------


def test_a_circle_begins_with_two_owners(staff: User, secretariat: User) -> None:
    with pytest.raises(CircleError, match="at least one more owner"):
        circles.create_circle(actor=staff, name="Alone", owners=[staff])
    assert not Circle.objects.exists()
    circle = circles.create_circle(actor=staff, name="Together", owners=[secretariat])
    assert owners(circle) == {"staff", "secretariat"}


def test_an_owner_may_write(staff: User, viewer: User) -> None:
    with pytest.raises(CircleError, match="may only look"):
        circles.create_circle(actor=staff, name="Together", owners=[viewer])
    with pytest.raises(PermissionDenied):
        circles.create_circle(actor=viewer, name="Together", owners=[staff])
    assert not Circle.objects.exists()


@pytest.mark.parametrize("act", [circles.remove_member, circles.end_ownership])
def test_no_act_leaves_fewer_than_two_owners(act: Any, circle: Circle, staff: User, secretariat: User) -> None:
    for leaver in (staff, secretariat):
        with pytest.raises(CircleError, match="Make somebody else an owner first"):
            act(actor=staff, circle=circle, user=leaver)
    assert owners(circle) == {"staff", "secretariat"}


def test_a_closed_account_owns_nothing(circle: Circle, staff: User, secretariat: User, compliance: User) -> None:
    circles.add_member(actor=staff, circle=circle, user=compliance, is_owner=True)
    User.objects.filter(pk=secretariat.pk).update(is_active=False)
    with pytest.raises(CircleError):
        circles.remove_member(actor=staff, circle=circle, user=compliance)
    assert owners(circle) == {"staff", "compliance"}


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_leave_at_once_wait_for_one_another() -> None:
    first, second, third = (UserFactory(roles=[Role.STAFF]) for _number in range(3))
    circle = kept_circle(first, second, third)
    refused: list[CircleError] = []

    def leave(user: User) -> None:
        try:
            circles.remove_member(actor=user, circle=circle, user=user)
        except CircleError as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [Thread(target=leave, args=(user,)) for user in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert len(circles.owners_of(circle)) == circles.FEWEST_OWNERS


GONE = {
    "left": "UPDATE core_circlemembership SET left_on = current_date WHERE user_id = %s",
    "no owner any more": "UPDATE core_circlemembership SET is_owner = false WHERE user_id = %s",
    "taken out of the table": "DELETE FROM core_circlemembership WHERE user_id = %s",
    "account closed": "UPDATE accounts_user SET is_active = false WHERE id = %s",
}


def write(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.parametrize("way", GONE)
def test_the_database_keeps_two_owners_whoever_writes(circle: Circle, staff: User, viewer: User, way: str) -> None:
    def go() -> None:
        with transaction.atomic():
            write(GONE[way], staff.pk)
            connection.check_constraints()

    with pytest.raises(IntegrityError) as refused:
        go()
    assert broken_constraint(refused.value) == "circle_keeps_two_owners"
    write(GONE[way], viewer.pk)  # who owns nothing
    connection.check_constraints()


@pytest.mark.parametrize("way", GONE)
def test_the_database_asks_when_all_is_done(circle: Circle, staff: User, compliance: User, way: str) -> None:
    with transaction.atomic():
        write(GONE[way], staff.pk)
        CircleMembership.objects.create(circle=circle, user=compliance, is_owner=True)
        connection.check_constraints()
    assert owners(circle) == {"secretariat", "compliance"}


@pytest.mark.django_db(transaction=True)
def test_the_database_lets_one_of_two_go_who_end_at_the_same_time() -> None:
    """Written by nobody's service: each transaction alone would leave two."""
    first, second, third = (UserFactory(roles=[Role.STAFF]) for _number in range(3))
    circle = kept_circle(first, second, third)
    both_have_written = Barrier(2)
    refused: list[str] = []

    def go(way: str, user: User) -> None:
        try:
            with transaction.atomic():
                write(GONE[way], user.pk)
                both_have_written.wait(timeout=20)
                connection.check_constraints()  # what COMMIT does first
                sleep(0.3)  # the other one asks before this one has ended
        except IntegrityError as error:
            refused.append(broken_constraint(error))
        finally:
            connection.close()

    threads = [Thread(target=go, args=pair) for pair in (("left", first), ("account closed", second))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["circle_keeps_two_owners"]
    assert len(circles.owners_of(circle)) == circles.FEWEST_OWNERS


@pytest.mark.django_db(transaction=True)
def test_what_the_database_refuses_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (UserFactory(roles=[Role.STAFF]) for _number in range(2))
    circle = kept_circle(first, second)
    monkeypatch.setattr(circles, "_refuse_too_few", lambda circle, place: None)
    for act in (circles.remove_member, circles.end_ownership):
        with pytest.raises(CircleError, match="at least two owners"):
            act(actor=first, circle=circle, user=second)
    assert len(circles.owners_of(circle)) == circles.FEWEST_OWNERS


def test_whoever_leaves_the_office_hands_over_first(
    circle: Circle, staff: User, secretariat: User, compliance: User, administrator: User
) -> None:
    assert list(circles.circles_owned_by(staff)) == [circle]
    with pytest.raises(CircleError, match="hand it over first"):
        services.deactivate_user(actor=administrator, user=staff, reason="Left")
    staff.refresh_from_db()
    assert staff.is_active
    circles.hand_over(actor=staff, circle=circle, leaver=staff, successor=compliance)
    assert owners(circle) == {"secretariat", "compliance"}
    assert not circles.circles_owned_by(staff).exists()
    assert not services.deactivate_user(actor=administrator, user=staff, reason="Left").is_active


def test_compliance_hands_over_for_somebody_gone_and_never_to_itself(
    circle: Circle, staff: User, secretariat: User, compliance: User, administrator: User
) -> None:
    successor = UserFactory(roles=[Role.STAFF], handle="successor")
    with pytest.raises(PermissionDenied):
        circles.hand_over(actor=compliance, circle=circle, leaver=staff, successor=compliance)
    with pytest.raises(PermissionDenied):
        circles.hand_over(actor=administrator, circle=circle, leaver=staff, successor=successor)
    circles.hand_over(actor=compliance, circle=circle, leaver=staff, successor=successor)
    assert owners(circle) == {"secretariat", "successor"}


# --- Members --------------------------------------------------------------------------------------------------------


def test_members_come_and_go_with_their_dates(circle: Circle, staff: User, administrator: User) -> None:
    circles.add_member(actor=staff, circle=circle, user=administrator)
    circles.add_member(actor=staff, circle=circle, user=administrator)
    assert members(circle) == {"staff", "secretariat", "viewer", "administrator"}
    circles.remove_member(actor=staff, circle=circle, user=administrator, reason="Another file")
    place = circle.memberships.get(user=administrator)
    assert place.left_on == timezone.localdate()
    change = history_of(place).first()
    assert change is not None
    assert (change.actor_id, change.reason) == (staff.pk, "Another file")
    circles.add_member(actor=staff, circle=circle, user=administrator)
    assert circle.memberships.filter(user=administrator).count() == 2


def test_only_people_with_a_role_are_let_in(circle: Circle, staff: User, stranger: User) -> None:
    with pytest.raises(CircleError, match="no open account with a role"):
        circles.add_member(actor=staff, circle=circle, user=stranger)


def test_a_plain_member_may_leave_and_nothing_else(circle: Circle, viewer: User, staff: User) -> None:
    for act in (circles.make_owner, circles.end_ownership, circles.add_member):
        with pytest.raises(PermissionDenied):
            act(actor=viewer, circle=circle, user=viewer)
    with pytest.raises(PermissionDenied):
        circles.remove_member(actor=viewer, circle=circle, user=staff)
    circles.remove_member(actor=viewer, circle=circle, user=viewer)
    assert members(circle) == {"staff", "secretariat"}


def test_a_name_is_taken_among_the_circles_one_knows_alone(
    circle: Circle, staff: User, compliance: User, administrator: User
) -> None:
    with pytest.raises(CircleError, match="You belong to a circle of this name"):
        circles.create_circle(actor=staff, name=" amalgam ", owners=[administrator])
    assert circles.create_circle(actor=administrator, name="Amalgam", owners=[compliance]).pk != circle.pk


def test_two_owners_edit_at_once(circle: Circle, staff: User, secretariat: User) -> None:
    circles.edit_circle(actor=staff, circle=circle, version=1, changes={"name": "Alloy"})
    saved = circles.edit_circle(actor=secretariat, circle=circle, version=1, changes={"purpose": "Prices"})
    assert (saved.name, saved.purpose, saved.version) == ("Alloy", "Prices", 3)
    with pytest.raises(EditConflict):
        circles.edit_circle(actor=secretariat, circle=circle, version=1, changes={"name": "Tin"})


# --- Who knows of it ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "status"),
    [("staff", 200), ("viewer", 200), ("compliance", 200), ("administrator", 404), ("stranger", 403)],
)
def test_a_circle_exists_for_its_members_and_by_name_for_compliance(
    part: str, status: int, circle: Circle, request: pytest.FixtureRequest, client_of: Callable[[User], Client]
) -> None:
    response = client_of(request.getfixturevalue(part)).get(circle.get_absolute_url())
    assert response.status_code == status
    page = response.content.decode()
    assert ("What the mine will pay" in page) == (part in {"staff", "viewer"})
    assert (">Vera Lindqvist<" in page.partition("<main")[2]) == (part in {"staff", "viewer"})


def test_the_list_shows_names_to_those_who_may_know_them(
    circle: Circle, as_viewer: Client, as_compliance: Client, as_administrator: Client
) -> None:
    said = {client: client.get(reverse("accounts:circles")).content.decode() for client in (as_viewer, as_compliance)}
    assert all("Amalgam" in page for page in said.values())
    assert "Amalgam" not in as_administrator.get(reverse("accounts:circles")).content.decode()


def test_queries_of_the_list_do_not_grow(circle: Circle, staff: User, secretariat: User, as_staff: Client) -> None:
    address = reverse("accounts:circles")
    as_staff.get(address)
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as asked:
            page = as_staff.get(address).content.decode()
        counts.append(len(asked))
        assert page.count(secretariat.name) == 1 + 3 * number
        for each in range(3):
            circles.create_circle(actor=staff, name=f"Alloy {number} {each}", owners=[secretariat])
    assert counts[0] == counts[1]


def test_the_audit_tells_of_a_circle_to_its_members_alone(
    circle: Circle, staff: User, compliance: User, administrator: User
) -> None:
    circles.open_in_emergency(actor=compliance, circle=circle, reason="A complaint", base_url=BASE)
    for reader in (User.objects.get(pk=administrator.pk), User.objects.get(pk=compliance.pk)):
        assert not History.objects.visible_to(reader).filter(tbl__startswith="core_circle").exists()
    events = AuditEvent.objects.filter(verb="circle.opened")
    assert not events.visible_to(administrator).exists()
    assert events.visible_to(compliance).get().details == {"circle": "Amalgam", "reason": "A complaint"}
    circles.add_member(actor=staff, circle=circle, user=administrator)
    inside = User.objects.get(pk=administrator.pk)
    told = set(History.objects.visible_to(inside).filter(tbl__startswith="core_circle").values_list("tbl", flat=True))
    assert told == {"core_circle", "core_circlemembership", "core_circleaccess"}


# --- In an emergency ------------------------------------------------------------------------------------------------


def test_opening_tells_every_owner_in_their_language(
    circle: Circle, secretariat: User, staff: User, compliance: User, as_administrator: Client
) -> None:
    User.objects.filter(pk=secretariat.pk).update(language="fr")
    access = circles.open_in_emergency(actor=compliance, circle=circle, reason="A complaint", base_url=BASE)
    mails = {mail.to_address: mail for mail in OutboxMessage.objects.filter(kind__startswith="accounts.circle_opened")}
    assert set(mails) == {staff.email, secretariat.email}
    assert mails[staff.email].subject == "Cornelius Reyes opened the circle “Amalgam”"
    assert mails[secretariat.email].language == "fr"
    for mail in mails.values():
        assert "A complaint" in mail.body_text
        assert f"https://crm.example/circles/{circle.pk}/" in mail.body_text
        assert mail.kind.endswith(CONFIDED)
    assert "Amalgam" not in as_administrator.get(reverse("core:outbox")).content.decode()
    assert circles.open_in_emergency(actor=compliance, circle=circle, reason="Again", base_url=BASE) == access
    assert OutboxMessage.objects.filter(kind__startswith="accounts.circle_opened").count() == 2


def test_only_compliance_opens_and_never_without_a_reason(
    circle: Circle, administrator: User, secretariat: User, compliance: User
) -> None:
    for actor in (administrator, secretariat):
        with pytest.raises(PermissionDenied):
            circles.open_in_emergency(actor=actor, circle=circle, reason="A complaint", base_url=BASE)
    with pytest.raises(CircleError, match="Say why"):
        circles.open_in_emergency(actor=compliance, circle=circle, reason="  ", base_url=BASE)
    assert not CircleAccess.objects.exists()


def test_access_ends_by_the_clock_with_the_role_and_by_hand(
    circle: Circle, compliance: User, staff: User, administrator: User, as_compliance: Client
) -> None:
    def reads() -> bool:
        return "What the mine will pay" in as_compliance.get(circle.get_absolute_url()).content.decode()

    assert not reads()
    as_compliance.post(reverse("accounts:open_circle", args=[circle.pk]), {"reason": "A complaint"})
    assert reads()
    with time_machine.travel(timezone.now() + timedelta(hours=23, minutes=59), tick=False):
        as_compliance.force_login(compliance)
        assert reads()
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1), tick=False):
        as_compliance.force_login(compliance)
        assert not reads()
    as_compliance.force_login(compliance)
    services.set_roles(actor=administrator, user=compliance, roles=[Role.STAFF])
    assert as_compliance.get(circle.get_absolute_url()).status_code == 404
    services.set_roles(actor=administrator, user=compliance, roles=[Role.COMPLIANCE])
    assert reads()
    circles.end_access(actor=staff, access=CircleAccess.objects.get())
    assert not reads()
    assert CircleAccess.objects.get().ended_by == staff
    assert AuditEvent.objects.filter(verb="circle.closed_early", actor=staff).count() == 1


def test_who_neither_asked_for_access_nor_owns_the_circle_cannot_end_it(
    circle: Circle, compliance: User, viewer: User, administrator: User
) -> None:
    access = circles.open_in_emergency(actor=compliance, circle=circle, reason="A complaint", base_url=BASE)
    for actor in (viewer, administrator, UserFactory(roles=[Role.COMPLIANCE])):
        with pytest.raises(PermissionDenied):
            circles.end_access(actor=actor, access=access)
    access.refresh_from_db()
    assert access.ended_by is None
    circles.end_access(actor=compliance, access=access)
    access.refresh_from_db()
    assert access.ended_by == compliance


def test_a_member_who_is_compliance_needs_no_emergency(circle: Circle, compliance: User, staff: User) -> None:
    circles.add_member(actor=staff, circle=circle, user=compliance)
    with pytest.raises(CircleError, match="read it already"):
        circles.open_in_emergency(actor=compliance, circle=circle, reason="A complaint", base_url=BASE)


# --- Pages ----------------------------------------------------------------------------------------------------------


def test_owners_keep_the_circle_on_its_page(
    circle: Circle, as_staff: Client, viewer: User, administrator: User, staff: User
) -> None:
    add = reverse("accounts:add_to_circle", args=[circle.pk])
    assert as_staff.post(add, {}).status_code == 422
    assert as_staff.post(add, {"user": administrator.pk, "is_owner": "on"}).status_code == 302
    assert owners(circle) == {"staff", "secretariat", "administrator"}
    one = reverse("accounts:circle_member", args=[circle.pk, viewer.pk])
    assert as_staff.post(one, {"act": "own"}, follow=True).status_code == 200
    assert owners(circle) == {"staff", "secretariat", "administrator"}  # a viewer cannot own
    as_staff.post(one, {"act": "remove"})
    assert members(circle) == {"staff", "secretariat", "administrator"}
    as_staff.post(reverse("accounts:circle_member", args=[circle.pk, administrator.pk]), {"act": "step-down"})
    assert owners(circle) == {"staff", "secretariat"}
    own = reverse("accounts:circle_member", args=[circle.pk, staff.pk])
    response = as_staff.post(own, {"act": "remove"}, follow=True)
    assert "Make somebody else an owner first." in response.content.decode()
    assert as_staff.post(own, {"act": "unknown"}).status_code == 404


def test_a_circle_is_made_and_changed_on_pages(as_staff: Client, staff: User, secretariat: User) -> None:
    new = reverse("accounts:create_circle")
    assert as_staff.post(new, {"name": "Alone"}).status_code == 422
    response = as_staff.post(new, {"name": "Alloy", "purpose": "Prices", "owners": [secretariat.pk]})
    circle = Circle.objects.get()
    assert response["Location"] == circle.get_absolute_url()
    edit = reverse("accounts:edit_circle", args=[circle.pk])
    assert as_staff.get(edit).status_code == 200
    assert as_staff.post(edit, {"version": 1, "name": "", "purpose": ""}).status_code == 422
    assert as_staff.post(edit, {"version": 1, "name": "Tin", "purpose": "Prices"}).status_code == 302
    circle.refresh_from_db()
    assert (circle.name, circle.version) == ("Tin", 2)
