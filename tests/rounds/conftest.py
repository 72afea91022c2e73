from __future__ import annotations

import pytest

from c2m2a_crm.accounts.models import User
from tests.rounds.making import RoundMaking


@pytest.fixture
def making(secretariat: User) -> RoundMaking:
    return RoundMaking(secretariat)
