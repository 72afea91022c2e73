"""PostgreSQL's side of a backup: a dump of one snapshot, and scratch databases in which a backup is tried.

A backup is always brought back into a database of its own. Only when that one is whole does it change places with the
installation's, so nothing is ever half restored.
"""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.utils.translation import gettext as _
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from c2m2a_crm.core.backup.errors import BackupError
from c2m2a_crm.core.local.binaries import postgres_programs

PIECE: Final = 2**20
# libpq's names of what stands in an address; on a command line the password could be read by everybody.
_ENVIRONMENT: Final = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}
_MAINTENANCE: Final = "postgres"
# In the name of a scratch database: when it was made.
_MADE_AT: Final = "%Y%m%d%H%M%S"


@dataclass(frozen=True, slots=True)
class Database:
    """A database by its address, as the owner of its tables reaches it."""

    url: str

    @classmethod
    def of_installation(cls) -> Database:
        """Raises :class:`BackupError` where no address is set."""
        url = os.environ.get("DATABASE_OWNER_URL") or os.environ.get("DATABASE_URL")
        if not url:
            raise BackupError(_("The address of the database is not known: set DATABASE_URL."))
        return cls(url)

    @property
    def name(self) -> str:
        return urlsplit(self.url).path.lstrip("/")

    def sibling(self, name: str) -> Database:
        """Another database of the same server."""
        return Database(urlunsplit(urlsplit(self.url)._replace(path=f"/{name}")))

    def connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(self.url, autocommit=True)

    def environment(self) -> dict[str, str]:
        """For PostgreSQL's own programs."""
        told = conninfo_to_dict(self.url)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return kept | {_ENVIRONMENT[name]: str(value) for name, value in told.items() if name in _ENVIRONMENT}

    def for_commands(self) -> dict[str, str]:
        """The environment in which a command of ``manage.py`` works on this database."""
        return {**os.environ, "DATABASE_URL": self.url, "DATABASE_OWNER_URL": self.url}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One moment of a database, shared with ``pg_dump`` while the block is open."""

    database: Database
    connection: psycopg.Connection[tuple[Any, ...]]
    name: str

    @property
    def postgres(self) -> int:
        return self.connection.info.server_version // 10000

    def rows(self) -> dict[str, int]:
        return row_counts(self.connection)

    def migrations(self) -> dict[str, str]:
        return newest_migrations(self.connection)

    def dump(self) -> Iterator[bytes]:
        """The dump in PostgreSQL's own format, piece by piece; raises :class:`BackupError` when it fails."""
        command = [
            str(postgres_programs() / "pg_dump"),
            "--format=custom",
            "--compress=gzip:6",
            f"--snapshot={self.name}",
        ]
        with tempfile.TemporaryFile() as complaints:
            with subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=complaints, env=self.database.environment()
            ) as program:
                if program.stdout is None:  # asked for above
                    raise RuntimeError("pg_dump gives no output.")
                while piece := program.stdout.read(PIECE):
                    yield piece
            if program.returncode:
                raise BackupError(_("The database could not be written: %(reason)s") % {"reason": _last(complaints)})


@contextmanager
def snapshot(database: Database) -> Iterator[Snapshot]:
    with database.connect() as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        # The session waits while the files are copied; the server's limit is for forgotten transactions.
        connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        if row is None:
            raise RuntimeError("A snapshot has a name.")
        yield Snapshot(database, connection, str(row[0]))


def row_counts(connection: psycopg.Connection[tuple[Any, ...]]) -> dict[str, int]:
    """The exact number of rows of each table."""
    counts = {}
    tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    for (table,) in tables:
        row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", table))).fetchone()
        counts[table] = int(row[0]) if row else 0
    return counts


def newest_migrations(connection: psycopg.Connection[tuple[Any, ...]]) -> dict[str, str]:
    """The newest applied migration of each app; nothing for a database without tables."""
    row = connection.execute("SELECT to_regclass('public.django_migrations') IS NOT NULL").fetchone()
    if row is None or not row[0]:
        return {}
    found = connection.execute("SELECT app, max(name) FROM django_migrations GROUP BY app")
    return {str(app): str(name) for app, name in found}


def is_in_use(database: Database) -> bool:
    """Whether somebody has signed up or been made: an installation that a restore would put aside."""
    with database.connect() as connection:
        if not newest_migrations(connection):
            return False
        row = connection.execute("SELECT EXISTS (SELECT 1 FROM accounts_user)").fetchone()
        return bool(row and row[0])


