"""A transactional test leaves the database exactly as the migrations made it.

Django would empty every table by TRUNCATE. Here that is refused (history would not see it), and it would throw away
what migrations brought. So before the first such test the database is copied, and after each one it is replaced by a
copy of that copy: some tenths of a second, sequences and history included. Loaded by ``-p tests.database_plugin``.

Where the run has a server of its own, migrations run once for all its processes: each begins with that same copy.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.services_plugin import SUPERUSER_URL

_copied: set[str] = set()
_OF_THE_RUN = "test_crm_as_migrated"
_ONE_AT_A_TIME = 4_815  # any number that nobody else locks on this server


def pytest_configure() -> None:
    from django.db.backends.base.creation import BaseDatabaseCreation
    from django.test import TransactionTestCase

    create = BaseDatabaseCreation.create_test_db

    def create_by_copy(creation: BaseDatabaseCreation, *args: Any, **options: Any) -> str:
        if SUPERUSER_URL not in os.environ:
            return create(creation, *args, **options)
        with _administration() as server:
            server.execute("SELECT pg_advisory_lock(%s)", [_ONE_AT_A_TIME])
            migrated = server.execute("SELECT FROM pg_database WHERE datname = %s", [_OF_THE_RUN]).rowcount
            creation.connection.settings_dict["TEST"]["TEMPLATE"] = _OF_THE_RUN if migrated else None
            name = create(creation, *args, **options)
            if not migrated:
                _replace(_OF_THE_RUN, by=name)
        return name

    BaseDatabaseCreation.create_test_db = create_by_copy  # type: ignore[method-assign]  # put in its place for the tests
    set_up = TransactionTestCase._fixture_setup.__func__  # type: ignore[attr-defined]  a class method

    def copy_and_set_up(cls: type[TransactionTestCase]) -> None:
        name = _address()["dbname"]
        if SUPERUSER_URL not in os.environ and name not in _copied:
            _copied.add(name)
            _replace(_copy_of(name), by=name)
        set_up(cls)

    def restore(case: TransactionTestCase) -> None:
        name = _address()["dbname"]
        _replace(name, by=_copy_of(name))

    # TestCase overrides both and rolls back.
    TransactionTestCase._fixture_setup = classmethod(copy_and_set_up)  # type: ignore[assignment,method-assign]  # put in its place for the tests
    TransactionTestCase._fixture_teardown = restore  # type: ignore[method-assign]  # put in its place for the tests


def pytest_sessionfinish() -> None:
    if SUPERUSER_URL in os.environ:
        return  # the server goes with the run
    for name in _copied:
        with _administration() as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(_copy_of(name))))


@pytest.fixture
def app_role_connection(transactional_db: None) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """The test database as the product's own role sees it; what a test wrote is committed, so it is seen here."""
    from django.conf import settings

    with psycopg.connect(**{**_address(), "user": settings.DATABASE_APP_ROLE}, autocommit=True) as connection:
        yield connection


def _copy_of(name: str) -> str:
    return _OF_THE_RUN if SUPERUSER_URL in os.environ else f"{name}_as_migrated"


def _replace(name: str, *, by: str) -> None:
    from django.db import connections

    connections.close_all()
    target, source = sql.Identifier(name), sql.Identifier(by)
    with _administration() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(target))
        owner = sql.Identifier(_address()["user"])
        # A browser test runs in an event loop of its own, where close_all() does not see the connections from before.
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [by])
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY FILE_COPY").format(target, source, owner)
        )


def _administration() -> psycopg.Connection[tuple[object, ...]]:
    if SUPERUSER_URL in os.environ:
        return psycopg.connect(os.environ[SUPERUSER_URL], autocommit=True)
    return psycopg.connect(**{**_address(), "dbname": "postgres"}, autocommit=True)


def _address() -> dict[str, Any]:
    """Where Django's test database is, for a connection of our own."""
    from django.db import connection

    known = connection.get_connection_params()
    return {name: known[name] for name in ("dbname", "user", "password", "host", "port") if name in known}
