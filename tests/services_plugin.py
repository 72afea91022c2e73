"""PostgreSQL and Valkey of their own for each test run, in a temporary folder, gone afterwards.

Loaded by ``-p tests.services_plugin`` (see ``pyproject.toml``), because the addresses must be in the environment before
pytest-django reads the settings. Where ``DATABASE_URL`` or ``REDIS_URL`` is set, that server is used instead. The
workers of pytest-xdist inherit the addresses from the process that starts them, and use a database each.

Tests connect as the owner, who may make databases; see ``database_plugin`` for the product's own role.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from c2m2a_crm.core.local.catalogues import compile_catalogues
from c2m2a_crm.core.local.services import throwaway_services

# The superuser of the run's own server may end the connections of every role.
SUPERUSER_URL = "CRM_TEST_SUPERUSER_URL"


def _is_xdist_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    if not _is_xdist_worker():
        compile_catalogues()
        folder = Path(tempfile.mkdtemp(prefix="crm-test-"))
        # Not in a hook: pytest calls none of them when the settings or a conftest cannot be read.
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o711)  # as root the services' account must pass through
        services = throwaway_services(folder / "data", os.environ)
        atexit.register(services.halt)
        if services.postgres:
            os.environ[SUPERUSER_URL] = services.postgres.url("postgres").replace("/crm?", "/postgres?")
    return (yield)
