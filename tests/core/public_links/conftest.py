"""A limit that another test came near to says nothing about this one."""

from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _nobody_has_guessed() -> None:
    cache.clear()
