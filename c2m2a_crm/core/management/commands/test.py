"""``python3 manage.py test``: all tests, with their own PostgreSQL and Valkey. Arguments go to pytest."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand

from c2m2a_crm.core.local.paths import PROJECT

# A person who says one of these wants one process, or says how many.
_OWN_IDEA_OF_PROCESSES = ("-n", "--numprocesses", "--pdb", "--trace", "--collect-only", "--co", "--fixtures")


class Command(BaseCommand):
    help = "Run the tests. What is not known here goes to pytest: python3 manage.py test tests/members -k name -x"
    requires_system_checks: list[str] = []

    def run_from_argv(self, argv: list[str]) -> None:
        parser = argparse.ArgumentParser(prog="manage.py test", description=self.help, allow_abbrev=False)
        parser.add_argument("--exhaustive", action="store_true", help="the heavy cases in full; takes long")
        parser.add_argument("--only-setup", action="store_true", help="bring the packages of the tests, run none")
        options, rest = parser.parse_known_args(argv[2:])
        if options.only_setup:
            return
        if options.exhaustive:
            os.environ["CRM_EXHAUSTIVE"] = "1"
        os.environ["DJANGO_SETTINGS_MODULE"] = "c2m2a_crm.settings.test"
        os.chdir(PROJECT)
        command = [sys.executable, "-m", "pytest", *_processes(rest), *rest]
        os.execv(sys.executable, command)  # noqa: S606  our own interpreter

    def handle(self, *args: Any, **options: Any) -> None:
        self.run_from_argv(["manage.py", "test"])


def _processes(arguments: Sequence[str]) -> list[str]:
    if any(argument.split("=")[0].startswith(known) for argument in arguments for known in _OWN_IDEA_OF_PROCESSES):
        return []
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    # One more than there are processors: tests of a browser and of the whole product wait a third of their time.
    return ["-n", str(min(8, available + 1))]
