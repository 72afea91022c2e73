"""Browser tests use the Chromium of the machine. Without one they are skipped, and the last line of the run says so;
where ``CI`` is set they fail instead, so that a build cannot pass without having looked.

Loaded by ``-p tests.browser_plugin``: the last line is written by the process that counts, not by those that test.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
_ABSENT = "No Chromium is installed (or CHROMIUM names none), so nobody looked at the pages in a browser."
_skipped = pytest.StashKey[int]()


def find_chromium(names: Sequence[str] = _NAMES, applications: Sequence[str] = _APPLICATIONS) -> str | None:
    """The browser's program: the one that ``CHROMIUM`` names, else an installed one."""
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        return chosen if Path(chosen).exists() else None
    found = (shutil.which(name) for name in names)
    there = (path for path in applications if Path(path).exists())
    return next((path for path in found if path), None) or next(there, None)


def is_ci() -> bool:
    return os.environ.get("CI", "").lower() not in ("", "0", "false", "no")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and find_chromium() is None:
        if is_ci():
            pytest.fail(f"{_ABSENT} In CI that is an error.", pytrace=False)
        pytest.skip(_ABSENT)


class _Count:
    """Counts in the process that hears of all tests."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and _ABSENT in str(report.longrepr):
            self.config.stash[_skipped] = self.config.stash.get(_skipped, 0) + 1


def pytest_configure(config: pytest.Config) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        config.pluginmanager.register(_Count(config))


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    skipped = config.stash.get(_skipped, 0)
    if skipped:
        sys.stdout.write(f"\nATTENTION: {skipped} browser tests were SKIPPED. {_ABSENT}\n")
