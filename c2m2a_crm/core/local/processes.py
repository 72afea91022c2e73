"""Processes of ours: starting them so that none outlives its starter, and knowing one again later.

A child gets its own session, so that one Ctrl-C does not reach PostgreSQL and the web server at once, and on Linux the
kernel signals it when its starter dies, even by ``kill -9``. Start children from the main thread only: that signal is
tied to the thread that made the child.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import platform
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
# Loaded before any fork: between fork and exec nothing may be imported.
_ON_LINUX = platform.system() == "Linux"
_libc = ctypes.CDLL(None) if _ON_LINUX else None


@dataclass(frozen=True)
class Account:
    """An unprivileged account of the system under which the services run when we are root."""

    name: str
    uid: int
    gid: int


def service_account() -> Account | None:
    """None unless we are root: PostgreSQL refuses to run as root, so it gets ``postgres`` or ``nobody``."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(name, entry.pw_uid, entry.pw_gid)
    return Account("65534", 65534, 65534)


def spawn(
    argv: Sequence[str | Path],
    *,
    output: int | IO[bytes],
    death_signal: signal.Signals = signal.SIGTERM,
    account: Account | None = None,
    env: dict[str, str] | None = None,
    cwd: Path | str = "/",
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a child in its own session; ``death_signal`` reaches it when we die (Linux)."""
    return subprocess.Popen(
        [str(part) for part in argv],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd=str(cwd),
        env=env,
        pass_fds=tuple(pass_fds),
        start_new_session=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        preexec_fn=_die_with(os.getpid(), death_signal),  # one prctl call, nothing that takes a lock
    )


def _die_with(parent: int, death_signal: signal.Signals) -> Callable[[], None] | None:
    if _libc is None:
        return None
    libc, number = _libc, int(death_signal)

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # the starter died between fork and prctl
            os._exit(1)

    return ask


def can_reach(account: Account, *paths: Path) -> bool:
    """Whether ``account`` gets at each path: folders must be traversable, files executable, from the root down."""
    tests = " && ".join(f'test -x "${number}"' for number in range(1, len(paths) + 1))
    done = subprocess.run(
        ["/bin/sh", "-c", tests, "sh", *map(str, paths)],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        check=False,
        capture_output=True,
    )
    return done.returncode == 0


def command_line(pid: int) -> str:
    """The command of a running process, or an empty text."""
    if _ON_LINUX:
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            return ""
    done = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def birth(pid: int) -> str:
    """When the process began, as an opaque text; empty if there is no such process (or only its remains).

    Number and birth together know a process again: numbers are given out anew, after a reboot at the latest.
    """
    if _ON_LINUX:
        try:
            after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        except OSError:
            return ""
        return "" if after_name[0] in "ZX" else f"{boot}/{after_name[19]}"
    done = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def signal_group(pid: int, number: signal.Signals) -> None:
    """Signal a child's whole session; it may be gone already."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def remember(ledger: Path, pids: Sequence[int]) -> None:
    """Write down our children, for the start after a crash."""
    text = json.dumps([{"pid": pid, "birth": birth(pid)} for pid in pids])
    fresh = ledger.with_name(f"{ledger.name}.new")
    fresh.write_text(text)
    fresh.replace(ledger)


def end_leftovers(ledger: Path, *, patience: float = 20.0) -> int:
    """End what an earlier run of this data folder left behind; nothing but what is in the ledger and was born then.

    Returns how many were still alive. The caller holds the folder's lock, so they have no master any more.
    """
    try:
        entries = json.loads(ledger.read_text())
    except (OSError, ValueError):
        return 0
    alive = [entry for entry in entries if entry["birth"] and birth(entry["pid"]) == entry["birth"]]
    for entry in alive:
        # SIGINT asks PostgreSQL to disconnect its clients and stop; the others understand SIGTERM.
        is_postgres = "postgres" in command_line(entry["pid"]).split(" ")[0]
        with contextlib.suppress(ProcessLookupError):
            os.kill(entry["pid"], signal.SIGINT if is_postgres else signal.SIGTERM)
    deadline = time.monotonic() + patience
    left = alive
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left = [entry for entry in left if birth(entry["pid"]) == entry["birth"]]
    for entry in left:
        signal_group(entry["pid"], signal.SIGKILL)
    ledger.unlink(missing_ok=True)
    return len(alive)


def stop(process: subprocess.Popen[bytes], number: signal.Signals, *, patience: float) -> None:
    """Ask with ``number``, wait, and end the whole session by force if asking was in vain."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(number)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            signal_group(process.pid, signal.SIGKILL)
            process.wait()
    signal_group(process.pid, signal.SIGKILL)  # pool processes that lost their master
