"""The cast has exactly the rights that its parts say."""

from __future__ import annotations

import pytest
from django.test import Client

from c2m2a_crm.accounts import policies
from c2m2a_crm.accounts.models import User
from tests.conftest import CAST, member_of_the_cast

# part: may look, may write, may administer, may read the audit
RIGHTS = {
    "viewer": (True, False, False, False),
    "staff": (True, True, False, False),
    "secretariat": (True, True, False, False),
    "compliance": (True, True, False, True),
    "administrator": (True, True, True, True),
    "stranger": (False, False, False, False),
}


def rights(user: User) -> tuple[bool, ...]:
    asked = (policies.can_look, policies.can_write, policies.can_administer, policies.can_read_audit)
    return tuple(policy(user) for policy in asked)


@pytest.mark.django_db
@pytest.mark.parametrize("part", CAST)
def test_each_part_of_the_cast_has_its_rights(part: str) -> None:
    assert rights(member_of_the_cast(part)) == RIGHTS[part]


def test_a_closed_account_has_no_rights(administrator: User) -> None:
    administrator.is_active = False
    assert rights(administrator) == (False, False, False, False)


def test_clients_are_signed_in(as_staff: Client, staff: User) -> None:
    assert as_staff.session["_auth_user_id"] == str(staff.pk)
