"""Roles given, taken back, kept by the last administrator; accounts closed and opened."""

from __future__ import annotations

import contextlib
import threading
import time

import pytest
from django.db import connection
from django.test import Client

from c2m2a_crm.accounts import services
from c2m2a_crm.accounts.models import Role, RoleGrant, User
from c2m2a_crm.accounts.policies import NotAllowed
from c2m2a_crm.core.history import history_of
from tests.factories import PASSWORD, UserFactory


def open_roles(user: User) -> set[str]:
    return set(user.role_grants.filter(revoked_at__isnull=True).values_list("role", flat=True))


def test_a_role_is_granted_once(administrator: User, viewer: User) -> None:
    first = services.grant_role(actor=administrator, user=viewer, role=Role.STAFF)
    assert services.grant_role(actor=administrator, user=viewer, role=Role.STAFF) == first
    assert viewer.roles == {Role.VIEWER, Role.STAFF}
    assert history_of(first).get().actor_id == administrator.pk


def test_a_revoked_role_stays_in_history(administrator: User, staff: User) -> None:
    services.revoke_role(actor=administrator, user=staff, role=Role.STAFF, reason="Moved on")
    grant = staff.role_grants.get()
    assert grant.revoked_at is not None
    assert staff.roles == frozenset()
    assert history_of(grant).first().reason == "Moved on"  # type: ignore[union-attr]  # there in this test


def test_only_administrators_touch_roles(compliance: User, viewer: User) -> None:
    with pytest.raises(NotAllowed):
        services.grant_role(actor=compliance, user=viewer, role=Role.STAFF)
    with pytest.raises(NotAllowed):
        services.revoke_role(actor=compliance, user=viewer, role=Role.VIEWER)
    assert open_roles(viewer) == {Role.VIEWER}


def test_the_last_administrator_keeps_the_role(administrator: User) -> None:
    with pytest.raises(services.LastAdministrator) as refusal:
        services.revoke_role(actor=administrator, user=administrator, role=Role.ADMINISTRATOR)
    assert str(refusal.value).endswith(".")
    assert open_roles(administrator) == {Role.ADMINISTRATOR}


def test_a_closed_administrator_does_not_count_as_another(administrator: User) -> None:
    UserFactory(roles=[Role.ADMINISTRATOR], is_active=False)
    with pytest.raises(services.LastAdministrator):
        services.revoke_role(actor=administrator, user=administrator, role=Role.ADMINISTRATOR)


