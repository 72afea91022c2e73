from __future__ import annotations

import pytest

from c2m2a_crm.accounts.models import User
from tests.positions.making import PositionMaking


@pytest.fixture
def making(secretariat: User) -> PositionMaking:
    return PositionMaking(secretariat)
