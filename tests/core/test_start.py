"""``manage.py start`` as a person meets it: one product runs for all tests of this file, each leaves it running.

``tests/scale_plugin.py`` keeps the file in one process.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from c2m2a_crm.core.local.errors import LocalError
from c2m2a_crm.core.local.paths import PROJECT, DataFolder
from c2m2a_crm.core.local.processes import birth, command_line
from c2m2a_crm.core.management.commands.start import require_known_data

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds processes as Linux shows them")

ADDRESSES = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CELERY_BROKER_URL", "CRM_DATA_DIR"}
ADDRESSES |= {"CRM_DB_ROLE", "SECRET_KEY", "ALLOWED_HOSTS"}
# How each part is known in the list of processes.
PARTS = {
    "postgres": "bin/postgres -D",
    "valkey": "valkey-server",
    "web": "-m gunicorn",
    "worker": "c2m2a_crm.celery worker",
    "beat": "c2m2a_crm.celery beat",
}


Found = TypeVar("Found")


def wait_for(look: Callable[[], Found], seconds: float = 30.0) -> Found:
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found or time.monotonic() > deadline:
            return found
        time.sleep(0.05)


class Product:
    """A running ``start`` in a folder and on a port of its own."""

    def __init__(self, home: Path) -> None:
        self.data = home / "data"
        self.log = home / "log.txt"
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, str(PROJECT / "manage.py"), "start", "--data-dir", str(self.data), *arguments]

    def environ(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in ADDRESSES}
        return {**kept, "DJANGO_SETTINGS_MODULE": "c2m2a_crm.settings.dev"}

    def start(self) -> None:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.command("--port", str(self.port)), env=self.environ(), stdout=log, stderr=subprocess.STDOUT
            )
        assert wait_for(lambda: "Ready in" in self.log.read_text() or self.ended(), 90), self.log.read_text()
        assert not self.ended(), self.log.read_text()

    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(40)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Another ``start``, which is expected to end by itself."""
        return subprocess.run(
            self.command(*arguments), env=self.environ(), capture_output=True, text=True, timeout=60, check=False
        )

    def health(self) -> dict[str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/healthz")
            answer = json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError):
            return {}
        finally:
            connection.close()
        assert isinstance(answer, dict)
        return answer

    def is_healthy(self) -> bool:
        return self.health().get("status") == "ok"

    def processes(self) -> list[int]:
        try:
            return [entry["pid"] for entry in json.loads((self.data / "children.json").read_text())]
        except OSError:
            return []

    def process_of(self, part: str) -> int:
        return next((pid for pid in self.processes() if PARTS[part] in command_line(pid) and birth(pid)), 0)


@pytest.fixture(scope="module")
def running() -> Iterator[Product]:
    home = Path(tempfile.mkdtemp(prefix="crm-start-"))
    home.chmod(0o711)
    product = Product(home)
    try:
        product.start()
        yield product
        assert product.stop() == 0
        assert product.log.read_text().endswith("Stopped.\n")
        assert not product.processes()
    finally:
        if product.process and not product.ended():
            product.process.kill()
            product.process.wait()
            product.log.touch()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def product(running: Product) -> Product:
    """Healthy at the start of each test, whatever the one before did to it."""
    assert wait_for(running.is_healthy, 60), running.log.read_text()
    return running


def test_every_part_is_at_work(product: Product) -> None:
    assert product.health() == {"status": "ok", "database": "ok", "broker": "ok", "worker": "ok", "beat": "ok"}
    assert all(product.process_of(part) for part in PARTS)


@pytest.mark.parametrize("part", PARTS)
def test_killed_part_comes_back_and_callers_are_answered(product: Product, part: str) -> None:
    victim = product.process_of(part)
    os.kill(victim, signal.SIGKILL)
    assert wait_for(lambda: product.process_of(part) not in (0, victim))
    assert wait_for(product.is_healthy, 60), product.log.read_text()


