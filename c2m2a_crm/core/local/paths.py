"""Where things lie: the data folder, the place of the services in it, sockets, and who holds the folder.

var/                    the data folder (``--data-dir``, ``CRM_DATA_DIR``)
  DATA_FOLDER           says whose folder this is; an unmarked, filled folder is never taken over
  secret_key            signs sessions and links; 0600
  owner.lock users.lock who runs the services, who uses them
  children.json         our processes, for the start after a crash
  services_at           where postgres/ and valkey/ are, if not here
  postgres/ valkey/     data of the services, owned by their account
  run/                  their sockets, 0700: who cannot enter it cannot connect
  log/ files/ static/   logs of short runs, uploads, collected static files
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import stat
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

from .errors import LocalError
from .processes import Account, can_reach, service_account

PROJECT = Path(__file__).resolve().parents[3]
DEFAULT_DATA_FOLDER = PROJECT / "var"
_MARKER = "DATA_FOLDER"
_MARKER_TEXT = "Data of the C2M2A CRM (format 1). `python3 manage.py start --reset` empties it.\n"
# A Unix socket's path has 108 bytes with its closing zero; `.s.PGSQL.5432.lock` is the longest name we put behind it.
_SOCKET_FOLDER_BYTES = 107 - len("/.s.PGSQL.5432")
_FIRST_START_BYTES = 200 * 2**20
_LATER_START_BYTES = 50 * 2**20


@dataclass(frozen=True)
class DataFolder:
    """An opened data folder. ``services`` is where the services keep their data: normally the same folder."""

    root: Path
    services: Path
    sockets: Path
    account: Account | None

    @classmethod
    def open(cls, root: Path) -> Self:
        """Make or take the folder; raises ``LocalError`` when it is not ours or cannot be written."""
        root = root.expanduser().absolute()
        account = service_account()
        try:
            _claim(root, private=account is None)
            services = _services_folder(root, account)
            sockets = _socket_folder(services, account)
        except PermissionError as error:
            raise LocalError(
                f"The data folder {root} cannot be written ({error.strerror}: {error.filename}). "
                "Choose another with --data-dir or CRM_DATA_DIR."
            ) from None
        except OSError as error:
            raise LocalError(f"The data folder {root} cannot be used: {error.strerror or error}.") from None
        return cls(root, services, sockets, account)

    @property
    def postgres(self) -> Path:
        return self.services / "postgres"

    @property
    def valkey(self) -> Path:
        return self.services / "valkey"

    @property
    def children(self) -> Path:
        return self.root / "children.json"

    @property
    def demo_marker(self) -> Path:
        """Present once demo accounts with a known password were made here."""
        return self.root / "demo"

    def service_subfolder(self, path: Path) -> Path:
        """Make a folder that only the services' account may enter."""
        path.mkdir(mode=0o700, exist_ok=True)
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)
        return path

    def secret_key(self) -> str:
        """The installation's signing key, made once."""
        path = self.root / "secret_key"
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            key = path.read_text().strip()
            if len(key) < 32:
                raise LocalError(f"The file {path} holds no usable key. Remove it; everyone signs in anew.") from None
            return key
        key = secrets.token_urlsafe(50)
        with os.fdopen(handle, "w") as file:
            file.write(key + "\n")
        return key

    def require_space(self) -> None:
        """Refuse before PostgreSQL would fail half-way."""
        needed = _LATER_START_BYTES if self.postgres.exists() else _FIRST_START_BYTES
        free = shutil.disk_usage(self.services).free
        if free < needed:
            raise LocalError(
                f"The disk is full: {self.services} has {free // 2**20} MB left and {needed // 2**20} MB are needed. "
                "Free some space, or choose another folder with --data-dir."
            )

    def empty(self) -> None:
        """``--reset``: remove every record, file and account of this folder. The key and the marker stay."""
        for path in (self.postgres, self.postgres.with_name("postgres.new"), self.valkey):
            shutil.rmtree(path, ignore_errors=True)
        for name in ("files", "static", "log"):
            shutil.rmtree(self.root / name, ignore_errors=True)
        for name in ("demo", "static_fingerprint"):
            (self.root / name).unlink(missing_ok=True)
        for path in self.root.glob("beat_schedule*"):
            path.unlink()