@contextmanager
def _maintenance(database: Database) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    with database.sibling(_MAINTENANCE).connect() as connection:
        yield connection


def make_scratch(database: Database, now: datetime) -> Database:
    """An empty database beside the installation's; raises :class:`BackupError` where the role may make none."""
    name = f"{database.name}_scratch_{now:{_MADE_AT}}_{secrets.token_hex(4)}"
    try:
        with _maintenance(database) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege:
        raise BackupError(
            _(
                "The role of DATABASE_OWNER_URL may not make databases, and a backup is first brought back into one of "
                "its own. Run “ALTER ROLE … CREATEDB” as the server's administrator."
            )
        ) from None
    return database.sibling(name)


def drop_left_behind(database: Database, *, before: datetime) -> None:
    """Drop scratch databases made before that moment: a drill that was killed leaves everything that a backup holds."""
    scratch = re.compile(rf"{re.escape(database.name)}_scratch_(\d{{14}})_[0-9a-f]{{8}}")
    with _maintenance(database) as connection:
        names = [name for (name,) in connection.execute("SELECT datname FROM pg_database ORDER BY 1").fetchall()]
    for name in names:
        found = scratch.fullmatch(name)
        if found and found[1] < f"{before:{_MADE_AT}}":
            drop(database.sibling(name))


def drop(database: Database) -> None:
    with _maintenance(database) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database.name)))


def load(database: Database, pieces: Iterable[bytes]) -> None:
    """Bring a dump back into an empty database; raises :class:`BackupError` at PostgreSQL's first complaint."""
    command = [str(postgres_programs() / "pg_restore"), "--exit-on-error", "--no-owner", "--no-comments"]
    if not _has_role(database, settings.DATABASE_APP_ROLE):
        command.append("--no-acl")  # a server with one role has nobody to grant anything to
    command += [f"--dbname={database.name}"]
    with tempfile.TemporaryFile() as complaints:
        with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=complaints, env=database.environment()) as program:
            if program.stdin is None:  # asked for above
                raise RuntimeError("pg_restore takes no input.")
            try:
                for piece in pieces:
                    program.stdin.write(piece)
                program.stdin.close()
            except BrokenPipeError:  # it ended early and has said why
                pass
        if program.returncode:
            raise BackupError(_("The database could not be brought back: %(reason)s") % {"reason": _last(complaints)})


def lift_clock(database: Database) -> None:
    """Another server counts transactions anew: put the clock of history above everything that is recorded."""
    with database.connect() as connection:
        row = connection.execute("SELECT to_regproc('public.core_follow_on_history') IS NOT NULL").fetchone()
        if row and row[0]:
            connection.execute("SELECT public.core_follow_on_history()")


def _has_role(database: Database, role: str) -> bool:
    with database.connect() as connection:
        found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    return found is not None


def number_of(database: Database) -> int:
    """The number that a database keeps whatever its name; 0 where there is none of this name."""
    with _maintenance(database) as connection:
        row = connection.execute("SELECT oid FROM pg_database WHERE datname = %s", [database.name]).fetchone()
    return int(row[0]) if row else 0


def change_places(installed: Database, restored: Database, aside: str) -> None:
    """The restored database takes the installation's name, and that one the name ``aside``: in one transaction."""
    try:
        with _maintenance(installed) as connection, connection.transaction():
            _rename(connection, installed.name, aside)
            _rename(connection, restored.name, installed.name)
    except psycopg.errors.ObjectInUse:
        raise BackupError(_in_use()) from None


def require_quiet(database: Database) -> None:
    """Raises :class:`BackupError` while the product, or anybody else, is connected."""
    with database.connect() as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        ).fetchone()
    if row and row[0]:
        raise BackupError(_in_use())


def _in_use() -> str:
    return _("The product is running. Stop it (Ctrl-C in its terminal), then restore.")


def _rename(connection: psycopg.Connection[tuple[Any, ...]], old: str, new: str) -> None:
    connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new)))


def _last(complaints: Any) -> str:
    """What a program said last, without its own name."""
    complaints.seek(0)
    lines = [line for line in complaints.read().decode(errors="replace").splitlines() if "error:" in line]
    return lines[0].partition("error:")[2].strip() if lines else _("it gave no reason")


def folder_of_files() -> Path:
    return Path(settings.MEDIA_ROOT)
