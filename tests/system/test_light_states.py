"""Migrations that render less make the same database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg import sql

from c2m2a_crm.core.local.binaries import postgres_programs
from c2m2a_crm.core.local.paths import PROJECT
from tests.services_plugin import SUPERUSER_URL

MIGRATE = """
import django
django.setup()
from django.core.management import call_command
from {place} import Command
call_command(Command(), verbosity=0, interactive=False)
"""


@pytest.fixture
def made_by() -> Iterator[Callable[[str], str]]:
    """The database that a command of this module makes, as SQL."""
    if SUPERUSER_URL not in os.environ:
        pytest.skip("makes databases on the run’s own server only")
    server = psycopg.connect(os.environ[SUPERUSER_URL], autocommit=True)
    made: list[str] = []

    def made_as(place: str) -> str:
        name = f"states_{len(made)}_{os.getpid()}"
        made.append(name)
        owner = os.environ["DATABASE_OWNER_URL"].partition("//")[2].partition("@")[0]
        server.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(owner)))
        url = os.environ["DATABASE_OWNER_URL"].replace("/crm?", f"/{name}?")
        environ = {**os.environ, "DATABASE_URL": url, "DATABASE_OWNER_URL": url}
        subprocess.run([sys.executable, "-c", MIGRATE.format(place=place)], env=environ, cwd=PROJECT, check=True)
        dump = [postgres_programs() / "pg_dump", "--schema-only", "--restrict-key=states", url]
        return subprocess.run(dump, capture_output=True, text=True, check=True).stdout

    yield made_as
    for name in made:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    server.close()


@pytest.mark.exhaustive
def test_the_database_is_the_one_that_django_alone_makes(made_by: Callable[[str], str]) -> None:
    light = made_by("c2m2a_crm.core.management.commands.migrate")
    assert "CREATE TABLE public.members_person" in light
    assert light == made_by("django.core.management.commands.migrate")
