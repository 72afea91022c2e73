"""``python3 manage.py start``: the whole product on this machine, in the foreground, until Ctrl-C.

Order: take the folder and the port · PostgreSQL and Valkey (unless the environment names servers) · migrations by the
owner, static files beside · reference data · web, worker, beat · the address. A step that takes time says so.
"""

from __future__ import annotations

import hashlib
import os
import socket
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import OperationalError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.utils.module_loading import import_string

from c2m2a_crm.core.backup.errors import BackupError
from c2m2a_crm.core.backup.unfinished import finish_interrupted
from c2m2a_crm.core.local import web
from c2m2a_crm.core.local.binaries import POSTGRES_MAJOR
from c2m2a_crm.core.local.catalogues import compile_catalogues
from c2m2a_crm.core.local.command_line import services_for_start
from c2m2a_crm.core.local.errors import LocalError
from c2m2a_crm.core.local.paths import PROJECT
from c2m2a_crm.core.local.postgres import STOP_SIGNAL as POSTGRES_STOP
from c2m2a_crm.core.local.postgres import explain
from c2m2a_crm.core.local.services import Services, is_production
from c2m2a_crm.core.local.supervisor import Child, StopRequest, Supervisor

_DEMO_IS_COMPLETE = "complete\n"
STOP_ORDER = ("beat", "web", "worker", "valkey", "postgres")


class Command(BaseCommand):
    help = "Start the whole product on this machine: database, broker, web server, worker and clock."
    requires_system_checks: list[str] = []  # migrate runs them
    suppressed_base_arguments = {"--pythonpath", "--no-color", "--force-color", "--skip-checks", "--verbosity"}

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="port of the web server (8000)")
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1); 0.0.0.0 means all")
        parser.add_argument("--data-dir", help="folder for all data (var, or the environment's CRM_DATA_DIR)")
        parser.add_argument("--demo", action="store_true", help="fill with a fictional office and demo accounts")
        parser.add_argument("--reset", action="store_true", help="remove all data of the folder first; asks")
        parser.add_argument("--yes", action="store_true", help="answer yes to the question of --reset")

    def handle(self, *args: Any, **options: Any) -> None:
        services = services_for_start()
        host, port = options["host"], options["port"]
        _take_folder(services)
        # For whoever finds the folder taken.
        services.owner_lock.describe(command="start", address=web.address_to_open(host, port))
        if options["reset"]:
            _reset(services, confirmed=options["yes"])
        if (options["demo"] or services.folder.demo_marker.exists()) and not web.is_loopback(host):
            raise LocalError(
                "The demo's accounts have a known password, so it is served on this machine only: leave --host out."
                + ("" if options["demo"] else " For a folder without demo data, choose another --data-dir.")
            )
        listener = web.listen(host, port)
        supervisor = Supervisor(services.folder.children)
        with supervisor.signals():
            try:
                _Start(services, supervisor, listener, host, port, demo=options["demo"]).run()
            except StopRequest:
                supervisor.say("Stopping …")
                services.owner_lock.describe(command="start", is_stopping=True)
            finally:
                connections.close_all()
                supervisor.stop_all(STOP_ORDER)
                listener.close()
        supervisor.say("Stopped.")


