from __future__ import annotations

import pytest

from c2m2a_crm.accounts.models import User
from tests.meetings.making import MeetingMaking


@pytest.fixture
def making(secretariat: User) -> MeetingMaking:
    return MeetingMaking(secretariat)