def test_one_of_two_administrators_may_go(administrator: User) -> None:
    UserFactory(roles=[Role.ADMINISTRATOR])
    services.revoke_role(actor=administrator, user=administrator, role=Role.ADMINISTRATOR)
    assert open_roles(administrator) == set()


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_take_each_others_role_at_once_leave_one(
    administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = UserFactory(roles=[Role.ADMINISTRATOR])
    start = threading.Barrier(2)
    refuse = services._refuse_if_last_administrator

    def refuse_and_dawdle(user: User) -> None:
        refuse(user)
        time.sleep(0.5)  # so that without a lock both have looked before either writes

    monkeypatch.setattr(services, "_refuse_if_last_administrator", refuse_and_dawdle)

    def take(actor: User, user: User) -> None:
        actor = User.objects.get(pk=actor.pk)
        assert actor.roles == {Role.ADMINISTRATOR}
        start.wait(timeout=10)
        with contextlib.suppress(services.LastAdministrator, NotAllowed):
            services.revoke_role(actor=actor, user=user, role=Role.ADMINISTRATOR)
        connection.close()

    threads = [threading.Thread(target=take, args=pair) for pair in ((administrator, other), (other, administrator))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert len(open_roles(administrator)) + len(open_roles(other)) == 1


def test_setting_roles_is_all_or_nothing(administrator: User) -> None:
    with pytest.raises(services.LastAdministrator):
        services.set_roles(actor=administrator, user=administrator, roles=[Role.STAFF])
    assert open_roles(administrator) == {Role.ADMINISTRATOR}


def test_a_grant_by_a_person_takes_over_the_providers(administrator: User, stranger: User) -> None:
    services.sync_provider_roles(user=stranger, roles=[Role.STAFF])
    services.grant_role(actor=administrator, user=stranger, role=Role.STAFF)
    services.sync_provider_roles(user=stranger, roles=[])
    grant = RoleGrant.objects.get(user=stranger)
    assert (grant.source, grant.granted_by, grant.revoked_at) == ("person", administrator, None)


# --- The user page ------------------------------------------------------------------------------------------------


def test_the_user_page_saves_roles(as_administrator: Client, administrator: User, viewer: User) -> None:
    response = as_administrator.post(
        f"/users/{viewer.pk}/roles/", {"roles": ["staff", "compliance"], "reason": "New job"}
    )
    assert response["Location"] == f"/users/{viewer.pk}/"
    assert open_roles(viewer) == {Role.STAFF, Role.COMPLIANCE}
    grant = viewer.role_grants.get(role=Role.STAFF)
    assert (grant.granted_by, history_of(grant).get().reason) == (administrator, "New job")


def test_an_unknown_role_is_refused(as_administrator: Client, viewer: User) -> None:
    assert as_administrator.post(f"/users/{viewer.pk}/roles/", {"roles": ["emperor"]}).status_code == 200
    assert open_roles(viewer) == {Role.VIEWER}


def test_the_page_says_why_the_last_administrator_stays(as_administrator: Client, administrator: User) -> None:
    response = as_administrator.post(f"/users/{administrator.pk}/roles/", {"roles": ["staff"]})
    assert response.status_code == 200
    assert "This is the last administrator." in response.content.decode()
    assert open_roles(administrator) == {Role.ADMINISTRATOR}


def test_the_user_page_tells_the_grants_in_words(as_administrator: Client, administrator: User, staff: User) -> None:
    services.grant_role(actor=administrator, user=staff, role=Role.COMPLIANCE)
    page = as_administrator.get(f"/users/{staff.pk}/").content.decode()
    assert "Compliance officer" in page
    assert f"Given by {administrator.name}" in page
    assert "Account made" in page


# --- Closing and opening ------------------------------------------------------------------------------------------


def test_a_closed_account_is_signed_out_at_once_and_stays_out(
    as_administrator: Client, as_staff: Client, staff: User
) -> None:
    as_staff.get("/account/")
    as_administrator.post(f"/users/{staff.pk}/close/", {"close-reason": "Left the office"})
    assert as_staff.get("/account/").status_code == 302
    response = Client().post("/accounts/login/", {"login": staff.email, "password": PASSWORD})
    assert response["Location"] == "/accounts/inactive/"
    assert history_of(staff).first().reason == "Left the office"  # type: ignore[union-attr]  # there in this test


def test_a_reason_is_needed_to_close(as_administrator: Client, staff: User) -> None:
    assert as_administrator.post(f"/users/{staff.pk}/close/", {"close-reason": ""}).status_code == 200
    staff.refresh_from_db()
    assert staff.is_active


def test_the_last_administrator_cannot_be_closed(as_administrator: Client, administrator: User) -> None:
    response = as_administrator.post(f"/users/{administrator.pk}/close/", {"close-reason": "Left"})
    assert "This is the last administrator." in response.content.decode()
    administrator.refresh_from_db()
    assert administrator.is_active


def test_an_account_opens_again_with_its_roles(as_administrator: Client, administrator: User, staff: User) -> None:
    services.deactivate_user(actor=administrator, user=staff, reason="By mistake")
    as_administrator.post(f"/users/{staff.pk}/open/")
    staff = User.objects.get(pk=staff.pk)
    assert (staff.is_active, staff.roles) == (True, {Role.STAFF})


def test_an_administrator_signs_somebody_out_everywhere(
    as_administrator: Client, as_staff: Client, staff: User
) -> None:
    as_staff.get("/account/")
    as_administrator.post(f"/users/{staff.pk}/end-sessions/")
    assert as_staff.get("/account/").status_code == 302
    staff.refresh_from_db()
    assert staff.is_active


def test_demo_accounts_have_one_role_each(db: None) -> None:
    made = services.create_demo_accounts(PASSWORD)
    assert {user.email: set(user.roles) for user in made} == {
        "viewer@demo.example": {Role.VIEWER},
        "staff@demo.example": {Role.STAFF},
        "secretariat@demo.example": {Role.SECRETARIAT},
        "compliance@demo.example": {Role.COMPLIANCE},
        "admin@demo.example": {Role.ADMINISTRATOR},
    }
    assert services.create_demo_accounts("another password") == made
    assert all(user.check_password(PASSWORD) for user in User.objects.all())
