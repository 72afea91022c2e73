"""A backup of a real installation, brought back into another folder: what was there is there again, or a sentence."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from c2m2a_crm.core.local.paths import PROJECT
from c2m2a_crm.core.local.services import attached_services

ADDRESSES = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CELERY_BROKER_URL", "CRM_DATA_DIR", "SECRET_KEY")
FILL = """
from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
with recorded(None, system="tests"):
    User.objects.create(email="nadia@office.example", name="Nadia Ферро", handle="nadia")
default_storage.save("jobs/out/Łutsël K’e.csv", ContentFile(b"\\x00\\xff content"))
"""


class Installation:
    """A data folder of its own; where no server runs there, each command brings one for its own time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if name not in ADDRESSES}
        self.environ = {**kept, "CRM_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "c2m2a_crm.settings.dev"}

    def run(self, *arguments: str | Path) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, PROJECT / "manage.py", *arguments],
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        """What the application's role is answered; what it changes stays."""
        environ = dict(self.environ)
        with attached_services("test", environ), psycopg.connect(environ["DATABASE_URL"]) as connection:
            rows = connection.execute(statement.encode()).fetchall()
            connection.commit()
            return rows

    def names(self) -> list[tuple[object, ...]]:
        return self.ask("SELECT name FROM accounts_user ORDER BY name")


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="crm-backup-"))
    place.chmod(0o711)
    yield place
    shutil.rmtree(place)


@pytest.fixture(scope="module")
def office(place: Path) -> Iterator[Installation]:
    office = Installation(place / "office")
    with attached_services("test", dict(office.environ)):  # once for all that is asked here
        for arguments in (["migrate", "--no-input", "--verbosity=0"], ["shell", "--verbosity=0", "-c", FILL]):
            code, said = office.run(*arguments)
            assert code == 0, said
        yield office


@pytest.fixture(scope="module")
def backup(office: Installation, place: Path) -> Path:
    target = place / f"office{os.getpid()}.crmbackup"
    code, said = office.run("backup", "--output", target)
    assert code == 0, said
    assert "keep a copy" in said
    return target


def test_a_backup_comes_back_whole_in_an_empty_installation(office: Installation, backup: Path, place: Path) -> None:
    other = Installation(place / "other")
    code, said = other.run("restore", backup, "--key-file", office.folder / "backup_key")
    assert code == 0, said
    assert "The history is whole" in said
    assert other.names() == [("Nadia Ферро",)]
    assert (other.folder / "files" / "jobs" / "out" / "Łutsël K’e.csv").read_bytes() == b"\x00\xff content"
    assert (other.folder / "secret_key").read_text().strip() == (office.folder / "secret_key").read_text().strip()
    assert other.ask("SELECT datname FROM pg_database WHERE datname LIKE 'crm%'") == [("crm",)]
    # The application's role has its rights there and no others, and history goes on above what was closed.
    other.ask("UPDATE accounts_user SET name = 'Paul' RETURNING id")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        other.ask("UPDATE core_history SET reason = 'forged' RETURNING id")
    newest, closed = other.ask("SELECT max(tick), (SELECT max(to_tick) FROM core_historyblock) FROM core_history")[0]
    assert newest > (closed or 0)  # type: ignore[operator]  # both are numbers


def test_data_that_is_there_is_only_put_aside_on_request_and_when_nothing_runs(
    office: Installation, backup: Path
) -> None:
    office.ask("UPDATE accounts_user SET name = 'Somebody else' RETURNING id")
    code, said = office.run("restore", backup)
    assert code == 1
    assert "--replace" in said
    environ = dict(office.environ)
    with attached_services("test", environ), psycopg.connect(environ["DATABASE_URL"]):
        code, said = office.run("restore", backup, "--replace")
    assert code == 1
    assert "Stop it" in said
    assert office.names() == [("Somebody else",)]
    aside = "SELECT datname FROM pg_database WHERE datname LIKE 'crm_before_restore_%'"
    already = office.ask(aside)
    code, said = office.run("restore", backup, "--replace")
    assert code == 0, said
    assert office.names() == [("Nadia Ферро",)]
    ((kept,),) = set(office.ask(aside)) - set(already)
    assert str(kept) in said