def data_folder_from(environ: Mapping[str, str], chosen: str | None = None) -> Path:
    """``--data-dir`` before ``CRM_DATA_DIR`` before ``var`` beside ``manage.py``."""
    return Path(chosen or environ.get("CRM_DATA_DIR") or DEFAULT_DATA_FOLDER)


def _claim(root: Path, *, private: bool) -> None:
    marker = root / _MARKER
    if marker.exists():
        return
    if root.exists() and not root.is_dir():
        raise LocalError(f"{root} is a file, not a folder. Choose another with --data-dir or CRM_DATA_DIR.")
    if root != DEFAULT_DATA_FOLDER and root.exists() and any(root.iterdir()):
        raise LocalError(f"The folder {root} holds other things. Choose an empty or a new one with --data-dir.")
    root.mkdir(parents=True, exist_ok=True)
    # As root the services' account must pass through, without seeing what is in it.
    root.chmod(0o700 if private else 0o711)
    for name in ("files", "log"):
        (root / name).mkdir(mode=0o700, exist_ok=True)
    marker.write_text(_MARKER_TEXT)


def _services_folder(root: Path, account: Account | None) -> Path:
    pointer = root / "services_at"
    if pointer.exists():
        return Path(pointer.read_text().strip())
    if account is None or can_reach(account, root):
        return root
    # Not under /tmp or /var/tmp: systems clean those by age.
    elsewhere = Path("/var/lib") / f"c2m2a-crm-{_short_hash(root)}"
    elsewhere.mkdir(mode=0o711, parents=True, exist_ok=True)
    elsewhere.chmod(0o711)
    pointer.write_text(f"{elsewhere}\n")
    return elsewhere


def _socket_folder(services: Path, account: Account | None) -> Path:
    run = services / "run"
    if len(os.fsencode(run)) > _SOCKET_FOLDER_BYTES:
        base = Path("/run" if account else "/tmp")  # noqa: S108  its owner and mode are checked below
        run = base / f"crm-{_short_hash(services)}-{os.geteuid()}"
    run.mkdir(mode=0o700, exist_ok=True)
    if account and run.lstat().st_uid == 0:
        os.chown(run, account.uid, account.gid)
    facts = run.lstat()
    expected = account.uid if account else os.geteuid()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != expected or facts.st_mode & 0o077:
        raise LocalError(
            f"The folder {run} for the services' sockets belongs to someone else. Remove it and start again."
        )
    return run


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]


class FolderLock:
    """A lock on the data folder that the kernel releases when its holder dies, however it dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def try_exclusive(self) -> bool:
        return self._lock(fcntl.LOCK_EX | fcntl.LOCK_NB)

    def shared(self) -> None:
        self._lock(fcntl.LOCK_SH)

    def exclusive(self) -> None:
        self._lock(fcntl.LOCK_EX)

    def _lock(self, mode: int) -> bool:
        if self._file is None:
            self._file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600), "r+")
        try:
            fcntl.flock(self._file, mode)
        except BlockingIOError:
            return False
        return True

    def describe(self, **facts: object) -> None:
        """Leave a note for whoever finds the lock taken."""
        if self._file is None:
            return
        self._file.seek(0)
        self._file.truncate()
        json.dump({"pid": os.getpid(), "since": time.time(), **facts}, self._file)
        self._file.flush()

    def holder(self) -> dict[str, Any]:
        """The note of the one who holds the lock; empty if there is none yet."""
        try:
            note = json.loads(self.path.read_text())
        except (OSError, ValueError):
            return {}
        return note if isinstance(note, dict) else {}

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