@pytest.mark.parametrize("part", ["valkey", "worker"])
def test_queued_work_survives_the_death_of_broker_and_worker(product: Product, part: str) -> None:
    code = (
        "import time\n"
        "from c2m2a_crm.accounts.models import User\n"
        "from c2m2a_crm.core.models import Job\n"
        "from c2m2a_crm.core.tasks import run_job\n"
        "actor = User.objects.create(email='q@example.org', name='Q', handle='q')\n"
        "jobs = [Job.objects.create(kind='none such', title='', actor=actor) for _ in range(30)]\n"
        "[run_job.delay(job.pk) for job in jobs]\n"
        "print('queued', flush=True); input()\n"
        "deadline = time.monotonic() + 240\n"  # what the worker had just taken is queued anew after two minutes
        "waiting = Job.objects.filter(actor=actor, state='waiting')\n"
        "while waiting.exists() and time.monotonic() < deadline: time.sleep(0.2)\n"
        "print(waiting.count(), 'waiting', flush=True); Job.objects.filter(actor=actor).delete(); actor.delete()"
    )
    with subprocess.Popen(
        [sys.executable, str(PROJECT / "manage.py"), "shell", "--no-imports", "-c", code],
        env={**product.environ(), "CRM_DATA_DIR": str(product.data)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as caller:
        assert caller.stdout is not None
        assert caller.stdin is not None
        assert caller.stdout.readline() == "queued\n"
        os.kill(product.process_of(part), signal.SIGKILL)
        assert wait_for(lambda: product.health().get("broker") == "ok")
        caller.stdin.write("\n")
        caller.stdin.flush()
        assert caller.stdout.readline() == "0 waiting\n"
        assert caller.wait(20) == 0


def test_killed_web_server_lets_callers_wait_instead_of_failing(product: Product) -> None:
    os.killpg(product.process_of("web"), signal.SIGKILL)  # with those of its processes that answer
    with socket.create_connection(("127.0.0.1", product.port), timeout=30) as caller:
        caller.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert caller.recv(64).startswith(b"HTTP/1.1 ")


SIGNED_IN_STAFF = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from c2m2a_crm.accounts.models import Role, RoleGrant, User
from c2m2a_crm.core.history import recorded
from members.models import Party
from members.services import create_party
with recorded(None, system="tests"):
    user, made = User.objects.get_or_create(email="clerk@office.example", defaults={"name": "Clerk", "handle": "clerk"})
    RoleGrant.objects.get_or_create(user=user, role=Role.STAFF)
party = Party.objects.filter(kind="business").first() or create_party(actor=user, kind="business", name_en="Northline")
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print("session", session.session_key, party.pk)
"""
TOKENS_KEPT = """
from c2m2a_crm.engagement.models import Interaction
print("kept", *Interaction.objects.values_list("token", flat=True))
"""


def shell(product: Product, code: str, word: str) -> list[str]:
    """What a command in the product's data folder prints after ``word``."""
    done = subprocess.run(
        [sys.executable, str(PROJECT / "manage.py"), "shell", "-c", code],
        env={**product.environ(), "CRM_DATA_DIR": str(product.data)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return next(line for line in done.stdout.splitlines() if line.startswith(word)).split()[1:]


class Logger(threading.Thread):
    """Somebody who logs contacts one after the other, and sends a form again until it is known to be saved."""

    def __init__(self, product: Product, session: str, party: str) -> None:
        super().__init__(daemon=True)
        self.product, self.party = product, party
        self.headers = {
            "Cookie": f"sessionid={session}; csrftoken={'c' * 32}",
            "X-CSRFToken": "c" * 32,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.saved: list[str] = []
        self.repeated = 0
        self.at_work = True

    def run(self) -> None:
        while self.at_work:
            token = str(uuid.uuid4())
            while not self.send(token):
                self.repeated += 1
                time.sleep(0.1)
            self.saved.append(token)

    def send(self, token: str) -> bool:
        fields = {"token": token, "line_read": "", "who": f"party:{self.party}", "subject": "Ore", "notes": token}
        body = urlencode([*fields.items(), ("sent", "who"), ("sent", "subject"), ("sent", "notes")])
        connection = http.client.HTTPConnection("127.0.0.1", self.product.port, timeout=15)
        try:
            connection.request("POST", "/contact-log/new/", body, self.headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return answer.headers.get("X-Saved") is not None


def test_no_contact_is_lost_or_doubled_while_parts_are_killed(product: Product) -> None:
    session, party = shell(product, SIGNED_IN_STAFF, "session")
    loggers = [Logger(product, session, party) for _ in range(3)]
    for logger in loggers:
        logger.start()
    assert wait_for(lambda: all(logger.saved for logger in loggers))
    for part in PARTS:
        os.kill(product.process_of(part), signal.SIGKILL)
        before = [len(logger.saved) for logger in loggers]
        assert wait_for(product.is_healthy, 60), f"{part}: {product.health()}"
        assert wait_for(lambda b=before: all(len(each.saved) > n for each, n in zip(loggers, b, strict=True)))  # type: ignore[misc]  # the earlier count is bound
    for logger in loggers:
        logger.at_work = False
    for logger in loggers:
        logger.join(30)
    told = sorted(token for logger in loggers for token in logger.saved)
    assert sorted(shell(product, TOKENS_KEPT, "kept")) == told


def test_services_do_not_run_as_root(product: Product) -> None:
    if os.geteuid() != 0:
        pytest.skip("this account has no rights to give up")
    for part in ("postgres", "valkey"):
        assert Path(f"/proc/{product.process_of(part)}").stat().st_uid != 0


def test_second_start_in_the_folder_is_refused(product: Product) -> None:
    done = product.run("--port", str(product.port + 1))
    assert done.returncode == 1
    assert f"already runs in {product.data}: http://localhost:{product.port}/" in done.stderr
    assert "Traceback" not in done.stderr


def test_taken_port_is_refused_and_leaves_nothing_running(product: Product, tmp_path: Path) -> None:
    other = Product(tmp_path)
    other.data = product.data.with_name("other")
    done = other.run("--port", str(product.port))
    assert done.returncode == 1
    assert f"Port {product.port} is taken" in done.stderr
    assert not (other.data / "postgres").exists()


def test_other_commands_use_the_running_database(product: Product) -> None:
    before = product.process_of("postgres")
    done = subprocess.run(
        [sys.executable, str(PROJECT / "manage.py"), "showmigrations", "core"],
        env={**product.environ(), "CRM_DATA_DIR": str(product.data)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "[X]" in done.stdout
    assert "[ ]" not in done.stdout
    assert product.process_of("postgres") == before


def test_killed_supervisor_leaves_nobody_behind_and_starts_again(product: Product) -> None:
    key = (product.data / "secret_key").read_text()
    children = product.processes()
    assert product.process is not None
    product.process.kill()
    product.process.wait()
    assert wait_for(lambda: not any(birth(pid) for pid in children), 20)
    product.start()
    assert wait_for(product.is_healthy, 60), product.log.read_text()
    assert (product.data / "secret_key").read_text() == key


def test_start_during_the_end_of_a_killed_one_takes_over(product: Product) -> None:
    assert product.process is not None
    product.process.kill()
    product.process.wait()
    product.start()
    assert wait_for(product.is_healthy, 60), product.log.read_text()


@pytest.mark.django_db
def test_data_of_a_newer_version_is_refused() -> None:
    require_known_data(MigrationLoader(connection), "var")
    MigrationRecorder(connection).record_applied("core", "9999_tomorrow")
    with pytest.raises(LocalError, match=r"var was written by a newer version .* \(it has core\.9999_tomorrow"):
        require_known_data(MigrationLoader(connection), "var")


def test_demo_is_refused_to_the_outside(product: Product, tmp_path: Path) -> None:
    other = Product(tmp_path)
    other.data = product.data.with_name("demo")
    done = other.run("--demo", "--host", "0.0.0.0", "--port", str(other.port))
    assert done.returncode == 1
    assert "served on this machine only" in done.stderr


def test_folder_with_demo_accounts_is_refused_to_the_outside_later_too(product: Product, tmp_path: Path) -> None:
    other = Product(tmp_path)
    other.data = product.data.with_name("demo")
    DataFolder.open(other.data).demo_marker.touch()
    done = other.run("--host", "0.0.0.0", "--port", str(other.port))
    assert done.returncode == 1
    assert "served on this machine only" in done.stderr


def test_reset_asks_where_nobody_can_answer(product: Product, tmp_path: Path) -> None:
    other = Product(tmp_path)
    other.data = product.data.with_name("kept")
    record = DataFolder.open(other.data).root / "files" / "record"
    record.write_text("kept")
    done = other.run("--reset", "--port", str(other.port))
    assert done.returncode == 1
    assert "--yes" in done.stderr
    assert record.read_text() == "kept"


def test_first_start_gives_the_link_of_the_first_administrator(product: Product) -> None:
    link = re.compile(rf"http://localhost:{product.port}/\S+")
    assert wait_for(lambda: link.search(product.log.read_text())), product.log.read_text()  # it follows "Ready"
