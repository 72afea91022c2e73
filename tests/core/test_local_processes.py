"""Children die with their starter, are known again, and no stranger is ever touched."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from c2m2a_crm.core.local.paths import PROJECT
from c2m2a_crm.core.local.processes import Account, birth, can_reach, end_leftovers, remember, spawn, stop


def wait_for(condition: Callable[[], object], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_process_that_never_was_has_no_birth() -> None:
    child = subprocess.Popen(["true"])
    child.wait()
    assert birth(child.pid) == ""
    assert birth(os.getpid()) == birth(os.getpid()) != ""


@pytest.mark.skipif(sys.platform != "linux", reason="a service of the Linux kernel")
def test_child_dies_when_its_starter_is_killed() -> None:
    code = (
        "import subprocess, time; from c2m2a_crm.core.local.processes import spawn\n"
        "child = spawn(['sleep', '60'], output=subprocess.DEVNULL); print(child.pid, flush=True); time.sleep(60)"
    )
    starter = subprocess.Popen([sys.executable, "-c", code], cwd=PROJECT, stdout=subprocess.PIPE)
    assert starter.stdout is not None
    pid = int(starter.stdout.readline())
    assert birth(pid)
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    starter.stdout.close()
    assert wait_for(lambda: not birth(pid))


def test_leftover_of_an_earlier_run_is_ended(tmp_path: Path) -> None:
    child = subprocess.Popen(["sleep", "60"])
    remember(tmp_path / "children.json", [child.pid])
    assert end_leftovers(tmp_path / "children.json") == 1
    assert child.wait(5) == -signal.SIGTERM
    assert not (tmp_path / "children.json").exists()


def test_stranger_with_a_number_of_ours_is_left_alone(tmp_path: Path) -> None:
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        (tmp_path / "children.json").write_text(json.dumps([{"pid": stranger.pid, "birth": "another boot/17"}]))
        assert end_leftovers(tmp_path / "children.json") == 0
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("text", ["", "{", "[]"])
def test_unreadable_ledger_is_no_reason_to_fail(tmp_path: Path, text: str) -> None:
    (tmp_path / "children.json").write_text(text)
    assert end_leftovers(tmp_path / "children.json") == 0


def test_child_that_does_not_listen_is_ended_by_force() -> None:
    deaf = spawn(["sh", "-c", "trap '' TERM; echo up; sleep 60"], output=subprocess.PIPE)
    assert deaf.stdout is not None
    assert deaf.stdout.readline() == b"up\n"
    stop(deaf, signal.SIGTERM, patience=0.2)
    deaf.stdout.close()
    assert deaf.returncode == -signal.SIGKILL


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts processes of other accounts")
def test_reach_ends_at_a_closed_folder(tmp_path: Path) -> None:
    nobody = Account("nobody", 65534, 65534)
    (tmp_path / "closed").mkdir(mode=0o700)
    assert can_reach(nobody, Path("/usr"), Path("/bin/sh"))
    assert not can_reach(nobody, Path("/usr"), tmp_path / "closed")
