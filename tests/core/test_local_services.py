"""The embedded PostgreSQL and Valkey: roles, what survives, whose processes are left alone, who may use them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from c2m2a_crm.core.local.command_line import prepared_for
from c2m2a_crm.core.local.errors import LocalError
from c2m2a_crm.core.local.paths import PROJECT, DataFolder
from c2m2a_crm.core.local.postgres import explain
from c2m2a_crm.core.local.services import Services, attached_services

ADDRESSES = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CELERY_BROKER_URL", "CRM_DATA_DIR", "SECRET_KEY")


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty data folder to be, with a space and an accent in its name."""
    home = Path(tempfile.mkdtemp(prefix="crm-services-"))
    home.chmod(0o711)
    yield home / "données à nous"
    shutil.rmtree(home)


@pytest.fixture
def environ(home: Path) -> dict[str, str]:
    """This process's environment, pointing at the folder and at no server."""
    kept = {name: value for name, value in os.environ.items() if name not in ADDRESSES}
    return {**kept, "CRM_DATA_DIR": str(home), "DJANGO_SETTINGS_MODULE": "c2m2a_crm.settings.dev"}


def test_application_role_may_not_alter_and_owner_may(environ: dict[str, str]) -> None:
    with attached_services("test", environ):
        with psycopg.connect(environ["DATABASE_OWNER_URL"]) as owner:
            owner.execute("CREATE TABLE seen (name text)")
            owner.execute("CREATE EXTENSION pg_trgm")  # a trusted one: no superuser needed
        with psycopg.connect(environ["DATABASE_URL"], autocommit=True) as app:
            assert app.execute("SELECT current_user").fetchone() == ("crm_app",)
            for statement in ("CREATE TABLE other ()", "DROP TABLE seen", "SELECT * FROM seen", "SET ROLE crm_owner"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    app.execute(statement)


def test_letters_of_all_languages_have_upper_and_lower_case(environ: dict[str, str]) -> None:
    with attached_services("test", environ), psycopg.connect(environ["DATABASE_URL"]) as app:
        row = app.execute(
            "SELECT lower('ÉCOLE ŒUVRE Ł'), upper('straße'), current_setting('server_encoding')"
        ).fetchone()
    assert row == ("école œuvre ł", "STRASSE", "UTF8")


def test_data_and_key_survive_from_run_to_run(environ: dict[str, str]) -> None:
    first = dict(environ)
    with attached_services("test", first):
        with psycopg.connect(first["DATABASE_OWNER_URL"]) as owner:
            owner.execute("CREATE TABLE kept AS SELECT 'gardé' AS word")
        redis.Redis.from_url(first["REDIS_URL"]).set("word", "gardé")
    with attached_services("test", environ):
        with psycopg.connect(environ["DATABASE_OWNER_URL"]) as owner:
            assert owner.execute("SELECT word FROM kept").fetchone() == ("gardé",)
        assert redis.Redis.from_url(environ["REDIS_URL"]).get("word") == "gardé".encode()
    assert environ["SECRET_KEY"] == first["SECRET_KEY"]


def test_stale_pid_file_is_removed_and_its_stranger_lives(home: Path, environ: dict[str, str]) -> None:
    with attached_services("test", {**environ}):
        pass
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        folder = DataFolder.open(home)
        pid_file = folder.postgres / "postmaster.pid"
        pid_file.write_text(f"{stranger.pid}\n{folder.postgres}\n1\n5432\n{folder.sockets}\n\n0 0\nready   \n")
        with attached_services("test", environ), psycopg.connect(environ["DATABASE_URL"]) as app:
            assert app.execute("SELECT 1").fetchone() == (1,)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_half_made_cluster_is_made_anew(home: Path, environ: dict[str, str]) -> None:
    folder = DataFolder.open(home)
    half = folder.service_subfolder(home / "postgres.new")
    (half / "base").mkdir()
    with attached_services("test", environ):
        assert (folder.postgres / "PG_VERSION").exists()
    assert not half.exists()


def test_data_of_another_major_version_is_refused_with_the_way_out(home: Path, environ: dict[str, str]) -> None:
    with attached_services("test", {**environ}):
        pass
    version = DataFolder.open(home).postgres / "PG_VERSION"
    version.write_text("17\n")
    with (
        pytest.raises(LocalError, match=r"PostgreSQL 17.*pg_dump.*pg_restore"),
        attached_services("test", environ),
    ):
        pytest.fail("must not start")
    version.write_text("18\n")


def test_reason_of_postgresql_is_told() -> None:
    assert "disk is full" in explain("FATAL: could not write: No space left on device", "It did not start")
    told = explain("x LOG: hm\n2026 [7] FATAL:  lock file exists\n2026 HINT: look", "It did not start")
    assert told == "It did not start: lock file exists"


def test_killed_server_loses_no_committed_row(home: Path, environ: dict[str, str]) -> None:
    folder = DataFolder.open(home)
    services = Services(folder, postgres=True, valkey=False)
    assert services.owner_lock.try_exclusive()
    services.run()
    services.set_environment({**environ, "REDIS_URL": "redis://unused"})
    assert services.postgres is not None
    committed = 0

    def insert_for_ever(connection: psycopg.Connection[tuple[object, ...]]) -> None:
        nonlocal committed
        while True:
            connection.execute("INSERT INTO kept VALUES (%s)", [committed])
            committed += 1

    with psycopg.connect(services.postgres.url("crm_owner"), autocommit=True) as owner:
        owner.execute("CREATE TABLE kept (n int)")
        postmaster = int((folder.postgres / "postmaster.pid").read_text().split()[0])
        killer = threading.Timer(0.3, os.kill, (postmaster, signal.SIGKILL))
        killer.start()
        with pytest.raises(psycopg.OperationalError):
            insert_for_ever(owner)
    services.halt()
    services.run()
    with psycopg.connect(services.postgres.url("crm_owner")) as owner:
        row = owner.execute("SELECT count(*) FROM kept").fetchone()
    services.halt()
    services.owner_lock.release()
    assert committed > 10
    assert row is not None
    # The row of the moment of the kill may have been committed without our hearing of it.
    assert row[0] in (committed, committed + 1)


def test_commands_share_services_and_the_last_one_stops_them(home: Path, environ: dict[str, str]) -> None:
    code = (
        "import sys; from c2m2a_crm.core.local.services import attached_services; import os, psycopg\n"
        "with attached_services(sys.argv[1]):\n"
        "    print('up', flush=True); sys.stdin.readline()\n"
        "    print(psycopg.connect(os.environ['DATABASE_URL']).execute('SELECT 1').fetchone()[0], flush=True)\n"
    )

    def command(name: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", code, name],
            cwd=PROJECT,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    with command("first") as first:
        assert first.stdout is not None
        assert first.stdin is not None
        assert first.stdout.readline() == "up\n"
        with command("second") as second:
            assert second.stdout is not None
            assert second.stdin is not None
            assert second.stdout.readline() == "up\n"
            first.stdin.write("\n")
            first.stdin.flush()
            assert first.stdout.readline() == "1\n"
            # The first one made the services and is done, and still the second one can work.
            second.stdin.write("\n")
            second.stdin.flush()
            assert second.stdout.readline() == "1\n"
            assert second.wait(20) == 0
        assert first.wait(20) == 0
    assert not (DataFolder.open(home).postgres / "postmaster.pid").exists()


def test_servers_of_the_environment_win(home: Path, environ: dict[str, str]) -> None:
    environ |= {"DATABASE_URL": "postgresql://db.example/crm", "REDIS_URL": "unix:///run/redis.sock?db=3"}
    with attached_services("test", environ):
        assert environ["DATABASE_URL"] == "postgresql://db.example/crm"
        assert environ["CELERY_BROKER_URL"] == "redis+socket:///run/redis.sock?virtual_host=3"
    assert not (home / "postgres").exists()


@pytest.mark.parametrize(
    "argv", [["manage.py"], ["manage.py", "help"], ["manage.py", "migrate", "--help"], ["manage.py", "test"]]
)
def test_command_without_data_starts_nothing(home: Path, environ: dict[str, str], argv: list[str]) -> None:
    with prepared_for(argv, environ):
        assert "DATABASE_URL" not in environ
    assert not home.exists()


@pytest.mark.parametrize("spelled", [["--data-dir", "HOME"], ["--data-dir=HOME"]])
def test_every_command_knows_whose_data_it_works_on(home: Path, environ: dict[str, str], spelled: list[str]) -> None:
    del environ["CRM_DATA_DIR"]
    argv = ["manage.py", "export", *(part.replace("HOME", str(home)) for part in spelled), "people"]
    with prepared_for(argv, environ):
        assert environ["CRM_DATA_DIR"] == str(home)
        assert argv == ["manage.py", "export", "people"]
    assert (home / "postgres").exists()


def test_production_gets_no_embedded_service_and_no_key(home: Path, environ: dict[str, str]) -> None:
    with prepared_for(["manage.py", "migrate", "--settings=c2m2a_crm.settings.prod"], environ):
        assert not {"DATABASE_URL", "REDIS_URL", "SECRET_KEY"} & set(environ)
    assert not (home / "postgres").exists()
