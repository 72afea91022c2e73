from __future__ import annotations

import pytest

from c2m2a_crm.accounts.models import User
from tests.forums.making import Making


@pytest.fixture
def making(secretariat: User) -> Making:
    return Making(secretariat)
