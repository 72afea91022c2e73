"""The supervisor of ``start``: names before lines, dead children back, steps that fail told, stopping in order."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from c2m2a_crm.core.local.errors import LocalError
from c2m2a_crm.core.local.processes import birth
from c2m2a_crm.core.local.supervisor import Child, StopRequest, Supervisor


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    supervisor = Supervisor(tmp_path / "children.json")
    with supervisor.signals():
        yield supervisor
        supervisor.stop_all([])


def shell(name: str, script: str) -> Child:
    return Child(name, ["sh", "-c", script], stop_patience=5.0)


def test_each_line_bears_the_name_of_its_process(supervisor: Supervisor, capsys: pytest.CaptureFixture[str]) -> None:
    talker = shell("talker", "printf 'un\\ndeux\\nsans fin'; exec sleep 60")
    supervisor.start(talker)
    assert supervisor.run_until(lambda: len(talker.tail) == 2)
    assert capsys.readouterr().out == "talker   | un\ntalker   | deux\n"


def test_routine_lines_are_hidden(supervisor: Supervisor, capsys: pytest.CaptureFixture[str]) -> None:
    talker = shell("talker", "echo noise; echo news; exec sleep 60")
    talker.hides = lambda line: line == "noise"
    supervisor.start(talker)
    assert supervisor.run_until(lambda: len(talker.tail) == 2)
    assert capsys.readouterr().out == "talker   | news\n"


def test_killed_child_is_back_at_once(supervisor: Supervisor, capsys: pytest.CaptureFixture[str]) -> None:
    child = shell("child", "exec sleep 60")
    supervisor.start(child)
    first = child.pid
    os.kill(first, signal.SIGKILL)
    began = time.monotonic()
    assert supervisor.run_until(lambda: child.pid not in (0, first))
    assert time.monotonic() - began < 2.0
    assert "child ended (signal 9); it is started again" in capsys.readouterr().out


def test_what_a_killed_child_left_behind_is_ended(supervisor: Supervisor) -> None:
    child = shell("child", "sleep 60 & echo $!; wait")
    supervisor.start(child)
    assert supervisor.run_until(lambda: bool(child.tail))
    orphan = int(child.tail[0])
    os.kill(child.pid, signal.SIGKILL)
    assert supervisor.run_until(lambda: not birth(orphan), patience=5.0)


def test_pause_grows_while_a_child_keeps_dying(supervisor: Supervisor, capsys: pytest.CaptureFixture[str]) -> None:
    child = shell("child", "exit 3")
    supervisor.start(child)
    assert supervisor.run_until(lambda: child.failures == 3, patience=10.0)
    lines = capsys.readouterr().out.splitlines()
    assert lines == [f"child ended (code 3); it is started again in {pause} s." for pause in ("0.1", "1.0", "2.0")]


def test_failed_step_tells_what_it_said_last(supervisor: Supervisor) -> None:
    with pytest.raises(LocalError, match="The step “migrate” failed: no such column"):
        supervisor.run_step(shell("migrate", "echo trying; echo no such column; exit 1"))


def test_finished_step_is_not_run_again(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.run_step(shell("step", f"echo ran >> {tmp_path}/runs"))
    supervisor.run_until(lambda: False, patience=0.5)
    assert (tmp_path / "runs").read_text() == "ran\n"


def test_children_stop_one_after_the_other_in_order(supervisor: Supervisor, tmp_path: Path) -> None:
    script = "trap 'sleep 0.2; echo {0} >> {1}/order; exit 0' TERM; echo up; while :; do sleep 0.05; done"
    children = [shell(name, script.format(name, tmp_path)) for name in ("database", "web", "clock")]
    for child in children:
        supervisor.start(child)
    assert supervisor.run_until(lambda: all(child.tail for child in children))
    supervisor.stop_all(["clock", "web", "database"])
    assert (tmp_path / "order").read_text().split() == ["clock", "web", "database"]
    assert not (tmp_path / "children.json").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_to_the_supervisor_asks_to_stop(supervisor: Supervisor, number: signal.Signals) -> None:
    os.kill(os.getpid(), number)
    with pytest.raises(StopRequest):
        supervisor.run_forever()