def test_a_drill_changes_nothing_and_leaves_nothing(office: Installation, backup: Path) -> None:
    """Nor what one that was killed has left: all records in the open, without any schedule."""
    state = "SELECT count(*), (SELECT array_agg(datname ORDER BY 1) FROM pg_database) FROM core_history"
    before = office.ask(state)
    environ = dict(office.environ)
    with (
        attached_services("test", environ),
        psycopg.connect(environ["DATABASE_OWNER_URL"], autocommit=True) as connection,
    ):
        connection.execute("CREATE DATABASE crm_scratch_20260101093000_0a1b2c3d TEMPLATE template0")
    code, said = office.run("restore", backup, "--drill")
    assert code == 0, said
    assert "nothing of the installation was changed" in said
    assert office.ask(state) == before
    ((good,),) = office.ask("SELECT details->>'good' FROM core_auditevent WHERE verb = 'backup.tried'")
    assert good == "true"


def test_a_backup_cut_short_changes_nothing(office: Installation, backup: Path, place: Path) -> None:
    """The other faults of a file: ``test_backup_container.py``."""
    broken = place / f"broken{os.getpid()}.crmbackup"
    broken.write_bytes(backup.read_bytes()[:-40])
    state = "SELECT name, (SELECT array_agg(datname ORDER BY 1) FROM pg_database) FROM accounts_user"
    before = office.ask(state)
    code, said = office.run("restore", broken, "--replace")
    assert code == 1
    assert "cut short" in said
    assert "Traceback" not in said
    assert office.ask(state) == before


KILLED = """
import os, signal
from pathlib import Path
from c2m2a_crm.core.backup import container, database, restoring
def killed(*_arguments):
    os.kill(os.getpid(), signal.SIGKILL)
def then_killed(act):
    return lambda *arguments: (act(*arguments), killed())
key = container.read_key(Path({key!r}).read_text())
"""
BEFORE_THE_CHANGE = "database.change_places = killed"
BEFORE_THE_FILES = "database.change_places = then_killed(database.change_places)"
BETWEEN_THE_FILES = "Path.rename = then_killed(Path.rename)"
RESTORE = "restoring.restore(Path({backup!r}), key, replace_data=True, say=print)"
FINISH = "restoring.finish(print)"


def test_a_restore_killed_anywhere_ends_with_records_and_files_that_belong_together(
    office: Installation, backup: Path, exhaustive: bool
) -> None:
    """Between records and files; before, and between two folders of files, with ``--exhaustive``."""

    def kill(moment: str, act: str) -> None:
        told = {"backup": str(backup), "key": str(office.folder / "backup_key")}
        code, said = office.run("shell", "--verbosity=0", "-c", f"{KILLED}\n{moment}\n{act}".format(**told))
        assert code == -signal.SIGKILL, said

    def files() -> set[str]:
        return {path.name for path in (office.folder / "files").rglob("*") if path.is_file()}

    def beside() -> list[str]:
        """What a restore lays ready, beside what it shall replace."""
        return sorted(path.name for path in office.folder.iterdir() if ".restored-" in path.name)

    office.ask("UPDATE accounts_user SET name = 'Somebody else' RETURNING id")
    (office.folder / "files" / "of-before.txt").write_text("before")
    key = (office.folder / "secret_key").read_text()
    databases = "SELECT datname FROM pg_database WHERE datname LIKE 'crm_scratch%'"
    already = office.ask(databases)

    if exhaustive:
        kill(BEFORE_THE_CHANGE, RESTORE)
        assert beside()
        code, said = office.run("restore", "--finish")
        assert (code, "before anything changed" in said) == (0, True), said
        assert (beside(), office.ask(databases)) == ([], already)
        assert office.names() == [("Somebody else",)]
        assert "of-before.txt" in files()

    (office.folder / "secret_key").write_text("another key, of an installation made since, of forty signs\n")
    kill(BEFORE_THE_FILES, RESTORE)
    assert office.names() == [("Nadia Ферро",)]
    assert "of-before.txt" in files(), "the files have not followed yet"
    code, said = office.run("backup", "--output", backup.with_name("mixed.crmbackup"))
    assert (code, "--finish" in said) == (1, True), said
    if exhaustive:
        kill(BETWEEN_THE_FILES, FINISH)
        assert "of-before.txt" not in files()
    code, said = office.run("restore", "--finish")
    assert (code, "brought to its end" in said) == (0, True), said
    assert files() == {"Łutsël K’e.csv"}
    assert (office.folder / "secret_key").read_text() == key
    assert beside() == []
    assert list(office.folder.glob("files.before_restore-*/of-before.txt"))
    # Before this test, the audit of the restored database knows of no restore.
    assert office.ask("SELECT count(*) FROM core_auditevent WHERE verb = 'backup.restored'") == [(1,)]
    code, said = office.run("restore", "--finish")
    assert (code, "Nothing was changed" in said) == (0, True), said
