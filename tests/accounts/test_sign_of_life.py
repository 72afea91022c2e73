"""When a session was last used is noted once a minute, not on every request."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.conf import LazySettings
from django.test import Client

from c2m2a_crm.accounts.models import User

pytestmark = pytest.mark.django_db


def test_sign_of_life_is_noted_once_a_minute_and_for_each_address(
    staff: User, as_staff: Client, settings: LazySettings
) -> None:
    as_staff.get("/organizations/")
    first = UserSession.objects.get(user=staff)
    as_staff.get("/people/")
    assert UserSession.objects.get(user=staff).last_seen_at == first.last_seen_at
    as_staff.get("/people/", REMOTE_ADDR="203.0.113.9")
    moved = UserSession.objects.get(user=staff)
    assert moved.last_seen_at > first.last_seen_at
    assert moved.ip == "203.0.113.9"
    settings.SIGN_OF_LIFE_SECONDS = 0  # no sign of life holds any longer
    as_staff.get("/people/", REMOTE_ADDR="203.0.113.10")
    seen = UserSession.objects.get(user=staff).last_seen_at
    as_staff.get("/people/", REMOTE_ADDR="203.0.113.10")
    assert UserSession.objects.get(user=staff).last_seen_at > seen


def test_who_is_not_signed_in_leaves_no_sign(client: Client, db: None) -> None:
    client.get("/accounts/login/")
    assert not UserSession.objects.exists()
