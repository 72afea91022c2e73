"""A page reads its reader, the roles and the circles in one statement, and anew on each request."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from c2m2a_crm.accounts.backends import HouseBackend
from c2m2a_crm.accounts.models import Role, RoleGrant, User
from c2m2a_crm.core.actor import circle_ids_of
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import CircleMembership
from c2m2a_crm.core.validity import today
from tests.engagement.making import circle_of

pytestmark = pytest.mark.django_db


def test_reader_comes_with_roles_and_circles(staff: User, viewer: User) -> None:
    circle = circle_of(staff)
    circle_of(viewer, name="Others")
    with CaptureQueriesContext(connection) as captured:
        reader = HouseBackend().get_user(staff.pk)
        assert reader is not None
        assert (reader.roles, circle_ids_of(reader)) == (frozenset({Role.STAFF}), (circle.pk,))
    assert len(captured) == 1


def test_what_was_taken_back_or_left_is_not_held(staff: User) -> None:
    circle = circle_of(staff)
    with recorded(None, system="tests"):
        CircleMembership.objects.filter(circle=circle).update(left_on=today())
        grant = RoleGrant.objects.get(user=staff)
        RoleGrant.objects.filter(pk=grant.pk).update(revoked_at=grant.granted_at)
    reader = HouseBackend().get_user(staff.pk)
    assert reader is not None
    assert (reader.roles, circle_ids_of(reader)) == (frozenset(), ())


def test_a_closed_account_reads_nothing(staff: User, as_staff: Client) -> None:
    assert as_staff.get("/organizations/").status_code == 200
    with recorded(None, system="tests"):
        User.objects.filter(pk=staff.pk).update(is_active=False)
    assert HouseBackend().get_user(staff.pk) is None
    assert as_staff.get("/organizations/").status_code == 302
    assert HouseBackend().get_user(0) is None


def test_a_role_taken_back_counts_at_the_next_request(staff: User, as_staff: Client) -> None:
    assert as_staff.get("/organizations/").status_code == 200
    with recorded(None, system="tests"):
        grant = RoleGrant.objects.get(user=staff)
        RoleGrant.objects.filter(pk=grant.pk).update(revoked_at=grant.granted_at)
    assert as_staff.get("/organizations/").status_code == 403