class _Start:
    """One run; the steps in their order."""

    def __init__(
        self, services: Services, supervisor: Supervisor, listener: socket.socket, host: str, port: int, *, demo: bool
    ) -> None:
        self.services = services
        self.folder = services.folder
        self.supervisor = supervisor
        self.listener = listener
        self.host = host
        self.port = port
        self.demo = demo
        self.began = time.monotonic()
        self.environ = {
            **os.environ,
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
        }
        if not web.is_loopback(host) and not is_production(os.environ):
            self.environ.setdefault("ALLOWED_HOSTS", ",".join(web.names_of_this_machine(host)))

    def run(self) -> None:
        self._start_services()
        static_files = self._begin_static_files()
        self._require_usable_database()
        self._finish_restore()
        self._migrate()
        if "seed_reference" in get_commands():
            call_command("seed_reference", verbosity=0)
        if compile_catalogues():
            self.supervisor.say("· Translations compiled")
        if static_files:
            self.supervisor.finish_step(static_files)
            self.folder.root.joinpath("static_fingerprint").write_text(_static_fingerprint())
        if self.demo:
            self._fill_with_demo()
        self._start_product()
        self.supervisor.run_forever()

    def _start_services(self) -> None:
        postgres, valkey = self.services.postgres, self.services.valkey
        if postgres and not postgres.data.exists():
            self.supervisor.say(f"· Making the database in {postgres.data}")
        self.services.prepare()
        children = []
        if postgres:
            server = Child(
                "postgres",
                postgres.command(),
                account=self.folder.account,
                stop_signal=POSTGRES_STOP,
                stop_patience=60.0,
                before_start=postgres.clear_stale_pid,
                hides=_is_routine_of_postgres,
            )
            children.append((server, lambda: postgres.is_ready(server.pid), "PostgreSQL did not start"))
        if valkey:
            broker = Child("valkey", valkey.command(), account=self.folder.account, hides=_is_routine_of_valkey)
            children.append((broker, valkey.is_ready, "Valkey did not start"))
        for child, _, _ in children:
            self.supervisor.start(child)
        for child, is_ready, sentence in children:
            self._wait(child, is_ready, sentence)
        if postgres:
            postgres.provision()

    def _wait(self, child: Child, is_ready: Callable[[], bool], sentence: str, *, tries: int = 1) -> None:
        """Until the child is ready; ``tries`` deaths are one too many."""
        done = self.supervisor.run_until(lambda: child.failures >= tries or is_ready(), patience=120.0)
        if not done or child.failures >= tries:
            raise LocalError(explain("\n".join(child.tail), sentence))

    def _begin_static_files(self) -> Child | None:
        stamp = self.folder.root / "static_fingerprint"
        if stamp.exists() and stamp.read_text() == _static_fingerprint():
            return None
        self.supervisor.say("· Collecting static files")
        step = self._manage("static", "collectstatic", "--no-input", "--clear", "--verbosity=0")
        self.supervisor.begin_step(step)
        return step

    def _require_usable_database(self) -> None:
        try:
            connection.ensure_connection()
        except OperationalError as error:
            raise LocalError(f"The database of DATABASE_URL does not answer: {str(error).strip()}") from None
        major = connection.cursor().connection.info.server_version // 10000
        if major < POSTGRES_MAJOR:
            raise LocalError(
                f"The product needs PostgreSQL {POSTGRES_MAJOR}; the server of DATABASE_URL is version {major}."
            )
        self.executor = MigrationExecutor(connection)
        require_known_data(self.executor.loader, str(self.folder.root))

    def _finish_restore(self) -> None:
        """One that was killed between its steps; the signing key may be another afterwards."""
        is_kept_here = self._kept_key() == settings.SECRET_KEY
        try:
            was_interrupted = finish_interrupted(self.supervisor.say)
        except BackupError as error:
            raise LocalError(str(error)) from None
        if was_interrupted and is_kept_here:
            settings.SECRET_KEY = os.environ["SECRET_KEY"] = self.environ["SECRET_KEY"] = self._kept_key()

    def _kept_key(self) -> str:
        path = self.folder.root / "secret_key"
        return path.read_text().strip() if path.exists() else ""

    def _migrate(self) -> None:
        steps = len(self.executor.migration_plan(self.executor.loader.graph.leaf_nodes()))
        if not os.environ.get("DATABASE_OWNER_URL"):
            self.supervisor.say(
                "· DATABASE_OWNER_URL is not set: migrations run as the application's own role, which may then also "
                "alter history. That guards it against mistakes, not against people."
            )
        if not steps:
            return
        self.supervisor.say(f"· Preparing the database ({steps} steps)")
        connection.close()
        self.supervisor.run_step(self._manage("migrate", "migrate", "--no-input", "--verbosity=0"))

    def _fill_with_demo(self) -> None:
        marker = self.folder.demo_marker
        if self.services.postgres and marker.exists() and marker.read_text() == _DEMO_IS_COMPLETE:
            return
        self.supervisor.say("· Filling in the demo")
        marker.touch()  # before the first account with a known password
        self.supervisor.run_step(self._manage("demo", "demo", "--size", "small"))
        marker.write_text(_DEMO_IS_COMPLETE)

    def _start_product(self) -> None:
        shared_memory = Path("/dev/shm")  # noqa: S108  gunicorn makes its own unlinked file there
        beating = shared_memory if os.access(shared_memory, os.W_OK) else self.folder.root
        web_server = self._python(
            "web",
            *("gunicorn", "c2m2a_crm.wsgi:application", "--bind", f"fd://{self.listener.fileno()}"),
            *("--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload", "--no-control-socket"),
            *(
                "--worker-tmp-dir",
                str(beating),
                "--timeout",
                "60",
                "--graceful-timeout",
                "10",
                "--log-level",
                "warning",
            ),
        )
        web_server.pass_fds = (self.listener.fileno(),)
        celery = ("celery", "--quiet", "--app", "c2m2a_crm.celery")
        # Celery warns of root because of pickled messages; ours are JSON.
        worker = self._child(
            *("worker", "-W", "ignore:You're running the worker", "-m", *celery, "worker", "--concurrency", "2"),
            *("--queues", "default,mail,jobs", "--hostname", "crm@%h", "--without-gossip", "--without-mingle"),
            *("--loglevel", "WARNING"),
        )
        worker.stop_patience = 30.0
        if self.services.valkey:
            worker.env = {**self.environ, "CRM_ONLY_WORKER": "1"}
        clock = self._python(
            "beat", *celery, "beat", "--schedule", str(self.folder.root / "beat_schedule"), "--loglevel", "WARNING"
        )
        for child in (web_server, worker, clock):
            self.supervisor.start(child)
        self._wait(web_server, web.Probe(self.listener).answered, "The web server did not start", tries=3)
        address = web.address_to_open(self.host, self.port)
        self.supervisor.say(f"\nReady in {time.monotonic() - self.began:.1f} s: open {address}   (Ctrl-C stops)")
        if self.demo:
            password = "that of DEMO_PASSWORD" if os.environ.get("DEMO_PASSWORD") else "demo-only"
            self.supervisor.say(
                "Sign in as viewer@, staff@, secretariat@, compliance@ or admin@demo.example; "
                f"the password is {password}."
            )
        link = None if self.demo else import_string(settings.FIRST_ADMINISTRATOR_LINK)(address.rstrip("/"))
        if link:
            self.supervisor.say(f"\nNobody can sign in yet. Make the first administrator here, once:\n  {link}\n")
        connections.close_all()

    def _manage(self, name: str, *arguments: str) -> Child:
        return self._child(name, str(PROJECT / "manage.py"), *arguments)

    def _python(self, name: str, *arguments: str) -> Child:
        return self._child(name, "-m", *arguments)

    def _child(self, name: str, *arguments: str) -> Child:
        return Child(name, [sys.executable, *arguments], cwd=PROJECT, env=self.environ)


