"""PostgreSQL and Valkey of their own for each test run, in a temporary folder, gone afterwards.

Loaded by ``-p tests.services_plugin`` (see ``pyproject.toml``), because the addresses must be in the environment before
pytest-django reads the settings. Where ``DATABASE_URL`` or ``REDIS_URL`` is set, that server is used instead. The
workers of pytest-xdist inherit the addresses from the process that starts them, and use a database each.

Tests connect as the owner, who may make databases. What the product's own role may do is asked through
``app_role_connection``.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from c2m2a_crm.core.local.catalogues import compile_catalogues
from c2m2a_crm.core.local.services import Services, throwaway_services

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
        early_config.stash[_services] = throwaway_services(folder / "data", os.environ)
    return (yield)


def pytest_unconfigure(config: pytest.Config) -> None:
    services = config.stash.get(_services, None)
    if services:
        services.halt()
        shutil.rmtree(config.stash[_folder], ignore_errors=True)


@pytest.fixture
def app_role_connection(transactional_db: None) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """The test database as the product's own role sees it; what a test wrote is committed, so it is seen here."""
    from django.conf import settings
    from django.db import connection

    parameters = {
        name: value
        for name, value in connection.get_connection_params().items()
        if name in ("dbname", "host", "port", "options")
    }
    with psycopg.connect(**parameters, user=settings.DATABASE_APP_ROLE, autocommit=True) as app:
        yield app
