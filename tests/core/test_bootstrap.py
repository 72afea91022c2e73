"""The bootstrap: when packages are brought, and what is said when they cannot be."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from c2m2a_crm import bootstrap


class Replaced(Exception):
    """Stands for the process being replaced."""


@pytest.fixture
def fresh_clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A project without ``.venv``; returns what happens."""
    happened: list[str] = []
    lock = tmp_path / "requirements.lock"
    lock.write_text("no-such-package-at-all==1.0 \\\n    --hash=sha256:00\n")
    venv = tmp_path / ".venv"
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(bootstrap, "PROJECT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", venv)
    monkeypatch.setattr(bootstrap, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(bootstrap, "RUNTIME_LOCK", lock)

    def make() -> None:
        (venv / "bin").mkdir(parents=True, exist_ok=True)
        (venv / "bin" / "python").touch()
        happened.append("made")

    def install(lock: Path) -> bool:
        happened.append(f"installed {lock.name}")
        return True

    def replace(path: Path, argv: list[str]) -> NoReturn:
        happened.append(" ".join(argv[1:]))
        raise Replaced

    monkeypatch.setattr(bootstrap, "_make_environment", make)
    monkeypatch.setattr(bootstrap, "_install_with_uv", install)
    monkeypatch.setattr(os, "execv", replace)
    return happened


def test_fresh_clone_installs_and_runs_the_command_again(fresh_clone: list[str]) -> None:
    with pytest.raises(Replaced):
        bootstrap.ensure_packages(["manage.py", "start", "--port", "8001"])
    assert fresh_clone == ["made", "installed requirements.lock", "manage.py start --port 8001"]


def test_second_time_nothing_is_installed(fresh_clone: list[str]) -> None:
    for _ in range(2):
        with pytest.raises(Replaced):
            bootstrap.ensure_packages(["manage.py", "start"])
    assert fresh_clone == ["made", "installed requirements.lock", "manage.py start", "manage.py start"]


def test_compiled_files_are_kept_where_they_may_not_lie_beside_the_sources(
    fresh_clone: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", "")
    with pytest.raises(Replaced):
        bootstrap.ensure_packages(["manage.py", "start"])
    assert os.environ["PYTHONPYCACHEPREFIX"] == sys.pycache_prefix == str(bootstrap.VENV / "compiled")
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ
    assert not sys.dont_write_bytecode


def test_changed_lock_is_installed_again(fresh_clone: list[str]) -> None:
    with pytest.raises(Replaced):
        bootstrap.ensure_packages(["manage.py", "start"])
    bootstrap.RUNTIME_LOCK.write_text("another==2.0 \\\n")
    with pytest.raises(Replaced):
        bootstrap.ensure_packages(["manage.py", "start"])
    assert fresh_clone.count("installed requirements.lock") == 2


def test_environment_with_exactly_the_locked_packages_is_used_as_it_is(fresh_clone: list[str]) -> None:
    import django

    bootstrap.RUNTIME_LOCK.write_text(f"django=={django.__version__} \\\n    --hash=sha256:00\n")
    bootstrap.ensure_packages(["manage.py", "start"])
    assert fresh_clone == []


def test_failed_installation_is_not_taken_for_a_finished_one(
    fresh_clone: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_install_with_uv", "_install_with_pip"):
        monkeypatch.setattr(bootstrap, name, lambda _: False)
    for _ in range(2):
        with pytest.raises(SystemExit, match="could not be installed"):
            bootstrap.ensure_packages(["manage.py", "start"])


def test_missing_venv_module_is_told_with_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / "none")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="apt install python3-venv"):
        bootstrap._make_environment()


def test_bootstrap_and_door_need_nothing_but_python() -> None:
    for path in (bootstrap.PROJECT / "c2m2a_crm" / "bootstrap.py", bootstrap.PROJECT / "c2m2a_crm" / "__init__.py"):
        imported = re.findall(r"^(?:import|from) ([a-z_0-9]+)", path.read_text(), re.MULTILINE)
        assert {name for name in imported if name != "__future__"} <= sys.stdlib_module_names


def test_locks_agree_and_name_no_index() -> None:
    def pins(path: Path) -> dict[str, str]:
        return dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)", path.read_text(), re.MULTILINE))

    runtime, tests = pins(bootstrap.RUNTIME_LOCK), pins(bootstrap.TEST_LOCK)
    assert len(runtime) > 30
    assert {name: tests.get(name) for name in runtime} == runtime
    for path in (bootstrap.RUNTIME_LOCK, bootstrap.TEST_LOCK):
        assert "://" not in path.read_text()
