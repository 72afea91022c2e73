"""What the tests of this folder share."""

from __future__ import annotations

import pytest

from c2m2a_crm.accounts.models import User
from tests.system.leaks.planting import Office, Vault, make_office, make_vault


@pytest.fixture
def office(staff: User) -> Office:
    return make_office(staff)


@pytest.fixture
def vault(office: Office, staff: User) -> Vault:
    return make_vault(office, staff)