def require_known_data(loader: MigrationLoader, place: str) -> None:
    """Refuse a database with migrations that this version does not know: it would misread what they changed."""
    replaced = {key for migration in loader.disk_migrations.values() for key in migration.replaces}
    unknown = sorted(set(loader.applied_migrations) - set(loader.disk_migrations) - replaced)
    if unknown:
        raise LocalError(
            f"The data in {place} was written by a newer version of the product (it has {'.'.join(unknown[-1])}, which "
            "this version does not know). Update the product, or choose another folder with --data-dir."
        )


def _take_folder(services: Services) -> None:
    """Become the one who runs this folder; a short command, or a start that is ending, is waited for."""
    deadline = time.monotonic() + 40.0
    while not services.owner_lock.try_exclusive():
        holder = services.owner_lock.holder()
        if holder.get("command") == "start" and not holder.get("is_stopping"):
            raise LocalError(
                f"The product already runs in {services.folder.root}: {holder.get('address')} "
                f"(process {holder.get('pid')})."
            )
        if time.monotonic() > deadline:
            raise LocalError(
                f"Another command ({holder.get('command', 'unknown')}, process {holder.get('pid', 'unknown')}) uses "
                f"{services.folder.root}. Start again when it has finished."
            )
        time.sleep(0.1)


def _reset(services: Services, *, confirmed: bool) -> None:
    if services.postgres is None:
        raise LocalError("--reset empties the data folder; the database of DATABASE_URL is not its to empty.")
    if not confirmed:
        if not sys.stdin.isatty():
            raise LocalError("--reset asks before it removes everything. Where nobody can answer, add --yes.")
        answer = input(f"This removes every record and file in {services.folder.root}. Type “reset” to go on: ")
        if answer.strip().lower() != "reset":
            raise LocalError("Nothing was removed.")
    services.folder.empty()


def _static_fingerprint() -> str:
    """Changes when a static file of ours, or the set of packages that bring some, changes."""
    seen = hashlib.sha256((PROJECT / "requirements.lock").read_bytes())
    for folder in map(Path, settings.STATICFILES_DIRS):
        for path in sorted(folder.rglob("*")):
            facts = path.stat()
            seen.update(f"{path.relative_to(folder)}|{facts.st_size}|{facts.st_mtime_ns}\n".encode())
    return seen.hexdigest()


def _is_routine_of_postgres(line: str) -> bool:
    return " LOG:  " in line and "duration:" not in line


def _is_routine_of_valkey(line: str) -> bool:
    return any(words in line for words in ("overcommit must be enabled", "scheduling shutdown", "ready to exit"))
