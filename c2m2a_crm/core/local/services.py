"""The services of a data folder, for ``start`` (which supervises them) and for every other command (which uses the
running ones, or runs them for its own duration)."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, MutableMapping
from pathlib import Path

from .errors import LocalError
from .paths import DataFolder, FolderLock, data_folder_from
from .postgres import APPLICATION, OWNER, Postgres, explain
from .postgres import STOP_SIGNAL as POSTGRES_STOP
from .processes import end_leftovers, remember, spawn, stop
from .valkey import STOP_SIGNAL as VALKEY_STOP
from .valkey import Valkey

_LOG_BYTES = 2 * 2**20


class Services:
    """The embedded services of one folder: those for which the environment names no server."""

    def __init__(self, folder: DataFolder, *, postgres: bool, valkey: bool, throwaway: bool = False) -> None:
        self.folder = folder
        self.postgres = Postgres(folder, throwaway=throwaway) if postgres else None
        self.valkey = Valkey(folder, throwaway=throwaway) if valkey else None
        self.owner_lock = FolderLock(folder.root / "owner.lock")
        self.users_lock = FolderLock(folder.root / "users.lock")
        self._running: list[tuple[subprocess.Popen[bytes], signal.Signals]] = []

    @classmethod
    def missing_from(cls, environ: MutableMapping[str, str], folder: DataFolder) -> Services:
        """Production brings its own servers, and its settings refuse to work without them."""
        local = not is_production(environ)
        return cls(
            folder, postgres=local and not environ.get("DATABASE_URL"), valkey=local and not environ.get("REDIS_URL")
        )

    def set_environment(self, environ: MutableMapping[str, str]) -> None:
        """Tell settings, and our children, where everything is. What is set already stays."""
        environ["CRM_DATA_DIR"] = str(self.folder.root)
        if is_production(environ):
            return
        if self.postgres:
            environ["DATABASE_URL"] = self.postgres.url(APPLICATION)
            environ["DATABASE_OWNER_URL"] = self.postgres.url(OWNER)
        if self.valkey:
            environ["REDIS_URL"] = self.valkey.cache_url
            environ.setdefault("CELERY_BROKER_URL", self.valkey.broker_url)
        else:
            environ.setdefault("CELERY_BROKER_URL", _as_broker(environ["REDIS_URL"]))
        if not environ.get("SECRET_KEY"):
            environ["SECRET_KEY"] = self.folder.secret_key()

    def prepare(self) -> bool:
        """Everything before the first process: leftovers, space, a new cluster. Whether the cluster is new.

        The caller holds ``owner_lock``.
        """
        end_leftovers(self.folder.children)
        self.folder.require_space()
        if self.valkey:
            self.valkey.prepare()
        if not self.postgres:
            return False
        made = self.postgres.initialise()
        self.postgres.clear_stale_pid()
        return made

    def run(self) -> None:
        """Start what is embedded, without a supervisor, logging to a file; ``halt`` ends it."""
        self.prepare()
        log = self.folder.root / "log" / "services.log"
        log.parent.mkdir(mode=0o700, exist_ok=True)
        if log.exists() and log.stat().st_size > _LOG_BYTES:
            log.replace(log.with_suffix(".old"))
        with log.open("ab") as output:
            begin = output.tell()
            account = self.folder.account
            if self.postgres:
                server = spawn(self.postgres.command(), output=output, death_signal=POSTGRES_STOP, account=account)
                self._running.append((server, POSTGRES_STOP))
            if self.valkey:
                broker = spawn(self.valkey.command(), output=output, death_signal=VALKEY_STOP, account=account)
                self._running.append((broker, VALKEY_STOP))
        remember(self.folder.children, [process.pid for process, _ in self._running])
        if self.postgres:
            if not self.postgres.wait_ready(server.pid, dead=lambda: server.poll() is not None):
                raise LocalError(explain(_text_from(log, begin), "PostgreSQL did not start"))
            self.postgres.provision()
        if self.valkey and not self.valkey.wait_ready(dead=lambda: broker.poll() is not None):
            raise LocalError(f"Valkey did not start: {_text_from(log, begin).strip() or 'it gave no reason'}")

    def halt(self) -> None:
        for process, number in reversed(self._running):
            stop(process, number, patience=20.0)
        self._running.clear()
        self.folder.children.unlink(missing_ok=True)

    def answer(self) -> bool:
        """Whether another command's services can be used now."""
        return (self.postgres is None or self.postgres.is_ready()) and (self.valkey is None or self.valkey.is_ready())


@contextlib.contextmanager
def attached_services(command: str, environ: MutableMapping[str, str] = os.environ) -> Iterator[None]:
    """Services for the duration of a command: the running ones of the data folder, else our own.

    Whoever started them stops them, after the last user of the same folder has finished.
    """
    folder = DataFolder.open(data_folder_from(environ))
    services = Services.missing_from(environ, folder)
    if services.postgres is None and services.valkey is None:
        services.set_environment(environ)
        yield
        return
    if _own_or_share(services):
        services.owner_lock.describe(command=command)
        try:
            services.run()
            services.set_environment(environ)
            yield
        finally:
            services.users_lock.exclusive()
            services.halt()
            services.owner_lock.release()
            services.users_lock.release()
    else:
        services.set_environment(environ)
        try:
            yield
        finally:
            services.users_lock.release()


def _own_or_share(services: Services, *, patience: float = 90.0) -> bool:
    """True: the folder is ours to run. False: another process runs it, answers, and waits for us before it stops."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if services.owner_lock.try_exclusive():
            return True
        services.users_lock.shared()
        if services.answer():
            return False
        services.users_lock.release()
        time.sleep(0.05)
    holder = services.owner_lock.holder()
    raise LocalError(
        f"The services of {services.folder.root} are held by another process ({holder.get('command', 'unknown')}, "
        f"number {holder.get('pid', 'unknown')}) and do not answer. End it and try again."
    )


def throwaway_services(root: Path, environ: MutableMapping[str, str]) -> Services:
    """Services for tests: quick, forgetful, whose owner role may make databases. ``halt`` them yourself."""
    folder = DataFolder.open(root)
    services = Services(
        folder,
        postgres=not environ.get("DATABASE_URL"),
        valkey=not environ.get("REDIS_URL"),
        throwaway=True,
    )
    services.owner_lock.try_exclusive()
    services.run()
    services.set_environment(environ)
    return services


def is_production(environ: MutableMapping[str, str]) -> bool:
    return environ.get("DJANGO_SETTINGS_MODULE", "").endswith(".prod")


def _as_broker(redis_url: str) -> str:
    """The same server, spelled as kombu wants a Unix socket."""
    if not redis_url.startswith("unix://"):
        return redis_url
    path, _, query = redis_url.removeprefix("unix://").partition("?")
    return f"redis+socket://{path}?{query.replace('db=', 'virtual_host=')}"


def _text_from(log: Path, begin: int) -> str:
    with log.open("rb") as file:
        file.seek(begin)
        return file.read().decode(errors="replace")
