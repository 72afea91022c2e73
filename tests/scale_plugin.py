"""Heavy tests run in full by ``manage.py test --exhaustive`` only; otherwise they are scaled down or skipped.

Loaded by ``-p tests.scale_plugin``.
"""

from __future__ import annotations

import os

import pytest


def is_exhaustive() -> bool:
    return bool(os.environ.get("CRM_EXHAUSTIVE"))


@pytest.fixture(scope="session")
def exhaustive() -> bool:
    """For tests that take a sample of their cases otherwise."""
    return is_exhaustive()


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("exhaustive") and not is_exhaustive():
        pytest.skip("runs with --exhaustive only")
