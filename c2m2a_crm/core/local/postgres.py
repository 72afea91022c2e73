"""The embedded PostgreSQL: making its folder, its command line, its two roles.

It listens on a Unix socket only, in a folder that nobody else may enter; on that socket every role is trusted. Three
roles sign in: ``postgres`` (the superuser, used here alone), ``crm_owner`` (owns the database and migrates it) and
``crm_app`` (what the product runs as; what it may do is granted by the migrations).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from .binaries import POSTGRES_MAJOR, postgres_programs, reachable
from .errors import LocalError
from .paths import DataFolder
from .processes import command_line

DATABASE = "crm"
OWNER = "crm_owner"
APPLICATION = "crm_app"
# SIGINT disconnects the clients and stops cleanly; SIGTERM would wait for them, maybe for ever.
STOP_SIGNAL = signal.SIGINT

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "0",  # a page is one reader's; starting a worker takes longer than it spares
    "jit": "off",  # compiling costs more than it gives for queries of a few milliseconds
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_checkpoints": "off",
    "log_min_duration_statement": "1000",
    "idle_in_transaction_session_timeout": "10min",  # a forgotten transaction holds back the closing of history
}
# Nothing of a throw-away cluster has to survive, so nothing waits for the disk.
_THROWAWAY_SETTINGS = {
    "shared_buffers": "128MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "log_min_duration_statement": "-1",
}


class Postgres:
    """One cluster in one data folder. ``throwaway`` trades all safety for speed and lets the owner make databases."""

    def __init__(self, folder: DataFolder, *, throwaway: bool = False) -> None:
        self.folder = folder
        self.throwaway = throwaway
        self.data = folder.postgres
        self._programs: Path | None = None

    @property
    def programs(self) -> Path:
        """The folder of programs, reachable for the services' account."""
        if self._programs is None:
            self._programs = reachable(self.folder, postgres_programs() / "postgres").parent
        return self._programs

    def url(self, role: str) -> str:
        """For ``DATABASE_URL``. The socket's folder goes into the query: django-environ does not understand it as a
        quoted host."""
        return f"postgresql://{role}@/{DATABASE}?host={quote(str(self.folder.sockets), safe='/')}"

    def initialise(self) -> bool:
        """Make the cluster unless it is there; whether it was made. A crash midway leaves nothing half made."""
        version_file = self.data / "PG_VERSION"
        if version_file.exists():
            self._require_version(version_file.read_text().strip())
            return False
        fresh = self.folder.service_subfolder(self._emptied(self.data.with_name("postgres.new")))
        account = self.folder.account
        arguments = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-instructions"]
        # No ICU in the wheel; this builtin locale knows the upper and lower case of all Unicode letters.
        arguments += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST"]
        done = subprocess.run(
            [self.programs / "initdb", "-D", fresh, *arguments, *(["--no-sync"] if self.throwaway else [])],
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            cwd="/",
            env={**os.environ, "LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            raise LocalError(explain(done.stderr, f"PostgreSQL could not make its folder {self.data}"))
        # Unix socket only, and only who may enter its folder.
        (fresh / "pg_hba.conf").write_text("local all all trust\n")
        fresh.rename(self.data)
        return True

    def command(self) -> list[str]:
        settings = {**_SETTINGS, **(_THROWAWAY_SETTINGS if self.throwaway else {})}
        settings["unix_socket_directories"] = str(self.folder.sockets)
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.programs / "postgres"), "-D", str(self.data), *options]

    def clear_stale_pid(self) -> None:
        """Remove a pid file whose number is nobody's, or another program's. Never signals that process.

        The caller holds the folder's lock and has ended leftovers, so no server of ours can be running; one that is
        nevertheless keeps its file, and PostgreSQL itself then refuses to start.
        """
        pid = self._pid()
        if pid is not None and f"-D {self.data}" not in command_line(pid):
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def is_ready(self, pid: int | None = None) -> bool:
        """Whether the server (with this process number, if given) takes connections, as it says in its own file."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready" and (pid is None or lines[0].strip() == str(pid))

    def provision(self) -> None:
        """Make roles and database if they are missing. The server is ready."""
        with self.connect_as_superuser("postgres") as connection:
            roles = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
            for role in (OWNER, APPLICATION):
                if role not in roles:
                    connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
            # A backup is brought back into a database of its own before it takes the installation's place.
            connection.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(sql.Identifier(OWNER)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
                )

    def connect_as_superuser(self, database: str = DATABASE) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(host=str(self.folder.sockets), user="postgres", dbname=database, autocommit=True)

    def wait_ready(self, pid: int, *, dead: Callable[[], bool], patience: float = 60.0) -> bool:
        """Wait until the server with this process number takes connections; False if it died or time is up."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if self.is_ready(pid):
                return True
            if dead():
                return False
            time.sleep(0.01)
        return False

    def _pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None

    def _require_version(self, found: str) -> None:
        if found != str(POSTGRES_MAJOR):
            raise LocalError(
                f"The data in {self.data} is of PostgreSQL {found}, and this version of the product brings PostgreSQL "
                f"{POSTGRES_MAJOR}. With the version of the product that wrote it, run `pg_dump`; then move the folder "
                "away, start this version, and load the dump with `pg_restore`."
            )

    @staticmethod
    def _emptied(path: Path) -> Path:
        shutil.rmtree(path, ignore_errors=True)
        return path


def explain(log: str, sentence: str) -> str:
    """A sentence from what PostgreSQL wrote: the known causes in words, else its own last complaint."""
    if "No space left on device" in log:
        return f"{sentence}: the disk is full. Free some space and start again."
    complaints = [line for line in log.splitlines() if any(word in line for word in ("FATAL", "PANIC", "error:"))]
    cause = complaints[-1] if complaints else log.strip().rpartition("\n")[2]
    for word in ("FATAL:", "PANIC:", "error:"):
        cause = cause.rpartition(word)[2]
    return f"{sentence}: {cause.strip() or 'it gave no reason'}"
