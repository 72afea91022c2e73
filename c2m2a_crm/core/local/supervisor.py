"""Keeps the processes of ``start`` running: their output with a name before each line, back again when they die, and
stopped in order.

One thread, one loop: the kernel ties "die with your starter" to the starting thread, and a fork beside other threads is
asking for trouble.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .errors import LocalError
from .processes import Account, remember, signal_group, spawn

_COLOURS = (36, 35, 34, 33, 32, 96, 95)
_LONGEST_PAUSE = 30.0
# Having lived this long, a child is thought healthy and its next death is answered at once.
_HEALTHY_AFTER = 20.0


@dataclass
class Child:
    """A process to keep running. ``before_start`` runs before each start, ``hides`` says which lines are noise,
    ``once`` marks a step that ends by itself."""

    name: str
    argv: Sequence[str]
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_patience: float = 15.0
    cwd: Path | str = "/"
    pass_fds: Sequence[int] = ()
    env: dict[str, str] | None = None
    before_start: Callable[[], None] | None = None
    hides: Callable[[str], bool] | None = None
    once: bool = False

    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    started_at: float = field(default=0.0, init=False)
    restart_at: float | None = field(default=None, init=False)
    failures: int = field(default=0, init=False)
    returncode: int | None = field(default=None, init=False)
    tail: list[str] = field(default_factory=list, init=False)
    _partial: bytes = field(default=b"", init=False)

    @property
    def is_running(self) -> bool:
        return self.process is not None

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0


class StopRequest(BaseException):
    """The person, or the system, asked us to stop."""


class Supervisor:
    """``ledger`` is where our children are written down for the start after a crash."""

    def __init__(self, ledger: Path) -> None:
        self._ledger = ledger
        self._children: list[Child] = []
        self._selector = selectors.DefaultSelector()
        self._stop_requests = 0
        self._stopping = False
        self._colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        self._wake_reader, self._wake_writer = os.pipe()
        os.set_blocking(self._wake_reader, False)
        os.set_blocking(self._wake_writer, False)
        self._selector.register(self._wake_reader, selectors.EVENT_READ)

    @contextlib.contextmanager
    def signals(self) -> Iterator[None]:
        """Ctrl-C, closing the terminal and ``kill`` all mean: stop cleanly."""
        previous = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        for number in previous:
            signal.signal(number, self._ask_to_stop)
        child_handler = signal.signal(signal.SIGCHLD, lambda *_: None)  # wakes the loop
        wakeup = signal.set_wakeup_fd(self._wake_writer, warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(wakeup)
            signal.signal(signal.SIGCHLD, child_handler)
            for number, handler in previous.items():
                signal.signal(number, handler)

    def say(self, text: str) -> None:
        with contextlib.suppress(BrokenPipeError):
            print(text, flush=True)

    def start(self, child: Child) -> None:
        if child not in self._children:
            self._children.append(child)
        if child.before_start:
            child.before_start()
        reader, writer = os.pipe()
        try:
            child.process = spawn(
                child.argv,
                output=writer,
                death_signal=child.stop_signal,
                account=child.account,
                env=child.env,
                cwd=child.cwd,
                pass_fds=child.pass_fds,
            )
        finally:
            os.close(writer)
        child.started_at = time.monotonic()
        child.restart_at = None
        child.returncode = None
        os.set_blocking(reader, False)
        self._selector.register(reader, selectors.EVENT_READ, child)
        self._remember()

    def run_until(self, done: Callable[[], bool], *, patience: float = 60.0, pause: float = 0.02) -> bool:
        """Keep everything going until ``done()``; False if time is up. Raises ``StopRequest``."""
        deadline = time.monotonic() + patience
        while not done():
            if time.monotonic() > deadline:
                return False
            self._turn(pause)
            if self._stop_requests and not self._stopping:
                raise StopRequest
        return True

    def run_forever(self) -> None:
        """Until ``StopRequest``."""
        while True:
            self.run_until(lambda: False, patience=3600.0, pause=1.0)

    def run_step(self, child: Child, *, patience: float = 3600.0) -> None:
        """Run a step to its end; raises ``LocalError`` with what it said last if it fails."""
        self.begin_step(child)
        self.finish_step(child, patience=patience)

    def begin_step(self, child: Child) -> None:
        child.once = True
        self.start(child)

    def finish_step(self, child: Child, *, patience: float = 3600.0) -> None:
        ended = self.run_until(lambda: child.returncode is not None, patience=patience)
        if ended:
            self._children.remove(child)
        if not ended or child.returncode != 0:
            said = child.tail[-1] if child.tail else "it gave no reason"
            raise LocalError(f"The step “{child.name}” failed: {said}")

    def stop_all(self, order: Sequence[str]) -> None:
        """Stop the children by name in this order, each wholly before the next; unnamed ones (steps) first.

        A second Ctrl-C ends the waiting.
        """
        self._stopping = True
        asked_before = self._stop_requests
        rank = {name: place for place, name in enumerate(order)}
        for child in sorted(self._children, key=lambda one: rank.get(one.name, -1)):
            child.restart_at = None
            if child.process is None:
                continue
            with contextlib.suppress(ProcessLookupError):
                child.process.send_signal(child.stop_signal)
            deadline = time.monotonic() + child.stop_patience
            while child.process is not None and time.monotonic() < deadline:
                if self._stop_requests > asked_before and child.stop_signal == signal.SIGTERM:
                    break
                self._turn(0.05)
            if child.process is not None:
                self.say(f"{child.name} did not stop in time and is ended by force.")
                signal_group(child.pid, signal.SIGKILL)
                self._wait_for_end(child)
        self._ledger.unlink(missing_ok=True)

    def _wait_for_end(self, child: Child) -> None:
        self.run_until(lambda: child.process is None, patience=5.0)

    def _turn(self, pause: float) -> None:
        for key, _ in self._selector.select(pause):
            if key.data is None:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._wake_reader, 4096)
            else:
                self._read(key.fd, key.data)
        now = time.monotonic()
        for child in list(self._children):
            if child.process is not None and child.process.poll() is not None:
                self._bury(child, now)
            elif child.restart_at is not None and now >= child.restart_at and not self._stopping:
                try:
                    self.start(child)
                except OSError as error:  # no memory, no process number: later there may be
                    child.restart_at = now + _LONGEST_PAUSE
                    self.say(
                        f"{child.name} could not be started ({error.strerror}); next try in {_LONGEST_PAUSE:.0f} s."
                    )

    def _bury(self, child: Child, now: float) -> None:
        process = child.process
        if process is None:
            return
        for key in [key for key in self._selector.get_map().values() if key.data is child]:
            self._read(key.fd, child)
            with contextlib.suppress(KeyError):
                self._selector.unregister(key.fd)
                os.close(key.fd)
        signal_group(process.pid, signal.SIGKILL)  # what it had started and left behind
        child.process = None
        child.returncode = process.returncode
        self._remember()
        if self._stopping or child.once:
            return
        child.failures = 0 if now - child.started_at > _HEALTHY_AFTER else child.failures + 1
        wait = 0.1 if child.failures <= 1 else min(_LONGEST_PAUSE, 0.25 * 2**child.failures)
        child.restart_at = now + wait
        reason = f"signal {-process.returncode}" if process.returncode < 0 else f"code {process.returncode}"
        self.say(f"{child.name} ended ({reason}); it is started again in {wait:.1f} s.")

    def _read(self, handle: int, child: Child) -> None:
        while True:
            try:
                chunk = os.read(handle, 65536)
            except BlockingIOError:
                return
            except OSError:
                chunk = b""
            if not chunk:
                with contextlib.suppress(KeyError):
                    self._selector.unregister(handle)
                    os.close(handle)
                return
            *lines, child._partial = (child._partial + chunk).split(b"\n")
            for line in lines:
                self._show(child, line.decode(errors="replace").rstrip())

    def _show(self, child: Child, line: str) -> None:
        if not line:
            return
        child.tail = [*child.tail[-49:], line]
        if child.hides and child.hides(line):
            return
        name = f"{child.name:<8}"
        if self._colour:
            name = f"\x1b[{_COLOURS[sum(child.name.encode()) % len(_COLOURS)]}m{name}\x1b[0m"
        self.say(f"{name} | {line}")

    def _remember(self) -> None:
        remember(self._ledger, [child.pid for child in self._children if child.process is not None])

    def _ask_to_stop(self, *_: object) -> None:
        self._stop_requests += 1
