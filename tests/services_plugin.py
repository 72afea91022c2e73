"""PostgreSQL and Valkey of their own for each test run, in a temporary folder, gone afterwards.

Loaded by ``-p tests.services_plugin`` (see ``pyproject.toml``), because the addresses must be in the environment before
pytest-django reads the settings. Where ``DATABASE_URL`` or ``REDIS_URL`` is set, that server is used instead. The
workers of pytest-xdist inherit the addresses from the process that starts them, and use a database each.

Tests connect as the owner, who may make databases; see ``database_plugin`` for the product's own role.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from c2m2a_crm.core.local.catalogues import compile_catalogues
from c2m2a_crm.core.local.services import Services, throwaway_services

# The superuser of the run's own server may end the connections of every role.
SUPERUSER_URL = "CRM_TEST_SUPERUSER_URL"

_services = pytest.StashKey[Services]()
_folder = pytest.StashKey[Path]()


def _is_xdist_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    if not _is_xdist_worker():
        compile_catalogues()
        folder = Path(tempfile.mkdtemp(prefix="crm-test-"))
        folder.chmod(0o711)  # as root the services' account must pass through
        early_config.stash[_folder] = folder
        services = early_config.stash[_services] = throwaway_services(folder / "data", os.environ)
        if services.postgres:
            os.environ[SUPERUSER_URL] = services.postgres.url("postgres").replace("/crm?", "/postgres?")
    return (yield)


def pytest_unconfigure(config: pytest.Config) -> None:
    services = config.stash.get(_services, None)
    if services:
        services.halt()
        shutil.rmtree(config.stash[_folder], ignore_errors=True)
