"""What is checked before a commit is what the build checks."""

from __future__ import annotations

import os
import re

import yaml

from c2m2a_crm.core.local.paths import PROJECT


def checks() -> list[str]:
    text = (PROJECT / ".ci" / "checks").read_text()
    named = re.search(r'^all="(.+)"$', text, re.MULTILINE)
    assert named is not None
    assert set(named.group(1).split()) == set(re.findall(r"^(\w+)\(\) \{", text, re.MULTILINE))
    return named.group(1).split()


def test_pre_commit_runs_each_check_of_the_build() -> None:
    config = yaml.safe_load((PROJECT / ".pre-commit-config.yaml").read_text())
    hooks = [hook for repo in config["repos"] for hook in repo["hooks"]]
    assert [hook["id"] for hook in hooks] == checks()
    assert [hook["entry"] for hook in hooks] == [f".ci/checks {name}" for name in checks()]


def test_build_runs_all_checks_and_the_command_of_the_readme() -> None:
    run = (PROJECT / ".ci" / "run").read_text()
    assert re.search(r"^\.ci/checks( \|\||$)", run, re.MULTILINE)
    assert re.search(r"^python3 manage\.py test( \|\||$)", run, re.MULTILINE)


def test_scripts_of_the_build_can_be_run() -> None:
    for name in ("run", "checks"):
        assert os.access(PROJECT / ".ci" / name, os.X_OK)
