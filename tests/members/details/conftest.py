"""A limit that another test came near to says nothing about this one."""

from __future__ import annotations

import pytest

from tests.own_cache import forget_all


@pytest.fixture(autouse=True)
def _nobody_has_opened() -> None:
    forget_all()
