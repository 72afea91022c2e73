"""Keeping the run short. Loaded by ``-p tests.scale_plugin``.

The process uses its memory as a web server does (``core.web_process``): looking through a program and six thousand
tests for circles of references, again and again, took a fifth of the run.

Heavy tests run in full by ``manage.py test --exhaustive`` only; otherwise they are scaled down or skipped. Tests of a
file that shares something costly stay in one process, while all others go to whichever process is free.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

# Each of them starts a whole product once, or fills one office for all its tests.
# (The marks that pytest-xdist has for this do nothing under pytest 9.2.)
IN_ONE_PROCESS = (
    "tests/core/test_backup.py",
    "tests/core/test_start.py",
    "tests/dashboard/test_bench_office.py",
    "tests/dashboard/test_demo_office.py",
    "tests/system/test_statements.py",
)


def is_exhaustive() -> bool:
    return bool(os.environ.get("CRM_EXHAUSTIVE"))


def in_full(*cases: Any) -> list[Any]:
    """Cases of a parametrized test that run with --exhaustive only."""
    return [pytest.param(*case, marks=pytest.mark.exhaustive) for case in cases]


@pytest.fixture(scope="session")
def exhaustive() -> bool:
    """For tests that take a sample of their cases otherwise."""
    return is_exhaustive()


def pytest_collection_finish() -> None:
    from c2m2a_crm.core.web_process import settle

    settle()


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("exhaustive") and not is_exhaustive():
        pytest.skip("runs with --exhaustive only")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadScopeScheduling

    class Scheduler(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            path = nodeid.partition("::")[0]
            return path if path in IN_ONE_PROCESS else nodeid

    return Scheduler(config, log)
